//! RSA public keys in the two encodings that IAM takes: SSH (RFC 4253) and PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use pkcs1::der::asn1::{BitStringRef, UintRef};
use pkcs1::der::pem::LineEnding;
use pkcs1::der::{Decode as _, Encode as _, EncodePem as _};
use pkcs1::{ALGORITHM_ID, RsaPublicKey};
use pkcs8::SubjectPublicKeyInfoRef;

/// An RSA public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    exponent: Vec<u8>,
    modulus: Vec<u8>,
}

/// Why a key is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is in neither encoding.
    Encoding,
    /// It is no RSA key, a broken one, or one that is too short.
    Key,
}

impl PublicKey {
    /// Reads a key in either encoding.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        let key = if text.starts_with("-----BEGIN ") {
            let (label, bytes) = pem(text).ok_or(Refused::Key)?;
            match label {
                "PUBLIC KEY" => Self::from_info(&bytes),
                "RSA PUBLIC KEY" => Self::from_pkcs1(&bytes),
                _ => return Err(Refused::Encoding),
            }
        } else {
            let mut words = text.split_whitespace();
            match words.next() {
                Some("ssh-rsa") => {
                    words.next().and_then(|body| BASE64.decode(body).ok()).and_then(|bytes| Self::from_blob(&bytes))
                }
                Some(kind) if kind.starts_with("ssh-") || kind.starts_with("ecdsa-") => None,
                _ => return Err(Refused::Encoding),
            }
        };
        // AWS refuses RSA keys below 2048 bits.
        key.filter(|key| key.modulus.len() >= 256).ok_or(Refused::Key)
    }

    fn from_info(bytes: &[u8]) -> Option<Self> {
        Self::from_pkcs1(SubjectPublicKeyInfoRef::from_der(bytes).ok()?.subject_public_key.as_bytes()?)
    }

    fn from_pkcs1(bytes: &[u8]) -> Option<Self> {
        let key = RsaPublicKey::from_der(bytes).ok()?;
        Some(Self { exponent: key.public_exponent.as_bytes().to_vec(), modulus: key.modulus.as_bytes().to_vec() })
    }

    fn from_blob(mut bytes: &[u8]) -> Option<Self> {
        let mut part = || {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            let (part, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            bytes = rest;
            let zeros = part.iter().take_while(|byte| **byte == 0).count();
            part.get(zeros..)
        };
        let kind = part()?;
        let (exponent, modulus) = (part()?.to_vec(), part()?.to_vec());
        (kind == b"ssh-rsa").then_some(Self { exponent, modulus })
    }

    fn blob(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut part = |number: bool, bytes: &[u8]| {
            let sign = number && bytes.first().is_some_and(|byte| *byte >= 0x80);
            let length = u32::try_from(bytes.len() + usize::from(sign)).unwrap_or_default();
            out.extend(length.to_be_bytes());
            out.extend(sign.then_some(0));
            out.extend_from_slice(bytes);
        };
        part(false, b"ssh-rsa");
        part(true, &self.exponent);
        part(true, &self.modulus);
        out
    }

    /// The key as a line of `authorized_keys`, without a comment.
    pub fn ssh(&self) -> String {
        format!("ssh-rsa {}", BASE64.encode(self.blob()))
    }

    /// The key as a PEM block.
    pub fn pem(&self) -> String {
        let (modulus, exponent) = (UintRef::new(&self.modulus), UintRef::new(&self.exponent));
        let write = |modulus, public_exponent| {
            let key = RsaPublicKey { modulus, public_exponent }.to_der()?;
            let info = SubjectPublicKeyInfoRef {
                algorithm: ALGORITHM_ID,
                subject_public_key: BitStringRef::from_bytes(&key)?,
            };
            info.to_pem(LineEnding::LF)
        };
        // INVARIANT: numbers of a key that was read are numbers again.
        modulus.and_then(|modulus| write(modulus, exponent?)).unwrap_or_default()
    }

    /// The MD5 digest of the key, as AWS shows it: `06:25:…`, 16 pairs. It guards nothing.
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Md5::digest(self.blob()).iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(":")
    }
}

/// The label and the bytes of a PEM block, in lines of any length: what the strict reader of the library refuses, others
/// write.
fn pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let body: String = rest.split_once("-----END ")?.0.split_whitespace().collect();
    Some((label, BASE64.decode(body).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made for this test with `ssh-keygen -t rsa -b 2048`; the private half was thrown away.
    const SSH: &str = include_str!("../../../tests/it/fixtures/ssh-key.pub");
    const PEM: &str = include_str!("../../../tests/it/fixtures/ssh-key.pem");
    const FINGERPRINT: &str = include_str!("../../../tests/it/fixtures/ssh-key.md5");

    #[test]
    fn both_encodings_give_the_same_key() {
        let (ssh, pem) = (PublicKey::read(SSH).unwrap(), PublicKey::read(PEM).unwrap());
        assert_eq!(ssh, pem);
        assert_eq!(ssh.pem(), PEM);
        assert!(SSH.starts_with(&ssh.ssh()));
        let lines: Vec<&str> = PEM.lines().collect();
        let (begin, body, end) = (lines[0], lines[1..lines.len() - 1].concat(), lines[lines.len() - 1]);
        assert_eq!(PublicKey::read(&format!("{begin}\n{body}\n{end}")), Ok(ssh), "all in one line");
    }

    #[test]
    fn the_fingerprint_is_that_of_ssh_keygen() {
        assert_eq!(PublicKey::read(SSH).unwrap().fingerprint(), FINGERPRINT.trim());
    }

    #[test]
    fn other_keys_and_other_texts_are_told_apart() {
        for (text, refused) in [
            ("", Refused::Encoding),
            ("hello", Refused::Encoding),
            ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", Refused::Encoding),
            ("ssh-rsa", Refused::Key),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==", Refused::Key),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", Refused::Key),
            ("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", Refused::Key),
        ] {
            assert_eq!(PublicKey::read(text), Err(refused), "{text}");
        }
    }
}
