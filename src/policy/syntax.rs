//! The lossless tree of a JSON text: every token with its span, duplicate keys and broken places included.
//!
//! Nodes lie in one vector in reading order; a node knows where its subtree ends, so that children are
//! found by skipping and a path by walking down. Nothing is boxed, nothing is copied from the text.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// A half-open range of byte offsets into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from two byte offsets; texts are shorter than 4 GB.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
    }

    /// The span as a range of byte offsets.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text that the span covers.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Whether an offset lies in the span or touches its end.
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.range().len()
    }

    /// Whether the span covers nothing: the place where something is missing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// What a token is. White space is not a token: it is what lies between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A string without escapes, with both quotes.
    String,
    /// A string with at least one backslash.
    EscapedString,
    /// A string whose closing quote is missing; it ends with its line.
    OpenString,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// Text that JSON does not know: bare words, comments, single quotes, stray characters.
    Error,
}

impl TokenKind {
    /// Whether it is a string of any sort.
    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::EscapedString | Self::OpenString)
    }

    /// Whether a value can begin with it.
    pub fn starts_value(self) -> bool {
        !matches!(self, Self::CloseBrace | Self::CloseBracket | Self::Colon | Self::Comma)
    }
}

/// One token of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// `{ … }`; its children are members.
    Object,
    /// `[ … ]`; its children are values.
    Array,
    /// One `key: value` of an object; its children are the key and the value, always both.
    Member,
    /// A string without escapes.
    String,
    /// A string with escapes.
    EscapedString,
    /// A string whose closing quote is missing.
    OpenString,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
    /// A key or value that is not there; its span is empty.
    Missing,
    /// Text that is no JSON where a key or value should be.
    Error,
}

impl NodeKind {
    /// Whether it is a string of any sort.
    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::EscapedString | Self::OpenString)
    }
}

/// A node's place in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) span: Span,
    /// The number of the first node after this one's subtree.
    pub(super) end: u32,
}

/// What is wrong with the JSON itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// The text is empty.
    Empty,
    /// The text has more than 262,144 characters; it is not parsed.
    TooLong,
    /// Objects and arrays are nested deeper than 100; the rest is not parsed.
    TooDeep,
    /// A value is missing.
    ExpectedValue,
    /// A key in double quotes is missing.
    ExpectedKey,
    /// A colon between key and value is missing.
    ExpectedColon,
    /// A comma between two entries is missing.
    ExpectedComma,
    /// A comma stands before a closing brace or bracket, or twice.
    StrayComma,
    /// An object has no closing brace.
    UnclosedObject,
    /// An array has no closing bracket.
    UnclosedArray,
    /// A string has no closing quote on its line.
    UnclosedString,
    /// A backslash is followed by what JSON does not know.
    BadEscape,
    /// A control character stands in a string.
    ControlCharacter,
    /// A number is written in a way that JSON does not know.
    BadNumber,
    /// Text that is no JSON: a bare word, a comment, single quotes.
    Unexpected,
    /// Something follows the end of the value.
    TrailingText,
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the text is empty",
            Self::TooLong => "the text has more than 262,144 characters",
            Self::TooDeep => "objects and arrays are nested deeper than 100",
            Self::ExpectedValue => "a value is missing here",
            Self::ExpectedKey => "a key in double quotes is missing here",
            Self::ExpectedColon => "a colon is missing after the key",
            Self::ExpectedComma => "a comma is missing before this",
            Self::StrayComma => "this comma has nothing after it",
            Self::UnclosedObject => "this brace is never closed",
            Self::UnclosedArray => "this bracket is never closed",
            Self::UnclosedString => "this string has no closing quote",
            Self::BadEscape => "this escape is not known to JSON",
            Self::ControlCharacter => "a control character must be escaped in a string",
            Self::BadNumber => "this is not a number as JSON writes it",
            Self::Unexpected => "this is not JSON",
            Self::TrailingText => "nothing may follow the end of the document",
        })
    }
}

/// One breach of the JSON grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

/// One step of a path, as `ValidatePolicy` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathItem {
    /// Into the value of a member: `{"value": name}`.
    Value(String),
    /// Into an entry of an array: `{"index": n}`.
    Index(usize),
    /// On the key of a member itself: `{"key": name}`; only as the last step.
    Key(String),
    /// A part of a string value, in characters: `{"substring": {"start", "length"}}`; only as the last step.
    Substring(usize, usize),
}

/// A JSON text as a tree; made by [`super::parser::parse`], whatever the text.
#[derive(Debug, Clone)]
pub struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    pub(super) nodes: Vec<Node>,
    pub(super) errors: Vec<SyntaxError>,
    /// Where each node stands, found when somebody asks.
    pub(super) kin: OnceLock<Vec<Kin>>,
}

/// Where a node stands among others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kin {
    parent: Option<NodeId>,
    before: Option<NodeId>,
    place: usize,
}

