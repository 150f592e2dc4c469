//! What lies over the page: a stack of layers, the top one getting the keys.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::backend::{Choice, Load, Offers, Urgency};
use crate::base::error::UserError;
use crate::config::recent::Recent;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::insight::{Question, Reply};
use crate::message::TaskResult;
use crate::model::Account;
use crate::plan::builders::CreateGroup;

use super::editor::go_to_line::Place as TextPlace;
use super::frame::Frame;
use super::page::{UiRequest, View};
use super::place::Place;
use super::selection::Selection;
use super::widgets::scroll::Scroll;
use super::wizards::Verb;

/// A layer over the page. It ends with [`UiRequest::Close`]; its outcome goes to whoever opened it.
pub trait Layer: fmt::Debug + Send {
    /// Where its keys are read, the nearest first.
    fn scopes(&self) -> &'static [Scope];

    /// The facts that conditions of its actions ask for.
    fn facts(&self, _view: &View<'_>) -> Context {
        Context::default()
    }

    /// Why it refuses what a key would do that it does not offer now; none where it has nothing to say of it.
    fn refuses(&self, _action: Action, _view: &View<'_>) -> Option<UserError> {
        None
    }

    /// Why it cannot be left for another page right now.
    fn holds(&self, _view: &View<'_>) -> Option<UserError> {
        None
    }

    /// Its heading, also for help.
    fn title(&self) -> &str;

    /// What it needs to be read, as long as it is open.
    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        Vec::new()
    }

    /// Stops what it has going on, and says whether it had.
    fn stop(&mut self, _view: &View<'_>) -> Option<Vec<UiRequest>> {
        None
    }

    /// Takes note that a run has moved on, or that the time has come that it asked to be woken at.
    fn on_run_changed(&mut self, _view: &View<'_>) -> Vec<UiRequest> {
        Vec::new()
    }

    /// Learns what came of a chore, its own or another's.
    fn finish(&mut self, _news: &TaskResult, _view: &View<'_>) -> Vec<UiRequest> {
        Vec::new()
    }

    /// What it wants worked out aside; asked for after each settling, so each question is put once.
    fn ask(&mut self) -> Option<Question> {
        None
    }

    /// Takes an answer, which may be to the question of another layer.
    fn learn(&mut self, _question: &Question, _reply: &Reply) {}

    /// Does what an action wants.
    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiRequest>;

    /// Takes typed or pasted text.
    fn type_text(&mut self, _text: &str, _view: &View<'_>) -> Vec<UiRequest> {
        Vec::new()
    }

    /// Takes the outcome of a layer that it opened.
    fn receive(&mut self, _outcome: Outcome, _view: &View<'_>) -> Vec<UiRequest> {
        Vec::new()
    }

    /// Whether it waits for what there is to connect to.
    fn wants_offers(&self) -> bool {
        false
    }

    /// Whether it asks somebody to sign in: it goes once that is settled.
    fn is_sign_in(&self) -> bool {
        false
    }

    /// The workspace whose account it looks at beside its own.
    fn looks_at(&self) -> Option<u32> {
        None
    }

    /// What it needs to be read of that account.
    fn reads_there(&self) -> Vec<Load> {
        Vec::new()
    }

    /// Takes in what that account knows now.
    fn look(&mut self, _account: &Arc<Account>) {}
    /// The name under which its unfinished answers are kept, and the answers where there are any; no secrets.
    fn draft(&self) -> Option<(String, Option<Value>)> {
        None
    }

    /// Takes answers that were kept, to ask the user what to do with them.
    fn offer_draft(&mut self, _draft: Value) {}

    /// What a draft of it is the text of, where it is no form whose answers are kept.
    fn kept_title(&self) -> Option<&str> {
        None
    }

    /// Whether it stays in sight below the layers that are opened over it.
    fn is_ground(&self) -> bool {
        false
    }

    /// Goes on with what it waited for, once that has come; after each batch, while it is the top layer.
    fn on_ready(&mut self, _view: &View<'_>) -> Vec<UiRequest> {
        Vec::new()
    }

    /// Brings its caches up to date; once before each drawing.
    fn settle(&mut self, _view: &View<'_>, _area: Rect) {}

    /// When it changes by itself, such as a clock that it shows; asked for anew once that time has come.
    fn wakes_at(&self, _view: &View<'_>) -> Option<Timestamp> {
        None
    }

    /// It has been on the screen: what is pressed from now on may be meant for it.
    fn seen(&mut self) {}

    /// Draws it over the body of the screen.
    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>);
}

/// Nothing, for an action that no key means where it arrived; a binding that nobody handles ends in here.
pub fn unbound(action: Action) -> Vec<UiRequest> {
    debug_assert!(false, "`{}` has keys in a place where nothing does it", action.name());
    Vec::new()
}

/// What keys do in a layer of lines to read, which holds nothing to choose or to mark.
pub fn scroll_or_close(action: Action, scroll: &mut Scroll, lines: usize) -> Vec<UiRequest> {
    match action {
        Action::Dialog(DialogAction::Accept | DialogAction::Cancel) => {
            return vec![UiRequest::Close(Outcome::Cancelled)];
        }
        Action::Dialog(DialogAction::Mark) => {}
        Action::Move(step) => scroll.go(step, lines),
        _ => return unbound(action),
    }
    Vec::new()
}

/// How a layer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Without a choice.
    Cancelled,
    /// With groups that the plan of whoever asked shall make too.
    Groups(Vec<CreateGroup>),
    /// With a page to go to.
    Go(Place),
    /// With an action to do.
    Do(Action),
    /// With a verb to open, on what was selected when it was offered.
    Verb(&'static Verb, Box<Selection>),
    /// With a run that is complete; what it gave is in `View::runs`.
    Applied {
        /// The run's id.
        run: String,
    },
    /// With an account to connect to.
    Connect(Choice),
    /// With the MFA device for a session of the same user.
    WithMfa(String),
    /// Not an end: what there is to connect to, for a picker that is open.
    Offers(Box<(Offers, Recent)>),
    /// With the document of a policy, to be put in place of a text.
    Document(String),
    /// With a place in a text.
    GoTo(TextPlace),
    /// With the file that a text is to be written to.
    WriteTo(PathBuf),
    /// With what the visual builder of the editor asked for.
    Built(String),
    /// With the answers that saving a text asked for.
    Answers(Value),
    /// With the choice of a menu: which menu, which item.
    Chosen(MenuId, usize),
    /// With the switched-on items of a menu.
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
    /// What can be done with what is selected; each item leads to its own outcome.
    Verbs,
    /// Whether to assign an MFA device now; each item leads to its own outcome.
    AssignMfa,
}
