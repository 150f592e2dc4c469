//! Asks for the path of a file to edit, or to write the text to.

use std::path::{Path, PathBuf};

use ratatui::layout::Rect;

use crate::effect::BackgroundTask;
use crate::input::{Action, DialogAction, Scope};
use crate::message::TaskResult;
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::page::{Notice, Tone, UiRequest, View};
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
    /// The question for a path to write to; it ends with an [`Outcome::WriteTo`].
    pub fn to_write() -> Self {
        Self { writes: true, ..Self::default() }
    }
}

impl Layer for OpenFile {
    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Menu, Scope::Text, Scope::Global]
    }

    fn title(&self) -> &'static str {
        if self.writes { "Write to a new file" } else { "Edit a file" }
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiRequest> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiRequest::Close(Outcome::Cancelled)],
            Action::Dialog(DialogAction::Accept) if self.line.text().trim().is_empty() => {}
            Action::Dialog(DialogAction::Accept) => {
                let path = PathBuf::from(self.line.text().trim());
                if self.writes {
                    return vec![UiRequest::Close(Outcome::WriteTo(path))];
                }
                self.asked = Some(path.clone());
                return vec![UiRequest::BackgroundTask(BackgroundTask::ReadFile(path))];
            }
            // A line has no rows.
            Action::Dialog(DialogAction::Mark) | Action::Move(_) => {}
            Action::Text(edit) => self.line.edit(edit),
            _ => return unbound(action),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiRequest> {
        self.line.insert(text);
        Vec::new()
    }

    fn finish(&mut self, news: &TaskResult, _view: &View<'_>) -> Vec<UiRequest> {
        let TaskResult::Read { path, result } = news else { return Vec::new() };
        // The home folder may have been filled in.
        let asked = self.asked.as_deref().map(|asked| asked.strip_prefix("~").unwrap_or(asked));
        if !asked.is_some_and(|asked: &Path| path.ends_with(asked)) {
            return Vec::new();
        }
        self.asked = None;
        match result {
            Ok(text) => vec![
                UiRequest::Close(Outcome::Cancelled),
                UiRequest::Open(Box::new(Editor::new(Subject::File(path.clone()), text))),
            ],
            Err(told) => vec![UiRequest::Say(Notice { told: told.clone(), tone: Tone::Failed })],
        }
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, 70, 4), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "file: ", frame);
        let hint = if self.writes {
            "No file is written over."
        } else {
            "A file that is not there yet is made by the first save."
        };
        frame.text(rest, rest.x, rest.y, hint, Role::Muted);
    }
}
