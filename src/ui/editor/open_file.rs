//! Asks for the path of a file to edit, or to write the text to.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;

use crate::effect::BackgroundTask;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::message::TaskResult;
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;

use super::{Editor, Subject};

/// The question for a path.
#[derive(Debug, Default)]
pub struct OpenFile {
    line: TextLine,
    /// It was asked for this file.
    asked: Option<PathBuf>,
    /// Whether a text is to be written there.
    writes: bool,
}

impl OpenFile {
    /// The question for a path to write to; it ends with an [`UiMessage::WriteTo`].
    pub fn to_write() -> Self {
        Self { writes: true, ..Self::default() }
    }
}

impl Layer for OpenFile {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        if self.writes { "Write to a new file" } else { "Edit a file" }
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) if self.line.text().trim().is_empty() => {}
            Action::Dialog(DialogAction::Accept) => {
                let path = PathBuf::from(self.line.text().trim());
                if self.writes {
                    return vec![UiEffect::CloseWith(UiMessage::WriteTo(path))];
                }
                self.asked = Some(path.clone());
                return vec![UiEffect::Task(BackgroundTask::ReadFile(path))];
            }
            // A line has no rows.
            Action::Dialog(DialogAction::Mark) | Action::Move(_) => {}
            Action::Text(edit) => self.line.edit(edit),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.line.insert(text);
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        let UiMessage::TaskDone(result) = message else { return Vec::new() };
        let TaskResult::Read { path, result } = result.as_ref() else { return Vec::new() };
        // The home folder may have been filled in.
        let asked = self.asked.as_deref().map(|asked| asked.strip_prefix("~").unwrap_or(asked));
        if !asked.is_some_and(|asked: &Path| path.ends_with(asked)) {
            return Vec::new();
        }
        self.asked = None;
        match result {
            Ok(text) => vec![UiEffect::Close, UiEffect::Open(Box::new(Editor::new(Subject::File(path.clone()), text)))],
            Err(told) => vec![UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })],
        }
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, 70, 4), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "file: ", frame);
        let hint = if self.writes {
            "Existing files are not overwritten."
        } else {
            "A file that does not exist is created by the first save."
        };
        frame.text(rest, rest.x, rest.y, hint, Look::Muted);
    }
}
