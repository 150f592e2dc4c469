//! A text of several lines that is pasted as a whole: a key, a certificate.

use ratatui::layout::Rect;
use zeroize::Zeroize as _;

use crate::input::TextEdit;
use crate::theme::Role;
use crate::ui::frame::Frame;

/// The most bytes that are taken: what is longer is neither a key nor a certificate.
const MOST: usize = 16_384;

/// The text.
#[derive(Debug, Default)]
pub struct Paste(String);

impl Paste {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Takes text behind what is there; terminals end pasted lines in carriage returns.
    pub fn type_text(&mut self, text: &str) {
        let room = MOST.saturating_sub(self.0.len());
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.len() <= room {
            self.0.push_str(&text);
        }
    }

    /// Takes characters away; whether the edit was one that does.
    pub fn edit(&mut self, edit: TextEdit) -> bool {
        match edit {
            TextEdit::Back => drop(self.0.pop()),
            TextEdit::Clear | TextEdit::Word => self.0.zeroize(),
            // It is shown by its first line, without a cursor.
            TextEdit::Delete | TextEdit::Left | TextEdit::Right | TextEdit::Home | TextEdit::End => return false,
        }
        true
    }

    /// Draws how much there is and how it begins.
    pub fn render(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        let lines: Vec<&str> = self.0.lines().collect();
        let Some(first) = lines.first() else {
            if focused {
                frame.cursor(area.x, area.y);
            }
            return;
        };
        let told = match lines.len() {
            1 => format!("{} characters: ", self.0.trim().chars().count()),
            count => format!("{count} lines: "),
        };
        frame.pieces(
            area,
            area.y,
            [(told.as_str(), Role::Muted), (first, if focused { Role::Input } else { Role::Text })],
        );
    }
}

/// A private key may have been pasted by mistake: it does not stay in memory.
impl Drop for Paste {
    fn drop(&mut self) {
        self.0.zeroize();
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
        paste.type_text(&"x".repeat(MOST));
        assert_eq!(paste.text(), "one\ntwo\nthree");
        assert!(paste.edit(TextEdit::Back) && paste.edit(TextEdit::Clear));
        assert_eq!(paste.text(), "");
        assert!(!paste.edit(TextEdit::Left));
    }
}
