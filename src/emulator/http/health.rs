//! Asking another process's emulator whether it lives.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long a living emulator may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether an emulator of this account answers at this endpoint.
pub fn lives(endpoint: &str, account: &str) -> bool {
    ask(endpoint).is_some_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains(account))
}

fn ask(endpoint: &str) -> Option<String> {
    let host = endpoint.strip_prefix("http://")?;
    let address = host.to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    stream
        .write_all(format!("GET /_iamtui/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
        .ok()?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).ok()?;
    Some(answer)
}
