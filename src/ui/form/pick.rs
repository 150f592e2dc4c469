//! Some of many: groups, policies, users, found by typing.

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use ratatui::layout::Rect;

use crate::input::Action;
use crate::theme::Role;
use crate::ui::filter::Sieve;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::scroll::Scroll;

/// A list to pick from, with a line that narrows it.
#[derive(Debug)]
pub struct Pick {
    items: Vec<Item>,
    found: Vec<usize>,
    picked: BTreeSet<String>,
    line: TextLine,
    scroll: Scroll,
    sieve: Sieve,
    /// Picking one lets go of the other.
    single: bool,
    /// How complete the list is, such as `loading 200 …`; empty when it is.
    pub status: String,
}

/// One thing to pick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What the wizard calls it: a name or an ARN.
    pub key: String,
    /// What the user reads.
    pub label: String,
    /// What tells it from others of the same name.
    pub note: String,
    /// Whether it is so already: it is shown, and cannot be picked.
    pub is_given: bool,
}

impl Pick {
    fn new(single: bool) -> Self {
        Self {
            items: Vec::new(),
            found: Vec::new(),
            picked: BTreeSet::new(),
            line: TextLine::default(),
            scroll: Scroll::default(),
            sieve: Sieve::default(),
            single,
            status: String::new(),
        }
    }

    /// A pick of any number.
    pub fn many() -> Self {
        Self::new(false)
    }

    /// A pick of one.
    pub fn one() -> Self {
        Self::new(true)
    }

    /// Offers these items; what was picked stays picked.
    pub fn offer(&mut self, items: Vec<Item>) {
        if self.items != items {
            self.items = items;
            self.search();
        }
    }

    /// The picked keys, in the order of the list.
    pub fn picked(&self) -> Vec<String> {
        let picked = self.items.iter().filter(|item| !item.is_given && self.picked.contains(&item.key));
        picked.map(|item| item.key.clone()).collect()
    }

    /// Picks these, whether they are offered yet or not.
    pub fn set(&mut self, keys: Vec<String>) {
        self.picked = keys.into_iter().collect();
    }

    /// Picks one more.
    pub fn add(&mut self, key: String) {
        if self.single {
            self.picked.clear();
        }
        self.picked.insert(key);
    }

    fn search(&mut self) {
        let words = Pattern::parse(self.line.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            if let Some(score) = self.sieve.score(&words, &item.label) {
                scored.push((score, at));
            }
        }
        // A stable sort keeps the list's own order among equals.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.found = scored.into_iter().map(|(_, at)| at).collect();
        self.scroll.cursor = self.scroll.cursor.min(self.found.len().saturating_sub(1));
    }

    /// Moves, picks, or edits the line that narrows.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::PickToggle => {
                let item = self.found.get(self.scroll.cursor).and_then(|at| self.items.get(*at));
                if let Some(key) = item.filter(|item| !item.is_given).map(|item| item.key.clone())
                    && !self.picked.remove(&key)
                {
                    self.add(key);
                }
                true
            }
            _ if self.scroll.act(action, self.found.len()) => true,
            _ => {
                let acted = self.line.act(action);
                if acted {
                    self.scroll.rewind();
                    self.search();
                }
                acted
            }
        }
    }

    /// Narrows the list by what is typed.
    pub fn type_text(&mut self, text: &str) {
        self.line.insert(text);
        self.scroll.rewind();
        self.search();
    }

    pub(super) fn settle(&mut self, height: u16) {
        self.scroll.settle(self.found.len(), height.saturating_sub(1));
    }

    /// The field's own line: what is picked.
    pub(super) fn render_line(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        let picked = self.items.iter().filter(|item| !item.is_given && self.picked.contains(&item.key));
        let names: Vec<&str> = picked.map(|item| item.label.as_str()).collect();
        if names.is_empty() {
            frame.text(area, area.x, area.y, "none", Role::Absent);
        } else {
            let count = if self.single { String::new() } else { format!("{}: ", names.len()) };
            let role = if focused { Role::Accent } else { Role::Text };
            frame.pieces(area, area.y, [(count.as_str(), Role::Muted), (names.join(", ").as_str(), role)]);
        }
    }

    /// The open list, with the line that narrows it on top.
    pub(super) fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let (top, rows) = split_top(area, 1);
        let narrow = Rect { x: top.x + 2, width: top.width.saturating_sub(2), ..top };
        self.line.render(narrow, "/", frame);
        let count = format!("{} of {} {}", self.found.len(), self.items.len(), self.status);
        frame.text_right(top, top.y, count.trim_end(), Role::Muted);
        if self.found.is_empty() {
            let word =
                if self.items.is_empty() && self.status.is_empty() { "There are none." } else { "Nothing matches." };
            frame.text(rows, rows.x + 4, rows.y, word, Role::Absent);
        }
        for (at, y) in self.scroll.window(self.found.len()).zip(rows.y..rows.bottom()) {
            let Some(item) = self.found.get(at).and_then(|at| self.items.get(*at)) else { break };
            let selected = at == self.scroll.cursor;
            let picked = self.picked.contains(&item.key);
            frame.text(rows, rows.x + 2, y, if selected { "›" } else { " " }, Role::Accent);
            let mark = match (self.single, picked) {
                _ if item.is_given => " ✓ ",
                (false, true) => "[x]",
                (false, false) => "[ ]",
                (true, true) => "(•)",
                (true, false) => "( )",
            };
            frame.text(rows, rows.x + 4, y, mark, if picked { Role::Mark } else { Role::Muted });
            let width = (rows.width / 2).min(46);
            let name = Rect { x: rows.x + 8, width, ..rows };
            frame.text(name, name.x, y, &item.label, if selected { Role::Selection } else { Role::Text });
            frame.text(rows, rows.x + 9 + width, y, &item.note, Role::Muted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> Item {
        Item { key: name.into(), label: name.into(), ..Item::default() }
    }

    #[test]
    fn what_is_typed_narrows_and_what_is_picked_stays() {
        let mut pick = Pick::many();
        pick.offer(vec![item("Admin"), item("Audit"), item("Developers")]);
        pick.type_text("dev");
        assert!(pick.act(Action::PickToggle));
        assert!(pick.act(Action::TextClear));
        pick.act(Action::PickToggle);
        assert_eq!(pick.picked(), ["Admin", "Developers"]);
        pick.offer(vec![item("Developers")]);
        assert_eq!(pick.picked(), ["Developers"]);
    }

    #[test]
    fn what_is_so_already_cannot_be_picked() {
        let mut pick = Pick::many();
        pick.offer(vec![Item { is_given: true, ..item("alice") }, item("bob")]);
        pick.act(Action::PickToggle);
        pick.act(Action::PickDown);
        pick.act(Action::PickToggle);
        assert_eq!(pick.picked(), ["bob"]);
    }

    #[test]
    fn of_a_single_pick_only_the_last_counts() {
        let mut pick = Pick::one();
        pick.offer(vec![item("a"), item("b")]);
        pick.act(Action::PickToggle);
        pick.act(Action::PickDown);
        pick.act(Action::PickToggle);
        assert_eq!(pick.picked(), ["b"]);
    }
}
