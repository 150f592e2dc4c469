//! A JSON text as lines with colours, each bracket foldable.

use std::collections::BTreeSet;

use crate::policy::highlight::{self, Role as Token};
use crate::policy::parser;
use crate::theme::Look;

/// One line of a laid out document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLine {
    /// How deep it is nested.
    pub depth: u16,
    /// Its pieces.
    pub pieces: Vec<(String, Look)>,
    /// The byte offset of the bracket that opens on it, where one does.
    pub bracket: Option<u32>,
}

/// Lays a text out, one member or value a line, whatever its own white space; what is no JSON is kept.
///
/// The brackets at the offsets in `folded` show `…` in place of what they hold.
pub fn lines(text: &str, folded: &BTreeSet<u32>) -> Vec<JsonLine> {
    let tree = parser::parse(text);
    let mut layout = Layout { lines: vec![line(0)], depth: 0, hidden: None };
    let tokens = highlight::roles(&tree);
    for (at, (span, token)) in tokens.iter().enumerate() {
        let word = span.of(text);
        let next = tokens.get(at + 1).map_or("", |(span, _)| span.of(text));
        match word {
            "{" | "[" => layout.open(word, span.start, next, folded.contains(&span.start)),
            "}" | "]" => layout.close(word, tokens.get(at.wrapping_sub(1)).map_or("", |(span, _)| span.of(text))),
            "," => {
                layout.put(",", Look::JsonMark);
                layout.feed();
            }
            ":" => layout.put(": ", Look::JsonMark),
            _ => layout.put(word, role(*token)),
        }
    }
    layout.lines
}

struct Layout {
    lines: Vec<JsonLine>,
    depth: u16,
    /// The depth at which a folded bracket was opened.
    hidden: Option<u16>,
}

fn line(depth: u16) -> JsonLine {
    JsonLine { depth, pieces: Vec::new(), bracket: None }
}

impl Layout {
    fn put(&mut self, text: &str, role: Look) {
        if self.hidden.is_none()
            && let Some(line) = self.lines.last_mut()
        {
            line.pieces.push((text.to_owned(), role));
        }
    }

    fn feed(&mut self) {
        if self.hidden.is_none() {
            self.lines.push(line(self.depth));
        }
    }

    fn open(&mut self, word: &str, offset: u32, next: &str, folded: bool) {
        self.put(word, Look::JsonMark);
        self.depth = self.depth.saturating_add(1);
        if closes(next) {
            return;
        }
        if self.hidden.is_none()
            && let Some(line) = self.lines.last_mut()
        {
            line.bracket = Some(offset);
        }
        if folded && self.hidden.is_none() {
            self.put(" … ", Look::Muted);
            self.hidden = Some(self.depth);
        }
        self.feed();
    }

    fn close(&mut self, word: &str, before: &str) {
        let was_hidden = self.hidden == Some(self.depth);
        if was_hidden {
            self.hidden = None;
        }
        self.depth = self.depth.saturating_sub(1);
        if !was_hidden && !matches!(before, "{" | "[") {
            self.feed();
        }
        self.put(word, Look::JsonMark);
    }
}

fn closes(word: &str) -> bool {
    matches!(word, "}" | "]")
}

/// How a token of a policy looks.
pub fn role(token: Token) -> Look {
    match token {
        Token::Punctuation => Look::JsonMark,
        Token::Element | Token::Key | Token::PrincipalKind | Token::Operator | Token::ConditionKey => Look::JsonKey,
        Token::Allow => Look::Good,
        Token::Deny => Look::Bad,
        Token::Number => Look::JsonNumber,
        Token::Literal => Look::JsonKeyword,
        Token::Error => Look::Danger,
        Token::Action | Token::Resource | Token::Principal | Token::ConditionValue | Token::String => Look::JsonString,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &[u32], shown: &str) {
        let lines: Vec<String> = lines(text, &folded.iter().copied().collect())
            .iter()
            .map(|line| {
                let pieces: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
                format!("{}{pieces}", "  ".repeat(usize::from(line.depth)))
            })
            .collect();
        assert_eq!(lines.join("\n"), shown);
    }

    #[test]
    fn a_document_is_laid_out_whatever_its_spaces() {
        check(r#"{"a":1,"b":[true,{}]}"#, &[], "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    {}\n  ]\n}");
    }

    #[test]
    fn a_folded_bracket_shows_that_something_is_hidden() {
        check(r#"{"a":{"b":1},"c":2}"#, &[5], "{\n  \"a\": { … },\n  \"c\": 2\n}");
        check(r"[[1,[2]],3]", &[0], "[ … ]");
    }

    #[test]
    fn what_is_no_json_is_shown_all_the_same() {
        check("{\"a\": nope", &[], "{\n  \"a\": nope");
        check("", &[], "");
        check("]]}", &[], "\n]\n]\n}");
    }
}
