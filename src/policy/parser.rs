//! Turns any text into a tree: what is missing gets a place, what is wrong is named and stepped over.
//!
//! Recovery leans on how policies are typed: a string with a colon behind it begins the next member, a
//! closing brace or bracket ends what an enclosing one opened. Every step takes a token or returns.

use std::sync::OnceLock;

use super::lexer;
use super::syntax::{Node, NodeKind, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind, Tree};

/// Objects and arrays may nest this deep; AWS's own policies reach seven.
pub const MAX_DEPTH: usize = 100;

/// The most characters that are parsed: twice what the IAM API takes as a `PolicyDocument` (131,072). AWS's own
/// `AWSSupportServiceRolePolicy` is longer than the API would take: 152,297 characters without white space, 230,794 as
/// the console shows it, and what an account holds must be readable. What is sent is held to the API's limit by the
/// service model.
pub const MAX_CHARS: usize = 262_144;

/// Parses any text; the errors are in the tree.
pub fn parse(text: &str) -> Tree<'_> {
    if text.len() > MAX_CHARS && text.chars().count() > MAX_CHARS {
        return refused(text, SyntaxErrorKind::TooLong);
    }
    let (tokens, errors) = lexer::tokens(text);
    let nodes = Vec::with_capacity(tokens.len());
    let mut parser = Parser { text, tokens, at: 0, nodes, errors, open: Vec::new(), halted: false };
    parser.document();
    // The lexer ran first: bring both lists into the order of the text.
    parser.errors.sort_by_key(|error| error.span.start);
    Tree { text, tokens: parser.tokens, nodes: parser.nodes, errors: parser.errors, kin: OnceLock::new() }
}

