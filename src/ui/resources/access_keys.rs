//! The access keys of all users: whose they are, how old, and how they were last used.
//!
//! The credential report tells all keys of an account at once, but not their IDs: those of the rows in sight are read
//! with the keys of their users.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency, UserPart};
use crate::base::arn::Arn;
use crate::model::{
    AccessKey, AccessKeyId, Account, Denial, Fact, ReportKey, ReportRow, ResourceRef, Seen, Source, Status, UserName,
};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::users::{CREDENTIALS, aged};
use super::{Arrival, Column, Resource, Shown, SortKey, Tab, unused_for};

/// Access keys.
#[derive(Debug)]
pub struct AccessKeys;

/// One key of a user.
#[derive(Debug)]
pub struct Row {
    /// The user, and which of the user's keys it is.
    key: (UserName, u8),
    /// Whether its user is the root user, whose keys only the report tells.
    is_root: bool,
    /// Its ID, where the user's own keys were read.
    id: Option<AccessKeyId>,
    status: Status,
    created: Option<Timestamp>,
    used: Fact<Used>,
    /// Whether its own last use was read, and not only the report's.
    is_use_read: bool,
    /// Why the user's own keys may not be read.
    denied: Option<Denial>,
}

/// The last use of a key.
#[derive(Debug, Clone)]
struct Used {
    at: Timestamp,
    service: Option<Box<str>>,
    region: Option<Box<str>>,
}

/// Since when an active key is not used: its last use, else its creation.
fn since(row: &Row) -> Option<Timestamp> {
    let last = match &row.used {
        Fact::Known(used, _) => Some(used.at),
        Fact::Absent(_) => row.created,
        Fact::Unknown | Fact::Denied(_) => None,
    };
    last.filter(|_| row.status == Status::Active)
}

impl Resource for AccessKeys {
    type Row = Row;
    type Key = (UserName, u8);

    const KIND: Kind = Kind::AccessKeys;
    const MARKS: bool = false;

