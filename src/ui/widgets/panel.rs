//! A framed box over the page.

use ratatui::layout::Rect;

use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layout::inner;

/// Draws a box with a title and blanks what lies below it; gives the room inside.
pub fn panel(area: Rect, title: &str, frame: &mut Frame<'_>) -> Rect {
    frame.clear(area);
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    let bar = "─".repeat(usize::from(area.width) - 2);
    frame.text(area, area.x, area.y, &format!("┌{bar}┐"), Role::Border);
    frame.text(area, area.x, area.bottom() - 1, &format!("└{bar}┘"), Role::Border);
    for y in area.y + 1..area.bottom() - 1 {
        frame.text(area, area.x, y, "│", Role::Border);
        frame.text(area, area.right() - 1, y, "│", Role::Border);
    }
    let head = Rect::new(area.x + 2, area.y, area.width.saturating_sub(4), 1);
    frame.text(head, head.x, head.y, &format!(" {title} "), Role::Title);
    inner(area)
}
