//! What a tab of a detail page shows: headings, fields, tables with links, documents that fold.
//!
//! A resource describes a tab as a [`Sheet`], a value without state. [`SheetView`] lays it out into lines,
//! keeps cursor and folds, and draws only the lines in sight.

use std::collections::{BTreeSet, HashMap, HashSet};

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::backend::Load;
use crate::base::text::{visible, visible_lines};
use crate::input::Action;
use crate::model::{Document, Fact};
use crate::theme::Role;

use super::cell::Cell;
use super::frame::{Frame, fit, fit_middle};
use super::place::Place;
use super::selection::Thing;
use super::widgets::json;
use super::widgets::scroll::Scroll;

/// The content of a tab, from top to bottom.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Heading(String),
    Field(&'static str, Cell, Option<Place>),
    Head(Vec<Column>),
    Row(Vec<Column>, Row),
    Document(String, Document),
    Note(Cell),
    Blank,
}

/// A column of a table in a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    title: &'static str,
    width: u16,
}

impl Column {
    /// A column with its least width; the room that is left over goes to the first column.
    pub const fn new(title: &'static str, width: u16) -> Self {
        Self { title, width }
    }
}

/// A row of a table in a sheet.
#[derive(Debug, Clone)]
pub struct Row {
    cells: Vec<Cell>,
    link: Option<Place>,
    under: Option<(String, Fact<Document>)>,
    /// What reads that document.
    reads: Option<Load>,
    thing: Option<Thing>,
}

impl Row {
    /// A row of cells, in the order of the columns.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, link: None, under: None, reads: None, thing: None }
    }

    /// The same row with the page that Enter opens.
    pub fn link(mut self, place: Place) -> Self {
        self.link = Some(place);
        self
    }

    /// The same row with what verbs can change about it.
    pub fn thing(mut self, thing: Thing) -> Self {
        self.thing = Some(thing);
        self
    }

    /// The same row with a document that unfolds below it; the key tells it from the sheet's others.
    pub fn document(mut self, key: impl Into<String>, document: Fact<Document>) -> Self {
        self.under = Some((key.into(), document));
        self
    }

    /// The same row with what reads its document once that is unfolded.
    pub fn reads(mut self, load: Load) -> Self {
        self.reads = Some(load);
        self
    }
}

impl Sheet {
    /// An empty sheet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a heading, with a blank line above it unless it is the first.
    pub fn heading(&mut self, text: impl Into<String>) {
        if !self.parts.is_empty() {
            self.parts.push(Part::Blank);
        }
        self.parts.push(Part::Heading(text.into()));
    }

    /// Adds a label with its value.
    pub fn field(&mut self, label: &'static str, cell: Cell) {
        self.parts.push(Part::Field(label, cell, None));
    }

    /// Adds a label with a value that Enter follows.
    pub fn linked(&mut self, label: &'static str, cell: Cell, place: Place) {
        self.parts.push(Part::Field(label, cell, Some(place)));
    }

    /// Adds a line of text; its own line feeds are kept.
    pub fn note(&mut self, cell: Cell) {
        self.parts.push(Part::Note(cell));
    }

    /// Adds a table; without rows, the note in its place.
    pub fn table(&mut self, columns: &[Column], rows: Vec<Row>, empty: &'static str) {
        if rows.is_empty() {
            self.note(Cell::absent(empty));
            return;
        }
        self.parts.push(Part::Head(columns.to_vec()));
        self.parts.extend(rows.into_iter().map(|row| Part::Row(columns.to_vec(), row)));
    }

    /// Adds a table over a list that may be unknown, denied or absent, each said as it is.
    pub fn facts<T>(
        &mut self,
        list: &Fact<Vec<T>>,
        columns: &[Column],
        empty: &'static str,
        row: impl FnMut(&T) -> Row,
    ) {
        match list {
            Fact::Known(items, _) => self.table(columns, items.iter().map(row).collect(), empty),
            other => self.note(Cell::wide(other, empty, |_| Cell::unknown())),
        }
    }

