//! Two texts beside each other or one below the other, line by line, with the words that differ.

use similar::{ChangeTag, DiffOp, TextDiff};

use crate::theme::Role;

use super::pane::Line;

/// The lines around a change that are shown with it.
const AROUND: usize = 3;

/// A row of two texts beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The line on the left with its number and mark.
    pub left: Line,
    /// The line on the right.
    pub right: Line,
}

/// The changes as one text: lines that go with a minus, lines that come with a plus.
pub fn unified(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            lines.push(vec![("     ⋯".to_owned(), Role::Border)]);
        }
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let (mark, role, number) = match change.tag() {
                ChangeTag::Equal => (" ", Role::Muted, change.new_index()),
                ChangeTag::Delete => ("-", Role::Bad, change.old_index()),
                ChangeTag::Insert => ("+", Role::Good, change.new_index()),
            };
            let number = number.map_or_else(String::new, |number| (number + 1).to_string());
            let mut line = vec![(format!("{number:>4} {mark} "), role)];
            line.extend(words(change.iter_strings_lossy().map(|(marked, text)| (marked, text.into_owned())), role));
            lines.push(line);
        }
    }
    lines
}

/// The changes side by side.
pub fn side_by_side(old: &str, new: &str) -> Vec<Pair> {
    let diff = TextDiff::from_lines(old, new);
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut rows = Vec::new();
    let line = |lines: &[&str], at: usize, mark: &str, role: Role| -> Line {
        let text = lines.get(at).map_or_else(String::new, |text| blanks(text));
        vec![(format!("{:>4} {mark} ", at + 1), role), (text, role)]
    };
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            let gap = || vec![("     ⋯".to_owned(), Role::Border)];
            rows.push(Pair { left: gap(), right: gap() });
        }
        for op in group {
            match *op {
                DiffOp::Equal { old_index, new_index, len } => rows.extend((0..len).map(|at| Pair {
                    left: line(&old, old_index + at, " ", Role::Muted),
                    right: line(&new, new_index + at, " ", Role::Muted),
                })),
                _ => {
                    let (before, after) = (op.old_range(), op.new_range());
                    rows.extend((0..before.len().max(after.len())).map(|at| Pair {
                        left: if at < before.len() {
                            line(&old, before.start + at, "-", Role::Bad)
                        } else {
                            Vec::new()
                        },
                        right: if at < after.len() {
                            line(&new, after.start + at, "+", Role::Good)
                        } else {
                            Vec::new()
                        },
                    }));
                }
            }
        }
    }
    rows
}

fn blanks(text: &str) -> String {
    text.trim_end_matches('\r').replace('\t', "    ")
}

fn words(parts: impl Iterator<Item = (bool, String)>, role: Role) -> Line {
    let clean = |text: String| blanks(text.trim_end_matches('\n'));
    parts.map(|(marked, text)| (clean(text), if marked { Role::Match } else { role })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &Line) -> String {
        line.iter().map(|(text, _)| text.as_str()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn lines_that_go_and_come_are_marked() {
        let lines: Vec<String> = unified("a\nb\nc\n", "a\nx\nc\n").iter().map(shown).collect();
        assert_eq!(lines, ["   1   a", "   2 - b", "   2 + x", "   3   c"]);
        let rows: Vec<(String, String)> =
            side_by_side("a\nb\nc\n", "a\nx\ny\nc\n").iter().map(|row| (shown(&row.left), shown(&row.right))).collect();
        let row = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        assert_eq!(
            rows,
            [
                row("   1   a", "   1   a"),
                row("   2 - b", "   2 + x"),
                row("", "   3 + y"),
                row("   3   c", "   4   c"),
            ]
        );
    }

    #[test]
    fn what_is_alike_far_from_a_change_is_left_out() {
        let old: String = (0..40).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n30\n", "\nthirty\n");
        let lines = unified(&old, &new);
        assert!(lines.iter().any(|line| shown(line) == "     ⋯"));
        assert!(lines.len() < 20);
        assert!(unified(&old, &old).is_empty());
    }
}
