//! Several short texts in one field: names to create, tags.

use ratatui::layout::Rect;

use crate::input::{Move, TextEdit};
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::line::TextLine;

use super::check::Check;

/// Entries that were taken, and the one being typed.
#[derive(Debug, Default)]
pub struct List {
    taken: Vec<String>,
    line: TextLine,
    /// The taken entry under the cursor; none: the line has the keys.
    at: Option<usize>,
}

impl List {
    /// All entries, with what is typed and not yet taken.
    pub fn entries(&self) -> Vec<String> {
        let typed = self.line.text().trim();
        let typed = (!typed.is_empty()).then(|| typed.to_owned());
        self.taken.iter().cloned().chain(typed).collect()
    }

    /// Replaces all entries.
    pub fn set(&mut self, entries: Vec<String>) {
        self.taken = entries;
        self.line.set("");
        self.at = None;
    }

    /// Takes what is typed as an entry; on an entry, takes that back to be edited. Whether there was anything.
    pub fn enter(&mut self) -> bool {
        let chosen = self.at.take();
        let typed = self.line.text().trim().to_owned();
        self.line.set("");
        let some = !typed.is_empty();
        if some && !self.taken.contains(&typed) {
            self.taken.push(typed);
        }
        if let Some(at) = chosen.filter(|at| *at < self.taken.len()) {
            let entry = self.taken.remove(at);
            self.line.set(&entry);
        }
        some || chosen.is_some()
    }

    /// Moves over the entries; whether there was one to move to.
    pub fn go(&mut self, step: Move) -> bool {
        match step {
            Move::Up => {
                let above = self.at.unwrap_or(self.taken.len()).checked_sub(1);
                self.at = above.or(self.at);
                above.is_some()
            }
            Move::Down => {
                let had = self.at.is_some();
                self.at = self.at.map(|at| at + 1).filter(|below| *below < self.taken.len());
                had
            }
            // There are too few of them for pages.
            Move::PageUp | Move::PageDown | Move::Top | Move::Bottom => false,
        }
    }

    /// Removes the entry under the cursor, or a character of what is typed.
    pub fn remove(&mut self) {
        let Some(at) = self.at else { return self.line.edit(TextEdit::Delete) };
        if at < self.taken.len() {
            self.taken.remove(at);
        }
        self.at = self.at.filter(|at| *at < self.taken.len());
    }

    /// Edits what is typed; before its start, the last entry comes back.
    pub fn edit(&mut self, edit: TextEdit) {
        if edit == TextEdit::Back && self.at.is_none() && self.line.text().is_empty() {
            if let Some(last) = self.taken.pop() {
                self.line.set(&last);
            }
            return;
        }
        self.at = None;
        self.line.edit(edit);
    }

    /// Takes typed or pasted text; lines and semicolons end entries.
    pub fn type_text(&mut self, text: &str) {
        self.at = None;
        let mut parts = text.split(['\n', '\r', ';']).peekable();
        while let Some(part) = parts.next() {
            self.line.insert(part);
            if parts.peek().is_some() {
                self.enter();
            }
        }
    }

    /// The rows that the entries take below the line while the field has the keys.
    pub fn rows(&self) -> u16 {
        u16::try_from(self.taken.len()).unwrap_or(u16::MAX)
    }

    /// Draws the field's own line: what is typed, or all entries where the keys are elsewhere.
    pub fn render_line(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        if focused {
            let shown = self.line.clone();
            shown.render(area, "", frame);
            return;
        }
        let entries = self.entries();
        if entries.is_empty() {
            frame.text(area, area.x, area.y, "none", Look::Absent);
        } else {
            let count = if entries.len() > 1 { format!("{}: ", entries.len()) } else { String::new() };
            let joined = entries.join(", ");
            frame.pieces(area, area.y, [(count.as_str(), Look::Muted), (joined.as_str(), Look::Text)]);
        }
    }

    /// Draws the taken entries, those with the cursor and the newest in sight; wrong ones are marked.
    pub fn render(&self, area: Rect, check: Option<Check>, frame: &mut Frame<'_>) {
        let height = usize::from(area.height);
        let cursor = self.at.unwrap_or(self.taken.len().saturating_sub(1));
        let first = (cursor + 1).saturating_sub(height);
        for ((at, entry), y) in self.taken.iter().enumerate().skip(first).zip(area.y..area.bottom()) {
            let selected = self.at == Some(at);
            let wrong = check.is_some_and(|check| check(entry).is_err());
            let role = match (selected, wrong) {
                (true, _) => Look::Selection,
                (false, true) => Look::Bad,
                (false, false) => Look::Accent,
            };
            let mark = if wrong { "✗ " } else { "• " };
            frame.text(area, area.x, y, if selected { "› " } else { "  " }, Look::Accent);
            let row = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
            frame.pieces(row, y, [(mark, role), (entry.as_str(), role)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_taken_by_enter_and_by_pasted_lines() {
        let mut list = List::default();
        list.type_text("alice\nbob;carol");
        assert_eq!(list.entries(), ["alice", "bob", "carol"]);
        assert!(list.enter());
        assert!(!list.enter());
        list.edit(TextEdit::Back);
        list.type_text("ine");
        assert_eq!(list.entries(), ["alice", "bob", "caroline"]);
    }

    #[test]
    fn the_same_entry_is_taken_once() {
        let mut list = List::default();
        list.type_text("alice\nalice\n");
        assert_eq!(list.entries(), ["alice"]);
    }

    #[test]
    fn an_entry_in_the_middle_can_be_edited_and_dropped() {
        let mut list = List::default();
        list.type_text("alice\nbob\ncarol\n");
        assert!(list.go(Move::Up) && list.go(Move::Up));
        assert!(list.enter());
        list.type_text("by");
        assert_eq!(list.entries(), ["alice", "carol", "bobby"]);
        assert!(list.go(Move::Up) && list.go(Move::Up));
        list.remove();
        assert_eq!(list.entries(), ["carol", "bobby"]);
        assert!(!list.go(Move::Up), "the first entry leads on to the field before");
        assert!(list.go(Move::Down) && !list.go(Move::Down));
    }
}
