//! What a page or a layer is told: results of what it asked for, and news.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::backend::Offers;
use crate::config::recent::Recent;
use crate::message::TaskResult;
use crate::model::Account;
use crate::plan::builders::CreateGroup;

use super::editor::go_to_line::Place as TextPlace;

/// A message to a page or a layer.
///
/// The first ones are news; the others are results of a layer that the receiver opened.
#[derive(Debug, Clone)]
pub enum UiMessage {
    /// A batch of input was taken in: what was waited for may have come. For the top layer, once before each drawing.
    Settled,
    /// A run has moved on, or the time has come that somebody asked to be woken at. For the top layer.
    RunChanged,
    /// It has been on the screen: what is pressed from now on may be meant for it. For the top layer.
    Shown,
    /// The user wants what goes on to be stopped. For the top layer; what it answers with is that it stopped
    /// something.
    Stop,
    /// A background task was done, its own or another's. For all layers.
    TaskDone(Box<TaskResult>),
    /// What another open account knows now. For all layers.
    OtherAccount {
        /// Its workspace.
        workspace: u32,
        /// The account.
        account: Arc<Account>,
    },
    /// What there is to connect to.
    Offers(Box<(Offers, Recent)>),
    /// Unfinished work that was kept, until the user says what to do with it.
    Draft(Value),
    /// Groups that the plan of whoever asked shall create too.
    Groups(Vec<CreateGroup>),
    /// A run that is complete; what it gave is in `View::runs`.
    Applied {
        /// The run's id.
        run: String,
    },
    /// The document of a policy, to be put in place of a text.
    Document(String),
    /// A place in a text.
    GoTo(TextPlace),
    /// The file that a text is to be written to.
    WriteTo(PathBuf),
    /// What the visual builder of the editor asked for.
    Built(String),
    /// The answers that saving a text asked for.
    Answers(Value),
    /// The choice of a menu: which menu, which item.
    Chosen(MenuId, usize),
    /// The switched-on items of a menu.
    Switched(MenuId, Vec<bool>),
}

/// Which menu it is, so that whoever opened it knows its choice from that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuId {
    /// What to copy of what the page shows.
    Copy,
    /// The shape of a session's credentials for another program.
    Export,
    /// The account to compare with.
    CompareWith,
    /// The column to sort a list by.
    Sort,
    /// The columns of a list.
    Columns,
    /// Whether to go on with what was left unfinished.
    Draft,
    /// The kind of policy that a text is checked as.
    PolicyKind,
    /// Whether to discard the changes of a text.
    Discard,
    /// What to copy of a plan or a run.
    CopyPlan,
    /// What to write of a plan or a run.
    SavePlan,
    /// The version to compare from.
    CompareFrom,
    /// The version to compare to.
    CompareTo,
    /// What can be done with what is selected; each item has effects of its own.
    Verbs,
    /// Whether to assign an MFA device now; each item has effects of its own.
    AssignMfa,
}
