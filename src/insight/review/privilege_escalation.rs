//! Who can become an administrator.

use super::{Check, Finding, Looked, Scene, Severity};
use std::collections::BTreeMap;

use crate::insight::escalation::{ADMIN, Verdict};

pub(super) const CHECK: Check = Check {
    id: "privilege-escalation",
    title: "Nobody can get the permissions of an administrator",
    why: "Whoever takes over such a user or role has the whole account.",
    fix: "Take the first step of the path away; `iamtui escalation` names the statement.",
    references: &[
        "Prowler iam_policy_allows_privilege_escalation",
        "AWS best practice: Apply least-privilege permissions",
    ],
    severity: Severity::Critical,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut worst: BTreeMap<&str, String> = BTreeMap::new();
    for path in scene.escalation.paths.iter().filter(|path| path.verdict == Verdict::Open) {
        let to = if &*path.to == ADMIN { "an administrator's permissions" } else { &path.to };
        let steps: Vec<&str> = path.steps.iter().map(|step| step.technique).collect();
        let told = format!("can get {to} by {}", steps.join(", then "));
        worst.entry(&path.from).or_insert(told);
    }
    Ok(worst.into_iter().map(|(from, told)| Finding::new(from, told)).collect())
}
