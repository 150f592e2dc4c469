//! Access keys of more than ninety days.

use super::rules::{named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "key-too-old",
    title: "Active access keys are at most 90 days old",
    why: "The longer a key lives, the more copies of it there are.",
    fix: "Rotate the key, or use a role in its place.",
    references: &["CIS 1.13", "CIS v7 2.12", "FSBP IAM.3", "AWS best practice: Update access keys when needed"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    const DAYS: i64 = 90;
    let mut found = Vec::new();
    for row in rows(scene.account)? {
        for key in row.keys.iter().filter(|key| key.active) {
            if let Some(age) = key.rotated.map(|made| scene.days_since(made)).filter(|age| *age > DAYS) {
                found.push(Finding::new(named(row), format!("has an active access key of {age} days")));
            }
        }
    }
    Ok(found)
}
