//! What fills the body of the screen.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::backend::{Load, ReadOnlyReason, Urgency};
use crate::base::error::UserError;
use crate::config::NameRules;
use crate::input::{Action, Context, Keymap};
use crate::insight::guards;
use crate::insight::review::record::Record;
use crate::model::{Account, CallMade, ErrorKind, Fact, LoadError};
use crate::plan::journal::JournalId;
use crate::policy::validate::Level;
use crate::theme::Catalogue;

use super::effect::UiEffect;
use super::frame::Frame;
use super::layout::Wanted;
use super::message::UiMessage;
use super::place::Place;
use super::runs::Runs;
use super::selection::Selection;

/// What a page or a layer may look at; nobody but `app::update` changes it.
pub struct View<'a> {
    /// What is known of the account.
    pub account: &'a Account,
    /// Grows whenever the account changes, so that caches know.
    pub revision: u64,
    /// The keys in force.
    pub keymap: &'a Keymap,
    /// The rules for new names.
    pub names: &'a NameRules,
    /// The themes to choose from.
    pub themes: &'a Catalogue,
    /// The file of settings; none where there is none to write.
    pub settings: Option<&'a Path>,
    /// The levels of policy checks that the settings change.
    pub levels: &'a [(String, Level)],
    /// The time, as of this batch of input.
    pub now: Timestamp,
    /// What was read at this time or before is old on the page in sight, and read again.
    pub since: Timestamp,
    /// The columns of the whole screen.
    pub width: u16,
    /// Where lists have their preview.
    pub preview: Wanted,
    /// How loads are going.
    pub loads: &'a dyn Loads,
    /// Whether anything can be read at all.
    pub standing: SessionStatus,
    /// Why the gate lets only reads pass; nothing where it lets changes pass.
    pub read_only: Option<&'a ReadOnlyReason>,
    /// The calls that were made, the oldest first.
    pub calls: &'a VecDeque<CallMade>,
    /// The runs of the account: those of the journal and those going on.
    pub runs: &'a Runs,
    /// Whose journal it is; none as long as it is not known who the session is.
    pub book: Option<JournalId>,
    /// The last review of the account, where there was one.
    pub review: Option<&'a Reviewed>,
    /// What guards do when they object to a plan.
    pub guards: &'a guards::Settings,
}

impl View<'_> {
    /// Whether a read is needed for a fact that it tells: none told it yet, or only an old one did.
    ///
    /// A refusal stands until somebody reloads.
    pub fn lacks<T>(&self, fact: &Fact<T>, load: &Load) -> bool {
        match fact {
            Fact::Unknown => true,
            Fact::Denied(_) => !self.loads.is_done(load),
            Fact::Absent(seen) | Fact::Known(_, seen) => seen.at() <= self.since,
        }
    }
}

/// What AWS said when it denied one of these reads.
pub fn denial_of(wants: Vec<(Load, Urgency)>, view: &View<'_>) -> Option<String> {
    wants.into_iter().find_map(|(load, _)| denied(view.loads.failure(&load)?))
}

/// The sentence in which AWS denied a read.
pub fn denied(error: &LoadError) -> Option<String> {
    let is_denied = matches!(error.kind, ErrorKind::Denied(_));
    error.detail.as_deref().filter(|_| is_denied).map(str::to_owned)
}

/// The last review of an account, and the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The last one.
    pub now: Arc<Record>,
    /// The one before.
    pub before: Option<Arc<Record>>,
}

/// How the session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStatus {
    /// What is asked for is read.
    Open,
    /// It is being opened; what is asked for waits for it.
    Opening,
    /// It could not be opened, as told: nothing is read.
    Failed(UserError),
    /// There is none: what is known is all that there is.
    Offline,
}

/// How loads are going.
pub trait Loads {
    /// Whether it is under way.
    fn is_running(&self, load: &Load) -> bool;
    /// When it was asked for last, where that has ended, well or not.
    fn asked_at(&self, load: &Load) -> Option<Timestamp>;

    /// Whether it has ended since somebody asked for it last, well or not.
    fn is_done(&self, load: &Load) -> bool {
        self.asked_at(load).is_some()
    }

    /// Why it failed the last time it ran.
    fn failure(&self, load: &Load) -> Option<&LoadError>;
}

/// A page: its state, its pure update and its drawing.
pub trait Page: fmt::Debug + Send {
    /// Its address.
    fn place(&self) -> Place;

    /// Where its keys are read, and which of their conditions hold.
    fn context(&self, view: &View<'_>) -> Context;

    /// Does what an action wants; none where the action is not the page's.
    fn act(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>>;

    /// Takes typed or pasted text, while a text line is open.
    fn type_text(&mut self, _text: &str, _view: &View<'_>) {}

    /// Filters what it lists, as if that had been typed; pages that list nothing have no filter.
    fn filter_by(&mut self, _filter: &str) {}

    /// Takes the result of a layer that it opened.
    fn on_message(&mut self, _message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        Vec::new()
    }

    /// Brings its caches up to date and its selection into sight; once before each drawing.
    fn settle(&mut self, view: &View<'_>, area: Rect);

    /// What it needs to be read, as long as it is on the screen.
    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)>;

    /// How complete its data is, and where in it one stands.
    fn status(&self, view: &View<'_>) -> String;

    /// What AWS said when it denied what the page reads.
    fn denial(&self, view: &View<'_>) -> Option<String> {
        denial_of(self.wants(view), view)
    }

    /// What can be copied here.
    fn subject(&self, _view: &View<'_>) -> Option<Subject> {
        None
    }

    /// What commands would be done with here.
    fn selection(&self, _view: &View<'_>) -> Selection {
        Selection::default()
    }

    /// Draws it.
    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>);
}

/// What can be copied of the thing in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// A JSON text of it, such as a policy document.
    pub json: Option<String>,
    /// An address that belongs to it, with what it is called.
    pub link: Option<(&'static str, String)>,
}
