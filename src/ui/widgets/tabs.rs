//! A line of tabs.

use ratatui::layout::Rect;

use crate::theme::Role;
use crate::ui::frame::Frame;

/// Draws the titles of tabs; the shown one stands out by more than colour.
pub fn tabs(area: Rect, titles: &[String], shown: usize, frame: &mut Frame<'_>) {
    tabs_apart(area, titles, shown, " ", frame);
}

/// The same with this between the tabs.
pub fn tabs_apart(area: Rect, titles: &[String], shown: usize, gap: &str, frame: &mut Frame<'_>) {
    let mut x = area.x;
    // The shown tab must be in sight: tabs to its left give way first.
    let width = |title: &String| title.chars().count() + 2 + gap.len();
    let mut from = 0;
    while from < shown
        && titles.iter().skip(from).take(shown - from + 1).map(width).sum::<usize>() > usize::from(area.width)
    {
        from += 1;
    }
    if from > 0 {
        x += frame.text(area, x, area.y, "‹ ", Role::Muted);
    }
    for (at, title) in titles.iter().enumerate().skip(from) {
        let role = if at == shown { Role::TabActive } else { Role::Tab };
        let label = if at == shown { format!("[{title}]") } else { format!(" {title} ") };
        x += frame.text(area, x, area.y, &label, role);
        x += frame.text(area, x, area.y, gap, Role::Text);
    }
}
