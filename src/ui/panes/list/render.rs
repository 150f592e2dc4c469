//! How a list looks: only the rows in sight are formatted, and a moved cursor changes few cells.

use ratatui::layout::Rect;

use crate::input::{Action, DialogAction, ListAction, Nav, Scope};
use crate::insight::review::Severity;
use crate::model::ErrorKind;
use crate::theme::Look;
use crate::ui::filter;
use crate::ui::frame::{Frame, Scrolled, fit};
use crate::ui::layout::{Preview, split_top};
use crate::ui::page::View;
use crate::ui::resources::{Column, Resource, Shown};
use crate::ui::widgets::failure::{failure, room, wrap};
use crate::ui::widgets::fields::{Flow, fields};
use crate::ui::widgets::timeline::Timeline;

use super::List;

/// The columns before the name: the cursor's mark and the user's.
const GUTTER: u16 = 2;

/// The most that a column takes that is shown only where there is room.
const WIDEST: u16 = 60;

impl<R: Resource> List<R> {
    /// How many rows there are, of how many, and what is still coming.
    pub(super) fn completeness(&self, view: &View<'_>) -> String {
        let have = self.total();
        let expected: Option<u32> = R::arrivals(view).iter().map(|arrival| arrival.total).sum();
        let of = expected.filter(|total| usize::try_from(*total).is_ok_and(|total| total >= have));
        let count = match of {
            Some(total) => format!("{} of {}", grouped(have), grouped(usize::try_from(total).unwrap_or(have))),
            None => grouped(have),
        };
        // Of one that is there of one, the list is spoken of: `1 of 1 users`.
        let kind = if have == 1 && of.is_none() { R::KIND.singular() } else { R::KIND.plural() };
        let counted = if let Some(error) = Self::error(view) {
            let how = if error.kind == ErrorKind::Stopped { "then stopped" } else { "then an error" };
            format!("{count} {kind}, {how}")
        } else if Self::is_loading(view) {
            format!("loading {count} {kind} …")
        } else {
            format!("{count} {kind}")
        };
        let matching =
            if self.filter.is_empty() { String::new() } else { format!("{} match, ", grouped(self.rows.len())) };
        let marked = if self.marks.is_empty() { String::new() } else { format!("{} marked, ", self.marks.len()) };
        let remark = R::remark(view)
            .filter(|_| Self::error(view).is_none())
            .map(|remark| format!(", {remark}"))
            .unwrap_or_default();
        format!("{marked}{matching}{counted}{remark}")
    }

    /// Draws what the filter shows over time, where the kind has times.
    fn render_timeline(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let Some(at) = R::TIMES.filter(|_| area.height == 2) else { return };
        let times = (0..self.rows.len()).filter_map(|row| self.row_at(row)).map(|row| at(row));
        if let Some(timeline) = Timeline::of(times, view.now, usize::from(area.width.saturating_sub(4))) {
            timeline.render(area, frame);
        }
    }

    pub(super) fn render_list(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let mut rest = area;
        if self.has_line() {
            let (line, below) = split_top(area, 1);
            if self.typing {
                self.line.render(line, "/", frame);
            } else {
                frame.pieces(line, line.y, [("/", Look::Key), (self.line.text(), Look::Input)]);
            }
            rest = below;
        }
        let (above, rest) = split_top(rest, self.above(area.height));
        self.render_timeline(view, above, frame);
        let (head, body) = split_top(rest, 1);
        let columns = self.columns(area.width);
        self.render_head(&columns, head, frame);
        if self.rows.is_empty() {
            self.render_empty(view, body, frame);
            return;
        }
        let error = self.trouble(view);
        let (warning, body) = room(body, error, view.keymap);
        if let Some(error) = error {
            failure(warning, error, view.keymap, frame);
        }
        let window = self.scroll.window(self.rows.len());
        frame.picture.scrolled = Some(Scrolled { list: R::KIND as u64, area: body, first: window.start });
        for (at, y) in window.zip(body.y..body.bottom()) {
            if let Some(row) = self.row_at(at) {
                self.render_row(view, row, at == self.scroll.cursor, &columns, Rect { y, height: 1, ..body }, frame);
            }
        }
        self.scroll.marks(self.rows.len(), body, frame);
    }

