//! The two wildcards of the policy language, matched without exponential cost.
//!
//! A pattern is a byte string in which four bytes that UTF-8 never uses stand for wildcards. Text that a
//! variable brought in is therefore literal by construction: its own `*` is an ordinary byte.

use crate::base::work;

/// `*`: any run of characters, colons included.
pub(super) const STAR: u8 = 0xff;
/// `?`: any one character.
pub(super) const ONE: u8 = 0xfe;
/// `*` that stays inside its part of an ARN.
pub(super) const STAR_IN_PART: u8 = 0xfd;
/// `?` that is no colon.
pub(super) const ONE_IN_PART: u8 = 0xfc;

/// Whether a byte of a pattern is a wildcard.
pub(super) fn is_wildcard(byte: u8) -> bool {
    byte >= ONE_IN_PART
}

/// A pattern with its literal beginning split off, which decides nearly every comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    prefix: Box<[u8]>,
    rest: Box<[u8]>,
}

impl Glob {
    /// Takes a pattern of literal bytes, [`STAR`] and [`ONE`].
    pub(super) fn new(pattern: &[u8]) -> Self {
        let split = pattern.iter().position(|b| is_wildcard(*b)).unwrap_or(pattern.len());
        let (prefix, rest) = pattern.split_at(split);
        Self { prefix: prefix.into(), rest: rest.into() }
    }

    /// Whether the whole text fits.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        match text.strip_prefix(&*self.prefix) {
            None => false,
            Some(tail) => match &*self.rest {
                [] => tail.is_empty(),
                [STAR] => true,
                rest => matches(rest, tail),
            },
        }
    }

    /// Whether it fits every text.
    pub(super) fn is_any(&self) -> bool {
        self.prefix.is_empty() && !self.rest.is_empty() && self.rest.iter().all(|b| *b == STAR)
    }
}

/// The length of the UTF-8 character that starts here.
fn width(first: u8) -> usize {
    match first {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 1,
    }
}

/// Whether a text fits a pattern of literal bytes, [`STAR`] and [`ONE`].
///
/// Only the last `*` seen is ever taken up again: what stands before it fits at the earliest place, and
/// a later place could not help. So the cost is at most the product of both lengths.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut left = work::left();
    let (before, fits) = (left, fits(pattern, text, &mut left));
    work::spend(before - left);
    fits
}

fn fits(pattern: &[u8], text: &[u8], left: &mut u64) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        match pattern.get(p) {
            Some(&STAR) => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(&ONE) => {
                p += 1;
                t += width(*byte);
            }
            Some(literal) if literal == byte => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after_star, from)) = again else { return false };
                let next = from + text.get(from).map_or(1, |first| width(*first));
                again = Some((after_star, next));
                p = after_star;
                t = next;
            }
        }
    }
    t == text.len() && pattern.iter().skip(p).all(|b| *b == STAR)
}

/// Like [`matches()`], for patterns that hold wildcards bound to a part of an ARN beside free ones.
///
/// All places of the pattern that the text read so far can have reached are followed at once.
pub(super) fn matches_in_parts(pattern: &[u8], text: &str) -> bool {
    // Whatever is no star takes at least one byte; this also bounds the cost by the text's length.
    if pattern.iter().filter(|byte| !matches!(**byte, STAR | STAR_IN_PART)).count() > text.len() {
        return false;
    }
    let mut here = vec![false; pattern.len() + 1];
    let mut next = here.clone();
    if let Some(first) = here.first_mut() {
        *first = true;
    }
    skip_stars(pattern, &mut here);
    let mut buffer = [0; 4];
    for ch in text.chars() {
        let bytes = ch.encode_utf8(&mut buffer).as_bytes();
        next.fill(false);
        work::spend(pattern.len() as u64);
        let mut alive = false;
        for (at, byte) in pattern.iter().enumerate() {
            if !here.get(at).copied().unwrap_or(false) {
                continue;
            }
            let to = match *byte {
                STAR => Some(at),
                STAR_IN_PART if ch != ':' => Some(at),
                ONE => Some(at + 1),
                ONE_IN_PART if ch != ':' => Some(at + 1),
                _ if pattern.get(at..at + bytes.len()) == Some(bytes) => Some(at + bytes.len()),
                _ => None,
            };
            if let Some(slot) = to.and_then(|to| next.get_mut(to)) {
                *slot = true;
                alive = true;
            }
        }
        if !alive || work::is_spent() {
            return false;
        }
        skip_stars(pattern, &mut next);
        std::mem::swap(&mut here, &mut next);
    }
    here.last().copied().unwrap_or(false)
}

