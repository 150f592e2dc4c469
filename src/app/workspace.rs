//! One account that is open: its session, and what lies on the screen of it.

use crate::backend::{Load, ReadOnly};
use crate::ui::layer::Layer;
use crate::ui::page::View;
use crate::ui::panes;
use crate::ui::place::Place;

use super::drafts::Drafts;
use super::history::History;
use super::layers::{LayerId, Layers};
use super::session::Session;
use super::{Shared, Source};

/// Which of the open accounts something is about. An account that was closed leaves its number to no other.
pub type WorkspaceId = u32;

/// An account that is open.
#[derive(Debug)]
pub struct Workspace {
    /// Its session.
    pub(super) session: Session,
    /// What lies on its screen.
    pub(super) stack: Stack,
}

/// The pages of one account, and the layers over the one in sight.
#[derive(Debug)]
pub struct Stack {
    pub(super) history: History,
    pub(super) layers: Layers,
    /// The picker of accounts, as long as it is open.
    pub(super) picker: Option<LayerId>,
    /// What asks somebody to sign in: it goes once that is settled.
    pub(super) sign_in: Option<LayerId>,
    pub(super) drafts: Drafts,
}

impl Stack {
    /// The picker of accounts, if it is open.
    pub fn picker(&mut self) -> Option<&mut Box<dyn Layer>> {
        self.layers.get_mut(self.picker?)
    }

    /// Takes away what asks somebody to sign in.
    pub fn end_sign_in(&mut self) {
        if let Some(id) = self.sign_in.take() {
            self.layers.remove(id);
        }
    }
}

impl Workspace {
    /// A workspace that is about to open its session, on the dashboard.
    pub fn new(number: WorkspaceId, source: Source, read_only: ReadOnly) -> Self {
        let history = History::new(panes::open(&Place::Dashboard));
        let stack =
            Stack { history, layers: Layers::default(), picker: None, sign_in: None, drafts: Drafts::default() };
        Self { session: Session::new(number, source, read_only), stack }
    }

    /// Its number.
    pub fn number(&self) -> WorkspaceId {
        self.session.stamp.workspace
    }

    /// What its pages and layers may look at.
    pub fn view<'a>(&'a self, shared: &'a Shared) -> View<'a> {
        self.session.view(shared, self.stack.history.since(&Load::Identity))
    }

    /// Splits what pages and layers may look at from what they are kept in.
    pub fn split<'a>(&'a mut self, shared: &'a Shared) -> (View<'a>, &'a mut Stack) {
        let since = self.stack.history.since(&Load::Identity);
        (self.session.view(shared, since), &mut self.stack)
    }
}
