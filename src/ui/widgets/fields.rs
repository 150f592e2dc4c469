//! Labels with their values: one below the other, or one after the other where lines are few.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::base::text::visible;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::widgets::failure::chunks;

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub label: &'static str,
    /// What is known of it.
    pub cell: Cell,
    /// The columns that the value takes beside others: those of the widest that is usual.
    least: usize,
}

impl Field {
    /// A label with its value.
    pub fn new(label: &'static str, cell: Cell) -> Self {
        Self { label, cell, least: 0 }
    }

    /// Keeps room for values of this many columns, so that the labels after it stay in their places from one row of a
    /// list to the next, for whoever reads them, and for a slow connection.
    pub fn at_least(self, columns: usize) -> Self {
        Self { least: columns, ..self }
    }

    /// A time ago, such as `59 minutes ago`.
    pub fn ago(self) -> Self {
        self.at_least(14)
    }

    fn width(&self, least: usize) -> usize {
        self.label.width() + 1 + visible(&self.cell.text).width().max(least)
    }
}

/// Draws fields one below the other. A value that does not fit its line gets lines of its own where there is
/// room for all, and loses its middle where there is not.
pub fn fields(area: Rect, fields: &[Field], frame: &mut Frame<'_>) {
    let label_width = fields.iter().map(|field| field.label.width()).max().unwrap_or(0);
    let label_width = u16::try_from(label_width + 2).unwrap_or(u16::MAX).min(area.width / 2);
    let mut spare = usize::from(area.height).saturating_sub(fields.len());
    let mut y = area.y;
    for field in fields {
        if y >= area.bottom() {
            break;
        }
        frame.text(Rect { width: label_width.saturating_sub(1), ..area }, area.x, y, field.label, Look::Muted);
        let room = usize::from(area.width.saturating_sub(label_width));
        let value = visible(&field.cell.text);
        let lines = chunks(&value, usize::from(area.width).saturating_sub(2));
        if value.width() > room && lines.len() <= spare {
            spare -= lines.len();
            for line in &lines {
                y += 1;
                frame.text(area, area.x + 2, y, line, field.cell.role);
            }
        } else {
            frame.text(area, area.x + label_width, y, &fit_middle(&value, room), field.cell.role);
        }
        y += 1;
    }
}

/// The columns between two fields of one line, at least.
const GAP: usize = 3;

/// Fields one after the other, in few lines.
#[derive(Debug, Default)]
pub struct Flow {
    lines: Vec<Vec<Field>>,
    /// How many had no room.
    hidden: usize,
    /// Whether values have the room that is usual.
    usual: bool,
}

impl Flow {
    /// Puts each field into the first line that has room for it whole: at most so many lines of this width.
    ///
    /// They have room for their usual values where that hides none of them.
    pub fn of(fields: Vec<Field>, width: u16, most: u16) -> Self {
        let flow = Self::packed(fields.clone(), width, most, true);
        let close = Self::packed(fields, width, most, false);
        if flow.hidden <= close.hidden { flow } else { close }
    }

    fn packed(fields: Vec<Field>, width: u16, most: u16, usual: bool) -> Self {
        let width = usize::from(width);
        let mut flow = Self { usual, ..Self::default() };
        let mut used: Vec<usize> = Vec::new();
        for field in fields {
            let wide = field.width(0);
            let taken = if usual { field.width(field.least) } else { wide };
            if let Some(at) = used.iter().position(|used| used + GAP + wide <= width) {
                if let (Some(line), Some(used)) = (flow.lines.get_mut(at), used.get_mut(at)) {
                    line.push(field);
                    *used += GAP + taken;
                }
            } else if used.len() < usize::from(most) {
                used.push(taken.min(width));
                flow.lines.push(vec![field]);
            } else {
                flow.hidden += 1;
            }
        }
        flow
    }

    /// The lines that it takes.
    pub fn height(&self) -> u16 {
        u16::try_from(self.lines.len()).unwrap_or(u16::MAX)
    }

    /// Draws it; a value that is longer than a line loses its middle, and how many have no room is said at the end.
    pub fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        for (line, y) in self.lines.iter().zip(area.y..area.bottom()) {
            let mut start = area.x;
            for field in line {
                let mut x = start;
                let taken = field.width(if self.usual { field.least } else { 0 }) + GAP;
                start = start.saturating_add(u16::try_from(taken).unwrap_or(u16::MAX));
                x += frame.text(area, x, y, field.label, Look::Muted) + 1;
                let room = usize::from(area.right().saturating_sub(x));
                frame.text(area, x, y, &fit_middle(&visible(&field.cell.text), room), field.cell.role);
            }
        }
        if self.hidden > 0 && area.height > 0 {
            let more = format!(" +{}", self.hidden);
            frame.text_right(area, (area.y + self.height().max(1) - 1).min(area.bottom() - 1), &more, Look::Muted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;

    #[track_caller]
    fn check(width: u16, most: u16, lines: &[&str]) {
        let field = |label, value: &'static str| Field::new(label, Cell::text(value));
        let fields =
            vec![field("MFA", "none").at_least(9), field("ARN", "arn:aws:iam::1:user/alice"), field("Created", "2026")];
        let flow = Flow::of(fields, width, most);
        let theme = Theme::plain();
        let mut frame = Frame::new(width, most, &theme);
        flow.render(frame.area(), &mut frame);
        let text: Vec<String> = frame
            .picture
            .buffer
            .content
            .chunks(usize::from(width))
            .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned())
            .collect();
        assert_eq!(text, lines);
    }

    #[test]
    fn fields_fill_the_lines_that_there_are_and_what_has_no_room_is_counted() {
        check(60, 1, &["MFA none        ARN arn:aws:iam::1:user/alice   Created 2026"]);
        check(56, 1, &["MFA none   ARN arn:aws:iam::1:user/alice   Created 2026"]);
        check(30, 2, &["MFA none        Created 2026", "ARN arn:aws:iam::1:user/alice"]);
        check(24, 2, &["MFA none   Created 2026", "ARN arn:aw…:1:user/alice"]);
        check(20, 1, &["MFA none          +2"]);
    }
}
