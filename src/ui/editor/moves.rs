//! Moving over the text, by key and by row of the screen, and keeping the cursor in sight.

use ratatui::layout::Rect;

use crate::input::{Caret, Move};

use super::rows::Rows;
use super::text::{Move as By, column};
use super::{Editor, go_to_line, paint};

/// The rows and columns around the cursor that stay in sight.
const MARGIN: usize = 2;

impl Editor {
    /// The rows of the text where it has so many columns of the screen.
    pub(super) fn rows(&self, width: u16) -> Rows<'_> {
        let room = width.saturating_sub(paint::gutter(self.text.line_count()));
        Rows::new(&self.text, &self.folds, self.wraps.then(|| usize::from(room)))
    }

    /// Moves the cursor by words, or selects.
    pub(super) fn caret(&mut self, action: Caret) {
        match action {
            Caret::WordLeft => self.go_by(By::WordLeft, false),
            Caret::WordRight => self.go_by(By::WordRight, false),
            Caret::SelectLeft => self.go_by(By::Left, true),
            Caret::SelectRight => self.go_by(By::Right, true),
            Caret::SelectWordLeft => self.go_by(By::WordLeft, true),
            Caret::SelectWordRight => self.go_by(By::WordRight, true),
            Caret::SelectHome => self.go_by(By::Home, true),
            Caret::SelectEnd => self.go_by(By::End, true),
            Caret::SelectUp => self.go(Move::Up, true),
            Caret::SelectDown => self.go(Move::Down, true),
        }
    }

    pub(super) fn go_by(&mut self, by: By, select: bool) {
        // A mark that was set by key keeps the selection growing with plain moves.
        let marked = self.marking && self.text.caret().anchor.is_some();
        self.text.go_by(by, select || marked);
    }

    /// Moves over the rows in sight, past what is folded.
    pub(super) fn go(&mut self, step: Move, select: bool) {
        let at = self.text.caret().at;
        let rows = self.rows(self.width);
        let own = rows.of(at);
        let page = self.height.saturating_sub(1).max(1);
        let spot = match step {
            Move::Up => rows.above(own, 1),
            Move::Down => rows.below(own, 1),
            Move::PageUp => rows.above(own, page),
            Move::PageDown => rows.below(own, page),
            Move::Top => return self.go_by(By::Top, select),
            Move::Bottom => return self.go_by(By::Bottom, select),
        };
        let goal = self.text.goal().unwrap_or_else(|| rows.column(at));
        let target = rows.offset(spot, goal);
        match step {
            // On the first and the last row the way goes on to their ends.
            Move::Up if spot == own => self.go_by(By::Top, select),
            Move::Down if spot == own => self.go_by(By::End, select),
            _ => {
                let select = select || self.marking && self.text.caret().anchor.is_some();
                self.text.go_towards(target, goal, select);
            }
        }
    }

    /// Goes to a line, and a column of it where that was said.
    pub(super) fn go_to(&mut self, place: go_to_line::Place) {
        let line = place.line.clamp(1, self.text.line_count()) - 1;
        let column = place.column.unwrap_or_default();
        let (byte, _) = super::text::byte_at(self.text.line(line), column.saturating_sub(1));
        self.text.go(self.text.start_of(line) + byte);
        if place.column.is_none() {
            self.text.go_by(By::Home, false);
        }
    }

    /// Scrolls so that the cursor is in sight.
    pub(super) fn scroll(&mut self, area: Rect) {
        let height = usize::from(area.height).max(1);
        let at = self.text.caret().at;
        let rows = self.rows(area.width);
        let own = rows.of(at);
        let margin = MARGIN.min((height - 1) / 2);
        let first = rows.nearest(self.first).min(rows.above(own, margin));
        // From the cursor up by a screen less the margin: what lies above that gives way. At the end of the text there
        // is nothing to keep below.
        let is_end = rows.from(own).take(margin + 1).count() <= margin;
        let lowest =
            if is_end { rows.above(rows.last(), height - 1).min(own) } else { rows.above(own, height - 1 - margin) };
        let first = first.max(lowest);
        (self.first, self.height, self.width) = (first, height, area.width);
        self.scroll_sideways(area);
    }

    fn scroll_sideways(&mut self, area: Rect) {
        let width = usize::from(area.width.saturating_sub(paint::gutter(self.text.line_count()))).max(1);
        let own = self.text.line_of(self.text.caret().at);
        let at = column(self.text.line(own), self.text.caret().at - self.text.start_of(own));
        if at < self.left + MARGIN {
            self.left = at.saturating_sub(width / 3);
        } else if at + MARGIN >= self.left + width {
            self.left = at + width / 3 - width + MARGIN;
        }
        if self.wraps || at + MARGIN < width {
            self.left = 0;
        }
    }
}
