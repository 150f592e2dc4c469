//! A report for programs.

use serde_json::{Map, Value, json};

use super::{Cell, Report, Section};

/// The whole report as one line.
pub fn text(report: &Report) -> String {
    let about: Map<String, Value> =
        report.about.iter().map(|(column, cell)| (column.id.to_owned(), value(cell))).collect();
    let sections: Map<String, Value> =
        report.sections.iter().map(|section| (section.id.to_owned(), rows(section))).collect();
    let whole = json!({
        "title": report.title, "made_at": report.made, "about": about, "sections": sections,
        "not_read": report.not_read, "not_evaluated": report.not_evaluated,
    });
    format!("{whole}\n")
}

fn rows(section: &Section) -> Value {
    let row = |row: &Vec<Cell>| -> Value {
        section.columns.iter().zip(row).map(|(column, cell)| (column.id.to_owned(), value(cell))).collect()
    };
    section.rows.iter().map(row).collect()
}

/// What there is not is null; what is not known says why.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::List(items) => json!(items),
        Cell::Time(at) => json!(at),
        Cell::Count(count) => json!(count),
        Cell::Flag(flag) => json!(flag),
        Cell::Severity(severity) => json!(severity.word()),
        Cell::None(_) => Value::Null,
        Cell::NotRead(why) => json!({"not_read": why}),
    }
}
