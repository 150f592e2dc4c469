//! The tags of a policy.

use crate::backend::{Load, PolicyPart};
use crate::model::{Policy, PolicyKind, ResourceRef};
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_sheet};
use crate::ui::sheet::Sheet;

/// The tab.
pub const TAB: Tab<Policy> = Tab { title: "Tags", count, sheet, loads };

fn count(policy: &Policy, _: &View<'_>) -> Option<usize> {
    policy.facts.tags.known().map(Vec::len)
}

fn sheet(policy: &Policy, _: &View<'_>) -> Sheet {
    if policy.kind() == PolicyKind::Customer {
        return tag_sheet(&ResourceRef::Policy(policy.arn.clone()), &policy.facts.tags);
    }
    let mut sheet = Sheet::new();
    sheet.note(Cell::absent("AWS managed policies have no tags."));
    sheet
}

fn loads(policy: &Policy, _: &View<'_>) -> Vec<Load> {
    match policy.kind() {
        PolicyKind::Customer => vec![Load::Policy(policy.arn.clone(), PolicyPart::Tags)],
        _ => Vec::new(),
    }
}
