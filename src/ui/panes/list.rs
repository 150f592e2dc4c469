//! The list of one kind: virtual rows, filter, sort, columns, marks, and a live detail beside it.

mod render;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::backend::{Load, Urgency};
use crate::base::text::visible;
use crate::input::{Action, Context, DialogAction, ListAction, Move, Nav, PageAction, Scope, TextEdit, When};
use crate::insight::watch::changed;
use crate::model::{LoadError, ResourceRef};
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::filter::{self, Filter};
use crate::ui::frame::Frame;
use crate::ui::layers::export_list::{ExportList, Table};
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::layout::{split_top, with_preview};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::{Page, Subject, View};
use crate::ui::place::{Kind, Place};
use crate::ui::resources::{Mark, Resource, Shown, SortKey};
use crate::ui::selection::{Selection, TabItem};
use crate::ui::widgets::failure::room;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::scroll::Scroll;

/// What is marked: entities and items.
type Marked = (Arc<[ResourceRef]>, Arc<[TabItem]>);

type Key<R> = <R as Resource>::Key;

/// The list page of a kind.
pub struct List<R: Resource> {
    /// The rows of the account by name, as their numbers there.
    by_name: Vec<usize>,
    /// All rows in order; put in order anew only when the account or the order changes.
    all: Vec<Arc<R::Row>>,
    /// Those that pass the filter, as their numbers in `all`; an index that no move of the cursor rebuilds.
    rows: Vec<usize>,
    scroll: Scroll,
    selected: Option<Key<R>>,
    line: TextLine,
    typing: bool,
    filter: Filter,
    /// The column to sort by, and whether downwards.
    sort: Option<(usize, bool)>,
    shown: Vec<Shown>,
    /// The columns of the screen that the list has.
    width: u16,
    /// What each column needs for the rows that were in sight so far: columns grow and do not jump about.
    needs: Vec<u16>,
    /// The rows that were measured last, with their revision of the account.
    measured: Option<(u64, Range<usize>)>,
    marks: BTreeMap<Key<R>, Mark>,
    /// The marked entities and items, gathered when they are asked for.
    marked: OnceLock<Marked>,
    last_mark: Option<Key<R>>,
    /// What changed since the last visit.
    changed: HashSet<ResourceRef>,
    /// The revision of the account that all rows are from.
    read: Option<u64>,
    /// The revision of the account that the rows are from.
    seen: Option<u64>,
}

impl<R: Resource> Default for List<R> {
    fn default() -> Self {
        Self {
            by_name: Vec::new(),
            all: Vec::new(),
            rows: Vec::new(),
            scroll: Scroll::default(),
            selected: None,
            line: TextLine::default(),
            typing: false,
            filter: Filter::default(),
            sort: None,
            shown: R::COLUMNS.iter().map(|column| column.shown).collect(),
            width: 0,
            needs: vec![0; R::COLUMNS.len()],
            measured: None,
            marks: BTreeMap::new(),
            marked: OnceLock::new(),
            last_mark: None,
            changed: HashSet::new(),
            read: None,
            seen: None,
        }
    }
}

impl<R: Resource> fmt::Debug for List<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({:?}, {} rows, at {})", R::KIND, self.rows.len(), self.scroll.cursor)
    }
}

impl<R: Resource> List<R> {
    fn row(&self) -> Option<&Arc<R::Row>> {
        self.row_at(self.scroll.cursor)
    }

    fn row_at(&self, at: usize) -> Option<&Arc<R::Row>> {
        self.all.get(*self.rows.get(at)?)
    }

    /// The lines that the timeline takes above the list, where there is room for one.
    fn above(&self, height: u16) -> u16 {
        if R::TIMES.is_some() && !self.rows.is_empty() && height >= 14 { 2 } else { 0 }
    }

    fn has_line(&self) -> bool {
        self.typing || !self.line.text().is_empty()
    }

    fn total(&self) -> usize {
        self.all.len()
    }

    fn is_loading(view: &View<'_>) -> bool {
        R::arrivals(view).iter().any(|arrival| arrival.is_loading)
            || R::loads().iter().any(|(load, urgency)| *urgency == Urgency::Now && view.loads.is_running(load))
    }

