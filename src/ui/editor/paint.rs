//! Draws the text: colours of the tokens, marks and underlines of findings, selection, matches, brackets.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use crate::base::text::visible;
use crate::input::Keymap;
use crate::policy::diagnostic::{Finding, FindingType};
use crate::policy::highlight::Role as Token;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::json;

use super::Editor;
use super::analysis::{Analysis, place};
use super::find::Find;
use super::folds::{Folds, NAMED};
use super::pane::{mark, message};
use super::rows::{Rows, Spot};
use super::text::{Text, byte_at, column, width};

/// What is drawn.
pub struct Picture<'a> {
    /// The text.
    pub text: &'a Text,
    /// Its tokens and findings.
    pub analysis: &'a Analysis,
    /// What is folded.
    pub folds: &'a Folds,
    /// The rows that its lines take.
    pub rows: Rows<'a>,
    /// What is looked for.
    pub find: &'a Find,
    /// The row at the top.
    pub first: Spot,
    /// The columns of the cursor's line that are scrolled out on the left; the other lines stay where they are.
    pub left: usize,
    /// Whether the terminal's cursor stands in the text.
    pub has_keys: bool,
    /// What is said of the place under the cursor, below its line.
    pub message: Vec<(String, Look)>,
}

/// What was drawn.
pub struct Drawn {
    /// The place of the cursor.
    pub cursor: Option<(u16, u16)>,
    /// The row below the last one.
    pub end: u16,
}

/// The part of a line that a row of the screen shows.
#[derive(Clone, Copy)]
struct Strip {
    line: usize,
    /// Its first byte and the one behind its last, in the text.
    from: usize,
    to: usize,
    /// Whether it begins the line, and whether it ends it.
    is_first: bool,
    is_last: bool,
    /// The columns that are scrolled out on the left.
    left: usize,
    /// Whether the cursor is on the line.
    own: bool,
    row: Rect,
}

impl Editor {
    /// Whether the keys go to the text.
    pub(super) fn has_keys(&self) -> bool {
        self.find.open.is_none() && !self.pane.focused && self.builder.is_none()
    }

    /// What is said below the line of the cursor; not while one types, which would move the lines with every key.
    pub(super) fn message(&self, keymap: &Keymap, area: Rect) -> Vec<(String, Look)> {
        if !self.has_keys() || self.is_typing || self.popup.is_some() {
            return Vec::new();
        }
        let room = area.width.saturating_sub(gutter(self.text.line_count()));
        let told = self.told().filter(|finding| self.begins_here(finding));
        told.map(|finding| message(finding, keymap, room)).unwrap_or_default()
    }

    pub(super) fn picture(&self, keymap: &Keymap, area: Rect) -> Picture<'_> {
        Picture {
            message: self.message(keymap, area),
            text: &self.text,
            analysis: &self.analysis,
            folds: &self.folds,
            rows: self.rows(area.width),
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
    /// Draws the rows in sight.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) -> Drawn {
        let text = self.text;
        let gutter = gutter(text.line_count());
        let body = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
        let caret = self.rows.of(text.caret().at);
        let findings = self.analysis.findings(text.as_str());
        let mut next = area.y;
        let mut cursor = None;
        for spot in self.rows.from(self.rows.nearest(self.first)) {
            if next >= area.bottom() {
                break;
            }
            let strip = self.strip(spot, spot.line == caret.line, Rect { y: next, height: 1, ..body });
            let marks: Vec<&Finding> = self.findings_of(spot.line, findings).collect();
            self.number(&strip, &marks, gutter, Rect { y: next, height: 1, ..area }, frame);
            self.row(&strip, &marks, frame);
            next += 1;
            if spot == caret {
                cursor = self.cursor(&strip);
                next = self.say(next, body, frame);
            }
        }
        if let Some((x, y)) = cursor.filter(|_| self.has_keys) {
            frame.cursor(x, y);
        }
        Drawn { cursor, end: next }
    }

