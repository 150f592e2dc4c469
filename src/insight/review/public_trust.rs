//! Roles that everyone may assume.

use super::rules::trusts;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::CallerKind;
use crate::insight::who_can::may_assume;
use crate::policy::evaluate::Need;

pub(super) const CHECK: Check = Check {
    id: "public-trust",
    title: "No role can be assumed by everyone",
    why: "Everybody who has an AWS account can use the role.",
    fix: "Name the accounts or principals that are meant.",
    references: &["CIS v7 2.21", "AWS best practice: Verify public and cross-account access"],
    severity: Severity::Critical,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for (role, _) in trusts(scene.account) {
        let Some(trust) = role.facts.trust.known() else { continue };
        let outsiders = scene.access.outsiders(trust).into_iter();
        for mut caller in outsiders.filter(|caller| caller.kind == CallerKind::Anyone) {
            let when = may_assume(scene.access, caller.kind, &mut caller.powers, role).unwrap_or_default();
            if when.sets().iter().any(|set| !set.iter().any(is_limit)) {
                found.push(Finding::new(role.arn.as_str(), "can be assumed by everyone"));
            }
        }
    }
    Ok(found)
}

/// Whether a condition limits who asks: by account, organization, principal or network.
fn is_limit(need: &Need) -> bool {
    const KEYS: [&str; 9] = [
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:userid",
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "sts:externalid",
    ];
    let key = need.key.to_ascii_lowercase();
    let open = need.values.iter().any(|value| value.chars().all(|ch| ch == '*'));
    KEYS.contains(&key.as_str()) && !need.operator.base.is_negated() && !open
}
