//! A page that is content about the account or who is signed in, without an entity of its own.

use std::fmt;
use std::marker::PhantomData;

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::input::{Action, Context, Nav, Scope, When};
use crate::model::LoadError;
use crate::ui::content::{Content, ContentView};
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::page::{Page, View};
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::widgets::failure::{failure, room};

/// What is special about one such page.
pub trait Board: Send + 'static {
    /// Its address.
    const PLACE: Place;
    /// The number by which the painter knows its list.
    const LIST: u64;

    /// What it shows.
    fn content(view: &View<'_>) -> Content;

    /// What it reads.
    fn loads(view: &View<'_>) -> Vec<Load>;

    /// What commands are about here, with the item under the cursor.
    fn selection(item: Option<TabItem>, view: &View<'_>) -> Selection;
}

/// The page.
pub struct BoardPage<B> {
    content: ContentView,
    seen: Option<u64>,
    kind: PhantomData<B>,
}

impl<B> Default for BoardPage<B> {
    fn default() -> Self {
        Self { content: ContentView::default(), seen: None, kind: PhantomData }
    }
}

impl<B: Board> fmt::Debug for BoardPage<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoardPage({:?})", B::PLACE)
    }
}

impl<B: Board> BoardPage<B> {
    fn error<'a>(view: &'a View<'_>) -> Option<&'a LoadError> {
        B::loads(view).iter().find_map(|load| view.loads.failure(load))
    }
}

impl<B: Board> Page for BoardPage<B> {
    fn place(&self) -> Place {
        B::PLACE
    }

    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, self.content.is_active())
            .with(When::Folds, self.content.folds())
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Option<Vec<UiEffect>> {
        match action {
            Action::Nav(Nav::Open) => return Some(self.content.link().map(UiEffect::Go).into_iter().collect()),
            Action::Move(step) => self.content.go(step),
            Action::Fold(action) => self.content.fold(action),
            Action::Nav(Nav::NextTab | Nav::PreviousTab | Nav::Back)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return None,
        }
        Some(Vec::new())
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen != Some(view.revision) {
            self.seen = Some(view.revision);
            self.content.set(B::content(view));
        }
        self.content.settle(room(area, Self::error(view), view.keymap).1);
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        B::loads(view).into_iter().map(|load| (load, Urgency::Now)).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        let running = B::loads(view).iter().any(|load| view.loads.is_running(load));
        if running { "loading …".to_owned() } else { String::new() }
    }

    fn selection(&self, view: &View<'_>) -> Selection {
        Selection { on_row: self.content.is_on_row(), ..B::selection(self.content.item().cloned(), view) }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let error = Self::error(view);
        let (warning, rest) = room(area, error, view.keymap);
        if let Some(error) = error {
            failure(warning, error, view.keymap, frame);
        }
        self.content.render(rest, B::LIST, frame);
    }
}