    fn strip(&self, spot: Spot, own: bool, row: Rect) -> Strip {
        let (from, to, is_last) = self.rows.part(spot);
        let start = self.text.start_of(spot.line);
        let left = if spot.line == self.text.line_of(self.text.caret().at) { self.left } else { 0 };
        Strip { line: spot.line, from: start + from, to: start + to, is_first: spot.part == 0, is_last, left, own, row }
    }

    /// Draws a row: its tokens, and over them what is marked.
    fn row(&self, strip: &Strip, marks: &[&Finding], frame: &mut Frame<'_>) {
        if strip.own {
            frame.restyle(strip.row, Look::CursorLine);
        }
        self.tokens(strip, frame);
        for finding in marks {
            let span = place(finding);
            let covered = (span.start as usize, (span.end as usize).max(span.start as usize + 1));
            self.over(strip, covered, frame, |frame, area| frame.underline(area, mark(finding.kind).1));
        }
        for found in self.find.within(strip.from, strip.to + 1) {
            self.over(strip, found, frame, |frame, area| frame.restyle(area, Look::Match));
        }
        let bracket = self.analysis.bracket(self.text.caret().at);
        let pair = bracket.iter().flat_map(|(one, other)| [*one, *other]);
        for at in pair.filter(|at| (strip.from..strip.to).contains(at)) {
            self.over(strip, (at, at + 1), frame, |frame, area| frame.restyle(area, Look::Bracket));
        }
        if let Some(selected) = self.text.selection() {
            self.over(strip, selected, frame, |frame, area| frame.restyle(area, Look::Selection));
        }
    }

    /// Writes the message below the cursor's row; gives the row that the text goes on at.
    fn say(&self, from: u16, body: Rect, frame: &mut Frame<'_>) -> u16 {
        let rows = (from..body.bottom()).zip(&self.message);
        rows.fold(from, |_, (y, (line, role))| {
            frame.text(body, body.x, y, line, *role);
            y + 1
        })
    }

    /// Where the cursor is on the screen, of the row that it is in.
    fn cursor(&self, strip: &Strip) -> Option<(u16, u16)> {
        let at = self.text.caret().at.clamp(strip.from, strip.to);
        let column = column(self.text.slice(strip.from, strip.to), at - strip.from).checked_sub(strip.left)?;
        // Behind the last column of a row that is full the cursor stands on that column.
        let column = if strip.is_last { column.min(usize::from(strip.row.width.saturating_sub(1))) } else { column };
        (column < usize::from(strip.row.width)).then_some(())?;
        Some((strip.row.x + u16::try_from(column).ok()?, strip.row.y))
    }

