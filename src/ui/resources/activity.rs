//! What happened in the account, as CloudTrail reports it: sign-ins and changes, the newest first.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::insight::activity::EventKind;
use crate::model::{Account, Denial, Event, EventLog, EventQuery, EventsEnd, Fact, LoadError, ResourceRef, Role, User};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{self, Content};
use crate::ui::effect::UiEffect;
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::{Kind, Place};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab};

/// The events of the account.
#[derive(Debug)]
pub struct Activity;

const QUERY: EventQuery = EventQuery::Changes;

macro_rules! texts {
    ($id:literal, $title:literal, $width:literal, $shown:expr, $cell:ident) => {
        Column {
            id: $id,
            title: $title,
            width: $width,
            shown: $shown,
            cell: |event, _| $cell(event),
            key: |event, _| SortKey::text(&$cell(event).text),
        }
    };
}

impl Resource for Activity {
    type Row = Event;
    type Key = Box<str>;

    const KIND: Kind = Kind::Activity;

    const COLUMNS: &'static [Column<Event>] = &[
        texts!("event", "Event", 20, Shown::Always, name),
        Column {
            id: "time",
            title: "Time (UTC)",
            width: 17,
            shown: Shown::Always,
            cell: |event, _| Cell::text(time::minute(event.at)),
            key: |event, view| SortKey::age(Some(event.at), view.now),
        },
        texts!("by", "By", 14, Shown::Always, by),
        texts!("result", "Result", 18, Shown::Always, result),
        texts!("kind", "Kind", 12, Shown::WhereRoom, kind),
        texts!("service", "Service", 10, Shown::Always, service),
        texts!("resource", "Resource", 26, Shown::Always, resource),
        texts!("address", "From", 16, Shown::WhereRoom, address),
        texts!("region", "Region", 12, Shown::WhereRoom, region),
        texts!("key", "Access key", 22, Shown::WhereRoom, access_key),
    ];

    const TABS: &'static [Tab<Event>] = &[];

    fn rows(account: &Account) -> Vec<Arc<Event>> {
        account.events(&QUERY).map(|log| log.rows.clone()).unwrap_or_default()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        let load = Load::Events(QUERY);
        let log = view.account.events(&QUERY);
        vec![Arrival {
            is_complete: log.is_some_and(|log| log.read.known().is_some()),
            is_loading: view.loads.is_running(&load),
            error: view.loads.failure(&load),
            total: None,
        }]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::Events(QUERY), Urgency::Now)]
    }

    /// An event is no resource: its page is reached by its ID.
    fn find(_: &Account, _: &ResourceRef) -> Option<Arc<Event>> {
        None
    }

    fn key(event: &Event) -> &Box<str> {
        &event.id
    }

    fn entity(_: &Event) -> Option<ResourceRef> {
        None
    }

    fn open(event: &Event) -> Option<UiEffect> {
        Some(UiEffect::Go(Place::Event(event.id.clone(), event.name.clone())))
    }

    fn selection(event: &Event) -> Selection {
        let item = Some(TabItem::Event(event.id.clone()));
        Selection { kind: Some(Kind::Activity), item, ..Selection::default() }
    }

    const TIMES: Option<fn(&Event) -> Timestamp> = Some(|event| event.at);
    const MARKS: bool = false;

    fn name(event: &Event) -> &str {
        &event.name
    }

    /// The newest come first.
    fn order(one: &Event, other: &Event) -> Ordering {
        other.at.cmp(&one.at)
    }

    fn arn(_: &Event) -> Option<&Arn> {
        None
    }

    fn summary(event: &Event, _: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Time", Cell::text(time::moment(event.at))),
            Field::new("By", by(event)),
            Field::new("Result", result(event)),
            Field::new("Resource", resource(event)),
            Field::new("From", address(event)),
            Field::new("Region", region(event)),
            Field::new("Access key", access_key(event)),
        ]
    }

    fn details(_: &Event, _: &View<'_>) -> Vec<Load> {
        Vec::new()
    }

    fn remark(view: &View<'_>) -> Option<String> {
        let cut = view.account.events(&QUERY).is_some_and(is_cut);
        Some(
            if cut { "the latest changes and sign-ins" } else { "changes and sign-ins of the last 90 days" }.to_owned(),
        )
    }

    fn json(event: &Event, _: &View<'_>) -> Option<String> {
        Some(event.record.text().to_owned())
    }
}

fn is_cut(log: &EventLog) -> bool {
    matches!(log.read, Fact::Known(EventsEnd::Cut, _))
}

fn name(event: &Event) -> Cell {
    Cell::text(event.name.to_string())
}

fn by(event: &Event) -> Cell {
    event.by.as_ref().map_or_else(|| Cell::absent("-"), |by| Cell::text(by.to_string()))
}

/// An error stands out; what is no error needs no sign.
pub(in crate::ui) fn result(event: &Event) -> Cell {
    match &event.error {
        Some(code) => Cell::new(format!("✗ {code}"), Look::Bad),
        None => Cell::text("ok"),
    }
}

fn kind(event: &Event) -> Cell {
    Cell::text(EventKind::of(event).word())
}

fn service(event: &Event) -> Cell {
    Cell::text(event.service.to_string())
}

fn resource(event: &Event) -> Cell {
    match event.resources.as_slice() {
        [] => Cell::absent("-"),
        [(_, name)] => Cell::text(short(name)),
        [(_, name), more @ ..] => Cell::text(format!("{} +{}", short(name), more.len())),
    }
}