    fn error<'a>(view: &View<'a>) -> Option<&'a LoadError> {
        R::arrivals(view).into_iter().find_map(|arrival| arrival.error)
    }

    /// What a page with rows has to tell: the list ended early, or something of the rows in sight failed.
    fn trouble<'a>(&self, view: &'a View<'_>) -> Option<&'a LoadError> {
        Self::error(view).or_else(|| {
            let failures = self.wants(view).into_iter().filter_map(|(load, _)| view.loads.failure(&load));
            // What an endpoint does not have, or does not let us see, is told in the cells.
            failures.into_iter().find(|error| error.denial().is_none())
        })
    }

    /// Takes the rows that pass the filter, in order; the selected one stays selected.
    fn rebuild(&mut self, view: &View<'_>) {
        self.seen = Some(view.revision);
        if self.read != Some(view.revision) {
            self.read = Some(view.revision);
            self.unmark_gone(view);
            let since = view.runs.visit().before();
            self.changed = since.map(|since| changed(view.account, since)).unwrap_or_default();
            self.order(view);
        }
        if self.filter.is_empty() {
            self.rows = (0..self.all.len()).collect();
        } else {
            let rows = self.all.iter().enumerate();
            let mut passing: Vec<_> =
                rows.filter_map(|(at, row)| Some((self.filter.pass::<R>(row, view)?, at))).collect();
            // The best match first, as nobody asked for another order; equals stay as they were.
            if self.sort.is_none() && self.filter.has_words() {
                passing.sort_by_key(|(kind, _)| Reverse(*kind));
            }
            self.rows = passing.into_iter().map(|(_, at)| at).collect();
        }
        if let Some(selected) = &self.selected
            && self.row().is_none_or(|row| R::key(row) != selected)
            && let Some(at) = self.position(selected)
        {
            self.scroll.cursor = at;
        }
    }

    fn position(&self, key: &Key<R>) -> Option<usize> {
        self.rows.iter().position(|at| self.all.get(*at).is_some_and(|row| R::key(row) == key))
    }

    /// Puts all rows in the chosen order; without one, in that of their names.
    fn order(&mut self, view: &View<'_>) {
        let rows = R::rows(view.account);
        if self.by_name.len() != rows.len() {
            self.by_name = (0..rows.len()).collect();
        }
        // Nearly always the order of before still holds, which sorting finds out in one pass.
        self.by_name.sort_by(|one, other| match (rows.get(*one), rows.get(*other)) {
            (Some(one), Some(other)) => R::order(one, other),
            _ => one.cmp(other),
        });
        self.all = self.by_name.iter().filter_map(|at| rows.get(*at)).map(Arc::clone).collect();
        let Some((at, down)) = self.sort else { return };
        let Some(column) = R::COLUMNS.get(at) else { return };
        let mut keyed: Vec<(SortKey, Arc<R::Row>)> =
            self.all.drain(..).map(|row| ((column.key)(&row, view), row)).collect();
        // Equals stay in the order of their names.
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            // What is not known stands at the end, whichever way.
            (SortKey::Nothing, _) | (_, SortKey::Nothing) => a.cmp(b),
            _ if down => b.cmp(a),
            _ => a.cmp(b),
        });
        self.all = keyed.into_iter().map(|(_, row)| row).collect();
    }

    fn set_filter(&mut self) {
        self.measured = None;
        self.filter = Filter::parse(self.line.text(), &|name| filter::known::<R>().any(|known| known == name));
        self.go_to_top();
        self.seen = None;
    }

    /// Goes to the first row, whichever that will be.
    fn go_to_top(&mut self) {
        self.selected = None;
        self.scroll.rewind();
    }

    fn select(&mut self) {
        self.selected = self.row().map(|row| R::key(row).clone());
    }

    fn clear_marks(&mut self) {
        self.last_mark = None;
        self.marked.take();
        self.marks.clear();
    }

    /// Takes the marks off what is no longer there.
    fn unmark_gone(&mut self, view: &View<'_>) {
        if !self.marks.is_empty() {
            self.marked.take();
            // Items are found by their rows alone; entities have an index.
            let rows = self.marks.values().any(|mark| matches!(mark, Mark::Item(_))).then(|| R::rows(view.account));
            let there: BTreeSet<&Key<R>> = rows.iter().flatten().map(|row| R::key(row)).collect();
            self.marks.retain(|key, mark| match mark {
                Mark::Entity(entity) => R::find(view.account, entity).is_some(),
                Mark::Item(_) => there.contains(key),
            });
        }
    }

    fn mark(&mut self) {
        let Some(row) = self.row().map(Arc::clone) else { return };
        self.marked.take();
        if self.marks.remove(R::key(&row)).is_none()
            && let Some(mark) = R::mark(&row)
        {
            self.marks.insert(R::key(&row).clone(), mark);
            self.last_mark = Some(R::key(&row).clone());
        }
        self.scroll.go(Move::Down, self.rows.len());
        self.select();
    }

    /// Marks every row that the filter shows.
    fn mark_all(&mut self) {
        self.marked.take();
        let marks = (0..self.rows.len()).filter_map(|at| self.row_at(at));
        let marks: Vec<_> = marks.filter_map(|row| Some((R::key(row).clone(), R::mark(row)?))).collect();
        self.marks.extend(marks);
        self.last_mark = self.row().map(|row| R::key(row).clone());
    }

    fn mark_range(&mut self) {
        let here = self.scroll.cursor;
        // The row that was marked last may stand elsewhere by now, or be filtered out.
        let from = self.last_mark.as_ref().and_then(|key| self.position(key)).unwrap_or(here);
        let range = from.min(here)..=from.max(here);
        self.marked.take();
        let marks = range.filter_map(|at| self.row_at(at)).filter_map(|row| Some((R::key(row).clone(), R::mark(row)?)));
        let marks: Vec<_> = marks.collect();
        self.marks.extend(marks);
        self.last_mark = self.row().map(|row| R::key(row).clone());
    }

    /// Takes note of what the rows in sight need.
    fn measure(&mut self, view: &View<'_>) {
        let window = self.scroll.window(self.rows.len());
        let now = (view.revision, window.clone());
        if self.measured.as_ref() == Some(&now) {
            return;
        }
        let mut needs = std::mem::take(&mut self.needs);
        for row in window.filter_map(|at| self.row_at(at)) {
            for ((at, column), need) in R::COLUMNS.iter().enumerate().zip(&mut needs) {
                if self.is_shown(at) || self.shown.get(at) == Some(&Shown::WhereRoom) {
                    let text = (column.cell)(row, view).text;
                    *need = (*need).max(u16::try_from(visible(&text).width()).unwrap_or(u16::MAX));
                }
            }
        }
        self.needs = needs;
        self.measured = Some(now);
    }

    /// Whether a column is to be shown where there is room.
    fn is_shown(&self, at: usize) -> bool {
        at == 0 || self.sort.is_some_and(|(by, _)| by == at) || self.shown.get(at) == Some(&Shown::Always)
    }

    fn sort_menu(&self) -> Menu {
        let items = R::COLUMNS.iter().enumerate().map(|(at, column)| {
            let mark = match self.sort {
                Some((by, down)) if by == at => Some(if down { "↓" } else { "↑" }),
                _ => None,
            };
            Item::choice(column.title, mark)
        });
        let now = self.sort.map_or(0, |(at, _)| at);
        Menu::choose(MenuId::Sort, "Sort by (again: reverse)", items.collect(), now)
    }

    fn columns_menu(&self) -> Menu {
        let fitting: Vec<usize> = self.columns(self.width).into_iter().map(|(at, ..)| at).collect();
        let items = R::COLUMNS.iter().zip(&self.shown).enumerate().map(|(at, (column, shown))| {
            let is_wanted = *shown == Shown::Always;
            let fits = fitting.contains(&at);
            Item::switch(column.title, is_wanted || fits).mark((is_wanted && !fits).then_some("no room"))
        });
        Menu::switch(MenuId::Columns, "Columns", items.collect())
    }

    /// Takes back one thing that is special here; whether there was one.
    fn take_back(&mut self) -> bool {
        if self.has_line() {
            self.line.edit(TextEdit::Clear);
            self.typing = false;
            let selected = self.row().map(|row| R::key(row).clone());
            self.set_filter();
            self.selected = selected;
            return true;
        }
        let had = !self.marks.is_empty();
        self.clear_marks();
        had
    }

    fn type_line(&mut self, action: Action) -> bool {
        match action {
            Action::Dialog(DialogAction::Accept) => self.typing = false,
            Action::Dialog(DialogAction::Cancel) => drop(self.take_back()),
            // Rows are marked once the filter is typed.
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => {
                self.scroll.go(step, self.rows.len());
                self.select();
            }
            Action::Text(edit) => {
                let before = self.line.text().to_owned();
                self.line.edit(edit);
                if before != self.line.text() {
                    self.set_filter();
                }
            }
            _ => return false,
        }
        true
    }

    /// The rows in words, with the columns that were not left out.
    fn table(&self, view: &View<'_>) -> Table {
        let is_wanted = |at: &usize| self.is_shown(*at) || self.shown.get(*at) == Some(&Shown::WhereRoom);
        let columns: Vec<_> =
            R::COLUMNS.iter().enumerate().filter(|(at, _)| is_wanted(at)).map(|(_, one)| one).collect();
        let rows = (0..self.rows.len()).filter_map(|at| self.row_at(at));
        let has_arn = self.row().is_some_and(|row| R::arn(row).is_some());
        let row = |row: &Arc<R::Row>| {
            let cells = columns.iter().map(|column| (column.cell)(row, view).text.into());
            let arn = has_arn.then(|| R::arn(row).map(ToString::to_string).unwrap_or_default());
            cells.chain(arn).collect()
        };
        let rows = rows.map(row).collect();
        let heads = columns.iter().map(|column| (column.id, column.title)).chain(has_arn.then_some(("arn", "ARN")));
        Table { kind: R::KIND.plural(), columns: heads.collect(), rows }
    }

    fn act_on_list(&mut self, action: ListAction, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            ListAction::Export => {
                return vec![UiEffect::Open(Box::new(ExportList::new(self.table(view), view)))];
            }
            ListAction::Filter => self.typing = true,
            ListAction::Sort => return vec![UiEffect::Open(Box::new(self.sort_menu()))],
            ListAction::Columns => return vec![UiEffect::Open(Box::new(self.columns_menu()))],
            ListAction::MarkRange | ListAction::MarkAll if !R::MARKS => return Self::unmarkable(),
            ListAction::MarkRange => self.mark_range(),
            ListAction::MarkAll => self.mark_all(),
            ListAction::ClearMarks => self.clear_marks(),
            ListAction::ClearFilter => drop(self.take_back()),
        }
        Vec::new()
    }

    fn unmarkable() -> Vec<UiEffect> {
        let text = format!("{} can only be changed one at a time.", R::KIND.title());
        vec![UiEffect::Say(Notice::new(text, Tone::Info))]
    }
}

