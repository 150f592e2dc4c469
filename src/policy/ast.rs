//! A policy as its elements, each value with the node it came from.
//!
//! Nothing here is required to be there or to be right: an element that is missing or has the wrong type is
//! `None`, and what did not fit is in [`Policy::problems`]. Where a key stands twice the last one counts, as
//! JSON readers have it.

use std::borrow::Cow;

use super::operator::Operator;
use super::syntax::{NodeId, PathItem, Span, Tree};

/// A string of the policy, unescaped, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'t> {
    /// What it says.
    pub value: Cow<'t, str>,
    /// The string's node; of a key, the key's node.
    pub node: NodeId,
    /// Where it stands, with its quotes.
    pub span: Span,
}

impl Text<'_> {
    /// What it says.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// A whole policy document.
#[derive(Debug, Clone)]
pub struct Policy<'t> {
    /// The tree that it was read from; it gives paths and spans.
    pub tree: Tree<'t>,
    /// `Version`
    pub version: Option<Text<'t>>,
    /// `Id`
    pub id: Option<Text<'t>>,
    /// The value of `Statement`, an object or an array, if there is one.
    pub statement_node: Option<NodeId>,
    /// The statements in order; what is no object is left out.
    pub statements: Vec<Statement<'t>>,
    /// What could not be read as a policy.
    pub problems: Vec<Problem>,
}

impl Policy<'_> {
    /// The path of a node as AWS writes it.
    pub fn path(&self, node: NodeId) -> Vec<PathItem> {
        self.tree.path(node)
    }
}

/// A part of the JSON that does not fit the grammar of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// An element that policies or statements do not have; the key's node.
    UnknownElement(NodeId),
    /// A value of another JSON type than the element takes.
    WrongType {
        /// The value.
        node: NodeId,
        /// The type that it should have, as AWS names it.
        expected: &'static str,
    },
    /// A key that stands in the same object twice.
    DuplicateKey {
        /// The first key.
        first: NodeId,
        /// The later key of the same name.
        again: NodeId,
    },
}

/// The elements of a statement, in the order that the documentation has them.
pub const STATEMENT_ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

impl Effect {
    /// As policies write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement<'t> {
    /// The statement's object.
    pub node: NodeId,
    /// Its number in the document, from 0.
    pub index: usize,
    /// `Sid`
    pub sid: Option<Text<'t>>,
    /// `Effect` as written.
    pub effect: Option<Text<'t>>,
    /// `Action`
    pub action: Option<List<'t>>,
    /// `NotAction`
    pub not_action: Option<List<'t>>,
    /// `Resource`
    pub resource: Option<List<'t>>,
    /// `NotResource`
    pub not_resource: Option<List<'t>>,
    /// `Principal`
    pub principal: Option<Principal<'t>>,
    /// `NotPrincipal`
    pub not_principal: Option<Principal<'t>>,
    /// `Condition`
    pub condition: Option<Condition<'t>>,
}

impl<'t> Statement<'t> {
    /// The effect, when it is one of the two.
    pub fn effect(&self) -> Option<Effect> {
        match self.effect.as_ref()?.as_str() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            _ => None,
        }
    }

    /// Whether the effect is `Allow`.
    pub fn allows(&self) -> bool {
        self.effect() == Some(Effect::Allow)
    }

    /// Whether the effect is `Deny`.
    pub fn denies(&self) -> bool {
        self.effect() == Some(Effect::Deny)
    }

    /// The entries of `Action` and `NotAction`.
    pub fn actions_of_both(&self) -> impl Iterator<Item = &Text<'t>> {
        self.action.iter().chain(&self.not_action).flat_map(|list| &list.items)
    }

    /// The entries of `Resource` and `NotResource`.
    pub fn resources_of_both(&self) -> impl Iterator<Item = &Text<'t>> {
        self.resource.iter().chain(&self.not_resource).flat_map(|list| &list.items)
    }

    /// Every condition key of every operator block, with its block.
    pub fn conditions(&self) -> impl Iterator<Item = (&ConditionBlock<'t>, &ConditionEntry<'t>)> {
        self.condition
            .iter()
            .flat_map(|condition| &condition.blocks)
            .flat_map(|block| block.entries.iter().map(move |entry| (block, entry)))
    }
}

