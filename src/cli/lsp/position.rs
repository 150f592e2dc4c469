//! Places in a text: bytes here, lines and UTF-16 units in the protocol.

use serde_json::{Value, json};

use crate::policy::syntax::Span;

/// The byte that a position of the protocol names; past the end of a line it is that end.
pub fn byte(text: &str, position: &Value) -> usize {
    let number = |name: &str| position.get(name).and_then(Value::as_u64).and_then(|one| usize::try_from(one).ok());
    let (line, units) = (number("line").unwrap_or(0), number("character").unwrap_or(0));
    let mut start = 0;
    for _ in 0..line {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let mut left = units;
    let rest = text.get(start..).unwrap_or_default();
    for (at, ch) in rest.char_indices() {
        if left == 0 || ch == '\n' || ch == '\r' {
            return start + at;
        }
        left = left.saturating_sub(ch.len_utf16());
    }
    text.len()
}

/// A position of the protocol.
fn position(text: &str, byte: usize) -> Value {
    let before = text.get(..byte.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let units: usize = before.get(start..).unwrap_or_default().chars().map(char::len_utf16).sum();
    json!({"line": line, "character": units})
}

/// A range of the protocol.
pub fn range(text: &str, span: Span) -> Value {
    json!({"start": position(text, span.start as usize), "end": position(text, span.end as usize)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: usize, line: u64, character: u64) {
        assert_eq!(position(text, at), json!({"line": line, "character": character}));
        assert_eq!(byte(text, &json!({"line": line, "character": character})), at);
    }

    #[test]
    fn columns_are_utf_16_units() {
        check("a😀b\nc", 5, 0, 3);
        check("a😀b\nc", 7, 1, 0);
        assert_eq!(byte("ab\r\nc", &json!({"line": 0, "character": 99})), 2);
        assert_eq!(byte("ab", &json!({"line": 9, "character": 0})), 2);
    }
}
