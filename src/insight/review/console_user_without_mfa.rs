//! Users who sign in with a password alone.

use super::rules::{named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "console-user-without-mfa",
    title: "Users with console access have an MFA device",
    why: "A password alone can be guessed, phished or reused.",
    fix: "Assign an MFA device to the user, or disable console access.",
    references: &[
        "CIS 1.9",
        "CIS v7 2.10",
        "FSBP IAM.5",
        "AWS best practice: Require multi-factor authentication (MFA)",
    ],
    severity: Severity::High,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let rows = rows(scene.account)?;
    let bare = rows.filter(|row| row.password_enabled == Some(true) && !row.mfa_active);
    // Administrators are told by a check of their own.
    let found = bare.filter(|row| !scene.administers(&named(row)));
    Ok(found.map(|row| Finding::new(named(row), "has a password and no MFA device")).collect())
}
