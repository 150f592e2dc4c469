//! Adding users to groups, from the pages of either.

use crate::backend::{GroupPart, Load, UserPart};
use crate::input::ItemAction;
use crate::plan::builders::add_members;
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::Wizard;

use super::offer::{self, later};
use super::picking::Picking;
use super::{Command, Fit};

/// Add the selected users to groups.
pub const TO_GROUPS: Command = Command {
    name: "add to groups",
    help: "Add the selected users to groups.",
    key: Some(ItemAction::Add),
    fit: |selection| if selection.is(Kind::Users) { Fit::on_tab(selection, "Groups") } else { Fit::No },
    open: |selection, _| {
        let users = selection.names();
        let question = ("Groups", "Space selects, typing filters. A user can be in 10 groups.");
        let groups = |user: &String| Load::User(user.as_str().into(), UserPart::Groups);
        let wants: Vec<Load> = users.iter().map(groups).collect();
        let (about, added) = (users.clone(), users.clone());
        let flow = Picking::new(
            format!("Add {} to groups", selection.describe()),
            question,
            move |view| offer::groups_beside(&added, view),
            move |picked, view| add_members(view.account, &users, picked),
        );
        Ok(Box::new(Wizard::new(flow.about("Users", &about).wants(later(offer::GROUPS).chain(later(&wants))))))
    },
};

/// Add users to the selected groups.
pub const USERS: Command = Command {
    name: "add users",
    help: "Add users to the selected groups.",
    key: Some(ItemAction::Add),
    fit: |selection| if selection.is(Kind::Groups) { Fit::on_tab(selection, "Users") } else { Fit::No },
    open: |selection, _| {
        let groups = selection.names();
        let question = ("Users", "Space selects, typing filters.");
        let members = |group: &String| Load::Group(group.as_str().into(), GroupPart::Overview);
        let wants: Vec<Load> = groups.iter().map(members).collect();
        let (about, entered) = (groups.clone(), groups.clone());
        let flow = Picking::new(
            format!("Add users to {}", selection.describe()),
            question,
            move |view| offer::users_beside(&entered, view),
            move |picked, view| add_members(view.account, picked, &groups),
        );
        Ok(Box::new(Wizard::new(flow.about("Groups", &about).wants(later(offer::USERS).chain(later(&wants))))))
    },
};

/// The reads of the groups of users.
pub(super) fn memberships(selection: &Selection) -> Vec<Load> {
    selection.names().iter().map(|user| Load::User(user.as_str().into(), UserPart::Groups)).collect()
}
