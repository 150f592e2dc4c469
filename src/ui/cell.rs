//! One value on the screen; the four faces of remote data never look alike.

use std::borrow::Cow;

use crate::model::{Denial, Fact};
use crate::theme::Role;

/// A short text and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text; it is made visible where it is drawn.
    pub text: Cow<'static, str>,
    /// Its look.
    pub role: Role,
}

impl Cell {
    /// A text in a role.
    pub fn new(text: impl Into<Cow<'static, str>>, role: Role) -> Self {
        Self { text: text.into(), role }
    }

    /// Plain text.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(text, Role::Text)
    }

    /// What no read has told yet.
    pub fn unknown() -> Self {
        Self::new("…", Role::Unknown)
    }

    /// What a read told is not there.
    pub fn absent(word: &'static str) -> Self {
        Self::new(word, Role::Absent)
    }

    /// What a read that failed should have told; the page says why.
    pub fn failed() -> Self {
        Self::new("✗ not read", Role::Bad)
    }

    /// What may not be read, in a narrow column; the selected row's detail names the permission.
    pub fn denied() -> Self {
        Self::new("⊘ denied", Role::Denied)
    }

    /// What may not be read, where there is room for the permission that is missing.
    pub fn denied_by(denial: &Denial) -> Self {
        Self::new(format!("⊘ {denial}"), Role::Denied)
    }

    /// A fact in a narrow column.
    pub fn of<T>(fact: &Fact<T>, absent: &'static str, known: impl FnOnce(&T) -> Self) -> Self {
        match fact {
            Fact::Unknown => Self::unknown(),
            Fact::Denied(_) => Self::denied(),
            Fact::Absent(_) => Self::absent(absent),
            Fact::Known(value, _) => known(value),
        }
    }

    /// A fact where there is room for a sentence.
    pub fn wide<T>(fact: &Fact<T>, absent: &'static str, known: impl FnOnce(&T) -> Self) -> Self {
        match fact {
            Fact::Denied(denial) => Self::denied_by(denial),
            other => Self::of(other, absent, known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Seen, Source};
    use jiff::Timestamp;

    #[test]
    fn the_four_faces_never_look_alike() {
        let seen = Seen::new(Source::List, Timestamp::UNIX_EPOCH);
        let faces = [
            Fact::Unknown,
            Fact::denied(Denial::of("iam:ListMFADevices")),
            Fact::Absent(seen),
            Fact::Known("Virtual".to_owned(), seen),
        ];
        let texts: Vec<_> = faces.iter().map(|fact| Cell::of(fact, "None", |v| Cell::text(v.clone())).text).collect();
        for (at, text) in texts.iter().enumerate() {
            assert!(!texts[..at].contains(text), "{text}");
        }
        let wide = Cell::wide(&faces[1], "None", |v| Cell::text(v.clone()));
        assert!(wide.text.contains("iam:ListMFADevices"));
    }
}