impl<'t> Tree<'t> {
    /// The text that was parsed.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// All tokens in order; white space is what lies between them.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// What is wrong with the JSON, in order of discovery.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The outermost value; there always is one, if only a missing one.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// All nodes in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        (0..u32::try_from(self.nodes.len()).unwrap_or_default()).map(NodeId)
    }

    fn node(&self, id: NodeId) -> Node {
        const NONE: Node = Node { kind: NodeKind::Missing, span: Span { start: 0, end: 0 }, end: 0 };
        self.nodes.get(id.0 as usize).copied().unwrap_or(NONE)
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    /// Where a node is, quotes and braces included.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The nodes directly below an object (its members), an array (its values) or a member (key, value).
    pub fn children(&self, id: NodeId) -> Children<'_, 't> {
        Children { tree: self, next: id.0 + 1, end: self.node(id).end }
    }

    /// The members of an object as (key, value); none for any other node.
    pub fn members(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let ids = if self.kind(id) == NodeKind::Object {
            self.children(id)
        } else {
            Children { tree: self, next: 0, end: 0 }
        };
        ids.map(|member| self.key_and_value(member))
    }

    /// The value behind a member's key.
    pub fn value_of(&self, key: NodeId) -> NodeId {
        NodeId(self.node(key).end)
    }

    fn key_and_value(&self, member: NodeId) -> (NodeId, NodeId) {
        let key = NodeId(member.0 + 1);
        (key, self.value_of(key))
    }

    /// The value of an object's last member of that name; JSON readers let the last one win.
    pub fn get(&self, object: NodeId, name: &str) -> Option<NodeId> {
        self.members(object).filter(|(key, _)| self.string(*key) == name).last().map(|(_, value)| value)
    }

    /// The content of a string node, unescaped; for any other node its text as it stands.
    pub fn string(&self, id: NodeId) -> Cow<'t, str> {
        let node = self.node(id);
        let Span { start, end } = node.span;
        let inner = |end: u32| self.text.get(start as usize + 1..end as usize).unwrap_or_default();
        match node.kind {
            NodeKind::String => Cow::Borrowed(inner(end - 1)),
            NodeKind::EscapedString => Cow::Owned(unescape(inner(end - 1))),
            NodeKind::OpenString if inner(end).contains('\\') => Cow::Owned(unescape(inner(end))),
            NodeKind::OpenString => Cow::Borrowed(inner(end)),
            _ => Cow::Borrowed(node.span.of(self.text)),
        }
    }

    /// The path to a node as AWS writes it; a key node ends in a [`PathItem::Key`].
    pub fn path(&self, target: NodeId) -> Vec<PathItem> {
        let mut chain: Vec<NodeId> = std::iter::successors(Some(target), |node| self.parent(*node)).collect();
        chain.reverse();
        let mut path = Vec::new();
        for (at, node) in chain.iter().enumerate().skip(1) {
            let parent = chain.get(at - 1).map(|parent| self.kind(*parent));
            if self.kind(*node) == NodeKind::Member {
                let (key, value) = self.key_and_value(*node);
                let name = self.string(key).into_owned();
                if chain.get(at + 1) == Some(&value) {
                    path.push(PathItem::Value(name));
                } else {
                    path.push(PathItem::Key(name));
                    break;
                }
            } else if parent != Some(NodeKind::Member) {
                path.push(PathItem::Index(self.kin(*node).place));
            }
        }
        path
    }

    /// The node that a node is directly below; none for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.kin(id).parent
    }

    /// The node before a node among the children of its parent.
    pub fn before(&self, id: NodeId) -> Option<NodeId> {
        self.kin(id).before
    }

    /// The node behind a node among the children of its parent.
    pub fn after(&self, id: NodeId) -> Option<NodeId> {
        let next = self.node(id).end;
        self.parent(id).filter(|parent| next < self.node(*parent).end).map(|_| NodeId(next))
    }

    fn kin(&self, id: NodeId) -> Kin {
        self.kin.get_or_init(|| self.find_kin()).get(id.0 as usize).copied().unwrap_or_default()
    }

    /// Finds for each node where it stands, in one walk: a list may have ten thousand entries, and a finding on each.
    fn find_kin(&self) -> Vec<Kin> {
        // The nodes that are open, each with its end and what stands in it so far: how many nodes, and the last.
        let mut open: Vec<(NodeId, u32, usize, Option<NodeId>)> = Vec::new();
        let mut found = Vec::with_capacity(self.nodes.len());
        for id in self.nodes() {
            open.truncate(open.iter().rposition(|(_, end, ..)| id.0 < *end).map_or(0, |at| at + 1));
            let kin = open.last_mut().map(|(parent, _, count, last)| {
                *count += 1;
                Kin { parent: Some(*parent), before: last.replace(id), place: *count - 1 }
            });
            found.push(kin.unwrap_or_default());
            open.push((id, self.node(id).end, 0, None));
        }
        found
    }

    /// The nodes from the root down to the innermost one that an offset touches.
    pub fn nodes_at(&self, offset: usize) -> Vec<NodeId> {
        let mut chain = vec![self.root()];
        let mut at = self.root();
        // Of two nodes that meet at the offset the second one is meant, unless it is no more than a gap.
        while let Some(child) = self
            .children(at)
            .filter(|child| self.span(*child).touches(offset))
            .max_by_key(|child| (!self.span(*child).is_empty(), *child))
        {
            chain.push(child);
            at = child;
        }
        chain
    }
}

/// The nodes directly below one node.
#[derive(Debug, Clone)]
pub struct Children<'a, 't> {
    tree: &'a Tree<'t>,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.node(id).end;
        Some(id)
    }
}

/// Resolves the escapes of a string's inside; what is no escape stays as it is.
fn unescape(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (ch, used) = unicode_escape(chars.as_str());
                out.push(ch);
                rest = chars.as_str().get(used..).unwrap_or_default();
                continue;
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// The character of the hexadecimal digits after `\u` and how many bytes they took, a second half included.
fn unicode_escape(digits: &str) -> (char, usize) {
    let unit = |at: usize| digits.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match unit(0) {
        Some(high @ 0xd800..=0xdbff) => match unit(6) {
            Some(low @ 0xdc00..=0xdfff) if digits.get(4..6) == Some("\\u") => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 10)
            }
            _ => (char::REPLACEMENT_CHARACTER, 4),
        },
        Some(code) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 4),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}
