//! Writes a document anew: the same tokens in the same order, other white space.

use super::syntax::{NodeId, NodeKind, Tree};

/// How a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// One entry a line, each level indented by so many blanks.
    Indented(u8),
    /// Without any white space between tokens, as sizes are counted.
    Compact,
}

impl Style {
    /// What the console's editor does.
    pub const CONSOLE: Self = Self::Indented(4);
}

/// The document in another layout; nothing where the text is no JSON, because what is broken cannot be moved safely.
pub fn format(tree: &Tree<'_>, style: Style) -> Option<String> {
    if !tree.errors().is_empty() {
        return None;
    }
    let mut out = String::with_capacity(tree.text().len() * 2);
    write(tree, tree.root(), style, 0, &mut out);
    Some(out)
}

fn write(tree: &Tree<'_>, node: NodeId, style: Style, depth: usize, out: &mut String) {
    let (open, close) = match tree.kind(node) {
        NodeKind::Object => ('{', '}'),
        NodeKind::Array => ('[', ']'),
        NodeKind::Member => {
            for (part, id) in tree.children(node).enumerate() {
                if part == 1 {
                    out.push_str(if style == Style::Compact { ":" } else { ": " });
                }
                write(tree, id, style, depth, out);
            }
            return;
        }
        _ => {
            out.push_str(tree.span(node).of(tree.text()));
            return;
        }
    };
    out.push(open);
    let mut empty = true;
    for child in tree.children(node) {
        if !empty {
            out.push(',');
        }
        empty = false;
        line(style, depth + 1, out);
        write(tree, child, style, depth + 1, out);
    }
    if !empty {
        line(style, depth, out);
    }
    out.push(close);
}

fn line(style: Style, depth: usize, out: &mut String) {
    if let Style::Indented(width) = style {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth * usize::from(width)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parser::parse;

    #[track_caller]
    fn check(text: &str, style: Style, expected: &str) {
        assert_eq!(format(&parse(text), style).as_deref(), Some(expected));
    }

    #[test]
    fn order_and_spelling_are_kept() {
        let text = r#"{"b":[1,"\u0041",{}],"a":{"x":[ ]}}"#;
        check(text, Style::Compact, r#"{"b":[1,"\u0041",{}],"a":{"x":[]}}"#);
        check(
            text,
            Style::CONSOLE,
            "{\n    \"b\": [\n        1,\n        \"\\u0041\",\n        {}\n    ],\n    \"a\": {\n        \"x\": []\n    }\n}",
        );
    }

    #[test]
    fn formatting_twice_changes_nothing_more() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}]}"#;
        let once = format(&parse(text), Style::CONSOLE).unwrap();
        check(&once, Style::CONSOLE, &once);
        check(&once, Style::Compact, text);
    }

    #[test]
    fn broken_text_is_left_alone() {
        assert_eq!(format(&parse(r#"{"a": }"#), Style::CONSOLE), None);
        assert_eq!(format(&parse(""), Style::CONSOLE), None);
    }
}
