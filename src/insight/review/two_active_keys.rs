//! Users with two active keys.

use super::rules::{named, rows};
use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "two-active-keys",
    title: "Users have at most one active access key",
    why: "Two keys are twice the secrets, and mostly a rotation that was never finished.",
    fix: "Deactivate the older key, and delete it when nothing breaks.",
    references: &["CIS 1.12"],
    severity: Severity::Medium,
    reads: Reads::Itself,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let rows = rows(scene.account)?.filter(|row| row.keys.iter().all(|key| key.active));
    Ok(rows.map(|row| Finding::new(named(row), "has two active access keys")).collect())
}
