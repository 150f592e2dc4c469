//! The tags of a policy.

use crate::backend::{Load, PolicyPart};
use crate::model::{Policy, PolicyKind, ResourceRef};
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_content};

/// The tab.
pub const TAB: Tab<Policy> = Tab { title: "Tags", short: "Tags", count, content, loads };

fn count(policy: &Policy, _: &View<'_>) -> Option<usize> {
    policy.facts.tags.known().map(Vec::len)
}

fn content(policy: &Policy, _: &View<'_>) -> Content {
    if policy.kind() == PolicyKind::Customer {
        return tag_content(&ResourceRef::Policy(policy.arn.clone()), &policy.facts.tags);
    }
    let mut content = Content::new();
    content.note(Cell::absent("AWS managed policies have no tags."));
    content
}

fn loads(policy: &Policy, _: &View<'_>) -> Vec<Load> {
    match policy.kind() {
        PolicyKind::Customer => vec![Load::Policy(policy.arn.clone(), PolicyPart::Tags)],
        _ => Vec::new(),
    }
}
