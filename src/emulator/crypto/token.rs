//! Tokens that an account signs itself: the keys, the key set that others verify with, and the signature.
//!
//! Sources: RFC 7515, RFC 7517, RFC 7518 (`ES384`, `RS256`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::rsa;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSA with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Both algorithms, in the order in which AWS lists them.
    pub const ALL: [Self; 2] = [Self::Es384, Self::Rs256];

    /// As tokens write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
        }
    }

    /// A new private key, in the encoding that [`Signer::new`] reads.
    pub fn generate(self, random: impl Fn(&mut [u8])) -> Option<String> {
        let key = match self {
            Self::Es384 => {
                let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new()).ok()?;
                key.as_ref().to_vec()
            }
            Self::Rs256 => rsa::generate(random),
        };
        Some(BASE64.encode(key))
    }
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A private key with what is public of it.
pub struct Signer {
    algorithm: Algorithm,
    key: Key,
}

impl Signer {
    /// Reads a key that [`Algorithm::generate`] made.
    pub fn new(algorithm: Algorithm, text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text).ok()?;
        let key = match algorithm {
            Algorithm::Es384 => {
                let random = SystemRandom::new();
                Key::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &bytes, &random).ok()?)
            }
            Algorithm::Rs256 => Key::Rsa(RsaKeyPair::from_der(&bytes).ok()?),
        };
        Some(Self { algorithm, key })
    }

    /// The members of the public key that its id is made of.
    fn material(&self) -> Value {
        match &self.key {
            Key::Ec(key) => {
                let point = key.public_key().as_ref();
                // An uncompressed point: a mark, and two coordinates alike in length.
                let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
                json!({"kty": "EC", "crv": "P-384", "x": BASE64.encode(x), "y": BASE64.encode(y)})
            }
            Key::Rsa(key) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "n": BASE64.encode(n), "e": BASE64.encode(e)})
            }
        }
    }

    fn id(&self) -> String {
        BASE64.encode(Sha256::digest(self.material().to_string()))
    }

    /// The public key as a key set has it.
    pub fn public(&self) -> Value {
        let mut key = self.material();
        key["kid"] = self.id().into();
        key["use"] = "sig".into();
        key["alg"] = self.algorithm.name().into();
        key
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> Option<String> {
        let head = json!({"kid": self.id(), "typ": "JWT", "alg": self.algorithm.name()});
        let signed = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Ec(key) => key.sign(&random, signed.as_bytes()).ok()?.as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).ok()?;
                signature
            }
        };
        Some(format!("{signed}.{}", BASE64.encode(signature)))
    }
}
