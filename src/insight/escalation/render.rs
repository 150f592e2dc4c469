//! Paths as a graph, for programs that draw.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{ADMIN, Escalation, Path, Verdict};

/// What a principal is called in a drawing: its kind and name.
fn label(id: &str) -> &str {
    id.splitn(6, ':').nth(5).unwrap_or(id)
}

/// The arrows of all paths that can be taken, each once: from, to, technique, verdict.
fn arrows(found: &Escalation) -> BTreeSet<(&str, &str, &'static str, Verdict)> {
    let mut arrows = BTreeSet::new();
    for path in found.paths.iter().filter(|path| path.verdict != Verdict::Blocked) {
        let mut from = &*path.from;
        for step in &path.steps {
            let to = end_of(path, from, &step.target);
            arrows.insert((from, to, step.technique, path.verdict));
            from = to;
        }
        if &*path.to == ADMIN && from != ADMIN {
            let last = path.steps.last().map_or("", |step| step.technique);
            arrows.insert((from, ADMIN, last, path.verdict));
        }
    }
    arrows
}

/// Where a step leads: to its target, or where that is oneself to the permissions of an administrator.
fn end_of<'p>(path: &'p Path, from: &str, target: &'p str) -> &'p str {
    if target == from { &path.to } else { target }
}

/// The paths in the language of Graphviz.
pub fn dot(found: &Escalation) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph escalation {\n  rankdir=LR;\n  node [shape=box];\n");
    for administrator in &found.administrators {
        let _ = writeln!(out, "  {} [style=bold];", quoted(label(administrator)));
    }
    for (from, to, technique, verdict) in arrows(found) {
        let style = if verdict == Verdict::Open { "solid" } else { "dashed" };
        let _ = writeln!(
            out,
            "  {} -> {} [label={}, style={style}];",
            quoted(label(from)),
            quoted(label(to)),
            quoted(technique)
        );
    }
    out.push_str("}\n");
    out
}

/// The paths in the language of Mermaid.
pub fn mermaid(found: &Escalation) -> String {
    let arrows = arrows(found);
    let nodes: BTreeSet<&str> = arrows.iter().flat_map(|(from, to, ..)| [*from, *to]).collect();
    let number = |id: &str| nodes.iter().position(|node| *node == id).unwrap_or_default();
    let mut out = String::from("flowchart LR\n");
    for node in &nodes {
        let text = label(node).replace('"', "#quot;");
        let _ = writeln!(out, "  n{}[\"{text}\"]", number(node));
    }
    for (from, to, technique, verdict) in &arrows {
        let arrow = if *verdict == Verdict::Open { "-->" } else { "-.->" };
        let _ = writeln!(out, "  n{} {arrow}|{technique}| n{}", number(from), number(to));
    }
    out
}
