//! Deleting versions of a managed policy.

use crate::backend::{Load, PolicyPart};
use crate::input::ItemAction;
use crate::model::PolicyKind;
use crate::plan::builders::delete_versions;
use crate::theme::Look;
use crate::ui::selection::TabItem;

use super::offer::needed;
use super::summary::Summary;
use super::{Command, Fit, nothing};

/// Deletes the version under the cursor.
pub const COMMAND: Command = Command {
    name: "delete version",
    help: "Delete the selected version; undo restores its document.",
    key: Some(ItemAction::Delete),
    fit: |selection| match &selection.item {
        Some(TabItem::Version(policy, _)) if PolicyKind::of(policy) == PolicyKind::Customer => Fit::TabItem,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(TabItem::Version(policy, version)) = selection.item.clone() else { return nothing() };
        let part = |part| Load::Policy(policy.clone(), part);
        let wants = [part(PolicyPart::Versions), part(PolicyPart::Document(version.clone()))];
        let line = format!("Version {version} is deleted. Its number is not used again.");
        Summary::new(
            format!("Delete version {version} of {}", policy.name()),
            "Version",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| delete_versions(view.account, &policy, std::slice::from_ref(&version)),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};
