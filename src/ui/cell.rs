//! One value on the screen; the faces of remote data never look alike.

use std::borrow::Cow;

use crate::model::{Denial, DenialReason, Fact};
use crate::theme::Look;

/// A short text and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text; it is made visible where it is drawn.
    pub text: Cow<'static, str>,
    /// Its look.
    pub role: Look,
}

impl Cell {
    /// A text in a role.
    pub fn new(text: impl Into<Cow<'static, str>>, role: Look) -> Self {
        Self { text: text.into(), role }
    }

    /// Plain text.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(text, Look::Text)
    }

    /// What no read has told yet.
    pub fn unknown() -> Self {
        Self::new("…", Look::Unknown)
    }

    /// What a read told is not there.
    pub fn absent(word: &'static str) -> Self {
        Self::new(word, Look::Absent)
    }

    /// What a read that failed should have told; the page says why.
    pub fn failed() -> Self {
        Self::new("✗ failed", Look::Bad)
    }

    /// What may not be read or cannot be here, in a narrow column; the selected row's detail says what is missing.
    pub fn denied(denial: &Denial) -> Self {
        let word = match denial.reason {
            DenialReason::Unsupported => "◇ no API",
            DenialReason::NotHeld => "? not in snapshot",
            _ => "⊘ denied",
        };
        Self::new(word, Self::role_of(denial))
    }

    /// What may not be read or cannot be here, where there is room for what is missing.
    pub fn denied_by(denial: &Denial) -> Self {
        Self::new(format!("{} {denial}", denial.mark()), Self::role_of(denial))
    }

    /// The look of a refusal; that an endpoint has no such operation is nobody's fault.
    pub fn role_of(denial: &Denial) -> Look {
        match denial.reason {
            DenialReason::Unsupported => Look::Muted,
            DenialReason::NotHeld => Look::Unknown,
            _ => Look::Denied,
        }
    }

    /// A fact in a narrow column.
    pub fn of<T>(fact: &Fact<T>, absent: &'static str, known: impl FnOnce(&T) -> Self) -> Self {
        match fact {
            Fact::Unknown => Self::unknown(),
            Fact::Denied(denial) => Self::denied(denial),
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
    fn the_faces_of_data_never_look_alike() {
        let seen = Seen::new(Source::List, Timestamp::UNIX_EPOCH);
        let faces = [
            Fact::Unknown,
            Fact::denied(Denial::of("iam:ListMFADevices")),
            Fact::denied(Denial::unsupported("ListMFADevices")),
            Fact::denied(Denial::not_held()),
            Fact::Absent(seen),
            Fact::Known("Virtual".to_owned(), seen),
        ];
        for draw in [Cell::of, Cell::wide] {
            let mut texts = vec![Cell::failed().text];
            texts.extend(faces.iter().map(|fact| draw(fact, "None", |v: &String| Cell::text(v.clone())).text));
            for (at, text) in texts.iter().enumerate() {
                assert!(!texts[..at].contains(text), "{text}");
            }
        }
        let wide = Cell::wide(&faces[1], "None", |v| Cell::text(v.clone()));
        assert!(wide.text.contains("iam:ListMFADevices"));
    }
}
