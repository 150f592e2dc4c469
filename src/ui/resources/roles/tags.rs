//! The tags of a role.

use crate::backend::{Load, RolePart};
use crate::model::{ResourceRef, Role};
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_content};

/// The tab.
pub const TAB: Tab<Role> = Tab { title: "Tags", short: "Tags", count, content, loads };

fn count(role: &Role, _: &View<'_>) -> Option<usize> {
    role.facts.tags.known().map(Vec::len)
}

fn content(role: &Role, _: &View<'_>) -> Content {
    tag_content(&ResourceRef::Role(role.name.clone()), &role.facts.tags)
}

fn loads(role: &Role, _: &View<'_>) -> Vec<Load> {
    vec![Load::Role(role.name.clone(), RolePart::Tags)]
}
