//! The frame that is drawn into: the one door through which text reaches the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::base::search::Query;
use crate::base::text::visible;
use crate::theme::{Look, Theme};

/// One picture of the screen, ready to be painted.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The cells.
    pub buffer: Buffer,
    /// Where the terminal's cursor stands; hidden where there is none.
    pub cursor: Option<Position>,
    /// Where a list lies, so that the painter can scroll it instead of writing it again.
    pub scrolled: Option<Scrolled>,
}

/// Where a list lies and which of its rows comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scrolled {
    /// Which list it is: another list in the same place has not scrolled.
    pub list: u64,
    /// The rows of the screen that it fills.
    pub area: Rect,
    /// The number of the row at the top.
    pub first: usize,
}

/// A picture being drawn, with the theme it is drawn in.
#[derive(Debug)]
pub struct Frame<'t> {
    /// What is drawn so far.
    pub picture: Picture,
    /// Where boxes lie over the page: the body of the screen.
    pub body: Rect,
    theme: &'t Theme,
}

impl<'t> Frame<'t> {
    /// An empty picture of this size.
    pub fn new(width: u16, height: u16, theme: &'t Theme) -> Self {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        if let Some(paper) = theme.paper() {
            buffer.set_style(buffer.area, paper);
        }
        let body = buffer.area;
        Self { picture: Picture { buffer, cursor: None, scrolled: None }, body, theme }
    }

    /// The whole picture.
    pub fn area(&self) -> Rect {
        self.picture.buffer.area
    }

    /// The theme it is drawn in.
    pub fn theme(&self) -> &'t Theme {
        self.theme
    }

    /// Writes text on one line of an area, cut to it with `…`; gives the columns used.
    ///
    /// INVARIANT: all text of a screen comes through here, and here it is made visible.
    pub fn text(&mut self, area: Rect, x: u16, y: u16, text: &str, role: Look) -> u16 {
        self.styled(area, x, y, text, self.theme.style(role))
    }

    /// Writes text in a style of its own, for what mixes roles.
    pub fn styled(&mut self, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let buffer = &mut self.picture.buffer;
        let area = area.intersection(buffer.area);
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let room = usize::from(area.right() - x);
        let shown = visible(text);
        let fitting = fit(&shown, room);
        let (end, _) = buffer.set_stringn(x, y, self.theme.signs().shown(&fitting), room, style);
        end.saturating_sub(x)
    }

    /// Writes text as [`Frame::text`] does, and shows what of it a search matched.
    pub fn matched(&mut self, area: Rect, x: u16, y: u16, text: &str, role: Look, query: &Query) -> u16 {
        let used = self.text(area, x, y, text, role);
        if query.is_empty() || used == 0 {
            return used;
        }
        let shown = visible(text);
        // Where text is cut, the last column is the sign that says so.
        let end = x + used.saturating_sub(u16::from(shown.width() > usize::from(used)));
        let column = |at: usize| {
            let before: String = shown.chars().take(at).collect();
            x.saturating_add(u16::try_from(before.width()).unwrap_or(u16::MAX)).min(end)
        };
        for range in query.marks(&shown) {
            let (from, to) = (column(range.start), column(range.end));
            self.restyle(Rect { x: from, y, width: to.saturating_sub(from), height: 1 }, Look::Match);
        }
        used
    }

    /// Writes text on the line of an area, cut without a sign: the reader can scroll to the rest.
    pub fn clipped(&mut self, area: Rect, x: u16, text: &str, style: Style) -> u16 {
        let area = area.intersection(self.area());
        if area.height == 0 || x < area.left() || x >= area.right() {
            return 0;
        }
        let room = usize::from(area.right() - x);
        let shown = visible(text);
        let shown = self.theme.signs().shown(&shown);
        let (end, _) = self.picture.buffer.set_stringn(x, area.y, shown, room, style);
        end.saturating_sub(x)
    }

    /// Writes pieces one after the other on one line of an area; gives the columns used.
    pub fn pieces<'a>(&mut self, area: Rect, y: u16, pieces: impl IntoIterator<Item = (&'a str, Look)>) -> u16 {
        let mut x = area.left();
        for (text, role) in pieces {
            x += self.text(area, x, y, text, role);
        }
        x - area.left()
    }

    /// Writes text so that it ends at the right edge of an area; gives the column it starts at.
    pub fn text_right(&mut self, area: Rect, y: u16, text: &str, role: Look) -> u16 {
        let shown = visible(text);
        let width = u16::try_from(shown.width()).unwrap_or(u16::MAX).min(area.width);
        let x = area.right() - width;
        self.text(area, x, y, &shown, role);
        x
    }

    /// Changes the look of cells that are drawn already.
    pub fn restyle(&mut self, area: Rect, role: Look) {
        let area = area.intersection(self.area());
        self.picture.buffer.set_style(area, self.theme.style(role));
    }

    /// Underlines cells that are drawn already, in a role's colour where there are colours of lines.
    pub fn underline(&mut self, area: Rect, role: Look) {
        let colour = self.theme.style(role).fg.unwrap_or_default();
        let style = Style::new().add_modifier(Modifier::UNDERLINED).underline_color(colour);
        let area = area.intersection(self.area());
        self.picture.buffer.set_style(area, style);
    }

    /// Blanks an area, for a layer that lies over the page.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.area());
        // A wide character that stands half in it is gone as a whole.
        for y in area.top()..area.bottom() {
            let before = area.left().checked_sub(1).and_then(|x| self.picture.buffer.cell_mut((x, y)));
            if let Some(cell) = before.filter(|cell| cell.symbol().width() > 1) {
                cell.set_symbol(" ");
            }
        }
        for place in area.positions() {
            if let Some(cell) = self.picture.buffer.cell_mut(place) {
                cell.reset();
            }
        }
        if let Some(paper) = self.theme.paper() {
            self.picture.buffer.set_style(area, paper);
        }
    }

    /// Shows another picture from one of its lines on, for a page that is taller than its area.
    pub fn paste(&mut self, page: &Frame<'_>, first: u16, area: Rect) {
        for place in area.intersection(self.area()).positions() {
            let from = (place.x - area.x, place.y - area.y + first);
            if let (Some(cell), Some(shown)) = (self.picture.buffer.cell_mut(place), page.picture.buffer.cell(from)) {
                *cell = shown.clone();
            }
        }
    }

    /// Draws a vertical line along the left edge of an area.
    pub fn rule_left(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            self.text(area, area.left(), y, "│", Look::Border);
        }
    }

    /// Draws a horizontal line along the upper edge of an area.
    pub fn rule_top(&mut self, area: Rect) {
        self.text(area, area.x, area.y, &"─".repeat(usize::from(area.width)), Look::Border);
    }

    /// Puts the terminal's cursor here.
    pub fn cursor(&mut self, x: u16, y: u16) {
        let place = Position::new(x, y);
        if self.area().contains(place) {
            self.picture.cursor = Some(place);
        }
    }
}

