//! Who may knock: this machine's own programs, and no web page.
//!
//! An IAM Query call is a plain form POST, which any web page could send to loopback. A browser adds an
//! `Origin`, and a page that rebinds its name to 127.0.0.1 still sends its own name as `Host`.

use std::net::IpAddr;

use crate::emulator::failure::Failure;

/// Decides by the `Host` and `Origin` headers.
#[derive(Debug)]
pub struct HostFilter {
    port: u16,
    /// A further name, where the emulator is bound beyond loopback.
    allowed: Option<String>,
}

impl HostFilter {
    /// A door for this port and, where the emulator is bound beyond loopback, a further name.
    pub fn new(port: u16, allowed: Option<String>) -> Self {
        Self { port, allowed }
    }

    /// Lets a request in or refuses it.
    pub fn admit(&self, host: Option<&str>, has_origin: bool) -> Result<(), Failure> {
        if has_origin {
            return Err(Failure::access_denied("Requests from web pages are refused: the request has an Origin."));
        }
        if host.is_some_and(|host| self.is_ours(host)) {
            return Ok(());
        }
        Err(Failure::access_denied("The Host header must name this emulator, on loopback and with its port."))
    }

    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            // `[::1]` without a port holds colons as well.
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        if let Some(allowed) = &self.allowed
            && name.eq_ignore_ascii_case(allowed)
        {
            return true;
        }
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let local = name.eq_ignore_ascii_case("localhost")
            || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        local && port == Some(self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, admitted: bool) {
        let door = HostFilter::new(4566, None);
        assert_eq!(door.admit(Some(host), false).is_ok(), admitted, "{host}");
    }

    #[test]
    fn loopback_with_the_port_is_let_in() {
        for host in ["localhost:4566", "LOCALHOST:4566", "127.0.0.1:4566", "127.0.0.2:4566", "[::1]:4566"] {
            check(host, true);
        }
    }

    #[test]
    fn every_other_host_is_refused() {
        for host in [
            "evil.example:4566",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost.evil.example:4566",
            "[::1]",
            "",
            ":4566",
            "10.0.0.1:4566",
        ] {
            check(host, false);
        }
        assert_eq!(HostFilter::new(1, None).admit(None, false).unwrap_err().status, 403);
    }

    #[test]
    fn a_web_page_is_refused_even_with_the_right_host() {
        assert_eq!(HostFilter::new(4566, None).admit(Some("localhost:4566"), true).unwrap_err().status, 403);
    }

    #[test]
    fn a_further_name_is_let_in_where_it_was_given() {
        let door = HostFilter::new(4566, Some("emulator.test".into()));
        assert!(door.admit(Some("emulator.test:9999"), false).is_ok());
        assert!(door.admit(Some("emulator.test"), false).is_ok());
        assert!(door.admit(Some("other.test:4566"), false).is_err());
    }
}
