//! What gives a role permissions, and the boundary.

use crate::backend::{Load, RolePart};
use crate::model::{ResourceRef, Role};
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::{Policies, Via, boundary, document_loads};

/// The tab.
pub const TAB: Tab<Role> = Tab { title: "Permissions", short: "Permissions", count, content, loads };

fn count(role: &Role, _: &View<'_>) -> Option<usize> {
    Some(role.facts.attached.known()?.len() + role.facts.inline.known()?.len())
}

fn content(role: &Role, view: &View<'_>) -> Content {
    let mut policies = Policies::default();
    let own = ResourceRef::Role(role.name.clone());
    policies.add(&role.facts.attached, &role.facts.inline, Via::Own(&own), view);
    let mut content = Content::new();
    policies.write(&mut content);
    boundary(&own, &role.facts.boundary, view, &mut content);
    content
}

fn loads(role: &Role, view: &View<'_>) -> Vec<Load> {
    let mut loads = vec![Load::Role(role.name.clone(), RolePart::Permissions)];
    loads.extend(document_loads(&role.facts.attached, view));
    loads
}
