//! As much of DER (X.690) and PEM (RFC 7468) as keys and certificates need.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// `INTEGER`
pub const INTEGER: u8 = 0x02;
/// `BIT STRING`
pub const BIT_STRING: u8 = 0x03;
/// `OCTET STRING`
pub const OCTET_STRING: u8 = 0x04;
/// `SEQUENCE`
pub const SEQUENCE: u8 = 0x30;

/// Reads the values of one level, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value with its tag.
    pub fn value(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, length], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = if length < 0x80 {
            (usize::from(length), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            if digits.len() > 3 {
                return None;
            }
            (digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    /// The next value, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.value().filter(|(found, _)| *found == tag).map(|(_, value)| value)
    }

    /// The next value when it has this tag; it is left in place otherwise.
    pub fn maybe(&mut self, tag: u8) -> Option<&'a [u8]> {
        (self.0.first() == Some(&tag)).then(|| self.expect(tag)).flatten()
    }

    /// The values inside the next value, which must be a sequence.
    pub fn sequence(&mut self) -> Option<Reader<'a>> {
        self.expect(SEQUENCE).map(Reader)
    }

    /// The next integer without leading zeros.
    pub fn integer(&mut self) -> Option<&'a [u8]> {
        let value = self.expect(INTEGER)?;
        let zeros = value.iter().take_while(|byte| **byte == 0).count();
        value.get(zeros..)
    }

    /// The bytes of the next bit string, which must be whole bytes.
    pub fn bits(&mut self) -> Option<&'a [u8]> {
        self.expect(BIT_STRING)?.strip_prefix(&[0])
    }
}

/// Encodes one value.
pub fn encode(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = value.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
            out.extend(digits);
        }
    }
    out.extend_from_slice(value);
    out
}

/// Encodes a positive integer that is given without leading zeros.
pub fn encode_integer(value: &[u8]) -> Vec<u8> {
    let sign = value.first().is_none_or(|byte| *byte >= 0x80);
    let padded: Vec<u8> = sign.then_some(0).into_iter().chain(value.iter().copied()).collect();
    encode(INTEGER, &padded)
}

/// The label and the bytes of the first PEM block of a text.
pub fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (label, rest) = text.split_once("-----BEGIN ")?.1.split_once("-----")?;
    let body = rest.split_once("-----END ")?.0;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    Some((label, BASE64.decode(body).ok()?))
}

/// Writes a PEM block.
pub fn to_pem(label: &str, bytes: &[u8]) -> String {
    let body: Vec<char> = BASE64.encode(bytes).chars().collect();
    let lines: Vec<String> = body.chunks(64).map(|line| line.iter().collect()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_any_size_survive() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let value = vec![7; length];
            let encoded = encode(OCTET_STRING, &value);
            let mut reader = Reader::new(&encoded);
            assert_eq!(reader.expect(OCTET_STRING), Some(value.as_slice()), "{length}");
            assert!(reader.0.is_empty());
        }
    }

    #[test]
    fn broken_bytes_are_refused() {
        for bytes in [&[][..], &[0x30], &[0x30, 0x05, 1], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 0x82, 1]] {
            assert_eq!(Reader::new(bytes).value(), None, "{bytes:?}");
        }
    }

    #[test]
    fn pem_is_read_as_it_is_written() {
        let bytes: Vec<u8> = (0..200).collect();
        assert_eq!(pem(&to_pem("PUBLIC KEY", &bytes)), Some(("PUBLIC KEY", bytes)));
        assert_eq!(pem("-----BEGIN X-----\n!!!\n-----END X-----"), None);
        assert_eq!(pem("nothing"), None);
    }
}
