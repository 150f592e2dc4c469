//! Comparing versions of a managed policy.

use crate::model::ResourceRef;
use crate::ui::layers::compare::Compare;
use crate::ui::selection::TabItem;

use super::{Command, Fit, nothing};

/// Compares the version under the cursor with the one in force, or that one with the one before.
pub const COMMAND: Command = Command {
    name: "compare versions",
    help: "Compare two versions of a policy, by text and by what they allow.",
    key: None,
    fit: |selection| match (&selection.item, selection.one()) {
        (Some(TabItem::Version(..)), _) => Fit::TabItem,
        (_, Some(ResourceRef::Policy(_))) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| match (&selection.item, selection.one()) {
        (Some(TabItem::Version(policy, version)), _) => Ok(Box::new(Compare::version(policy, Some(version.clone())))),
        (_, Some(ResourceRef::Policy(policy))) => Ok(Box::new(Compare::version(policy, None))),
        _ => nothing(),
    },
};
