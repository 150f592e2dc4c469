//! A change of a text before it is saved: by meaning, line by line, side by side.

use ratatui::layout::Rect;

use crate::input::{DiffAction, Move};
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::diff::{DiffView, SIDE_BY_SIDE};
use crate::ui::widgets::tabs::tabs;

use super::pane::Line;

/// How a change is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ViewMode {
    Meaning,
    Lines,
    Sides,
}

const VIEWS: [(&str, ViewMode); 3] =
    [("By meaning", ViewMode::Meaning), ("Line by line", ViewMode::Lines), ("Side by side", ViewMode::Sides)];

/// The columns of a screen that leave room for texts side by side.
const WIDE: u16 = SIDE_BY_SIDE + 6;

/// A change, and the part of it that is in sight.
#[derive(Debug)]
pub struct Changes {
    look: usize,
    /// What it means, once that is worked out.
    meaning: Option<Vec<Line>>,
    lines: DiffView,
    sides: DiffView,
    /// The first line of the meaning in sight: the window moves by itself, without a cursor in it.
    first: usize,
    height: usize,
}

/// Whether the texts have room side by side.
fn has_room(body: Rect) -> bool {
    body.width >= SIDE_BY_SIDE
}

impl Changes {
    /// The change from one text to another; what it means is told later.
    pub fn new(old: &str, new: &str) -> Self {
        let mut lines = DiffView::new(old, new);
        let sides = lines.twin();
        lines.act(DiffAction::Sides);
        Self { look: 0, meaning: None, lines, sides, first: 0, height: 1 }
    }

    /// Takes what it means.
    pub fn mean(&mut self, lines: Vec<Line>) {
        self.meaning = Some(lines);
    }

    fn view(&self) -> ViewMode {
        VIEWS.get(self.look).map_or(ViewMode::Meaning, |(_, look)| *look)
    }

    /// Turns to the next look, or to the one before.
    pub fn turn(&mut self, forward: bool) {
        let by = if forward { 1 } else { VIEWS.len() - 1 };
        self.look = (self.look + by) % VIEWS.len();
    }

    /// Scrolls.
    pub fn go(&mut self, step: Move) {
        let page = self.height.saturating_sub(1).max(1);
        match self.view() {
            ViewMode::Meaning => {
                self.first = match step {
                    Move::Up => self.first.saturating_sub(1),
                    Move::Down => self.first + 1,
                    Move::PageUp => self.first.saturating_sub(page),
                    Move::PageDown => self.first + page,
                    Move::Top => 0,
                    Move::Bottom => self.meaning.as_ref().map_or(0, Vec::len),
                }
            }
            ViewMode::Lines => self.lines.go(step),
            ViewMode::Sides => self.sides.go(step),
        }
    }

    /// Keeps what is in sight within what there is.
    pub fn settle(&mut self, area: Rect) {
        let (_, body) = split_top(area, 1);
        self.height = usize::from(body.height);
        self.first = self.first.min(self.meaning.as_ref().map_or(0, Vec::len).saturating_sub(self.height));
        self.lines.settle(body);
        self.sides.settle(if has_room(body) { body } else { split_top(body, 1).1 });
    }

    /// Draws the looks as tabs, and the change below.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let (head, body) = split_top(area, 1);
        let titles: Vec<String> = VIEWS.iter().map(|(title, _)| (*title).to_owned()).collect();
        tabs(head, &titles, self.look, frame);
        match (self.view(), &self.meaning) {
            (ViewMode::Lines, _) => self.lines.render(body, frame),
            (ViewMode::Sides, _) if has_room(body) => self.sides.render(body, frame),
            (ViewMode::Sides, _) => {
                let (note, rest) = split_top(body, 1);
                let words = format!("Side by side needs a screen of {WIDE} columns; until then below each other:");
                frame.text(note, note.x, note.y, &words, Look::Warning);
                self.sides.render(rest, frame);
            }
            (ViewMode::Meaning, None) => {
                frame.text(body, body.x, body.y, "Comparing the permissions …", Look::Unknown);
            }
            (ViewMode::Meaning, Some(lines)) => {
                if lines.len() > self.height {
                    let last = (self.first + self.height).min(lines.len());
                    let place = format!("{}-{last} of {}", self.first + 1, lines.len());
                    frame.text_right(head, head.y, &place, Look::Muted);
                }
                for (line, y) in lines.iter().skip(self.first).zip(body.y..body.bottom()) {
                    frame.pieces(body, y, line.iter().map(|(text, role)| (text.as_str(), *role)));
                }
            }
        }
    }
}