    /// The findings that begin on a line, or on those folded into it: what speaks of a whole statement is marked
    /// where that begins, so that the marks of its parts can be told from it.
    fn findings_of<'f>(&self, line: usize, findings: &'f [Finding]) -> impl Iterator<Item = &'f Finding> {
        let from = self.text.start_of(line);
        let to = self.text.end_of(self.folds.hidden_below(line).unwrap_or(line));
        findings.iter().filter(move |finding| (from..=to).contains(&(place(finding).start as usize)))
    }

    fn number(&self, strip: &Strip, marks: &[&Finding], gutter: u16, row: Rect, frame: &mut Frame<'_>) {
        if !strip.is_first {
            return;
        }
        let worst: Option<FindingType> = marks.iter().map(|finding| finding.kind).min();
        if let Some((symbol, role)) = worst.map(mark) {
            frame.text(row, row.x, row.y, symbol, role);
        }
        let width = usize::from(gutter) - 3;
        let number = format!("{:>width$}", strip.line + 1);
        frame.text(row, row.x + 1, row.y, &number, if strip.own { Look::Key } else { Look::Border });
        if self.folds.hidden_below(strip.line).is_some() {
            frame.text(row, row.x + gutter - 2, row.y, "▸", Look::Accent);
        }
        if strip.left > 0 {
            frame.text(row, row.x + gutter - 1, row.y, "‹", Look::Muted);
        }
    }

    /// Draws the tokens of a row, from the first column in sight.
    fn tokens(&self, strip: &Strip, frame: &mut Frame<'_>) {
        let text = self.text;
        // A folded statement says in a few words what it is: nothing of it stands before them but its bracket.
        let folded = self.folds.hidden_below(strip.line);
        let head = folded.and_then(|_| self.head_on(strip.line));
        let end = head.map_or(strip.to, |(open, _)| open + 1);
        let (skipped, from) = byte_at(text.slice(strip.from, strip.to), strip.left);
        let mut pen = Pen { x: strip.row.x, column: from, left: strip.left, row: strip.row, own: strip.own };
        let mut at = strip.from + skipped;
        let first = self.analysis.tokens.partition_point(|(span, _)| (span.end as usize) <= at);
        for (span, token) in self.analysis.tokens.iter().skip(first) {
            let (from, to) = ((span.start as usize).max(at), (span.end as usize).min(end));
            if span.start as usize >= end || pen.is_full() {
                break;
            }
            pen.write(text.slice(at, from), Look::Text, frame);
            pen.write(text.slice(from, to), json::role(*token), frame);
            at = to;
        }
        pen.write(text.slice(at, end), Look::Text, frame);
        if let Some(last) = folded {
            let words = head.map_or_else(|| self.words_in(strip.line, last), |(_, head)| head.to_owned());
            let words = if words.is_empty() { words } else { format!(" {}", visible(&words)) };
            pen.write(&words, Look::Text, frame);
            pen.write(&format!(" … {} lines ", last - strip.line), Look::Muted, frame);
            pen.write(text.line(last).trim_start(), Look::JsonMark, frame);
        }
    }

    /// The first words of what is folded between two lines, so that one sees what it is.
    fn words_in(&self, line: usize, last: usize) -> String {
        let (from, to) = (self.text.end_of(line), self.text.start_of(last));
        let first = self.analysis.tokens.partition_point(|(span, _)| (span.start as usize) < from);
        let inside = self.analysis.tokens.iter().skip(first).take_while(|(span, _)| (span.end as usize) < to);
        let words = inside.filter(|(_, token)| *token != Token::Punctuation).take(NAMED);
        let words: Vec<&str> = words.map(|(span, _)| span.of(self.text.as_str()).trim_matches('"')).collect();
        words.join(", ")
    }

    /// The statement that begins on a line: where, and what it says in a few words.
    fn head_on(&self, line: usize) -> Option<(usize, &str)> {
        let (start, end) = (self.text.start_of(line), self.text.end_of(line));
        let mut heads = self.analysis.statements.iter().zip(&self.analysis.heads);
        let own = heads.find(|(span, _)| (start..=end).contains(&(span.start as usize)));
        own.map(|(span, head)| (span.start as usize, head.as_str()))
    }

    /// Changes the look of the part of a row that a span covers; an empty line of a selection shows one cell.
    fn over(
        &self,
        strip: &Strip,
        (from, to): (usize, usize),
        frame: &mut Frame<'_>,
        look: impl FnOnce(&mut Frame<'_>, Rect),
    ) {
        let (start, end) = (strip.from, strip.to);
        if to <= start && from < start || from > end || !strip.is_last && from == end {
            return;
        }
        let source = self.text.slice(start, end);
        let place = |at: usize| column(source, at.clamp(start, end) - start);
        let behind = strip.is_last && (to > end || from == end);
        let (left, right) = (place(from), place(to).max(place(from) + usize::from(behind)));
        let clip =
            |column: usize| u16::try_from(column.saturating_sub(strip.left)).unwrap_or(u16::MAX).min(strip.row.width);
        let (x, width) = (clip(left), clip(right) - clip(left));
        if width > 0 {
            look(frame, Rect { x: strip.row.x + x, width, ..strip.row });
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

    fn write(&mut self, text: &str, role: Look, frame: &mut Frame<'_>) {
        if text.is_empty() || self.is_full() {
            return;
        }
        let mut style = frame.theme().style(role);
        if self.own {
            style = frame.theme().style(Look::CursorLine).patch(style);
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
