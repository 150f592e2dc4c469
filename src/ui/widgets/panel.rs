//! A framed box over the page.

use ratatui::layout::Rect;

use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::inner;

/// What is left of the page on the left of a box tells nothing where it is narrower than this.
const SHREDS: u16 = 24;

/// Draws a box with a title and blanks what lies below it and around it; gives the room inside.
pub fn panel(area: Rect, title: &str, frame: &mut Frame<'_>) -> Rect {
    frame.clear(surroundings(area, frame.body));
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    let bar = "─".repeat(usize::from(area.width) - 2);
    frame.text(area, area.x, area.y, &format!("┌{bar}┐"), Look::Border);
    frame.text(area, area.x, area.bottom() - 1, &format!("└{bar}┘"), Look::Border);
    for y in area.y + 1..area.bottom() - 1 {
        frame.text(area, area.x, y, "│", Look::Border);
        frame.text(area, area.right() - 1, y, "│", Look::Border);
    }
    let head = Rect::new(area.x + 2, area.y, area.width.saturating_sub(4), 1);
    frame.text(head, head.x, head.y, &format!(" {title} "), Look::Title);
    inner(area)
}

/// A box with what is blanked around it: a line above and below, the ends of the page's rows on its right, and on its
/// left a column, or all where that is little.
fn surroundings(area: Rect, body: Rect) -> Rect {
    let is_little = area.left().saturating_sub(body.left()) < SHREDS;
    let left = if is_little { body.left() } else { area.left() - 1 };
    let top = area.top().saturating_sub(1).max(body.top()).min(area.top());
    let bottom = (area.bottom() + 1).min(body.bottom()).max(area.bottom());
    let right = body.right().max(area.right());
    Rect { x: left, y: top, width: right.saturating_sub(left), height: bottom - top }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;

    #[test]
    fn a_box_leaves_no_shreds_of_the_page_at_its_sides() {
        let theme = Theme::plain();
        let check = |x: u16, width: u16, row: &str| {
            let mut frame = Frame::new(60, 3, &theme);
            let screen = frame.area();
            for y in 0..3 {
                frame.text(screen, 0, y, &"x".repeat(60), Look::Text);
            }
            panel(Rect::new(x, 0, width, 3), "", &mut frame);
            let cells = frame.picture.buffer.content.get(60..120).unwrap_or_default();
            assert_eq!(cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>(), row);
        };
        check(5, 50, &format!("{:5}│{:48}│{:5}", "", "", ""));
        check(12, 36, &format!("{:12}│{:34}│{:12}", "", "", ""));
        check(25, 10, &format!("{} │{:8}│{:25}", "x".repeat(24), "", ""));
    }

    #[test]
    fn a_line_above_and_below_a_box_is_blank() {
        let theme = Theme::plain();
        let mut frame = Frame::new(40, 7, &theme);
        let screen = frame.area();
        for y in 0..7 {
            frame.text(screen, 0, y, &"x".repeat(40), Look::Text);
        }
        panel(Rect::new(30, 2, 8, 3), "", &mut frame);
        let cell = |y| frame.picture.buffer.cell((33, y)).map(ratatui::buffer::Cell::symbol).unwrap_or_default();
        assert_eq!([0, 1, 5, 6].map(cell), ["x", " ", " ", "x"]);
    }
}
