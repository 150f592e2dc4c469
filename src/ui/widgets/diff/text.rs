//! Two texts compared line by line.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};
use unicode_segmentation::UnicodeSegmentation;

use crate::policy::parser;
use crate::theme::Look;
use crate::ui::widgets::json;

/// After this long, what is left is told as replaced as a whole: coarser, but not wrong. Up to so many lines nothing
/// takes that long.
const LONGEST: Duration = Duration::from_millis(10);
const FEW: usize = 1_000;

/// A line of one of the texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// How deep it is nested.
    pub depth: u16,
    /// Its pieces.
    pub pieces: Vec<(String, Look)>,
}

/// Lines that are in both texts, or that take each other's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Lines of the old text.
    pub old: Range<usize>,
    /// Lines of the new text.
    pub new: Range<usize>,
    /// Whether they say the same.
    pub same: bool,
}

/// How alike two texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Character by character.
    Equal,
    /// But for white space between the parts of a JSON text.
    Respaced,
    /// So many lines are only in the old text, so many only in the new one.
    Differs(usize, usize),
}

/// Two texts with what differs. JSON is laid out first, one member or value a line, so that white space
/// between its parts never counts as a difference; any other text is compared as it stands.
#[derive(Debug)]
pub(super) struct TextDiff {
    pub old: Vec<Line>,
    pub new: Vec<Line>,
    pub blocks: Vec<Block>,
    pub likeness: Likeness,
}

impl TextDiff {
    pub fn of(old: &str, new: &str) -> Self {
        let is_json = |text: &str| parser::parse(text).errors().is_empty();
        let laid_out = is_json(old) && is_json(new);
        let lines = if laid_out { json_lines } else { plain_lines };
        let (old_lines, new_lines) = (lines(old), lines(new));
        // Numbers are compared faster than lines.
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut keys = |lines: &[Line]| {
            let number = |line: &Line| {
                let next = numbers.len();
                *numbers.entry(line.key(laid_out)).or_insert(next)
            };
            lines.iter().map(number).collect::<Vec<_>>()
        };
        let (old_keys, new_keys) = (keys(&old_lines), keys(&new_lines));
        let many = old_keys.len() + new_keys.len() > FEW;
        let deadline = Instant::now().checked_add(LONGEST).filter(|_| many);
        let mut blocks: Vec<Block> = Vec::new();
        for op in capture_diff_slices_deadline(Algorithm::Patience, &old_keys, &new_keys, deadline) {
            let (tag, old, new) = op.as_tag_tuple();
            let same = tag == DiffTag::Equal;
            match blocks.last_mut() {
                Some(last) if last.same == same => {
                    last.old.end = old.end;
                    last.new.end = new.end;
                }
                _ => blocks.push(Block { old, new, same }),
            }
        }
        let changed = || blocks.iter().filter(|block| !block.same);
        let likeness = match (changed().map(|b| b.old.len()).sum(), changed().map(|b| b.new.len()).sum()) {
            (0, 0) if old == new => Likeness::Equal,
            (0, 0) => Likeness::Respaced,
            (gone, come) => Likeness::Differs(gone, come),
        };
        Self { old: old_lines, new: new_lines, blocks, likeness }
    }
}

impl Line {
    fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// What makes lines equal. In JSON the comma behind a value only says that another follows.
    fn key(&self, laid_out: bool) -> String {
        let mut text = self.text();
        if laid_out && text.ends_with(',') {
            text.pop();
        }
        text
    }

    /// The line as one that only its side has; what differs from the line that took its place stands out.
    pub fn marked(&self, other: Option<&Self>, plain: Look, word: Look) -> Vec<(String, Look)> {
        let own = self.text();
        let Some((before, after)) = other.and_then(|other| common(&own, &other.text())) else {
            return vec![(own, plain)];
        };
        let (head, rest) = own.split_at_checked(before).unwrap_or((&own, ""));
        let (middle, tail) = rest.split_at_checked(rest.len() - after.min(rest.len())).unwrap_or((rest, ""));
        let pieces = [(head, plain), (middle, word), (tail, plain)];
        pieces.into_iter().filter(|(text, _)| !text.is_empty()).map(|(text, role)| (text.to_owned(), role)).collect()
    }
}

