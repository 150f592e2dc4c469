//! Patterns of `*` (any run of characters) and `?` (one character), as policies use them.
//!
//! All three questions take time bounded by the product of the lengths, whatever the pattern: a policy's
//! author is not trusted. They count their steps, and say "no" when none are left.

use super::work;

/// Whether a pattern matches a text.
pub fn matches(pattern: &str, text: &str) -> bool {
    consume(pattern.as_bytes(), text.as_bytes(), |p, t| p == t || p == b'?')
}

/// Whether a pattern matches a text, capitals of ASCII letters aside.
pub fn matches_ignore_case(pattern: &str, text: &str) -> bool {
    consume(pattern.as_bytes(), text.as_bytes(), |p, t| p.eq_ignore_ascii_case(&t) || p == b'?')
}

/// Whether every text that `narrow` matches is matched by `wide` too.
///
/// Sound, and complete but for spellings such as `*?` against `?*`.
pub fn covers(wide: &str, narrow: &str) -> bool {
    consume(wide.as_bytes(), narrow.as_bytes(), |p, t| p == t || p == b'?' && t != b'*')
}

/// Like [`covers`], capitals of ASCII letters aside.
pub fn covers_ignore_case(wide: &str, narrow: &str) -> bool {
    consume(wide.as_bytes(), narrow.as_bytes(), |p, t| p.eq_ignore_ascii_case(&t) || p == b'?' && t != b'*')
}

/// Whether some text is matched by both patterns.
pub fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one == b"*" || other == b"*" {
        return true;
    }
    work::spend(8);
    let plain = |text: &[u8]| !text.iter().any(|b| matches!(b, b'*' | b'?'));
    match (plain(one), plain(other)) {
        (true, true) => return one == other,
        (true, false) => return consume(other, one, |p, t| p == t || p == b'?'),
        (false, true) => return consume(one, other, |p, t| p == t || p == b'?'),
        (false, false) => {}
    }
    // What is literal in both at either end must be the same; nearly all pairs end here.
    let same = |a: u8, b: u8| a == b || a == b'?' || b == b'?';
    let heads = one.iter().zip(other).take_while(|(a, b)| **a != b'*' && **b != b'*');
    let mut tails = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| **a != b'*' && **b != b'*');
    if !heads.into_iter().all(|(a, b)| same(*a, *b)) || !tails.all(|(a, b)| same(*a, *b)) {
        return false;
    }
    work::spend((one.len() as u64 + 1) * (other.len() as u64 + 1));
    if work::is_spent() {
        return false;
    }
    // Row `i` says which suffixes of `other` share a text with the suffix of `one` that starts at `i`.
    let mut below = vec![false; other.len() + 1];
    for i in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for j in (0..=other.len()).rev() {
            let right = row.get(j + 1).copied().unwrap_or(false);
            let down = below.get(j).copied().unwrap_or(false);
            let across = below.get(j + 1).copied().unwrap_or(false);
            let shared = match (one.get(i), other.get(j)) {
                (None, None) => true,
                (Some(b'*'), _) => (i < one.len() && down) || (j < other.len() && right),
                (_, Some(b'*')) => right || (i < one.len() && down),
                (Some(a), Some(b)) => (a == b || *a == b'?' || *b == b'?') && across,
                _ => false,
            };
            if let Some(slot) = row.get_mut(j) {
                *slot = shared;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or(false)
}

/// Whether a text holds `*` or `?`.
pub fn is_pattern(text: &str) -> bool {
    text.bytes().any(|b| b == b'*' || b == b'?')
}

/// Matches greedily; a mismatch goes back to the last `*` only, which is enough.
fn consume(pattern: &[u8], text: &[u8], one: impl Fn(u8, u8) -> bool) -> bool {
    let mut steps = 1;
    let found = consume_counted(pattern, text, one, &mut steps);
    work::spend(steps);
    found && !work::is_spent()
}

fn consume_counted(pattern: &[u8], text: &[u8], one: impl Fn(u8, u8) -> bool, steps: &mut u64) -> bool {
    let most = work::left();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            // A `?` stands for one character, so it takes the rest of a multi-byte one along.
            Some(&b'?') if one(b'?', byte) => {
                p += 1;
                t += 1;
                while text.get(t).is_some_and(|b| b & 0xc0 == 0x80) {
                    t += 1;
                }
                continue;
            }
            Some(&wanted) if wanted != b'?' && one(wanted, byte) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((at, from)) = star else { return false };
        *steps += 1 + (t - from) as u64;
        if *steps > most {
            return false;
        }
        star = Some((at, from + 1));
        p = at + 1;
        t = from + 1;
    }
    pattern.get(p..).unwrap_or_default().iter().all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_takes_any_run_and_a_mark_one_character() {
        assert!(matches("s3:Get*", "s3:GetObject"));
        assert!(matches("*", ""));
        assert!(matches("a?c", "abc") && matches("a?c", "aéc"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("s3:get*", "s3:GetObject"));
        assert!(matches_ignore_case("S3:get*t", "s3:GetObject"));
        assert!(matches("*a*b", "xxaxxbxb"));
    }

    #[test]
    fn covering_is_inclusion_of_what_is_matched() {
        assert!(covers("s3:*", "s3:Get*"));
        assert!(covers("*", "*"));
        assert!(covers("a?", "ab") && covers("a?", "a?"));
        assert!(!covers("a?", "a*"));
        assert!(!covers("s3:Get*", "s3:*"));
        assert!(covers_ignore_case("S3:*Object", "s3:get*object"));
    }

    #[test]
    fn overlapping_patterns_share_a_text() {
        assert!(overlap("a*", "*b"));
        assert!(overlap("arn:*:s3:::*/*", "arn:aws:s3:::bucket/*"));
        assert!(overlap("*", "") && overlap("", ""));
        assert!(!overlap("a*", "b*"));
        assert!(!overlap("a?", "a"));
    }

    #[test]
    fn a_hostile_pattern_costs_little() {
        let pattern = "a*".repeat(1000) + "b";
        let text = "a".repeat(20_000);
        let start = std::time::Instant::now();
        assert!(!matches(&pattern, &text));
        assert!(!overlap(&pattern, &"a".repeat(2000)));
        assert!(start.elapsed().as_secs() < 5);
    }
}