/// The name at the end of an ARN; anything else as it is.
fn short(name: &str) -> String {
    Arn::parse(name).map_or_else(|_| name.to_owned(), |arn| arn.name().to_owned())
}

pub(in crate::ui) fn address(event: &Event) -> Cell {
    optional(event.address.as_deref())
}

pub(in crate::ui) fn region(event: &Event) -> Cell {
    optional(event.region.as_deref())
}

pub(in crate::ui) fn access_key(event: &Event) -> Cell {
    optional(event.access_key.as_ref().map(crate::model::AccessKeyId::as_str))
}

fn optional(text: Option<&str>) -> Cell {
    text.map_or_else(|| Cell::absent("-"), |text| Cell::text(text.to_owned()))
}

/// The tab of what a user did, and what was done to it.
pub const OF_USER: Tab<User> = Tab {
    title: "Activity",
    short: "Activity",
    count: |_, _| None,
    content: |user, view| {
        let mut content = Content::new();
        section(&mut content, "What the user did", &EventQuery::By(user.name.clone()), view);
        section(&mut content, "What was done to the user", &about(user.name.as_str()), view);
        content
    },
    loads: |user, _| vec![Load::Events(EventQuery::By(user.name.clone())), Load::Events(about(user.name.as_str()))],
};

/// The tab of what was done to a role, and who assumed it.
pub const OF_ROLE: Tab<Role> = Tab {
    title: "Activity",
    short: "Activity",
    count: |_, _| None,
    content: |role, view| {
        let mut content = Content::new();
        section(&mut content, "Who assumed the role, by its ARN", &about(role.arn.as_str()), view);
        section(&mut content, "What was done to the role, by its name", &about(role.name.as_str()), view);
        content
    },
    loads: |role, _| vec![Load::Events(about(role.arn.as_str())), Load::Events(about(role.name.as_str()))],
};

fn about(name: &str) -> EventQuery {
    EventQuery::About(name.into())
}

fn section(content: &mut Content, title: &str, query: &EventQuery, view: &View<'_>) {
    const COLUMNS: &[content::Column] = &[
        content::Column::new("Event", 24),
        content::Column::new("Time (UTC)", 17),
        content::Column::new("By", 18),
        content::Column::new("Result", 14),
        content::Column::new("From", 15),
    ];
    content.heading(title);
    let Some(log) = view.account.events(query) else {
        let failure = view.loads.failure(&Load::Events(query.clone()));
        content.note(match failure.map(LoadError::denial) {
            _ if view.standing == SessionStatus::Offline => Cell::denied_by(&Denial::not_held()),
            Some(Some(denial)) => Cell::denied_by(&denial),
            Some(None) => Cell::failed(),
            None => Cell::unknown(),
        });
        return;
    };
    let row = |event: &Arc<Event>| {
        let cells = vec![name(event), Cell::text(time::minute(event.at)), by(event), result(event), address(event)];
        let row = content::Row::new(cells).item(TabItem::Event(event.id.clone()));
        row.link(Place::Event(event.id.clone(), event.name.clone()))
    };
    let empty = if log.read.is_unknown() { "None so far." } else { "None in the last 90 days." };
    // Reads are many, those of this console among them; what failed is told, whatever it was.
    let (told, reads): (Vec<_>, Vec<_>) = log.rows.iter().partition(|event| !event.is_read || event.error.is_some());
    content.table(COLUMNS, told.into_iter().map(row).collect(), empty);
    if !reads.is_empty() {
        content.note(Cell::new(format!("{} reads are left out.", reads.len()), Look::Muted));
    }
    if is_cut(log) {
        content.note(Cell::new("There are older ones.", Look::Muted));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Document, Update};
    use crate::ui::resources::fixture::{account, check, look, now, seen};

    fn event(id: &str, name: &str, hours: i64, error: Option<&str>) -> Arc<Event> {
        Arc::new(Event {
            id: id.into(),
            at: now() - jiff::SignedDuration::from_hours(hours),
            name: name.into(),
            is_read: false,
            service: "iam".into(),
            by: Some("alice".into()),
            access_key: None,
            resources: vec![("AWS::IAM::User".into(), "bob".into())],
            error: error.map(Into::into),
            region: Some("us-east-1".into()),
            address: Some("192.0.2.7".into()),
            record: Document::new("{}"),
        })
    }

    #[test]
    fn events_come_newest_first_whichever_page_brought_them_and_each_once() {
        let mut account = Account::default();
        account.apply(Update::Events(QUERY, vec![event("1", "CreateUser", 3, None)]));
        account
            .apply(Update::Events(QUERY, vec![event("2", "DeleteUser", 1, None), event("1", "CreateUser", 3, None)]));
        let names: Vec<_> = Activity::rows(&account).iter().map(|event| event.name.to_string()).collect();
        assert_eq!(names, ["DeleteUser", "CreateUser"]);
    }

    #[test]
    fn the_tab_of_a_user_shows_what_it_did_and_what_failed() {
        let mut account = account();
        let query = EventQuery::By("alice".into());
        account.apply(Update::Events(query.clone(), vec![event("1", "CreateUser", 3, Some("AccessDenied"))]));
        account.apply(Update::EventsRead(query, Fact::Known(EventsEnd::Cut, seen())));
        let alice = account.users().get("alice").unwrap().clone();
        check(
            look(&account, |view| (OF_USER.content)(&alice, view)),
            &[
                "What the user did",
                "CreateUser 2026-01-15 09:00 alice ✗ AccessDenied 192.0.2.7",
                "There are older ones.",
                "What was done to the user",
                "…",
            ],
        );
    }
}
