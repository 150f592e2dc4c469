//! Roles that nobody uses.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::model::Fact;
use crate::plan::builders::{OwnProfile, delete_roles};

pub(super) const CHECK: Check = Check {
    id: "role-unused",
    title: "Roles were used in the last 90 days",
    why: "Unused permissions only add risk.",
    fix: "Delete the role, or restrict its trust policy.",
    references: &[
        "AWS best practice: Regularly review and remove unused users, roles, permissions, policies, and credentials",
    ],
    severity: Severity::Low,
    reads: Reads::Roles,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const DAYS: i64 = 90;
    let mut found = Vec::new();
    let mut known = false;
    let roles = scene.account.roles().rows().iter();
    for role in roles.filter(|role| !role.is_service_linked() && !role.path().starts_with("/aws-reserved/")) {
        let age = scene.days_since(role.created);
        let told = match &role.facts.last_used {
            Fact::Known(last, _) => {
                known = true;
                let days = scene.days_since(last.at);
                (days > DAYS).then(|| format!("was last used {days} days ago"))
            }
            Fact::Absent(_) => {
                known = true;
                (age > DAYS).then(|| format!("was never used in the {age} days since it was created"))
            }
            Fact::Unknown | Fact::Denied(_) => None,
        };
        if let Some(told) = told {
            let plan = delete_roles(scene.account, &[role.name.to_string()], OwnProfile::Kept);
            found.push(Finding::new(role.arn.as_str(), told).settled_by(plan));
        }
    }
    if known || scene.account.roles().rows().is_empty() {
        Ok(found)
    } else {
        Err("the last use of roles was not read (iam:GetRole)".to_owned())
    }
}
