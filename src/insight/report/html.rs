//! A report as a page that stands alone: no script, no request, readable on a phone and on paper.

use std::fmt::Write as _;

use super::{Cell, Column, Report, Section};
use crate::base::text::visible;
use crate::base::time;

/// What is the same on every page. On a narrow screen each row is a card; on paper nothing is cut off.
const STYLE: &str = "\
:root{color-scheme:light dark;--line:#d5d9e0;--soft:#5b6472;--bad:#b00020;--warn:#8a4b00}
@media(prefers-color-scheme:dark){:root{--line:#3b424d;--soft:#9aa4b2;--bad:#ff7b8a;--warn:#f0b267}}
*{box-sizing:border-box}
body{font:16px/1.45 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.soft,.none{color:var(--soft)}.critical,.high{color:var(--bad);font-weight:600}.medium{color:var(--warn);font-weight:600}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);\
overflow-wrap:anywhere}
th{position:sticky;top:0;background:Canvas;overflow-wrap:normal}td ul,dd ul{margin:0;padding:0;list-style:none}
@media(max-width:44rem){dl{display:block}dd{margin:0 0 .4rem}thead{display:none}table,tbody,tr,td{display:block}\
td{border:0;padding:.1rem 0}tr{border-bottom:1px solid var(--line);padding:.5rem 0}\
td::before{color:var(--soft);font-size:.8rem;display:block}}
@media print{body{font-size:10pt;max-width:none;padding:0}th{position:static}tr{break-inside:avoid}\
h2{break-after:avoid}}";

/// A text of an account as the text of an element or an attribute: no markup, and nothing that acts or hides.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in visible(text).chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A page around a body that is markup already. The policy lets it load nothing, whatever the body holds.
pub fn around(title: &str, style: &str, body: &str) -> String {
    let title = safe(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>{STYLE}\n{style}</style></head><body>\n<h1>{title}</h1>\n{body}</body></html>\n"
    )
}

/// The page of a report.
pub fn page(report: &Report) -> String {
    let mut body = String::new();
    let _ = writeln!(body, "<p class=\"soft\">Made on {} by iamtui.</p>", time::moment(report.made));
    body.push_str("<dl>\n");
    for (column, cell) in &report.about {
        let _ = writeln!(body, "<dt>{}</dt><dd>{}</dd>", column.title, value(cell, report));
    }
    body.push_str("</dl>\n");
    for section in &report.sections {
        table(section, report, &mut body);
    }
    for (title, list) in [("Not read", &report.not_read), ("Not evaluated", &report.not_evaluated)] {
        if !list.is_empty() {
            let _ = writeln!(body, "<h2>{title}</h2>\n{}", items(list));
        }
    }
    around(&report.title, &labels(report), &body)
}

/// The headings that stand in the cards of a narrow screen.
fn labels(report: &Report) -> String {
    let mut style = String::from("@media(max-width:44rem){");
    for section in &report.sections {
        for (at, column) in section.columns.iter().enumerate() {
            let _ = write!(style, "#{} td:nth-child({})::before{{content:\"{}\"}}", section.id, at + 1, column.title);
        }
    }
    style.push('}');
    style
}

fn table(section: &Section, report: &Report, out: &mut String) {
    let count = section.rows.len();
    let _ = writeln!(out, "<h2>{} <span class=\"soft\">{count}</span></h2>", section.title);
    if section.rows.is_empty() {
        let _ = writeln!(out, "<p class=\"none\">{}</p>", section.empty);
        return;
    }
    let heading = |column: &Column| format!("<th scope=\"col\">{}</th>", column.title);
    let head: String = section.columns.iter().map(heading).collect();
    let _ = writeln!(out, "<table id=\"{}\"><thead><tr>{head}</tr></thead><tbody>", section.id);
    for row in &section.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", value(cell, report));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
}

/// Texts of an account as a list.
fn items<T: AsRef<str>>(list: &[T]) -> String {
    let items: Vec<String> = list.iter().map(|item| format!("<li>{}</li>", safe(item.as_ref()))).collect();
    format!("<ul>{}</ul>", items.concat())
}

fn value(cell: &Cell, report: &Report) -> String {
    let shown = || safe(&cell.shown(report.made));
    match cell {
        Cell::Severity(severity) => format!("<span class=\"{}\">{}</span>", severity.word(), shown()),
        Cell::None(_) | Cell::NotRead(_) => format!("<span class=\"none\">{}</span>", shown()),
        Cell::List(items) if items.len() > 1 => self::items(items),
        Cell::List(items) if items.is_empty() => "<span class=\"none\">none</span>".to_owned(),
        Cell::Text(_) | Cell::List(_) | Cell::Time(_) | Cell::Count(_) | Cell::Flag(_) => shown(),
    }
}
