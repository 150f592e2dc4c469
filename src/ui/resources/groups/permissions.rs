//! What gives a group permissions.

use crate::backend::{GroupPart, Load};
use crate::model::{Group, ResourceRef};
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::resources::permissions::{Policies, Via, document_loads};

/// The tab.
pub const TAB: Tab<Group> = Tab { title: "Permissions", short: "Permissions", count, content, loads };

fn count(group: &Group, _: &View<'_>) -> Option<usize> {
    Some(group.facts.attached.known()?.len() + group.facts.inline.known()?.len())
}

fn content(group: &Group, view: &View<'_>) -> Content {
    let mut policies = Policies::default();
    let own = ResourceRef::Group(group.name.clone());
    policies.add(&group.facts.attached, &group.facts.inline, Via::Own(&own), view);
    let mut content = Content::new();
    policies.write(&mut content);
    content
}

fn loads(group: &Group, view: &View<'_>) -> Vec<Load> {
    let mut loads = vec![Load::Group(group.name.clone(), GroupPart::Permissions)];
    loads.extend(document_loads(&group.facts.attached, view));
    loads
}
