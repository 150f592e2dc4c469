//! Patterns of the model, which are written for Java's engine.

use std::sync::OnceLock;

use regex::Regex;

/// A pattern that a whole text must match.
#[derive(Debug)]
pub struct Pattern {
    /// The pattern as AWS writes it, in Java's dialect.
    pub text: String,
    /// What to match where Rust's engine needs other words.
    pub(super) regex: Option<String>,
    /// What the text may not hold; a look-ahead of the pattern.
    pub(super) forbidden: Option<String>,
    pub(super) compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Whether the whole of `text` matches; linear in its length.
    pub fn matches(&self, text: &str) -> bool {
        if self.forbidden.as_ref().is_some_and(|forbidden| text.contains(forbidden)) {
            return false;
        }
        // A pattern that does not compile refuses nothing; a test compiles them all.
        self.compiled().is_none_or(|regex| regex.is_match(text))
    }

    fn compiled(&self) -> Option<&Regex> {
        let compile = || Regex::new(&rust_dialect(self.regex.as_ref().unwrap_or(&self.text))).ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Rewrites a Java pattern for Rust's engine: `\w` and `\d` mean ASCII, and the match is anchored at both ends.
fn rust_dialect(java: &str) -> String {
    let mut out = String::from(r"\A(?:");
    let mut in_class = false;
    let mut rest = java.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            in_class = c == '[' || (in_class && c != ']');
            out.push(c);
            continue;
        }
        match (rest.next(), in_class) {
            (Some('w'), true) => out.push_str("0-9A-Za-z_"),
            (Some('w'), false) => out.push_str("[0-9A-Za-z_]"),
            (Some('d'), true) => out.push_str("0-9"),
            (Some('d'), false) => out.push_str("[0-9]"),
            (Some('u'), _) => {
                // The model writes `\u10FFFF` where Java would need braces: five or six digits belong together.
                let digits: String = rest.clone().take_while(char::is_ascii_hexdigit).take(6).collect();
                let length = if digits.starts_with("10") && digits.len() > 4 { digits.len() } else { 4 };
                out.push_str(r"\x{");
                out.extend(rest.by_ref().take(length));
                out.push('}');
            }
            (Some(other), _) => out.extend(['\\', other]),
            (None, _) => {}
        }
    }
    out.push_str(r")\z");
    out
}

#[cfg(test)]
mod tests {
    use super::super::model;
    use super::*;

    fn check_pattern(java: &str, accepted: &[&str], refused: &[&str]) {
        let pattern = model().patterns.iter().find(|p| p.text == java).unwrap_or_else(|| panic!("no pattern {java}"));
        for text in accepted {
            assert!(pattern.matches(text), "{java} should accept {text:?}");
        }
        for text in refused {
            assert!(!pattern.matches(text), "{java} should refuse {text:?}");
        }
    }

    #[test]
    fn every_pattern_compiles() {
        for pattern in &model().patterns {
            assert!(pattern.compiled().is_some(), "{}", pattern.text);
        }
    }

    #[test]
    fn patterns_are_anchored_and_ascii() {
        check_pattern(r"[\w+=,.@-]+", &["JohnDoe", "a+b=c,d.e@f-g_"], &["", "John Doe", "Zoë", "a\n", "a/b"]);
        check_pattern(r"\d{12}", &["123456789012"], &["12345678901", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"]);
        check_pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", &["Größe 1", "日本:x"], &["a*b", "a;b"]);
        check_pattern(r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", &["v1", "v12.a-b", "v1."], &["v0", "1"]);
    }

    #[test]
    fn a_look_ahead_is_kept_as_a_forbidden_text() {
        check_pattern(
            r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
            &["example", "exa-mple", "abc"],
            &["exa--mple", "-example", "example-", "ab", "Example"],
        );
    }

    #[test]
    fn code_points_above_four_digits_are_read_whole() {
        assert_eq!(rust_dialect(r"[\u0009-\u10000-\u10FFFF]+"), r"\A(?:[\x{0009}-\x{10000}-\x{10FFFF}]+)\z");
    }
}
