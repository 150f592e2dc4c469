//! Console passwords: the account's password policy, and how a password is kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The rounds of PBKDF2. An emulator's passwords guard nothing real, and the writer waits for the result.
const ROUNDS: usize = 1_000;

/// What a password must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The minimum number of characters.
    pub length: usize,
    /// Of upper case, lower case, digits and symbols, which must be there.
    pub required: [bool; 4],
    /// Of those four kinds, how many must be there.
    pub kinds: usize,
    /// How many former passwords may not come again.
    pub memory: usize,
}

impl Rules {
    /// The rules of an account; without a password policy of its own those that AWS sets.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html>.
    pub fn of(policy: Option<&Value>) -> Self {
        let Some(policy) = policy else {
            return Self { length: 8, required: [false; 4], kinds: 3, memory: 0 };
        };
        let flag = |name: &str| policy.get(name).and_then(Value::as_bool).unwrap_or_default();
        let number = |name: &str| policy.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        Self {
            length: number("MinimumPasswordLength").unwrap_or(6),
            required: ["RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols"]
                .map(flag),
            kinds: 0,
            memory: number("PasswordReusePrevention").unwrap_or_default(),
        }
    }

    /// Whether a password is good enough for the user of this name.
    pub fn accept(&self, password: &str, user: &str) -> bool {
        let has = |kind: fn(char) -> bool| password.chars().any(kind);
        let found = [
            has(|c| c.is_ascii_uppercase()),
            has(|c| c.is_ascii_lowercase()),
            has(|c| c.is_ascii_digit()),
            has(|c| "!@#$%^&*()_+-=[]{}|'".contains(c)),
        ];
        password.chars().count() >= self.length
            && self.required.iter().zip(found).all(|(required, found)| found || !required)
            && found.iter().filter(|found| **found).count() >= self.kinds
            && !password.eq_ignore_ascii_case(user)
    }
}

/// What is kept of a password: `salt.hash`.
pub fn conceal(password: &str, salt: &[u8]) -> String {
    format!("{}.{}", BASE64.encode(salt), BASE64.encode(derive(password, salt)))
}

/// Whether this is the password that was kept.
pub fn matches(password: &str, kept: &str) -> bool {
    let Some((salt, hash)) = kept.split_once('.') else { return false };
    match (BASE64.decode(salt), BASE64.decode(hash)) {
        (Ok(salt), Ok(hash)) => derive(password, &salt).ct_eq(&hash).into(),
        _ => false,
    }
}

/// PBKDF2 with HMAC-SHA-256 (RFC 8018), one block.
fn derive(password: &str, salt: &[u8]) -> Vec<u8> {
    let Ok(keyed) = Hmac::<Sha256>::new_from_slice(password.as_bytes()) else { return Vec::new() };
    let sign = |data: &[&[u8]]| {
        let mut mac = keyed.clone();
        for part in data {
            mac.update(part);
        }
        mac.finalize().into_bytes()
    };
    let mut round = sign(&[salt, &1u32.to_be_bytes()]);
    let mut sum = round.to_vec();
    for _ in 1..ROUNDS {
        round = sign(&[&round]);
        sum.iter_mut().zip(&round).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(policy: Option<&Value>, password: &str, accepted: bool) {
        assert_eq!(Rules::of(policy).accept(password, "ada"), accepted, "{password}");
    }

    #[test]
    fn without_a_policy_eight_characters_of_three_kinds_are_asked_for() {
        for (password, accepted) in
            [("Str0ngpass", true), ("str0ng-pass", true), ("alllowercase1", false), ("Sh0rt-1", false), ("", false)]
        {
            check(None, password, accepted);
        }
    }

    #[test]
    fn a_policy_asks_for_what_it_says_only() {
        let lax = json!({"MinimumPasswordLength": 6});
        check(Some(&lax), "simple", true);
        check(Some(&lax), "short", false);
        let strict = json!({"MinimumPasswordLength": 6, "RequireSymbols": true, "RequireUppercaseCharacters": true});
        check(Some(&strict), "Simple!", true);
        check(Some(&strict), "simple!", false);
        check(Some(&strict), "Simple1", false);
    }

    #[test]
    fn a_password_is_never_the_name() {
        let rules = Rules::of(Some(&json!({"MinimumPasswordLength": 6})));
        assert!(!rules.accept("JohnDoe", "johndoe"));
    }

    #[test]
    fn a_kept_password_is_recognised_and_not_readable() {
        let kept = conceal("Str0ngpass", b"salt");
        assert!(matches("Str0ngpass", &kept) && !matches("str0ngpass", &kept));
        assert!(!kept.contains("Str0ngpass"));
        assert!(!matches("x", "broken") && !matches("x", "?.?"));
    }

    #[test]
    fn the_derivation_is_pbkdf2() {
        // Python: hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000)[:4]
        assert_eq!(derive("password", b"salt").get(..4), Some(&[0x63, 0x2c, 0x28, 0x12][..]));
    }
}
