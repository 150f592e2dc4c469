//! The journal: every plan that was applied to the account from this machine, the newest first.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::backend::{Load, Urgency};
use crate::base::search::{Query, Reach};
use crate::base::span;
use crate::base::text::visible;
use crate::input::{Action, Context, DialogAction, ListAction, Nav, PageAction, Scope, TextEdit, When, WorkAction};
use crate::plan::journal::End;
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layers::review::Review;
use crate::ui::layout::split_top;
use crate::ui::page::{Page, SessionStatus, Subject, View};
use crate::ui::place::Place;
use crate::ui::runs::{Live, Reading};
use crate::ui::time;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::scroll::Scroll;

/// The columns: when it began, how it stands, whether it can be undone, and from where on titles lie.
const STATE: u16 = 19;
const BACK: u16 = 34;
const TITLE: u16 = 40;
/// The least room in which a caller's name still tells something.
const LEAST: u16 = 6;

/// The journal's page.
#[derive(Debug, Default)]
pub struct Journal {
    scroll: Scroll,
    line: TextLine,
    typing: bool,
    filter: Query,
}

impl Journal {
    /// The runs that pass the filter, by what was done, by whom and how it ended.
    fn rows<'v>(&self, view: &View<'v>) -> impl DoubleEndedIterator<Item = &'v Live> {
        let begun = view.runs.all().iter().rev().filter(|live| live.has_begun());
        begun.filter(|live| {
            let about = || format!("{} {}", caller(live), state(live, view.now).1);
            self.filter.is_empty() || self.filter.rank(&live.run.plan().title, &about()).is_some()
        })
    }

    fn selected<'v>(&self, view: &View<'v>) -> Option<&'v Live> {
        self.rows(view).nth(self.scroll.cursor)
    }

    fn has_line(&self) -> bool {
        self.typing || !self.line.text().is_empty()
    }

    fn set_filter(&mut self) {
        self.filter = Query::new(self.line.text(), Reach::Parts);
        self.scroll.rewind();
    }

    /// Shows all again; whether it did not.
    fn clear_filter(&mut self) -> bool {
        let had = self.has_line();
        self.line.edit(TextEdit::Clear);
        self.typing = false;
        if had {
            self.set_filter();
        }
        had
    }

    fn type_line(&mut self, action: Action, view: &View<'_>) -> bool {
        match action {
            Action::Dialog(DialogAction::Accept) => self.typing = false,
            Action::Dialog(DialogAction::Cancel) => drop(self.clear_filter()),
            Action::Dialog(DialogAction::Mark) => {}
            Action::Move(step) => self.scroll.go(step, self.rows(view).count()),
            Action::Text(edit) => {
                self.line.edit(edit);
                self.set_filter();
            }
            _ => return false,
        }
        true
    }
}

/// How a run stands: a mark, a word and a look.
fn state(live: &Live, now: Timestamp) -> (&'static str, Cow<'static, str>, Look) {
    if !live.going
        && let Some(end) = live.run.due()
    {
        return if end <= now {
            ("▲", "expired".into(), Look::Warning)
        } else {
            ("✓", format!("{} left", span::told(end.duration_since(now))).into(), Look::Good)
        };
    }
    let (mark, word, role) = standing(live);
    (mark, word.into(), role)
}

fn standing(live: &Live) -> (&'static str, &'static str, Look) {
    match live.run.end {
        _ if live.asks.is_some() => ("▸", "waiting for you", Look::Accent),
        _ if live.going => ("…", "going on", Look::Accent),
        _ if live.run.undone_by.is_some() => ("↶", "undone", Look::Info),
        Some(End::Complete) => ("✓", "done", Look::Good),
        Some(End::Failed) => ("✗", "failed", Look::Bad),
        Some(End::Cancelled) => ("■", "stopped", Look::Warning),
        None => ("?", "unfinished", Look::Warning),
    }
}

/// The last part of the caller's ARN.
fn caller(live: &Live) -> &str {
    live.run.begin.caller.rsplit('/').next().unwrap_or_default()
}

impl Page for Journal {
    fn place(&self) -> Place {
        Place::Journal
    }