/// The bytes that two lines have in common at their start and end; none where that is less than half of the line.
fn common(own: &str, other: &str) -> Option<(usize, usize)> {
    let same = |pair: &(&str, &str)| pair.0 == pair.1;
    let length = |(cluster, _): (&str, &str)| cluster.len();
    let before: usize = own.graphemes(true).zip(other.graphemes(true)).take_while(same).map(length).sum();
    let (own_rest, other_rest) = (own.get(before..)?, other.get(before..)?);
    let pairs = own_rest.graphemes(true).rev().zip(other_rest.graphemes(true).rev());
    let after: usize = pairs.take_while(same).map(length).sum();
    (2 * (before + after) >= own.len()).then_some((before, after))
}

fn json_lines(text: &str) -> Vec<Line> {
    let line = |line: json::JsonLine| Line { depth: line.depth, pieces: line.pieces };
    json::lines(text, &BTreeSet::new()).into_iter().map(line).collect()
}

fn plain_lines(text: &str) -> Vec<Line> {
    let line = |line: &str| Line { depth: 0, pieces: vec![(line.replace('\t', "    "), Look::Text)] };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, likeness: Likeness) {
        assert_eq!(TextDiff::of(old, new).likeness, likeness);
    }

    #[test]
    fn white_space_and_commas_between_values_are_no_difference() {
        check(r#"{"a":[1,2]}"#, "{\n \"a\": [1, 2]\n}", Likeness::Respaced);
        check(r#"{"a":[1,2]}"#, r#"{"a":[1,2]}"#, Likeness::Equal);
        check(r#"{"a":[1,2]}"#, r#"{"a":[1,2,3]}"#, Likeness::Differs(0, 1));
        check(r#"{"a":"b c"}"#, r#"{"a":"b  c"}"#, Likeness::Differs(1, 1));
    }

    #[test]
    fn what_is_no_json_is_compared_as_it_stands() {
        check("{\"a\": 1\n\"b\": 2}", "{\"a\": 1,\n\"b\": 2}", Likeness::Differs(1, 1));
        check("", "", Likeness::Equal);
        check("", "{}", Likeness::Differs(0, 1));
    }

    #[test]
    fn the_part_of_a_line_that_differs_stands_out() {
        let diff = TextDiff::of(r#"{"Action":"s3:GetObject"}"#, r#"{"Action":"s3:PutObject"}"#);
        let marked = diff.old[1].marked(diff.new.get(1), Look::Removed, Look::RemovedWord);
        let shown: Vec<(&str, Look)> = marked.iter().map(|(text, role)| (text.as_str(), *role)).collect();
        assert_eq!(
            shown,
            [("\"Action\": \"s3:", Look::Removed), ("Ge", Look::RemovedWord), ("tObject\"", Look::Removed)]
        );
        let all = diff.old[1].marked(diff.new.first(), Look::Removed, Look::RemovedWord);
        assert_eq!(all, [("\"Action\": \"s3:GetObject\"".to_owned(), Look::Removed)]);
    }

    #[test]
    fn of_the_longest_policy_one_changed_line_is_found() {
        let entries: Vec<String> = (0..4_000).map(|n| format!("\"arn:aws:s3:::bucket-{n}/*\"")).collect();
        let old = format!("{{\"Statement\": [{{\"Resource\": [{}]}}]}}", entries.join(","));
        assert!((100_000..131_072).contains(&old.len()), "{}", old.len());
        check(&old, &old.replace("bucket-2000/", "other/"), Likeness::Differs(1, 1));
    }

    #[test]
    fn texts_without_one_line_in_common_are_compared_in_no_time() {
        let text = |from: usize| (from..from + 40_000).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        let begun = Instant::now();
        check(&text(0), &text(100_000), Likeness::Differs(40_000, 40_000));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
