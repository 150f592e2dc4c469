//! Moving by clusters, words, lines; deleting what a move would pass; columns as they look.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Caret, Sort, Text};
use crate::base::text::visible;

/// How far a tab reaches.
pub const TAB: usize = 4;

/// A way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One cluster back.
    Left,
    /// One cluster on.
    Right,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the next word.
    WordRight,
    /// To the first text of the line, then to its very start.
    Home,
    /// To the end of the line.
    End,
    /// To the start of the text.
    Top,
    /// To the end of the text.
    Bottom,
}

/// What a cluster is, so that words end where another sort begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Word,
    Mark,
}

fn class(cluster: &str) -> Class {
    match cluster.chars().next() {
        Some(ch) if ch.is_whitespace() => Class::Space,
        Some(ch) if ch.is_alphanumeric() || ch == '_' => Class::Word,
        _ => Class::Mark,
    }
}

/// The columns that a cluster takes where it begins in this one.
pub fn width(cluster: &str, column: usize) -> usize {
    match cluster {
        "\t" => TAB - column % TAB,
        "\r" => 0,
        _ => visible(cluster).width(),
    }
}

/// Whether every byte of a line is a character of one column.
pub fn is_plain(line: &str) -> bool {
    line.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// The column of a byte of a line, in cells.
pub fn column(line: &str, byte: usize) -> usize {
    let head = line.get(..byte).unwrap_or(line);
    if is_plain(head) {
        return head.len();
    }
    head.graphemes(true).fold(0, |column, cluster| column + width(cluster, column))
}

/// The cluster of a line that lies over a column: its byte, and the column that it begins in.
pub fn byte_at(line: &str, wanted: usize) -> (usize, usize) {
    if is_plain(line) {
        let byte = wanted.min(line.len());
        return (byte, byte);
    }
    let mut column = 0;
    for (byte, cluster) in line.grapheme_indices(true) {
        let next = column + width(cluster, column);
        if next > wanted || cluster == "\r" {
            return (byte, column);
        }
        column = next;
    }
    (line.len(), column)
}

impl Text {
    /// Moves the cursor; with `select` the selection grows along.
    pub fn go_by(&mut self, by: Move, select: bool) {
        // Without a selection key, left and right first fall to the ends of what is selected.
        let at = match (self.selection(), by) {
            (Some((from, _)), Move::Left) if !select => from,
            (Some((_, to)), Move::Right) if !select => to,
            _ => self.target(by),
        };
        self.land(at, select);
        self.goal = None;
    }

    /// The column that moves over rows come back to.
    pub fn goal(&self) -> Option<usize> {
        self.goal
    }

    /// Goes to a place in another row; where rows are long enough, the next such move comes back to this column.
    pub fn go_towards(&mut self, at: usize, goal: usize, select: bool) {
        self.land(at, select);
        self.goal = Some(goal);
    }

    fn land(&mut self, at: usize, select: bool) {
        let anchor = if select { self.caret.anchor.or(Some(self.caret.at)) } else { None };
        self.caret = Caret { at, anchor };
        self.history.close();
    }

    fn target(&self, by: Move) -> usize {
        let at = self.caret.at;
        let line = self.line_of(at);
        let (start, end) = (self.start_of(line), self.end_of(line));
        match by {
            Move::Left => self.before(at),
            Move::Right => self.after(at),
            Move::WordLeft if at == start => self.before(at),
            Move::WordRight if at == end => self.after(at),
            Move::WordLeft => {
                let clusters = self.slice(start, at).graphemes(true).rev();
                at - passed(clusters)
            }
            Move::WordRight => at + passed(self.slice(at, end).graphemes(true)),
            Move::Home => {
                let text = self.line(line);
                let indent = start + text.len() - text.trim_start().len();
                if at == indent { start } else { indent }
            }
            Move::End => end,
            Move::Top => 0,
            Move::Bottom => self.content.len(),
        }
    }

    /// The border of the cluster before an offset.
    fn before(&self, at: usize) -> usize {
        let start = self.start_of(self.line_of(at));
        match self.slice(start, at).graphemes(true).next_back() {
            Some(cluster) => at - cluster.len(),
            None => at.saturating_sub(1),
        }
    }

    /// The border behind the cluster at an offset.
    fn after(&self, at: usize) -> usize {
        let end = self.end_of(self.line_of(at));
        match self.slice(at, end).graphemes(true).next() {
            Some(cluster) => at + cluster.len(),
            None => (at + 1).min(self.content.len()),
        }
    }

    /// Deletes the selection, or what a move would pass.
    pub fn delete(&mut self, by: Move) {
        if let Some((from, to)) = self.selection() {
            self.replace(from, to, "", Sort::Whole);
            return;
        }
        let (at, other) = (self.caret.at, self.target(by));
        let sort = if matches!(by, Move::Left | Move::Right) { Sort::Deleted } else { Sort::Whole };
        self.replace(at.min(other), at.max(other), "", sort);
    }

    /// Line and column of the cursor, both from 1, the column in cells.
    pub fn position(&self) -> (usize, usize) {
        let line = self.line_of(self.caret.at);
        (line + 1, column(self.line(line), self.caret.at - self.start_of(line)) + 1)
    }
}

/// The bytes of the blanks and the word that come first.
fn passed<'a>(clusters: impl Iterator<Item = &'a str>) -> usize {
    let mut word = None;
    let mut bytes = 0;
    for cluster in clusters {
        match (class(cluster), word) {
            (Class::Space, None) => {}
            (own, None) => word = Some(own),
            (own, Some(known)) if own == known => {}
            _ => break,
        }
        bytes += cluster.len();
    }
    bytes
}
