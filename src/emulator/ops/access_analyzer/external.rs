//! Findings of external access: who outside the zone of trust is let in by the policies of resources.

use serde_json::{Map, Value, json};

use super::findings::Finding;
use crate::catalog::Catalog;
use crate::catalog::service::Action;
use crate::emulator::operation::Request;
use crate::emulator::ops::iam::named::arn;
use crate::emulator::store::State;
use crate::emulator::store::analyzers::{Analyzer, Zone};
use crate::policy;
use crate::policy::access_check::{names_everyone, narrows};
use crate::policy::ast::{Effect, PrincipalKind, Statement};
use crate::policy::canonical::{Entries, StatementForm};

/// The findings of an analyzer.
pub fn findings(request: &Request<'_>, state: &State, analyzer: &Analyzer) -> Vec<Finding> {
    let roles = state.roles.iter().filter(|role| role.linked_to.is_none());
    let mut found: Vec<Finding> = roles
        .flat_map(|role| of_policy(request, analyzer, (&arn(request, role), "AWS::IAM::Role"), &role.trust))
        .collect();
    for resource in request.environment.resources.of_account(request.account) {
        found.extend(of_policy(request, analyzer, (&resource.arn, resource.kind), &resource.policy));
    }
    found
}

fn of_policy(
    request: &Request<'_>,
    analyzer: &Analyzer,
    resource: (&str, &'static str),
    document: &str,
) -> Vec<Finding> {
    let policy = policy::read(document);
    let allows = policy.statements.iter().filter(|statement| statement.effect() == Some(Effect::Allow));
    allows.flat_map(|statement| of_statement(request, analyzer, resource, statement)).collect()
}

fn of_statement(
    request: &Request<'_>,
    analyzer: &Analyzer,
    (resource, resource_type): (&str, &'static str),
    statement: &Statement<'_>,
) -> Vec<Finding> {
    let form = StatementForm::of(statement);
    let conditions: Map<String, Value> = form
        .conditions
        .iter()
        .map(|condition| (condition.key.clone(), condition.values.iter().cloned().collect::<Vec<_>>().join(",").into()))
        .collect();
    let closed = form.conditions.iter().any(|condition| {
        let own = |value: &String| trusts(request, analyzer, value.as_str());
        narrows(condition) && condition.values.iter().all(own)
    });
    if closed {
        return Vec::new();
    }
    // Statements are compared in lower case; a finding names actions as AWS writes them.
    let written = |action: &String| Catalog::bundled().action(action).map_or_else(|| action.clone(), Action::full_name);
    let actions: Vec<String> = match &form.actions {
        Entries::Of(actions) => actions.iter().map(written).collect(),
        _ => Vec::new(),
    };
    let is_public = names_everyone(&form) && !form.conditions.iter().any(narrows);
    let finding = |(kind, value): (&str, String)| {
        let external = json!({
            "principal": {kind: value},
            "action": actions,
            "condition": conditions,
            "isPublic": is_public,
        });
        let mut details = external.clone();
        details["sources"] = json!([{"type": "POLICY"}]);
        Finding {
            key: format!("{kind} {value} {actions:?} {conditions:?}"),
            kind: "ExternalAccess",
            resource: resource.to_owned(),
            resource_type,
            owner: request.account.to_owned(),
            external: external.as_object().cloned().unwrap_or_default(),
            details: vec![json!({"externalAccessDetails": details})],
        }
    };
    outside(request, analyzer, statement).into_iter().map(finding).collect()
}

/// The principals of a statement that are outside the zone of trust, by kind.
fn outside(request: &Request<'_>, analyzer: &Analyzer, statement: &Statement<'_>) -> Vec<(&'static str, String)> {
    if statement.not_principal.is_some() {
        return vec![("AWS", "*".to_owned())];
    }
    let Some(principal) = &statement.principal else { return Vec::new() };
    if principal.is_everyone() {
        return vec![("AWS", "*".to_owned())];
    }
    let of = |kind: PrincipalKind, name: &'static str| {
        principal.of_kind(kind).map(move |text| (name, text.as_str().to_owned())).collect::<Vec<_>>()
    };
    let mut found = of(PrincipalKind::Aws, "AWS");
    // What has become of a principal that is gone is a unique id, which lets nobody in.
    found.retain(|(_, text)| {
        let account = account_of(text);
        text == "*" || account.is_some_and(|account| !trusts(request, analyzer, account))
    });
    found.extend(of(PrincipalKind::Federated, "Federated"));
    found.extend(of(PrincipalKind::CanonicalUser, "CanonicalUser"));
    found
}

/// The account of a principal: the fifth part of an ARN, or twelve digits.
fn account_of(text: &str) -> Option<&str> {
    if text.starts_with("arn:") {
        return text.split(':').nth(4);
    }
    (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// Whether an account, a principal of one or the organization itself is inside the zone of trust.
fn trusts(request: &Request<'_>, analyzer: &Analyzer, text: &str) -> bool {
    let account = account_of(text).unwrap_or(text);
    if account == request.account {
        return true;
    }
    let organization = request.environment.organization.as_ref().filter(|_| analyzer.zone == Zone::Organization);
    organization.is_some_and(|known| known.member(account).is_some() || text == known.id || text.starts_with(&known.id))
}
