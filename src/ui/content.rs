//! What a tab of a detail page shows: headings, fields, tables with links, documents that fold.
//!
//! A resource describes a tab as a [`Content`], a value without state. [`ContentView`] lays it out into lines,
//! keeps cursor and folds, and draws only the lines in sight.

use std::collections::{BTreeSet, HashMap, HashSet};

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::backend::Load;
use crate::base::text::{visible, visible_lines};
use crate::input::{FoldAction, Move};
use crate::model::{Document, Fact};
use crate::theme::Look;

use super::cell::Cell;
use super::frame::{Frame, fit, fit_middle};
use super::place::Place;
use super::selection::TabItem;
use super::widgets::failure::wrap;
use super::widgets::json;
use super::widgets::walk::Walk;

/// The content of a tab, from top to bottom.
#[derive(Debug, Clone, Default)]
pub struct Content {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Heading(String),
    Field(&'static str, Cell, Option<Place>),
    Head(Vec<Column>),
    Row(Row),
    Document(String, Document),
    Note(Cell),
    Blank,
}

/// A column of a table in content.
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

/// A row of a table in content.
#[derive(Debug, Clone)]
pub struct Row {
    cells: Vec<Cell>,
    link: Option<Place>,
    under: Option<Under>,
    item: Option<TabItem>,
}

/// What unfolds below a row.
#[derive(Debug, Clone)]
struct Under {
    /// What tells it from the content's others.
    key: String,
    body: Body,
    /// What reads it once it is unfolded.
    reads: Option<Load>,
}

#[derive(Debug, Clone)]
enum Body {
    Document(Fact<Document>),
    /// Rows in the table's own columns, and the note in their place where there is none.
    Rows(Fact<Vec<Row>>, &'static str),
}

impl Under {
    fn is_unread(&self) -> bool {
        match &self.body {
            Body::Document(document) => document.is_unknown(),
            Body::Rows(rows, _) => rows.is_unknown(),
        }
    }
}

impl Row {
    /// A row of cells, in the order of the columns.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, link: None, under: None, item: None }
    }

    /// The same row with the page that Enter opens.
    pub fn link(mut self, place: Place) -> Self {
        self.link = Some(place);
        self
    }

    /// The same row with what commands can change about it.
    pub fn item(mut self, item: TabItem) -> Self {
        self.item = Some(item);
        self
    }

    /// The same row with a document that unfolds below it; the key tells it from the content's others.
    pub fn document(self, key: impl Into<String>, document: Fact<Document>) -> Self {
        self.above(key, Body::Document(document))
    }

    /// The same row with rows that unfold below it, in the columns of its table; without any, the note in their place.
    pub fn rows(self, key: impl Into<String>, rows: Fact<Vec<Self>>, empty: &'static str) -> Self {
        self.above(key, Body::Rows(rows, empty))
    }

    fn above(mut self, key: impl Into<String>, body: Body) -> Self {
        self.under = Some(Under { key: key.into(), body, reads: None });
        self
    }

    /// The same row with what reads what unfolds below it.
    pub fn reads(mut self, load: Load) -> Self {
        if let Some(under) = &mut self.under {
            under.reads = Some(load);
        }
        self
    }
}

impl Row {
    /// Gives each column what the row needs, and the rows below it.
    fn widen(&self, indent: u16, needs: &mut [u16]) {
        // The sign of what opens stands before the first cell.
        let first = indent + if self.under.is_some() { 2 } else { 0 };
        let before = std::iter::once(first).chain(std::iter::repeat(0));
        for ((need, cell), before) in needs.iter_mut().zip(&self.cells).zip(before) {
            *need = (*need).max(width_of(&visible(&cell.text)).saturating_add(before + 1));
        }
        // Folded or not: a table does not move when a row of it opens.
        if let Some(Under { body: Body::Rows(Fact::Known(rows, _), _), .. }) = &self.under {
            for row in rows {
                row.widen(indent + 2, needs);
            }
        }
    }
}

impl Content {
    /// An empty content.
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
        self.parts.extend(rows.into_iter().map(Part::Row));
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

