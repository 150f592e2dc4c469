//! Finding and replacing.

use ratatui::layout::Rect;

use crate::input::Action;
use crate::policy::diagnostic::Edit;
use crate::policy::syntax::Span;
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layout::split_left;
use crate::ui::widgets::line::TextLine;

use super::text::{Sort, Text};

/// The line for finding and replacing, and what was found.
#[derive(Debug, Clone, Default)]
pub struct Find {
    query: TextLine,
    with: TextLine,
    /// Whether the line is open, and whether it replaces.
    pub open: Option<Mode>,
    on_with: bool,
    /// What is looked for was filled in, and typing replaces it.
    filled: bool,
    /// Where matches begin, of the query and the revision that they were looked for in.
    found: Vec<usize>,
    seen: Option<(String, u64)>,
}

/// What the line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Finding.
    Find,
    /// Finding and replacing.
    Replace,
}

impl Find {
    /// Opens the line, looking for what is selected.
    pub fn begin(&mut self, mode: Mode, text: &Text) {
        self.open = Some(mode);
        self.on_with = false;
        if let Some(selected) = text.selected().filter(|selected| !selected.contains('\n')) {
            self.query.set(selected);
        }
        self.filled = !self.query.text().is_empty();
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        self.query.text()
    }

    /// Forgets what was looked for, so that nothing is marked any more; whether there was something.
    pub fn clear(&mut self) -> bool {
        let had = !self.query.text().is_empty();
        self.query.set("");
        had
    }

    /// Looks again where the query or the text changed.
    pub fn settle(&mut self, text: &Text) {
        let now = (self.query.text().to_owned(), text.revision());
        if self.seen.as_ref() != Some(&now) {
            self.found = matches(text.as_str(), &now.0);
            self.seen = Some(now);
        }
    }

    /// The matches that begin in a part of the text, with their ends.
    pub fn within(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let first = self.found.partition_point(|at| *at < from);
        let length = self.query.text().len();
        self.found.iter().skip(first).take_while(move |at| **at < to).map(move |at| (*at, at + length))
    }

    /// Selects the next or the previous match, around the ends of the text; whether there is one.
    pub fn step(&mut self, text: &mut Text, forward: bool) -> bool {
        self.settle(text);
        let (from, to) = text.selection().unwrap_or((text.caret().at, text.caret().at));
        let next = if forward {
            self.found.iter().find(|at| **at >= to).or(self.found.first())
        } else {
            self.found.iter().rev().find(|at| **at < from).or(self.found.last())
        };
        let Some(at) = next.copied() else { return false };
        text.select(at, at + self.query.text().len());
        true
    }

    /// Replaces the selected match, and goes to the next one.
    pub fn replace(&mut self, text: &mut Text) {
        self.settle(text);
        let selected = text.selection().filter(|(from, to)| to - from == self.query.text().len());
        if let Some((from, to)) = selected
            && self.found.binary_search(&from).is_ok()
        {
            text.replace(from, to, self.with.text(), Sort::Whole);
        }
        self.step(text, true);
    }

    /// Replaces every match, as one step of undo; gives how many.
    pub fn replace_all(&mut self, text: &mut Text) -> usize {
        self.settle(text);
        let length = self.query.text().len();
        let edit = |at: &usize| Edit { span: Span::new(*at, at + length), text: self.with.text().to_owned() };
        let edits: Vec<Edit> = self.found.iter().map(edit).collect();
        if text.apply(&edits) { edits.len() } else { 0 }
    }

    /// Edits the line that has the keys; whether the action was one for a text.
    pub fn act(&mut self, action: Action) -> bool {
        if action == Action::FindSwap {
            self.on_with = self.open == Some(Mode::Replace) && !self.on_with;
            return true;
        }
        self.filled = false;
        self.line().act(action)
    }

    /// Types into the line that has the keys.
    pub fn type_text(&mut self, text: &str) {
        if std::mem::take(&mut self.filled) && !self.on_with {
            self.query.set("");
        }
        self.line().insert(text);
    }

    /// Whether Enter replaces: the keys are in the second field.
    pub fn replaces(&self) -> bool {
        self.open == Some(Mode::Replace) && self.on_with
    }

    fn line(&mut self) -> &mut TextLine {
        if self.on_with { &mut self.with } else { &mut self.query }
    }

    /// Draws the line, with where one is among the matches.
    pub fn render(&self, text: &Text, area: Rect, frame: &mut Frame<'_>) {
        frame.clear(area);
        let at = text.selection().map_or(0, |(from, _)| self.found.partition_point(|at| *at <= from));
        let count = match self.found.len() {
            _ if self.query.text().is_empty() => String::new(),
            0 => "nothing found".to_owned(),
            all => format!("{at} of {all}"),
        };
        let right = frame.text_right(area, area.y, &count, Role::Muted);
        let area = Rect { width: right.saturating_sub(area.x + 1), ..area };
        if self.open != Some(Mode::Replace) {
            self.query.render(area, "find: ", frame);
            return;
        }
        let (left, right) = split_left(area, area.width / 2);
        // The line that is drawn last has the cursor.
        if self.on_with {
            self.query.render(left, "find: ", frame);
            self.with.render(right, "with: ", frame);
        } else {
            self.with.render(right, "with: ", frame);
            self.query.render(left, "find: ", frame);
        }
    }
}

/// Where a text is found, matches not overlapping; letters alike unless the query has a capital.
fn matches(text: &str, query: &str) -> Vec<usize> {
    if query.is_empty() {
        return Vec::new();
    }
    if query.chars().any(char::is_uppercase) {
        return text.match_indices(query).map(|(at, _)| at).collect();
    }
    let (text, query) = (text.as_bytes(), query.as_bytes());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(window) = text.get(at..at + query.len()) {
        if window.eq_ignore_ascii_case(query) {
            found.push(at);
            at += query.len();
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_find_capitals_too() {
        assert_eq!(matches("Get get GET", "get"), [0, 4, 8]);
        assert_eq!(matches("Get get GET", "Get"), [0]);
        assert_eq!(matches("aaaa", "aa"), [0, 2]);
        assert_eq!(matches("é", "\u{e9}"), [0]);
        assert_eq!(matches("", "x"), [] as [usize; 0]);
    }

    #[test]
    fn everything_is_replaced_in_one_step() {
        let mut text = Text::new("s3 s3 s3");
        let mut find = Find::default();
        find.begin(Mode::Replace, &text);
        find.type_text("s3");
        find.act(Action::FindSwap);
        find.type_text("ec2");
        assert_eq!(find.replace_all(&mut text), 3);
        assert_eq!(text.as_str(), "ec2 ec2 ec2");
        assert!(text.undo());
        assert_eq!(text.as_str(), "s3 s3 s3");
        find.replace(&mut text);
        find.replace(&mut text);
        assert_eq!(text.as_str(), "ec2 s3 s3");
        assert_eq!(text.selected(), Some("s3"));
    }
}