/// Cuts text that was made visible to a width, with `…` where something is missing.
pub fn fit(text: &str, width: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= width || text.width() <= width {
        return text.into();
    }
    let mut out = String::with_capacity(width);
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let next = cluster.width();
        if used + next + 1 > width {
            break;
        }
        used += next;
        out.push_str(cluster);
    }
    if width > 0 {
        out.push('…');
    }
    out.into()
}

/// Cuts text from its middle, for names whose ends tell them apart, such as ARNs.
pub fn fit_middle(text: &str, width: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= width || text.width() <= width || width < 5 {
        return fit(text, width);
    }
    let head = width / 3;
    let tail = width - head - 1;
    let mut out: String = take_width(text.graphemes(true), head).concat();
    let mut end = take_width(text.graphemes(true).rev(), tail);
    end.reverse();
    out.push('…');
    out.push_str(&end.concat());
    out.into()
}

fn take_width<'a>(clusters: impl Iterator<Item = &'a str>, width: usize) -> Vec<&'a str> {
    let mut used = 0;
    clusters
        .take_while(|cluster| {
            used += cluster.width();
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_its_room_by_columns() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit_middle("arn:aws:iam::123456789012:user/alice", 16), "arn:a…user/alice");
    }

    #[test]
    fn text_is_made_visible_on_its_way() {
        let theme = Theme::plain();
        let mut frame = Frame::new(20, 1, &theme);
        frame.text(frame.area(), 0, 0, "a\x1b[31mb", Look::Text);
        assert_eq!(frame.picture.buffer.cell((1, 0)).unwrap().symbol(), "‹");
    }

    #[test]
    fn no_place_outside_the_frame_is_drawn() {
        let theme = Theme::plain();
        let mut frame = Frame::new(3, 1, &theme);
        let outside = Rect::new(0, 0, 100, 100);
        assert_eq!(frame.text(outside, 50, 50, "x", Look::Text), 0);
        assert_eq!(frame.text(outside, 0, 0, "long text", Look::Text), 3);
        frame.clear(outside);
    }
}
