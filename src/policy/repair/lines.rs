//! Cures that are found line by line: quotes that are missing or of another alphabet, and the fence of a code block.

use crate::policy::diagnostic::{Edit, Fix};
use crate::policy::parser::parse;
use crate::policy::syntax::Span;

use super::quotes::CURLY;

/// Finds the edits of single lines that make a text JSON.
pub(super) fn mend(text: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let found = line_edits(line);
        if let Some((_, note)) = found.first() {
            notes.push(format!("{note} on line {}", number + 1));
        }
        let moved = |(edit, _): (Edit, _)| {
            let place = edit.span.range();
            Edit { span: Span::new(start + place.start, start + place.end), text: edit.text }
        };
        edits.extend(found.into_iter().map(moved));
        start += line.len();
    }
    let title = match notes.as_slice() {
        [] => return None,
        [one] => format!("Repair the JSON: {one}"),
        [one, more @ ..] => format!("Repair the JSON: {one}, and {} more", more.len()),
    };
    let fix = Fix::new(title, edits);
    parse(&fix.apply(text)).errors().is_empty().then_some(fix)
}

/// What cures one line, each with what it does.
fn line_edits(line: &str) -> Vec<(Edit, &'static str)> {
    if line.trim_start().starts_with("```") {
        let span = Span::new(0, line.len());
        return vec![(Edit { span, text: String::new() }, "remove the fence")];
    }
    let curly = line.match_indices(CURLY);
    let mut edits: Vec<_> = curly
        .map(|(at, mark)| (Edit { span: Span::new(at, at + mark.len()), text: "\"".to_owned() }, "set straight quotes"))
        .collect();
    if edits.is_empty() && line.matches('"').count() % 2 == 1 && !line.contains('\\') {
        edits.extend(missing_quote(line).map(|at| (insert(at), "add `\"`")));
    }
    edits
}

fn insert(at: usize) -> Edit {
    Edit { span: Span::new(at, at), text: "\"".to_owned() }
}

/// Where the one quote belongs that a line of a policy lacks.
fn missing_quote(line: &str) -> Option<usize> {
    let is_word = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, ':' | '*' | '.' | '-' | '/' | '_' | '?');
    let is_name = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '_' | '-');
    let indent = line.len() - line.trim_start().len();
    let body = line.trim();
    let word = |text: &str, fits: &dyn Fn(char) -> bool| text.len() - text.trim_start_matches(fits).len();
    // `Effect": …` lacks the quote in front of the name.
    let name = word(body, &is_name);
    if name > 0 && body.get(name..)?.starts_with("\":") {
        return Some(indent);
    }
    // `"Effect: "Allow"` lacks the one behind it.
    if let Some(inner) = body.strip_prefix('"') {
        let name = word(inner, &is_name);
        let rest = inner.get(name..)?;
        if name > 0 && rest.strip_prefix(':').is_some_and(|rest| rest.trim_start().starts_with(['"', '[', '{'])) {
            return Some(indent + 1 + name);
        }
    }
    // `Allow",` lacks the one in front of the value: behind a colon, or alone on its line.
    let value = body.trim_end_matches([',', ']', '}', ' ']).strip_suffix('"')?;
    let from = value.len() - (value.len() - value.trim_end_matches(is_word).len());
    let before = value.get(..from)?.trim_end();
    (from < value.len() && (before.is_empty() || before.ends_with([':', '[', ',']))).then_some(indent + from)
}