/// A string or an array of strings.
#[derive(Debug, Clone)]
pub struct List<'t> {
    /// The key before it.
    pub key: NodeId,
    /// The string or array.
    pub node: NodeId,
    /// Whether it is written as an array.
    pub is_array: bool,
    /// Its strings in order.
    pub items: Vec<Text<'t>>,
}

impl List<'_> {
    /// Whether one of its entries is exactly this.
    pub fn has(&self, value: &str) -> bool {
        self.items.iter().any(|item| item.value == value)
    }
}

/// The value of `Principal` or `NotPrincipal`.
#[derive(Debug, Clone)]
pub struct Principal<'t> {
    /// The key before it.
    pub key: NodeId,
    /// The string or object.
    pub node: NodeId,
    /// The string, when it is one (`"*"`).
    pub plain: Option<Text<'t>>,
    /// The kinds of principals, when it is an object.
    pub groups: Vec<PrincipalGroup<'t>>,
}

impl<'t> Principal<'t> {
    /// All entries of a kind.
    pub fn of_kind(&self, kind: PrincipalKind) -> impl Iterator<Item = &Text<'t>> {
        self.groups.iter().filter(move |group| group.kind == Some(kind)).flat_map(|group| &group.list.items)
    }

    /// Whether it is everyone: `"*"` or `{"AWS": "*"}`.
    pub fn is_everyone(&self) -> bool {
        self.plain.as_ref().is_some_and(|text| text.value == "*")
            || self.of_kind(PrincipalKind::Aws).any(|text| text.value == "*")
    }
}

/// The principals of one kind.
#[derive(Debug, Clone)]
pub struct PrincipalGroup<'t> {
    /// The key as written.
    pub name: Text<'t>,
    /// The kind, when the key is one of the four.
    pub kind: Option<PrincipalKind>,
    /// The principals.
    pub list: List<'t>,
}

/// The four kinds of principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `AWS`: accounts, users, roles, sessions.
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`: the canonical id of an account, for S3.
    CanonicalUser,
}

impl PrincipalKind {
    /// Whether a value has the form of a principal of this kind. AWS saves no policy with another one, though
    /// `ValidatePolicy` says nothing of it.
    pub fn has_form_of(self, value: &str) -> bool {
        let is_account = value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit());
        let is_id = value.len() >= 16 && value.starts_with('A') && value.bytes().all(|b| b.is_ascii_alphanumeric());
        let mut fields = value.splitn(6, ':');
        let is_arn = fields.next() == Some("arn")
            && matches!(fields.nth(1), Some("iam" | "sts"))
            && fields.nth(2).is_some_and(|resource| !resource.is_empty());
        self != Self::Aws || value == "*" || is_account || is_id || is_arn
    }
}

impl PrincipalKind {
    /// Reads the key of a principal object; exact case.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "AWS" => Some(Self::Aws),
            "Service" => Some(Self::Service),
            "Federated" => Some(Self::Federated),
            "CanonicalUser" => Some(Self::CanonicalUser),
            _ => None,
        }
    }
}

/// The value of `Condition`.
#[derive(Debug, Clone)]
pub struct Condition<'t> {
    /// The key before it.
    pub key: NodeId,
    /// The object.
    pub node: NodeId,
    /// The operators in order.
    pub blocks: Vec<ConditionBlock<'t>>,
}

/// One operator with its keys.
#[derive(Debug, Clone)]
pub struct ConditionBlock<'t> {
    /// The operator as written.
    pub name: Text<'t>,
    /// The operator, when it is known.
    pub operator: Option<Operator>,
    /// The object of keys.
    pub node: NodeId,
    /// The keys in order.
    pub entries: Vec<ConditionEntry<'t>>,
}

/// One condition key with its values.
#[derive(Debug, Clone)]
pub struct ConditionEntry<'t> {
    /// The key as written.
    pub name: Text<'t>,
    /// The value or array of values.
    pub node: NodeId,
    /// Whether it is written as an array.
    pub is_array: bool,
    /// The values in order.
    pub values: Vec<ConditionValue<'t>>,
}

/// One value of a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionValue<'t> {
    /// What it says; of a number or boolean, its text.
    pub text: Text<'t>,
    /// How JSON has it.
    pub kind: ValueKind,
}

impl ConditionValue<'_> {
    /// What it says.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

/// The JSON type of a condition value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A string.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
}
