//! A page that is content about the account or who is signed in, without an entity of its own.

use std::fmt;

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::input::{Action, Context, Nav, Scope, When};
use crate::model::LoadError;
use crate::ui::content::{Content, ContentView};
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::page::{Page, Subject, View, denial_of};
use crate::ui::place::Place;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::widgets::failure::{failure, room};

/// What is special about one such page.
pub trait Board: Send + 'static {
    /// The number by which the painter knows its list.
    const LIST: u64;

    /// Its address.
    fn place(&self) -> Place;

    /// What it shows.
    fn content(&self, view: &View<'_>) -> Content;

    /// What it reads.
    fn loads(&self, view: &View<'_>) -> Vec<Load>;

    /// What commands are about here, with the item under the cursor.
    fn selection(&self, item: Option<TabItem>, view: &View<'_>) -> Selection;

    /// What AWS said when it denied what the board tells of.
    fn denial(&self, _view: &View<'_>) -> Option<String> {
        None
    }

    /// A JSON text worth copying.
    fn json(&self, _view: &View<'_>) -> Option<String> {
        None
    }
}

/// The page.
pub struct BoardPage<B> {
    board: B,
    content: ContentView,
    seen: Option<u64>,
}

impl<B: Board> fmt::Debug for BoardPage<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoardPage({:?})", self.board.place())
    }
}

impl<B: Board> BoardPage<B> {
    /// Opens the page.
    pub fn new(board: B) -> Self {
        Self { board, content: ContentView::default(), seen: None }
    }

    fn error<'a>(&self, view: &'a View<'_>) -> Option<&'a LoadError> {
        self.board.loads(view).iter().find_map(|load| view.loads.failure(load))
    }
}

impl<B: Board> Page for BoardPage<B> {
    fn place(&self) -> Place {
        self.board.place()
    }

    fn context(&self, view: &View<'_>) -> Context {
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, self.content.is_active())
            .with(When::Folds, self.content.folds())
            .with(When::Copyable, self.board.json(view).is_some())
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
            self.content.set(self.board.content(view));
        }
        self.content.settle(room(area, self.error(view), view.keymap).1);
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        self.board.loads(view).into_iter().map(|load| (load, Urgency::Now)).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        let running = self.board.loads(view).iter().any(|load| view.loads.is_running(load));
        if running { "loading …".to_owned() } else { String::new() }
    }

    fn denial(&self, view: &View<'_>) -> Option<String> {
        self.board.denial(view).or_else(|| denial_of(self.wants(view), view))
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let json = self.board.json(view)?;
        Some(Subject { name: self.board.place().title().to_owned(), arn: None, json: Some(json), link: None })
    }

    fn selection(&self, view: &View<'_>) -> Selection {
        Selection { on_row: self.content.is_on_row(), ..self.board.selection(self.content.item().cloned(), view) }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let error = self.error(view);
        let (warning, rest) = room(area, error, view.keymap);
        if let Some(error) = error {
            failure(warning, error, view.keymap, frame);
        }
        self.content.render(rest, B::LIST, frame);
    }
}
