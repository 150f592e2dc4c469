//! The rows of the screen that a text takes: one for each line in sight, or as many as a long line needs where lines
//! are wrapped.

use std::cell::RefCell;
use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

use super::folds::Folds;
use super::text::{Text, byte_at, column, is_plain, width};

/// A row of the screen: a line, and which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The number of the part; the first is 0.
    pub part: usize,
}

/// The rows of a text.
pub struct Rows<'a> {
    text: &'a Text,
    folds: &'a Folds,
    /// The columns that a row has; none: lines are not wrapped.
    width: Option<usize>,
    /// Where the parts of the line that was asked for last begin: of a long one that is much to find out.
    last: RefCell<(usize, Rc<[usize]>)>,
}

impl<'a> Rows<'a> {
    /// The rows of a text, wrapped where a width is given.
    pub fn new(text: &'a Text, folds: &'a Folds, width: Option<usize>) -> Self {
        Self { text, folds, width: width.map(|width| width.max(1)), last: RefCell::new((usize::MAX, Rc::new([]))) }
    }

    /// Where the parts of a line begin, in bytes of the line.
    fn starts(&self, line: usize) -> Rc<[usize]> {
        let Some(width) = self.width.filter(|_| self.folds.hidden_below(line).is_none()) else { return Rc::new([0]) };
        let mut last = self.last.borrow_mut();
        if last.0 != line {
            *last = (line, wrap(self.text.line(line), width).into());
        }
        Rc::clone(&last.1)
    }

    /// The bytes of its line that a row shows, and whether it shows the end of the line.
    pub fn part(&self, spot: Spot) -> (usize, usize, bool) {
        let starts = self.starts(spot.line);
        let start = starts.get(spot.part).copied().unwrap_or_default();
        match starts.get(spot.part + 1) {
            Some(end) => (start, *end, false),
            None => (start, self.text.line(spot.line).len(), true),
        }
    }

    /// The row that shows an offset of the text; of what is folded away, the row that it is folded into.
    pub fn of(&self, offset: usize) -> Spot {
        let own = self.text.line_of(offset);
        let line = self.folds.shown(own);
        if line != own {
            return Spot { line, part: 0 };
        }
        let at = offset - self.text.start_of(line);
        Spot { line, part: self.starts(line).partition_point(|start| *start <= at).saturating_sub(1) }
    }

    /// The row itself, or the nearest one where there is none such any more.
    pub fn nearest(&self, spot: Spot) -> Spot {
        let line = self.folds.shown(spot.line.min(self.text.line_count() - 1));
        Spot { line, part: if line == spot.line { spot.part.min(self.starts(line).len() - 1) } else { 0 } }
    }

    /// The last row.
    pub fn last(&self) -> Spot {
        let line = self.folds.shown(self.text.line_count() - 1);
        Spot { line, part: self.starts(line).len() - 1 }
    }

    /// The row below.
    pub fn next(&self, spot: Spot) -> Option<Spot> {
        if spot.part + 1 < self.starts(spot.line).len() {
            return Some(Spot { part: spot.part + 1, ..spot });
        }
        let line = self.folds.next(spot.line);
        (line < self.text.line_count()).then_some(Spot { line, part: 0 })
    }

    /// The row above.
    pub fn previous(&self, spot: Spot) -> Option<Spot> {
        if spot.part > 0 {
            return Some(Spot { part: spot.part - 1, ..spot });
        }
        let line = self.folds.previous(spot.line);
        (line < spot.line).then(|| Spot { line, part: self.starts(line).len() - 1 })
    }

    /// So many rows above, or the first one.
    pub fn above(&self, spot: Spot, rows: usize) -> Spot {
        (0..rows).try_fold(spot, |spot, _| self.previous(spot).ok_or(spot)).unwrap_or_else(|first| first)
    }

    /// So many rows below, or the last one.
    pub fn below(&self, spot: Spot, rows: usize) -> Spot {
        (0..rows).try_fold(spot, |spot, _| self.next(spot).ok_or(spot)).unwrap_or_else(|last| last)
    }

    /// The rows from one on.
    pub fn from(&self, spot: Spot) -> impl Iterator<Item = Spot> {
        std::iter::successors(Some(spot), |spot| self.next(*spot))
    }

    /// The column of an offset within its row.
    pub fn column(&self, offset: usize) -> usize {
        let spot = self.of(offset);
        let (from, to, _) = self.part(spot);
        let at = offset.saturating_sub(self.text.start_of(spot.line)).clamp(from, to);
        column(self.text.line(spot.line).get(from..).unwrap_or_default(), at - from)
    }

