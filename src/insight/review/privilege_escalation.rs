//! Who can become an administrator.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use std::collections::BTreeMap;

use crate::insight::escalation::close::closings;
use crate::insight::escalation::{ADMIN, Path, Verdict};

/// The most findings whose change is worked out.
const CLOSED: usize = 40;

pub(super) const CHECK: Check = Check {
    id: "privilege-escalation",
    title: "Nobody can get the permissions of an administrator",
    why: "Anyone who takes over such a user or role controls the account.",
    fix: "Remove the permission for the first step of the path.",
    references: &[
        "Prowler iam_policy_allows_privilege_escalation",
        "AWS best practice: Apply least-privilege permissions",
    ],
    severity: Severity::Critical,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut worst: BTreeMap<&str, &Path> = BTreeMap::new();
    for path in scene.escalation.paths.iter().filter(|path| path.verdict == Verdict::Open) {
        worst.entry(&path.from).or_insert(path);
    }
    let finding = |(number, path): (usize, &Path)| {
        let to = if &*path.to == ADMIN { "an administrator's permissions" } else { &path.to };
        let steps: Vec<String> = path.steps.iter().map(|step| format!("{} ({})", step.why, step.technique)).collect();
        let told = format!("can get {to}: it {}", steps.join(", then "));
        let close = || closings(scene.account, path).into_iter().next().and_then(|fix| fix.plan);
        let plan = if number < CLOSED { close() } else { None };
        Finding { plan, ..Finding::new(&*path.from, told) }
    };
    Ok(worst.into_values().enumerate().map(finding).collect())
}
