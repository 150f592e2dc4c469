//! The tags of a role.

use crate::backend::{Load, RolePart};
use crate::model::{ResourceRef, Role};
use crate::ui::page::View;
use crate::ui::resources::{Tab, tag_sheet};
use crate::ui::sheet::Sheet;

/// The tab.
pub const TAB: Tab<Role> = Tab { title: "Tags", count, sheet, loads };

fn count(role: &Role, _: &View<'_>) -> Option<usize> {
    role.facts.tags.known().map(Vec::len)
}

fn sheet(role: &Role, _: &View<'_>) -> Sheet {
    tag_sheet(&ResourceRef::Role(role.name.clone()), &role.facts.tags)
}

fn loads(role: &Role, _: &View<'_>) -> Vec<Load> {
    vec![Load::Role(role.name.clone(), RolePart::Tags)]
}
