//! Asks for a line to go to.

use ratatui::layout::Rect;

use crate::base::error::UserError;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;

/// A place in the text: a line and, where it was said, a column; both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: Option<usize>,
}

impl Place {
    /// Reads a place as it is typed: `12`, `:12` or `12:4`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(':').unwrap_or(text);
        let (line, column) = text.split_once(':').map_or((text, None), |(line, column)| (line, Some(column)));
        let line = line.trim().parse().ok()?;
        match column.map(str::trim) {
            None | Some("") => Some(Self { line, column: None }),
            Some(column) => Some(Self { line, column: Some(column.parse().ok()?) }),
        }
    }
}

/// The question for a line.
#[derive(Debug)]
pub struct GoToLine {
    line: TextLine,
    /// The number of the last line.
    last: usize,
}

impl GoToLine {
    /// The question, in a text of so many lines.
    pub fn new(last: usize) -> Self {
        Self { line: TextLine::default(), last }
    }
}

impl Layer for GoToLine {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Go to line"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) => {
                if let Some(place) = Place::parse(self.line.text()) {
                    return vec![UiEffect::CloseWith(UiMessage::GoTo(place))];
                }
                let told = UserError::new("this is not a line number").hint("Type a number, or LINE:COLUMN.");
                return vec![UiEffect::Say(Notice { told, tone: Tone::Failed })];
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

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, 50, 4), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "line: ", frame);
        frame.text(rest, rest.x, rest.y, &format!("1 to {}, or LINE:COLUMN.", self.last), Look::Muted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<(usize, Option<usize>)>) {
        assert_eq!(Place::parse(typed).map(|place| (place.line, place.column)), expected, "{typed}");
    }

    #[test]
    fn a_line_is_a_number_with_a_column_or_without() {
        check("12", Some((12, None)));
        check(" :12 ", Some((12, None)));
        check("12:4", Some((12, Some(4))));
        check("12:", Some((12, None)));
        check("12:x", None);
        check("fold", None);
        check("", None);
    }
}
