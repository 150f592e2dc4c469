//! Choosing a theme: each is shown as soon as it is selected, and the one that is accepted is kept.

use ratatui::layout::Rect;

use crate::effect::BackgroundTask;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::message::TaskResult;
use crate::theme::{Catalogue, Look};
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{corner, edge};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

const TITLE: &str = "Theme";

/// The list of themes.
#[derive(Debug)]
pub struct Themes {
    /// The names, with what is said of each.
    rows: Vec<(String, &'static str)>,
    scroll: Scroll,
    /// The theme that was in force before.
    before: String,
    /// Whether the choice is being written: it is made.
    is_keeping: bool,
}

impl Themes {
    /// The list with the theme in force selected.
    pub fn new(themes: &Catalogue, now: &str) -> Self {
        let note = |name: &str| if themes.is_own(name) { "your own" } else { "" };
        let rows: Vec<_> = themes.names().into_iter().map(|name| (name.to_owned(), note(name))).collect();
        let at = rows.iter().position(|(name, _)| name == now).unwrap_or(0);
        Self { rows, scroll: Scroll::at(at), before: now.to_owned(), is_keeping: false }
    }

    fn selected(&self) -> Option<&str> {
        self.rows.get(self.scroll.cursor).map(|(name, _)| name.as_str())
    }

    fn place(&self, area: Rect) -> Rect {
        let widest = self.rows.iter().map(|(name, note)| name.chars().count() + note.len() + 9).max().unwrap_or(0);
        let height = u16::try_from(self.rows.len() + 2).unwrap_or(u16::MAX);
        // What is behind it is the picture of the theme.
        corner(area, u16::try_from(widest).unwrap_or(u16::MAX), height)
    }

    /// Uses a theme for now; what is wrong with its file is said.
    fn show(name: &str, view: &View<'_>) -> UiEffect {
        match view.themes.load(name) {
            Ok(theme) => UiEffect::UseTheme(Box::new(theme)),
            Err(told) => UiEffect::Say(Notice { told, tone: Tone::Failed }),
        }
    }
}

impl Layer for Themes {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &'static str {
        TITLE
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(_) | Action::Move(_) if self.is_keeping => Vec::new(),
            Action::Dialog(DialogAction::Accept) => {
                let Some(name) = self.selected() else { return vec![UiEffect::Close] };
                match (view.themes.load(name), view.settings) {
                    (Err(told), _) => vec![UiEffect::Say(Notice { told, tone: Tone::Failed })],
                    (Ok(_), None) => vec![UiEffect::Close],
                    (Ok(_), Some(file)) => {
                        let (file, theme) = (file.to_owned(), name.to_owned());
                        self.is_keeping = true;
                        vec![UiEffect::Task(BackgroundTask::KeepTheme { file, theme })]
                    }
                }
            }
            Action::Dialog(DialogAction::Cancel) => vec![Self::show(&self.before, view), UiEffect::Close],
            Action::Dialog(DialogAction::Mark) => Vec::new(),
            Action::Move(step) => {
                self.scroll.go(step, self.rows.len());
                self.selected().map(|name| Self::show(name, view)).into_iter().collect()
            }
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
            | Action::Editor(_) => unbound(action),
        }
    }

    fn on_message(&mut self, message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        let UiMessage::TaskDone(task) = message else { return Vec::new() };
        let TaskResult::ThemeKept { file, theme, result } = &**task else { return Vec::new() };
        match result {
            Ok(()) => {
                let said = format!("Theme {theme} is kept in {}.", file.display());
                vec![UiEffect::Close, UiEffect::Say(Notice::new(said, Tone::Done))]
            }
            // It is used until the program ends all the same.
            Err(told) => vec![UiEffect::Close, UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })],
        }
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let height = self.place(area).height.saturating_sub(2);
        self.scroll.settle(self.rows.len(), height);
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, TITLE, frame);
        self.scroll.marks(self.rows.len(), edge(place), frame);
        for (at, y) in self.scroll.window(self.rows.len()).zip(inside.y..inside.bottom()) {
            let Some((name, note)) = self.rows.get(at) else { break };
            let selected = at == self.scroll.cursor;
            let mark = if selected { "› " } else { "  " };
            frame.pieces(
                inside,
                y,
                [(mark, Look::Accent), (name.as_str(), Look::Text), ("  ", Look::Text), (*note, Look::Muted)],
            );
            if selected {
                frame.restyle(Rect { y, height: 1, ..inside }, Look::Selection);
            }
        }
    }
}
