//! Groups that do nothing.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::plan::builders::delete_groups;

pub(super) const CHECK: Check = Check {
    id: "empty-group",
    title: "Every group has members",
    why: "The permissions of a forgotten group apply as soon as a user is added to it.",
    fix: "Delete the group, or add its members.",
    references: &["FSBP IAM (group has users)"],
    severity: Severity::Low,
    reads: Reads::Groups,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let whole =
        scene.account.users().is_complete() || matches!(scene.account.bulk(), crate::model::Progress::Complete { .. });
    if !whole {
        return Err("the users were not all read".to_owned());
    }
    let references = scene.account.references();
    let groups = scene.account.groups().rows().iter();
    let found = groups.filter(|group| references.members(&group.name).is_empty()).map(|group| {
        let plan = delete_groups(scene.account, &[group.name.to_string()]);
        Finding::new(group.arn.as_str(), "has no members").settled_by(plan)
    });
    Ok(found.collect())
}
