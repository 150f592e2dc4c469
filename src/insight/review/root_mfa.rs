//! MFA of the root user.

use super::rules::root;
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::insight::callers::home;
use crate::model::Summary;

pub(super) const CHECK: Check = Check {
    id: "root-mfa",
    title: "The root user has an MFA device",
    why: "Anyone who gets the root password controls the account.",
    fix: "Assign an MFA device to the root user, signed in as the root user.",
    references: &["CIS 1.4", "CIS v7 2.5", "FSBP IAM.9", "AWS best practice: Protect your root user credentials"],
    severity: Severity::Critical,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let number = home(scene.account).map(|(_, number)| number).unwrap_or_default();
    let by_summary = scene.account.summary().known().and_then(Summary::root_has_mfa);
    let has_mfa = match by_summary {
        Some(has_mfa) => has_mfa,
        None => root(scene.account)?.mfa_active,
    };
    Ok(if has_mfa { Vec::new() } else { vec![Finding::new(&*number, "the root user has no MFA device")] })
}
