//! Policies that let their holder assume any role.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::policy::ast::Effect;

pub(super) const CHECK: Check = Check {
    id: "assume-role-everywhere",
    title: "No policy of the account allows sts:AssumeRole on every role",
    why: "Every role of every account that trusts this one can be assumed.",
    fix: "Name the roles in the Resource element.",
    references: &["Prowler iam_no_custom_policy_permissive_role_assumption"],
    severity: Severity::High,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for written in scene.documents().into_iter().filter(|written| !written.is_aws) {
        let wide = written.compiled.statements().iter().any(|statement| {
            statement.effect() == Effect::Allow
                && statement.is_about("sts:assumerole")
                && statement.is_everywhere()
                // Full administrators are told by a check of their own.
                && statement.is_about_all_of("iam") != Some(true)
                && !statement.has_not_action()
        });
        if wide {
            found.push(Finding::new(written.resource.as_str(), format!("{} allows sts:AssumeRole on *", written.what)));
        }
    }
    Ok(found)
}