    /// Adds a document; the key tells it from the sheet's others.
    pub fn document(&mut self, key: impl Into<String>, document: &Fact<Document>) {
        match document {
            Fact::Known(document, _) => self.parts.push(Part::Document(key.into(), document.clone())),
            other => self.note(Cell::wide(other, "There is no document.", |_| Cell::unknown())),
        }
    }
}

#[cfg(test)]
impl Sheet {
    /// The lines as text, with nothing unfolded.
    pub fn text(self, width: u16) -> Vec<String> {
        let mut view = SheetView::default();
        view.set(self);
        view.settle(Rect::new(0, 0, width, 100));
        let line = |line: &Line| line.pieces.iter().map(|(text, ..)| text.as_str()).collect::<Vec<_>>().join(" ");
        view.lines.iter().map(line).collect()
    }
}

/// One line on the screen.
#[derive(Debug, Clone, Default)]
struct Line {
    indent: u16,
    /// Text, look, and the columns that it takes.
    pieces: Vec<(String, Role, u16)>,
    link: Option<Place>,
    fold: Option<Fold>,
    thing: Option<Thing>,
}

/// What opens and closes on a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fold {
    /// The document below a row.
    Under(String),
    /// A bracket of a document.
    Bracket(String, u32),
}

/// A sheet on the screen: its lines, the cursor, what is folded.
#[derive(Debug, Default)]
pub struct SheetView {
    sheet: Sheet,
    lines: Vec<Line>,
    width: u16,
    scroll: Scroll,
    /// Documents below rows that are open; they are closed at first.
    open: HashSet<String>,
    /// Brackets that are folded; they are open at first.
    folded: HashMap<String, BTreeSet<u32>>,
    stale: bool,
    /// Whether the cursor has found its first line that leads somewhere, or was moved.
    landed: bool,
}

impl SheetView {
    /// Shows another content, keeping cursor and folds.
    pub fn set(&mut self, sheet: Sheet) {
        self.sheet = sheet;
        self.stale = true;
    }

    /// Lays the sheet out where something changed, and brings the cursor into sight.
    pub fn settle(&mut self, area: Rect) {
        if self.stale || self.width != area.width {
            self.width = area.width;
            self.stale = false;
            self.lines =
                Lines { open: &self.open, folded: &self.folded, width: area.width, out: Vec::new() }.all(&self.sheet);
            self.land(area.height);
        }
        self.scroll.settle(self.lines.len(), area.height);
    }

    /// Puts the cursor on the first line that leads somewhere, until the user moves it.
    ///
    /// A sheet opens at its top: where that line is not in sight from there, the cursor stays.
    fn land(&mut self, height: u16) {
        let first =
            || self.lines.iter().position(|line| line.link.is_some() || line.fold.is_some() || line.thing.is_some());
        if !self.landed
            && let Some(at) = first()
            && at < usize::from(height)
        {
            self.scroll.cursor = at;
            self.landed = true;
        }
    }

    /// The reads that unfolded documents wait for.
    pub fn wants(&self) -> impl Iterator<Item = &Load> {
        let rows =
            self.sheet.parts.iter().filter_map(|part| if let Part::Row(_, row) = part { Some(row) } else { None });
        let waiting =
            |row: &&Row| row.under.as_ref().is_some_and(|(key, fact)| fact.is_unknown() && self.open.contains(key));
        rows.filter(waiting).filter_map(|row| row.reads.as_ref())
    }

    /// Whether something on the sheet folds.
    pub fn folds(&self) -> bool {
        self.lines.iter().any(|line| line.fold.is_some())
    }

    /// Whether the line under the cursor leads somewhere or opens.
    pub fn is_active(&self) -> bool {
        self.line().is_some_and(|line| line.link.is_some() || line.fold.is_some())
    }

    fn line(&self) -> Option<&Line> {
        self.lines.get(self.scroll.cursor)
    }

    /// What the line under the cursor is about, for verbs.
    pub fn thing(&self) -> Option<&Thing> {
        self.line()?.thing.as_ref()
    }

    /// The page that the line under the cursor leads to.
    pub fn link(&self) -> Option<Place> {
        self.line()?.link.clone()
    }

