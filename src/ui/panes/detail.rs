//! The page of one entity: its summary on top, its tabs below.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::input::{Action, Context, FoldAction, Nav, PageAction, Scope, When};
use crate::model::{LoadError, ResourceRef};
use crate::theme::Look;
use crate::ui::content::ContentView;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::Frame;
use crate::ui::layout::{TALL, split_top};
use crate::ui::page::{Page, SessionStatus, Subject, View};
use crate::ui::place::{Kind, Place};
use crate::ui::resources::{Resource, Tab};
use crate::ui::selection::Selection;
use crate::ui::widgets::failure::{failure, room};
use crate::ui::widgets::fields::Flow;
use crate::ui::widgets::tabs::{Title, fitted, tabs};

/// The detail page of an entity.
pub struct Detail<R> {
    entity: ResourceRef,
    tab: usize,
    contents: Vec<ContentView>,
    /// The revision of the account that the content is of, and whether a read of it had failed.
    seen: Option<(u64, bool)>,
    kind: PhantomData<R>,
}

impl<R: Resource> fmt::Debug for Detail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detail({:?}, tab {})", self.entity, self.tab)
    }
}

impl<R: Resource> Detail<R> {
    /// The page of this entity, on its first tab.
    pub fn new(entity: ResourceRef) -> Self {
        let contents = R::TABS.iter().map(|_| ContentView::default()).collect();
        Self { entity, tab: 0, contents, seen: None, kind: PhantomData }
    }

    fn row(&self, view: &View<'_>) -> Option<Arc<R::Row>> {
        R::find(view.account, &self.entity)
    }

    fn tab() -> &'static [Tab<R::Row>] {
        R::TABS
    }

    fn content(&self) -> Option<&ContentView> {
        self.contents.get(self.tab)
    }

    /// The first failure of what the tab in sight reads.
    fn error<'a>(&self, view: &'a View<'_>) -> Option<&'a LoadError> {
        let failures = self.wants(view).into_iter().filter_map(|(load, _)| Some((view.loads.failure(&load)?, load)));
        let mut told = failures.filter(|(error, load)| !Self::is_aside(load) || error.denial().is_none());
        told.next().map(|(error, _)| error)
    }

    /// Whether a read tells only of others than whose page it is: nothing waits for it, and where it may not be read
    /// their cells say so.
    fn is_aside(load: &Load) -> bool {
        *load == Load::Report && R::KIND != Kind::Users
    }

    /// The parts of the page: summary, tabs, what failed, content. On a low screen the tab keeps the room.
    fn parts(&self, view: &View<'_>, area: Rect) -> (Flow, [Rect; 4]) {
        let fields = self.row(view).map(|row| R::summary(&row, view)).unwrap_or_default();
        let (most, gap) = if area.height < TALL { (2, 0) } else { (6, 1) };
        let summary = Flow::of(fields, area.width, most);
        let (top, rest) = split_top(area, summary.height());
        let (_, rest) = split_top(rest, gap);
        let (line, content) = split_top(rest, 1);
        let (warning, content) = room(content, self.error(view), view.keymap);
        (summary, [top, line, warning, content])
    }

    fn turn(&mut self, forward: bool) {
        let count = R::TABS.len().max(1);
        self.tab = (self.tab + if forward { 1 } else { count - 1 }) % count;
        self.seen = None;
    }
}

impl<R: Resource> Page for Detail<R> {
    fn place(&self) -> Place {
        Place::Entity(self.entity.clone())
    }

