//! The groups that a user is in.

use crate::backend::{GroupPart, Load, UserPart};
use crate::model::{Fact, ResourceRef, User};
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::resources::Tab;
use crate::ui::selection::TabItem;

/// The tab.
pub const TAB: Tab<User> = Tab { title: "Groups", short: "Groups", count, content, loads };

fn count(user: &User, _: &View<'_>) -> Option<usize> {
    user.facts.groups.known().map(Vec::len)
}

fn content(user: &User, view: &View<'_>) -> Content {
    const COLUMNS: &[Column] = &[Column::new("Group name", 30), Column::new("Attached policies", 20)];
    let mut content = Content::new();
    content.facts(&user.facts.groups, COLUMNS, "The user is not in any group.", |name| {
        let attached = view.account.groups().get(name).map_or(Fact::Unknown, |group| group.facts.attached.clone());
        let policies = Cell::of(&attached, "None", |list| Cell::text(list.len().to_string()));
        Row::new(vec![Cell::text(name.to_string()), policies])
            .link(Place::Entity(ResourceRef::Group(name.clone())))
            .item(TabItem::Member(user.name.clone(), name.clone()))
    });
    content
}

fn loads(user: &User, view: &View<'_>) -> Vec<Load> {
    let mut loads = vec![Load::User(user.name.clone(), UserPart::Groups)];
    // Their policies are counted beside them; the bulk read tells that of all groups.
    let groups = user.facts.groups.known().into_iter().flatten().filter_map(|name| view.account.groups().get(name));
    let of = |group: &crate::model::Group| Load::Group(group.name.clone(), GroupPart::Permissions);
    loads.extend(groups.filter(|group| view.lacks(&group.facts.attached, &of(group))).map(|group| of(group)));
    loads
}
