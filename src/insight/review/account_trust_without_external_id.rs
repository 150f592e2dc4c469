//! Roles that another account may assume as it likes.

use super::rules::trusts;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;
use crate::model::TrustedEntity;

pub(super) const CHECK: Check = Check {
    id: "account-trust-without-external-id",
    title: "Roles that trust other accounts ask for an external ID or for MFA",
    why: "A third party that serves many customers can be made to use the role of one for another (the confused deputy).",
    fix: "Ask for sts:ExternalId where a third party assumes the role, or for MFA where people do.",
    references: &["AWS best practice: Verify public and cross-account access"],
    severity: Severity::Medium,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let own = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    let mut found = Vec::new();
    for (role, entities) in trusts(scene.account) {
        let Some(trust) = role.facts.trust.known() else { continue };
        let foreign: Vec<&str> = entities
            .iter()
            .filter_map(|entity| match entity {
                TrustedEntity::Account(id) if *id.as_str() != *own => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let wants = trust.wants();
        let text = trust.document.text().to_ascii_lowercase();
        let limited = wants.external_id.is_some()
            || wants.mfa
            || ["sts:externalid", "aws:principalorgid", "aws:principalarn", "aws:principaltag"]
                .iter()
                .any(|key| text.contains(key));
        if !foreign.is_empty() && !limited {
            found.push(Finding::new(
                role.arn.as_str(),
                format!("trusts the whole account {} without an external ID or MFA", foreign.join(", ")),
            ));
        }
    }
    Ok(found)
}
