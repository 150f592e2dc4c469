//! The users in a group.

use crate::backend::{GroupPart, Load};
use crate::model::{Group, ResourceRef};
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::resources::{Tab, users};
use crate::ui::selection::TabItem;
use crate::ui::time;

/// The tab.
pub const TAB: Tab<Group> = Tab { title: "Users", short: "Users", count, content, loads };

fn count(group: &Group, view: &View<'_>) -> Option<usize> {
    view.account.members(&group.name).known().map(|list| list.len())
}

fn content(group: &Group, view: &View<'_>) -> Content {
    const COLUMNS: &[Column] = &[
        Column::new("User name", 26),
        Column::new("Groups", 8),
        Column::new("Last activity", 16),
        Column::new("Creation time", 14),
    ];
    let mut content = Content::new();
    let members = view.account.members(&group.name).map(<[_]>::to_vec);
    content.facts(&members, COLUMNS, "There are no users in this group.", |name| {
        let rest = match view.account.users().get(name) {
            Some(user) => [
                Cell::of(&user.facts.groups, "0", |groups| Cell::text(groups.len().to_string())),
                users::activity(user, view),
                Cell::text(time::date(user.created)),
            ],
            None => [Cell::unknown(), Cell::unknown(), Cell::unknown()],
        };
        let mut cells = vec![Cell::text(name.to_string())];
        cells.extend(rest);
        Row::new(cells)
            .link(Place::Entity(ResourceRef::User(name.clone())))
            .item(TabItem::Member(name.clone(), group.name.clone()))
    });
    content
}

fn loads(group: &Group, _: &View<'_>) -> Vec<Load> {
    // The report tells when the members were last active, in one read for all of them.
    vec![Load::Group(group.name.clone(), GroupPart::Overview), Load::Users, Load::Report]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Account;
    use crate::ui::resources::fixture::{account, check, look};

    #[track_caller]
    fn shown(account: &Account) -> Content {
        look(account, |view| content(account.groups().get("ops").unwrap(), view))
    }

    #[test]
    fn members_are_known_from_the_users_side_too() {
        check(shown(&account()), &["alice 1 … 1970-01-01"]);
    }
}
