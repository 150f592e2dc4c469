//! What each token of a policy is, for colours: the same tree that the checks read.

use super::syntax::{NodeId, NodeKind, Span, TokenKind, Tree};

/// What a token is to the person who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Braces, brackets, colons, commas.
    Punctuation,
    /// The key of an element: `Effect`, `Statement`.
    Element,
    /// A key that is no element, operator, condition key or principal kind.
    Key,
    /// `AWS`, `Service`, … in a principal.
    PrincipalKind,
    /// A condition operator.
    Operator,
    /// A condition key.
    ConditionKey,
    /// The value `Allow`.
    Allow,
    /// The value `Deny`.
    Deny,
    /// An entry of `Action` or `NotAction`.
    Action,
    /// An entry of `Resource` or `NotResource`.
    Resource,
    /// A principal.
    Principal,
    /// A value of a condition key.
    ConditionValue,
    /// Any other string.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// What is no JSON, or a string without its closing quote.
    Error,
}

/// Every token with its role, in order; white space lies between them.
pub fn roles(tree: &Tree<'_>) -> Vec<(Span, Role)> {
    let mut roles: Vec<(Span, Role)> = tree.tokens().iter().map(|token| (token.span, plain(token.kind))).collect();
    let mut painter = Painter { tree, roles: &mut roles, at: 0 };
    painter.object(tree.root(), Level::Document);
    roles
}

fn plain(kind: TokenKind) -> Role {
    match kind {
        TokenKind::String | TokenKind::EscapedString => Role::String,
        TokenKind::Number => Role::Number,
        TokenKind::True | TokenKind::False | TokenKind::Null => Role::Literal,
        TokenKind::Error | TokenKind::OpenString => Role::Error,
        _ => Role::Punctuation,
    }
}

/// The object that is being painted.
#[derive(Clone, Copy)]
enum Level {
    Document,
    Statement,
    Principal,
    Condition,
    Block,
    Unknown,
}

struct Painter<'a, 't> {
    tree: &'a Tree<'t>,
    roles: &'a mut Vec<(Span, Role)>,
    /// Nodes are visited in the order of the text, so the search for a token goes on from the last one.
    at: usize,
}

impl Painter<'_, '_> {
    fn paint(&mut self, node: NodeId, role: Role) {
        let span = self.tree.span(node);
        while let Some((place, was)) = self.roles.get_mut(self.at) {
            if place.start >= span.start {
                if *place == span && *was == Role::String {
                    *was = role;
                }
                return;
            }
            self.at += 1;
        }
    }

    fn object(&mut self, node: NodeId, level: Level) {
        let tree = self.tree;
        for (key, value) in tree.members(node) {
            let name = tree.string(key);
            self.paint(key, key_role(level, &name));
            match (level, &*name) {
                (Level::Document, "Statement") => self.objects(value, Level::Statement),
                (Level::Statement, "Principal" | "NotPrincipal") if tree.kind(value) == NodeKind::Object => {
                    self.object(value, Level::Principal);
                }
                (Level::Statement, "Condition") => self.object(value, Level::Condition),
                (Level::Condition, _) => self.object(value, Level::Block),
                (Level::Statement, "Effect") => {
                    let role = match &*tree.string(value) {
                        "Allow" => Role::Allow,
                        "Deny" => Role::Deny,
                        _ => Role::String,
                    };
                    self.paint(value, role);
                }
                (Level::Statement, "Action" | "NotAction") => self.values(value, Role::Action),
                (Level::Statement, "Resource" | "NotResource") => self.values(value, Role::Resource),
                (Level::Statement, "Principal" | "NotPrincipal") | (Level::Principal, _) => {
                    self.values(value, Role::Principal);
                }
                (Level::Block, _) => self.values(value, Role::ConditionValue),
                _ => self.objects(value, Level::Unknown),
            }
        }
    }

    /// Paints the objects in a value, be it one or an array of them.
    fn objects(&mut self, value: NodeId, level: Level) {
        if self.tree.kind(value) == NodeKind::Array {
            let tree = self.tree;
            tree.children(value).for_each(|child| self.objects(child, level));
        } else {
            self.object(value, level);
        }
    }

    fn values(&mut self, value: NodeId, role: Role) {
        if self.tree.kind(value) == NodeKind::Array {
            let tree = self.tree;
            tree.children(value).for_each(|child| self.paint(child, role));
        } else {
            self.paint(value, role);
        }
    }
}

fn key_role(level: Level, name: &str) -> Role {
    match level {
        Level::Document if matches!(name, "Version" | "Id" | "Statement") => Role::Element,
        Level::Statement if super::ast::STATEMENT_ELEMENTS.contains(&name) => Role::Element,
        Level::Principal => Role::PrincipalKind,
        Level::Condition => Role::Operator,
        Level::Block => Role::ConditionKey,
        _ => Role::Key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parser::parse;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Role)]) {
        let found: Vec<_> = roles(&parse(text))
            .into_iter()
            .filter(|(_, role)| *role != Role::Punctuation)
            .map(|(span, role)| (span.of(text).trim_matches('"'), role))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn strings_are_known_by_where_they_stand() {
        check(
            r#"{"Id": "x", "Statement": [{"Effect": "Deny", "Action": ["s3:*"], "Principal": {"AWS": "*"},
            "Condition": {"Bool": {"aws:SecureTransport": false, "k": ["v"]}}, "Nope": 1}]}"#,
            &[
                ("Id", Role::Element),
                ("x", Role::String),
                ("Statement", Role::Element),
                ("Effect", Role::Element),
                ("Deny", Role::Deny),
                ("Action", Role::Element),
                ("s3:*", Role::Action),
                ("Principal", Role::Element),
                ("AWS", Role::PrincipalKind),
                ("*", Role::Principal),
                ("Condition", Role::Element),
                ("Bool", Role::Operator),
                ("aws:SecureTransport", Role::ConditionKey),
                ("false", Role::Literal),
                ("k", Role::ConditionKey),
                ("v", Role::ConditionValue),
                ("Nope", Role::Key),
                ("1", Role::Number),
            ],
        );
    }

    #[test]
    fn broken_text_has_colours_too() {
        check(
            r#"{"Statement": {"Action": "s3:Get"#,
            &[("Statement", Role::Element), ("Action", Role::Element), ("s3:Get", Role::Error)],
        );
    }
}
