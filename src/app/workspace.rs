//! An open account: its session, and its pages and layers.

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

/// Identifies an open account. The number of a closed account is not used again, so late messages find nobody.
pub type WorkspaceId = u32;

/// An account that is open.
#[derive(Debug)]
pub struct Workspace {
    /// Its session.
    pub(super) session: Session,
    /// Its pages and layers.
    pub(super) stack: Stack,
}

/// The pages of one account, and the layers over the visible one.
#[derive(Debug)]
pub struct Stack {
    pub(super) history: History,
    pub(super) layers: Layers,
    /// The picker of accounts, as long as it is open.
    pub(super) picker: Option<LayerId>,
    /// The sign-in dialog, which closes itself after the sign-in.
    pub(super) sign_in: Option<LayerId>,
    pub(super) drafts: Drafts,
}

impl Stack {
    /// The picker of accounts, if it is open.
    pub fn picker(&mut self) -> Option<&mut Box<dyn Layer>> {
        self.layers.get_mut(self.picker?)
    }

    /// Closes the sign-in dialog.
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

    /// The data that its pages and layers read.
    pub fn view<'a>(&'a self, shared: &'a Shared) -> View<'a> {
        self.session.view(shared, self.stack.history.since(&Load::Identity))
    }

    /// The data that pages and layers read, beside the pages and layers themselves to change.
    pub fn split<'a>(&'a mut self, shared: &'a Shared) -> (View<'a>, &'a mut Stack) {
        let since = self.stack.history.since(&Load::Identity);
        (self.session.view(shared, since), &mut self.stack)
    }
}
