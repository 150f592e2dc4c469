//! Certificates and private keys, as far as IAM looks into them: validity, and whether the two belong together.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::der::{OCTET_STRING, Reader, pem};

/// What is read of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The last second of its validity.
    pub expires: Timestamp,
    /// The public key's own bytes: of RSA, an `RSAPublicKey` in DER.
    pub key: Vec<u8>,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub fn read(text: &str) -> Option<Self> {
        let (label, bytes) = pem(text)?;
        if label == "CERTIFICATE" { Self::of(&bytes) } else { None }
    }

    /// Reads a certificate in DER.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(bytes);
        let mut body = outer.sequence()?.sequence()?;
        body.maybe(0xa0); // the version
        body.integer()?; // the serial number
        body.sequence()?; // the algorithm of the signature
        body.sequence()?; // the issuer
        let mut validity = body.sequence()?;
        validity.value()?;
        let (tag, until) = validity.value()?;
        body.sequence()?; // the subject
        let mut key = body.sequence()?;
        key.sequence()?; // the algorithm of the key
        Some(Self { expires: time(tag, until)?, key: key.bits()?.to_vec() })
    }

    /// Whether a private key in PEM belongs to this certificate; `None` where the key cannot be read.
    pub fn belongs_to(&self, private_key: &str) -> Option<bool> {
        let (label, bytes) = pem(private_key)?;
        match label {
            "RSA PRIVATE KEY" => self.is_rsa(&bytes),
            "EC PRIVATE KEY" => self.is_elliptic(&bytes),
            "PRIVATE KEY" => {
                let mut key = Reader::new(&bytes).sequence()?;
                key.integer()?; // the version
                key.sequence()?; // the algorithm
                let inner = key.expect(OCTET_STRING)?;
                self.is_rsa(inner).or_else(|| self.is_elliptic(inner))
            }
            _ => None,
        }
    }

    fn is_rsa(&self, bytes: &[u8]) -> Option<bool> {
        let mut private = Reader::new(bytes).sequence()?;
        private.integer()?; // the version
        let modulus = private.integer()?;
        private.integer()?; // without the exponent it is a key of another kind
        let own = Reader::new(&self.key).sequence().and_then(|mut public| public.integer());
        Some(own == Some(modulus))
    }

    /// An elliptic key may leave its public half out; it is taken as fitting then.
    fn is_elliptic(&self, bytes: &[u8]) -> Option<bool> {
        let mut private = Reader::new(bytes).sequence()?;
        private.integer()?; // the version
        private.expect(OCTET_STRING)?; // the secret half
        private.maybe(0xa0); // the curve
        let public = private.maybe(0xa1).and_then(|inner| Reader::new(inner).bits());
        Some(public.is_none_or(|public| public == self.key))
    }
}

/// `UTCTime` (`YYMMDDHHMMSSZ`, of the years 1950 to 2049) or `GeneralizedTime` (`YYYYMMDDHHMMSSZ`).
fn time(tag: u8, value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let digits: Vec<i16> =
        text.chars().map(|c| c.to_digit(10).and_then(|d| i16::try_from(d).ok())).collect::<Option<_>>()?;
    let number = |part: &[i16]| part.iter().fold(0, |sum, digit| sum * 10 + digit);
    let (year, rest) = match (tag, digits.len()) {
        (0x17, 12) => {
            let (year, rest) = digits.split_at(2);
            let year = number(year);
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        (0x18, 14) => {
            let (year, rest) = digits.split_at(4);
            (number(year), rest)
        }
        _ => return None,
    };
    let parts: Vec<i8> = rest.chunks(2).map(|part| i8::try_from(number(part)).ok()).collect::<Option<_>>()?;
    let &[month, day, hour, minute, second] = parts.as_slice() else { return None };
    let moment = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made for this test with `openssl req -x509 -newkey … -days 3650`; the keys guard nothing.
    const CERTIFICATE: &str = include_str!("../../../tests/it/fixtures/certificate.pem");
    const KEY: &str = include_str!("../../../tests/it/fixtures/certificate-key.pem");
    const ELLIPTIC: &str = include_str!("../../../tests/it/fixtures/elliptic.pem");
    const ELLIPTIC_KEY: &str = include_str!("../../../tests/it/fixtures/elliptic-key.pem");

    #[test]
    fn the_end_of_validity_is_read() {
        let certificate = Certificate::read(CERTIFICATE).unwrap();
        assert!(certificate.expires > "2036-01-01T00:00:00Z".parse().unwrap(), "{}", certificate.expires);
    }

    #[test]
    fn a_key_is_told_from_another() {
        let (rsa, elliptic) = (Certificate::read(CERTIFICATE).unwrap(), Certificate::read(ELLIPTIC).unwrap());
        assert_eq!((rsa.belongs_to(KEY), elliptic.belongs_to(ELLIPTIC_KEY)), (Some(true), Some(true)));
        assert_eq!(rsa.belongs_to(ELLIPTIC_KEY), Some(false));
        assert_eq!(elliptic.belongs_to(KEY), Some(false));
        assert_eq!(rsa.belongs_to("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), None);
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in
            ["", "invalid-certificate-body", KEY, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"]
        {
            assert_eq!(Certificate::read(text), None);
        }
    }

    #[test]
    fn both_kinds_of_time_are_read() {
        let second = |tag, text: &str| time(tag, text.as_bytes()).map(Timestamp::as_second);
        assert_eq!(second(0x17, "700101000001Z"), Some(1));
        assert_eq!(second(0x18, "19700101000001Z"), Some(1));
        assert_eq!(second(0x17, "491231235959Z"), Some(2_524_607_999));
        for (tag, text) in [(0x17, "7001010000Z"), (0x17, "701301000001Z"), (0x18, "x9700101000001Z"), (0x02, "")] {
            assert_eq!(second(tag, text), None, "{text}");
        }
    }
}
