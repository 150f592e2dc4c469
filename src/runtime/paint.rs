//! From the frame that is shown and the one that shall be shown to the fewest bytes between them.
//!
//! One frame is one write. Nothing is written when nothing changed. A list that moved by a few rows is
//! scrolled inside a scroll region where that is shorter than rewriting it.

use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::ui::frame::{Picture, Scrolled};

/// Cells that stay the same between two changes are written again when that is shorter than a jump.
const REWRITE: u16 = 4;

/// Knows what the terminal shows, and how its pen stands.
#[derive(Debug, Default)]
pub struct Painter {
    shown: Option<Buffer>,
    scrolled: Option<Scrolled>,
    cursor: Option<Position>,
}

/// The colours and attributes of the next character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

impl Pen {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
    }
}

/// The bytes of one frame, with the pen and the cursor after them.
struct Output {
    bytes: Vec<u8>,
    pen: Pen,
    at: Option<(u16, u16)>,
}

impl Painter {
    /// Forgets what is shown, so that the next frame is drawn whole.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Gives the bytes that turn what is shown into this frame; none when it is shown already.
    pub fn paint(&mut self, frame: Picture) -> Vec<u8> {
        let next = frame.buffer;
        let mut best = Output { bytes: Vec::new(), pen: PLAIN, at: None };
        match self.shown.take() {
            Some(shown) if shown.area == next.area => {
                best.changes(&shown, &next);
                if let Some((rows, by)) = shift(self.scrolled, frame.scrolled)
                    && best.bytes.len() > 64
                {
                    let mut other = Output { bytes: Vec::new(), pen: PLAIN, at: None };
                    let moved = other.scroll(shown, rows, by);
                    other.changes(&moved, &next);
                    if other.bytes.len() < best.bytes.len() {
                        best = other;
                    }
                }
            }
            _ => {
                best.bytes.extend_from_slice(b"\x1b[m\x1b[2J");
                best.changes(&Buffer::empty(next.area), &next);
                self.cursor = None;
            }
        }
        best.pen_to(PLAIN);
        best.cursor(self.cursor, frame.cursor);
        self.shown = Some(next);
        self.scrolled = frame.scrolled;
        self.cursor = frame.cursor;
        best.bytes
    }
}

/// The rows of a list that moved since the last frame, and by how many, downwards positive.
fn shift(before: Option<Scrolled>, after: Option<Scrolled>) -> Option<(Rect, i32)> {
    let (before, after) = (before?, after?);
    if before.area != after.area || before.list != after.list {
        return None;
    }
    let by = i32::try_from(before.first).ok()? - i32::try_from(after.first).ok()?;
    (by != 0 && by.unsigned_abs() < u32::from(after.area.height) / 2).then_some((after.area, by))
}

impl Output {
    fn changes(&mut self, shown: &Buffer, next: &Buffer) {
        for y in next.area.top()..next.area.bottom() {
            self.row(shown, next, y);
        }
    }

