//! Changes of lists and statements as edits of the text, in the text's own layout.

use super::ast::List;
use super::diagnostic::Edit;
use super::syntax::{NodeId, NodeKind, Span, Tree};

/// The edit that gives a list other entries, each written as JSON. One entry stays a string where it was one.
pub(super) fn replace_list(tree: &Tree<'_>, list: &List<'_>, entries: &[String]) -> Edit {
    let span = tree.span(list.node);
    let text = match entries {
        [only] if !list.is_array => only.clone(),
        [] => "[]".to_owned(),
        _ => array(tree, list, entries),
    };
    Edit { span, text }
}

/// An array laid out as the list is, or as the document is where the list is no array yet.
fn array(tree: &Tree<'_>, list: &List<'_>, entries: &[String]) -> String {
    let text = tree.text();
    let own = tree.span(list.node).of(text);
    let many_lines = if list.is_array && list.items.len() > 1 { own.contains('\n') } else { text.contains('\n') };
    if !many_lines {
        let gap = if text.contains(", ") || text.contains(": ") { ", " } else { "," };
        return format!("[{}]", entries.join(gap));
    }
    let outer = indent_at(text, tree.span(list.key).start as usize);
    let inner = format!("{outer}{}", unit(text));
    format!("[\n{inner}{}\n{outer}]", entries.join(&format!(",\n{inner}")))
}

/// The white space that the line of an offset begins with.
pub(super) fn indent_at(text: &str, offset: usize) -> &str {
    let line = text.get(..offset).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(line..).unwrap_or_default();
    let end = rest.find(|c: char| c != ' ' && c != '\t').unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// One step of the text's indentation: that of its first indented line.
pub(super) fn unit(text: &str) -> &str {
    text.lines().map(|line| indent_at(line, 0)).find(|indent| !indent.is_empty()).unwrap_or("    ")
}

/// The edits that take some children out of an array, commas included. At least one child must stay.
pub(super) fn remove_children(tree: &Tree<'_>, array: NodeId, removed: impl Fn(usize) -> bool) -> Vec<Edit> {
    if tree.kind(array) != NodeKind::Array {
        return Vec::new();
    }
    let spans: Vec<Span> = tree.children(array).map(|child| tree.span(child)).collect();
    let Some(first_kept) = (0..spans.len()).find(|at| !removed(*at)) else { return Vec::new() };
    let mut edits = Vec::new();
    if let (Some(first), Some(kept)) = (spans.first(), spans.get(first_kept))
        && first_kept > 0
    {
        edits.push(Edit { span: Span { start: first.start, end: kept.start }, text: String::new() });
    }
    for (at, pair) in spans.windows(2).enumerate() {
        if let [before, this] = pair
            && at + 1 > first_kept
            && removed(at + 1)
        {
            edits.push(Edit { span: Span { start: before.end, end: this.end }, text: String::new() });
        }
    }
    edits
}

/// An entry as the text has it, quotes and escapes included.
pub(super) fn written(tree: &Tree<'_>, span: Span) -> String {
    span.of(tree.text()).to_owned()
}
