//! User groups: the console's columns, the summary, the tabs.

mod permissions;
mod users;

use std::sync::Arc;

use crate::backend::{GroupPart, Load, Urgency};
use crate::base::arn::Arn;
use crate::insight::unused::group_since;
use crate::model::{Account, Group, GroupName, ResourceRef};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

pub use permissions::TAB as PERMISSIONS;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab, access, bulk_comes, last_accessed, unused_for};

/// User groups.
#[derive(Debug)]
pub struct Groups;

impl Resource for Groups {
    type Row = Group;
    type Key = GroupName;

    const KIND: Kind = Kind::Groups;

    const COLUMNS: &'static [Column<Group>] = &[
        Column {
            id: "name",
            title: "Group name",
            width: 24,
            shown: Shown::Always,
            cell: |group, _| Cell::text(group.name.to_string()),
            key: |group, _| SortKey::text(group.name.as_str()),
        },
        Column {
            id: "path",
            title: "Path",
            width: 14,
            shown: Shown::WhereRoom,
            cell: |group, _| Cell::text(group.arn.path().to_owned()),
            key: |group, _| SortKey::text(group.arn.path()),
        },
        Column {
            id: "users",
            title: "Users",
            width: 8,
            shown: Shown::Always,
            cell: users,
            key: |group, view| {
                SortKey::fact(&view.account.members(&group.name), |list| i64::try_from(list.len()).unwrap_or(0))
            },
        },
        Column {
            id: "permissions",
            title: "Permissions",
            width: 14,
            shown: Shown::Always,
            cell: defined,
            key: |group, view| SortKey::text(&defined(group, view).text),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::Always,
            cell: |group, _| Cell::text(time::date(group.created)),
            key: |group, _| SortKey::Number(group.created.as_second()),
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |group, view| unused_for(group_since(view.account, group), view),
            key: |group, view| SortKey::age(group_since(view.account, group), view.now),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 50,
            shown: Shown::WhereRoom,
            cell: |group, _| Cell::text(group.arn.to_string()),
            key: |group, _| SortKey::text(group.arn.as_str()),
        },
    ];

    const TABS: &'static [Tab<Group>] = &[users::TAB, permissions::TAB, last_accessed::tab(), access::OF_GROUP];

    fn rows(account: &Account) -> Vec<Arc<Group>> {
        account.groups().rows().to_vec()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.groups())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Groups, Urgency::Now), (Load::Bulk, Urgency::Background)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<Group>> {
        if let ResourceRef::Group(name) = entity { account.groups().get(name).cloned() } else { None }
    }

    fn key(group: &Group) -> &GroupName {
        &group.name
    }

    fn entity(group: &Group) -> Option<ResourceRef> {
        Some(ResourceRef::Group(group.name.clone()))
    }

    fn name(group: &Group) -> &str {
        group.name.as_str()
    }

    fn arn(group: &Group) -> Option<&Arn> {
        Some(&group.arn)
    }

    fn summary(group: &Group, view: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Users", users(group, view)),
            Field::new("Permissions", defined(group, view)),
            Field::new("Created", Cell::text(time::date(group.created))),
            Field::new("ARN", Cell::text(group.arn.to_string())),
        ]
    }

    fn details(group: &Group, view: &View<'_>) -> Vec<Load> {
        let part = |part| Load::Group(group.name.clone(), part);
        let mut loads = Vec::new();
        if bulk_comes(view) {
            return loads;
        }
        let (overview, permissions) = (part(GroupPart::Overview), part(GroupPart::Permissions));
        if view.lacks(&view.account.members(&group.name), &overview) {
            loads.push(overview);
        }
        let facts = &group.facts;
        if view.lacks(&facts.attached, &permissions) || view.lacks(&facts.inline, &permissions) {
            loads.push(permissions);
        }
        loads
    }
}

fn users(group: &Group, view: &View<'_>) -> Cell {
    Cell::of(&view.account.members(&group.name), "0", |members| match members.len() {
        0 => Cell::new("▲ 0", Look::Warning),
        count => Cell::text(count.to_string()),
    })
}

fn defined(group: &Group, _: &View<'_>) -> Cell {
    Cell::of(&group.facts.has_permissions(), "Not defined", |defined| {
        if *defined { Cell::new("Defined", Look::Good) } else { Cell::new("▲ Not defined", Look::Warning) }
    })
}