fn refused(text: &str, kind: SyntaxErrorKind) -> Tree<'_> {
    let missing = Node { kind: NodeKind::Missing, span: Span::default(), end: 1 };
    let error = SyntaxError { kind, span: Span::new(0, text.len()) };
    Tree { text, tokens: Vec::new(), nodes: vec![missing], errors: vec![error], kin: OnceLock::new() }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    nodes: Vec<Node>,
    errors: Vec<SyntaxError>,
    /// What closes the objects and arrays that are open here.
    open: Vec<TokenKind>,
    /// Set when a bomb was met: nothing more is read.
    halted: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<TokenKind> {
        if self.halted { None } else { self.tokens.get(self.at).map(|token| token.kind) }
    }

    /// Whether a member begins here: a string and a colon.
    fn at_member(&self) -> bool {
        let is = |at: usize, wanted: fn(TokenKind) -> bool| self.tokens.get(at).is_some_and(|t| wanted(t.kind));
        is(self.at, TokenKind::is_string) && is(self.at + 1, |kind| kind == TokenKind::Colon)
    }

    /// The span of the token here; at the end, the empty span after the last token.
    fn here(&self) -> Span {
        self.tokens.get(self.at).map_or_else(|| Span::new(self.text.len(), self.text.len()), |token| token.span)
    }

    /// Where the token before this one ends.
    fn before(&self) -> Span {
        let end = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end);
        Span { start: end, end }
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        if !self.halted {
            self.errors.push(SyntaxError { kind, span });
        }
    }

    /// Puts a node without children.
    fn leaf(&mut self, kind: NodeKind, span: Span) {
        let end = u32::try_from(self.nodes.len() + 1).unwrap_or(u32::MAX);
        self.nodes.push(Node { kind, span, end });
    }

    /// Ends the subtree of a node that was put before its children.
    fn close(&mut self, node: usize, until: u32) {
        let end = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.nodes.get_mut(node) {
            node.end = end;
            node.span.end = until;
        }
    }

    fn document(&mut self) {
        if self.tokens.is_empty() {
            self.error(SyntaxErrorKind::Empty, Span::default());
            self.leaf(NodeKind::Missing, Span::default());
            return;
        }
        // Comments and strays before the document are named by the lexer and hide nothing of it.
        let opens = |kind| matches!(kind, Some(TokenKind::OpenBrace | TokenKind::OpenBracket));
        if self.peek() == Some(TokenKind::Error) && opens(self.tokens.get(self.at + 1).map(|token| token.kind)) {
            self.at += 1;
        }
        self.value();
        if self.peek().is_some() {
            let rest = Span { start: self.here().start, end: self.tokens.last().map_or(0, |token| token.span.end) };
            self.error(SyntaxErrorKind::TrailingText, rest);
        }
    }

    fn value(&mut self) {
        let span = self.here();
        let kind = match self.peek() {
            Some(TokenKind::OpenBrace) => return self.nested(NodeKind::Object, TokenKind::CloseBrace),
            Some(TokenKind::OpenBracket) => return self.nested(NodeKind::Array, TokenKind::CloseBracket),
            Some(TokenKind::String) => NodeKind::String,
            Some(TokenKind::EscapedString) => NodeKind::EscapedString,
            Some(TokenKind::OpenString) => NodeKind::OpenString,
            Some(TokenKind::Number) => NodeKind::Number,
            Some(TokenKind::True) => NodeKind::Bool(true),
            Some(TokenKind::False) => NodeKind::Bool(false),
            Some(TokenKind::Null) => NodeKind::Null,
            Some(TokenKind::Error) => NodeKind::Error,
            Some(TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Colon | TokenKind::Comma) | None => {
                self.error(SyntaxErrorKind::ExpectedValue, span);
                return self.leaf(NodeKind::Missing, self.before());
            }
        };
        self.at += 1;
        self.leaf(kind, span);
    }

    fn nested(&mut self, kind: NodeKind, closer: TokenKind) {
        let opening = self.here();
        let node = self.nodes.len();
        if self.open.len() >= MAX_DEPTH {
            self.error(SyntaxErrorKind::TooDeep, opening);
            self.halted = true;
            return self.leaf(NodeKind::Error, opening);
        }
        self.at += 1;
        self.leaf(kind, opening);
        self.open.push(closer);
        let closed = self.entries(kind, closer);
        self.open.pop();
        if !closed {
            let kind =
                if kind == NodeKind::Object { SyntaxErrorKind::UnclosedObject } else { SyntaxErrorKind::UnclosedArray };
            self.error(kind, opening);
        }
        self.close(node, self.before().end.max(opening.end));
    }

    /// Reads entries up to the closing token, which it takes; false when that never comes.
    fn entries(&mut self, kind: NodeKind, closer: TokenKind) -> bool {
        let mut needs_comma = false;
        let mut last_comma = None;
        loop {
            match self.peek() {
                None => return false,
                Some(kind) if kind == closer => {
                    if let Some(comma) = last_comma {
                        self.error(SyntaxErrorKind::StrayComma, comma);
                    }
                    self.at += 1;
                    return true;
                }
                Some(kind @ (TokenKind::CloseBrace | TokenKind::CloseBracket)) => {
                    if self.open.contains(&kind) {
                        return false;
                    }
                    self.error(SyntaxErrorKind::Unexpected, self.here());
                    self.at += 1;
                }
                Some(TokenKind::Comma) => {
                    if !needs_comma {
                        self.error(SyntaxErrorKind::StrayComma, self.here());
                    }
                    last_comma = needs_comma.then_some(self.here());
                    needs_comma = false;
                    self.at += 1;
                }
                Some(_) => {
                    // In an array, what looks like a member belongs to the object around it.
                    if kind == NodeKind::Array && self.at_member() && self.open.contains(&TokenKind::CloseBrace) {
                        return false;
                    }
                    if needs_comma {
                        self.error(SyntaxErrorKind::ExpectedComma, self.here());
                    }
                    if kind == NodeKind::Object {
                        self.member();
                    } else if self.peek() == Some(TokenKind::Colon) {
                        self.error(SyntaxErrorKind::Unexpected, self.here());
                        self.at += 1;
                    } else {
                        self.value();
                    }
                    needs_comma = true;
                    last_comma = None;
                }
            }
        }
    }

    fn member(&mut self) {
        let node = self.nodes.len();
        let start = self.here();
        self.leaf(NodeKind::Member, start);
        match self.peek() {
            Some(kind) if kind.is_string() => self.value(),
            Some(TokenKind::Error | TokenKind::Number | TokenKind::True | TokenKind::False | TokenKind::Null) => {
                // The lexer has named a bare word already; a number or literal is named here.
                if self.peek() != Some(TokenKind::Error) {
                    self.error(SyntaxErrorKind::ExpectedKey, start);
                }
                self.at += 1;
                self.leaf(NodeKind::Error, start);
            }
            _ => {
                self.error(SyntaxErrorKind::ExpectedKey, start);
                self.leaf(NodeKind::Missing, Span { start: start.start, end: start.start });
            }
        }
        if self.peek() == Some(TokenKind::Colon) {
            self.at += 1;
            self.member_value();
        } else if self.nodes.last().is_some_and(|key| key.kind == NodeKind::Missing) {
            self.value();
        } else {
            self.error(SyntaxErrorKind::ExpectedColon, self.before());
            let joined = self.peek().is_some_and(TokenKind::starts_value) && !self.at_member();
            if joined { self.value() } else { self.leaf(NodeKind::Missing, self.before()) }
        }
        self.close(node, self.before().end);
    }

    /// The value after a colon, unless the next member follows at once.
    fn member_value(&mut self) {
        if self.at_member() {
            self.error(SyntaxErrorKind::ExpectedValue, self.before());
            self.leaf(NodeKind::Missing, self.before());
        } else {
            self.value();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::syntax::{NodeId, PathItem};

    /// Writes a tree so that a test can show it: `_` is missing, `!` is no JSON.
    fn shape(tree: &Tree<'_>, id: NodeId) -> String {
        match tree.kind(id) {
            NodeKind::Object => {
                let members: Vec<_> =
                    tree.members(id).map(|(k, v)| format!("{}:{}", shape(tree, k), shape(tree, v))).collect();
                format!("{{{}}}", members.join(","))
            }
            NodeKind::Array => {
                format!("[{}]", tree.children(id).map(|child| shape(tree, child)).collect::<Vec<_>>().join(","))
            }
            NodeKind::Missing => "_".to_owned(),
            NodeKind::Error => "!".to_owned(),
            _ => tree.string(id).into_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str, errors: &[SyntaxErrorKind]) {
        let tree = parse(text);
        assert_eq!(shape(&tree, tree.root()), expected);
        let kinds: Vec<_> = tree.errors().iter().map(|error| error.kind).collect();
        assert_eq!(kinds, errors, "{text}");
    }

    #[test]
    fn well_formed_text_has_no_errors() {
        check(r#"{"a":[1,{"b":null}],"a":"\u00e9\n"}"#, "{a:[1,{b:null}],a:é\n}", &[]);
        check(" \"\\ud83d\\ude00\\/\" ", "\u{1f600}/", &[]);
    }

    #[test]
    fn half_typed_text_keeps_what_is_there() {
        check("", "_", &[SyntaxErrorKind::Empty]);
        check("{", "{}", &[SyntaxErrorKind::UnclosedObject]);
        check(
            r#"{"Action": ["s3:Get"#,
            "{Action:[s3:Get]}",
            &[SyntaxErrorKind::UnclosedObject, SyntaxErrorKind::UnclosedArray, SyntaxErrorKind::UnclosedString],
        );
        check(r#"{"Action": , "Effect": "Deny"}"#, "{Action:_,Effect:Deny}", &[SyntaxErrorKind::ExpectedValue]);
        let both = [SyntaxErrorKind::ExpectedValue, SyntaxErrorKind::ExpectedComma];
        check("{\"Action\":\n\"Effect\": \"Deny\"}", "{Action:_,Effect:Deny}", &both);
        check(r#"{"Act"}"#, "{Act:_}", &[SyntaxErrorKind::ExpectedColon]);
    }

    #[test]
    fn a_missing_bracket_does_not_swallow_the_next_member() {
        check(
            r#"{"Action": ["a", "b", "Resource": "*"}"#,
            "{Action:[a,b],Resource:*}",
            &[SyntaxErrorKind::UnclosedArray, SyntaxErrorKind::ExpectedComma],
        );
        check(
            r#"[{"a": 1, {"b": 2}]"#,
            "[{a:1,_:{b:2}}]",
            &[SyntaxErrorKind::UnclosedObject, SyntaxErrorKind::ExpectedKey],
        );
    }

    #[test]
    fn commas_are_counted() {
        check("[1,,2,]", "[1,2]", &[SyntaxErrorKind::StrayComma, SyntaxErrorKind::StrayComma]);
        check("[1 2]", "[1,2]", &[SyntaxErrorKind::ExpectedComma]);
        check("{} {}", "{}", &[SyntaxErrorKind::TrailingText]);
    }

    #[test]
    fn bare_words_and_comments_are_stepped_over() {
        check("{Effect: \"Allow\"}", "{!:Allow}", &[SyntaxErrorKind::Unexpected]);
        check("// c\n{\"a\":1}", "{a:1}", &[SyntaxErrorKind::Unexpected]);
    }

    #[test]
    fn bombs_are_refused() {
        assert_eq!(parse_kinds(&"[".repeat(100_000)), [SyntaxErrorKind::TooDeep]);
        assert_eq!(parse_kinds(&"[".repeat(300_000)), [SyntaxErrorKind::TooLong]);
        assert_eq!(parse_kinds(&format!("{}{}", "[".repeat(100), "]".repeat(100))), []);
    }

    fn parse_kinds(text: &str) -> Vec<SyntaxErrorKind> {
        parse(text).errors().iter().map(|error| error.kind).collect()
    }

    #[test]
    fn paths_are_written_as_aws_writes_them() {
        let text = r#"{"Statement": [{"Condition": {"Bool": {"aws:SecureTransport": ["true"]}}}]}"#;
        let tree = parse(text);
        let at = |needle: &str| {
            let chain = tree.nodes_at(text.find(needle).unwrap());
            tree.path(*chain.last().unwrap())
        };
        let value = |name: &str| PathItem::Value(name.to_owned());
        let start = vec![value("Statement"), PathItem::Index(0), value("Condition"), value("Bool")];
        let mut key = start.clone();
        key.push(PathItem::Key("aws:SecureTransport".to_owned()));
        assert_eq!(at("aws:"), key);
        let mut entry = start;
        entry.extend([value("aws:SecureTransport"), PathItem::Index(0)]);
        assert_eq!(at("true"), entry);
        assert_eq!(tree.path(tree.root()), []);
    }
}
