//! Draws the text: colours of the tokens, marks and underlines of findings, selection, matches, brackets.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use crate::base::text::visible;
use crate::input::Keymap;
use crate::policy::diagnostic::{Finding, FindingType};
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::widgets::json;

use super::Editor;
use super::analysis::{Analysis, place};
use super::find::Find;
use super::folds::Folds;
use super::pane::{mark, message};
use super::text::{Text, byte_at, column, width};

/// What is drawn.
pub struct Picture<'a> {
    /// The text.
    pub text: &'a Text,
    /// Its tokens and findings.
    pub analysis: &'a Analysis,
    /// What is folded.
    pub folds: &'a Folds,
    /// What is looked for.
    pub find: &'a Find,
    /// The line at the top.
    pub first: usize,
    /// The columns of the cursor's line that are scrolled out on the left; the other lines stay where they are.
    pub left: usize,
    /// Whether the terminal's cursor stands in the text.
    pub has_keys: bool,
    /// What is said of the place under the cursor, below its line.
    pub message: Vec<(String, Role)>,
}

impl Editor {
    /// Whether the keys go to the text.
    pub(super) fn has_keys(&self) -> bool {
        self.find.open.is_none() && !self.pane.focused && self.builder.is_none()
    }

    /// What is said below the line of the cursor.
    pub(super) fn message(&self, keymap: &Keymap, area: Rect) -> Vec<(String, Role)> {
        if !self.has_keys() || !self.is_told {
            return Vec::new();
        }
        let room = area.width.saturating_sub(gutter(self.text.line_count()));
        message(&self.text, &self.analysis, keymap, room)
    }

    pub(super) fn picture(&self, keymap: &Keymap, area: Rect) -> Picture<'_> {
        Picture {
            message: self.message(keymap, area),
            text: &self.text,
            analysis: &self.analysis,
            folds: &self.folds,
            find: &self.find,
            first: self.first,
            left: self.left,
            has_keys: self.has_keys(),
        }
    }
}

/// The columns that marks and line numbers take.
pub fn gutter(lines: usize) -> u16 {
    let digits = lines.checked_ilog10().unwrap_or(0) + 1;
    u16::try_from(digits).unwrap_or(4).max(2) + 3
}

