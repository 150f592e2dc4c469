//! Administrators who sign in with a password alone.

use super::rules::{named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "administrator-without-mfa",
    title: "Administrators have an MFA device",
    why: "Anyone who gets an administrator's password controls the account.",
    fix: "Assign an MFA device to the user, or let the person sign in through IAM Identity Center.",
    references: &["CIS 1.9", "AWS best practice: Require multi-factor authentication (MFA)"],
    severity: Severity::Critical,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let rows = rows(scene.account)?;
    let bare = rows.filter(|row| row.password_enabled == Some(true) && !row.mfa_active);
    let found = bare.filter(|row| scene.administers(&named(row)));
    Ok(found.map(|row| Finding::new(named(row), "is an administrator with a password and without MFA")).collect())
}