    fn row(&mut self, shown: &Buffer, next: &Buffer, y: u16) {
        let width = next.area.width;
        let cells = |buffer: &'_ Buffer| -> std::ops::Range<usize> {
            let start = buffer.index_of(next.area.left(), y);
            start..start + usize::from(width)
        };
        let (Some(old), Some(new)) = (shown.content.get(cells(shown)), next.content.get(cells(next))) else { return };
        if old == new {
            return;
        }
        // The wide characters of a row make its cells depend on each other: it is written as a whole.
        if old.iter().chain(new).any(|cell| !is_narrow(cell)) {
            self.whole_row(new, y);
            return;
        }
        let blank_from = blank_from(new);
        let mut x: u16 = 0;
        while x < width {
            let at = usize::from(x);
            if old[at] == new[at] {
                x += 1;
                continue;
            }
            if at >= blank_from && width - x > 3 && old.iter().skip(at).filter(|cell| !is_blank(cell)).count() > 3 {
                self.go_along(x, y, new);
                self.pen_to(PLAIN);
                self.bytes.extend_from_slice(b"\x1b[K");
                break;
            }
            self.go_along(x, y, new);
            self.cell(&new[at]);
            x += 1;
        }
    }

    /// Writes every cell of a row, saying the place again after each character whose width is doubtful.
    fn whole_row(&mut self, new: &[Cell], y: u16) {
        let blank_from = blank_from(new);
        let mut x = 0;
        while x < blank_from {
            let cell = &new[x];
            let column = u16::try_from(x).unwrap_or(u16::MAX);
            self.go(column, y);
            self.cell(cell);
            let width = cell.symbol().width().max(1);
            if !is_narrow(cell) {
                self.at = None;
            }
            x += width;
        }
        if blank_from < new.len() {
            self.go(u16::try_from(blank_from).unwrap_or(u16::MAX), y);
            self.pen_to(PLAIN);
            self.bytes.extend_from_slice(b"\x1b[K");
        }
    }

    fn cell(&mut self, cell: &Cell) {
        self.pen_to(Pen::of(cell));
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        self.at = self.at.map(|(x, y)| (x + 1, y));
    }

    /// Goes to a cell; over a short way in one style the cells between are written again.
    fn go_along(&mut self, x: u16, y: u16, row: &[Cell]) {
        if let Some((from, line)) = self.at
            && line == y
            && from < x
            && x - from <= REWRITE
        {
            let between = row.get(usize::from(from)..usize::from(x)).unwrap_or_default();
            let bytes: usize = between.iter().map(|cell| cell.symbol().len()).sum();
            if bytes <= usize::from(REWRITE) && between.iter().all(|cell| Pen::of(cell) == self.pen) {
                for cell in between {
                    self.cell(cell);
                }
                return;
            }
        }
        self.go(x, y);
    }

    fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        match self.at {
            Some((from, line)) if line == y && x > from => {
                let _ =
                    if x - from == 1 { write!(self.bytes, "\x1b[C") } else { write!(self.bytes, "\x1b[{}C", x - from) };
            }
            Some((_, line)) if line + 1 == y && x == 0 => self.bytes.extend_from_slice(b"\r\n"),
            Some((from, line)) if line + 1 == y && x == from => self.bytes.push(b'\n'),
            _ if x == 0 => {
                let _ = write!(self.bytes, "\x1b[{}H", y + 1);
            }
            _ => {
                let _ = write!(self.bytes, "\x1b[{};{}H", y + 1, x + 1);
            }
        }
        self.at = Some((x, y));
    }

    fn cursor(&mut self, before: Option<Position>, after: Option<Position>) {
        match after {
            Some(place) => {
                if !self.bytes.is_empty() || before != after {
                    self.at = None;
                    self.go(place.x, place.y);
                }
                if before.is_none() {
                    self.bytes.extend_from_slice(b"\x1b[?25h");
                }
            }
            None if before.is_some() => self.bytes.extend_from_slice(b"\x1b[?25l"),
            None => {}
        }
    }

    /// Scrolls whole rows inside a region, and gives what the terminal shows then.
    fn scroll(&mut self, mut shown: Buffer, area: Rect, by: i32) -> Buffer {
        let (top, bottom) = (area.top(), area.bottom());
        let _ = write!(self.bytes, "\x1b[{};{}r", top + 1, bottom);
        let lines = u16::try_from(by.unsigned_abs()).unwrap_or(u16::MAX);
        if by < 0 {
            let _ = write!(self.bytes, "\x1b[{bottom}H");
            self.bytes.extend(std::iter::repeat_n(b'\n', usize::from(lines)));
        } else {
            let _ = write!(self.bytes, "\x1b[{}H", top + 1);
            for _ in 0..lines {
                self.bytes.extend_from_slice(b"\x1bM");
            }
        }
        self.bytes.extend_from_slice(b"\x1b[r");
        self.at = None;
        let width = usize::from(shown.area.width);
        let start = usize::from(top - shown.area.top()) * width;
        let end = usize::from(bottom - shown.area.top()) * width;
        let moved = usize::from(lines) * width;
        if let Some(region) = shown.content.get_mut(start..end)
            && moved <= region.len()
        {
            if by < 0 {
                region.rotate_left(moved);
                let kept = region.len() - moved;
                region.iter_mut().skip(kept).for_each(Cell::reset);
            } else {
                region.rotate_right(moved);
                region.iter_mut().take(moved).for_each(Cell::reset);
            }
        }
        shown
    }

    fn pen_to(&mut self, pen: Pen) {
        if self.pen == pen {
            return;
        }
        let mut codes = String::new();
        self.pen.change_to(pen, &mut codes);
        let mut afresh = String::from(";");
        PLAIN.change_to(pen, &mut afresh);
        let shorter =
            if afresh.len() < codes.len() { afresh.trim_end_matches(';') } else { codes.trim_end_matches(';') };
        let _ = write!(self.bytes, "\x1b[{shorter}m");
        self.pen = pen;
    }
}

