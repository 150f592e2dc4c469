//! Where in a document the cursor stands, read off the tokens before it, so that the rest may be broken.

use crate::policy::syntax::{Span, Token, TokenKind, Tree};

/// The place of the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The keys of the members around it, outermost first; arrays leave no trace.
    pub(super) path: Vec<String>,
    /// Whether a key or a value is written here.
    pub(super) role: Role,
    /// Whether the value is an entry of an array.
    pub(super) in_array: bool,
    /// What a candidate replaces: the inside of a string, a bare word, or nothing.
    pub(super) span: Span,
    /// What of it is typed so far.
    pub(super) typed: String,
    /// Which quotes are there.
    pub(super) quotes: Quotes,
    /// Whether a colon follows, so that a key has its value already.
    pub(super) colon_follows: bool,
}

/// What is written at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    Value,
}

/// The quotes around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// On both sides.
    Both,
    /// Only before it; the string is not closed.
    Open,
    /// None: nothing is typed yet, or a bare word.
    None,
}

/// An object or array that is open before the cursor.
struct Frame {
    is_object: bool,
    key: Option<String>,
    expects: Expects,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    Key,
    Colon,
    Value,
    Comma,
}

/// Finds the place of an offset; nothing where no key or value can be written.
pub(super) fn find(tree: &Tree<'_>, offset: usize) -> Option<Place> {
    let tokens = tree.tokens();
    let mut frames: Vec<Frame> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let colon_follows = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Colon);
        if is_edited(*token, offset) {
            return edited(tree, frames, *token, offset, colon_follows);
        }
        if token.span.end as usize > offset {
            break;
        }
        step(tree, &mut frames, *token, colon_follows);
    }
    let span = Span::new(offset, offset);
    let role = match frames.last().map(|frame| frame.expects) {
        Some(Expects::Key) => Role::Key,
        Some(Expects::Value) => Role::Value,
        None if tokens.is_empty() => Role::Value,
        Some(_) | None => return None,
    };
    Some(place(frames, role, span, String::new(), Quotes::None, false))
}

/// Whether the cursor is in a token that is being typed.
fn is_edited(token: Token, offset: usize) -> bool {
    let (start, end) = (token.span.start as usize, token.span.end as usize);
    match token.kind {
        TokenKind::String | TokenKind::EscapedString => start < offset && offset < end,
        TokenKind::OpenString
        | TokenKind::Error
        | TokenKind::Number
        | TokenKind::True
        | TokenKind::False
        | TokenKind::Null => start < offset && offset <= end,
        _ => false,
    }
}

fn edited(tree: &Tree<'_>, frames: Vec<Frame>, token: Token, offset: usize, colon_follows: bool) -> Option<Place> {
    let (start, end) = (token.span.start as usize, token.span.end as usize);
    let (span, quotes) = match token.kind {
        TokenKind::String | TokenKind::EscapedString => (Span::new(start + 1, end - 1), Quotes::Both),
        // What follows on the line may be meant for something else; only what is before the cursor goes.
        TokenKind::OpenString => (Span::new(start + 1, offset), Quotes::Open),
        _ => (token.span, Quotes::None),
    };
    let typed = tree.text().get(span.start as usize..offset)?.to_owned();
    let role = match frames.last() {
        Some(frame) if frame.is_object => {
            if colon_follows || frame.expects != Expects::Value {
                Role::Key
            } else {
                Role::Value
            }
        }
        Some(_) => Role::Value,
        None => return None,
    };
    Some(place(frames, role, span, typed, quotes, colon_follows))
}

fn place(mut frames: Vec<Frame>, role: Role, span: Span, typed: String, quotes: Quotes, colon_follows: bool) -> Place {
    if role == Role::Key
        && let Some(frame) = frames.last_mut()
    {
        frame.key = None;
    }
    let in_array = frames.last().is_some_and(|frame| !frame.is_object);
    let path = frames.into_iter().filter_map(|frame| frame.key).collect();
    Place { path, role, in_array, span, typed, quotes, colon_follows }
}

/// Takes one whole token into account.
fn step(tree: &Tree<'_>, frames: &mut Vec<Frame>, token: Token, colon_follows: bool) {
    match token.kind {
        TokenKind::OpenBrace => frames.push(Frame { is_object: true, key: None, expects: Expects::Key }),
        TokenKind::OpenBracket => frames.push(Frame { is_object: false, key: None, expects: Expects::Value }),
        TokenKind::CloseBrace | TokenKind::CloseBracket => {
            let is_object = token.kind == TokenKind::CloseBrace;
            if let Some(at) = frames.iter().rposition(|frame| frame.is_object == is_object) {
                frames.truncate(at);
            }
            if let Some(frame) = frames.last_mut() {
                frame.expects = Expects::Comma;
            }
        }
        TokenKind::Colon => {
            if let Some(frame) = frames.last_mut() {
                frame.expects = Expects::Value;
            }
        }
        TokenKind::Comma => {
            if let Some(frame) = frames.last_mut() {
                frame.expects = if frame.is_object { Expects::Key } else { Expects::Value };
            }
        }
        _ => {
            let Some(frame) = frames.last_mut() else { return };
            if frame.is_object && (colon_follows || frame.expects == Expects::Key) {
                let text = token.span.of(tree.text());
                frame.key = Some(text.trim_matches('"').to_owned());
                frame.expects = Expects::Colon;
            } else {
                frame.expects = Expects::Comma;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parser::parse;

    /// `|` is the cursor.
    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Role, &str)>) {
        let offset = text.find('|').unwrap();
        let text = text.replace('|', "");
        let found = find(&parse(&text), offset);
        let found = found.as_ref().map(|place| (place.path.join("/"), place.role, place.typed.as_str()));
        assert_eq!(found, expected.map(|(path, role, typed)| (path.to_owned(), role, typed)));
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        check(r#"{"Statement": [{"Action": ["s3:Ge|tObject"]}]}"#, Some(("Statement/Action", Role::Value, "s3:Ge")));
        check(r#"{"Statement": [{"Ac|tion": "a"}]}"#, Some(("Statement", Role::Key, "Ac")));
        check(r#"{"Statement": [{"Action": "a", | }]}"#, Some(("Statement", Role::Key, "")));
        check(r#"{"Statement": [{"Effect": | }]}"#, Some(("Statement/Effect", Role::Value, "")));
        check(
            r#"{"Statement": {"Condition": {"Bool": {"aws:Se|"}}}}"#,
            Some(("Statement/Condition/Bool", Role::Key, "aws:Se")),
        );
        check("|", Some(("", Role::Value, "")));
    }

    #[test]
    fn broken_text_has_places_too() {
        check(r#"{"Statement": [{"Action": "s3:Ge|"#, Some(("Statement/Action", Role::Value, "s3:Ge")));
        check("{\"Statement\": [{\"Act|\n}]}", Some(("Statement", Role::Key, "Act")));
        check(r#"{"Statement": [{"Effect": Al| }]}"#, Some(("Statement/Effect", Role::Value, "Al")));
        check(r#"{"Statement": [{"Action": ["a" "b|"]}]}"#, Some(("Statement/Action", Role::Value, "b")));
        check(r#"{"Effect" "Allow", "Sid|": ""}"#, Some(("", Role::Key, "Sid")));
    }

    #[test]
    fn between_entries_nothing_can_be_written() {
        check(r#"{"Statement": [] | }"#, None);
        check(r#"{"Statement" | : []}"#, None);
        check("{} |", None);
    }
}
