//! The account at a glance: what to do, counts against quotas, who and where, charts, the last changes.
//!
//! Every line leads somewhere. On a wide screen the blocks stand in two columns, what to do and charts on the left.

mod blocks;
mod tally;

use std::sync::Arc;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::backend::{Load, Urgency};
use crate::base::text::visible;
use crate::input::{Action, Context, Nav, Scope, When};
use crate::model::{CredentialReport, LoadError};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layout::BESIDE;
use crate::ui::page::{Page, Subject, View};
use crate::ui::place::Place;
use crate::ui::widgets::failure::{failure, room};
use crate::ui::widgets::gauge::{gauge, progress};
use crate::ui::widgets::scroll::Scroll;

use super::account_settings::sign_in_link;
use super::changes;
use blocks::{Bar, Block, LINK, Leads, Row};
use tally::Tally;

/// What is read for it at once. The report takes a job of AWS and comes after it.
const LOADS: &[Load] = &[Load::Identity, Load::Summary, Load::Alias];

/// The columns before a line: the mark of the cursor.
const GUTTER: u16 = 2;

/// The longest bar, and the percentage after it.
const BAR: u16 = 24;
const PERCENT: u16 = 6;

/// The dashboard.
#[derive(Debug, Default)]
pub struct Dashboard {
    /// Which of the lines that lead somewhere is selected.
    scroll: Scroll,
    /// The report in numbers, with the report that they are of.
    tally: Option<(Arc<CredentialReport>, Tally)>,
    /// The columns of the screen that the page has.
    width: u16,
}

/// A block with its place on the page.
struct Placed {
    block: Block,
    area: Rect,
}

impl Placed {
    /// The lines that lead somewhere.
    fn lines(&self) -> impl Iterator<Item = (Rect, &Leads)> {
        let rows = self.block.rows.iter().zip(self.area.y + 1..);
        rows.filter_map(|(row, y)| Some((Rect { y, height: 1, ..self.area }, row.leads.as_ref()?)))
    }
}

impl Dashboard {
    /// The blocks in the order of the cursor, each at its place.
    fn placed(&self, view: &View<'_>) -> Vec<Placed> {
        let width = self.width;
        let tally = self.tally.as_ref().map(|(_, tally)| *tally);
        let charts = tally.as_ref().map(blocks::charts).unwrap_or_default();
        let recommendations = blocks::recommendations(view, tally);
        let (resources, account, review) = (blocks::resources(view), blocks::account(view), blocks::review(view));
        let runs = blocks::last_runs(view);
        if width < BESIDE {
            let all = [recommendations, resources, account, review].into_iter().chain(charts).chain(runs);
            return column(all, Rect { x: 0, y: 0, width, height: 0 });
        }
        let left = Rect { x: 0, y: 0, width: width * 9 / 20, height: 0 };
        let right = Rect { x: left.width, width: width - left.width, ..left };
        let mut placed = column(std::iter::once(recommendations).chain(charts), left);
        placed.extend(column([resources, account, review].into_iter().chain(runs), right));
        placed
    }
}

/// Blocks one below the other, with a blank line between two.
fn column(blocks: impl IntoIterator<Item = Block>, mut area: Rect) -> Vec<Placed> {
    let place = |block: Block| {
        area.height = lines(block.rows.len()) + 1;
        let placed = Placed { block, area };
        area.y += area.height + 1;
        placed
    };
    blocks.into_iter().map(place).collect()
}

/// A count as lines of the screen.
fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The first failure of what the dashboard reads.
fn failed<'a>(view: &'a View<'_>) -> Option<&'a LoadError> {
    LOADS.iter().find_map(|load| view.loads.failure(load))
}

impl Page for Dashboard {
    fn place(&self) -> Place {
        Place::Dashboard
    }

    fn context(&self, view: &View<'_>) -> Context {
        Context::of(&[Scope::Detail, Scope::Rows, Scope::Page, Scope::Global])
            .with(When::Row, true)
            .with(When::Copyable, view.account.identity().is_some())
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        let placed = self.placed(view);
        let mut leads = placed.iter().flat_map(Placed::lines).map(|(_, leads)| leads);
        match action {
            Action::Nav(Nav::Open) => {
                Some(leads.nth(self.scroll.cursor).map(|leads| leads.clone().effect()).into_iter().collect())
            }
            Action::Move(step) => {
                let count = leads.count();
                self.scroll.go(step, count);
                Some(Vec::new())
            }
            Action::Nav(Nav::NextTab | Nav::PreviousTab | Nav::Back)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => None,
        }
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        match (view.account.report(), &self.tally) {
            (Some(report), Some((counted, _))) if Arc::ptr_eq(report, counted) => {}
            (report, _) => self.tally = report.map(|report| (Arc::clone(report), Tally::of(report, view.now))),
        }
        self.width = area.width;
        let count = self.placed(view).iter().flat_map(Placed::lines).count();
        self.scroll.settle(count, lines(count));
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        let at_once = LOADS.iter().map(|load| (load.clone(), Urgency::Now));
        let later = std::iter::once(Load::Report).chain(changes::load(view));
        at_once.chain(later.map(|load| (load, Urgency::Background))).collect()
    }

    fn status(&self, view: &View<'_>) -> String {
        if view.loads.is_running(&Load::Summary) { "loading …".to_owned() } else { String::new() }
    }