impl<R: Resource> Page for List<R> {
    fn place(&self) -> Place {
        Place::List(R::KIND)
    }

    fn context(&self, _view: &View<'_>) -> Context {
        let scopes: &'static [Scope] = if self.typing {
            &[Scope::Menu, Scope::Text, Scope::Global]
        } else {
            &[Scope::List, Scope::Rows, Scope::Page, Scope::Global]
        };
        Context::of(scopes)
            .with(When::Row, self.row().is_some())
            .with(When::Copyable, self.row().is_some())
            .with(When::Marked, !self.marks.is_empty())
            .with(When::Filtered, self.has_line())
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        if self.typing {
            return self.type_line(action).then(Vec::new);
        }
        match action {
            Action::Nav(Nav::Open) => {
                let row = self.row()?;
                let nowhere = || Notice::new(format!("{} has no page of its own.", R::name(row)), Tone::Info);
                return Some(vec![R::open(row).unwrap_or_else(|| UiEffect::Say(nowhere()))]);
            }
            Action::Nav(Nav::Back) => return self.take_back().then(Vec::new),
            Action::Page(PageAction::List(action)) => return Some(self.act_on_list(action, view)),
            Action::Dialog(DialogAction::Mark) if !R::MARKS => return Some(Self::unmarkable()),
            Action::Dialog(DialogAction::Mark) => self.mark(),
            Action::Move(step) => {
                self.scroll.go(step, self.rows.len());
                self.select();
            }
            Action::Nav(Nav::NextTab | Nav::PreviousTab)
            | Action::Page(PageAction::Any(_) | PageAction::Go(_) | PageAction::Account(_))
            | Action::Dialog(DialogAction::Accept | DialogAction::Cancel)
            | Action::App(_)
            | Action::Item(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return None,
        }
        Some(Vec::new())
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) {
        if self.typing {
            self.line.insert(text);
            self.set_filter();
        }
    }

