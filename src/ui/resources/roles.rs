//! Roles: the console's columns, the summary, the tabs.

mod permissions;
mod tags;
mod trust;

use std::sync::Arc;

use crate::backend::{Load, RolePart, Urgency};
use crate::base::arn::Arn;
use crate::insight::unused::role_since;
use crate::model::{Account, Fact, InstanceProfileName, ResourceRef, Role, RoleName, Tags, Trust, TrustedEntity};
use crate::plan::builders::length;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

pub use permissions::TAB as PERMISSIONS;

use super::{
    Arrival, Column, Resource, Shown, SortKey, Tab, access, activity, bulk_comes, last_accessed, signin_sessions,
    unused_for,
};

/// Roles.
#[derive(Debug)]
pub struct Roles;

impl Resource for Roles {
    type Row = Role;
    type Key = RoleName;

    const KIND: Kind = Kind::Roles;

    const COLUMNS: &'static [Column<Role>] = &[
        Column {
            id: "name",
            title: "Role name",
            width: 24,
            shown: Shown::Always,
            cell: |role, _| Cell::text(role.name.to_string()),
            key: |role, _| SortKey::text(role.name.as_str()),
        },
        Column {
            id: "trusted",
            title: "Trusted entities",
            width: 34,
            shown: Shown::Always,
            cell: trusted,
            key: |role, view| SortKey::text(&trusted(role, view).text),
        },
        Column {
            id: "activity",
            title: "Last activity",
            width: 15,
            shown: Shown::Always,
            cell: activity,
            key: |role, view| SortKey::age(role.facts.last_used.known().map(|usage| usage.at), view.now),
        },
        Column {
            id: "path",
            title: "Path",
            width: 18,
            shown: Shown::WhereRoom,
            cell: |role, _| Cell::text(role.path().to_owned()),
            key: |role, _| SortKey::text(role.path()),
        },
        Column {
            id: "description",
            title: "Description",
            width: 30,
            shown: Shown::WhereRoom,
            cell: description,
            key: |role, view| SortKey::text(&description(role, view).text),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::WhereRoom,
            cell: |role, _| Cell::text(time::date(role.created)),
            key: |role, _| SortKey::Number(role.created.as_second()),
        },
        Column {
            id: "session",
            title: "Max session",
            width: 12,
            shown: Shown::OnRequest,
            cell: session,
            key: |role, _| SortKey::fact(&role.facts.max_session, |seconds| i64::from(*seconds)),
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |role, view| unused_for(role_since(role), view),
            key: |role, view| SortKey::age(role_since(role), view.now),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 50,
            shown: Shown::OnRequest,
            cell: |role, _| Cell::text(role.arn.to_string()),
            key: |role, _| SortKey::text(role.arn.as_str()),
        },
    ];

    const TABS: &'static [Tab<Role>] = &[
        permissions::TAB,
        trust::TAB,
        tags::TAB,
        last_accessed::tab(),
        access::OF_ROLE,
        activity::OF_ROLE,
        signin_sessions::OF_ROLE,
    ];

    fn rows(account: &Account) -> Vec<Arc<Role>> {
        account.roles().rows().to_vec()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.roles())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Roles, Urgency::Now), (Load::Bulk, Urgency::Background)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<Role>> {
        if let ResourceRef::Role(name) = entity { account.roles().get(name).cloned() } else { None }
    }

    fn key(role: &Role) -> &RoleName {
        &role.name
    }

    fn entity(role: &Role) -> Option<ResourceRef> {
        Some(ResourceRef::Role(role.name.clone()))
    }

    fn name(role: &Role) -> &str {
        role.name.as_str()
    }

    fn arn(role: &Role) -> Option<&Arn> {
        Some(&role.arn)
    }

    fn tags(role: &Role) -> Option<&Fact<Tags>> {
        Some(&role.facts.tags)
    }

    fn summary(role: &Role, view: &View<'_>) -> Vec<Field> {
        let facts = &role.facts;
        let mut fields = Vec::new();
        if role.is_service_linked() {
            let text = "▲ service-linked role: only its service can change it";
            fields.push(Field::new("Kind", Cell::new(text, Look::Info)));
        }
        let activity = match (&facts.last_used, unused(role, view)) {
            (Fact::Absent(_), Some(created)) => Cell::new(format!("Not used yet (created {created})"), Look::Absent),
            _ => activity(role, view),
        };
        fields.push(Field::new("Last activity", activity).ago());
        fields.push(Field::new("Max session", session(role, view)));
        if facts.max_signin.known().is_some() {
            fields.push(Field::new("Max sign-in", signin_session(role, view)));
        }
        fields.push(Field::new("ARN", Cell::text(role.arn.to_string())));
        fields.push(Field::new("Created", Cell::text(time::date(role.created))));
        fields.push(Field::new(
            "Boundary",
            Cell::wide(&facts.boundary, "Not set", |arn| Cell::text(arn.name().to_owned())),
        ));
        fields.push(Field::new("Description", description(role, view)));
        fields.push(Field::new(
            "Instance profile",
            Cell::wide(&facts.instance_profiles, "None", |names| match names.as_slice() {
                [] => Cell::absent("None"),
                names => Cell::text(names.iter().map(InstanceProfileName::as_str).collect::<Vec<_>>().join(", ")),
            }),
        ));
        fields.push(Field::new("Switch link", Cell::text(switch_link(role))));
        fields
    }

    fn details(role: &Role, view: &View<'_>) -> Vec<Load> {
        let part = |part| Load::Role(role.name.clone(), part);
        let facts = &role.facts;
        let mut loads = Vec::new();
        let (overview, profiles) = (part(RolePart::Overview), part(RolePart::InstanceProfiles));
        let bulk = view.lacks(&facts.last_used, &overview)
            || view.lacks(&facts.boundary, &overview)
            || view.lacks(&facts.tags, &overview);
        let single = view.lacks(&facts.description, &overview)
            || view.lacks(&facts.max_session, &overview)
            || view.lacks(&facts.max_signin, &overview);
        if single || bulk && !bulk_comes(view) {
            loads.push(overview);
        }
        if view.lacks(&facts.instance_profiles, &profiles) && !bulk_comes(view) {
            loads.push(profiles);
        }
        loads
    }

    fn more(role: &Role) -> Option<(&'static str, String)> {
        Some(("switch role link", switch_link(role)))
    }

    fn json(role: &Role, _view: &View<'_>) -> Option<String> {
        role.facts.trust.known().map(|trust| trust.document.text().to_owned())
    }
}

