//! The signs that a terminal can draw: where it has few, plain ones stand for the others.

use std::borrow::Cow;

/// Which signs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// Those of fonts of today.
    #[default]
    Drawn,
    /// Those of ASCII, and the lines and blocks of the oldest code page.
    Plain,
}

/// Each sign that a plain terminal has not, and what stands for it there: as wide, so that nothing moves.
const PLAIN: [(char, char); 34] = [
    ('✓', '+'),
    ('✗', 'x'),
    ('▲', '!'),
    ('○', 'o'),
    ('●', '*'),
    ('•', '*'),
    ('›', '>'),
    ('‹', '<'),
    ('▸', '>'),
    ('▾', 'v'),
    ('…', '~'),
    ('—', '-'),
    ('–', '-'),
    ('↑', '^'),
    ('↓', 'v'),
    ('→', '>'),
    ('←', '<'),
    ('⋯', '~'),
    ('“', '"'),
    ('”', '"'),
    ('⊘', 'x'),
    ('■', '#'),
    ('≠', '!'),
    ('↶', '<'),
    ('◇', 'o'),
    ('◆', '*'),
    ('▼', 'v'),
    ('·', '.'),
    // Eighths of a cell.
    ('▏', '|'),
    ('▎', '|'),
    ('▍', '|'),
    ('▋', '#'),
    ('▊', '#'),
    ('▉', '#'),
];

impl Signs {
    /// Reads off the environment which signs there are: the console of Linux has few.
    pub fn of(var: impl Fn(&str) -> Option<String>) -> Self {
        match var("TERM").as_deref() {
            Some("linux" | "dumb" | "vt100" | "vt220") => Self::Plain,
            _ => Self::Drawn,
        }
    }

    /// A text in the signs that there are.
    pub fn shown(self, text: &str) -> Cow<'_, str> {
        let plain = |ch: char| PLAIN.iter().find(|(sign, _)| *sign == ch).map(|(_, plain)| *plain);
        if self == Self::Drawn || text.is_ascii() || !text.chars().any(|ch| plain(ch).is_some()) {
            return text.into();
        }
        text.chars().map(|ch| plain(ch).unwrap_or(ch)).collect::<String>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar as _;

    #[test]
    fn the_console_of_linux_gets_plain_signs() {
        let of = |term: &str| Signs::of(|name| (name == "TERM").then(|| term.to_owned()));
        assert_eq!((of("linux"), of("xterm-256color")), (Signs::Plain, Signs::Drawn));
        assert_eq!(Signs::Plain.shown("✗ no MFA … › ▲ key"), "x no MFA ~ > ! key");
        assert_eq!(Signs::Drawn.shown("✗ no MFA …"), "✗ no MFA …");
    }

    #[test]
    fn a_plain_sign_is_as_wide_as_what_it_stands_for() {
        for (sign, plain) in PLAIN {
            assert!(plain.is_ascii(), "{sign}");
            assert_eq!(sign.width(), plain.width(), "{sign}");
        }
    }
}
