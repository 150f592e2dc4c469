//! A report for terminals: facts in lines, tables in columns.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Report, Section};
use crate::base::text::visible;
use crate::base::time;

/// All lines.
pub fn lines(report: &Report) -> String {
    let mut out = format!("{}\nMade on {} by iamtui.\n\n", visible(&report.title), time::moment(report.made));
    let width = report.about.iter().map(|(column, _)| column.title.len()).max().unwrap_or_default();
    for (column, cell) in &report.about {
        let _ = writeln!(out, "{:width$}  {}", column.title, visible(&cell.shown(report.made)));
    }
    for section in &report.sections {
        let _ = writeln!(out, "\n{} ({})", section.title, section.rows.len());
        table(section, report, &mut out);
    }
    for (title, list) in [("not read", &report.not_read), ("not evaluated", &report.not_evaluated)] {
        for what in list {
            let _ = writeln!(out, "{title}: {}", visible(what));
        }
    }
    out
}

fn table(section: &Section, report: &Report, out: &mut String) {
    if section.rows.is_empty() {
        let _ = writeln!(out, "  {}", section.empty);
        return;
    }
    let head: Vec<String> = section.columns.iter().map(|column| column.title.to_owned()).collect();
    let shown = |row: &Vec<super::Cell>| -> Vec<String> {
        row.iter().map(|cell| visible(&cell.shown(report.made)).into_owned()).collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(section.rows.iter().map(shown)).collect();
    let mut widths = vec![0; section.columns.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    for row in rows {
        let mut line = String::from("  ");
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.width()));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
