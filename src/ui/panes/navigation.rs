//! The console's side navigation, on wide screens.

use ratatui::layout::Rect;

use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::place::{PAGES, Place};

/// Draws the pages with the current one, or the one above it, marked.
pub fn navigation(area: Rect, here: &Place, frame: &mut Frame<'_>) {
    let inside = Rect { width: area.width.saturating_sub(2), ..area };
    let home = match here {
        Place::Entity(_) => here.parent(),
        other => Some(other.clone()),
    };
    for ((place, number), y) in PAGES.iter().zip(1..).zip(inside.y..inside.bottom()) {
        let key = if number < 10 { format!("{number} ") } else { "  ".to_owned() };
        let current = home.as_ref() == Some(place);
        let (mark, role) = if current { ("▌", Look::Title) } else { (" ", Look::Text) };
        frame.pieces(inside, y, [(mark, Look::Accent), (key.as_str(), Look::Key), (place.title(), role)]);
    }
    frame.rule_left(Rect { x: area.right().saturating_sub(2), width: 1, ..area });
}