impl Pen {
    /// Writes the SGR parameters from one pen to another, each ended by a semicolon.
    fn change_to(self, next: Self, codes: &mut String) {
        const SWITCHES: &[(Modifier, &str, &str)] = &[
            (Modifier::ITALIC, "3;", "23;"),
            (Modifier::UNDERLINED, "4;", "24;"),
            (Modifier::REVERSED, "7;", "27;"),
            (Modifier::CROSSED_OUT, "9;", "29;"),
        ];
        const WEIGHT: Modifier = Modifier::BOLD.union(Modifier::DIM);
        let mut weight = self.modifier & WEIGHT;
        if !(weight - next.modifier).is_empty() {
            codes.push_str("22;");
            weight = Modifier::empty();
        }
        for (weight_bit, on) in [(Modifier::BOLD, "1;"), (Modifier::DIM, "2;")] {
            if next.modifier.contains(weight_bit) && !weight.contains(weight_bit) {
                codes.push_str(on);
            }
        }
        for (bit, on, off) in SWITCHES {
            match (self.modifier.contains(*bit), next.modifier.contains(*bit)) {
                (false, true) => codes.push_str(on),
                (true, false) => codes.push_str(off),
                _ => {}
            }
        }
        if self.fg != next.fg {
            colour(next.fg, 30, codes);
        }
        if self.bg != next.bg {
            colour(next.bg, 40, codes);
        }
        if self.underline != next.underline {
            underline(next.underline, codes);
        }
    }
}

/// Writes a colour as SGR parameters; `base` is 30 for the text, 40 for the ground.
fn colour(colour: Color, base: u8, codes: &mut String) {
    use std::fmt::Write as _;
    let _ = match colour {
        Color::Reset => write!(codes, "{};", base + 9),
        Color::Rgb(r, g, b) => write!(codes, "{};2;{r};{g};{b};", base + 8),
        Color::Indexed(index) => write!(codes, "{};5;{index};", base + 8),
        named => {
            let index = sixteen(named);
            let base = if index < 8 { base + index } else { base + 60 + index - 8 };
            write!(codes, "{base};")
        }
    };
}

fn underline(colour: Color, codes: &mut String) {
    use std::fmt::Write as _;
    let _ = match colour {
        Color::Reset => write!(codes, "59;"),
        Color::Rgb(r, g, b) => write!(codes, "58;2;{r};{g};{b};"),
        Color::Indexed(index) => write!(codes, "58;5;{index};"),
        named => write!(codes, "58;5;{};", sixteen(named)),
    };
}

/// The place of a named colour among the sixteen.
fn sixteen(colour: Color) -> u8 {
    match colour {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => 0,
    }
}

/// Whether every terminal agrees that this cell is one column wide.
fn is_narrow(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    match symbol.as_bytes() {
        [byte] => (0x20..0x7f).contains(byte),
        [] => false,
        _ => symbol.chars().count() == 1 && symbol.width() == 1,
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Pen::of(cell) == PLAIN
}

/// The column from which a row is blank to its end.
fn blank_from(row: &[Cell]) -> usize {
    row.len() - row.iter().rev().take_while(|cell| is_blank(cell)).count()
}
