//! Certificates and private keys, as far as IAM looks into them: validity, and whether the two belong together.

use jiff::Timestamp;
use pkcs1::der::Decode as _;
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use pkcs8::PrivateKeyInfo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sec1::EcPrivateKey;

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
        Self::of(&CertificateDer::from_pem_slice(text.as_bytes()).ok()?)
    }

    /// Reads a certificate in DER.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let whole = x509_cert::Certificate::from_der(bytes).ok()?.tbs_certificate;
        let until = whole.validity.not_after.to_unix_duration();
        Some(Self {
            expires: Timestamp::from_second(i64::try_from(until.as_secs()).ok()?).ok()?,
            key: whole.subject_public_key_info.subject_public_key.as_bytes()?.to_vec(),
        })
    }

    /// Whether a private key in PEM belongs to this certificate; `None` where the key cannot be read.
    pub fn belongs_to(&self, private_key: &str) -> Option<bool> {
        match PrivateKeyDer::from_pem_slice(private_key.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs1(key) => self.is_rsa(key.secret_pkcs1_der()),
            PrivateKeyDer::Sec1(key) => self.is_elliptic(key.secret_sec1_der()),
            PrivateKeyDer::Pkcs8(key) => {
                let inner = PrivateKeyInfo::from_der(key.secret_pkcs8_der()).ok()?.private_key;
                self.is_rsa(inner).or_else(|| self.is_elliptic(inner))
            }
            _ => None,
        }
    }

    fn is_rsa(&self, bytes: &[u8]) -> Option<bool> {
        let private = RsaPrivateKey::from_der(bytes).ok()?;
        Some(RsaPublicKey::from_der(&self.key).is_ok_and(|public| public == private.public_key()))
    }

    /// An elliptic key may leave its public half out; it is taken as fitting then.
    fn is_elliptic(&self, bytes: &[u8]) -> Option<bool> {
        let private = EcPrivateKey::from_der(bytes).ok()?;
        Some(private.public_key.is_none_or(|public| public == self.key))
    }
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
}