    fn context(&self, view: &View<'_>) -> Context {
        if self.typing {
            return Context::of(&[Scope::Menu, Scope::Text, Scope::Global]);
        }
        let live = self.selected(view);
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, live.is_some())
            .with(When::Copyable, live.is_some())
            .with(When::Undo, live.is_some_and(Live::can_undo))
            .with(When::Filterable, true)
            .with(When::Filtered, self.has_line())
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        if self.typing {
            return self.type_line(action, view).then(Vec::new);
        }
        let live = self.selected(view);
        match action {
            Action::Page(PageAction::List(ListAction::Filter)) => {
                self.typing = true;
                Some(Vec::new())
            }
            Action::Page(PageAction::List(ListAction::ClearFilter)) | Action::Nav(Nav::Back) => {
                self.clear_filter().then(Vec::new)
            }
            Action::Nav(Nav::Open) => Some(live.map(|live| open(Review::of_run(&live.run))).into_iter().collect()),
            Action::Work(WorkAction::Undo) => Some(match live {
                Some(live) if live.can_undo() => vec![open(Review::undo(&live.run))],
                _ => vec![UiEffect::Say(Notice::new("Nothing of this plan can be undone.", Tone::Info))],
            }),
            Action::Move(step) => {
                self.scroll.go(step, self.rows(view).count());
                Some(Vec::new())
            }
            Action::Nav(Nav::NextTab | Nav::PreviousTab)
            | Action::Work(WorkAction::Redo | WorkAction::Save | WorkAction::Copy | WorkAction::Reveal)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => None,
        }
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

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        let rows = area.height.saturating_sub(1 + u16::from(self.has_line()));
        self.scroll.settle(self.rows(view).count(), rows);
    }

    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        Vec::new()
    }

    fn status(&self, view: &View<'_>) -> String {
        match view.runs.reading() {
            _ if view.standing == SessionStatus::Offline => String::new(),
            Reading::Waiting | Reading::Asked(_) => "reading …".to_owned(),
            Reading::Read(_) | Reading::Failed(..) => match self.rows(view).count() {
                1 if self.filter.is_empty() => "1 run".to_owned(),
                runs if self.filter.is_empty() => format!("{runs} runs"),
                1 => "1 run matches".to_owned(),
                runs => format!("{runs} runs match"),
            },
        }
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let live = self.selected(view)?;
        let json = serde_json::to_string_pretty(&live.run.plan().to_json()).ok();
        Some(Subject { name: live.run.plan().title.clone(), arn: None, json, link: None })
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (line, area) = split_top(area, u16::from(self.has_line()));
        if self.typing {
            self.line.render(line, "/", frame);
        } else if self.has_line() {
            frame.pieces(line, line.y, [("/", Look::Key), (self.line.text(), Look::Input)]);
        }
        let (head, mut rows) = split_top(area, 1);
        for (x, title) in [(2, "Time"), (STATE, "State"), (BACK, "Undo"), (TITLE, "Plan")] {
            frame.text(head, head.x + x, head.y, title, Look::Heading);
        }
        if let Reading::Failed(_, told) = view.runs.reading() {
            let text = format!("✗ {}. {}", told.message, told.hint.as_deref().unwrap_or_default());
            for line in wrap(&text, rows.width.saturating_sub(4)) {
                frame.text(rows, rows.x + 2, rows.y, &line, Look::Bad);
                (_, rows) = split_top(rows, 1);
            }
        } else if view.standing == SessionStatus::Offline {
            let text = "A snapshot has no journal.";
            frame.text(rows, rows.x + 2, rows.y, text, Look::Absent);
        } else if self.rows(view).next().is_none() && matches!(view.runs.reading(), Reading::Read(_)) {
            let text = if self.filter.is_empty() { "No changes yet." } else { "No change matches the filter." };
            frame.text(rows, rows.x + 2, rows.y, text, Look::Absent);
        }
        let count = self.rows(view).count();
        self.scroll.marks(count, rows, frame);
        let first = self.scroll.window(count);
        let shown = self.rows(view).enumerate().skip(first.start).take(first.len());
        for ((at, live), y) in shown.zip(rows.y..rows.bottom()) {
            let selected = at == self.scroll.cursor;
            frame.text(rows, rows.x, y, if selected { "›" } else { " " }, Look::Accent);
            frame.text(rows, rows.x + 2, y, time::moment(live.run.at).trim_end_matches(" UTC"), Look::Muted);
            let (mark, word, role) = state(live, view.now);
            frame.text(rows, rows.x + STATE, y, &format!("{mark} {word}"), role);
            let back = if live.can_undo() { "yes" } else { "–" };
            frame.text(rows, rows.x + BACK, y, back, Look::Text);
            let (caller, plan) = (caller(live), live.run.plan());
            let width = rows.width.saturating_sub(TITLE);
            // What was done comes first; who did it is mostly the same and takes what is left.
            let columns = |text: &str| u16::try_from(visible(text).width()).unwrap_or(u16::MAX);
            let left = width.saturating_sub(columns(&plan.title).saturating_add(1));
            let room = Some(columns(caller).saturating_add(2).min(left)).filter(|room| *room >= LEAST).unwrap_or(0);
            let title = Rect { x: rows.x + TITLE, width: width - room, ..rows };
            // A title that is too long loses its middle: at its end stands whom it was about.
            frame.text(title, title.x, y, &fit_middle(&visible(&plan.title), usize::from(title.width)), Look::Text);
            let by = Rect { x: rows.right() - room, width: room, ..rows };
            if room > 0 {
                frame.text(by, by.x + 1, y, caller, Look::Muted);
            }
            if selected {
                frame.restyle(Rect { y, height: 1, ..rows }, Look::Selection);
            }
        }
    }
}

fn open(review: Review) -> UiEffect {
    UiEffect::Open(Box::new(review))
}
