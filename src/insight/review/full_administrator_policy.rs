//! Policies that allow everything.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::policy::ast::Effect;

pub(super) const CHECK: Check = Check {
    id: "full-administrator-policy",
    title: "No policy of the account allows everything on everything",
    why: "Anyone with such a policy administers the account, whatever its name says.",
    fix: "List what is needed, or attach AdministratorAccess where everything is meant.",
    references: &["CIS 1.15", "CIS v7 2.14", "FSBP IAM.1", "AWS best practice: Apply least-privilege permissions"],
    severity: Severity::High,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let all = |statement: &crate::policy::evaluate::Statement| {
        let whole = ["iam", "s3", "ec2"].iter().all(|service| statement.is_about_all_of(service) == Some(true));
        statement.effect() == Effect::Allow && whole && !statement.has_not_action()
    };
    let written = scene.documents().into_iter().filter(|written| !written.is_aws);
    let found = written.filter(|written| written.compiled.statements().iter().any(all)).map(|written| {
        let used = match (written.attached, written.bounds) {
            (true, _) => "",
            (false, true) => " (as a permissions boundary)",
            (false, false) => " (not attached)",
        };
        Finding::new(written.resource, format!("{} allows * on *{used}", written.what))
    });
    Ok(found.collect())
}
