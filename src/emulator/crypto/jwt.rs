//! Signed tokens of identity providers: JSON Web Tokens with RS256 or ES256, and the keys to verify them with.
//!
//! Sources: RFC 7515 (signatures), RFC 7517 (keys), RFC 7518 (algorithms), RFC 7519 (claims).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

/// One public key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    id: Option<String>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// An uncompressed point on P-256.
    P256(Vec<u8>),
}

/// A token that was taken apart; its signature is yet to be verified.
#[derive(Debug)]
pub struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    algorithm: String,
    key: Option<String>,
    /// What it claims.
    pub claims: Value,
}

/// Reads a key set, `{"keys":[…]}`; keys of other kinds are left out.
pub fn keys(text: &str) -> Option<Vec<Key>> {
    let set: Value = serde_json::from_str(text).ok()?;
    let list = set.get("keys")?.as_array()?;
    Some(list.iter().filter_map(key).collect())
}

fn key(value: &Value) -> Option<Key> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let bytes = |name: &str| BASE64.decode(text(name)?).ok();
    let material = match (text("kty")?, text("crv")) {
        ("RSA", _) => Material::Rsa(bytes("n")?, bytes("e")?),
        ("EC", Some("P-256")) => Material::P256([vec![4], bytes("x")?, bytes("y")?].concat()),
        _ => return None,
    };
    Some(Key { id: text("kid").map(str::to_owned), material })
}

impl<'a> Token<'a> {
    /// Takes a token apart; none where it is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&BASE64.decode(part).ok()?).ok();
        let head = json(head)?;
        let text = |name: &str| head.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            signed,
            signature: BASE64.decode(signature).ok()?,
            algorithm: text("alg")?,
            key: text("kid"),
            claims: json(claims)?,
        })
    }

    /// Whether one of these keys has signed it.
    pub fn is_signed_by(&self, keys: &[Key]) -> bool {
        let named = |key: &&Key| self.key.is_none() || key.id.is_none() || key.id == self.key;
        keys.iter().filter(named).any(|key| match (&key.material, self.algorithm.as_str()) {
            (Material::Rsa(n, e), "RS256") => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, self.signed.as_bytes(), &self.signature)
                .is_ok(),
            (Material::P256(point), "ES256") => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(self.signed.as_bytes(), &self.signature)
                .is_ok(),
            // A token says itself how it is signed: `none` and every other word are no signature.
            _ => false,
        })
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A claim that is a text or a list of texts.
    pub fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A claim that is a time, in seconds.
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim)?.as_i64()
    }
}
