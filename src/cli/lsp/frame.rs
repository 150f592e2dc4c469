//! Messages as they go over the pipe: a header with the length, then JSON.

use std::io::{self, BufRead, Read as _};

use serde_json::Value;

/// The most bytes of a message: the longest policy, escaped.
const LARGEST: usize = 8 << 20;
/// The most bytes of a header line.
const LINE: u64 = 4096;

/// The next message; nothing where the input has ended.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Value>> {
    let broken = |told: &str| io::Error::new(io::ErrorKind::InvalidData, told.to_owned());
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.by_ref().take(LINE).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.ok_or_else(|| broken("it has no Content-Length"))?;
    if length > LARGEST {
        return Err(broken("it has more than 8 MiB"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| broken(&error.to_string()))
}

/// A message with its header.
pub fn framed(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &Result<Option<Value>, ()>) {
        assert_eq!(read(&mut input.as_bytes()).map_err(|_| ()), *expected, "{input:?}");
    }

    #[test]
    fn a_message_is_as_long_as_its_header_says() {
        check(&framed(&serde_json::json!({"a": "ä"})), &Ok(Some(serde_json::json!({"a": "ä"}))));
        check("content-length: 2\r\nContent-Type: x\r\n\r\n{}rest", &Ok(Some(serde_json::json!({}))));
        check("", &Ok(None));
        check("Content-Length: 99999999999\r\n\r\n{}", &Err(()));
        check("Content-Length: 5\r\n\r\n{}", &Err(()));
        check("X: 5\r\n\r\n{}", &Err(()));
    }
}
