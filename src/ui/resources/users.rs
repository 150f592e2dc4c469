//! IAM users: the console's columns, the summary, the tabs.

mod credentials;
mod groups;
mod permissions;
mod tags;

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency, UserPart};
use crate::base::arn::Arn;
use crate::insight::unused::user_since;
use crate::model::{Account, ConsoleAccess, Fact, ResourceRef, Tags, User, UserName};
use crate::plan::builders::DENY_ALL;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

pub use credentials::{TITLE as CREDENTIALS, content as credentials_sheet, loads as credentials_loads};

pub use permissions::TAB as PERMISSIONS;

use super::{
    Arrival, Column, Resource, Shown, SortKey, Tab, access, activity, bulk_comes, last_accessed, signin_sessions,
    unused_for,
};

/// IAM users.
#[derive(Debug)]
pub struct Users;

impl Resource for Users {
    type Row = User;
    type Key = UserName;

    const KIND: Kind = Kind::Users;

    const COLUMNS: &'static [Column<User>] = &[
        Column {
            id: "name",
            title: "User name",
            width: 20,
            shown: Shown::Always,
            cell: name,
            key: |user, _| SortKey::text(user.name.as_str()),
        },
        Column {
            id: "path",
            title: "Path",
            width: 14,
            shown: Shown::WhereRoom,
            cell: path,
            key: |user, _| SortKey::text(user.path()),
        },
        Column {
            id: "groups",
            title: "Groups",
            width: 8,
            shown: Shown::Always,
            cell: groups,
            key: |user, _| SortKey::fact(&user.facts.groups, |g| count(g.len())),
        },
        Column {
            id: "activity",
            title: "Last activity",
            width: 15,
            shown: Shown::Always,
            cell: activity,
            key: |user, view| age(&user.facts.last_activity(), view),
        },
        Column {
            id: "mfa",
            title: "MFA",
            width: 12,
            shown: Shown::Always,
            cell: mfa,
            key: |user, view| SortKey::text(&mfa(user, view).text),
        },
        Column {
            id: "password-age",
            title: "Password age",
            width: 14,
            shown: Shown::Always,
            cell: password_age,
            key: |user, view| age(&user.facts.password_changed(), view),
        },
        Column {
            id: "sign-in",
            title: "Last sign-in",
            width: 15,
            shown: Shown::OnRequest,
            cell: sign_in,
            key: |user, view| age(&user.facts.password_last_used, view),
        },
        Column {
            id: "key",
            title: "Access key",
            width: 22,
            shown: Shown::OnRequest,
            cell: key_id,
            key: |user, view| SortKey::text(&key_id(user, view).text),
        },
        Column {
            id: "key-age",
            title: "Active key age",
            width: 15,
            shown: Shown::Always,
            cell: key_age,
            key: |user, view| age(&oldest_key(user), view),
        },
        Column {
            id: "key-used",
            title: "Key last used",
            width: 15,
            shown: Shown::WhereRoom,
            cell: key_used,
            key: |user, view| age(&key_last_used(user), view),
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |user, view| unused_for(user_since(user), view),
            key: |user, view| SortKey::age(user_since(user), view.now),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 50,
            shown: Shown::OnRequest,
            cell: |user, _| Cell::text(user.arn.to_string()),
            key: |user, _| SortKey::text(user.arn.as_str()),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::WhereRoom,
            cell: |user, _| Cell::text(time::date(user.created)),
            key: |user, _| SortKey::Number(user.created.as_second()),
        },
        Column {
            id: "console",
            title: "Console access",
            width: 21,
            shown: Shown::WhereRoom,
            cell: console,
            key: |user, view| SortKey::text(&console(user, view).text),
        },
    ];

    const TABS: &'static [Tab<User>] = &[
        permissions::TAB,
        groups::TAB,
        tags::TAB,
        credentials::TAB,
        last_accessed::tab(),
        access::OF_USER,
        activity::OF_USER,
        signin_sessions::OF_USER,
    ];

    fn rows(account: &Account) -> Vec<Arc<User>> {
        account.users().rows().to_vec()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.users())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Users, Urgency::Now), (Load::Bulk, Urgency::Background), (Load::Report, Urgency::Background)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<User>> {
        if let ResourceRef::User(name) = entity { account.users().get(name).cloned() } else { None }
    }

    fn key(user: &User) -> &UserName {
        &user.name
    }

    fn entity(user: &User) -> Option<ResourceRef> {
        Some(ResourceRef::User(user.name.clone()))
    }

    fn name(user: &User) -> &str {
        user.name.as_str()
    }

    fn arn(user: &User) -> Option<&Arn> {
        Some(&user.arn)
    }

    fn tags(user: &User) -> Option<&Fact<Tags>> {
        Some(&user.facts.tags)
    }

    fn summary(user: &User, view: &View<'_>) -> Vec<Field> {
        // On a low screen the first ones are seen; the keys have their tab.
        let mut fields = vec![
            Field::new("Console", console(user, view)).at_least(21),
            Field::new("Last activity", activity(user, view)).ago(),
            Field::new("ARN", Cell::text(user.arn.to_string())).at_least(51),
            Field::new("MFA", mfa(user, view)).at_least(9),
            Field::new("Created", Cell::text(time::date(user.created))),
            Field::new("Boundary", boundary(user)).at_least(16),
            Field::new("Last sign-in", sign_in(user, view)).ago(),
        ];
        fields.extend(key_fields(user, view));
        if is_disabled(user) {
            let cell = Cell::new("▲ disabled: everything is denied", Look::Warning);
            fields.insert(0, Field::new("State", cell));
        }
        fields
    }

    fn is_disabled(user: &User) -> bool {
        is_disabled(user)
    }

    /// Activity and ages are the credential report's, which may be hours old.
    fn remark(view: &View<'_>) -> Option<String> {
        let at = view.account.report()?.generated;
        let is_old = view.now.duration_since(at) > jiff::SignedDuration::from_mins(5);
        is_old.then(|| format!("report of {} UTC", time::hour(at)))
    }

    fn details(user: &User, view: &View<'_>) -> Vec<Load> {
        let part = |part| Load::User(user.name.clone(), part);
        let facts = &user.facts;
        let (row, overview) = (part(UserPart::Row), part(UserPart::Overview));
        let mut loads = Vec::new();
        // The report does not tell, or nobody asked for it: the keys themselves do.
        let unused = facts.last_activity().is_unknown() && !view.loads.is_running(&Load::Report);
        // The bulk read does not tell of sign-ins: only the list of users does, and the user's own read.
        let unlisted = facts.password_last_used.is_unknown() && !view.loads.is_running(&Load::Users);
        let unread = view.lacks(&facts.boundary, &overview) || view.lacks(&facts.tags, &overview);
        if view.lacks(&facts.keys, &row) || view.lacks(&facts.mfa, &row) || view.lacks(&facts.login, &row) {
            loads.push(row);
        } else if unused {
            loads.push(part(UserPart::Keys));
        }
        if unlisted || unread && !bulk_comes(view) {
            loads.push(overview);
        }
        loads
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn name(user: &User, _: &View<'_>) -> Cell {
    if is_disabled(user) {
        Cell::new(format!("{} (disabled)", user.name), Look::Absent)
    } else {
        Cell::text(user.name.to_string())
    }
}

/// Whether the inline policy that denies everything to a disabled user is known to be there.
pub fn is_disabled(user: &User) -> bool {
    user.facts.inline.known().is_some_and(|policies| policies.iter().any(|policy| policy.name.as_str() == DENY_ALL))
}

fn path(user: &User, _: &View<'_>) -> Cell {
    Cell::text(user.path().to_owned())
}

fn groups(user: &User, _: &View<'_>) -> Cell {
    Cell::of(&user.facts.groups, "0", |groups| Cell::text(groups.len().to_string()))
}

/// The last sign-in or use of a key, as far as it can be told.
pub fn activity(user: &User, view: &View<'_>) -> Cell {
    match user.facts.last_activity() {
        Fact::Unknown => unreported(view),
        told => ago(&told, "Never", view),
    }
}

/// What the report would have told of a user.
fn unreported(view: &View<'_>) -> Cell {
    match view.loads.failure(&Load::Report) {
        Some(error) => error.denial().map_or_else(Cell::failed, |denial| Cell::denied(&denial)),
        // The report is up to four hours old: whoever is newer is not in it.
        None if view.account.report().is_some() => Cell::new("not reported", Look::Unknown),
        None => Cell::unknown(),
    }
}

fn sign_in(user: &User, view: &View<'_>) -> Cell {
    ago(&user.facts.password_last_used, "Never", view)
}

fn ago(fact: &Fact<Timestamp>, never: &'static str, view: &View<'_>) -> Cell {
    Cell::of(fact, never, |at| Cell::text(time::ago(*at, view.now)))
}

fn mfa(user: &User, _: &View<'_>) -> Cell {
    match &user.facts.mfa {
        Fact::Known(devices, _) => match devices.as_slice() {
            [] => no_mfa(user),
            [device] => Cell::text(device.kind().label()),
            devices => Cell::text(format!("{} devices", devices.len())),
        },
        other => match user.facts.has_mfa() {
            Fact::Known(true, _) => Cell::text("Enabled"),
            Fact::Known(false, _) => no_mfa(user),
            _ => Cell::of(other, "None", |_| Cell::unknown()),
        },
    }
}

/// No MFA is a danger only where there is a password to sign in with.
fn no_mfa(user: &User) -> Cell {
    match user.facts.has_password() {
        Fact::Known(true, _) => Cell::new("▲ none", Look::Warning),
        _ => Cell::absent("None"),
    }
}

fn console(user: &User, _: &View<'_>) -> Cell {
    Cell::of(&user.facts.console_access(), "Disabled", |access| match access {
        ConsoleAccess::Disabled => Cell::absent("Disabled"),
        ConsoleAccess::WithMfa => Cell::new("Enabled with MFA", Look::Good),
        ConsoleAccess::WithoutMfa => Cell::new("▲ Enabled without MFA", Look::Warning),
        ConsoleAccess::MfaUnknown => Cell::text("Enabled"),
    })
}

/// An age against the marks of the console: a year is red, ninety days amber.
pub fn aged(at: Timestamp, view: &View<'_>) -> Cell {
    let text = time::age(at, view.now);
    match time::days(at, view.now) {
        366.. => Cell::new(format!("▲ {text}"), Look::Danger),
        91..=365 => Cell::new(text, Look::Warning),
        _ => Cell::new(text, Look::Text),
    }
}

fn age(fact: &Fact<Timestamp>, view: &View<'_>) -> SortKey {
    SortKey::age(fact.known().copied(), view.now)
}

fn password_age(user: &User, view: &View<'_>) -> Cell {
    match user.facts.has_password() {
        Fact::Known(false, _) => Cell::absent("None"),
        _ => match user.facts.password_changed() {
            Fact::Unknown => unreported(view),
            changed => Cell::of(&changed, "None", |at| aged(*at, view)),
        },
    }
}

/// The oldest active key: from the user's own keys, otherwise from the report.
fn oldest_key(user: &User) -> Fact<Timestamp> {
    match &user.facts.keys {
        Fact::Known(keys, seen) => {
            let active = keys.iter().filter(|key| key.status == crate::model::Status::Active);
            Fact::reported(active.filter_map(|key| key.created).min(), *seen)
        }
        other => match &user.facts.report {
            Fact::Known(row, seen) => {
                let active = row.keys.iter().filter(|key| key.active);
                Fact::reported(active.filter_map(|key| key.rotated).min(), *seen)
            }
            _ => other.as_ref().map(|_| Timestamp::UNIX_EPOCH),
        },
    }
}

fn key_last_used(user: &User) -> Fact<Timestamp> {
    match (&user.facts.keys, &user.facts.report) {
        (Fact::Known(keys, seen), _) => {
            let uses = keys.iter().filter_map(|key| key.last_used.known().map(|usage| usage.at));
            Fact::reported(uses.max(), *seen)
        }
        (_, Fact::Known(row, seen)) => Fact::reported(row.keys.iter().filter_map(|key| key.last_used).max(), *seen),
        (other, _) => other.as_ref().map(|_| Timestamp::UNIX_EPOCH),
    }
}

fn key_age(user: &User, view: &View<'_>) -> Cell {
    Cell::of(&oldest_key(user), "-", |at| aged(*at, view))
}

fn key_used(user: &User, view: &View<'_>) -> Cell {
    ago(&key_last_used(user), "Never", view)
}

fn key_id(user: &User, _: &View<'_>) -> Cell {
    Cell::of(&user.facts.keys, "-", |keys| match keys.first() {
        None => Cell::absent("-"),
        Some(key) => {
            let more = if keys.len() > 1 { " +1" } else { "" };
            Cell::text(format!("{}{more}", key.id))
        }
    })
}

fn key_fields(user: &User, view: &View<'_>) -> Vec<Field> {
    const LABELS: [&str; 2] = ["Access key 1", "Access key 2"];
    match &user.facts.keys {
        Fact::Known(keys, _) if !keys.is_empty() => keys
            .iter()
            .zip(LABELS)
            .map(|(key, label)| {
                let used = match &key.last_used {
                    Fact::Known(usage, _) => format!("used {}", time::ago(usage.at, view.now)),
                    Fact::Absent(_) => "not used yet".to_owned(),
                    _ => "use …".to_owned(),
                };
                let old = key.created.map_or_else(String::new, |at| match time::days(at, view.now) {
                    0 => format!(", created {}", time::ago(at, view.now)),
                    _ => format!(", {} old", time::age(at, view.now)),
                });
                Field::new(label, Cell::text(format!("{} – {}, {used}{old}", key.id, key.status.word())))
            })
            .collect(),
        other => vec![Field::new("Access keys", Cell::wide(other, "None", |_| Cell::absent("None")))],
    }
}

fn boundary(user: &User) -> Cell {
    Cell::wide(&user.facts.boundary, "Not set", |arn| Cell::text(arn.name().to_owned()))
}
