//! Codes of virtual MFA devices (RFC 6238), shown by the MFA wizard and checked by the emulator.
//!
//! AWS uses the defaults that every authenticator knows: SHA-1, six digits, thirty seconds.

pub(crate) mod check;

use std::fmt;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};

/// How long a code lasts, in seconds.
pub const STEP: u64 = 30;

/// What an otpauth label keeps as it is.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// The seed of a device. It is a secret: wiped when dropped, and never shown by `Debug`.
#[derive(Clone)]
pub struct Seed(Totp);

impl Seed {
    /// The seed of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Builder::new().with_secret(Secret::new(bytes.into_boxed_slice())).build_noncompliant())
    }

    /// The seed that a base-32 text spells, in any case; spaces, in which the text is often grouped, do not count.
    pub fn from_base32(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let secret = Secret::try_from_base32(text.to_ascii_uppercase()).ok()?;
        (!secret.as_bytes().is_empty()).then(|| Self(Builder::new().with_secret(secret).build_noncompliant()))
    }

    /// The seed in base 32, as it is typed into an authenticator.
    pub fn base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The code of a moment.
    pub fn code(&self, at: Timestamp) -> String {
        self.code_of(step(at))
    }

    fn code_of(&self, step: u64) -> String {
        self.0.generate(step.saturating_mul(STEP)).to_string()
    }

    /// The step near `around` whose code this is; the nearest first, at most `drift` steps away.
    pub fn find(&self, code: &str, around: u64, drift: u64) -> Option<u64> {
        let later = (0..=drift).map(|away| around.saturating_add(away));
        let earlier = (1..=drift).filter_map(|away| around.checked_sub(away));
        let mut near: Vec<u64> = later.chain(earlier).collect();
        near.sort_by_key(|step| step.abs_diff(around));
        near.into_iter().find(|&step| same(&self.code_of(step), code))
    }

    /// The step of the second of two codes that follow each other, at most `drift` steps away from `around`.
    pub fn find_pair(&self, first: &str, second: &str, around: u64, drift: u64) -> Option<u64> {
        let start = around.saturating_sub(drift);
        (start..=around.saturating_add(drift))
            .find(|&step| same(&self.code_of(step), second) && same(&self.code_of(step.saturating_sub(1)), first))
    }

    /// The seed in groups of four, as people read it out.
    pub fn grouped(&self) -> String {
        let text = self.base32();
        let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(" ")
    }

    /// The URI in the short form that AWS documents, without the issuer: its QR code fits a small screen.
    pub fn short_uri(&self, device: &str, account: &str) -> String {
        let (device, account) = (utf8_percent_encode(device, LABEL), utf8_percent_encode(account, LABEL));
        format!("otpauth://totp/{device}@{account}?secret={}", self.base32())
    }

    /// The URI that a QR code carries, as the console of AWS writes it.
    pub fn uri(&self, device: &str, account: &str) -> String {
        let label = utf8_percent_encode(device, LABEL);
        let account = utf8_percent_encode(account, LABEL);
        let issuer = utf8_percent_encode("Amazon Web Services", LABEL);
        format!("otpauth://totp/{issuer}:{label}@{account}?secret={}&issuer={issuer}", self.base32())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(hidden)")
    }
}

/// The number of the step that a moment falls into.
pub fn step(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default() / STEP
}

/// The seconds until the code of a moment changes: 30 down to 1.
pub fn seconds_left(at: Timestamp) -> u64 {
    STEP - u64::try_from(at.as_second()).unwrap_or_default() % STEP
}

/// Compares two codes without telling by the time it takes how much of them agrees.
fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::new(b"12345678901234567890".to_vec())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The last six digits of the RFC's eight.
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(seed().code(at(second)), code, "{second}");
        }
    }

    #[test]
    fn a_seed_is_read_as_people_type_it() {
        let text = seed().base32();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let typed = Seed::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").unwrap();
        assert_eq!(typed.code(at(59)), "287082");
        for wrong in ["", "  ", "1", "not base 32!"] {
            assert!(Seed::from_base32(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_code_is_found_only_within_the_drift() {
        let seed = seed();
        let code = seed.code(at(3_000));
        assert_eq!(seed.find(&code, 100, 0), Some(100));
        assert_eq!(seed.find(&code, 101, 1), Some(100));
        assert_eq!(seed.find(&code, 98, 2), Some(100));
        assert_eq!(seed.find(&code, 102, 1), None);
        assert_eq!(seed.find("12345", 100, 5), None);
    }

    #[test]
    fn a_pair_must_be_in_order_and_consecutive() {
        let seed = seed();
        let codes: Vec<String> = (100..103).map(|step| seed.code(at(step * 30))).collect();
        assert_eq!(seed.find_pair(&codes[0], &codes[1], 101, 2), Some(101));
        assert_eq!(seed.find_pair(&codes[1], &codes[0], 101, 2), None);
        assert_eq!(seed.find_pair(&codes[0], &codes[2], 101, 2), None);
        assert_eq!(seed.find_pair(&codes[1], &codes[1], 101, 2), None);
        assert_eq!(seed.find_pair(&codes[0], &codes[1], 200, 120), Some(101));
    }

    #[test]
    fn the_short_uri_leaves_the_issuer_out() {
        assert_eq!(
            seed().short_uri("ada", "123456789012"),
            "otpauth://totp/ada@123456789012?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert!(seed().grouped().starts_with("GEZD GNBV "));
    }

    #[test]
    fn the_uri_is_escaped_and_names_the_device() {
        assert_eq!(
            seed().uri("ada phone", "123456789012"),
            "otpauth://totp/Amazon%20Web%20Services:ada%20phone@123456789012\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services"
        );
    }

    #[test]
    fn the_seed_is_hidden_and_time_counts_down() {
        assert_eq!(format!("{:?}", seed()), "Seed(hidden)");
        assert_eq!([at(0), at(1), at(29), at(30)].map(seconds_left), [30, 29, 1, 30]);
    }
}