    fn context(&self, view: &View<'_>) -> Context {
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, self.content().is_some_and(ContentView::is_active))
            .with(When::Tabs, R::TABS.len() > 1)
            .with(When::Folds, self.content().is_some_and(ContentView::folds))
            .with(When::Copyable, self.row(view).is_some())
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Option<Vec<UiEffect>> {
        match action {
            Action::Nav(Nav::NextTab) => self.turn(true),
            Action::Nav(Nav::PreviousTab) => self.turn(false),
            Action::Nav(Nav::Open) => {
                let content = self.contents.get_mut(self.tab)?;
                if let Some(place) = content.link() {
                    return Some(vec![UiEffect::Go(place)]);
                }
                content.fold(FoldAction::One);
            }
            Action::Page(PageAction::Go(number)) => {
                let number = number.number();
                if number > R::TABS.len() {
                    return Some(vec![UiEffect::Say(Notice::new(format!("There is no tab {number}."), Tone::Info))]);
                }
                self.tab = number - 1;
                self.seen = None;
            }
            Action::Move(step) => self.contents.get_mut(self.tab)?.go(step),
            Action::Fold(action) => self.contents.get_mut(self.tab)?.fold(action),
            Action::Nav(Nav::Back)
            | Action::Page(PageAction::Any(_) | PageAction::List(_) | PageAction::Account(_))
            | Action::App(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return None,
        }
        Some(Vec::new())
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        let (_, [.., place]) = self.parts(view, area);
        let row = self.row(view);
        let now = (view.revision, self.error(view).is_some());
        let Some(content) = self.contents.get_mut(self.tab) else { return };
        if self.seen != Some(now)
            && let (Some(row), Some(tab)) = (row, Self::tab().get(self.tab))
        {
            content.set((tab.content)(&row, view));
            self.seen = Some(now);
        }
        content.settle(place);
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        let now = |load| {
            let urgency = if Self::is_aside(&load) { Urgency::Background } else { Urgency::Now };
            (load, urgency)
        };
        match self.row(view) {
            Some(row) => {
                let tab = Self::tab().get(self.tab).map(|tab| (tab.loads)(&row, view)).unwrap_or_default();
                let unfolded = self.content().into_iter().flat_map(ContentView::wants).cloned();
                R::details(&row, view).into_iter().chain(tab).chain(unfolded).map(now).collect()
            }
            // Reached by a link before its list was read: the list tells whether it is there.
            None => R::loads(),
        }
    }

    fn status(&self, view: &View<'_>) -> String {
        if self.wants(view).iter().any(|(load, _)| view.loads.is_running(load)) {
            "loading …".to_owned()
        } else {
            String::new()
        }
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let row = self.row(view)?;
        Some(Subject {
            name: R::name(&row).to_owned(),
            arn: R::arn(&row).map(ToString::to_string),
            json: R::json(&row, view),
            link: R::more(&row),
        })
    }

    fn selection(&self, view: &View<'_>) -> Selection {
        let Some(row) = self.row(view) else {
            return Selection { kind: Some(R::KIND), ..Selection::default() };
        };
        Selection {
            tab: R::TABS.get(self.tab).map(|tab| tab.title),
            item: self.content().and_then(ContentView::item).cloned(),
            is_disabled: R::is_disabled(&row),
            on_row: self.content().is_some_and(ContentView::is_on_row),
            ..Selection::of(R::KIND, [self.entity.clone()])
        }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (summary, [top, line, warning, place]) = self.parts(view, area);
        let Some(row) = self.row(view) else {
            Self::render_missing(view, area, frame);
            return;
        };
        summary.render(top, frame);
        let title = |(number, tab): (usize, &Tab<R::Row>)| Title {
            text: format!("{number} {}", tab.title),
            short: format!("{number} {}", tab.short),
            count: (tab.count)(&row, view),
        };
        let titles: Vec<Title> = (1..).zip(Self::tab()).map(title).collect();
        tabs(line, &fitted(&titles, self.tab, line.width), self.tab, frame);
        if let Some(error) = self.error(view) {
            failure(warning, error, view.keymap, frame);
        }
        self.render_sheet(place, frame);
    }
}

impl<R: Resource> Detail<R> {
    fn render_sheet(&self, area: Rect, frame: &mut Frame<'_>) {
        if let Some(content) = self.content() {
            // Each tab of each kind is a list of its own to the painter.
            let list = 100 + 16 * (R::KIND as u64) + self.tab as u64;
            content.render(area, list, frame);
        }
    }

    fn render_missing(view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let kind = R::KIND.singular();
        // A change may have made the list old: it is read again, and tells then whether the thing is there.
        let is_awaited = |(load, urgency): &(Load, Urgency)| *urgency == Urgency::Now && !view.loads.is_done(load);
        let complete = R::arrivals(view).iter().all(|arrival| arrival.is_complete)
            && (view.standing != SessionStatus::Open || !R::loads().iter().any(is_awaited));
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        if let Some(error) = R::arrivals(view).into_iter().find_map(|arrival| arrival.error) {
            failure(area, error, view.keymap, frame);
            return;
        }
        let (text, role) = if complete {
            (format!("The {kind} does not exist. It may have been deleted."), Look::Absent)
        } else {
            (format!("loading the {kind} …"), Look::Unknown)
        };
        frame.text(area, area.x, area.y, &text, role);
    }
}
