//! A role for incidents.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::base::arn::Arn;
use crate::insight::callers::home;
use crate::insight::references::affected;

pub(super) const CHECK: Check = Check {
    id: "support-role",
    title: "AWSSupportAccess is attached",
    why: "Without it, only administrators can open AWS Support cases in an incident.",
    fix: "Create a role with AWSSupportAccess for the people who handle incidents.",
    references: &["CIS 1.16", "CIS v7 2.15", "FSBP IAM.18"],
    severity: Severity::Low,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let Ok(arn) = Arn::parse("arn:aws:iam::aws:policy/AWSSupportAccess") else { return Ok(Vec::new()) };
    if !affected(scene.account, &arn).attached.is_empty() {
        return Ok(Vec::new());
    }
    // Whom nobody read may have it.
    if let Some(missing) = Reads::Policies.missing(scene) {
        return Err(missing);
    }
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    Ok(vec![Finding::new(&*number, "AWSSupportAccess is not attached")])
}