    /// Adds a document; the key tells it from the content's others.
    pub fn document(&mut self, key: impl Into<String>, document: &Fact<Document>) {
        match document {
            Fact::Known(document, _) => self.parts.push(Part::Document(key.into(), document.clone())),
            other => self.note(Cell::wide(other, "There is no document.", |_| Cell::unknown())),
        }
    }
}

#[cfg(test)]
impl Content {
    /// The lines as text, with nothing unfolded.
    pub fn text(self, width: u16) -> Vec<String> {
        let mut view = ContentView::default();
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
    pieces: Vec<(String, Look, u16)>,
    link: Option<Place>,
    fold: Option<Fold>,
    item: Option<TabItem>,
}

impl Line {
    /// Whether something can be done with it.
    fn is_stop(&self) -> bool {
        self.link.is_some() || self.fold.is_some() || self.item.is_some()
    }

    /// Whether it is about what the other one is about.
    fn is_same(&self, other: &Self) -> bool {
        (&self.link, &self.fold, &self.item) == (&other.link, &other.fold, &other.item)
    }
}

/// What opens and closes on a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Fold {
    /// What stands below a row.
    Under(String),
    /// A bracket of a document.
    Bracket(String, u32),
}

/// Content on the screen: its lines, the cursor, what is folded.
#[derive(Debug, Default)]
pub struct ContentView {
    content: Content,
    lines: Vec<Line>,
    width: u16,
    /// Which lines lead somewhere, open, or can be acted on: there the cursor stops.
    stops: Vec<bool>,
    walk: Walk,
    /// What stands below rows and is open; it is closed at first.
    open: HashSet<String>,
    /// Brackets that are folded; they are open at first.
    folded: HashMap<String, BTreeSet<u32>>,
    stale: bool,
    /// Whether the cursor has found its first line that leads somewhere, or was moved.
    landed: bool,
    /// Whether the user has moved the cursor, or folded something.
    moved: bool,
}

impl ContentView {
    /// Shows another content, keeping cursor and folds.
    pub fn set(&mut self, content: Content) {
        self.content = content;
        self.stale = true;
    }

    /// Lays the content out where something changed, and brings the cursor into sight.
    pub fn settle(&mut self, area: Rect) {
        if self.stale || self.width != area.width {
            self.width = area.width;
            self.stale = false;
            let held = self.line().cloned().filter(|_| self.moved);
            self.lines =
                Lines { open: &self.open, folded: &self.folded, width: area.width, out: Vec::new() }.all(&self.content);
            self.stops = self.lines.iter().map(Line::is_stop).collect();
            // What the cursor was on may stand elsewhere now.
            if let Some(held) = held.filter(|held| self.line().is_none_or(|line| !line.is_same(held)))
                && let Some(at) = self.lines.iter().position(|line| line.is_same(&held))
            {
                self.walk.at = Some(at);
            }
            // Until somebody moves it, the cursor stays on the first row: others may come in above.
            self.landed &= self.moved;
            self.land(area.height);
        }
        self.walk.settle(&self.stops, area.height);
    }

    /// Puts the cursor on the first line that can be acted on, until the user moves it.
    ///
    /// Content opens at its top: where that line is not in sight from there, the cursor waits.
    fn land(&mut self, height: u16) {
        if !self.landed {
            self.walk.at = self.stops.iter().position(|stop| *stop).filter(|at| *at < usize::from(height));
            self.landed = self.walk.at.is_some();
        }
    }

    /// The reads that unfolded rows wait for.
    pub fn wants(&self) -> impl Iterator<Item = &Load> {
        let rows =
            self.content.parts.iter().filter_map(|part| if let Part::Row(row) = part { Some(row) } else { None });
        let unfolded = rows.filter_map(|row| row.under.as_ref()).filter(|under| self.open.contains(&under.key));
        unfolded.filter(|under| under.is_unread()).filter_map(|under| under.reads.as_ref())
    }

    /// Whether something on the content folds.
    pub fn folds(&self) -> bool {
        self.lines.iter().any(|line| line.fold.is_some())
    }

    /// Whether the line under the cursor leads somewhere or opens.
    pub fn is_active(&self) -> bool {
        self.line().is_some_and(|line| line.link.is_some() || line.fold.is_some())
    }

    fn line(&self) -> Option<&Line> {
        self.lines.get(self.walk.at?)
    }

    /// Whether the cursor is on a line.
    pub fn is_on_row(&self) -> bool {
        self.line().is_some()
    }

    /// What the line under the cursor is about, for commands.
    pub fn item(&self) -> Option<&TabItem> {
        self.line()?.item.as_ref()
    }

    /// The page that the line under the cursor leads to.
    pub fn link(&self) -> Option<Place> {
        self.line()?.link.clone()
    }

    /// Moves over the lines that something can be done with.
    pub fn go(&mut self, step: Move) {
        self.touch();
        self.walk.go(step, &self.stops);
    }

