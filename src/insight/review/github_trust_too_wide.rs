//! Roles that any repository may assume.

use super::rules::trusts;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::{Caller, CallerKind};
use crate::insight::who_can::may_assume;
use crate::policy::evaluate::Need;

pub(super) const CHECK: Check = Check {
    id: "web-identity-trust-too-wide",
    title: "Roles for web identities name whose identities they trust",
    why: "Everybody who has an account at the provider can assume the role.",
    fix: "Compare the sub claim of the provider with the repository, pool or user that is meant.",
    references: &["AWS best practice: Verify public and cross-account access"],
    severity: Severity::High,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for (role, _) in trusts(scene.account) {
        let Some(trust) = role.facts.trust.known() else { continue };
        let outsiders = scene.access.outsiders(trust).into_iter();
        for mut caller in outsiders.filter(|caller| caller.kind == CallerKind::Federated && is_public(caller)) {
            let when = may_assume(scene.access, caller.kind, &mut caller.powers, role).unwrap_or_default();
            if when.sets().iter().any(|set| !set.iter().any(names_somebody)) {
                found.push(Finding::new(role.arn.as_str(), format!("trusts everybody at {}", name(&caller))));
            }
        }
    }
    Ok(found)
}

/// The provider without what is the same in all ARNs.
fn name(caller: &Caller) -> &str {
    caller.id.rsplit_once("oidc-provider/").map_or(&*caller.id, |(_, name)| name)
}

/// Whether everybody can have an identity there. A SAML provider and a cluster's know their own users only.
fn is_public(caller: &Caller) -> bool {
    const PUBLIC: [&str; 9] = [
        "token.actions.githubusercontent.com",
        "accounts.google.com",
        "gitlab.com",
        "graph.facebook.com",
        "www.amazon.com",
        "cognito-identity.amazonaws.com",
        "app.terraform.io",
        "agent.buildkite.com",
        "oidc.circleci.com",
    ];
    PUBLIC.iter().any(|public| name(caller).starts_with(public))
}

/// Whether a condition tells identities apart: a claim that is no audience, with a value that does not begin open.
fn names_somebody(need: &Need) -> bool {
    let (_, claim) = need.key.rsplit_once(':').unwrap_or_default();
    let is_claim = need.key.contains('.') && (claim != "aud" || need.key.starts_with("cognito-identity"));
    is_claim
        && !need.operator.base.is_negated()
        && !need.operator.if_exists
        && need.values.iter().all(|value| {
            let (kind, rest) = value.split_once(':').unwrap_or(("", value));
            !kind.starts_with('*') && !rest.starts_with('*')
        })
}
