//! A list as a document: its rows as they are filtered and sorted, its columns as they were chosen, to a file or to the
//! terminal's clipboard.

use std::fmt::Write as _;
use std::path::PathBuf;

use ratatui::layout::Rect;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use crate::base::csv;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::base::text::visible;
use crate::input::{Action, Context, FormAction, Nav};
use crate::insight::report::markdown::plain;
use crate::ui::effect::{Export, UiEffect};
use crate::ui::form::{Acted, Field, Form, Input};
use crate::ui::frame::Frame;
use crate::ui::layer::Layer;
use crate::ui::layout::centered;
use crate::ui::page::View;
use crate::ui::widgets::panel::panel;

/// The rows of a list in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the rows are: `users`.
    pub kind: &'static str,
    /// The columns: their names in filters, and their headings.
    pub columns: Vec<(&'static str, &'static str)>,
    /// The cells of each row.
    pub rows: Vec<Vec<String>>,
}

/// The format of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
    Markdown,
    /// A line for each value, for who has the page read aloud.
    Text,
}

impl Format {
    /// Each with what notices call it and the ending of its files; in the order of the names.
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Csv, "list as CSV", "csv"),
        (Self::Json, "list as JSON", "json"),
        (Self::Markdown, "list as Markdown", "md"),
        (Self::Text, "list as plain text", "txt"),
    ];
    const NAMES: &'static [&'static str] = &["CSV", "JSON", "Markdown", "plain text"];

    fn at(place: usize) -> (Self, &'static str, &'static str) {
        Self::ALL.get(place).copied().unwrap_or(Self::ALL[0])
    }
}

impl Table {
    fn written(&self, format: Format) -> String {
        match format {
            Format::Csv => self.csv(),
            Format::Json => self.json(),
            Format::Markdown => self.markdown(),
            Format::Text => self.text(),
        }
    }

    fn csv(&self) -> String {
        let heads: Vec<&str> = self.columns.iter().map(|(_, title)| *title).collect();
        let row = |cells: &Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|cell| csv::inert(&visible(cell)).into_owned()).collect();
            csv::record(&cells.iter().map(String::as_str).collect::<Vec<_>>())
        };
        std::iter::once(csv::record(&heads)).chain(self.rows.iter().map(row)).collect()
    }

    fn json(&self) -> String {
        let row = |cells: &Vec<String>| {
            let members = self.columns.iter().zip(cells);
            let members = members.map(|((id, _), cell)| ((*id).to_owned(), Value::from(cell.as_str())));
            Value::Object(members.collect::<Map<_, _>>())
        };
        let rows: Value = self.rows.iter().map(row).collect();
        serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n"
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let heads = self.columns.iter().map(|(_, title)| (*title).to_owned()).collect();
        let rule = format!("|{}\n", " --- |".repeat(self.columns.len()));
        let rows = self.rows.iter().map(|cells| line(cells.iter().map(|cell| plain(cell)).collect()));
        [line(heads), rule].into_iter().chain(rows).collect()
    }

    fn text(&self) -> String {
        let width = self.columns.iter().map(|(_, title)| title.width()).max().unwrap_or(0);
        let mut out = format!("{} {}\n", self.rows.len(), self.kind);
        for cells in &self.rows {
            out.push('\n');
            for ((_, title), cell) in self.columns.iter().zip(cells) {
                let _ = writeln!(out, "{title}:{} {}", " ".repeat(width - title.width()), visible(cell));
            }
        }
        out
    }
}

const TO: &str = "to";
const FORMAT: &str = "format";
const FILE: &str = "file";
/// The places that a document goes to.
const PLACES: &[&str] = &["a file", "the clipboard"];

/// The questions for format and place.
#[derive(Debug)]
pub struct ExportList {
    table: Table,
    /// What the name of the file begins with.
    name: String,
    form: Form,
}

