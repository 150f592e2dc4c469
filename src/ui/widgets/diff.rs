//! What differs between two texts, line by line: below each other, or side by side where there is room.

mod text;

use std::sync::Arc;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::base::text::visible;
use crate::input::{DiffAction, Move};
use crate::theme::Look;
use crate::ui::frame::Frame;

use super::scroll::Scroll;
use text::{Block, Line, TextDiff};

pub use text::Likeness;

/// From this width the texts stand side by side: what a screen of 110 columns leaves inside of a box.
pub const SIDE_BY_SIDE: u16 = 104;

/// How many lines that are alike are shown around a change.
const AROUND: usize = 3;

/// Deeper lines are not moved further to the right.
const DEEPEST: u16 = 12;

/// Two texts with what differs, its cursor, and how it is shown.
#[derive(Debug)]
pub struct DiffView {
    diff: Arc<TextDiff>,
    rows: Vec<Row>,
    /// The row at which each change begins.
    changes: Vec<usize>,
    scroll: Scroll,
    /// One below the other, whatever the room.
    unified: bool,
    /// With all that is alike.
    whole: bool,
    /// The width that the rows are laid out for; none: they are stale.
    laid_out: Option<u16>,
}

/// One row of the screen.
#[derive(Debug)]
enum Row {
    /// So many lines that are alike are left out.
    Gap(usize),
    /// A line of the one text or of both, with its numbers.
    One(String, String, Side),
    /// A line of the old text beside one of the new.
    Two(Side, Side),
}

/// A line of one text.
#[derive(Debug, Clone, Default)]
struct Side {
    number: String,
    mark: &'static str,
    role: Option<Look>,
    indent: u16,
    pieces: Vec<(String, Look)>,
}

impl DiffView {
    /// Compares two texts.
    pub fn new(old: &str, new: &str) -> Self {
        Self::on(Arc::new(TextDiff::of(old, new)))
    }

    /// The same comparison once more, to be shown in another way.
    pub fn twin(&self) -> Self {
        Self::on(Arc::clone(&self.diff))
    }

    fn on(diff: Arc<TextDiff>) -> Self {
        Self {
            diff,
            rows: Vec::new(),
            changes: Vec::new(),
            scroll: Scroll::default(),
            unified: false,
            whole: false,
            laid_out: None,
        }
    }

    /// Compares two other texts, shown in the same way.
    pub fn another(&self, old: &str, new: &str) -> Self {
        Self { unified: self.unified, whole: self.whole, ..Self::new(old, new) }
    }

    /// How alike the texts are, in words.
    pub fn summary(&self) -> String {
        let lines = |count: usize| format!("{count} {}", if count == 1 { "line" } else { "lines" });
        match self.diff.likeness {
            Likeness::Equal => "The texts are the same.".to_owned(),
            Likeness::Respaced => "Only white space differs.".to_owned(),
            Likeness::Differs(gone, 0) => format!("{} removed", lines(gone)),
            Likeness::Differs(0, come) => format!("{} added", lines(come)),
            Likeness::Differs(gone, come) => format!("{} removed, {come} added", lines(gone)),
        }
    }

    /// Whether there is room for the texts side by side.
    pub fn has_room(&self) -> bool {
        self.laid_out.is_some_and(|width| width >= SIDE_BY_SIDE)
    }

    /// Moves over its rows.
    pub fn go(&mut self, step: Move) {
        self.scroll.go(step, self.rows.len());
    }

    /// Moves to a change, or shows it otherwise.
    pub fn act(&mut self, action: DiffAction) {
        match action {
            DiffAction::Next => {
                let next = self.changes.iter().find(|row| **row > self.scroll.cursor);
                self.scroll.cursor = next.copied().unwrap_or(self.scroll.cursor);
            }
            DiffAction::Previous => {
                let before = self.changes.iter().rev().find(|row| **row < self.scroll.cursor);
                self.scroll.cursor = before.copied().unwrap_or(self.scroll.cursor);
            }
            DiffAction::Sides => {
                self.unified = !self.unified;
                self.laid_out = None;
            }
            DiffAction::Whole => {
                self.whole = !self.whole;
                self.laid_out = None;
            }
            // Which texts they are is for whoever compares them.
            DiffAction::Swap | DiffAction::OtherVersions => {}
        }
    }

