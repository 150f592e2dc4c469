//! What lies over the page: a stack of layers, the top one getting the keys.

use std::fmt;

use jiff::Timestamp;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::backend::{Load, Urgency};
use crate::input::{Action, Context, DialogAction};

use super::effect::UiEffect;
use super::frame::Frame;
use super::message::UiMessage;
use super::page::{View, denied};
use super::widgets::scroll::Scroll;

/// A layer over the page: its state, its pure update and its drawing.
pub trait Layer: fmt::Debug + Send {
    /// Where its keys are read, and which of their conditions hold.
    fn context(&self, view: &View<'_>) -> Context;

    /// Its heading, also for help.
    fn title(&self) -> &str;

    /// Does what an action wants.
    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect>;

    /// Takes typed or pasted text.
    fn type_text(&mut self, _text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        Vec::new()
    }

    /// Takes a result or news.
    fn on_message(&mut self, _message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        Vec::new()
    }

    /// What it needs to be read, as long as it is open.
    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        Vec::new()
    }

    /// When it changes by itself, such as a clock that it shows; asked for anew once that time has come.
    fn wakes_at(&self, _view: &View<'_>) -> Option<Timestamp> {
        None
    }

    /// Its unfinished work, which is kept until it is done or given up.
    fn draft(&self) -> Option<Unfinished> {
        None
    }

    /// What AWS said when it denied what the layer reads, or did.
    fn denial(&self, view: &View<'_>) -> Option<String> {
        self.wants(view).iter().find_map(|want| denied(view.loads.failure(&want.load)?))
    }

    /// Whether it stays in sight below the layers that are opened over it.
    fn is_ground(&self) -> bool {
        false
    }

    /// Brings its caches up to date; once before each drawing.
    fn settle(&mut self, _view: &View<'_>, _area: Rect) {}

    /// Draws it over the body of the screen.
    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>);
}

/// A read that a layer needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// What to read.
    pub load: Load,
    /// How soon.
    pub urgency: Urgency,
    /// The workspace of another account to read it from; none: its own.
    pub from: Option<u32>,
}

impl Want {
    /// A read that is needed at once.
    pub fn now(load: Load) -> Self {
        Self::from((load, Urgency::Now))
    }
}

impl From<(Load, Urgency)> for Want {
    fn from((load, urgency): (Load, Urgency)) -> Self {
        Self { load, urgency, from: None }
    }
}

/// Unfinished work of a layer; no secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Unfinished {
    /// The name that it is kept under.
    pub name: String,
    /// What kind of work it is.
    pub kind: Work,
    /// The work itself; none where nothing was entered.
    pub content: Option<Value>,
}

/// What kind of work a layer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The answers of a form.
    Answers,
    /// A text that is edited.
    Text,
}

/// Nothing, for an action that no key means where it arrived; a binding that nobody handles ends in here.
pub fn unbound(action: Action) -> Vec<UiEffect> {
    debug_assert!(false, "`{}` has keys in a place where nothing does it", action.name());
    Vec::new()
}

/// What keys do in a layer of lines to read, which holds nothing to choose or to mark.
pub fn scroll_or_close(action: Action, scroll: &mut Scroll, lines: usize) -> Vec<UiEffect> {
    match action {
        Action::Dialog(DialogAction::Accept | DialogAction::Cancel) => return vec![UiEffect::Close],
        Action::Dialog(DialogAction::Mark) => {}
        Action::Move(step) => scroll.go(step, lines),
        Action::App(_)
        | Action::Page(_)
        | Action::Item(_)
        | Action::Nav(_)
        | Action::Work(_)
        | Action::Fold(_)
        | Action::Form(_)
        | Action::Text(_)
        | Action::Review(_)
        | Action::Diff(_)
        | Action::Editor(_) => return unbound(action),
    }
    Vec::new()
}