    fn subject(&self, view: &View<'_>) -> Option<Subject> {
        let identity = view.account.identity()?;
        let link = sign_in_link(view.account).map(|link| (LINK, link));
        let arn = Some(identity.arn.to_string());
        Some(Subject { name: identity.account.to_string(), arn, json: None, link })
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = Rect { x: area.x + GUTTER, width: area.width.saturating_sub(GUTTER), ..area };
        let error = failed(view);
        let (warning, rest) = room(inside, error, view.keymap);
        if let Some(error) = error {
            failure(warning, error, view.keymap, frame);
        }
        self.render_window(view, Rect { x: area.x, width: area.width, ..rest }, frame);
    }
}

impl Dashboard {
    /// Draws the page as tall as it is and shows the part around the cursor.
    fn render_window(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let placed = self.placed(view);
        let height = placed.iter().map(|placed| placed.area.bottom()).max().unwrap_or(0);
        let mut page = Frame::new(area.width, height, frame.theme());
        for Placed { block, area } in &placed {
            // The bars of all blocks in a column begin in the same place.
            let beside = placed.iter().filter(|other| other.area.x == area.x).map(|other| &other.block);
            let with_bars = beside.filter(|other| other.has_bars() && block.has_bars());
            let columns = Columns::of(with_bars.chain([block]), area.width);
            render_block(block, columns, *area, &mut page);
        }
        let all: Vec<Rect> = placed.iter().flat_map(Placed::lines).map(|(line, _)| line).collect();
        let line = all.get(self.scroll.cursor).map_or(0, |line| {
            page.text(*line, line.x, line.y, "›", Look::Accent);
            page.restyle(Rect { width: line.width.saturating_sub(1), ..*line }, Look::Selection);
            line.y
        });
        // The cursor stays in the middle where the page is taller than the screen.
        let first = line.saturating_sub(area.height / 2).min(height.saturating_sub(area.height));
        frame.paste(&page, first, area);
        if first > 0 {
            frame.text_right(area, area.y, "↑", Look::Key);
        }
        if first + area.height < height {
            frame.text_right(area, area.bottom().saturating_sub(1), "↓", Look::Key);
        }
    }
}

/// How wide the labels of a block and the values before its bars are, with the room behind them.
#[derive(Debug, Clone, Copy)]
struct Columns {
    label: u16,
    value: u16,
}

impl Columns {
    fn of<'b>(blocks: impl IntoIterator<Item = &'b Block>, width: u16) -> Self {
        let columns = |text: &str| lines(visible(text).width()) + 2;
        let rows = blocks.into_iter().flat_map(|block| &block.rows);
        rows.fold(Self { label: 0, value: 0 }, |Self { label, value }, row| match (&row.value, row.bar) {
            (None, _) => Self { label, value },
            (Some(_), None) => Self { label: label.max(columns(&row.label.text)).min(width / 2), value },
            (Some(cell), Some(_)) => Self {
                label: label.max(columns(&row.label.text)).min(width / 2),
                value: value.max(columns(&cell.text)),
            },
        })
    }
}

/// Draws a block: its title, and labels, values and bars in columns.
fn render_block(block: &Block, columns: Columns, area: Rect, page: &mut Frame<'_>) {
    let Columns { label, value } = columns;
    let inside = Rect { x: area.x + GUTTER, width: area.width.saturating_sub(GUTTER + 1), ..area };
    page.text(inside, inside.x, inside.y, block.title, Look::Title);
    for (Row { label: name, value: cell, bar, .. }, y) in block.rows.iter().zip(inside.y + 1..) {
        let Some(cell) = cell else {
            page.text(inside, inside.x, y, &name.text, name.role);
            continue;
        };
        page.text(Rect { width: label.saturating_sub(1), ..inside }, inside.x, y, &name.text, name.role);
        let rest = Rect { x: inside.x + label, y, width: inside.width.saturating_sub(label), height: 1 };
        let numbers = Rect { width: value.saturating_sub(2).min(rest.width), ..rest };
        // Numbers stand below each other; what is longer, such as a refusal, takes the room of the bar.
        if visible(&cell.text).width() <= usize::from(numbers.width) {
            page.text_right(numbers, y, &cell.text, cell.role);
        } else {
            // The end of an ARN or a title tells it from others.
            let text = fit_middle(&visible(&cell.text), usize::from(rest.width)).into_owned();
            page.text(rest, rest.x, y, &text, cell.role);
        }
        let Some(bar) = *bar else { continue };
        let left = rest.width.saturating_sub(value + PERCENT);
        let strip = Rect { x: rest.x + value, width: left.min(BAR), ..rest };
        let (part, whole) = match bar {
            Bar::Quota(used, limit) => {
                gauge(strip, used, limit, page);
                (used, limit)
            }
            Bar::Part(part, whole) => {
                progress(strip, part, whole, page);
                (part, whole)
            }
        };
        let percent = part.saturating_mul(100).saturating_add(whole / 2).checked_div(whole).unwrap_or_default();
        let after = Rect { x: strip.right(), width: PERCENT.min(rest.right() - strip.right()), ..rest };
        page.text_right(after, y, &format!("{percent} %"), Look::Muted);
    }
}