    const COLUMNS: &'static [Column<Row>] = &[
        Column {
            id: "user",
            title: "User",
            width: 20,
            shown: Shown::Always,
            cell: |row, _| Cell::text(row.key.0.to_string()),
            key: |row, _| SortKey::text(row.key.0.as_str()),
        },
        Column {
            id: "id",
            title: "Access key ID",
            width: 22,
            shown: Shown::Always,
            cell: id,
            key: |row, _| row.id.as_ref().map_or(SortKey::Nothing, |id| SortKey::text(id.as_str())),
        },
        Column {
            id: "status",
            title: "Status",
            width: 10,
            shown: Shown::Always,
            cell: status,
            key: |row, _| SortKey::text(row.status.word()),
        },
        Column {
            id: "age",
            title: "Age",
            width: 13,
            shown: Shown::Always,
            cell: age,
            key: |row, view| SortKey::age(row.created, view.now),
        },
        Column {
            id: "used",
            title: "Last used",
            width: 15,
            shown: Shown::Always,
            cell: used,
            key: |row, view| SortKey::age(row.used.known().map(|used| used.at), view.now),
        },
        Column {
            id: "service",
            title: "Service",
            width: 14,
            shown: Shown::Always,
            cell: |row, _| of_use(row, |used| used.service.as_deref()),
            key: |row, _| SortKey::text(&of_use(row, |used| used.service.as_deref()).text),
        },
        Column {
            id: "region",
            title: "Region",
            width: 15,
            shown: Shown::Always,
            cell: |row, _| of_use(row, |used| used.region.as_deref()),
            key: |row, _| SortKey::text(&of_use(row, |used| used.region.as_deref()).text),
        },
        Column {
            id: "unused",
            title: "Unused for",
            width: 12,
            shown: Shown::OnRequest,
            cell: |row, view| unused_for(since(row), view),
            key: |row, view| SortKey::age(since(row), view.now),
        },
        Column {
            id: "created",
            title: "Creation time",
            width: 14,
            shown: Shown::WhereRoom,
            cell: |row, _| row.created.map_or_else(|| Cell::absent("not reported"), |at| Cell::text(time::date(at))),
            key: |row, _| row.created.map_or(SortKey::Nothing, |at| SortKey::Number(at.as_second())),
        },
    ];

    const TABS: &'static [Tab<Row>] = &[];

    fn rows(account: &Account) -> Vec<Arc<Row>> {
        let reported = |user: &str| account.report()?.rows.iter().find(|row| &*row.user == user).cloned();
        let mut rows = Vec::new();
        for user in account.users().rows() {
            let facts = &user.facts;
            let numbered = |at: usize| (user.name.clone(), u8::try_from(at).unwrap_or(u8::MAX));
            match &facts.keys {
                Fact::Known(keys, _) => rows.extend(keys.iter().enumerate().map(|(at, key)| Row {
                    key: numbered(at),
                    is_root: false,
                    id: Some(key.id.clone()),
                    status: key.status,
                    created: key.created,
                    used: last_use(key, &facts.report),
                    is_use_read: !key.last_used.is_unknown(),
                    denied: None,
                })),
                Fact::Absent(_) => {}
                other => {
                    let report = facts.report.known();
                    let seen = facts.report.seen();
                    let keys = report.iter().flat_map(|row| row.keys.iter().enumerate());
                    rows.extend(keys.filter(|(_, key)| key.is_there()).map(|(at, key)| Row {
                        denied: other.denial().cloned(),
                        ..of_report(numbered(at), key, seen)
                    }));
                }
            }
        }
        if let Some(root) = reported("<root_account>") {
            let seen = account.report().map(|report| Seen::new(Source::Report, report.generated));
            let keys = root.keys.iter().enumerate().filter(|(_, key)| key.is_there());
            let numbered = |at: usize| (UserName::from("<root_account>"), u8::try_from(at).unwrap_or(u8::MAX));
            rows.extend(keys.map(|(at, key)| Row { is_root: true, ..of_report(numbered(at), key, seen) }));
        }
        rows.into_iter().map(Arc::new).collect()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        let users = Arrival { total: None, ..Arrival::of(view.account.users()) };
        vec![users, super::credential_report::arrival(view)]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Users, Urgency::Now), (Load::Report, Urgency::Now)]
    }

    fn find(_account: &Account, _entity: &ResourceRef) -> Option<Arc<Row>> {
        None
    }

    fn key(row: &Row) -> &(UserName, u8) {
        &row.key
    }

    fn entity(row: &Row) -> Option<ResourceRef> {
        (!row.is_root).then(|| ResourceRef::User(row.key.0.clone()))
    }

    /// Verbs are about the key, and about nothing as long as its ID is not known.
    fn selection(row: &Row) -> Selection {
        let Some(id) = row.id.clone() else { return Selection::default() };
        let user = row.key.0.clone();
        Selection {
            tab: Some(CREDENTIALS),
            item: Some(TabItem::AccessKey(user.clone(), id)),
            ..Selection::of(Kind::Users, [ResourceRef::User(user)])
        }
    }

    fn name(row: &Row) -> &str {
        row.key.0.as_str()
    }

    fn arn(_row: &Row) -> Option<&Arn> {
        None
    }

    fn summary(row: &Row, view: &View<'_>) -> Vec<Field> {
        let created = row.created.map_or_else(|| Cell::absent("not reported"), |at| Cell::text(time::date(at)));
        vec![
            Field::new("Access key ID", id(row, view)),
            Field::new("Status", status(row, view)),
            Field::new("Created", created),
            Field::new("Last used", used(row, view)),
        ]
    }

    fn more(row: &Row) -> Option<(&'static str, String)> {
        row.id.as_ref().map(|id| ("access key ID", id.to_string()))
    }

    fn remark(view: &View<'_>) -> Option<String> {
        super::credential_report::remark(view)
    }

    fn details(row: &Row, view: &View<'_>) -> Vec<Load> {
        let load = Load::User(row.key.0.clone(), UserPart::Keys);
        let lacks = !row.is_root && !row.is_use_read && (row.denied.is_none() || !view.loads.is_done(&load));
        if lacks { vec![load] } else { Vec::new() }
    }
}

