//! Console passwords: what the account's policy asks for, and making one that does.

use crate::base::secret::Secret;
use crate::model::PasswordPolicy;

/// What a password must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The minimum number of characters.
    pub length: usize,
    /// An uppercase letter.
    pub uppercase: bool,
    /// A lowercase letter.
    pub lowercase: bool,
    /// A digit.
    pub number: bool,
    /// One of [`SYMBOLS`].
    pub symbol: bool,
    /// How many of the four kinds there must be at least.
    pub kinds: usize,
}

/// The characters that AWS counts as symbols.
pub const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";
/// The symbols of passwords that are made here: those that shells, CSV and double clicks leave alone.
const MADE_SYMBOLS: &str = "!@#%^*_+-=";
/// Letters and digits of passwords that are made here: none that looks like another.
const UPPERCASE: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWERCASE: &str = "abcdefghijkmnopqrstuvwxyz";
const NUMBERS: &str = "23456789";

/// The length of passwords that are made here: more than a hundred bits.
const MADE_LENGTH: usize = 20;
const LONGEST: usize = 128;

impl Rules {
    /// The rules of a password policy; without one, those that AWS holds every account to.
    pub fn of(policy: Option<&PasswordPolicy>) -> Self {
        match policy {
            None => Self { length: 8, uppercase: false, lowercase: false, number: false, symbol: false, kinds: 3 },
            Some(policy) => Self {
                length: usize::try_from(policy.minimum_length).unwrap_or(8),
                uppercase: policy.uppercase,
                lowercase: policy.lowercase,
                number: policy.numbers,
                symbol: policy.symbols,
                kinds: 0,
            },
        }
    }

    /// Each rule in a few words, with whether the password keeps it.
    pub fn check(&self, password: &str) -> Vec<(String, bool)> {
        let has = |test: &dyn Fn(char) -> bool| password.chars().any(test);
        let upper = has(&|ch| ch.is_ascii_uppercase());
        let lower = has(&|ch| ch.is_ascii_lowercase());
        let number = has(&|ch| ch.is_ascii_digit());
        let symbol = has(&|ch| SYMBOLS.contains(ch));
        let length = password.chars().count();
        let mut told =
            vec![(format!("{} to {LONGEST} characters", self.length), (self.length..=LONGEST).contains(&length))];
        for (asked, kept, words) in [
            (self.uppercase, upper, "an uppercase letter"),
            (self.lowercase, lower, "a lowercase letter"),
            (self.number, number, "a number"),
            (self.symbol, symbol, "a symbol"),
        ] {
            if asked {
                told.push((words.to_owned(), kept));
            }
        }
        if self.kinds > 0 {
            let kinds = [upper, lower, number, symbol].into_iter().filter(|kept| *kept).count();
            told.push((format!("{} of uppercase, lowercase, number, symbol", self.kinds), kinds >= self.kinds));
        }
        told
    }

    /// Makes a password that keeps the rules, with one character of every kind at least.
    ///
    /// `random` fills a slice with random bytes that nobody can foresee; its failure is passed on.
    pub fn make<E>(&self, mut random: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Secret, E> {
        let length = self.length.clamp(MADE_LENGTH, LONGEST);
        let all: Vec<u8> = [UPPERCASE, LOWERCASE, NUMBERS, MADE_SYMBOLS].concat().into_bytes();
        let mut password = Vec::with_capacity(length);
        for kind in [UPPERCASE, LOWERCASE, NUMBERS, MADE_SYMBOLS] {
            password.push(pick(kind.as_bytes(), &mut random)?);
        }
        while password.len() < length {
            password.push(pick(&all, &mut random)?);
        }
        // The four that had to be there do not stand in front.
        for last in (1..password.len()).rev() {
            let other = below(last + 1, &mut random)?;
            password.swap(last, other);
        }
        Ok(Secret::new(password.into_iter().map(char::from).collect::<String>()))
    }
}

fn pick<E>(from: &[u8], random: &mut impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<u8, E> {
    let at = below(from.len(), random)?;
    Ok(from.get(at).copied().unwrap_or(b'x'))
}

/// A number below `bound`, each as likely as the others.
fn below<E>(bound: usize, random: &mut impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<usize, E> {
    loop {
        let mut byte = [0];
        random(&mut byte)?;
        let number = usize::from(byte[0]);
        // What lies beyond the last whole multiple would favour small numbers.
        if number < 256 - 256 % bound {
            return Ok(number % bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn kept(rules: Rules, password: &str) -> bool {
        rules.check(password).iter().all(|(_, kept)| *kept)
    }

    #[test]
    fn aws_asks_for_eight_characters_of_three_kinds_where_there_is_no_policy() {
        let rules = Rules::of(None);
        assert!(kept(rules, "Abcdefg1"));
        assert!(!kept(rules, "Abcdefgh"));
        assert!(!kept(rules, "Abcde1!"));
    }

    #[test]
    fn made_passwords_keep_any_policy_and_differ() {
        let mut state = 1u32;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = state.to_be_bytes()[0];
            }
            Ok::<_, Infallible>(())
        };
        let policy = Rules { length: 40, uppercase: true, lowercase: true, number: true, symbol: true, kinds: 0 };
        for rules in [Rules::of(None), policy] {
            let one = rules.make(&mut random).unwrap();
            assert!(kept(rules, one.reveal()), "{}", one.reveal());
            assert_ne!(one, rules.make(&mut random).unwrap());
        }
    }
}