    /// The offset in a row that lies over a column; behind the end of the row, its end.
    pub fn offset(&self, spot: Spot, wanted: usize) -> usize {
        let (from, to, is_end) = self.part(spot);
        let part = self.text.line(spot.line).get(from..to).unwrap_or_default();
        let (byte, _) = byte_at(part, wanted);
        // Where the line goes on, the place behind the last cluster is already the first one of the next row.
        let last = part.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.text.start_of(spot.line) + from + if is_end { byte } else { byte.min(last) }
    }
}

/// Where the rows of a line begin.
fn wrap(line: &str, columns: usize) -> Vec<usize> {
    let plain = is_plain(line);
    let mut starts = vec![0];
    let mut start = 0;
    loop {
        let rest = line.get(start..).unwrap_or_default();
        let taken = if plain { plain_row(rest, columns) } else { row(rest, columns) };
        if taken >= rest.len() {
            return starts;
        }
        start += taken;
        starts.push(start);
    }
}

/// Whether a row may end behind a cluster rather than at its last column.
fn is_break(cluster: &str) -> bool {
    matches!(cluster, " " | ",")
}

/// The bytes of the first row of a text whose characters take one byte and one column each.
fn plain_row(text: &str, columns: usize) -> usize {
    if text.len() <= columns {
        return text.len();
    }
    let row = text.get(..columns).unwrap_or_default();
    let end = row.rfind([' ', ',']).map_or(0, |at| at + 1);
    if is_late(end, columns) { end } else { columns }
}

/// The bytes of the first row of any text: at least one cluster, however wide.
fn row(text: &str, columns: usize) -> usize {
    let (mut used, mut good) = (0, None);
    for (at, cluster) in text.grapheme_indices(true) {
        let next = used + width(cluster, used);
        if next > columns && at > 0 {
            return good.filter(|(_, column)| is_late(*column, columns)).map_or(at, |(byte, _)| byte);
        }
        used = next;
        if is_break(cluster) {
            good = Some((at + cluster.len(), used));
        }
    }
    text.len()
}

/// Whether a row that ends here is filled enough.
fn is_late(column: usize, columns: usize) -> bool {
    column * 2 >= columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of a line at a width.
    #[track_caller]
    fn check(line: &str, columns: usize, rows: &[&str]) {
        let starts = wrap(line, columns);
        let ends = starts.iter().copied().skip(1).chain([line.len()]);
        let found: Vec<&str> = starts.iter().zip(ends).map(|(from, to)| line.get(*from..to).unwrap()).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn a_row_ends_behind_a_blank_or_a_comma_that_leaves_it_well_filled() {
        check("", 4, &[""]);
        check("abcd", 4, &["abcd"]);
        check("abcdef", 4, &["abcd", "ef"]);
        check("ab, cd", 4, &["ab, ", "cd"]);
        check("a bcdef", 6, &["a bcde", "f"]);
        check("日, 日本", 6, &["日, ", "日本"]);
        check("日本日本", 5, &["日本", "日本"]);
        check("日", 1, &["日"]);
    }

    #[test]
    fn moves_go_over_rows_and_folded_lines_take_one() {
        let text = Text::new("abcdefgh\nxy");
        let folds = Folds::default();
        let rows = Rows::new(&text, &folds, Some(4));
        let all: Vec<(usize, usize)> = rows.from(Spot::default()).map(|spot| (spot.line, spot.part)).collect();
        assert_eq!(all, [(0, 0), (0, 1), (1, 0)]);
        assert_eq!((rows.of(4), rows.column(6)), (Spot { line: 0, part: 1 }, 2));
        assert_eq!(rows.above(rows.last(), 9), Spot::default());
        assert_eq!(rows.offset(Spot::default(), 9), 3, "the end of the row is the start of the next one");
        assert_eq!(rows.offset(rows.last(), 9), 11);
    }

    proptest! {
        #[test]
        fn rows_joined_are_the_text_and_none_is_too_wide(
            lines in proptest::collection::vec("[a-z ,\\t{}\"日é👩‍👧]{0,60}", 1..4), columns in 1_usize..30,
        ) {
            let content = lines.join("\n");
            let (text, folds) = (Text::new(content.clone()), Folds::default());
            let rows = Rows::new(&text, &folds, Some(columns));
            let mut joined = String::new();
            for spot in rows.from(Spot::default()) {
                let (from, to, is_end) = rows.part(spot);
                let part = text.line(spot.line).get(from..to).unwrap();
                let is_single = part.graphemes(true).count() <= 1;
                prop_assert!(is_single || column(part, part.len()) <= columns, "{part:?} at {columns}");
                joined.push_str(part);
                if is_end && spot != rows.last() {
                    joined.push('\n');
                }
                let start = text.start_of(spot.line);
                prop_assert_eq!(rows.of(start + from), spot);
            }
            prop_assert_eq!(joined, content);
        }
    }
}