/// A star may also stand for nothing: whoever stands before it stands behind it too.
fn skip_stars(pattern: &[u8], places: &mut [bool]) {
    for (at, byte) in pattern.iter().enumerate() {
        if matches!(*byte, STAR | STAR_IN_PART)
            && places.get(at).copied().unwrap_or(false)
            && let Some(behind) = places.get_mut(at + 1)
        {
            *behind = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn pattern(text: &str) -> Vec<u8> {
        text.bytes()
            .map(|b| {
                if b == b'*' {
                    STAR
                } else if b == b'?' {
                    ONE
                } else {
                    b
                }
            })
            .collect()
    }

    #[track_caller]
    fn check(glob: &str, text: &str, fits: bool) {
        let bytes = pattern(glob);
        assert_eq!(matches(&bytes, text.as_bytes()), fits, "{glob} on {text}");
        assert_eq!(Glob::new(&bytes).matches(text.as_bytes()), fits, "{glob} on {text}, split");
        assert_eq!(matches_in_parts(&bytes, text), fits, "{glob} on {text}, in parts");
    }

    #[test]
    fn stars_stand_for_any_run_and_question_marks_for_one_character() {
        check("", "", true);
        check("", "a", false);
        check("*", "", true);
        check("*", "anything", true);
        check("get*", "getobject", true);
        check("get*", "putobject", false);
        check("*object", "getobject", true);
        check("g*t*t", "getobject", true);
        check("g*t*x", "getobject", false);
        check("?", "", false);
        check("???", "abc", true);
        check("a?c*", "abcd", true);
        check("**a**", "bab", true);
        check("a*a", "a", false);
    }

    #[test]
    fn a_question_mark_takes_a_whole_character() {
        check("Zo?", "Zoë", true);
        check("Zo??", "Zoë", false);
        check("*ë", "Zoë", true);
        check("?日*", "本日は", true);
    }

    #[test]
    fn bound_wildcards_stop_at_a_colon() {
        let check = |pattern: &[u8], text: &str, fits| assert_eq!(matches_in_parts(pattern, text), fits, "{text}");
        check(&[b'a', STAR_IN_PART, b'c'], "abbc", true);
        check(&[b'a', STAR_IN_PART, b'c'], "ab:c", false);
        check(&[b'a', ONE_IN_PART, b'c'], "a:c", false);
        check(&[b'a', STAR, b'c'], "ab:c", true);
    }

    #[test]
    fn hostile_patterns_cost_no_more_than_both_lengths() {
        let started = Instant::now();
        let stars = pattern(&format!("{}b", "a*".repeat(1_000)));
        assert!(!matches(&stars, "a".repeat(4_000).as_bytes()));
        assert!(!matches(&pattern(&format!("*{}b", "a".repeat(1_000))), "a".repeat(4_000).as_bytes()));
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
        let started = Instant::now();
        assert!(!matches_in_parts(&stars, &"a".repeat(2_048)));
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }

    /// The obvious recursive definition, exponential but plainly right.
    fn plain(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([STAR, rest @ ..], _) => plain(rest, text) || (!text.is_empty() && plain(pattern, &text[1..])),
            ([ONE, rest @ ..], [_, tail @ ..]) => plain(rest, tail),
            ([p, rest @ ..], [t, tail @ ..]) => p == t && plain(rest, tail),
            _ => false,
        }
    }

    #[test]
    fn random_patterns_agree_with_the_plain_definition() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut roll = |bound: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % bound).unwrap()
        };
        for _ in 0..20_000 {
            let pattern: Vec<u8> = (0..roll(8)).map(|_| [b'a', b'b', STAR, ONE][roll(4)]).collect();
            let text: String = (0..roll(8)).map(|_| ["a", "b"][roll(2)]).collect();
            let expected = plain(&pattern, text.as_bytes());
            assert_eq!(matches(&pattern, text.as_bytes()), expected, "{pattern:?} on {text}");
            assert_eq!(Glob::new(&pattern).matches(text.as_bytes()), expected, "{pattern:?} on {text}");
            assert_eq!(matches_in_parts(&pattern, &text), expected, "{pattern:?} on {text}");
        }
    }
}
