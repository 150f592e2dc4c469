//! The text that is edited: one string, its lines, a cursor, a selection, and every state that it ever had.
//!
//! Positions are byte offsets on the borders of grapheme clusters, the same offsets that the policy parser
//! gives, so nothing is converted on the way between the two. An edit costs one move of the bytes behind it.

mod history;
mod motion;

use crate::policy::diagnostic::Edit;
use crate::policy::syntax::Span;

pub use history::Sort;
use history::{Change, History, Replaced};
pub use motion::{Move, byte_at, column, is_plain, width};

/// The most bytes that a text takes; four times what IAM takes, so that what is too long can be seen and cut.
pub const MOST: usize = 512 * 1024;

/// A text being edited.
#[derive(Debug, Clone)]
pub struct Text {
    content: String,
    /// The offsets at which lines begin; the first is 0.
    starts: Vec<usize>,
    caret: Caret,
    /// The column that vertical moves come back to, in cells.
    goal: Option<usize>,
    history: History,
    revision: u64,
    /// What moved since somebody asked.
    shifts: Vec<Shift>,
}

/// Where the cursor is, and where the selection begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caret {
    /// The cursor.
    pub at: usize,
    /// The other end of the selection.
    pub anchor: Option<usize>,
}

impl Caret {
    fn new(at: usize) -> Self {
        Self { at, anchor: None }
    }
}

/// Bytes that were replaced by others: what lies behind them moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Where.
    pub at: usize,
    /// How many bytes went.
    pub old: usize,
    /// How many came.
    pub new: usize,
}

impl Shift {
    /// Where an offset is afterwards; nothing where it was replaced.
    pub fn of(self, offset: usize) -> Option<usize> {
        if offset <= self.at {
            return Some(offset);
        }
        (offset >= self.at + self.old).then(|| offset - self.old + self.new)
    }
}

