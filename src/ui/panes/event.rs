//! One event of CloudTrail in full, with the way to whom and what it was about.

use crate::backend::Load;
use crate::insight::denial::{self, DenialText};
use crate::model::{Event, EventQuery, Fact, ResourceRef, Seen, Source};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::Place;
use crate::ui::resources::activity::{access_key, address, region, result};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::time;

use super::board::Board;

/// The page of an event.
pub struct EventPage {
    /// Its ID.
    pub id: Box<str>,
    /// Its name.
    pub name: Box<str>,
}

impl Board for EventPage {
    const LIST: u64 = 303;

    fn place(&self) -> Place {
        Place::Event(self.id.clone(), self.name.clone())
    }

    fn content(&self, view: &View<'_>) -> Content {
        let mut content = Content::new();
        let Some(event) = view.account.event(&self.id) else {
            content.note(Cell::new("The event was not read; the list of events leads to it.", Look::Unknown));
            return content;
        };
        content.field("Event", Cell::text(format!("{}:{}", event.service, event.name)));
        content.field("Time", Cell::text(time::moment(event.at)));
        content.field("Result", result(event));
        by(event, view, &mut content);
        content.field("Access key", access_key(event));
        content.field("From", address(event));
        content.field("Region", region(event));
        // What is gone by now, or was not read yet, says so on its own page.
        for resource in event.about() {
            content.linked("About", Cell::text(resource.name().to_owned()), Place::Entity(resource));
        }
        content.heading("Record");
        content.document("record", &Fact::Known(event.record.clone(), Seen::new(Source::List, event.at)));
        content
    }

    fn loads(&self, view: &View<'_>) -> Vec<Load> {
        let is_read = view.account.event(&self.id).is_some();
        if is_read { Vec::new() } else { vec![Load::Events(EventQuery::Changes)] }
    }

    fn selection(&self, _: Option<TabItem>, _: &View<'_>) -> Selection {
        Selection { item: Some(TabItem::Event(self.id.clone())), ..Selection::default() }
    }

    fn denial(&self, view: &View<'_>) -> Option<String> {
        let event = view.account.event(&self.id).filter(|event| event.error.is_some())?;
        let record = event.record.text();
        matches!(denial::read(record), Ok(DenialText::Refusal(_))).then(|| record.to_owned())
    }

    fn json(&self, view: &View<'_>) -> Option<String> {
        Some(view.account.event(&self.id)?.record.text().to_owned())
    }
}

fn by(event: &Event, view: &View<'_>, content: &mut Content) {
    let Some(name) = &event.by else { return content.field("By", Cell::absent("-")) };
    let cell = Cell::text(name.to_string());
    let user = ResourceRef::User((&**name).into());
    if view.account.contains(&user) {
        content.linked("By", cell, Place::Entity(user));
    } else {
        content.field("By", cell);
    }
}
