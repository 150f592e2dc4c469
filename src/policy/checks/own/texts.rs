//! The document as a text: repeated keys, characters that IAM refuses, and how full it is.

use super::super::{Context, Example, Family, Rule};
use crate::policy::PolicyKind;
use crate::policy::ast::Problem;
use crate::policy::diagnostic::{FindingType, Fix, Reach};
use crate::policy::edit;
use crate::policy::size::{Quota, Size};
use crate::policy::syntax::{NodeId, NodeKind};

/// The document as a text.
pub const FAMILY: Family = Family {
    name: "The document as a text",
    rules: &[&DUPLICATE_JSON_KEY, &UNSUPPORTED_CHARACTER, &NEAR_QUOTA, &OVER_QUOTA],
    check,
};

/// From this share of its quota on, a document is said to be nearly full.
const NEARLY_FULL_PERCENT: usize = 90;

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for problem in &policy.problems {
        if let Problem::DuplicateKey { first, again } = problem {
            if context.is_full() {
                break;
            }
            repeated(context, *first, *again);
        }
    }
    if !policy.tree.text().is_ascii() {
        unsupported_characters(context);
    }
    quota(context);
}

/// What was written twice goes, statements come together; of anything else the person has to look which is meant.
fn repeated(context: &mut Context<'_, '_>, first: NodeId, again: NodeId) {
    let tree = &context.policy.tree;
    let name = tree.string(again).into_owned();
    context.report(&DUPLICATE_JSON_KEY, &[first, again], &[&name]);
    let (earlier, later) = (tree.value_of(first), tree.value_of(again));
    if tree.span(earlier).of(tree.text()) == tree.span(later).of(tree.text()) {
        context.fix_remove("Remove the earlier one, which says the same", &[first]);
        return context.fix_within(Reach::Anywhere);
    }
    let holds_statements = |value| matches!(tree.kind(value), NodeKind::Array | NodeKind::Object);
    if tree.get(tree.root(), "Statement").is_some_and(|statements| statements == earlier || statements == later)
        && holds_statements(earlier)
        && holds_statements(later)
    {
        let edits = edit::merged(tree, first, earlier, later);
        return context.fix(Fix::new("Put the statements of both into one", edits).within(Reach::Here));
    }
    context.fix_remove("Remove the earlier one", &[first]);
}

/// IAM takes tab, line feed, carriage return and what is in Latin-1.
fn unsupported_characters(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    let bad = |node: &NodeId| {
        policy.tree.kind(*node).is_string() && policy.tree.string(*node).chars().any(|ch| ch > '\u{ff}')
    };
    let nodes: Vec<NodeId> = policy.tree.nodes().filter(bad).collect();
    for node in nodes {
        let text = policy.tree.string(node);
        let first = text.chars().find(|ch| *ch > '\u{ff}').map_or(0, u32::from);
        context.report(&UNSUPPORTED_CHARACTER, &[node], &[&format!("U+{first:04X}")]);
    }
}

fn quota(context: &mut Context<'_, '_>) {
    let quota = match context.kind {
        PolicyKind::Identity | PolicyKind::Boundary => Quota::Managed,
        PolicyKind::Session => Quota::Session,
        PolicyKind::Trust => Quota::Trust,
        PolicyKind::Scp => Quota::Scp,
        PolicyKind::Rcp => Quota::Rcp,
        PolicyKind::Resource | PolicyKind::Vpce => return,
    };
    let used = quota.used(Size::of_tree(&context.policy.tree));
    let parts = [used.to_string(), quota.limit().to_string(), quota.label().to_owned()];
    let parts = [parts[0].as_str(), parts[1].as_str(), parts[2].as_str()];
    if used > quota.limit() {
        // AWS's own check speaks for the policies of an organization and of a role's trust.
        if matches!(quota, Quota::Managed | Quota::Session) {
            context.report_whole(&OVER_QUOTA, &parts);
        }
    } else if used * 100 >= quota.limit() * NEARLY_FULL_PERCENT {
        context.report_whole(&NEAR_QUOTA, &parts);
    }
}

const DUPLICATE_JSON_KEY: Rule = Rule {
    code: "duplicate-json-key",
    kind: FindingType::Error,
    title: "Repeated key",
    message: "The key {{key}} appears twice in the same object. JSON parsers differ in which one they use.",
    about: "If a key appears twice, each JSON parser decides which one counts.",
    cure: "Remove one, or merge the values.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Action": "s3:PutObject", "Resource": "*"}"#,
    ),
    good: Example::identity(r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}"#),
};

const UNSUPPORTED_CHARACTER: Rule = Rule {
    code: "unsupported-character",
    kind: FindingType::Error,
    title: "Unsupported character",
    message: "The character {{code}} is beyond what IAM takes in a policy.",
    about: "IAM refuses documents with characters beyond Latin-1, which often come from pasted text.",
    cure: "Write the plain character: a straight quote, a hyphen, a blank.",
    bad: Example::identity(r#"{"Sid": "a–b", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(r#"{"Sid": "ab", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
};

const NEAR_QUOTA: Rule = Rule {
    code: "near-quota",
    kind: FindingType::Suggestion,
    title: "Nearly full",
    message: "The document uses {{used}} of {{limit}} characters of a {{quota}}.",
    about: "A document that is nearly full cannot take the next change.",
    cure: "Minimise it, use wildcards, or split it.",
    bad: Example::sized(PolicyKind::Identity, 6_000),
    good: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
};

const OVER_QUOTA: Rule = Rule {
    code: "over-quota",
    kind: FindingType::Warning,
    title: "Too long to be stored",
    message: "The document has {{used}} characters; a {{quota}} takes {{limit}}.",
    about: "IAM stores managed policies of 6,144 characters at most, white space not counted.",
    cure: "Minimise it, use wildcards, or split it.",
    bad: Example::sized(PolicyKind::Identity, 7_000),
    good: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
};