    /// Moves, folds or opens; whether the action was one of these.
    pub fn act(&mut self, action: Action) -> bool {
        self.landed = true;
        match action {
            Action::Fold => {
                if let Some(fold) = self.line().and_then(|line| line.fold.clone()) {
                    self.turn(fold);
                }
                true
            }
            Action::FoldAll => {
                self.turn_all();
                true
            }
            _ => self.scroll.act(action, self.lines.len()),
        }
    }

    fn turn(&mut self, fold: Fold) {
        self.stale = true;
        match fold {
            Fold::Under(key) => {
                if !self.open.remove(&key) {
                    self.open.insert(key);
                }
            }
            Fold::Bracket(key, offset) => {
                let folded = self.folded.entry(key).or_default();
                if !folded.remove(&offset) {
                    folded.insert(offset);
                }
            }
        }
    }

    /// Opens everything below rows; where all is open already, closes it.
    fn turn_all(&mut self) {
        self.stale = true;
        let keys: HashSet<String> = self
            .sheet
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Row(_, row) => row.under.as_ref().map(|(key, _)| key.clone()),
                _ => None,
            })
            .collect();
        self.folded.clear();
        if keys.is_subset(&self.open) { self.open.clear() } else { self.open = keys }
    }

    /// Draws the lines in sight.
    pub fn render(&self, area: Rect, list: u64, frame: &mut Frame<'_>) {
        let window = self.scroll.window(self.lines.len());
        for (at, y) in window.clone().zip(area.y..area.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let selected = at == self.scroll.cursor;
            frame.text(area, area.x, y, if selected { "›" } else { " " }, Role::Accent);
            let mut x = area.x + 2 + line.indent;
            for (number, (text, role, width)) in line.pieces.iter().enumerate() {
                let active = selected && number == 0 && (line.link.is_some() || line.fold.is_some());
                let cell = Rect { x, width: (*width).min(area.right().saturating_sub(x)), ..area };
                frame.text(cell, x, y, text, if active { Role::Selection } else { *role });
                x = x.saturating_add(*width);
            }
        }
        frame.picture.scrolled = Some(super::frame::Scrolled { list, area, first: window.start });
    }
}

/// Lays the parts of a sheet out into lines.
struct Lines<'a> {
    open: &'a HashSet<String>,
    folded: &'a HashMap<String, BTreeSet<u32>>,
    width: u16,
    out: Vec<Line>,
}

