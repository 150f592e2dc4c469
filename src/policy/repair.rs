//! A cure for text that is no JSON: the brackets, commas, colons and quotes that are missing or too many.
//!
//! The tokens are read as a person would: a string with a colon behind it is a member, so what stands around
//! it must be an object; a brace where a name should be begins the next entry, so the one before ends. Nothing
//! that was written is dropped but comments and surplus marks, and a text that is still no JSON has no cure.

mod compose;
mod lines;
mod quotes;

use super::diagnostic::{Edit, Fix};
use super::parser::{MAX_DEPTH, parse};
use super::rewrite;
use super::syntax::{Span, Token, TokenKind, Tree};

/// Edits of one kind that are brought together with those of another at most.
const MOST_EDITS: usize = 4_000;

/// Finds the edits that make a text JSON; nothing where it is, or where no cure is safe.
pub fn repair(tree: &Tree<'_>) -> Option<Fix> {
    if tree.errors().is_empty() || tree.tokens().is_empty() {
        return None;
    }
    let text = tree.text();
    marks(tree).or_else(|| {
        let straight = quotes::straighten(text);
        let is_enough = |fix: &Fix| parse(&fix.apply(text)).errors().is_empty();
        if straight.as_ref().is_some_and(is_enough) {
            return straight;
        }
        lines::mend(text).or_else(|| both(text, &straight?))
    })
}

/// Finds what is missing beside the quotes of JSON: with these in their places the text can be read.
fn both(text: &str, straight: &Fix) -> Option<Fix> {
    let rest = marks(&parse(&straight.apply(text)))?;
    if rest.edits.len() > MOST_EDITS {
        return None;
    }
    let title = rest.title.strip_prefix("Repair the JSON: ").unwrap_or(&rest.title);
    let edits = compose::one_after_the_other(text, &straight.edits, &rest.edits);
    Some(Fix::new(format!("{}; {title}", straight.title), edits))
}

/// Finds the marks that are missing or too many.
fn marks(tree: &Tree<'_>) -> Option<Fix> {
    let mut mender = Mender {
        text: tree.text(),
        tokens: tree.tokens(),
        at: 0,
        open: Vec::new(),
        edits: Vec::new(),
        notes: Vec::new(),
        last: 0,
    };
    mender.document()?;
    let fix = Fix::new(mender.title(), mender.edits);
    let after = fix.apply(tree.text());
    parse(&after).errors().is_empty().then_some(fix)
}

/// What may come next in an object or array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Key,
    Colon,
    Value,
    Comma,
}

struct Open {
    is_object: bool,
    /// Where it opens; the place in the text where an inserted bracket goes.
    at: usize,
    next: Next,
    is_empty: bool,
}

struct Mender<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    open: Vec<Open>,
    edits: Vec<Edit>,
    notes: Vec<String>,
    /// The end of the last token that is no comma: what is missing goes there.
    last: usize,
}