fn trusted(role: &Role, _: &View<'_>) -> Cell {
    Cell::of(&role.facts.trust, "Nobody", |trust: &Trust| {
        let mut text = trust.entities.iter().map(TrustedEntity::label).collect::<Vec<_>>().join(", ");
        if text.is_empty() {
            return Cell::absent("Nobody");
        }
        if role.is_service_linked() {
            text.push_str(" (Service-Linked Role)");
        }
        if trust.entities.contains(&TrustedEntity::Anyone) {
            return match trust.limits() {
                Some(limits) => Cell::text(format!("{text}, limited to {limits}")),
                None => Cell::new(text, Look::Danger),
            };
        }
        Cell::text(text)
    })
}

/// The days that the service looks back for the last use of a role.
const TRACKED: i64 = 400;

/// When a role that was not used was created, where the service would have seen each use since.
pub fn unused(role: &Role, view: &View<'_>) -> Option<String> {
    (time::days(role.created, view.now) < TRACKED).then(|| time::ago(role.created, view.now))
}

fn activity(role: &Role, view: &View<'_>) -> Cell {
    let never = if unused(role, view).is_some() { "Not used yet" } else { "None in 400 d" };
    Cell::of(&role.facts.last_used, never, |usage| Cell::text(time::ago(usage.at, view.now)))
}

fn description(role: &Role, _: &View<'_>) -> Cell {
    Cell::of(&role.facts.description, "None", |text| Cell::text(text.to_string()))
}

fn session(role: &Role, _: &View<'_>) -> Cell {
    Cell::of(&role.facts.max_session, "–", |seconds| {
        Cell::text(match (seconds / 3600, seconds % 3600) {
            (1, 0) => "1 hour".to_owned(),
            (hours, 0) => format!("{hours} hours"),
            _ => format!("{seconds} seconds"),
        })
    })
}

/// How long sign-in sessions of who uses it may last; no limit of its own is what most roles have.
fn signin_session(role: &Role, _: &View<'_>) -> Cell {
    Cell::of(&role.facts.max_signin, "not set", |seconds| Cell::text(length(*seconds)))
}

fn switch_link(role: &Role) -> String {
    let path = role.path().trim_start_matches('/');
    format!("https://signin.aws.amazon.com/switchrole?roleName={path}{}&account={}", role.name, role.arn.account())
}
