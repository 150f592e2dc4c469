//! A change of a text in three looks: by meaning, line by line, side by side.

use ratatui::layout::Rect;

use crate::input::Action;
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layout::{split_left, split_top};
use crate::ui::widgets::tabs::tabs;

use super::diff::{Pair, side_by_side, unified};
use super::pane::Line;

/// How a change is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Meaning,
    Unified,
    Sides,
}

const LOOKS: [(&str, Look); 3] =
    [("By meaning", Look::Meaning), ("Line by line", Look::Unified), ("Side by side", Look::Sides)];

/// A change, and the part of it that is in sight.
#[derive(Debug)]
pub struct Changes {
    look: usize,
    meaning: Vec<Line>,
    unified: Vec<Line>,
    sides: Vec<Pair>,
    /// The first row in sight: the window moves by itself, without a cursor in it.
    first: usize,
    height: usize,
}

impl Changes {
    /// The change from one text to another; what it means is told by the caller.
    pub fn new(old: &str, new: &str, meaning: Vec<Line>) -> Self {
        Self { look: 0, meaning, unified: unified(old, new), sides: side_by_side(old, new), first: 0, height: 1 }
    }

    fn rows(&self) -> usize {
        match self.look() {
            Look::Meaning => self.meaning.len(),
            Look::Unified => self.unified.len(),
            Look::Sides => self.sides.len(),
        }
    }

    fn look(&self) -> Look {
        LOOKS.get(self.look).map_or(Look::Meaning, |(_, look)| *look)
    }

    /// Turns to the next look, or scrolls; whether the action was one of these.
    pub fn act(&mut self, action: Action) -> bool {
        let page = self.height.saturating_sub(1).max(1);
        match action {
            Action::DiffLook => {
                self.look = (self.look + 1) % LOOKS.len();
                self.first = 0;
            }
            Action::DiffUp => self.first = self.first.saturating_sub(page),
            Action::DiffDown => self.first += page,
            _ => return false,
        }
        true
    }

    /// Keeps the window within the rows.
    pub fn settle(&mut self, area: Rect) {
        self.height = usize::from(area.height.saturating_sub(1));
        self.first = self.first.min(self.rows().saturating_sub(self.height));
    }

    /// Draws the looks as tabs, and the change below.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let (head, body) = split_top(area, 1);
        let titles: Vec<String> = LOOKS.iter().map(|(title, _)| (*title).to_owned()).collect();
        tabs(head, &titles, self.look, frame);
        let rows = self.rows();
        if rows > self.height {
            let place = format!("{}-{} of {rows}", self.first + 1, (self.first + self.height).min(rows));
            frame.text_right(head, head.y, &place, Role::Muted);
        }
        let draw = |line: &Line, area: Rect, y: u16, frame: &mut Frame<'_>| {
            frame.pieces(area, y, line.iter().map(|(text, role)| (text.as_str(), *role)));
        };
        if rows == 0 {
            frame.text(body, body.x, body.y, "The text is the same.", Role::Absent);
        }
        for (at, y) in (self.first..rows).zip(body.y..body.bottom()) {
            match self.look() {
                Look::Meaning => self.meaning.get(at).into_iter().for_each(|line| draw(line, body, y, frame)),
                Look::Unified => self.unified.get(at).into_iter().for_each(|line| draw(line, body, y, frame)),
                Look::Sides => {
                    let (left, right) = split_left(body, body.width / 2);
                    let left = Rect { width: left.width.saturating_sub(1), ..left };
                    if let Some(row) = self.sides.get(at) {
                        draw(&row.left, left, y, frame);
                        draw(&row.right, right, y, frame);
                    }
                }
            }
        }
    }
}