/// The last use of a key; the report tells it as long as the key's own was not read.
fn last_use(key: &AccessKey, report: &Fact<Arc<ReportRow>>) -> Fact<Used> {
    if let (Fact::Unknown, Fact::Known(row, seen)) = (&key.last_used, report)
        && let Some(told) = row.keys.iter().find(|told| told.rotated.is_some() && told.rotated == key.created)
    {
        return reported_use(told, *seen);
    }
    let told = |text: &str| Some(text).filter(|text| *text != "N/A").map(Into::into);
    key.last_used.as_ref().map(|usage| Used {
        at: usage.at,
        service: told(&usage.service),
        region: told(&usage.region),
    })
}

fn reported_use(told: &ReportKey, seen: Seen) -> Fact<Used> {
    let used = |at| Used { at, service: told.service.clone(), region: told.region.clone() };
    Fact::reported(told.last_used.map(used), seen)
}

fn of_report(key: (UserName, u8), told: &ReportKey, seen: Option<Seen>) -> Row {
    Row {
        key,
        is_root: false,
        id: None,
        status: if told.active { Status::Active } else { Status::Inactive },
        created: told.rotated,
        used: seen.map_or(Fact::Unknown, |seen| reported_use(told, seen)),
        is_use_read: false,
        denied: None,
    }
}

fn id(row: &Row, _: &View<'_>) -> Cell {
    match (&row.id, &row.denied) {
        (Some(id), _) => Cell::text(id.to_string()),
        (None, Some(denial)) => Cell::denied(denial),
        (None, None) if row.is_root => Cell::absent("not reported"),
        (None, None) => Cell::unknown(),
    }
}

fn status(row: &Row, _: &View<'_>) -> Cell {
    match (row.status, row.is_root) {
        (Status::Active, true) => Cell::new("▲ Active", Look::Danger),
        (Status::Active, false) => Cell::text("Active"),
        (other, _) => Cell::absent(other.word()),
    }
}

fn age(row: &Row, view: &View<'_>) -> Cell {
    match (row.created, row.status) {
        (None, _) => Cell::absent("not reported"),
        (Some(at), Status::Active) => aged(at, view),
        (Some(at), _) => Cell::text(time::age(at, view.now)),
    }
}

fn used(row: &Row, view: &View<'_>) -> Cell {
    Cell::of(&row.used, "Never", |used| Cell::text(time::ago(used.at, view.now)))
}

fn of_use<'r>(row: &'r Row, part: impl Fn(&'r Used) -> Option<&'r str>) -> Cell {
    Cell::of(&row.used, "–", |_| match row.used.known().and_then(&part) {
        Some(text) => Cell::text(text.to_owned()),
        None => Cell::absent("–"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{look, now, seen, user};
    use super::*;
    use crate::model::{CredentialReport, Page, Update, UserFacts};

    #[test]
    fn the_report_tells_all_keys_and_the_users_own_read_their_ids() {
        let keys = vec![AccessKey {
            id: "AKIAALICE".into(),
            status: Status::Active,
            created: Some(now()),
            last_used: Fact::Absent(seen()),
        }];
        let alice = user("alice", UserFacts { keys: Fact::Known(keys, seen()), ..UserFacts::default() });
        let mut account = Account::default();
        account.apply(Update::Users(Page::whole(vec![alice, user("bob", UserFacts::default())], now())));
        let row = |user: &str| {
            let key = ReportKey { active: true, rotated: Some(now()), ..ReportKey::default() };
            Arc::new(ReportRow { user: user.into(), keys: [key, ReportKey::default()], ..ReportRow::default() })
        };
        let rows = vec![row("<root_account>"), row("alice"), row("bob")];
        account.apply(Update::Report(Box::new(CredentialReport { generated: now(), rows, csv: Box::default() })));
        let rows = AccessKeys::rows(&account);
        look(&account, |view| {
            let told: Vec<String> = rows.iter().map(|row| format!("{} {}", row.key.0, id(row, view).text)).collect();
            assert_eq!(told, ["alice AKIAALICE", "bob …", "<root_account> not reported"]);
            let loads: Vec<usize> = rows.iter().map(|row| AccessKeys::details(row, view).len()).collect();
            assert_eq!(loads, [0, 1, 0], "what is known is not read again");
        });
        assert!(AccessKeys::selection(&rows[1]).item.is_none(), "no verb acts on a key that is not known");
    }
}
