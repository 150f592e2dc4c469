//! A line to type in and the rows that match it: every list to choose from is one.
//!
//! Who owns the rows says what they are called; the finder says which are in sight, in what order, and which one has
//! the cursor. Chosen rows stand on top whatever is typed, and rows change places only when the typed text changes.

use std::cmp::Reverse;
use std::ops::Range;

use ratatui::layout::Rect;

use crate::base::search::{Query, Rank, Reach};
use crate::input::{Move, TextEdit};
use crate::theme::Look;
use crate::ui::frame::Frame;

use super::line::TextLine;
use super::scroll::Scroll;

/// How many chosen rows stay in sight above what matches.
const PINNED_IN_SIGHT: usize = 3;

/// The line, what matches, and the cursor.
#[derive(Debug)]
pub struct Finder {
    line: TextLine,
    query: Query,
    reach: Reach,
    /// The rows in sight, by their numbers.
    found: Vec<usize>,
    /// How many of them stand on top because they are chosen.
    pinned: usize,
    scroll: Scroll,
    /// Whether the text was typed and the cursor not moved since.
    typing: bool,
    /// Whether somebody moved the cursor since the text was typed; until then it is on the first row, whichever comes.
    moved: bool,
    /// What Space chose or let go of while the text was typed: more text takes that back.
    spaced: Option<usize>,
    /// The row whose whole name is typed.
    exact: Option<usize>,
    /// Whether a row in sight has a name of several words, which a further word may be for.
    has_words: bool,
    /// Whether Space has chosen the row whose whole name is typed: the next text begins anew.
    begins_anew: bool,
}

/// What can be found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Candidate<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What else it is found by.
    pub also: &'a str,
    /// A lower group comes first among those that match alike.
    pub group: u8,
    /// Whether it is chosen, and so stays on top.
    pub is_chosen: bool,
}

impl Finder {
    /// A finder of everything, until something is typed.
    pub fn new(reach: Reach) -> Self {
        Self {
            line: TextLine::default(),
            query: Query::default(),
            reach,
            found: Vec::new(),
            pinned: 0,
            scroll: Scroll::default(),
            typing: false,
            moved: false,
            spaced: None,
            exact: None,
            has_words: false,
            begins_anew: false,
        }
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.line.text()
    }

    /// What is typed, to match texts with.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Puts another text in the place of what is typed.
    pub fn set_text(&mut self, text: &str) {
        self.line.set(text);
        self.retyped();
    }

    /// Lets Space stand for the choice that it made, whatever is typed next.
    pub fn settle_space(&mut self) {
        self.spaced = None;
    }

    fn retyped(&mut self) {
        self.query = Query::new(self.line.text(), self.reach);
        self.scroll.rewind();
        self.typing = true;
        self.moved = false;
        self.spaced = None;
        self.begins_anew = false;
    }

