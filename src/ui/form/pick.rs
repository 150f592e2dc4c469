//! Some of many: groups, policies, users, found by typing.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::base::search::Reach;
use crate::input::{Move, TextEdit};
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::finder::{Candidate, Finder};

/// A list to pick from, with a line that narrows it.
#[derive(Debug)]
pub struct Pick {
    items: Vec<Item>,
    picked: BTreeSet<String>,
    finder: Finder,
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
    /// What else it is found by.
    pub also: String,
    /// A lower group comes first among those that match alike.
    pub group: u8,
    /// Whether it is so already: it is shown, and cannot be picked.
    pub is_given: bool,
}

impl Pick {
    fn new(single: bool) -> Self {
        Self {
            items: Vec::new(),
            picked: BTreeSet::new(),
            finder: Finder::new(Reach::Letters),
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

    /// Offers these items; what was picked stays picked, and the cursor on its item.
    pub fn offer(&mut self, items: Vec<Item>) {
        if self.items == items {
            return;
        }
        let here = self.finder.row().and_then(|row| self.items.get(row)).map(|item| item.key.clone());
        self.items = items;
        self.search();
        let here = here.and_then(|here| self.items.iter().position(|item| item.key == here));
        if let Some(row) = here {
            self.finder.follow(row);
        }
    }

    /// The picked keys, in the order of the list.
    pub fn picked(&self) -> Vec<String> {
        let picked = self.items.iter().filter(|item| !item.is_given && self.picked.contains(&item.key));
        picked.map(|item| item.key.clone()).collect()
    }

    /// The picked keys, whether they are offered yet or not.
    pub fn wanted(&self) -> Vec<String> {
        self.picked.iter().cloned().collect()
    }

    /// Picks these, whether they are offered yet or not.
    pub fn set(&mut self, keys: Vec<String>) {
        self.picked = keys.into_iter().collect();
        self.search();
    }

    /// Picks one more.
    pub fn add(&mut self, key: String) {
        if self.single {
            self.picked.clear();
        }
        self.picked.insert(key);
    }

    fn search(&mut self) {
        let rows = self.items.iter().map(|item| Candidate {
            name: &item.label,
            also: &item.also,
            group: item.group,
            is_chosen: !item.is_given && self.picked.contains(&item.key),
        });
        self.finder.search(rows);
    }

    /// Picks the item of a row, or lets go of it; whether it is one to pick.
    fn toggle(&mut self, row: Option<usize>) -> bool {
        let item = row.and_then(|row| self.items.get(row)).filter(|item| !item.is_given);
        let Some(key) = item.map(|item| item.key.clone()) else { return false };
        if !self.picked.remove(&key) {
            self.add(key);
        }
        true
    }

    /// Picks the one item that is left of what was typed, where none is picked yet; whether it did.
    pub(super) fn take_only(&mut self) -> bool {
        self.picked().is_empty() && self.toggle(self.finder.only())
    }

    /// Whether something is typed to find rows by, and none of them is picked.
    pub(super) fn is_undecided(&self) -> bool {
        !self.finder.query().is_empty() && self.picked().is_empty()
    }

    /// Picks the row under the cursor, or lets go of it; where nothing matches, a space is typed.
    pub fn mark(&mut self) {
        if self.finder.has_no_match() {
            self.type_text(" ");
        } else if self.toggle(self.finder.row()) {
            self.finder.has_chosen();
        }
    }

    /// The field is left: what was picked is picked, whatever is typed when somebody comes back.
    pub(super) fn leave(&mut self) {
        self.finder.settle_space();
    }

    /// Clears what is typed to find rows by; whether there was anything.
    pub(super) fn clear_filter(&mut self) -> bool {
        let had = !self.finder.text().is_empty();
        if had {
            self.finder.set_text("");
            self.search();
        }
        had
    }

    /// Moves over the rows.
    pub fn go(&mut self, step: Move) {
        self.finder.go(step);
    }

    /// Edits the line that narrows.
    pub fn edit(&mut self, edit: TextEdit) {
        if self.finder.edit(edit) {
            self.search();
        }
    }

    /// Narrows the list by what is typed.
    pub fn type_text(&mut self, text: &str) {
        let spaced = self.finder.type_text(text);
        if spaced.is_some() {
            self.toggle(spaced);
        }
        self.search();
    }

    pub(super) fn settle(&mut self, height: u16) {
        self.finder.settle(height.saturating_sub(1));
    }

    /// The field's own line: what is picked.
    pub(super) fn render_line(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        let picked = self.items.iter().filter(|item| !item.is_given && self.picked.contains(&item.key));
        let names: Vec<&str> = picked.map(|item| item.label.as_str()).collect();
        if names.is_empty() {
            frame.text(area, area.x, area.y, "none", Look::Absent);
        } else {
            let count = if self.single { String::new() } else { format!("{}: ", names.len()) };
            let role = if focused { Look::Accent } else { Look::Text };
            frame.pieces(area, area.y, [(count.as_str(), Look::Muted), (names.join(", ").as_str(), role)]);
        }
    }

    /// The open list, with the line that narrows it on top.
    pub(super) fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let (top, rows) = split_top(area, 1);
        let narrow = Rect { x: top.x + 2, width: top.width.saturating_sub(2), ..top };
        self.finder.render_line(narrow, "/", frame);
        let count = format!("{} of {} {}", self.finder.len(), self.items.len(), self.status);
        frame.text_right(top, top.y, count.trim_end(), Look::Muted);
        if self.finder.is_empty() {
            let word =
                if self.items.is_empty() && self.status.is_empty() { "There are none." } else { "Nothing matches." };
            frame.text(rows, rows.x + 4, rows.y, word, Look::Absent);
        }
        self.finder.marks(rows, frame);
        for ((row, selected), y) in self.finder.window().zip(rows.y..rows.bottom()) {
            let Some(item) = self.items.get(row) else { break };
            let picked = self.picked.contains(&item.key);
            frame.text(rows, rows.x + 2, y, if selected { "›" } else { " " }, Look::Accent);
            let mark = match (self.single, picked) {
                _ if item.is_given => " ✓ ",
                (false, true) => "[x]",
                (false, false) => "[ ]",
                (true, true) => "(•)",
                (true, false) => "( )",
            };
            frame.text(rows, rows.x + 4, y, mark, if picked { Look::Mark } else { Look::Muted });
            let width = (rows.width / 2).min(64);
            let name = Rect { x: rows.x + 8, width, ..rows };
            self.finder.render_name(name, y, &item.label, Look::Text, frame);
            frame.text(rows, rows.x + 9 + width, y, &item.note, Look::Muted);
            if selected {
                let row = Rect { x: rows.x + 2, y, width: rows.width.saturating_sub(3), height: 1 };
                frame.restyle(row, Look::Selection);
            }
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
        pick.mark();
        pick.edit(TextEdit::Clear);
        pick.mark();
        assert_eq!(pick.picked(), ["Admin", "Developers"]);
        pick.offer(vec![item("Developers")]);
        assert_eq!(pick.picked(), ["Developers"]);
    }

    #[test]
    fn what_is_so_already_cannot_be_picked() {
        let mut pick = Pick::many();
        pick.offer(vec![Item { is_given: true, ..item("alice") }, item("bob")]);
        pick.mark();
        pick.go(Move::Down);
        pick.mark();
        assert_eq!(pick.picked(), ["bob"]);
    }

    #[test]
    fn a_filter_that_leaves_several_rows_unmarked_decides_nothing() {
        let mut pick = Pick::many();
        pick.offer(vec![item("Admin"), item("Audit"), item("Developers")]);
        assert!(!pick.is_undecided());
        pick.type_text("a");
        assert!(!pick.take_only() && pick.is_undecided());
        pick.type_text("u");
        assert!(pick.take_only() && !pick.is_undecided());
        assert_eq!(pick.picked(), ["Audit"]);
    }

    #[test]
    fn a_name_that_is_typed_whole_is_taken_among_longer_ones() {
        let mut pick = Pick::many();
        pick.offer(vec![item("AdministratorAccess-Amplify"), item("AdministratorAccess"), item("Audit")]);
        pick.type_text("AdministratorAccess");
        assert!(pick.take_only());
        assert_eq!(pick.picked(), ["AdministratorAccess"]);
    }

    #[test]
    fn what_was_picked_before_the_field_was_left_stays_picked_whatever_is_typed_then() {
        let mut pick = Pick::one();
        let item = |name: &str| Item { key: name.into(), label: name.into(), ..Item::default() };
        pick.offer(vec![item("lambda"), item("ec2")]);
        pick.type_text("lam");
        pick.mark();
        pick.leave();
        pick.type_text("x");
        assert_eq!(pick.picked(), ["lambda"]);
        assert!(pick.clear_filter() && !pick.clear_filter());
    }

    #[test]
    fn of_a_single_pick_only_the_last_counts() {
        let mut pick = Pick::one();
        pick.offer(vec![item("a"), item("b")]);
        pick.mark();
        pick.go(Move::Down);
        pick.mark();
        assert_eq!(pick.picked(), ["b"]);
    }
}