impl Text {
    /// A text with the cursor at its start.
    pub fn new(text: impl Into<String>) -> Self {
        let content = text.into();
        let starts = std::iter::once(0).chain(ends(&content, 0)).collect();
        let history = History::default();
        Self { content, starts, caret: Caret::default(), goal: None, history, revision: 0, shifts: Vec::new() }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Cursor and selection.
    pub fn caret(&self) -> Caret {
        self.caret
    }

    /// What moved since the last time that this was asked.
    pub fn take_shifts(&mut self) -> Vec<Shift> {
        std::mem::take(&mut self.shifts)
    }

    /// The number of lines; at least one.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line of an offset, from 0.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Where a line begins; behind the last one, where the text ends.
    pub fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.content.len())
    }

    /// Where a line ends, before its line feed.
    pub fn end_of(&self, line: usize) -> usize {
        self.starts.get(line + 1).map_or(self.content.len(), |next| next - 1)
    }

    /// A line without its line feed.
    pub fn line(&self, line: usize) -> &str {
        self.slice(self.start_of(line), self.end_of(line))
    }

    /// A part of the text.
    pub fn slice(&self, from: usize, to: usize) -> &str {
        self.content.get(from..to).unwrap_or_default()
    }

    /// The selection, its start first; nothing where it holds nothing.
    pub fn selection(&self) -> Option<(usize, usize)> {
        let anchor = self.caret.anchor.filter(|anchor| *anchor != self.caret.at)?;
        Some((anchor.min(self.caret.at), anchor.max(self.caret.at)))
    }

    /// The selected text.
    pub fn selected(&self) -> Option<&str> {
        self.selection().map(|(from, to)| self.slice(from, to))
    }

    /// Puts the cursor somewhere and lets go of the selection.
    pub fn go(&mut self, offset: usize) {
        self.place(Caret::new(self.border(offset)));
    }

    /// Selects a part of the text, the cursor at its end.
    pub fn select(&mut self, from: usize, to: usize) {
        self.place(Caret { at: self.border(to), anchor: Some(self.border(from)) });
    }

    /// Begins or ends a selection at the cursor, for terminals that tell no shift.
    pub fn mark(&mut self) {
        self.caret.anchor = if self.caret.anchor.is_some() { None } else { Some(self.caret.at) };
    }

    fn place(&mut self, caret: Caret) {
        self.caret = caret;
        self.goal = None;
        self.history.close();
    }

    /// The nearest border of a character at or before an offset.
    fn border(&self, offset: usize) -> usize {
        self.content.floor_char_boundary(offset.min(self.content.len()))
    }

    /// Types text in place of the selection; whether there was room for it.
    pub fn insert(&mut self, text: &str, sort: Sort) -> bool {
        let (from, to) = self.selection().unwrap_or((self.caret.at, self.caret.at));
        self.replace(from, to, text, sort)
    }

    /// Puts text in place of a part, the cursor behind it; whether there was room for it.
    pub fn replace(&mut self, from: usize, to: usize, text: &str, sort: Sort) -> bool {
        if self.content.len() - (to - from) + text.len() > MOST {
            return false;
        }
        if from == to && text.is_empty() {
            return true;
        }
        let before = self.caret;
        let old = self.slice(from, to).to_owned();
        self.splice(from, to, text);
        self.caret = Caret::new(from + text.len());
        self.goal = None;
        let replaced = Replaced { at: from, old, new: text.to_owned() };
        self.history.push(Change { parts: vec![replaced], before, after: self.caret }, sort);
        true
    }

    /// Makes edits that belong together, as one step of undo; the cursor keeps its place among what stays.
    ///
    /// The edits are by start and do not overlap, as those of a [`crate::policy::diagnostic::Fix`].
    pub fn apply(&mut self, edits: &[Edit]) -> bool {
        let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
        if edits.is_empty() || self.content.len() + grown > MOST {
            return false;
        }
        let before = self.caret;
        let mut caret = self.caret.at;
        let mut parts = Vec::with_capacity(edits.len());
        // From the last to the first, so that the offsets of those before stay right.
        for edit in edits.iter().rev() {
            let (from, to) = (edit.span.start as usize, edit.span.end as usize);
            let old = self.slice(from, to).to_owned();
            self.splice(from, to, &edit.text);
            let shift = Shift { at: from, old: to - from, new: edit.text.len() };
            caret = shift.of(caret).unwrap_or_else(|| from + edit.text.len().min(caret - from));
            parts.push(Replaced { at: from, old, new: edit.text.clone() });
        }
        self.caret = Caret::new(self.border(caret));
        self.goal = None;
        self.history.push(Change { parts, before, after: self.caret }, Sort::Whole);
        true
    }

    /// Becomes another text, as one step of undo that touches only what differs; whether anything did.
    pub fn turn_into(&mut self, other: &str) -> bool {
        let same = |(a, b): &(u8, u8)| a == b;
        let head = self.content.bytes().zip(other.bytes()).take_while(same).count();
        let head = other.floor_char_boundary(self.border(head));
        let tails = (self.slice(head, self.content.len()), other.get(head..).unwrap_or_default());
        let tail = tails.0.bytes().rev().zip(tails.1.bytes().rev()).take_while(same).count();
        let mut from_end = tail;
        // Both ends must be borders of characters.
        while !other.is_char_boundary(other.len() - from_end) {
            from_end -= 1;
        }
        let span = Span::new(head, self.content.len() - from_end);
        let text = other.get(head..other.len() - from_end).unwrap_or_default().to_owned();
        if span.is_empty() && text.is_empty() {
            return false;
        }
        self.apply(&[Edit { span, text }])
    }

    /// Takes the last step back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(change) = self.history.back() else { return false };
        for part in change.parts.iter().rev() {
            self.splice(part.at, part.at + part.new.len(), &part.old);
        }
        self.caret = change.before;
        self.goal = None;
        true
    }

    /// Makes the step that was taken back again; whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(change) = self.history.forward() else { return false };
        for part in &change.parts {
            self.splice(part.at, part.at + part.old.len(), &part.new);
        }
        self.caret = change.after;
        self.goal = None;
        true
    }

    fn splice(&mut self, from: usize, to: usize, new: &str) {
        self.content.replace_range(from..to, new);
        let first = self.starts.partition_point(|start| *start <= from);
        let last = self.starts.partition_point(|start| *start <= to);
        let behind = self.starts.len() - last;
        self.starts.splice(first..last, ends(new, from));
        let moved = self.starts.len() - behind;
        for start in self.starts.iter_mut().skip(moved) {
            *start = *start - (to - from) + new.len();
        }
        self.revision += 1;
        self.shifts.push(Shift { at: from, old: to - from, new: new.len() });
    }
}

/// The offsets behind the line feeds of a text that begins at an offset.
fn ends(text: &str, from: usize) -> impl Iterator<Item = usize> {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(move |(at, _)| from + at + 1)
}

#[cfg(test)]
mod tests;
