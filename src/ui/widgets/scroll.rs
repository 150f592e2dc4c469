//! A cursor over rows of which only a window is visible.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::input::Move;
use crate::theme::Look;
use crate::ui::frame::Frame;

/// Where the cursor is and which row comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The selected row.
    pub cursor: usize,
    /// The row at the top.
    pub first: usize,
    height: usize,
}

impl Scroll {
    /// A cursor on this row.
    pub fn at(cursor: usize) -> Self {
        Self { cursor, ..Self::default() }
    }

    /// Goes to the first row.
    pub fn rewind(&mut self) {
        self.cursor = 0;
        self.first = 0;
    }

    /// Moves over this many rows.
    pub fn go(&mut self, step: Move, rows: usize) {
        let last = rows.saturating_sub(1);
        // A page keeps one row of the last one in sight.
        let page = self.height.saturating_sub(1).max(1);
        let to = match step {
            Move::Up => self.cursor.saturating_sub(1),
            Move::Down => self.cursor.saturating_add(1),
            Move::PageUp => self.cursor.saturating_sub(page),
            Move::PageDown => self.cursor.saturating_add(page),
            Move::Top => 0,
            Move::Bottom => last,
        };
        self.cursor = to.min(last);
    }

    /// Brings the cursor into a window of this height.
    pub fn settle(&mut self, rows: usize, height: u16) {
        self.height = usize::from(height);
        self.cursor = self.cursor.min(rows.saturating_sub(1));
        if self.cursor < self.first {
            self.first = self.cursor;
        } else if self.cursor >= self.first + self.height.max(1) {
            self.first = self.cursor + 1 - self.height.max(1);
        }
        self.first = self.first.min(rows.saturating_sub(self.height));
    }

    /// The rows in sight.
    pub fn window(&self, rows: usize) -> Range<usize> {
        self.first.min(rows)..(self.first + self.height).min(rows)
    }

    /// Marks the edges of an area beyond which there is more.
    pub fn marks(&self, rows: usize, area: Rect, frame: &mut Frame<'_>) {
        more(&self.window(rows), rows, area, frame);
    }
}

/// Marks in the last column of an area where its content goes on above and below the window.
///
/// The area may be that of a box: the marks then stand in its border.
pub fn more(window: &Range<usize>, rows: usize, area: Rect, frame: &mut Frame<'_>) {
    let Some(x) = area.right().checked_sub(1).filter(|_| area.height > 0) else { return };
    if window.start > 0 {
        frame.text(area, x, area.y, "↑", Look::Key);
    }
    if window.end < rows {
        frame.text(area, x, area.bottom() - 1, "↓", Look::Key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(moves: &[Move], cursor: usize, window: std::ops::Range<usize>) {
        let mut scroll = Scroll::default();
        scroll.settle(100, 10);
        for step in moves {
            scroll.go(*step, 100);
            scroll.settle(100, 10);
        }
        assert_eq!((scroll.cursor, scroll.window(100)), (cursor, window));
    }

    #[test]
    fn the_cursor_stays_in_the_window_and_in_the_rows() {
        check(&[Move::Down], 1, 0..10);
        check(&[Move::Up], 0, 0..10);
        check(&[Move::Bottom], 99, 90..100);
        check(&[Move::Bottom, Move::Down], 99, 90..100);
        check(&[Move::PageDown, Move::PageDown], 18, 9..19);
        check(&[Move::Bottom, Move::Top], 0, 0..10);
    }

    #[test]
    fn marks_stand_where_there_is_more() {
        let theme = crate::theme::Theme::plain();
        for (first, above, below) in [(0, " ", "↓"), (5, "↑", "↓"), (6, "↑", " ")] {
            let mut frame = Frame::new(10, 4, &theme);
            let area = frame.area();
            let mut scroll = Scroll { first, cursor: first, height: 0 };
            scroll.settle(10, 4);
            scroll.marks(10, area, &mut frame);
            let cell = |y| frame.picture.buffer.cell((9, y)).unwrap().symbol();
            assert_eq!((cell(0), cell(3)), (above, below));
        }
    }

    #[test]
    fn no_rows_and_no_height_are_fine() {
        let mut scroll = Scroll::default();
        scroll.settle(0, 0);
        scroll.go(Move::Down, 0);
        scroll.settle(0, 0);
        assert_eq!(scroll.window(0), 0..0);
        scroll.settle(5, 0);
        assert!(scroll.window(5).is_empty());
    }
}
