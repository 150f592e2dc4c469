//! Unique ids, access keys and secrets, shaped as AWS shapes them.
//!
//! Shapes: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// AWS's base-32 alphabet.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of secret access keys.
const SECRET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The digits of what AWS writes in base 36.
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Where ids and secrets come from: the system's randomness, or a seed that makes runs repeat.
#[derive(Debug)]
pub struct Ids(Source);

#[derive(Debug)]
enum Source {
    /// With bytes that were asked of the system ahead: one call of it for each request would cost more than the rest of
    /// an id.
    System(Box<Mutex<Ahead>>),
    /// `SplitMix64`: small, and enough for ids that must only differ and repeat.
    Seeded(AtomicU64),
}

/// Random bytes that nobody has had yet.
#[derive(Debug)]
struct Ahead {
    bytes: [u8; 1024],
    used: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { bytes: [0; 1024], used: 1024 }
    }
}

impl Ahead {
    /// Gives out bytes, each once.
    fn take(&mut self, buffer: &mut [u8]) {
        if self.bytes.len() - self.used < buffer.len() {
            if getrandom::fill(&mut self.bytes).is_err() {
                // Without a source of randomness ids still differ with the time.
                let mut state = jiff::Timestamp::now().as_microsecond().cast_unsigned();
                spread(&mut self.bytes, || next(&mut state));
            }
            self.used = 0;
        }
        let end = self.used + buffer.len();
        if let Some(given) = self.bytes.get_mut(self.used..end) {
            buffer.copy_from_slice(given);
            given.fill(0);
        }
        self.used = end;
    }
}

impl Ids {
    /// Ids from the system's randomness.
    pub fn random() -> Self {
        Self(Source::System(Box::default()))
    }

    /// The same ids in the same order for the same seed; for tests and for the demo company only.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(AtomicU64::new(seed)))
    }

    /// Fills a buffer with random bytes.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            Source::System(ahead) => ahead.lock().unwrap_or_else(PoisonError::into_inner).take(buffer),
            Source::Seeded(state) => spread(buffer, || {
                let mut at = state.fetch_add(GAMMA, Ordering::Relaxed);
                next(&mut at)
            }),
        }
    }

    fn letters(&self, count: usize, alphabet: &[u8]) -> String {
        let mut bytes = [0u8; 64];
        let bytes = bytes.get_mut(..count.min(64)).unwrap_or_default();
        self.fill(bytes);
        bytes.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
    }

    /// A unique id: a four-letter prefix (`AIDA` user, `AROA` role, …) and 17 letters.
    pub fn unique(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.letters(17, BASE32))
    }

    /// An access key id of 20 letters that carries its account, so that `GetAccessKeyInfo` needs no table.
    pub fn access_key(&self, prefix: &str, account: &str) -> String {
        let mut bytes = [0u8; 10];
        self.fill(&mut bytes);
        let number: u64 = account.parse().unwrap_or_default();
        // 47 bits hold the account above seven random ones; the topmost bit is set, as in keys of today.
        let head = 1 << 47 | (number & 0xff_ffff_ffff) << 7 | u64::from(bytes[5] & 0x7f);
        bytes[..6].copy_from_slice(&head.to_be_bytes()[2..]);
        let mut out = String::from(prefix);
        for letter in 0..16 {
            let bit = letter * 5;
            let pair = u16::from(bytes[bit / 8]) << 8 | u16::from(bytes.get(bit / 8 + 1).copied().unwrap_or(0));
            out.push(char::from(BASE32[usize::from(pair >> (11 - bit % 8) & 31)]));
        }
        out
    }

    /// A secret access key of 40 characters.
    pub fn secret(&self) -> String {
        self.letters(40, SECRET)
    }

    /// The id of a denial: 128 random bits in base 36.
    pub fn authorization(&self) -> String {
        let mut bytes = [0u8; 16];
        self.fill(&mut bytes);
        let mut left = u128::from_be_bytes(bytes);
        let mut digits = Vec::with_capacity(25);
        while left > 0 {
            digits.push(char::from(BASE36[usize::try_from(left % 36).unwrap_or_default()]));
            left /= 36;
        }
        digits.iter().rev().collect()
    }

    /// A random (version 4) UUID in lower case: request ids, task ids.
    pub fn uuid(&self) -> String {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut bytes = [0u8; 16];
        self.fill(&mut bytes);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut out = String::with_capacity(36);
        for (at, byte) in bytes.iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                out.push('-');
            }
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        out
    }
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(GAMMA);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn spread(buffer: &mut [u8], mut word: impl FnMut() -> u64) {
    for chunk in buffer.chunks_mut(8) {
        let bytes = word().to_le_bytes();
        chunk.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    }
}

/// The account that a generated access key id carries, as `GetAccessKeyInfo` reads it.
pub fn account_of(access_key: &str) -> Option<String> {
    let mut head: u64 = 0;
    let letters = access_key.as_bytes().get(4..14)?;
    for letter in letters {
        let value = BASE32.iter().position(|b| b == letter)?;
        head = head << 5 | value as u64;
    }
    // Ten letters are 50 bits; the account sits in bits 46 to 7 of the first 48.
    Some(format!("{:012}", (head >> 2 & 0x7fff_ffff_ff80) >> 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shapes_of_aws() {
        let ids = Ids::random();
        let user = ids.unique("AIDA");
        assert!(user.len() == 21 && user.bytes().skip(4).all(|b| BASE32.contains(&b)), "{user}");
        assert_eq!(ids.secret().len(), 40);
        assert_eq!(ids.uuid().len(), 36);
    }

    #[test]
    fn an_access_key_carries_its_account() {
        let ids = Ids::random();
        for account in ["123456789012", "000000000001", "999999999999"] {
            let key = ids.access_key("AKIA", account);
            assert_eq!(key.len(), 20);
            assert_eq!(account_of(&key).as_deref(), Some(account), "{key}");
        }
        assert_eq!(account_of("AKIA"), None);
        assert_eq!(account_of("AKIA0000000000000000"), None);
    }

    #[test]
    fn a_seed_repeats_its_ids() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        assert_eq!(one.unique("AIDA"), two.unique("AIDA"));
        assert_ne!(one.unique("AIDA"), one.unique("AIDA"));
    }
}
