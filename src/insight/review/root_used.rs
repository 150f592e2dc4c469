//! Work as the root user.

use super::rules::{named, root};
use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "root-used",
    title: "The root user was not used in the last 90 days",
    why: "The root user is for the few tasks that need it.",
    fix: "Use an administrator role for daily work.",
    references: &["CIS 1.6", "CIS v7 2.7", "AWS best practice: Protect your root user credentials"],
    severity: Severity::High,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const DAYS: i64 = 90;
    let row = root(scene.account)?;
    let last = row.password_last_used.max(row.keys_last_used());
    let days = last.map(|last| scene.days_since(last)).filter(|days| *days <= DAYS);
    Ok(days
        .map(|days| Finding::new(named(row), format!("the root user was used {days} days ago")))
        .into_iter()
        .collect())
}
