//! Passwords and keys that nobody uses.

use super::rules::{key_made_at, named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::plan::builders::{disable_console, switch_access_key};

pub(super) const CHECK: Check = Check {
    id: "unused-credentials",
    title: "Passwords and access keys were used in the last 45 days",
    why: "If unused credentials leak, nobody notices.",
    fix: "Disable console access, and deactivate the key.",
    references: &["CIS 1.11", "CIS v7 2.11", "FSBP IAM.22"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const DAYS: i64 = 45;
    let mut found = Vec::new();
    for row in rows(scene.account)? {
        let idle = |at: Option<jiff::Timestamp>| at.map(|at| scene.days_since(at)).filter(|days| *days > DAYS);
        if row.password_enabled == Some(true)
            && let Some(days) = idle(row.password_last_used.or(row.password_changed).or(row.created))
        {
            let plan = disable_console(scene.account, &row.user, None);
            let told = format!("has a password that was not used for {days} days");
            found.push(Finding::new(named(row), told).settled_by(plan));
        }
        for key in row.keys.iter().filter(|key| key.active && key.last_used.is_some()) {
            let Some(days) = idle(key.last_used) else { continue };
            let held = key_made_at(scene.account.users().get(&*row.user).map(|user| &**user), key.rotated);
            let plan = held.map(|held| switch_access_key(scene.account, &row.user, held.id.as_str(), false));
            let finding =
                Finding::new(named(row), format!("has an active access key that was not used for {days} days"));
            found.push(match plan {
                Some(plan) => finding.settled_by(plan),
                None => finding,
            });
        }
    }
    Ok(found)
}