impl Lines<'_> {
    fn all(mut self, sheet: &Sheet) -> Vec<Line> {
        let label = sheet
            .parts
            .iter()
            .filter_map(|part| if let Part::Field(label, ..) = part { Some(label.width()) } else { None })
            .max();
        let label = u16::try_from(label.unwrap_or(0) + 2).unwrap_or(20);
        for part in &sheet.parts {
            match part {
                Part::Blank => self.out.push(Line::default()),
                Part::Heading(text) => self.plain(0, text, Role::Title),
                Part::Note(cell) => visible_lines(&cell.text).for_each(|line| self.plain(0, &line, cell.role)),
                Part::Field(name, cell, link) => self.field(label, name, cell, link.clone()),
                Part::Head(columns) => self.head(columns),
                Part::Row(columns, row) => self.row(columns, row),
                Part::Document(key, document) => self.document(0, key, document),
            }
        }
        self.out
    }

    fn room(&self) -> u16 {
        self.width.saturating_sub(2)
    }

    fn plain(&mut self, indent: u16, text: &str, role: Role) {
        let pieces = vec![(text.to_owned(), role, self.room())];
        self.out.push(Line { indent, pieces, ..Line::default() });
    }

    fn field(&mut self, label: u16, name: &str, cell: &Cell, link: Option<Place>) {
        let room = self.room().saturating_sub(label);
        let value = fit_middle(&visible(&cell.text), usize::from(room)).into_owned();
        let role = if link.is_some() { Role::Link } else { cell.role };
        let pieces = vec![(name.to_owned(), Role::Muted, label), (value, role, room)];
        self.out.push(Line { pieces, link, ..Line::default() });
    }

    fn widths(&self, columns: &[Column]) -> Vec<u16> {
        let least: u16 = columns.iter().map(|column| column.width).sum();
        let room = self.room();
        // What a column tells may change what the others mean: where there is no room for all, all get less.
        let width = |width: u16| if least > room { width * room / least.max(1) } else { width };
        let mut widths: Vec<u16> = columns.iter().map(|column| width(column.width)).collect();
        let spare = room.saturating_sub(widths.iter().sum());
        widths.iter_mut().take(1).for_each(|first| *first += spare);
        widths
    }

    fn head(&mut self, columns: &[Column]) {
        let widths = self.widths(columns);
        let last = columns.len().saturating_sub(1);
        let title = |at: usize, column: &Column, width: u16| {
            fit(column.title, usize::from(width.saturating_sub(u16::from(at != last)))).into_owned()
        };
        let pieces = columns.iter().zip(widths).enumerate();
        let pieces = pieces.map(|(at, (column, width))| (title(at, column, width), Role::Heading, width)).collect();
        self.out.push(Line { pieces, ..Line::default() });
    }

    fn row(&mut self, columns: &[Column], row: &Row) {
        let mut pieces: Vec<(String, Role, u16)> = row
            .cells
            .iter()
            .zip(self.widths(columns))
            .map(|(cell, width)| {
                let room = usize::from(width.saturating_sub(1));
                let text = visible(&cell.text);
                // What tells one ARN from another stands at its end.
                let short = if text.starts_with("arn:") { fit_middle(&text, room) } else { fit(&text, room) };
                (short.into_owned(), cell.role, width)
            })
            .collect();
        let open = row.under.as_ref().is_some_and(|(key, _)| self.open.contains(key));
        if let (Some(_), Some((text, ..))) = (&row.under, pieces.first_mut()) {
            *text = format!("{} {text}", if open { "▾" } else { "▸" });
        }
        if let (Some(_), Some((_, role, _))) = (&row.link, pieces.first_mut()) {
            *role = Role::Link;
        }
        let fold = row.under.as_ref().map(|(key, _)| Fold::Under(key.clone()));
        self.out.push(Line { pieces, link: row.link.clone(), fold, thing: row.thing.clone(), ..Line::default() });
        if let (true, Some((key, fact))) = (open, &row.under) {
            match fact {
                Fact::Known(document, _) => self.document(2, key, document),
                other => {
                    let cell = Cell::wide(other, "There is no document.", |_| Cell::unknown());
                    self.plain(2, &cell.text, cell.role);
                }
            }
        }
    }

    fn document(&mut self, indent: u16, key: &str, document: &Document) {
        let none = BTreeSet::new();
        let folded = self.folded.get(key).unwrap_or(&none);
        for line in json::lines(document.text(), folded) {
            let pieces = line
                .pieces
                .into_iter()
                .map(|(text, role)| {
                    let text = visible(&text).into_owned();
                    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
                    (text, role, width)
                })
                .collect();
            let fold = line.bracket.map(|offset| Fold::Bracket(key.to_owned(), offset));
            self.out.push(Line { indent: indent + 2 * line.depth.min(24), pieces, fold, ..Line::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(notes: usize, cursor: usize) {
        let mut sheet = Sheet::new();
        (0..notes).for_each(|_| sheet.note(Cell::text("A line without a link.")));
        sheet.linked("Group", Cell::text("developers"), Place::Dashboard);
        let mut view = SheetView::default();
        view.set(sheet);
        view.settle(Rect::new(0, 0, 80, 10));
        assert_eq!((view.scroll.cursor, view.scroll.first), (cursor, 0));
    }

    #[test]
    fn a_table_gives_every_column_its_part_of_a_narrow_screen() {
        let mut sheet = Sheet::new();
        let columns = [Column::new("Service", 22), Column::new("Access level", 22), Column::new("Condition", 34)];
        let cells = ["Amazon S3", "Full access", "aws:MultiFactorAuthPresent"].map(Cell::text);
        sheet.table(&columns, vec![Row::new(cells.into())], "Nothing.");
        assert_eq!(sheet.text(41), ["Service Access le… Condition", "Amazon S3 Full acce… aws:MultiFactor…"]);
    }

    #[test]
    fn a_sheet_opens_at_its_top_with_the_cursor_on_a_link_in_sight() {
        check(3, 3);
        check(9, 9);
        check(10, 0);
    }
}
