//! A report as one table: the section of each row, and the columns of all sections.

use super::{Cell, Report};
use crate::base::csv::{inert, record};

/// The whole table, with a header line.
pub fn table(report: &Report) -> String {
    let mut columns: Vec<&str> = Vec::new();
    let own = report.sections.iter().flat_map(|section| section.columns.iter());
    for column in own {
        if !columns.contains(&column.id) {
            columns.push(column.id);
        }
    }
    let head: Vec<&str> = std::iter::once("section").chain(columns.iter().copied()).collect();
    let mut out = record(&head);
    for section in &report.sections {
        let place = |id: &&str| section.columns.iter().position(|column| column.id == *id);
        let places: Vec<Option<usize>> = columns.iter().map(place).collect();
        for row in &section.rows {
            let cells: Vec<String> =
                places.iter().map(|at| at.and_then(|at| row.get(at)).map(value).unwrap_or_default()).collect();
            let mut fields: Vec<&str> = vec![section.id];
            fields.extend(cells.iter().map(String::as_str));
            out.push_str(&record(&fields));
        }
    }
    out
}

/// Times are as programs read them; what there is not, and what is not known, is empty.
fn value(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => inert(text).into_owned(),
        Cell::List(items) => inert(&items.join("; ")).into_owned(),
        Cell::Time(at) => at.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Severity(severity) => severity.word().to_owned(),
        Cell::None(_) => String::new(),
        Cell::NotRead(_) => "not read".to_owned(),
    }
}