    /// Lays the rows out where something changed, and brings the cursor into sight.
    pub fn settle(&mut self, area: Rect) {
        if self.laid_out != Some(area.width) {
            // The change that the cursor stands on or behind stays under it, or the first one.
            let at = self.changes.iter().rposition(|row| *row <= self.scroll.cursor);
            self.lay_out(area.width);
            self.scroll.cursor = self.changes.get(at.unwrap_or(0)).copied().unwrap_or(0);
            self.laid_out = Some(area.width);
        }
        self.scroll.settle(self.rows.len(), area.height);
    }

    fn lay_out(&mut self, width: u16) {
        let beside = !self.unified && width >= SIDE_BY_SIDE;
        let count = self.diff.old.len().max(self.diff.new.len());
        let digits = u16::try_from(count.to_string().len()).unwrap_or(u16::MAX);
        // What the line's numbers and its mark leave of its column.
        let room =
            if beside { columns(width)[0].1.saturating_sub(digits + 3) } else { width.saturating_sub(2 * digits + 5) };
        let mut layout = Layout { diff: &self.diff, room, rows: Vec::new(), changes: Vec::new() };
        let last = self.diff.blocks.len().saturating_sub(1);
        for (at, block) in self.diff.blocks.iter().enumerate() {
            match (block.same, beside) {
                (true, _) if !self.whole => layout.around(block, at > 0, at < last, beside),
                (true, _) => layout.alike(block.clone(), beside),
                (false, true) => layout.beside(block),
                (false, false) => layout.below(block),
            }
        }
        (self.rows, self.changes) = (layout.rows, layout.changes);
    }

    /// Draws the rows in sight.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let numbers = self.diff.old.len().max(self.diff.new.len()).to_string().len();
        for (at, y) in self.scroll.window(self.rows.len()).zip(area.y..area.bottom()) {
            frame.text(area, area.x, y, if at == self.scroll.cursor { "›" } else { " " }, Look::Accent);
            let line = Rect { x: area.x + 1, y, width: area.width.saturating_sub(1), height: 1 };
            match self.rows.get(at) {
                Some(Row::Gap(count)) => {
                    let text = format!("⋯ {count} unchanged {}", if *count == 1 { "line" } else { "lines" });
                    frame.text(line, line.x + 1, y, &text, Look::Muted);
                }
                Some(Row::One(old, new, side)) => {
                    let numbers = format!("{old:>numbers$} {new:>numbers$} ");
                    let used = frame.text(line, line.x, y, &numbers, Look::Muted);
                    side.render(Rect { x: line.x + used, width: line.width.saturating_sub(used), ..line }, frame);
                }
                Some(Row::Two(old, new)) => {
                    let columns = columns(area.width);
                    for (side, (x, width)) in [old, new].into_iter().zip(columns) {
                        let cut = Rect { x: area.x + x, width, ..line };
                        let used = frame.text(cut, cut.x, y, &format!("{:>numbers$} ", side.number), Look::Muted);
                        side.render(Rect { x: cut.x + used, width: cut.width.saturating_sub(used), ..cut }, frame);
                    }
                    frame.text(line, area.x + columns[1].0 - 2, y, "│", Look::Border);
                }
                None => {}
            }
        }
    }
}

/// Where each of two texts side by side begins, and the columns that it has: with its numbers and marks, behind the
/// cursor's column and around the rule between them.
fn columns(width: u16) -> [(u16, u16); 2] {
    let half = width.saturating_sub(3) / 2;
    [(1, half.saturating_sub(1)), (half + 3, half.saturating_sub(1))]
}

