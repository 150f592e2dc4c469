//! Edits of a JSON text that leave it well-formed and its formatting alone.

use super::diagnostic::Edit;
use super::syntax::{NodeId, NodeKind, Span, Tree};

/// Removes entries of arrays or members of objects, with the commas and white space that belong to them.
///
/// A member is named by its key's node or by itself. Nodes must be in the order of the text.
pub fn removals(tree: &Tree<'_>, nodes: &[NodeId]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let span = with_comma(tree, *node, edits.last().map_or(0, |edit| edit.span.end));
        edits.push(Edit { span, text: String::new() });
    }
    edits
}

/// The span of an entry, from the end of what precedes it; for a first entry, up to the start of the next.
fn with_comma(tree: &Tree<'_>, node: NodeId, removed_until: u32) -> Span {
    let Some(entry) = entry_of(tree, node) else { return tree.span(node) };
    let own = tree.span(entry);
    let before = tree.before(entry).map(|sibling| tree.span(sibling).end);
    let after = tree.after(entry).map(|sibling| tree.span(sibling).start);
    match (before, after) {
        // What precedes may be gone already with its own comma, so the comma behind goes instead.
        (Some(end), Some(start)) if end <= removed_until && removed_until != 0 => Span { start: own.start, end: start },
        (Some(end), _) => Span { start: end.max(removed_until), end: own.end },
        (None, Some(start)) => Span { start: own.start, end: start },
        (None, None) => own,
    }
}

/// The entry of an array or the member of an object that a node is, or whose key it is.
fn entry_of(tree: &Tree<'_>, node: NodeId) -> Option<NodeId> {
    let parent = tree.parent(node)?;
    Some(if tree.kind(parent) == NodeKind::Member { parent } else { node })
}

/// Puts the entries of an earlier array in front of those of a later one of the same name; the earlier member goes.
///
/// A value that is no array is one entry.
pub fn merged(tree: &Tree<'_>, earlier_key: NodeId, earlier: NodeId, later: NodeId) -> Vec<Edit> {
    let mut edits = removals(tree, &[earlier_key]);
    let entries = |value: NodeId| -> Vec<Span> {
        let is_array = tree.kind(value) == NodeKind::Array;
        if is_array { tree.children(value).map(|child| tree.span(child)).collect() } else { vec![tree.span(value)] }
    };
    let moved = entries(earlier);
    let (Some(first), Some(last)) = (moved.first(), moved.last()) else { return edits };
    let moved = Span { start: first.start, end: last.end }.of(tree.text());
    let span = tree.span(later);
    let insert = |at: u32, text: String| Edit { span: Span { start: at, end: at }, text };
    if tree.kind(later) == NodeKind::Array {
        let begin = span.start + 1;
        let next = entries(later).first().map(|entry| entry.start);
        let gap = next.map_or("", |next| Span { start: begin, end: next }.of(tree.text()));
        let behind = match next {
            None => "",
            Some(_) if gap.is_empty() => ", ",
            Some(_) => ",",
        };
        edits.push(insert(begin, format!("{gap}{moved}{behind}")));
    } else {
        edits.push(insert(span.start, format!("[{moved}, ")));
        edits.push(insert(span.end, "]".to_owned()));
    }
    edits
}

/// Adds a member as the first one of an object, formatted as the members there are.
pub fn first_member(tree: &Tree<'_>, object: NodeId, member: &str) -> Edit {
    let open = tree.span(object).start + 1;
    let first = tree.children(object).next().map(|first| tree.span(first).start);
    let gap = first.map_or("", |first| Span { start: open, end: first }.of(tree.text()));
    let comma = if first.is_some() { "," } else { "" };
    let space = if gap.is_empty() && first.is_some() { " " } else { "" };
    Edit { span: Span { start: open, end: open }, text: format!("{gap}{member}{comma}{space}") }
}