impl Mender<'_> {
    fn title(&self) -> String {
        match self.notes.as_slice() {
            [] => "Repair the JSON".to_owned(),
            [one] => format!("Repair the JSON: {one}"),
            [one, two] => format!("Repair the JSON: {one}, {two}"),
            [one, more @ ..] => format!("Repair the JSON: {one}, and {} more", more.len()),
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn insert(&mut self, at: usize, text: impl Into<String>, what: &str) {
        let line = self.line(at);
        self.notes.push(format!("add {what} on line {line}"));
        self.edits.push(Edit { span: Span::new(at, at), text: text.into() });
    }

    fn replace(&mut self, span: Span, text: impl Into<String>, note: String) {
        self.notes.push(note);
        self.edits.push(Edit { span, text: text.into() });
    }

    fn drop(&mut self, span: Span) {
        let what: String = span.of(self.text).chars().take(12).collect();
        let line = self.line(span.start as usize);
        self.replace(span, "", format!("remove `{what}` on line {line}"));
    }

    fn peek(&self, ahead: usize) -> Option<TokenKind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    fn is_member(&self) -> bool {
        self.peek(0).is_some_and(TokenKind::is_string) && self.peek(1) == Some(TokenKind::Colon)
    }

    fn document(&mut self) -> Option<()> {
        if self.is_member() {
            let start = self.tokens.first().map_or(0, |token| token.span.start as usize);
            self.insert(start, "{\n", "`{`");
            self.open.push(Open { is_object: true, at: start, next: Next::Key, is_empty: true });
        }
        let mut begun = !self.open.is_empty();
        while let Some(token) = self.tokens.get(self.at).copied() {
            // Nobody looks through so many; each is named with its line, which costs a look at the text before it.
            if self.edits.len() > MOST_EDITS {
                return None;
            }
            if begun && self.open.is_empty() {
                // Behind the end only surplus closing marks can go.
                let surplus = matches!(token.kind, TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Comma);
                if !surplus && !self.is_comment(token) {
                    return None;
                }
                self.drop(token.span);
                self.at += 1;
                continue;
            }
            begun |= !self.is_comment(token);
            self.step(token)?;
        }
        while let Some(open) = self.open.last() {
            if matches!(open.next, Next::Colon | Next::Value) && open.is_object {
                return None;
            }
            self.close();
        }
        Some(())
    }

    fn is_comment(&self, token: Token) -> bool {
        let text = token.span.of(self.text);
        token.kind == TokenKind::Error && (text.starts_with("//") || text.starts_with("/*"))
    }

    fn step(&mut self, token: Token) -> Option<()> {
        if self.is_comment(token) {
            self.drop(token.span);
            self.at += 1;
            return Some(());
        }
        let Some(open) = self.open.last() else { return self.value(token) };
        let (is_object, next, is_empty) = (open.is_object, open.next, open.is_empty);
        match token.kind {
            TokenKind::Error if token.span.of(self.text) == ";" && next == Next::Comma => {
                self.set(if is_object { Next::Key } else { Next::Value });
                self.instead(token, ",");
                Some(())
            }
            TokenKind::Error if token.span.of(self.text) == "=" && next == Next::Colon => {
                self.set(Next::Value);
                self.instead(token, ":");
                Some(())
            }
            TokenKind::Error if token.span.of(self.text) == ")" && next == Next::Comma => {
                self.open.pop();
                self.instead(token, if is_object { "}" } else { "]" });
                Some(())
            }
            TokenKind::CloseBrace | TokenKind::CloseBracket => self.closing(token),
            TokenKind::Comma => self.comma(token, next),
            TokenKind::Colon if next == Next::Colon => {
                self.set(Next::Value);
                self.take(token);
                Some(())
            }
            TokenKind::Colon => None,
            _ => self.entry(token, is_object, next, is_empty),
        }
    }

    /// A key or a value.
    fn entry(&mut self, token: Token, is_object: bool, next: Next, is_empty: bool) -> Option<()> {
        let opens = matches!(token.kind, TokenKind::OpenBrace | TokenKind::OpenBracket);
        let outer_is_array = self.open.iter().rev().nth(1).is_some_and(|outer| !outer.is_object);
        match (is_object, next) {
            (true, Next::Colon) => {
                self.insert(self.last, ":", "`:`");
                self.set(Next::Value);
                self.value(token)
            }
            (true, Next::Value) if self.is_member() => {
                self.insert(self.last, " \"\"", "a value");
                self.set(Next::Comma);
                Some(())
            }
            // A brace where a name should be: the object before it was not closed.
            (true, Next::Key | Next::Comma) if opens => {
                if !outer_is_array || is_empty {
                    return None;
                }
                let had_comma = next == Next::Key;
                self.close();
                if had_comma {
                    self.set(Next::Value);
                }
                Some(())
            }
            (true, Next::Comma) => {
                self.insert(self.last, ",", "`,`");
                self.set(Next::Key);
                Some(())
            }
            (true, Next::Key) => self.key(token),
            (false, _) if self.is_member() => {
                let inside = self.open.iter().rev().skip(1).any(|outer| outer.is_object);
                if is_empty {
                    let start = token.span.start as usize;
                    self.insert(start, "{", "`{`");
                    self.open.push(Open { is_object: true, at: start, next: Next::Key, is_empty: true });
                } else if inside {
                    let had_comma = next != Next::Comma;
                    self.close();
                    if had_comma {
                        self.set(Next::Key);
                    }
                } else {
                    return None;
                }
                Some(())
            }
            (false, Next::Comma) => {
                self.insert(self.last, ",", "`,`");
                self.set(Next::Value);
                Some(())
            }
            (true, Next::Value) | (false, _) => self.value(token),
        }
    }

    fn key(&mut self, token: Token) -> Option<()> {
        if !self.word(token) {
            return None;
        }
        self.set(Next::Colon);
        self.take(token);
        Some(())
    }

    fn value(&mut self, token: Token) -> Option<()> {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                // No parser goes deeper, so closing them all would not help.
                if self.open.len() >= MAX_DEPTH {
                    return None;
                }
                self.set(Next::Comma);
                let is_object = token.kind == TokenKind::OpenBrace;
                let next = if is_object { Next::Key } else { Next::Value };
                self.take(token);
                self.open.push(Open { is_object, at: token.span.start as usize, next, is_empty: true });
                return Some(());
            }
            TokenKind::Number | TokenKind::True | TokenKind::False | TokenKind::Null => {}
            // A bare word with a colon behind it may be half of an action: what it is cannot be told.
            TokenKind::Error if self.peek(1) == Some(TokenKind::Colon) => return None,
            _ if !self.word(token) => return None,
            _ => {}
        }
        self.set(Next::Comma);
        self.take(token);
        Some(())
    }

    /// Writes another mark in place of one.
    fn instead(&mut self, token: Token, mark: &str) {
        let line = self.line(token.span.start as usize);
        let note = format!("write `{mark}` for `{}` on line {line}", token.span.of(self.text));
        self.replace(token.span, mark, note);
        self.last = token.span.end as usize;
        self.at += 1;
    }

    /// Whether a member of an object follows behind a comma.
    fn member_follows(&self) -> bool {
        self.peek(1) == Some(TokenKind::Comma)
            && self.peek(2).is_some_and(TokenKind::is_string)
            && self.peek(3) == Some(TokenKind::Colon)
    }

    /// Gives a string the quotes that it lacks; false for what cannot be one.
    fn word(&mut self, token: Token) -> bool {
        let text = token.span.of(self.text);
        let line = self.line(token.span.start as usize);
        match token.kind {
            TokenKind::String | TokenKind::EscapedString => true,
            TokenKind::OpenString => {
                let content = text.trim_end();
                let kept = content.trim_end_matches([',', '}', ']', ' ']);
                let at = token.span.start as usize + kept.len();
                self.insert(at, "\"", "`\"`");
                // What was taken for a part of the string is read as marks: only a comma is common.
                kept.len() > 1 && content.get(kept.len()..).is_some_and(|rest| rest.is_empty() || rest == ",")
            }
            TokenKind::Error => {
                let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                let inner = inner.filter(|inner| !inner.contains(['"', '\\']));
                let bare = text.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '_' | '$'));
                match inner.or(bare.then_some(text)) {
                    Some(word) => {
                        self.replace(
                            token.span,
                            format!("\"{word}\""),
                            format!("put quotes around {word} on line {line}"),
                        );
                        true
                    }
                    None => false,
                }
            }
            _ => false,
        }
    }

    fn comma(&mut self, token: Token, next: Next) -> Option<()> {
        let open = self.open.last()?;
        let follows = self.peek(1);
        let ends = matches!(follows, Some(TokenKind::CloseBrace | TokenKind::CloseBracket) | None);
        match next {
            Next::Comma if ends => {
                self.drop(token.span);
                self.at += 1;
            }
            Next::Comma => {
                let next = if open.is_object { Next::Key } else { Next::Value };
                self.set(next);
                // What is missing before a comma goes before it: `last` stays.
                self.at += 1;
            }
            Next::Value if open.is_object => {
                self.insert(self.last, " \"\"", "a value");
                self.set(Next::Comma);
            }
            Next::Colon => return None,
            _ => {
                self.drop(token.span);
                self.at += 1;
            }
        }
        Some(())
    }

    fn closing(&mut self, token: Token) -> Option<()> {
        let is_object = token.kind == TokenKind::CloseBrace;
        let open = self.open.last()?;
        match open.next {
            Next::Value if open.is_object => {
                self.insert(self.last, " \"\"", "a value");
                self.set(Next::Comma);
            }
            Next::Colon => return None,
            _ => {}
        }
        let mut outer = self.open.iter().rev().skip(1).map(|open| open.is_object);
        let in_object = outer.next() == Some(true) && outer.next() == Some(false);
        if self.open.last().is_some_and(|open| open.is_object == is_object) {
            self.open.pop();
            self.take(token);
        } else if is_object && in_object && self.member_follows() {
            // The object goes on behind it, so it was meant to end the list.
            self.open.pop();
            self.instead(token, "]");
        } else if self.open.iter().any(|open| open.is_object == is_object) {
            self.close();
        } else {
            self.drop(token.span);
            self.at += 1;
        }
        Some(())
    }

    /// Closes the innermost bracket behind the last token.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let mark = if open.is_object { "}" } else { "]" };
        let at = self.last.max(open.at);
        let between = self.text.get(open.at..at).unwrap_or_default();
        let text = if between.contains('\n') {
            format!("\n{}{mark}", rewrite::indent_at(self.text, open.at))
        } else {
            mark.to_owned()
        };
        self.insert(at, text, &format!("`{mark}`"));
    }

    fn set(&mut self, next: Next) {
        if let Some(open) = self.open.last_mut() {
            open.next = next;
            open.is_empty = false;
        }
    }

    fn take(&mut self, token: Token) {
        self.last = token.span.end as usize;
        if token.kind == TokenKind::OpenString {
            let kept = token.span.of(self.text).trim_end().trim_end_matches([',', ' ']);
            self.last = token.span.start as usize + kept.len();
            // The comma that the open string swallowed does its work all the same.
            if token.span.of(self.text).trim_end().ends_with(',')
                && let Some(open) = self.open.last_mut()
                && open.next == Next::Comma
            {
                open.next = if open.is_object { Next::Key } else { Next::Value };
            }
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let fix = repair(&parse(text));
        assert_eq!(fix.map(|fix| fix.apply(text)).as_deref(), expected, "{text}");
    }

    #[test]
    fn brackets_that_are_missing_come_where_they_belong() {
        check(r#"{"a": [1, 2}"#, Some(r#"{"a": [1, 2]}"#));
        check(r#"{"a": {"b": 1"#, Some(r#"{"a": {"b": 1}}"#));
        check(r#"{"Statement": [{"a": 1, {"b": 2}]}"#, Some(r#"{"Statement": [{"a": 1}, {"b": 2}]}"#));
        check(r#"{"Statement": [{"a": 1 {"b": 2}]}"#, Some(r#"{"Statement": [{"a": 1}, {"b": 2}]}"#));
        check(r#"{"Action": ["a", "b", "Resource": "*"}"#, Some(r#"{"Action": ["a", "b"], "Resource": "*"}"#));
        check(r#"{"Action": ["a", "b" "Resource": "*"}"#, Some(r#"{"Action": ["a", "b"], "Resource": "*"}"#));
        check(r#"{"Statement": ["a": 1, "b": 2]}"#, Some(r#"{"Statement": [{"a": 1, "b": 2}]}"#));
        check(r#"[{"a": 1}, {"b": 2]"#, Some(r#"[{"a": 1}, {"b": 2}]"#));
        check("[1]]", Some("[1]"));
    }

    #[test]
    fn a_policy_printed_without_its_braces_is_whole_again() {
        let printed = "\"Version\": \"2012-10-17\",\n\"Statement\": [\n\"Effect\": \"Allow\",\n\"Action\": \"*\",\n\"Resource\": \"*\"\n]";
        let whole = "{\n\"Version\": \"2012-10-17\",\n\"Statement\": [\n{\"Effect\": \"Allow\",\n\"Action\": \"*\",\n\"Resource\": \"*\"\n}\n]\n}";
        check(printed, Some(whole));
        let inner = "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\"\n  ]\n";
        let closed =
            "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\"\n    }\n  ]\n}\n";
        check(inner, Some(closed));
    }

    #[test]
    fn marks_that_are_missing_or_too_many_are_set_right() {
        check("[1,,2,]", Some("[1,2]"));
        check("[1 2]", Some("[1, 2]"));
        check(r#"{"a" 1, "b": }"#, Some(r#"{"a": 1, "b": "" }"#));
        check("{\"a\": \n\"b\": 2}", Some("{\"a\": \"\", \n\"b\": 2}"));
        check("{\"a\": [\n\"x,\n\"y\"]}", Some("{\"a\": [\n\"x\",\n\"y\"]}"));
        check("{Effect: 'Allow'} // note", Some("{\"Effect\": \"Allow\"} "));
    }

    #[test]
    fn marks_that_were_mistaken_are_set_right() {
        check(r#"{"a": 1; "b": 2}"#, Some(r#"{"a": 1, "b": 2}"#));
        check(r#"{"a" = 1}"#, Some(r#"{"a" : 1}"#));
        check(r#"{"a": [1, 2)}"#, Some(r#"{"a": [1, 2]}"#));
        check(r#"[{"a": [1, 2}, "b": 1}]"#, Some(r#"[{"a": [1, 2], "b": 1}]"#));
        check(r#"[{"a": [1, 2}, {"b": 1}]"#, Some(r#"[{"a": [1, 2]}, {"b": 1}]"#));
    }

    #[test]
    fn quotes_are_found_by_the_line() {
        let lines = |line: &str| format!("{{\n  {line}\n  \"Action\": \"*\"\n}}");
        let whole = lines(r#""Effect": "Allow","#);
        for broken in [
            r#"Effect": "Allow","#,
            r#""Effect: "Allow","#,
            r#""Effect": Allow","#,
            r#""Effect": “Allow”,"#,
            "“Effect”: “Allow”,",
        ] {
            check(&lines(broken), Some(&whole));
        }
        check("{\"a\": [\ns3:Get*\",\n\"b\"]}", Some("{\"a\": [\n\"s3:Get*\",\n\"b\"]}"));
        check("```json\n{\"a\": 1}\n```\n", Some("{\"a\": 1}\n"));
    }

    #[test]
    fn quotes_of_other_kinds_and_missing_marks_are_cured_together() {
        check("{“Effect”: “Deny”, 'Action': '*'", Some(r#"{"Effect": "Deny", "Action": "*"}"#));
        check(
            "{\n  “Effect”: “Deny”\n  \"Note\": \"a “word” and it's\",\n  Resource: \"*\",\n",
            Some("{\n  \"Effect\": \"Deny\",\n  \"Note\": \"a “word” and it's\",\n  \"Resource\": \"*\"\n}\n"),
        );
        check("[“arn:aws:s3:::a/*”, ‘b’ 'c' // it's\n", Some("[\"arn:aws:s3:::a/*\", \"b\", \"c\"] \n"));
        check("[\"x “, ” z\", “c”]", Some("[\"x “, ” z\", \"c\"]"));
        // Where the quotes themselves do not come in pairs, nothing is guessed.
        check("[“a, “b”", None);
    }

    #[test]
    fn what_cannot_be_told_has_no_cure() {
        check("{\"Action\": s3:GetObject}", None);
        check("{} {}", None);
        check("{\"a\": 1}", None);
        check("", None);
        check("hello world", None);
    }

    /// Whatever the text, the cure makes JSON of it, and the words that were there stay.
    #[test]
    fn every_cut_of_a_policy_is_cured_or_left_alone() {
        let text = "{\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"ec2:*\"], \"Resource\": \"*\"}\n  ]\n}";
        let mut cured = 0;
        for from in 0..text.len() {
            for to in from..(from + 6).min(text.len()) {
                let broken = text.chars().take(from).chain(text.chars().skip(to)).collect::<String>();
                if let Some(fix) = repair(&parse(&broken)) {
                    assert!(parse(&fix.apply(&broken)).errors().is_empty());
                    cured += 1;
                }
            }
        }
        assert!(cured > 60, "{cured}");
    }
}