impl Picture<'_> {
    /// Draws the lines in sight; gives the place of the cursor.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) -> Option<(u16, u16)> {
        let text = self.text;
        let gutter = gutter(text.line_count());
        let body = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
        let own = self.folds.shown(text.line_of(text.caret().at));
        let findings = self.analysis.findings(text.as_str());
        let bracket = self.analysis.bracket(text.caret().at);
        let mut next = area.y;
        for line in self.folds.lines(self.first, text.line_count()) {
            if next >= area.bottom() {
                break;
            }
            let y = next;
            next += 1;
            let row = Rect { y, height: 1, ..body };
            let marks: Vec<&Finding> = self.findings_of(line, findings).collect();
            self.number(line, line == own, &marks, gutter, Rect { y, height: 1, ..area }, frame);
            if line == own {
                frame.restyle(row, Role::CursorLine);
            }
            self.line(line, line == own, row, frame);
            for finding in &marks {
                let span = place(finding);
                self.over(
                    line,
                    (span.start as usize, (span.end as usize).max(span.start as usize + 1)),
                    row,
                    frame,
                    |frame, area| {
                        frame.underline(area, mark(finding.kind).1);
                    },
                );
            }
            let (start, end) = (text.start_of(line), text.end_of(line));
            for found in self.find.within(start, end + 1) {
                self.over(line, found, row, frame, |frame, area| frame.restyle(area, Role::Match));
            }
            for at in bracket.iter().flat_map(|(one, other)| [*one, *other]).filter(|at| (start..end).contains(at)) {
                self.over(line, (at, at + 1), row, frame, |frame, area| frame.restyle(area, Role::Bracket));
            }
            if let Some(selected) = text.selection() {
                self.over(line, selected, row, frame, |frame, area| frame.restyle(area, Role::Selection));
            }
            if line == own {
                next = self.say(next, body, frame);
            }
        }
        let cursor = self.cursor(body);
        if let Some((x, y)) = cursor.filter(|_| self.has_keys) {
            frame.cursor(x, y);
        }
        cursor
    }

    /// Writes the message below the cursor's line; gives the row that the text goes on at.
    fn say(&self, from: u16, body: Rect, frame: &mut Frame<'_>) -> u16 {
        let rows = (from..body.bottom()).zip(&self.message);
        rows.fold(from, |_, (y, (line, role))| {
            frame.text(body, body.x, y, line, *role);
            y + 1
        })
    }

    /// The columns of a line that are scrolled out on the left.
    fn left_of(&self, line: usize) -> usize {
        if line == self.text.line_of(self.text.caret().at) { self.left } else { 0 }
    }

    /// Where the cursor is on the screen.
    pub fn cursor(&self, body: Rect) -> Option<(u16, u16)> {
        let text = self.text;
        let at = text.caret().at;
        let line = text.line_of(at);
        let row =
            self.folds.lines(self.first, text.line_count()).take(usize::from(body.height)).position(|l| l == line)?;
        let column = column(text.line(line), at - text.start_of(line)).checked_sub(self.left)?;
        (column < usize::from(body.width)).then_some(())?;
        Some((body.x + u16::try_from(column).ok()?, body.y + u16::try_from(row).ok()?))
    }

    /// The findings that begin on a line, or on those folded into it: what speaks of a whole statement is marked
    /// where that begins, so that the marks of its parts can be told from it.
    fn findings_of<'f>(&self, line: usize, findings: &'f [Finding]) -> impl Iterator<Item = &'f Finding> {
        let from = self.text.start_of(line);
        let to = self.text.end_of(self.folds.hidden_below(line).unwrap_or(line));
        findings.iter().filter(move |finding| (from..=to).contains(&(place(finding).start as usize)))
    }

    fn number(&self, line: usize, own: bool, marks: &[&Finding], gutter: u16, row: Rect, frame: &mut Frame<'_>) {
        let worst: Option<FindingType> = marks.iter().map(|finding| finding.kind).min();
        if let Some((symbol, role)) = worst.map(mark) {
            frame.text(row, row.x, row.y, symbol, role);
        }
        let width = usize::from(gutter) - 3;
        let number = format!("{:>width$}", line + 1);
        frame.text(row, row.x + 1, row.y, &number, if own { Role::Key } else { Role::Border });
        if self.folds.hidden_below(line).is_some() {
            frame.text(row, row.x + gutter - 2, row.y, "▸", Role::Accent);
        }
        if self.left_of(line) > 0 {
            frame.text(row, row.x + gutter - 1, row.y, "‹", Role::Muted);
        }
    }

    /// Draws the tokens of a line, from the first column in sight.
    fn line(&self, line: usize, own: bool, row: Rect, frame: &mut Frame<'_>) {
        let text = self.text;
        let start = text.start_of(line);
        // A folded statement says in a few words what it is: nothing of it stands before them but its bracket.
        let folded = self.folds.hidden_below(line);
        let head = folded.and_then(|_| self.head_on(line));
        let end = head.map_or(text.end_of(line), |(open, _)| open + 1);
        let source = text.line(line);
        let left = self.left_of(line);
        let (skipped, from) = byte_at(source, left);
        let mut pen = Pen { x: row.x, column: from, left, row, own };
        let mut at = start + skipped;
        let first = self.analysis.tokens.partition_point(|(span, _)| (span.end as usize) <= at);
        for (span, token) in self.analysis.tokens.iter().skip(first) {
            let (from, to) = ((span.start as usize).max(at), (span.end as usize).min(end));
            if span.start as usize >= end || pen.is_full() {
                break;
            }
            pen.write(text.slice(at, from), Role::Text, frame);
            pen.write(text.slice(from, to), json::role(*token), frame);
            at = to;
        }
        pen.write(text.slice(at, end), Role::Text, frame);
        if let Some(last) = folded {
            let words = head.map(|(_, head)| format!(" {}", visible(head))).unwrap_or_default();
            pen.write(&words, Role::Text, frame);
            pen.write(&format!(" … {} lines ", last - line), Role::Muted, frame);
            pen.write(text.line(last).trim_start(), Role::JsonMark, frame);
        }
    }

    /// The statement that begins on a line: where, and what it says in a few words.
    fn head_on(&self, line: usize) -> Option<(usize, &str)> {
        let (start, end) = (self.text.start_of(line), self.text.end_of(line));
        let mut heads = self.analysis.statements.iter().zip(&self.analysis.heads);
        let own = heads.find(|(span, _)| (start..=end).contains(&(span.start as usize)));
        own.map(|(span, head)| (span.start as usize, head.as_str()))
    }

    /// Changes the look of the part of a line that a span covers; an empty line of a selection shows one cell.
    fn over(
        &self,
        line: usize,
        (from, to): (usize, usize),
        row: Rect,
        frame: &mut Frame<'_>,
        look: impl FnOnce(&mut Frame<'_>, Rect),
    ) {
        let (start, end) = (self.text.start_of(line), self.text.end_of(line));
        if to <= start && from < start || from > end {
            return;
        }
        let source = self.text.line(line);
        let place = |at: usize| column(source, at.clamp(start, end) - start);
        let (left, right) = (place(from), place(to).max(place(from) + usize::from(to > end || from == end)));
        let hidden = self.left_of(line);
        let clip = |column: usize| u16::try_from(column.saturating_sub(hidden)).unwrap_or(u16::MAX).min(row.width);
        let (x, width) = (clip(left), clip(right) - clip(left));
        if width > 0 {
            look(frame, Rect { x: row.x + x, width, ..row });
        }
    }
}

/// Writes clusters from left to right, tabs as blanks up to the next stop.
struct Pen {
    x: u16,
    column: usize,
    left: usize,
    row: Rect,
    own: bool,
}

impl Pen {
    fn is_full(&self) -> bool {
        self.x >= self.row.right()
    }

    fn write(&mut self, text: &str, role: Role, frame: &mut Frame<'_>) {
        if text.is_empty() || self.is_full() {
            return;
        }
        let mut style = frame.theme().style(role);
        if self.own {
            style = frame.theme().style(Role::CursorLine).patch(style);
        }
        // What stands out of sight on the right is not looked at.
        let room = usize::from(self.row.right() - self.x);
        let mut shown = String::with_capacity(room + 8);
        let mut used = 0;
        for cluster in text.graphemes(true) {
            if used >= room {
                break;
            }
            let width = width(cluster, self.column);
            match cluster {
                "\t" => shown.extend(std::iter::repeat_n(' ', width)),
                "\r" => {}
                // The left half of a wide character is out of sight.
                _ if self.column < self.left => shown.extend(std::iter::repeat_n(' ', self.column + width - self.left)),
                _ => shown.push_str(cluster),
            }
            used += width;
            self.column += width;
        }
        self.x += frame.clipped(self.row, self.x, &shown, style);
    }
}