impl Side {
    fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        frame.text(area, area.x, area.y, self.mark, self.role.unwrap_or(Look::Muted));
        let x = area.x + 2 + self.indent;
        let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
        frame.pieces(rest, area.y, self.pieces.iter().map(|(text, role)| (text.as_str(), *role)));
    }
}

/// Lays blocks out into rows.
struct Layout<'a> {
    diff: &'a TextDiff,
    /// The columns of a line's text.
    room: u16,
    rows: Vec<Row>,
    changes: Vec<usize>,
}

impl Layout<'_> {
    /// The lines that are alike next to a change; the rest is only counted.
    fn around(&mut self, block: &Block, after: bool, before: bool, beside: bool) {
        let length = block.new.len();
        let head = if after { AROUND } else { 0 };
        let tail = if before { AROUND } else { 0 };
        // A gap takes a row itself: one line is shown instead.
        if length <= head + tail + 1 {
            self.alike(block.clone(), beside);
            return;
        }
        let part = |from: usize, to: usize| Block {
            old: block.old.start + from..block.old.start + to,
            new: block.new.start + from..block.new.start + to,
            same: true,
        };
        self.alike(part(0, head), beside);
        self.rows.push(Row::Gap(length - head - tail));
        self.alike(part(length - tail, length), beside);
    }

    fn alike(&mut self, block: Block, beside: bool) {
        for (old, new) in block.old.zip(block.new) {
            let Some(line) = self.diff.new.get(new) else { continue };
            if beside {
                // The old line may stand at another depth, or end otherwise.
                let left = self.diff.old.get(old).unwrap_or(line);
                let left = self.sides(old, left, "", None, &left.pieces);
                let right = self.sides(new, line, "", None, &line.pieces);
                self.pair(left, right);
            } else {
                for (at, side) in self.sides(new, line, "", None, &line.pieces).into_iter().enumerate() {
                    let number = |number: usize| if at == 0 { (number + 1).to_string() } else { String::new() };
                    self.rows.push(Row::One(number(old), number(new), side));
                }
            }
        }
    }

    /// A change, the old lines above the new ones.
    fn below(&mut self, block: &Block) {
        self.changes.push(self.rows.len());
        let (old, new) = self.changed(block);
        for side in old.into_iter().flatten() {
            self.rows.push(Row::One(side.number.clone(), String::new(), side));
        }
        for side in new.into_iter().flatten() {
            self.rows.push(Row::One(String::new(), side.number.clone(), side));
        }
    }

    /// A change, the old lines beside the new ones.
    fn beside(&mut self, block: &Block) {
        self.changes.push(self.rows.len());
        let (mut old, mut new) = self.changed(block);
        let count = old.len().max(new.len());
        old.resize(count, Vec::new());
        new.resize(count, Vec::new());
        old.into_iter().zip(new).for_each(|(left, right)| self.pair(left, right));
    }

    /// The lines of a change, each as many rows as it takes.
    fn changed(&self, block: &Block) -> (Vec<Vec<Side>>, Vec<Vec<Side>>) {
        let old = self.diff.old.get(block.old.clone()).unwrap_or_default();
        let new = self.diff.new.get(block.new.clone()).unwrap_or_default();
        let sides = |own: &[Line], other: &[Line], first: usize, mark, plain, word| {
            let lines = own.iter().enumerate();
            let side = |(at, line): (usize, &Line)| {
                self.sides(first + at, line, mark, Some(plain), &line.marked(other.get(at), plain, word))
            };
            lines.map(side).collect()
        };
        (
            sides(old, new, block.old.start, "-", Look::Removed, Look::RemovedWord),
            sides(new, old, block.new.start, "+", Look::Added, Look::AddedWord),
        )
    }

    fn pair(&mut self, old: Vec<Side>, new: Vec<Side>) {
        let count = old.len().max(new.len());
        let (mut old, mut new) = (old.into_iter(), new.into_iter());
        for _ in 0..count {
            self.rows.push(Row::Two(old.next().unwrap_or_default(), new.next().unwrap_or_default()));
        }
    }

    /// A line as rows: what does not fit goes on below.
    fn sides(
        &self,
        number: usize,
        line: &Line,
        mark: &'static str,
        role: Option<Look>,
        pieces: &[(String, Look)],
    ) -> Vec<Side> {
        let indent = 2 * line.depth.min(DEEPEST).min(self.room / 4);
        let parts = broken(pieces, self.room.saturating_sub(indent));
        let side = |(at, pieces): (usize, _)| {
            let number = if at == 0 { (number + 1).to_string() } else { String::new() };
            Side { number, mark, role, indent, pieces }
        };
        parts.into_iter().enumerate().map(side).collect()
    }
}

