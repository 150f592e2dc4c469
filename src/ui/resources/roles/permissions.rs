//! What gives a role permissions, and the boundary.

use crate::backend::{Load, RolePart};
use crate::model::{ResourceRef, Role};
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::{Policies, Via, boundary, document_loads};
use crate::ui::sheet::Sheet;

/// The tab.
pub const TAB: Tab<Role> = Tab { title: "Permissions", count, sheet, loads };

fn count(role: &Role, _: &View<'_>) -> Option<usize> {
    Some(role.facts.attached.known()?.len() + role.facts.inline.known()?.len())
}

fn sheet(role: &Role, view: &View<'_>) -> Sheet {
    let mut policies = Policies::default();
    let own = ResourceRef::Role(role.name.clone());
    policies.add(&role.facts.attached, &role.facts.inline, Via::Own(&own), view);
    let mut sheet = Sheet::new();
    policies.write(&mut sheet);
    boundary(&own, &role.facts.boundary, view, &mut sheet);
    sheet
}

fn loads(role: &Role, view: &View<'_>) -> Vec<Load> {
    let mut loads = vec![Load::Role(role.name.clone(), RolePart::Permissions)];
    loads.extend(document_loads(&role.facts.attached, view));
    loads
}
