//! Trust in users and roles that are gone.

use super::rules::trusts;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::model::TrustedEntity;

pub(super) const CHECK: Check = Check {
    id: "orphan-principal",
    title: "No role trusts a user or role that was deleted",
    why: "The entry allows nobody, and no longer shows whom it was for.",
    fix: "Remove the entry from the trust policy.",
    references: &[
        "AWS best practice: Regularly review and remove unused users, roles, permissions, policies, and credentials",
    ],
    severity: Severity::Low,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for (role, entities) in trusts(scene.account) {
        for entity in entities {
            if let TrustedEntity::Gone(id) = entity {
                found.push(Finding::new(role.arn.as_str(), format!("trusts {id}, which was deleted")));
            }
        }
    }
    Ok(found)
}
