//! Permissions of single users.

use super::{Check, Finding, Looked, Reads, Scene, Severity};

pub(super) const CHECK: Check = Check {
    id: "user-with-own-policies",
    title: "Users get their permissions through groups only",
    why: "Permissions of single users are forgotten when their work changes.",
    fix: "Give the permissions to a group or role, and remove them from the user.",
    references: &["CIS 1.14", "CIS v7 2.13", "FSBP IAM.2"],
    severity: Severity::Low,
    reads: Reads::Policies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let mut found = Vec::new();
    for user in scene.account.users().rows() {
        let attached = user.facts.attached.known().map_or(0, Vec::len);
        let inline = user.facts.inline.known().map_or(0, Vec::len);
        if attached + inline > 0 {
            let policies = |count: usize, kind: &str| match count {
                0 => None,
                1 => Some(format!("1 {kind} policy")),
                more => Some(format!("{more} {kind} policies")),
            };
            let both: Vec<String> =
                policies(attached, "attached").into_iter().chain(policies(inline, "inline")).collect();
            found.push(Finding::new(user.arn.as_str(), format!("has {} of its own", both.join(" and "))));
        }
    }
    Ok(found)
}