    /// Folds or opens.
    pub fn fold(&mut self, action: FoldAction) {
        self.touch();
        match action {
            FoldAction::One => {
                if let Some(fold) = self.line().and_then(|line| line.fold.clone()) {
                    self.turn(fold);
                }
            }
            FoldAction::All => self.turn_all(),
        }
    }

    /// Who scrolls before there are rows has not left them: the cursor lands once they come.
    fn touch(&mut self) {
        self.moved |= self.stops.contains(&true);
        self.landed |= self.moved;
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
            .content
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Row(row) => row.under.as_ref().map(|under| under.key.clone()),
                _ => None,
            })
            .collect();
        self.folded.clear();
        if keys.is_subset(&self.open) { self.open.clear() } else { self.open = keys }
    }

    /// Draws the lines in sight.
    pub fn render(&self, area: Rect, list: u64, frame: &mut Frame<'_>) {
        let window = self.walk.window(self.lines.len());
        for (at, y) in window.clone().zip(area.y..area.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let selected = Some(at) == self.walk.at;
            frame.text(area, area.x, y, if selected { "›" } else { " " }, Look::Accent);
            let mut x = area.x + 2 + line.indent;
            for (text, role, width) in &line.pieces {
                // The last column is for the marks of what goes on.
                let cell = Rect { x, width: (*width).min(area.right().saturating_sub(x + 1)), ..area };
                frame.text(cell, x, y, text, *role);
                x = x.saturating_add(*width);
            }
            if selected {
                frame.restyle(Rect { y, height: 1, width: area.width.saturating_sub(1), ..area }, Look::Selection);
            }
        }
        self.walk.marks(self.lines.len(), area, frame);
        frame.picture.scrolled = Some(super::frame::Scrolled { list, area, first: window.start });
    }
}

fn width_of(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Lays the parts of content out into lines.
struct Lines<'a> {
    open: &'a HashSet<String>,
    folded: &'a HashMap<String, BTreeSet<u32>>,
    width: u16,
    out: Vec<Line>,
}