/// Adds a member as the last one of an object, formatted as the members there are.
pub fn last_member(tree: &Tree<'_>, object: NodeId, member: &str) -> Edit {
    let members: Vec<NodeId> = tree.children(object).collect();
    let Some(last) = members.last() else { return first_member(tree, object, member) };
    let end = tree.span(*last).end;
    let open = tree.span(object).start + 1;
    let gap = match members.as_slice() {
        [.., one, other] => {
            let between = Span { start: tree.span(*one).end, end: tree.span(*other).start }.of(tree.text());
            between.rsplit(',').next().unwrap_or_default()
        }
        _ => Span { start: open, end: tree.span(*last).start }.of(tree.text()),
    };
    let gap = if gap.is_empty() { " " } else { gap };
    Edit { span: Span { start: end, end }, text: format!(",{gap}{member}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diagnostic::Fix;
    use crate::policy::parser::parse;

    #[track_caller]
    fn check_removal(text: &str, entries: &[usize], expected: &str) {
        let tree = parse(text);
        let all: Vec<_> = tree.children(tree.root()).collect();
        let nodes: Vec<_> = entries.iter().map(|at| all[*at]).collect();
        assert_eq!(Fix::new("Remove", removals(&tree, &nodes)).apply(text), expected);
        assert!(parse(expected).errors().is_empty());
    }

    #[test]
    fn entries_go_with_their_comma() {
        check_removal("[1, 2, 3]", &[0], "[2, 3]");
        check_removal("[1, 2, 3]", &[1], "[1, 3]");
        check_removal("[1, 2, 3]", &[2], "[1, 2]");
        check_removal("[1, 2, 3]", &[0, 1], "[3]");
        check_removal("[1, 2, 3]", &[1, 2], "[1]");
        check_removal("[1, 2, 3, 4]", &[0, 2], "[2, 4]");
        check_removal("[1]", &[0], "[]");
        check_removal("{\n  \"a\": 1,\n  \"b\": 2\n}", &[1], "{\n  \"a\": 1\n}");
    }

    #[test]
    fn entries_of_two_members_come_into_one() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let tree = parse(text);
            let members: Vec<_> = tree.members(tree.root()).collect();
            let ((key, earlier), (_, later)) = (members[0], members[members.len() - 1]);
            assert_eq!(Fix::new("Merge", merged(&tree, key, earlier, later)).apply(text), expected);
            assert!(parse(expected).errors().is_empty());
        }
        check(r#"{"a": [1, 2], "a": [3]}"#, r#"{"a": [1, 2, 3]}"#);
        check(r#"{"a": {"b": 1}, "x": 0, "a": {"c": 2}}"#, r#"{"x": 0, "a": [{"b": 1}, {"c": 2}]}"#);
        check(r#"{"a": [], "a": [3]}"#, r#"{"a": [3]}"#);
        check(r#"{"a": [3], "a": []}"#, r#"{"a": [3]}"#);
        check("{\n  \"a\": [\n    1\n  ],\n  \"a\": [\n    2\n  ]\n}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
    }

    #[test]
    fn members_are_added_as_the_others_are_formatted() {
        let add = |text: &str, first: bool| {
            let tree = parse(text);
            let edit = if first { first_member } else { last_member }(&tree, tree.root(), "\"x\": 0");
            Fix::new("Add", vec![edit]).apply(text)
        };
        assert_eq!(add("{}", true), "{\"x\": 0}");
        assert_eq!(add("{\"a\": 1}", true), "{\"x\": 0, \"a\": 1}");
        assert_eq!(add("{\n  \"a\": 1\n}", true), "{\n  \"x\": 0,\n  \"a\": 1\n}");
        assert_eq!(add("{\n  \"a\": 1,\n  \"b\": 2\n}", false), "{\n  \"a\": 1,\n  \"b\": 2,\n  \"x\": 0\n}");
        assert_eq!(add("{\"a\": 1}", false), "{\"a\": 1, \"x\": 0}");
    }
}
