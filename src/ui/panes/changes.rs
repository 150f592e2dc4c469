//! What changed in the account since the last visit: by whom and when, from anywhere and from here.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::backend::Load;
use crate::insight::activity::EventKind;
use crate::insight::watch::changes;
use crate::model::{Event, LoadError};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::Place;
use crate::ui::runs::Visit;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page.
pub struct Changes;

/// How far back a first visit looks.
const FIRST: SignedDuration = SignedDuration::from_hours(24);

const COLUMNS: &[Column] = &[
    Column::new("Event", 26),
    Column::new("About", 30),
    Column::new("By", 18),
    Column::new("Time (UTC)", 17),
    Column::new("From", 15),
];
const RUNS: &[Column] = &[Column::new("From here", 50), Column::new("Time (UTC)", 17)];

/// The read of what changed since the last visit; none as long as it is not known when that was.
pub fn load(view: &View<'_>) -> Option<Load> {
    since(view).map(Load::EventsSince)
}

/// Since when changes are shown; none as long as it is not known when the account was opened before.
fn since(view: &View<'_>) -> Option<Timestamp> {
    match view.runs.visit() {
        Visit::Unknown => None,
        // To the hour, so that it stays the same read as long as the page is open.
        Visit::First => {
            let at = view.now - FIRST;
            Some(Timestamp::from_second(at.as_second() / 3_600 * 3_600).unwrap_or(at))
        }
        Visit::After(at) => Some(at),
    }
}

/// What changed since the last visit, in a few words, for the dashboard.
pub fn summary(view: &View<'_>) -> Cell {
    let (Some(load), Some(since)) = (load(view), since(view)) else { return Cell::unknown() };
    if view.standing == SessionStatus::Offline {
        return Cell::absent("-");
    }
    if let Some(error) = view.loads.failure(&load) {
        return error.denial().map_or_else(Cell::failed, |denial| Cell::denied_by(&denial));
    }
    let found = changes(view.account, since);
    if found.is_empty() && !view.loads.is_done(&load) {
        return Cell::unknown();
    }
    let people = found.iter().filter_map(|event| event.by.clone()).collect::<std::collections::BTreeSet<_>>().len();
    let when = match view.runs.visit().before() {
        Some(_) => "since your last visit".to_owned(),
        None => "in the last day".to_owned(),
    };
    let plural =
        |count: usize, one: &str, many: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
    match found.len() {
        0 => Cell::text(format!("none {when}")),
        count => Cell::new(
            format!("{} by {} {when}", plural(count, "change", "changes"), plural(people, "identity", "identities")),
            Look::Warning,
        ),
    }
}

impl Board for Changes {
    const LIST: u64 = 308;

    fn place(&self) -> Place {
        Place::Changes
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let Some(since) = since(view) else {
            content.note(Cell::unknown());
            return content;
        };
        let told = match view.runs.visit().before() {
            Some(at) => format!("Since your last visit, {}, {}.", time::moment(at), time::ago(at, view.now)),
            None => "This is your first visit: the last day is shown.".to_owned(),
        };
        content.note(Cell::new(told, Look::Muted));
        let failure = load(view).and_then(|load| view.loads.failure(&load).and_then(LoadError::denial));
        if let Some(denial) = failure {
            content.note(Cell::denied_by(&denial));
        }
        let mut by_kind: BTreeMap<EventKind, Vec<Arc<Event>>> = BTreeMap::new();
        for event in changes(view.account, since) {
            by_kind.entry(EventKind::of(&event)).or_default().push(event);
        }
        if by_kind.is_empty() {
            content
                .note(Cell::absent("Nothing changed, as far as CloudTrail tells; it tells events some minutes late."));
        }
        for (kind, events) in by_kind {
            content.heading(format!("{} ({})", title(kind), events.len()));
            content.table(COLUMNS, events.iter().map(row).collect(), "There are none.");
        }
        let runs = view.runs.all().iter().rev().filter(|live| live.run.at >= since);
        let run = |live: &crate::ui::runs::Live| {
            let cells = vec![Cell::text(live.run.plan().title.clone()), Cell::text(time::minute(live.run.at))];
            Row::new(cells).link(Place::Journal)
        };
        content.heading("Changes from this computer");
        content.table(RUNS, runs.map(run).collect(), "There are none.");
        content
    }

    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        load(view).into_iter().collect()
    }

    fn selection(&self, item: Option<TabItem>, _view: &View<'_>) -> Selection {
        Selection { item, ..Selection::default() }
    }
}

fn title(kind: EventKind) -> &'static str {
    match kind {
        EventKind::SignIn => "Sign-ins",
        EventKind::Permissions => "Permissions",
        EventKind::Credentials => "Passwords, keys and MFA devices",
        EventKind::Iam => "Other changes in IAM",
        EventKind::Other => "Other services",
        EventKind::Read => "Reads",
    }
}

fn row(event: &Arc<Event>) -> Row {
    let about = event.about();
    let about = match about.first() {
        Some(one) if about.len() > 1 => Cell::text(format!("{} +{}", one.name(), about.len() - 1)),
        Some(one) => Cell::text(one.name().to_owned()),
        None => event.resources.first().map_or_else(|| Cell::absent("-"), |(_, name)| Cell::text(name.to_string())),
    };
    let text =
        |text: &Option<Box<str>>| text.as_deref().map_or_else(|| Cell::absent("-"), |it| Cell::text(it.to_owned()));
    let cells = vec![
        Cell::text(event.name.to_string()),
        about,
        text(&event.by),
        Cell::text(time::minute(event.at)),
        text(&event.address),
    ];
    Row::new(cells).link(Place::Event(event.id.clone(), event.name.clone())).item(TabItem::Event(event.id.clone()))
}
