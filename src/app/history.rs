//! The pages that were visited in one account, each with its state.

use jiff::Timestamp;

use crate::backend::Load;
use crate::model::ResourceRef;
use crate::ui::page::Page;
use crate::ui::panes;
use crate::ui::place::Place;

/// The most pages that history keeps.
const PAGES: usize = 100;

/// The pages that were visited, each with its state.
#[derive(Debug)]
pub struct History {
    visits: Vec<Visit>,
    at: usize,
    /// When somebody last asked for everything anew.
    reloaded: Timestamp,
}

/// A page, and when it was opened last.
#[derive(Debug)]
struct Visit {
    page: Box<dyn Page>,
    opened: Timestamp,
}

impl History {
    /// A history that begins with this page.
    pub fn new(page: Box<dyn Page>) -> Self {
        let visit = Visit { page, opened: Timestamp::UNIX_EPOCH };
        Self { visits: vec![visit], at: 0, reloaded: Timestamp::UNIX_EPOCH }
    }

    /// The page in sight.
    pub fn page(&self) -> Option<&dyn Page> {
        self.visits.get(self.at).map(|visit| visit.page.as_ref())
    }

    /// The page in sight, to be changed.
    pub fn page_mut(&mut self) -> Option<&mut Box<dyn Page>> {
        self.visits.get_mut(self.at).map(|visit| &mut visit.page)
    }

    /// Since when a read of the page in sight must have been asked for so as not to be made again.
    pub fn since(&self, load: &Load) -> Timestamp {
        let opened = self.visits.get(self.at).map_or(Timestamp::UNIX_EPOCH, |visit| visit.opened);
        opened.checked_sub(load.lasts()).unwrap_or_default().max(self.reloaded)
    }

    /// Has everything that is shown from now on read again.
    pub fn reload(&mut self, now: Timestamp) {
        self.reloaded = now;
    }

    fn open(&mut self, now: Timestamp) {
        if let Some(visit) = self.visits.get_mut(self.at) {
            visit.opened = now;
        }
    }

    /// Goes to a page; what lay ahead is forgotten. A page that is in sight is opened again.
    pub fn go(&mut self, place: &Place, now: Timestamp) {
        if self.page().is_none_or(|page| page.place() != *place) {
            self.visits.truncate(self.at + 1);
            self.visits.push(Visit { page: panes::open(place), opened: now });
            if self.visits.len() > PAGES {
                self.visits.remove(0);
            }
            self.at = self.visits.len() - 1;
        }
        self.open(now);
    }

    /// Has the pages of an entity follow it to its new name.
    pub fn follow(&mut self, old: &ResourceRef, new: &ResourceRef) {
        let (old, new) = (Place::Entity(old.clone()), Place::Entity(new.clone()));
        if old != new {
            let pages = self.visits.iter_mut().map(|visit| &mut visit.page);
            pages.filter(|page| page.place() == old).for_each(|page| *page = panes::open(&new));
        }
    }

    /// Whether there is a page before this one.
    pub fn has_back(&self) -> bool {
        self.at > 0
    }

    /// Whether there is a page after this one.
    pub fn has_forward(&self) -> bool {
        self.at + 1 < self.visits.len()
    }

    /// Goes to the page before; whether there was one.
    pub fn back(&mut self, now: Timestamp) -> bool {
        let had = self.has_back();
        if had {
            self.at -= 1;
            self.open(now);
        }
        had
    }

    /// Goes to the page after; whether there was one.
    pub fn forward(&mut self, now: Timestamp) -> bool {
        let had = self.has_forward();
        if had {
            self.at += 1;
            self.open(now);
        }
        had
    }
}