impl Lines<'_> {
    fn all(mut self, content: &Content) -> Vec<Line> {
        let label = content
            .parts
            .iter()
            .filter_map(|part| if let Part::Field(label, ..) = part { Some(label.width()) } else { None })
            .max();
        let label = u16::try_from(label.unwrap_or(0) + 2).unwrap_or(20);
        let mut widths = Vec::new();
        for (at, part) in content.parts.iter().enumerate() {
            match part {
                Part::Blank => self.out.push(Line::default()),
                Part::Heading(text) => self.plain(0, text, Look::Title),
                Part::Note(cell) => {
                    let lines = visible_lines(&cell.text).flat_map(|line| wrap(&line, self.room())).collect::<Vec<_>>();
                    for line in &lines {
                        self.plain(0, line, cell.role);
                    }
                }
                Part::Field(name, cell, link) => self.field(label, name, cell, link.clone()),
                Part::Head(columns) => {
                    let rows = content.parts.iter().skip(at + 1);
                    let rows = rows.map_while(|part| if let Part::Row(row) = part { Some(row) } else { None });
                    widths = self.widths(columns, rows);
                    self.head(columns, &widths);
                }
                Part::Row(row) => self.row(0, &widths, row),
                Part::Document(key, document) => self.document(0, key, document, None),
            }
        }
        self.out
    }

    /// Without the cursor's columns and that of the marks of what goes on.
    fn room(&self) -> u16 {
        self.width.saturating_sub(3)
    }

    fn plain(&mut self, indent: u16, text: &str, role: Look) {
        let pieces = vec![(text.to_owned(), role, self.room())];
        self.out.push(Line { indent, pieces, ..Line::default() });
    }

    fn field(&mut self, label: u16, name: &str, cell: &Cell, link: Option<Place>) {
        let room = self.room().saturating_sub(label);
        let value = fit_middle(&visible(&cell.text), usize::from(room)).into_owned();
        let role = if link.is_some() { Look::Link } else { cell.role };
        let pieces = vec![(name.to_owned(), Look::Muted, label), (value, role, room)];
        self.out.push(Line { pieces, link, ..Line::default() });
    }

    /// The columns of a table: as wide as what they hold where there is room, the first ones first.
    fn widths<'r>(&self, columns: &[Column], rows: impl Iterator<Item = &'r Row>) -> Vec<u16> {
        let room = self.room();
        let most: u16 = columns.iter().map(|column| column.width).sum();
        let mut needs: Vec<u16> = columns.iter().map(|column| width_of(column.title) + 1).collect();
        for row in rows {
            row.widen(0, &mut needs);
        }
        // What a column tells may change what the others mean: where there is no room for all, all get less.
        let share = |width: u16| if most > room { width * room / most.max(1) } else { width };
        let least = columns.iter().zip(&needs).map(|(column, need)| share(column.width).min(*need));
        let mut widths: Vec<u16> = least.collect();
        let mut spare = room.saturating_sub(widths.iter().sum());
        let mut give = |width: &mut u16, wanted: u16| {
            let more = wanted.saturating_sub(*width).min(spare);
            *width += more;
            spare -= more;
        };
        widths.iter_mut().zip(&needs).for_each(|(width, need)| give(width, *need));
        // Tables of one kind stand alike, whatever they hold.
        widths.iter_mut().zip(columns).for_each(|(width, column)| give(width, column.width));
        widths
    }

    fn head(&mut self, columns: &[Column], widths: &[u16]) {
        let last = columns.len().saturating_sub(1);
        let title = |at: usize, column: &Column, width: u16| {
            fit(column.title, usize::from(width.saturating_sub(u16::from(at != last)))).into_owned()
        };
        let pieces = columns.iter().zip(widths).enumerate();
        let pieces = pieces.map(|(at, (column, width))| (title(at, column, *width), Look::Heading, *width)).collect();
        self.out.push(Line { pieces, ..Line::default() });
    }

    fn row(&mut self, indent: u16, widths: &[u16], row: &Row) {
        let mut pieces: Vec<(String, Look, u16)> = row
            .cells
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(at, (cell, width))| {
                let sign = if row.under.is_some() { 2 } else { 0 };
                let width = if at == 0 { width.saturating_sub(indent + sign) } else { *width };
                let room = usize::from(width.saturating_sub(1));
                let text = visible(&cell.text);
                // What tells one ARN from another stands at its end.
                let short = if text.starts_with("arn:") { fit_middle(&text, room) } else { fit(&text, room) };
                (short.into_owned(), cell.role, width)
            })
            .collect();
        let open = row.under.as_ref().is_some_and(|under| self.open.contains(&under.key));
        if let (Some(_), Some((text, _, width))) = (&row.under, pieces.first_mut()) {
            *text = format!("{} {text}", if open { "▾" } else { "▸" });
            *width += 2;
        }
        if let (Some(_), Some((_, role, _))) = (&row.link, pieces.first_mut()) {
            *role = Look::Link;
        }
        let fold = row.under.as_ref().map(|under| Fold::Under(under.key.clone()));
        self.out.push(Line { indent, pieces, link: row.link.clone(), fold, item: row.item.clone() });
        if let (true, Some(under)) = (open, &row.under) {
            self.under(indent + 2, widths, under, row.item.as_ref());
        }
    }

    fn under(&mut self, indent: u16, widths: &[u16], under: &Under, item: Option<&TabItem>) {
        let instead = match &under.body {
            Body::Document(Fact::Known(document, _)) => return self.document(indent, &under.key, document, item),
            Body::Rows(Fact::Known(rows, _), _) if !rows.is_empty() => {
                return rows.iter().for_each(|row| self.row(indent, widths, row));
            }
            Body::Document(other) => Cell::wide(other, "There is no document.", |_| Cell::unknown()),
            Body::Rows(other, empty) => Cell::wide(other, empty, |_| Cell::absent(empty)),
        };
        self.plain(indent, &instead.text, instead.role);
    }

    /// A document; what can be done with the row that it belongs to can be done on each of its lines that folds.
    fn document(&mut self, indent: u16, key: &str, document: &Document, item: Option<&TabItem>) {
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
            let item = item.filter(|_| fold.is_some()).cloned();
            let indent = indent + 2 * line.depth.min(24);
            self.out.push(Line { indent, pieces, fold, item, ..Line::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(notes: usize, cursor: Option<usize>) {
        let mut content = Content::new();
        (0..notes).for_each(|_| content.note(Cell::text("A line without a link.")));
        content.linked("Group", Cell::text("developers"), Place::Dashboard);
        let mut view = ContentView::default();
        view.set(content);
        view.settle(Rect::new(0, 0, 80, 10));
        assert_eq!((view.walk.at, view.walk.first), (cursor, 0));
    }

    #[test]
    fn a_table_gives_every_column_its_part_of_a_narrow_screen() {
        let mut content = Content::new();
        let columns = [Column::new("Service", 22), Column::new("Access level", 22), Column::new("Condition", 34)];
        let cells = ["Amazon S3", "Full access", "aws:MultiFactorAuthPresent"].map(Cell::text);
        content.table(&columns, vec![Row::new(cells.into())], "Nothing.");
        assert_eq!(content.text(41), ["Service Access lev… Condition", "Amazon S3 Full access aws:MultiFacto…"]);
    }

    #[test]
    fn a_table_shows_its_names_whole_where_there_is_room() {
        let mut content = Content::new();
        let columns = [Column::new("Policy name", 10), Column::new("Type", 10)];
        let cells = ["AmazonElasticContainerRegistryPublicReadOnly", "AWS managed – job function"].map(Cell::text);
        content.table(&columns, vec![Row::new(cells.clone().into())], "Nothing.");
        assert_eq!(content.clone().text(80)[1], format!("{} {}", cells[0].text, cells[1].text));
        assert_eq!(content.text(60)[1], format!("{} AWS manage…", cells[0].text));
    }

    #[test]
    fn rows_unfold_below_a_row_in_the_columns_of_its_table() {
        let row = |name: &'static str, at: &'static str| Row::new(vec![Cell::text(name), Cell::text(at)]);
        let seen = crate::model::Seen::new(crate::model::Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let actions = Fact::Known(vec![row("GetUser", "2 d")], seen);
        let waits = row("Amazon S3", "").rows("s3", Fact::Unknown, "Nothing.").reads(Load::Alias);
        let mut content = Content::new();
        let columns = [Column::new("Service", 10), Column::new("Used", 10)];
        content.table(&columns, vec![row("AWS IAM", "1 d").rows("iam", actions, "Nothing."), waits], "Nothing.");
        let mut view = ContentView::default();
        view.set(content);
        view.settle(Rect::new(0, 0, 60, 20));
        assert_eq!((view.lines.len(), view.wants().count()), (3, 0));
        view.fold(FoldAction::All);
        view.settle(Rect::new(0, 0, 60, 20));
        let texts = |line: &Line| line.pieces.iter().map(|(text, ..)| text.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(
            view.lines.iter().map(texts).collect::<Vec<_>>(),
            ["Service Used", "▾ AWS IAM 1 d", "GetUser 2 d", "▾ Amazon S3 ", "…"]
        );
        // Both halves of the table stand at one place.
        let second = |line: &Line| line.indent + line.pieces.first().map_or(0, |(.., width)| *width);
        assert_eq!(view.lines.get(1).map(second), view.lines.get(2).map(second));
        assert_eq!(view.wants().collect::<Vec<_>>(), [&Load::Alias]);
    }

    #[test]
    fn a_note_is_broken_at_the_width_that_it_is_drawn_in() {
        let mut content = Content::new();
        content.note(Cell::text("A note of several words that is longer than the line."));
        assert_eq!(content.text(23), ["A note of several", "words that is longer", "than the line."]);
    }

    #[test]
    fn the_cursor_is_on_the_first_row_even_where_it_comes_after_a_key() {
        let mut view = ContentView::default();
        let mut content = Content::new();
        content.note(Cell::absent("reading …"));
        view.set(content);
        view.settle(Rect::new(0, 0, 60, 20));
        view.go(Move::Down);
        let mut content = Content::new();
        let row = Row::new(vec![Cell::text("first")]).item(TabItem::FreeMfa("first".into()));
        content.table(&[Column::new("Name", 20)], vec![row], "None.");
        view.set(content);
        view.settle(Rect::new(0, 0, 60, 20));
        assert_eq!(view.item(), Some(&TabItem::FreeMfa("first".into())));
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_rows_come_in_above_it() {
        let rows = |names: &[&str]| {
            let row =
                |name: &&str| Row::new(vec![Cell::text((*name).to_owned())]).item(TabItem::FreeMfa((*name).into()));
            let mut content = Content::new();
            content.table(&[Column::new("Name", 10)], names.iter().map(row).collect(), "Nothing.");
            content
        };
        let mut view = ContentView::default();
        let area = Rect::new(0, 0, 80, 10);
        view.set(rows(&["b", "c"]));
        view.settle(area);
        view.go(Move::Down);
        view.set(rows(&["a", "b", "c"]));
        view.settle(area);
        assert_eq!(view.item(), Some(&TabItem::FreeMfa("c".into())));
    }

    #[test]
    fn a_sheet_opens_at_its_top_with_the_cursor_on_a_link_in_sight() {
        check(3, Some(3));
        check(9, Some(9));
        check(10, None);
    }
}