impl ExportList {
    /// The questions about a list.
    pub fn new(table: Table, view: &View<'_>) -> Self {
        let name = format!("{}-{}", table.kind.replace(' ', "-"), crate::base::time::date(view.now));
        let is_file = |text: &str| {
            if text.trim().is_empty() { Err(UserError::new("the file needs a name")) } else { Ok(()) }
        };
        let unread = table.rows.iter().flatten().filter(|cell| *cell == "…").count();
        let mut fields = vec![
            Field::choice(
                FORMAT,
                "Format",
                "The rows as they are filtered and sorted, with the chosen columns.",
                Format::NAMES,
            ),
            Field::choice(TO, "To", "A terminal's clipboard takes about 56,000 characters.", PLACES),
            Field::text(FILE, "File", "Existing files are not overwritten.", is_file),
        ];
        if unread > 0 {
            fields.push(Field::note("unread", "Not read yet"));
        }
        let mut form = Form::new("Export", fields);
        let said = format!("{unread} values of rows that were not in sight yet are written as `…`.");
        form.remark("unread", Some(said));
        let mut layer = Self { table, name, form };
        layer.name_file(None);
        layer
    }

    /// Gives the file the ending of the format, unless it was named otherwise.
    fn name_file(&mut self, before: Option<usize>) {
        let named = |at: usize| format!("{}.{}", self.name, Format::at(at).2);
        let usual = before.map(named);
        let name = named(self.form.choice(FORMAT));
        if usual.is_none_or(|usual| self.form.text(FILE) == usual)
            && let Some(Input::Text(line)) = self.form.field(FILE).map(|field| &mut field.input)
        {
            line.set(&name);
        }
        let is_file = self.form.choice(TO) == 0;
        self.form.ask(FILE, is_file);
    }

    fn done(&self) -> Vec<UiEffect> {
        let (format, what, _) = Format::at(self.form.choice(FORMAT));
        let text = self.table.written(format);
        if self.form.choice(TO) == 0 {
            let file = Export { path: PathBuf::from(self.form.text(FILE).trim()), text: Secret::new(text), run: None };
            return vec![UiEffect::Close, UiEffect::Write(file)];
        }
        vec![UiEffect::Close, UiEffect::Copy(what, text)]
    }
}

impl Layer for ExportList {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.form.scopes())
    }

    fn title(&self) -> &'static str {
        "Export list"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        if action == Action::Nav(Nav::Back) {
            return vec![UiEffect::Close];
        }
        let before = self.form.choice(FORMAT);
        let is_done = action == Action::Form(FormAction::NextStep) || self.form.act(action) == Acted::Past;
        self.name_file(Some(before));
        if is_done && !self.form.stop_at_problem() { self.done() } else { Vec::new() }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        let before = self.form.choice(FORMAT);
        self.form.type_text(text);
        self.name_file(Some(before));
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let inside = crate::ui::layout::inner(self.place(area));
        self.form.settle(inside);
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(self.place(area), &format!("Export {} {}", self.table.rows.len(), self.table.kind), frame);
        self.form.render(inside, frame);
    }
}

impl ExportList {
    fn place(&self, area: Rect) -> Rect {
        centered(area, area.width.min(96), 11)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = vec![row(["=cmd|x", "2 days, 1 hour"]), row(["ada", "a \"b\"\u{202e}"])];
        Table { kind: "users", columns: vec![("name", "User name"), ("created", "Created")], rows }
    }

    #[test]
    fn a_list_is_written_in_each_format_and_its_texts_do_nothing_there() {
        let table = table();
        assert_eq!(
            table.written(Format::Csv),
            format!(
                "User name,Created\r\n'=cmd|x,\"2 days, 1 hour\"\r\nada,\"a \"\"b\"\"{}\"\r\n",
                visible("\u{202e}")
            )
        );
        let json: Value = serde_json::from_str(&table.written(Format::Json)).unwrap();
        assert_eq!(json[0], serde_json::json!({"name": "=cmd|x", "created": "2 days, 1 hour"}));
        let markdown = table.written(Format::Markdown);
        assert!(markdown.starts_with("| User name | Created |\n| --- | --- |\n| =cmd\\|x |"), "{markdown}");
        let text = table.written(Format::Text);
        assert!(text.starts_with("2 users\n\nUser name: =cmd|x\nCreated:   2 days, 1 hour\n"), "{text}");
        assert!(!text.contains('\u{202e}') && !markdown.contains('\u{202e}'));
    }
}