/// Breaks pieces of text where a line of this width ends.
fn broken(pieces: &[(String, Look)], width: u16) -> Vec<Vec<(String, Look)>> {
    let width = usize::from(width);
    let is_plain = |(text, _): &(String, Look)| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    // Nearly every line of a policy is such a one.
    if pieces.iter().map(|(text, _)| text.len()).sum::<usize>() <= width && pieces.iter().all(is_plain) {
        return vec![pieces.to_vec()];
    }
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for (text, role) in pieces {
        let mut part = String::new();
        for cluster in visible(text).graphemes(true) {
            let columns = cluster.width();
            if used + columns > width && used > 0 {
                if let Some(line) = lines.last_mut() {
                    line.push((std::mem::take(&mut part), *role));
                }
                lines.push(Vec::new());
                used = 0;
            }
            used += columns;
            part.push_str(cluster);
        }
        if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
            line.push((part, *role));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;

    fn drawn(view: &DiffView, width: u16, height: u16) -> String {
        let theme = Theme::plain();
        let mut frame = Frame::new(width, height, &theme);
        view.render(frame.area(), &mut frame);
        let cells = frame.picture.buffer.content.chunks(usize::from(width));
        let line = |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        cells.map(|row| line(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    fn view(old: &str, new: &str, width: u16, height: u16) -> DiffView {
        let mut view = DiffView::new(old, new);
        view.settle(Rect::new(0, 0, width, height));
        view
    }

    const OLD: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#;
    const NEW: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:GetObject","s3:PutObjectTagging","s3:ListBucket"],"Resource":"*"}]}"#;

    #[test]
    fn a_change_stands_between_the_lines_around_it() {
        let mut view = view(OLD, NEW, 60, 12);
        assert_eq!(view.summary(), "1 line removed, 2 added");
        insta::assert_snapshot!(drawn(&view, 60, 12), @r#"
          ⋯ 5 unchanged lines
          6  6         "Effect": "Allow",
          7  7         "Action": [
          8  8           "s3:GetObject",
        › 9    -         "s3:PutObject"
             9 +         "s3:PutObjectTagging",
            10 +         "s3:ListBucket"
         10 11         ],
         11 12         "Resource": "*"
         12 13       }
          ⋯ 2 unchanged lines
        "#);
        view.act(DiffAction::Whole);
        view.settle(Rect::new(0, 0, 60, 16));
        assert!(drawn(&view, 60, 16).contains("\"Version\": \"2012-10-17\""));
    }

    #[test]
    fn with_room_the_texts_stand_side_by_side() {
        insta::assert_snapshot!(drawn(&view(OLD, NEW, 110, 10), 110, 10), @r#"
          ⋯ 5 unchanged lines
          6         "Effect": "Allow",                        │  6         "Effect": "Allow",
          7         "Action": [                               │  7         "Action": [
          8           "s3:GetObject",                         │  8           "s3:GetObject",
        › 9 -         "s3:PutObject"                          │  9 +         "s3:PutObjectTagging",
                                                              │ 10 +         "s3:ListBucket"
         10         ],                                        │ 11         ],
         11         "Resource": "*"                           │ 12         "Resource": "*"
         12       }                                           │ 13       }
          ⋯ 2 unchanged lines
        "#);
    }

    #[test]
    fn a_long_line_goes_on_below_and_hostile_text_shows_itself() {
        let long =
            OLD.replace("\"*\"", "\"arn:aws:s3:::\u{202e}a-bucket-with-a-long-name-in-it/and-a-long-path/日本語/*\"");
        insta::assert_snapshot!(drawn(&view(OLD, &long, 60, 10), 60, 10), @r#"
          ⋯ 7 unchanged lines
          8  8           "s3:GetObject",
          9  9           "s3:PutObject"
         10 10         ],
        ›11    -       "Resource": "*"
            11 +       "Resource": "arn:aws:s3:::‹U+202E›a-bucket-wi
               +       th-a-long-name-in-it/and-a-long-path/日 本 語 /*
               +       "
         12 12       }
         13 13     ]
        "#);
    }

    #[test]
    fn every_character_is_shown_at_every_width() {
        let long = |letter: &str| {
            let texts: Vec<String> = (0..40).map(|n| format!("\"{}\"", letter.repeat(n * 3))).collect();
            format!("{{\"Statement\":[{{\"Action\":[{},\"日本{}\"]}}]}}", texts.join(","), "語é".repeat(60))
        };
        let (old, new) = (long("ab"), long("abc"));
        let solid = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
        for width in 30..200 {
            let mut view = DiffView::new(&old, &new);
            let area = Rect::new(0, 0, width, 2_000);
            view.act(DiffAction::Whole);
            view.settle(area);
            let theme = Theme::plain();
            let mut frame = Frame::new(width, 2_000, &theme);
            view.render(area, &mut frame);
            let is_beside = view.has_room();
            let digits = u16::try_from(view.diff.old.len().max(view.diff.new.len()).to_string().len()).unwrap();
            // The cells of one text, without numbers and marks; those of both in one column by their marks.
            let joined = |own: usize| {
                let (first, cells) = if is_beside { columns(width)[own] } else { (2 + digits, width - 2 - digits) };
                let mut text = String::new();
                for (y, row) in (0..).zip(&view.rows) {
                    let others = match row {
                        Row::One(_, _, side) => side.mark == ["+", "-"][own],
                        _ => false,
                    };
                    let mut skip = 0;
                    for x in first + digits + 3..first + cells {
                        let symbol = frame.picture.buffer.cell((x, y)).unwrap().symbol();
                        if skip == 0 && !others {
                            text.push_str(symbol);
                        }
                        skip = if skip > 0 { skip - 1 } else { symbol.width().saturating_sub(1) };
                    }
                }
                solid(&text)
            };
            let texts = [&view.diff.old, &view.diff.new].map(|lines| {
                lines
                    .iter()
                    .map(|line| line.pieces.iter().map(|(text, _)| text.as_str()).collect::<String>())
                    .collect::<String>()
            });
            assert_eq!([joined(0), joined(1)], texts.map(|text| solid(&visible(&text))), "at {width} columns");
        }
    }

    #[test]
    fn keys_lead_from_change_to_change() {
        let lines = |changed: &[usize]| {
            let line = |n: usize| if changed.contains(&n) { format!("new {n}") } else { n.to_string() };
            (0..60).map(line).collect::<Vec<_>>().join("\n")
        };
        let mut view = view(&lines(&[]), &lines(&[5, 50]), 60, 10);
        let first = view.scroll.cursor;
        view.act(DiffAction::Next);
        let second = view.scroll.cursor;
        view.act(DiffAction::Next);
        assert_eq!((first, second, view.scroll.cursor), (view.changes[0], view.changes[1], second));
        view.act(DiffAction::Previous);
        assert_eq!(view.scroll.cursor, first);
    }
}
