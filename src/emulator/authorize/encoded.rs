//! Encoded authorization messages: what a denial keeps from who was denied, for `DecodeAuthorizationMessage`.
//!
//! AWS encrypts them, and so are these, with a key of the account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::emulator::ids::Ids;
use crate::emulator::protocol::signature::hmac;

fn key(token_secret: &str) -> Option<LessSafeKey> {
    let bytes = hmac(token_secret.as_bytes(), b"authorization-message");
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).ok()?))
}

/// Encodes a message of an account.
pub fn encode(message: &str, ids: &Ids, token_secret: &str) -> Option<String> {
    let mut nonce = [0u8; NONCE_LEN];
    ids.fill(&mut nonce);
    let mut sealed = message.as_bytes().to_vec();
    let unique = Nonce::assume_unique_for_key(nonce);
    key(token_secret)?.seal_in_place_append_tag(unique, Aad::empty(), &mut sealed).ok()?;
    Some(BASE64.encode([&nonce[..], &sealed].concat()))
}

/// Decodes a message; none where it is not one of this account.
pub fn decode(text: &str, token_secret: &str) -> Option<String> {
    let mut bytes = BASE64.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let message = key(token_secret)?.open_in_place(nonce, Aad::empty(), sealed).ok()?;
    String::from_utf8(message.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_with_the_secret_of_its_account_alone() {
        let encoded = encode("why", &Ids::seeded(1), "one").unwrap();
        assert_eq!(decode(&encoded, "one").as_deref(), Some("why"));
        for (text, secret) in [(encoded.as_str(), "two"), ("", "one"), ("AAAA", "one"), ("!", "one")] {
            assert_eq!(decode(text, secret), None, "{text}");
        }
    }
}