    /// Puts the rows that match into sight, the best first; without text all of them, in their own order.
    ///
    /// The cursor stands on the first that is not chosen yet when the text has changed, else on the row it was on.
    pub fn search<'a>(&mut self, rows: impl Iterator<Item = Candidate<'a>>) {
        let here = self.row();
        let blank = self.query.is_empty();
        let typed = self.line.text().trim().to_owned();
        self.exact = None;
        self.has_words = false;
        let mut pinned = Vec::new();
        let mut ranked: Vec<(Option<Reverse<Rank>>, usize)> = Vec::new();
        for (at, row) in rows.enumerate() {
            if !blank && row.name.eq_ignore_ascii_case(&typed) {
                self.exact = Some(at);
            }
            if row.is_chosen {
                pinned.push(at);
            } else if blank {
                ranked.push((None, at));
            } else if let Some(rank) = self.query.rank(row.name, row.also) {
                self.has_words |= row.name.contains(' ');
                ranked.push((Some(Reverse(rank.in_group(row.group))), at));
            }
        }
        // A stable sort keeps the list's own order among equals.
        ranked.sort_by_key(|(rank, _)| *rank);
        self.pinned = pinned.len();
        self.found = pinned;
        self.found.extend(ranked.into_iter().map(|(_, at)| at));
        if !self.moved || here.is_none() {
            self.scroll.cursor = if self.pinned < self.found.len() { self.pinned } else { 0 };
            self.scroll.first = self.pinned.saturating_sub(PINNED_IN_SIGHT);
        } else if let Some(at) = here.and_then(|here| self.found.iter().position(|row| *row == here)) {
            self.scroll.cursor = at;
        }
        self.scroll.cursor = self.scroll.cursor.min(self.found.len().saturating_sub(1));
    }

    /// Puts rows into sight that somebody else has searched, by their numbers.
    pub fn show(&mut self, rows: Range<usize>) {
        self.found = rows.collect();
        self.pinned = 0;
        self.scroll.cursor = self.scroll.cursor.min(self.found.len().saturating_sub(1));
    }

    /// Puts one more row into sight, below the others.
    pub fn push(&mut self, row: usize) {
        self.found.push(row);
    }

    /// How many rows are in sight.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing is in sight.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether nothing matches what is typed; what is chosen is in sight all the same.
    pub fn has_no_match(&self) -> bool {
        !self.query.is_empty() && self.found.len() == self.pinned
    }

    /// The number of the row under the cursor.
    pub fn row(&self) -> Option<usize> {
        self.found.get(self.scroll.cursor).copied()
    }

    /// The number of the one row that what is typed has left, or whose whole name is typed.
    pub fn only(&self) -> Option<usize> {
        match self.found.as_slice() {
            [only] if !self.query.is_empty() => Some(*only),
            _ => self.exact.filter(|_| !self.moved),
        }
    }

    /// Puts the cursor on one of the rows in sight, counted from the top.
    pub fn stand_on(&mut self, at: usize) {
        self.moved = true;
        self.scroll.cursor = at.min(self.found.len().saturating_sub(1));
    }

    /// Puts the cursor on this row where it is in sight, wherever the rows have gone.
    pub fn follow(&mut self, row: usize) {
        if let Some(at) = self.found.iter().position(|found| *found == row).filter(|_| self.moved) {
            self.scroll.cursor = at;
        }
    }

    /// Moves over the rows.
    pub fn go(&mut self, step: Move) {
        self.scroll.go(step, self.found.len());
        self.typing = false;
        self.moved = true;
        self.spaced = None;
        self.begins_anew = false;
    }

    /// Edits the text; whether it changed, and the rows must be searched again.
    pub fn edit(&mut self, edit: TextEdit) -> bool {
        let before = self.line.text().len();
        self.line.edit(edit);
        // Every edit takes something off; the others move.
        let is_changed = self.line.text().len() != before;
        if is_changed {
            self.retyped();
        }
        is_changed
    }

    /// Says that Space has chosen the row under the cursor, or let go of it.
    pub fn has_chosen(&mut self) {
        // A name that is typed to its end goes on with no further word.
        self.begins_anew = self.typing && self.exact.is_some() && self.row() == self.exact && !self.has_words;
        self.spaced = self.row().filter(|_| self.typing && !self.query.is_empty() && !self.begins_anew);
        self.typing = false;
        self.moved = true;
        self.scroll.go(Move::Down, self.found.len());
    }

    /// Types into the text; the rows must be searched again.
    ///
    /// Where Space was pressed between typed words it was meant as a space: gives the row that it chose or let go of.
    pub fn type_text(&mut self, text: &str) -> Option<usize> {
        let spaced = self.spaced.take();
        if spaced.is_some() {
            self.line.insert(" ");
        }
        if self.begins_anew {
            self.line.set("");
        }
        self.line.insert(text);
        self.retyped();
        spaced
    }

    /// Brings the cursor into a window of this height.
    pub fn settle(&mut self, height: u16) {
        self.scroll.settle(self.found.len(), height);
    }

    /// The rows in the window: their numbers, and whether the cursor is on them.
    pub fn window(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        let window = self.scroll.window(self.found.len());
        window.filter_map(|at| Some((*self.found.get(at)?, at == self.scroll.cursor)))
    }

    /// Marks the edges of an area beyond which there are more rows.
    pub fn marks(&self, area: Rect, frame: &mut Frame<'_>) {
        self.scroll.marks(self.found.len(), area, frame);
    }

    /// Draws the line to type in.
    pub fn render_line(&self, area: Rect, prompt: &str, frame: &mut Frame<'_>) {
        self.line.render(area, prompt, frame);
    }

    /// Draws the name of a row, with what matches of it; gives the columns used.
    pub fn render_name(&self, area: Rect, y: u16, name: &str, role: Look, frame: &mut Frame<'_>) -> u16 {
        frame.matched(area, area.x, y, name, role, &self.query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["Admin", "Audit", "Developers", "Deploy read", "Read only"];

    struct List {
        finder: Finder,
        chosen: Vec<usize>,
    }

    impl List {
        fn new() -> Self {
            let mut new = Self { finder: Finder::new(Reach::Letters), chosen: Vec::new() };
            new.search();
            new
        }

        fn search(&mut self) {
            let chosen = &self.chosen;
            let rows = NAMES.iter().enumerate();
            self.finder.search(rows.map(|(at, name)| Candidate {
                name,
                is_chosen: chosen.contains(&at),
                ..Candidate::default()
            }));
        }

        fn toggle(&mut self, row: usize) {
            match self.chosen.iter().position(|chosen| *chosen == row) {
                Some(at) => drop(self.chosen.remove(at)),
                None => self.chosen.push(row),
            }
        }

        fn space(&mut self) {
            let row = self.finder.row().unwrap();
            self.toggle(row);
            self.finder.has_chosen();
        }

        fn type_text(&mut self, text: &str) {
            if let Some(row) = self.finder.type_text(text) {
                self.toggle(row);
            }
            self.search();
        }

        fn clear(&mut self) {
            self.finder.edit(TextEdit::Clear);
            self.search();
        }

        fn rows(&self) -> Vec<&'static str> {
            self.finder.found.iter().map(|at| NAMES[*at]).collect()
        }
    }

    #[test]
    fn what_is_typed_narrows_and_what_is_chosen_stays_on_top() {
        let mut list = List::new();
        list.type_text("dev");
        assert_eq!(list.rows(), ["Developers"]);
        list.space();
        list.clear();
        list.type_text("ad");
        assert_eq!(list.rows(), ["Developers", "Admin", "Read only", "Deploy read", "Audit"]);
        assert_eq!(list.finder.row(), Some(0), "the cursor stands on what matches");
    }

    #[test]
    fn space_between_words_is_a_space() {
        let mut list = List::new();
        list.type_text("read");
        list.space();
        assert_eq!(list.chosen, [4]);
        list.type_text("de");
        assert_eq!((list.finder.text(), list.chosen.len()), ("read de", 0));
        assert_eq!(list.rows(), ["Deploy read"]);
    }

    #[test]
    fn space_after_a_move_chooses_and_stays() {
        let mut list = List::new();
        list.type_text("a");
        list.finder.go(Move::Down);
        list.space();
        list.type_text("u");
        assert_eq!((list.finder.text(), list.chosen.len()), ("au", 1));
    }

    #[test]
    fn the_cursor_is_on_the_first_row_until_somebody_moves_it() {
        let mut finder = Finder::new(Reach::Letters);
        let show = |finder: &mut Finder, names: &[&'static str], held: usize| {
            finder.search(names.iter().map(|name| Candidate { name, ..Candidate::default() }));
            finder.follow(held);
            finder.row()
        };
        assert_eq!(show(&mut finder, &["Late"], 0), Some(0));
        assert_eq!(show(&mut finder, &["Early", "Late"], 1), Some(0));
        finder.go(Move::Down);
        assert_eq!(show(&mut finder, &["Earliest", "Early", "Late"], 2), Some(2));
    }

    #[test]
    fn a_name_that_is_typed_whole_is_chosen_and_the_next_text_begins_anew() {
        let mut list = List::new();
        list.type_text("developers");
        list.space();
        list.type_text("Admin");
        assert_eq!((list.finder.text(), list.chosen.clone()), ("Admin", vec![2]));
        list.space();
        assert_eq!(list.chosen, [2, 0]);
    }

    #[test]
    fn only_a_typed_text_leaves_one_row() {
        let mut list = List::new();
        assert_eq!(list.finder.only(), None);
        list.type_text("audit");
        assert_eq!(list.finder.only(), Some(1));
        list.clear();
        list.type_text("admin");
        assert_eq!(list.finder.only(), Some(0));
    }
}
