//! A text of several lines: a trust policy, a metadata document, a key, a certificate. It is pasted, and put right in
//! place.
//!
//! The text model is `ratatui-textarea`'s. It keeps no history here: a private key that was pasted by mistake must not
//! stay in memory.

use std::fmt;

use ratatui::layout::Rect;
use ratatui_textarea::{CursorMove, TextArea};
use zeroize::{Zeroize, Zeroizing};

use crate::input::{Move, TextEdit};
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::line::TextLine;

/// The most bytes that are taken: the longest that IAM takes as one text is a metadata document of ten million, but
/// nobody pastes that; a policy has at most 131,072 characters.
const MOST: usize = 131_072;

/// The most lines that are in sight.
const LINES: u16 = 12;

/// The text.
pub struct Paste {
    area: TextArea<'static>,
    /// The same as one text.
    text: Zeroizing<String>,
    /// The first line in sight.
    top: usize,
    /// What was typed or pasted last was too long, and is left out.
    left_out: bool,
}

impl Default for Paste {
    fn default() -> Self {
        let mut area = TextArea::default();
        area.set_max_histories(0);
        Self { area, text: Zeroizing::default(), top: 0, left_out: false }
    }
}

impl fmt::Debug for Paste {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paste({} lines)", self.area.lines().len())
    }
}

impl Paste {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes text at the cursor; terminals end pasted lines in carriage returns.
    pub fn type_text(&mut self, text: &str) {
        let text = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
        self.left_out = text.len() > MOST.saturating_sub(self.text.len());
        if !self.left_out {
            self.area.insert_str(text.as_str());
            self.join();
        }
    }

    /// What is said after a text was pasted that is too long; none of it is taken, as half of it would mean another.
    pub fn remark(&self) -> Option<&'static str> {
        self.left_out.then_some("what was pasted is too long and was left out: 128 KB is the most")
    }

    /// Edits the text or moves in its line.
    pub fn edit(&mut self, edit: TextEdit) {
        self.left_out = false;
        match edit {
            TextEdit::Back => drop(self.area.delete_char()),
            TextEdit::Delete => drop(self.area.delete_next_char()),
            TextEdit::Word => drop(self.area.delete_word()),
            TextEdit::Clear => *self = Self::default(),
            TextEdit::Left => self.area.move_cursor(CursorMove::Back),
            TextEdit::Right => self.area.move_cursor(CursorMove::Forward),
            TextEdit::Home => self.area.move_cursor(CursorMove::Head),
            TextEdit::End => self.area.move_cursor(CursorMove::End),
        }
        self.join();
    }

    /// Moves between its lines; whether there was one to move to. Beyond them the field is left.
    pub fn go(&mut self, step: Move) -> bool {
        let (row, _) = self.position();
        let last = self.area.lines().len().saturating_sub(1);
        match step {
            Move::Up if row > 0 => self.area.move_cursor(CursorMove::Up),
            Move::Down if row < last => self.area.move_cursor(CursorMove::Down),
            Move::Top => self.area.move_cursor(CursorMove::Top),
            Move::Bottom => self.area.move_cursor(CursorMove::Bottom),
            Move::Up | Move::Down | Move::PageUp | Move::PageDown => return false,
        }
        true
    }

    fn position(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    fn join(&mut self) {
        self.text = Zeroizing::new(self.area.lines().join("\n"));
    }

    /// The lines that it needs below its label, where it has the keys.
    pub fn rows(&self) -> u16 {
        match self.area.lines().len() {
            0 | 1 => 0,
            lines => u16::try_from(lines).unwrap_or(u16::MAX).min(LINES),
        }
    }

    /// Brings the cursor's line into sight.
    pub fn settle(&mut self, rows: u16) {
        let (rows, (row, _)) = (usize::from(rows.max(1)), self.position());
        self.top = self.top.clamp((row + 1).saturating_sub(rows), row);
    }

    /// Draws how much there is; what is one line is drawn whole.
    pub fn render(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        let lines = self.area.lines();
        let role = if focused { Look::Input } else { Look::Text };
        if lines.len() > 1 {
            let first = lines.iter().find(|line| !line.trim().is_empty()).map_or("", String::as_str);
            let told = format!("{} lines: ", lines.len());
            frame.pieces(area, area.y, [(told.as_str(), Look::Muted), (first.trim(), role)]);
            return;
        }
        let line = lines.first().map_or("", String::as_str);
        render_line(line, focused.then(|| self.position().1), area, role, frame);
    }

    /// Draws the lines around the cursor.
    pub fn render_lines(&self, area: Rect, frame: &mut Frame<'_>) {
        let (row, column) = self.position();
        let lines = self.area.lines().iter().enumerate().skip(self.top);
        for ((at, line), y) in lines.zip(area.y..area.bottom()) {
            let cursor = (at == row).then_some(column);
            render_line(line, cursor, Rect { y, height: 1, ..area }, Look::Input, frame);
        }
    }
}

/// Draws one line so that the cursor is in sight.
fn render_line(line: &str, cursor: Option<usize>, area: Rect, role: Look, frame: &mut Frame<'_>) {
    let mut shown = TextLine::default();
    shown.set(line);
    match cursor {
        Some(column) => {
            shown.put_cursor(column);
            shown.render(area, "", frame);
        }
        None => drop(frame.text(area, area.x, area.y, line, role)),
    }
}

/// A private key may have been pasted by mistake: it does not stay in memory.
impl Drop for Paste {
    fn drop(&mut self) {
        let mut area = std::mem::take(&mut self.area);
        area.set_yank_text("");
        area.into_lines().iter_mut().for_each(Zeroize::zeroize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_lines_stay_lines_and_too_much_is_not_taken() {
        let mut paste = Paste::default();
        paste.type_text("one\r\ntwo\rthree");
        assert_eq!(paste.text(), "one\ntwo\nthree");
        assert_eq!(paste.remark(), None);
        paste.type_text(&"x".repeat(MOST));
        assert_eq!(paste.text(), "one\ntwo\nthree");
        assert!(paste.remark().is_some(), "it is told");
        paste.edit(TextEdit::Back);
        assert_eq!(paste.remark(), None);
        paste.edit(TextEdit::Clear);
        assert_eq!(paste.text(), "");
    }

    #[test]
    fn what_was_pasted_is_put_right_in_place() {
        let mut paste = Paste::default();
        paste.type_text("one\ntwo\nthree");
        assert!(paste.go(Move::Up));
        paste.edit(TextEdit::Home);
        paste.edit(TextEdit::Delete);
        paste.type_text("T");
        assert_eq!(paste.text(), "one\nTwo\nthree");
        assert!(paste.go(Move::Up) && !paste.go(Move::Up), "above the first line the field is left");
    }
}
