//! Putting a version of a managed policy in force: forward, or back to the one before.

use crate::backend::{Load, PolicyPart};
use crate::base::arn::Arn;
use crate::model::{Account, Fact, PolicyKind, ResourceRef, VersionId};
use crate::plan::PlanError;
use crate::plan::builders::set_default_version;
use crate::theme::Look;
use crate::ui::selection::TabItem;

use super::offer::needed;
use super::summary::Summary;
use super::{Command, Fit, nothing};

/// Set the selected version as the default version.
pub const COMMAND: Command = Command {
    name: "set as default",
    help: "Set the selected version as the default version.",
    key: None,
    fit: |selection| match &selection.item {
        Some(TabItem::Version(policy, _)) if PolicyKind::of(policy) == PolicyKind::Customer => Fit::TabItem,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(TabItem::Version(policy, version)) = selection.item.clone() else { return nothing() };
        let line = format!("Version {version} becomes the default version.");
        let of = policy.clone();
        Summary::new(
            format!("Set version {version} of {} as default", policy.name()),
            "Version",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| set_default_version(view.account, &policy, &version),
        )
        .wants(needed(versions(of)))
        .review_or_wizard(view)
    },
};

/// Set the previous version as the default version.
pub const BACK: Command = Command {
    name: "roll back policy",
    help: "Set the previous version as the default version.",
    key: None,
    fit: |selection| match selection.one() {
        Some(ResourceRef::Policy(policy)) if PolicyKind::of(policy) == PolicyKind::Customer => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(ResourceRef::Policy(policy)) = selection.one().cloned() else { return nothing() };
        let of = policy.clone();
        Summary::new(
            format!("Roll back policy {}", policy.name()),
            "Version",
            |_| vec![("The previous version becomes the default version.".to_owned(), Look::Text)],
            move |_, view| set_default_version(view.account, &policy, &before(view.account, &policy)?),
        )
        .wants(needed(versions(of)))
        .review_or_wizard(view)
    },
};

/// What must be known of a policy before another version is put in force.
fn versions(policy: Arn) -> [Load; 2] {
    [Load::Policy(policy.clone(), PolicyPart::Row), Load::Policy(policy, PolicyPart::Versions)]
}

/// The newest of the versions that are older than the one in force.
fn before(account: &Account, arn: &Arn) -> Result<VersionId, PlanError> {
    let unknown = || PlanError::Unknown(format!("the versions of policy {}", arn.name()));
    let policy = account.policy(arn).ok_or_else(unknown)?;
    let versions = match &policy.facts.versions {
        Fact::Known(versions, _) => versions,
        Fact::Denied(denial) if denial.is_not_held() => {
            return Err(PlanError::NotHeld(format!("the versions of policy {}", arn.name())));
        }
        _ => return Err(unknown()),
    };
    let older = versions.iter().filter(|version| version.id.number() < policy.default_version.number());
    let newest = older.max_by_key(|version| version.id.number()).map(|version| version.id.clone());
    newest.ok_or_else(|| PlanError::Nothing(format!("Policy {} has no version before the default version", arn.name())))
}
