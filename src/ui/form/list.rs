//! Several short texts in one field: names to create, tags.

use ratatui::layout::Rect;

use crate::input::Action;
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::widgets::line::TextLine;

/// Entries that were taken, and the one being typed.
#[derive(Debug, Default)]
pub struct List {
    taken: Vec<String>,
    line: TextLine,
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
    }

    /// Takes what is typed as an entry; whether there was anything.
    pub fn enter(&mut self) -> bool {
        let typed = self.line.text().trim().to_owned();
        self.line.set("");
        let some = !typed.is_empty();
        if some && !self.taken.contains(&typed) {
            self.taken.push(typed);
        }
        some
    }

    /// Edits what is typed; before its start, the last entry comes back to be edited.
    pub fn act(&mut self, action: Action) -> bool {
        if action == Action::TextBack && self.line.text().is_empty() {
            if let Some(last) = self.taken.pop() {
                self.line.set(&last);
            }
            return true;
        }
        self.line.act(action)
    }

    /// Takes typed or pasted text; lines and semicolons end entries.
    pub fn type_text(&mut self, text: &str) {
        let mut parts = text.split(['\n', '\r', ';']).peekable();
        while let Some(part) = parts.next() {
            self.line.insert(part);
            if parts.peek().is_some() {
                self.enter();
            }
        }
    }

    /// Draws the entries and, where the keys go, the line being typed.
    pub fn render(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        let mut x = area.x;
        // The newest entries stay in sight next to what is typed.
        let room = usize::from(area.width / 2);
        let mut used = 0;
        let shown = self.taken.iter().rev().take_while(|entry| {
            used += entry.chars().count() + 2;
            used <= room || !focused
        });
        let shown: Vec<&String> = shown.collect();
        let hidden = self.taken.len() - shown.len();
        if hidden > 0 {
            x += frame.text(area, x, area.y, &format!("+{hidden} "), Role::Muted);
        }
        for entry in shown.into_iter().rev() {
            x += frame.text(area, x, area.y, entry, Role::Accent);
            x += frame.text(area, x, area.y, "; ", Role::Muted);
        }
        let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
        if focused {
            self.line.render(rest, "", frame);
        } else {
            frame.text(rest, rest.x, rest.y, self.line.text(), Role::Text);
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
        assert!(list.act(Action::TextBack));
        list.type_text("ine");
        assert_eq!(list.entries(), ["alice", "bob", "caroline"]);
    }

    #[test]
    fn the_same_entry_is_taken_once() {
        let mut list = List::default();
        list.type_text("alice\nalice\n");
        assert_eq!(list.entries(), ["alice"]);
    }
}
