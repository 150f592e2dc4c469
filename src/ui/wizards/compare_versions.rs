//! Comparing versions of a managed policy.

use crate::model::ResourceRef;
use crate::ui::layers::compare::Compare;
use crate::ui::selection::Thing;

use super::{Fit, Verb, nothing};

/// Compares the version under the cursor with the one in force, or that one with the one before.
pub const VERB: Verb = Verb {
    name: "compare versions",
    help: "Compare two versions of a policy, by text and by what they allow.",
    key: None,
    fit: |selection| match (&selection.thing, selection.one()) {
        (Some(Thing::Version(..)), _) => Fit::Thing,
        (_, Some(ResourceRef::Policy(_))) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| match (&selection.thing, selection.one()) {
        (Some(Thing::Version(policy, version)), _) => Ok(Box::new(Compare::version(policy, Some(version.clone())))),
        (_, Some(ResourceRef::Policy(policy))) => Ok(Box::new(Compare::version(policy, None))),
        _ => nothing(),
    },
};
