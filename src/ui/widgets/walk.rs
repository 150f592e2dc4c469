//! A cursor that stops only on lines that something can be done with, over text that is read in between.

use ratatui::layout::Rect;

use super::scroll::more;
use crate::input::Move;
use crate::ui::frame::Frame;

/// Where the cursor is, if it is anywhere, and which line comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Walk {
    /// The line under the cursor: a stop in sight. None: only text is in sight.
    pub at: Option<usize>,
    /// The line at the top.
    pub first: usize,
    height: usize,
}

impl Walk {
    /// Moves over lines of which some are stops.
    pub fn go(&mut self, step: Move, stops: &[bool]) {
        let page = self.height.saturating_sub(1).max(1);
        match step {
            Move::Down => self.down(stops),
            Move::Up => self.up(stops),
            Move::PageDown => {
                let before = self.first;
                self.first = (self.first + page).min(self.last_first(stops));
                let moved = self.first - before;
                self.at = if moved == 0 { self.last_in(stops) } else { self.nearest(stops, before, moved, true) };
            }
            Move::PageUp => {
                let before = self.first;
                self.first = self.first.saturating_sub(page);
                let moved = before - self.first;
                self.at = if moved == 0 { self.first_in(stops) } else { self.nearest(stops, before, moved, false) };
            }
            Move::Top => {
                self.first = 0;
                self.at = self.first_in(stops);
            }
            Move::Bottom => {
                self.first = self.last_first(stops);
                self.at = self.last_in(stops);
            }
        }
    }

    /// To the next stop where it is in sight or comes into it with one line more; else one line further.
    fn down(&mut self, stops: &[bool]) {
        let from = self.at.map_or(self.first, |at| at + 1);
        let next = (from..stops.len()).find(|at| stops.get(*at) == Some(&true));
        if next.is_none_or(|next| next >= self.first + self.height) {
            self.first = (self.first + 1).min(self.last_first(stops));
        }
        self.keep(next);
    }

    fn up(&mut self, stops: &[bool]) {
        let before = self.at.unwrap_or(self.first + self.height).min(stops.len());
        let next = (0..before).rev().find(|at| stops.get(*at) == Some(&true));
        if next.is_none_or(|next| next < self.first) {
            self.first = self.first.saturating_sub(1);
        }
        self.keep(next);
    }

    /// Takes the next stop where it is in sight, else stays as long as the present one is.
    fn keep(&mut self, next: Option<usize>) {
        let window = self.first..self.first + self.height;
        self.at = next.filter(|at| window.contains(at)).or(self.at.filter(|at| window.contains(at)));
    }

    /// The stop nearest to where the cursor comes to be when it moves along with the window.
    fn nearest(&self, stops: &[bool], before: usize, moved: usize, down: bool) -> Option<usize> {
        let held = self.at.unwrap_or(before);
        let aim = if down { held + moved } else { held.saturating_sub(moved) };
        self.in_sight(stops).min_by_key(|at| at.abs_diff(aim))
    }

    fn in_sight(&self, stops: &[bool]) -> impl DoubleEndedIterator<Item = usize> {
        let window = self.first..(self.first + self.height).min(stops.len());
        window.filter(|at| stops.get(*at) == Some(&true)).collect::<Vec<_>>().into_iter()
    }

    fn first_in(&self, stops: &[bool]) -> Option<usize> {
        self.in_sight(stops).next()
    }

    fn last_in(&self, stops: &[bool]) -> Option<usize> {
        self.in_sight(stops).next_back()
    }

    fn last_first(&self, stops: &[bool]) -> usize {
        stops.len().saturating_sub(self.height)
    }

    /// Takes note of the height, and brings the cursor back onto a stop in sight.
    pub fn settle(&mut self, stops: &[bool], height: u16) {
        self.height = usize::from(height);
        self.first = self.first.min(self.last_first(stops));
        let Some(at) = self.at else { return };
        // A stop that went away leaves the cursor to the one before it, or else to the one behind.
        let is_stop = |at: &usize| stops.get(*at) == Some(&true);
        self.at = (0..=at).rev().find(is_stop).or_else(|| (at..stops.len()).find(is_stop));
        if let Some(at) = self.at {
            self.first = self.first.clamp((at + 1).saturating_sub(self.height.max(1)), at);
        }
    }

    /// The lines in sight.
    pub fn window(&self, lines: usize) -> std::ops::Range<usize> {
        self.first.min(lines)..(self.first + self.height).min(lines)
    }

    /// Marks the edges of an area beyond which there is more.
    pub fn marks(&self, lines: usize, area: Rect, frame: &mut Frame<'_>) {
        more(&self.window(lines), lines, area, frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moves over lines of which `x` are stops, in a window of four lines.
    #[track_caller]
    fn check(lines: &str, moves: &[Move], at: Option<usize>, first: usize) {
        let stops: Vec<bool> = lines.chars().map(|line| line == 'x').collect();
        let mut walk = Walk { at: stops.iter().position(|stop| *stop).filter(|at| *at < 4), ..Walk::default() };
        walk.settle(&stops, 4);
        for step in moves {
            walk.go(*step, &stops);
            walk.settle(&stops, 4);
        }
        assert_eq!((walk.at, walk.first), (at, first));
    }

    #[test]
    fn the_cursor_stops_on_what_can_be_acted_on_and_passes_the_rest() {
        check(".x..x", &[], Some(1), 0);
        check(".x.x", &[Move::Down], Some(3), 0);
        check(".x.x", &[Move::Down, Move::Up], Some(1), 0);
        check(".x..x", &[Move::Down], Some(4), 1);
    }

    #[test]
    fn text_between_stops_is_scrolled_through_line_by_line() {
        check("x......x", &[Move::Down], None, 1);
        check("x......x", &[Move::Down; 4], Some(7), 4);
        check("x......x", &[Move::Down, Move::Up], Some(0), 0);
        check("x.....", &[Move::Down; 9], None, 2);
        check("......", &[Move::Down; 9], None, 2);
        check("......", &[Move::Down, Move::Down, Move::Up], None, 1);
    }

    #[test]
    fn pages_and_ends_take_the_cursor_along() {
        check("xxxxxxxxxx", &[Move::PageDown], Some(3), 3);
        check("xxxxxxxxxx", &[Move::Bottom], Some(9), 6);
        check("xxxxxxxxxx", &[Move::Bottom, Move::PageUp, Move::PageUp, Move::PageUp], Some(0), 0);
        check("xxxxxxxxxx", &[Move::PageDown; 9], Some(9), 6);
        check("x........x", &[Move::Bottom, Move::Top], Some(0), 0);
    }
}
