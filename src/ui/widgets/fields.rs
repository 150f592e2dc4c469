//! Labels with their values, one below the other.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::base::text::visible;
use crate::theme::Role;
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
}

impl Field {
    /// A label with its value.
    pub fn new(label: &'static str, cell: Cell) -> Self {
        Self { label, cell }
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
        frame.text(Rect { width: label_width.saturating_sub(1), ..area }, area.x, y, field.label, Role::Muted);
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
