//! Removing users from groups, from the pages of either.

use std::collections::BTreeSet;

use crate::backend::{GroupPart, Load, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, GroupName, ResourceRef, UserName};
use crate::plan::builders::remove_members;
use crate::theme::Look;
use crate::ui::form::pick::Item;
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::Wizard;

use super::add_member::memberships;
use super::offer::{self, Offer, needed};
use super::picking::Picking;
use super::summary::Summary;
use super::{Command, Fit};

/// Remove the selected users from their groups.
pub const FROM_GROUPS: Command = Command {
    name: "remove from groups",
    help: "Remove the selected users from their groups.",
    key: None,
    fit: |selection| if selection.is(Kind::Users) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let users = selection.names();
        let about = users.clone();
        let of = users.clone();
        let flow = Picking::new(
            format!("Remove {} from groups", selection.describe()),
            ("Groups", "Space selects, typing filters."),
            move |view| groups_of(&of, view),
            move |picked, view| remove_members(view.account, &users, picked),
        );
        let wants = needed(memberships(selection)).chain(needed([Load::Groups]));
        Ok(Box::new(Wizard::new(flow.about("Users", &about).wants(wants))))
    },
};

/// Remove users from the selected groups.
pub const USERS: Command = Command {
    name: "remove users",
    help: "Remove users from the selected groups.",
    key: None,
    fit: |selection| if selection.is(Kind::Groups) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let groups = selection.names();
        let about = groups.clone();
        let of = groups.clone();
        let overview = groups.iter().map(|group| Load::Group(group.as_str().into(), GroupPart::Overview));
        let wants: Vec<Load> = overview.chain([Load::Users]).collect();
        let flow = Picking::new(
            format!("Remove users from {}", selection.describe()),
            ("Users", "Space selects, typing filters."),
            move |view| members_of(&of, view),
            move |picked, view| remove_members(view.account, picked, &groups),
        );
        Ok(Box::new(Wizard::new(flow.about("Groups", &about).wants(needed(wants)))))
    },
};

/// Ends the membership under the cursor.
pub const MEMBER: Command = Command {
    name: "remove from group",
    help: "Remove the user from the group.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Member(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Member(user, group)) = selection.item.clone() else { return super::nothing() };
        end(user, group, view)
    },
};

/// Remove the user from the group that the selected policy comes from.
pub const LEAVE: Command = Command {
    name: "remove from the policy's group",
    help: "Remove the user from the group that the selected policy comes from.",
    key: Some(ItemAction::Delete),
    fit: |selection| if left(selection).is_some() { Fit::TabItem } else { Fit::No },
    open: |selection, view| match left(selection) {
        Some((user, group)) => end(user, group, view),
        None => super::nothing(),
    },
};

/// The user and the group by which it has the policy under the cursor.
fn left(selection: &Selection) -> Option<(UserName, GroupName)> {
    match (selection.one()?, selection.item.as_ref()?) {
        (
            ResourceRef::User(user),
            TabItem::Attached(ResourceRef::Group(group), _) | TabItem::Inline(ResourceRef::Group(group), _),
        ) => Some((user.clone(), group.clone())),
        _ => None,
    }
}

/// Opens the end of a membership.
fn end(user: UserName, group: GroupName, view: &View<'_>) -> Result<Box<dyn Layer>, UserError> {
    let wants = [Load::User(user.clone(), UserPart::Overview), Load::Group(group.clone(), GroupPart::Overview)];
    let line = format!("{user} is removed from {group} and loses its permissions.");
    Summary::new(
        format!("Remove user {user} from group {group}"),
        "Membership",
        move |_| vec![(line.clone(), Look::Text)],
        move |_, view| remove_members(view.account, &[user.to_string()], &[group.to_string()]),
    )
    .wants(needed(wants))
    .review_or_wizard(view)
}

/// The groups that any of the users is in.
pub(super) fn groups_of(users: &[String], view: &View<'_>) -> Offer {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut status = String::new();
    for name in users {
        let groups = view.account.users().get(name.as_str()).map(|user| &user.facts.groups);
        match groups.and_then(Fact::known) {
            Some(groups) => found.extend(groups.iter().map(ToString::to_string)),
            None => status = offer::pending(groups),
        }
    }
    (found.iter().map(|name| offer::named(name)).collect(), status)
}

fn members_of(groups: &[String], view: &View<'_>) -> Offer {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut status = String::new();
    for name in groups {
        let members = view.account.members(&name.as_str().into());
        match members.known() {
            Some(members) => found.extend(members.iter().map(ToString::to_string)),
            None => status = offer::pending(Some(&members)),
        }
    }
    let items: Vec<Item> = found.iter().map(|name| offer::named(name)).collect();
    (items, status)
}