    /// The shown columns with their place and width. Room that is left over goes to what the names in sight need, then
    /// to what the other columns need, then to columns that are shown where there is room, then to the names.
    pub(super) fn columns(&self, width: u16) -> Vec<(usize, &'static Column<R::Row>, u16, u16)> {
        let least = |at: usize, column: &Column<R::Row>| {
            // The column that the list is sorted by has its arrow.
            let arrow = if self.sort.is_some_and(|(by, _)| by == at) { 2 } else { 0 };
            let title = u16::try_from(column.title.chars().count()).unwrap_or(u16::MAX);
            column.width.max(if arrow > 0 { title + arrow + 1 } else { 0 })
        };
        // The name and the column of the arrow are in sight before the others are.
        let is_fixed = |at: usize| at == 0 || self.sort.is_some_and(|(by, _)| by == at);
        let fixed = R::COLUMNS.iter().enumerate().filter(|(at, _)| is_fixed(*at));
        let mut left =
            fixed.fold(width.saturating_sub(GUTTER), |left, (at, column)| left.saturating_sub(least(at, column)));
        let mut is_full = false;
        let mut fitting: Vec<(usize, &'static Column<R::Row>, u16)> = Vec::new();
        for (at, column) in R::COLUMNS.iter().enumerate().filter(|(at, _)| self.is_shown(*at)) {
            let wanted = least(at, column);
            if !is_fixed(at) {
                is_full |= wanted > left;
                if is_full {
                    continue;
                }
                left -= wanted;
            }
            fitting.push((at, column, wanted));
        }
        for (at, _, width) in &mut fitting {
            let need = self.needs.get(*at).copied().unwrap_or(0).saturating_add(1);
            let more = need.saturating_sub(*width).min(left);
            *width += more;
            left -= more;
        }
        for (at, column) in R::COLUMNS.iter().enumerate().filter(|_| !is_full) {
            if self.shown.get(at) == Some(&Shown::WhereRoom) && !is_fixed(at) {
                let need = self.needs.get(at).copied().unwrap_or(0).saturating_add(1);
                let wanted = least(at, column).max(need.min(WIDEST));
                if wanted <= left {
                    left -= wanted;
                    fitting.push((at, column, wanted));
                }
            }
        }
        fitting.sort_by_key(|(at, ..)| *at);
        if let Some((_, _, name)) = fitting.first_mut() {
            *name += left;
        }
        let mut x = GUTTER;
        let place = |(at, column, width)| {
            let place = (at, column, x, width);
            x += width;
            place
        };
        fitting.into_iter().map(place).collect()
    }

    fn render_head(&self, columns: &[(usize, &'static Column<R::Row>, u16, u16)], area: Rect, frame: &mut Frame<'_>) {
        for (at, column, x, width) in columns {
            let arrow = match self.sort {
                Some((by, down)) if by == *at => {
                    if down {
                        " ↓"
                    } else {
                        " ↑"
                    }
                }
                _ => "",
            };
            let cell = Rect { x: area.x + x, width: width.saturating_sub(1), ..area };
            // Where there is no room for both, the arrow stays.
            let title = fit(column.title, usize::from(cell.width).saturating_sub(arrow.chars().count()));
            frame.text(cell, cell.x, area.y, &format!("{title}{arrow}"), Look::Heading);
        }
    }

    fn render_row(
        &self,
        view: &View<'_>,
        row: &R::Row,
        selected: bool,
        columns: &[(usize, &'static Column<R::Row>, u16, u16)],
        area: Rect,
        frame: &mut Frame<'_>,
    ) {
        let marked = !self.marks.is_empty() && self.marks.contains_key(R::key(row));
        if selected {
            frame.text(area, area.x, area.y, "›", Look::Accent);
        }
        let finding = || view.review?.now.mark(R::arn(row)?.as_str());
        if marked {
            frame.text(area, area.x + 1, area.y, "*", Look::Mark);
        } else if R::entity(row).is_some_and(|entity| self.changed.contains(&entity)) {
            frame.text(area, area.x + 1, area.y, "•", Look::Warning);
        } else if let Some(severity) = finding() {
            let look = if severity >= Severity::High { Look::Danger } else { Look::Warning };
            frame.text(area, area.x + 1, area.y, "▲", look);
        }
        for (at, column, x, width) in columns {
            let cell = (column.cell)(row, view);
            let role = if *at == 0 && marked { Look::Mark } else { cell.role };
            let place = Rect { x: area.x + x, width: width.saturating_sub(1), ..area };
            if *at == 0 {
                frame.matched(place, place.x, area.y, &cell.text, role, self.filter.words());
            } else {
                frame.text(place, place.x, area.y, &cell.text, role);
            }
        }
        if selected {
            // The last column is for the marks of what goes on.
            frame.restyle(Rect { width: area.width.saturating_sub(1), ..area }, Look::Selection);
        }
    }

    fn render_empty(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let kind = R::KIND.plural();
        let area = Rect { x: area.x + GUTTER, width: area.width.saturating_sub(GUTTER), ..area };
        if let Some(error) = Self::error(view) {
            failure(area, error, view.keymap, frame);
            return;
        }
        let complete = R::arrivals(view).iter().all(|arrival| arrival.is_complete);
        let told = self.filter.fault().map(str::to_owned);
        let text = match (self.filter.is_empty(), self.filter.stranger(), complete) {
            _ if told.is_some() => told.unwrap_or_default(),
            (false, Some(stranger), _) => {
                let known: Vec<String> = filter::known::<R>().map(|name| format!("`{name}`")).collect();
                format!("There is no property `{stranger}`; this list has {}.", known.join(", "))
            }
            (false, None, true) => format!("No {} matches the filter.", R::KIND.singular()),
            (false, None, false) => format!("No {} matches the filter so far.", R::KIND.singular()),
            (true, _, true) => format!("There are no {kind}."),
            (true, _, false) => format!("loading {kind} …"),
        };
        let role = if complete { Look::Absent } else { Look::Unknown };
        let lines = wrap(&text, area.width).into_iter().map(|line| (line, role));
        let way_out = self.way_out(view).map(|line| (line, Look::Muted));
        for ((line, role), y) in lines.chain(way_out).zip(area.y..area.bottom()) {
            frame.text(area, area.x, y, &line, role);
        }
    }

    /// The key that clears a filter which hides everything.
    fn way_out(&self, view: &View<'_>) -> Option<String> {
        let hides = !self.filter.is_empty() && self.total() > 0;
        let ways: &[(Scope, Action)] = if self.typing {
            &[(Scope::Menu, DialogAction::Cancel.action())]
        } else {
            &[(Scope::List, ListAction::ClearFilter.action()), (Scope::Page, Nav::Back.action())]
        };
        let key =
            ways.iter().filter(|_| hides).find_map(|(scope, action)| view.keymap.keys(*scope, *action).first())?;
        Some(format!("{} clears the filter.", key.label()))
    }

    /// What the selected row is, in few lines below the list or in a column beside it.
    pub(super) fn render_preview(&self, view: &View<'_>, preview: Preview, frame: &mut Frame<'_>) {
        let (area, is_below) = match preview {
            Preview::Below(area) => (area, true),
            Preview::Beside(area) => (area, false),
            Preview::None => return,
        };
        let inside = if is_below {
            frame.rule_top(area);
            let (_, below) = split_top(area, 1);
            Rect { x: below.x + GUTTER, width: below.width.saturating_sub(GUTTER), ..below }
        } else {
            frame.rule_left(area);
            Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area }
        };
        let Some(row) = self.row() else { return };
        frame.text(inside, inside.x, inside.y, R::name(row), Look::Title);
        let summary = R::summary(row, view);
        if is_below {
            let (_, below) = split_top(inside, 1);
            Flow::of(summary, below.width, below.height).render(below, frame);
        } else {
            fields(split_top(inside, 2).1, &summary, frame);
        }
    }
}

/// A number with its thousands set apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(5_234_567), "5,234,567");
    }
}