    fn filter_by(&mut self, filter: &str) {
        self.line.set(filter);
        self.typing = false;
        self.set_filter();
    }

    fn on_message(&mut self, message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Chosen(MenuId::Sort, at) => {
                let at = *at;
                self.sort = match self.sort {
                    Some((by, down)) if by == at => Some((at, !down)),
                    _ => Some((at, false)),
                };
                self.read = None;
                self.seen = None;
                self.measured = None;
                self.go_to_top();
            }
            UiMessage::Switched(MenuId::Columns, shown) => {
                let chosen = shown.iter().map(|is_on| if *is_on { Shown::Always } else { Shown::OnRequest });
                self.shown = chosen.collect();
                self.measured = None;
                // A list without its names would be a riddle.
                if let Some(name) = self.shown.first_mut() {
                    *name = Shown::Always;
                }
            }
            // What was marked was marked for this.
            UiMessage::Applied { .. } => self.clear_marks(),
            _ => {}
        }
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen != Some(view.revision) {
            self.rebuild(view);
        }
        let (list, _) = with_preview(area, view.width, view.preview);
        let used = 1 + u16::from(self.has_line()) + self.above(list.height);
        self.width = list.width;
        let (_, list) = split_top(list, used);
        let (_, rows) = room(list, self.trouble(view), view.keymap);
        self.scroll.settle(self.rows.len(), rows.height);
        self.measure(view);
        if self.selected.is_none() && !self.has_line() && !Self::is_loading(view) {
            self.select();
        }
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        // Rows wait for the keys to rest, the selected one too: a held key passes many.
        let rows = self.scroll.window(self.rows.len()).filter_map(|at| self.row_at(at));
        let details = rows.flat_map(|row| R::details(row, view)).map(|load| (load, Urgency::Visible));
        R::loads().into_iter().chain(details).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        self.completeness(view)
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let row = self.row()?;
        Some(Subject {
            name: R::name(row).to_owned(),
            arn: R::arn(row).map(ToString::to_string),
            json: R::json(row, view),
            link: R::more(row),
        })
    }

    fn selection(&self, view: &View<'_>) -> Selection {
        let gather = || {
            let entity = |mark: &Mark| if let Mark::Entity(entity) = mark { Some(entity.clone()) } else { None };
            let item = |mark: &Mark| if let Mark::Item(item) = mark { Some(item.clone()) } else { None };
            (self.marks.values().filter_map(entity).collect(), self.marks.values().filter_map(item).collect())
        };
        let selection = match (self.marks.values().next(), self.row()) {
            (Some(one), _) => {
                let (entities, items) = self.marked.get_or_init(gather).clone();
                let kind = if let Mark::Entity(one) = one { Kind::of(one) } else { R::KIND };
                Selection { items, ..Selection::of(kind, entities) }
            }
            (None, Some(row)) => R::selection(row),
            (None, None) => Selection { kind: Some(R::KIND), ..Selection::default() },
        };
        let is_disabled = |entity| R::find(view.account, entity).is_some_and(|row| R::is_disabled(&row));
        let all = !selection.entities.is_empty() && selection.entities.iter().all(is_disabled);
        Selection { is_disabled: all, ..selection }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (list, preview) = with_preview(area, view.width, view.preview);
        self.render_list(view, list, frame);
        self.render_preview(view, preview, frame);
    }
}
