//! A report as a Markdown document.

use std::fmt::Write as _;

use super::{Column, Report};
use crate::base::text::visible;
use crate::base::time;

/// A text of an account on one line, of which nothing is read as markup.
pub fn plain(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::new();
    for ch in visible(&one_line).chars() {
        if "\\`*_~[]<>|#&".contains(ch) {
            safe.push('\\');
        }
        safe.push(ch);
    }
    safe
}

/// The whole document.
pub fn document(report: &Report) -> String {
    let mut out = format!("# {}\n\nMade on {} by iamtui.\n\n", plain(&report.title), time::moment(report.made));
    for (column, cell) in &report.about {
        let _ = writeln!(out, "- {}: {}", column.title, plain(&cell.shown(report.made)));
    }
    for section in &report.sections {
        let _ = write!(out, "\n## {} ({})\n\n", section.title, section.rows.len());
        if section.rows.is_empty() {
            let _ = writeln!(out, "{}", section.empty);
            continue;
        }
        let titles = |column: &Column| column.title;
        let _ = writeln!(out, "| {} |", section.columns.iter().map(titles).collect::<Vec<_>>().join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(section.columns.len()));
        for row in &section.rows {
            let cells: Vec<String> = row.iter().map(|cell| plain(&cell.shown(report.made))).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    for (title, list) in [("Not read", &report.not_read), ("Not evaluated", &report.not_evaluated)] {
        if !list.is_empty() {
            let _ = write!(out, "\n## {title}\n\n");
            for what in list {
                let _ = writeln!(out, "- {}", plain(what));
            }
        }
    }
    out
}
