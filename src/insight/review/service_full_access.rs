//! All of a service that guards others.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::policy::ast::Effect;

pub(super) const CHECK: Check = Check {
    id: "sensitive-service-full-access",
    title: "No policy of the account allows all of KMS or CloudTrail",
    why: "Full access to KMS can decrypt everything; full access to CloudTrail can hide activity.",
    fix: "List the actions that are needed.",
    references: &["Prowler iam_policy_no_full_access_to_kms", "Prowler iam_policy_no_full_access_to_cloudtrail"],
    severity: Severity::Medium,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for written in scene.documents().into_iter().filter(|written| !written.is_aws && written.attached) {
        for service in ["kms", "cloudtrail"] {
            let whole = written.compiled.statements().iter().any(|statement| {
                statement.effect() == Effect::Allow
                    && statement.is_about_all_of(service) == Some(true)
                    && statement.is_about_all_of("iam") != Some(true)
                    && !statement.has_not_action()
            });
            if whole {
                found
                    .push(Finding::new(written.resource.as_str(), format!("{} allows {service}:* on *", written.what)));
            }
        }
    }
    Ok(found)
}
