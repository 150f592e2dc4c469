//! Errors in the RPC protocol of Smithy over CBOR, which `CloudWatch` and others are asked in.
//!
//! Source: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>

/// The media type.
pub const MEDIA: &str = "application/cbor";
/// What the header `smithy-protocol` says, in requests and in answers.
pub const PROTOCOL: &str = "rpc-v2-cbor";

/// The body of an error: a map of its code and its message.
pub fn error(code: &str, message: &str) -> Vec<u8> {
    const MAP_OF_TWO: u8 = 0xa2;
    let mut body = vec![MAP_OF_TWO];
    for part in ["__type", code, "message", message] {
        text(&mut body, part);
    }
    body
}

/// A text: its length in as few bytes as hold it, and its bytes.
fn text(body: &mut Vec<u8>, text: &str) {
    const TEXT: u8 = 0x60;
    let length = text.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=23), _) => body.push(TEXT | short),
        (Ok(byte), _) => body.extend([TEXT | 0x18, byte]),
        (_, Ok(two)) => {
            body.push(TEXT | 0x19);
            body.extend(two.to_be_bytes());
        }
        _ => {
            body.push(TEXT | 0x1b);
            body.extend((length as u64).to_be_bytes());
        }
    }
    body.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, head: &[u8]) {
        let body = error("A", message);
        let rest = body.strip_prefix(b"\xa2\x66__type\x61A\x67message").unwrap();
        assert_eq!(rest.strip_suffix(message.as_bytes()), Some(head));
    }

    #[test]
    fn a_text_has_its_length_before_it() {
        check("", &[0x60]);
        check(&"a".repeat(23), &[0x77]);
        check(&"a".repeat(24), &[0x78, 24]);
        check(&"a".repeat(256), &[0x79, 1, 0]);
        check(&"a".repeat(65_536), &[0x7b, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
