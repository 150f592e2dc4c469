//! Edits of what other edits made, as edits of the text before both.

use crate::policy::diagnostic::Edit;
use crate::policy::syntax::Span;

/// A stretch of the text before that comes to be one of the text in between.
struct Stretch {
    before: (usize, usize),
    between: (usize, usize),
}

/// Edits of a text that do at once what `first` does to it and `then` to what came of that.
///
/// Both are in order and without overlap; so is what comes of them.
pub(super) fn one_after_the_other(text: &str, first: &[Edit], then: &[Edit]) -> Vec<Edit> {
    let between = apply(text, first);
    let changed = stretches(first);
    let mut spans: Vec<(usize, usize)> = changed.iter().map(|stretch| stretch.between).collect();
    spans.extend(then.iter().map(|edit| (edit.span.start as usize, edit.span.end as usize)));
    spans.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    let edit = |(start, end): (usize, usize)| {
        let inside = then.iter().filter(|edit| edit.span.start as usize >= start && edit.span.end as usize <= end);
        let part: Vec<Edit> = inside
            .map(|edit| {
                let span = Span::new(edit.span.start as usize - start, edit.span.end as usize - start);
                Edit { span, text: edit.text.clone() }
            })
            .collect();
        let text = apply(between.get(start..end).unwrap_or_default(), &part);
        Edit { span: Span::new(before(&changed, start, false), before(&changed, end, true)), text }
    };
    joined.into_iter().map(edit).collect()
}

/// What each edit takes the place of, and where that is afterwards.
fn stretches(edits: &[Edit]) -> Vec<Stretch> {
    let (mut gone, mut come) = (0, 0);
    let stretch = |edit: &Edit| {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        let at = start + come - gone;
        gone += end - start;
        come += edit.text.len();
        Stretch { before: (start, end), between: (at, at + edit.text.len()) }
    };
    edits.iter().map(stretch).collect()
}

/// The place in the text before of one in the text between that lies inside no stretch, but may bound one.
fn before(changed: &[Stretch], at: usize, is_end: bool) -> usize {
    let passed = |stretch: &&Stretch| stretch.between.1 < at || is_end && stretch.between.1 == at;
    match changed.iter().rev().find(passed) {
        Some(stretch) => stretch.before.1 + (at - stretch.between.1),
        None => at,
    }
}

fn apply(text: &str, edits: &[Edit]) -> String {
    crate::policy::diagnostic::Fix::new("", edits.to_vec()).apply(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, first: &[(usize, usize, &str)], then: &[(usize, usize, &str)]) {
        let edits = |list: &[(usize, usize, &str)]| -> Vec<Edit> {
            list.iter().map(|(a, b, text)| Edit { span: Span::new(*a, *b), text: (*text).to_owned() }).collect()
        };
        let (first, then) = (edits(first), edits(then));
        let at_once = one_after_the_other(text, &first, &then);
        assert_eq!(apply(text, &at_once), apply(&apply(text, &first), &then));
        assert!(at_once.is_sorted_by(|a, b| a.span.end < b.span.start), "{at_once:?}");
    }

    #[test]
    fn edits_one_after_the_other_are_edits_at_once() {
        check("abcdef", &[(1, 2, "XYZ")], &[(0, 0, "<"), (8, 8, ">")]);
        check("abcdef", &[(1, 2, "XYZ")], &[(2, 3, "-")]);
        check("abcdef", &[(1, 2, "XYZ"), (4, 5, "")], &[(3, 6, "-")]);
        check("abcdef", &[(1, 1, "X"), (2, 3, "Y")], &[(1, 1, "<"), (2, 2, "|"), (4, 4, ">")]);
        check("abcdef", &[], &[(2, 4, "-")]);
        check("abcdef", &[(0, 6, "")], &[(0, 0, "all")]);
    }
}
