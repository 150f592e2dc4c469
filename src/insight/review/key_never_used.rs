//! Access keys that nobody has used.

use super::rules::{key_made_at, named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::plan::builders::switch_access_key;

pub(super) const CHECK: Check = Check {
    id: "key-never-used",
    title: "Active access keys have been used",
    why: "If an unused key leaks, nobody notices.",
    fix: "Deactivate the key, and delete it when nothing breaks.",
    references: &["CIS 1.10", "CIS 1.11"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const GRACE: i64 = 7;
    let mut found = Vec::new();
    for row in rows(scene.account)? {
        for key in row.keys.iter().filter(|key| key.active && key.last_used.is_none()) {
            let Some(age) = key.rotated.map(|made| scene.days_since(made)).filter(|age| *age > GRACE) else { continue };
            let held = key_made_at(scene.account.users().get(&*row.user).map(|user| &**user), key.rotated);
            let plan = held.map(|held| switch_access_key(scene.account, &row.user, held.id.as_str(), false));
            let finding =
                Finding::new(named(row), format!("has an active access key of {age} days that was never used"));
            found.push(match plan {
                Some(plan) => finding.settled_by(plan),
                None => finding,
            });
        }
    }
    Ok(found)
}
