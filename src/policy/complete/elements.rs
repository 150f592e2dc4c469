//! Elements of documents and statements, and the values that are the same everywhere.

use super::{CandidateKind, Offer};
use crate::policy::PolicyKind;
use crate::policy::ast::Statement;

const DOCUMENT: &[(&str, &str, &str)] = &[
    ("Version", "\"2012-10-17\"", "The version of the policy language; `2012-10-17` is the current one."),
    ("Id", "\"\"", "A name of the document; some services ask for one."),
    ("Statement", "[]", "The statements: each allows or denies something."),
];

const STATEMENT: &[(&str, &str, &str)] = &[
    ("Sid", "\"\"", "A name of the statement, letters and digits, unique in the document."),
    ("Effect", "\"\"", "`Allow` or `Deny`."),
    ("Principal", "{}", "Who it is about: accounts, users, roles, services, federated users."),
    ("NotPrincipal", "{}", "Everyone but these. Only sensible with `Deny`."),
    ("Action", "[]", "What may or may not be done, as `service:Action`."),
    ("NotAction", "[]", "Every action but these."),
    ("Resource", "[]", "On what: ARNs, or `*`."),
    ("NotResource", "[]", "On everything but these."),
    ("Condition", "{}", "When the statement applies: operator, key, values."),
];

/// Elements that exclude each other.
const PAIRS: &[(&str, &str)] = &[("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")];

pub(super) fn document<'c>(present: &[String]) -> Vec<Offer<'c>> {
    offers(DOCUMENT, |name| !present.iter().any(|known| known == name))
}

pub(super) fn statement<'c>(present: &[String], kind: Option<PolicyKind>) -> Vec<Offer<'c>> {
    let has = |name: &str| present.iter().any(|known| known == name);
    offers(STATEMENT, |name| {
        let excluded = PAIRS.iter().any(|(a, b)| name == *a && has(b) || name == *b && has(a));
        !has(name) && !excluded && kind.is_none_or(|kind| takes(kind, name))
    })
}

/// Whether a kind of policy has an element.
fn takes(kind: PolicyKind, element: &str) -> bool {
    match element {
        "Principal" => kind.needs_principal(),
        "NotPrincipal" => matches!(kind, PolicyKind::Resource | PolicyKind::Vpce),
        "Resource" | "NotResource" => kind != PolicyKind::Trust,
        "NotAction" => kind != PolicyKind::Rcp,
        _ => true,
    }
}

fn offers<'c>(table: &[(&'static str, &'static str, &'static str)], keep: impl Fn(&str) -> bool) -> Vec<Offer<'c>> {
    let kept = table.iter().filter(|(name, _, _)| keep(name));
    kept.map(|(name, value, about)| {
        let offer = Offer::new(*name, CandidateKind::Element, "element").about(*about);
        Offer { value: Some(value), ..offer }
    })
    .collect()
}

pub(super) fn effects<'c>() -> Vec<Offer<'c>> {
    vec![
        Offer::new("Allow", CandidateKind::Value, "effect").about("Grants what the statement names."),
        Offer::new("Deny", CandidateKind::Value, "effect").about("Refuses it, whatever else allows it."),
    ]
}

pub(super) fn versions<'c>() -> Vec<Offer<'c>> {
    vec![
        Offer::new("2012-10-17", CandidateKind::Value, "current version").about("Policy variables work."),
        Offer::new("2008-10-17", CandidateKind::Value, "earlier version").about("Policy variables are plain text."),
    ]
}

/// A whole document or statement to begin with; the text goes in as it is.
pub(super) fn skeleton<'c>(document: bool, kind: Option<PolicyKind>) -> Vec<Offer<'c>> {
    let statement = match kind {
        Some(PolicyKind::Trust) => r#"{"Effect": "Allow", "Principal": {"Service": ""}, "Action": "sts:AssumeRole"}"#,
        Some(kind) if kind.needs_principal() => {
            r#"{"Effect": "Allow", "Principal": {"AWS": ""}, "Action": [""], "Resource": "*"}"#
        }
        _ => r#"{"Effect": "Allow", "Action": [""], "Resource": "*"}"#,
    };
    let (label, text) = if document {
        ("policy", format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}"))
    } else {
        ("statement", statement.to_owned())
    };
    vec![Offer { verbatim: Some(text), ..Offer::new(label, CandidateKind::Snippet, "skeleton") }]
}

/// Names of the elements that a statement has.
pub(super) fn present(statement: &Statement<'_>) -> Vec<String> {
    let elements = [
        ("Sid", statement.sid.is_some()),
        ("Effect", statement.effect.is_some()),
        ("Principal", statement.principal.is_some()),
        ("NotPrincipal", statement.not_principal.is_some()),
        ("Action", statement.action.is_some()),
        ("NotAction", statement.not_action.is_some()),
        ("Resource", statement.resource.is_some()),
        ("NotResource", statement.not_resource.is_some()),
        ("Condition", statement.condition.is_some()),
    ];
    elements.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect()
}

/// What an element is.
pub(super) fn about(name: &str) -> Option<&'static str> {
    DOCUMENT.iter().chain(STATEMENT).find(|(known, _, _)| *known == name).map(|(_, _, about)| *about)
}
