//! A count against its limit, as a bar.

use ratatui::layout::Rect;

use crate::theme::Look;
use crate::ui::frame::Frame;

/// Draws a bar that is filled as far as the count has come; from four fifths it warns.
pub fn gauge(area: Rect, used: i64, limit: i64, frame: &mut Frame<'_>) {
    let role = match used.saturating_mul(100).checked_div(limit).unwrap_or_default() {
        100.. => Look::Danger,
        80..=99 => Look::Warning,
        _ => Look::Gauge,
    };
    bar(area, used, limit, role, frame);
}

/// Draws how far something has come, which is never too far.
pub fn progress(area: Rect, done: i64, of: i64, frame: &mut Frame<'_>) {
    bar(area, done, of, Look::Gauge, frame);
}

/// The left eighths of a cell, from one to seven.
const EIGHTHS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];

fn bar(area: Rect, used: i64, limit: i64, role: Look, frame: &mut Frame<'_>) {
    let width = i64::from(area.width) * 8;
    if limit <= 0 || width == 0 {
        return;
    }
    // Anything at all shows, and only a full quota fills the last eighth.
    let filled = (used.saturating_mul(width) / limit).clamp(i64::from(used > 0), width);
    let filled = usize::try_from(filled).unwrap_or(0);
    let end = (filled % 8).checked_sub(1).and_then(|at| EIGHTHS.get(at)).copied().unwrap_or_default();
    let text = format!("{}{end}", "█".repeat(filled / 8));
    let x = area.x + frame.text(area, area.x, area.y, &text, role);
    frame.text(area, x, area.y, &"·".repeat(usize::from(area.right().saturating_sub(x))), Look::Border);
}
