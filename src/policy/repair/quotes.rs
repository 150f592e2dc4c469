//! Quotes of other kinds as the quotes of JSON: typographic ones, and single ones.

use crate::policy::diagnostic::{Edit, Fix};
use crate::policy::syntax::Span;

use super::MOST_EDITS;

/// Double quotes as word processors write them.
pub(super) const CURLY: [char; 5] = ['“', '”', '„', '‟', '″'];

/// Single quotes, as programs and as word processors write them.
const SINGLE: [char; 4] = ['\'', '‘', '’', '‚'];

/// Finds the edits that give every string the quotes of JSON; nothing where there are none, or where one lacks its
/// partner on its line. What stands inside a string with straight quotes is its content and stays.
pub(super) fn straighten(text: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(ch) = text.get(at..)?.chars().next() {
        let rest = text.get(at..)?;
        at += match ch {
            '"' => straight(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if CURLY.contains(&ch) => other(rest, at, &CURLY, &mut edits)?,
            _ if SINGLE.contains(&ch) => other(rest, at, &SINGLE, &mut edits)?,
            _ => ch.len_utf8(),
        };
    }
    let first = edits.first().filter(|_| edits.len() <= MOST_EDITS)?;
    let line = text.get(..first.span.start as usize)?.matches('\n').count() + 1;
    Some(Fix::new(format!("Repair the JSON: set straight quotes from line {line} on"), edits))
}

/// The length of a string of JSON; up to the end of its line where it is not closed.
fn straight(rest: &str) -> usize {
    let mut escaped = false;
    for (at, ch) in rest.char_indices().skip(1) {
        match ch {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = ch == '\\' && !escaped,
        }
    }
    rest.len()
}

/// The length of a string in other quotes, of which both are replaced. Its content must be the same in straight ones.
fn other(rest: &str, at: usize, quotes: &[char], edits: &mut Vec<Edit>) -> Option<usize> {
    let open = rest.chars().next()?.len_utf8();
    let inner = rest.get(open..)?;
    let end = inner.find(|ch: char| quotes.contains(&ch) || matches!(ch, '\n' | '"' | '\\'))?;
    let close = inner.get(end..)?.chars().next().filter(|ch| quotes.contains(ch))?.len_utf8();
    for (from, length) in [(at, open), (at + open + end, close)] {
        edits.push(Edit { span: Span::new(from, from + length), text: "\"".to_owned() });
    }
    Some(open + end + close)
}
