//! The backend that ratatui draws on: updates the terminal with the fewest bytes.
//!
//! ratatui compares frames cell by cell and hands over the cells that changed; its own backends write them one after the
//! other. This one waits until the frame is complete, to choose the shortest encoding: a list that moved by a few
//! rows is scrolled inside a scroll region, cells of one colour are written together, blanks are erased. One frame is one
//! write, and nothing is written when nothing changed. A key that moves the band of the selected row in a list of 5,000
//! rows writes about 300 bytes at 120 columns that way, and little more where the list scrolls: the difference is felt
//! over a slow connection.

use std::io::{self, Write};

use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Color;
use unicode_width::UnicodeWidthStr;

use crate::ui::frame::{Picture, Scrolled};

use pen::{PLAIN, Pen, SHOWS_ON_BLANK, is_bare};

mod pen;

/// Cells that stay the same between two changes are written again when that is shorter than a jump.
const REWRITE: u16 = 4;

/// From this many blanks on, erasing and skipping them is shorter than writing them.
const ERASE: usize = 12;

/// From this many bytes on a terminal may show half a frame, so the frame is sent as a synchronized update, which
/// terminals without support for it ignore.
const TEARS: usize = 512;
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// From this many bytes on, it is worth looking for rows that moved.
const MUCH: usize = 800;

/// The screen: ratatui's terminal on our backend.
#[derive(Debug)]
pub struct Screen<W: Write> {
    terminal: Terminal<Painter<W>>,
    forgotten: bool,
}

impl<W: Write> Screen<W> {
    /// A screen whose content is not known yet.
    pub fn new(out: W) -> io::Result<Self> {
        let painter = Painter { out, next: Frame::default(), shown: None, erases_in_colour: true };
        Ok(Self { terminal: Terminal::new(painter)?, forgotten: false })
    }

    /// The same screen on a terminal whose erased cells keep the ground's colour, or lose it, as GNU screen's do.
    pub fn erasing_in_colour(mut self, erases_in_colour: bool) -> Self {
        self.terminal.backend_mut().erases_in_colour = erases_in_colour;
        self
    }

    /// Forgets what is shown, so that the next picture is drawn whole.
    pub fn forget(&mut self) {
        self.forgotten = true;
    }

    /// Shows a picture.
    pub fn show(&mut self, mut picture: Picture) -> io::Result<()> {
        if std::mem::take(&mut self.forgotten) {
            self.terminal.clear()?;
        }
        let backend = self.terminal.backend_mut();
        if backend.next.buffer.area != picture.buffer.area {
            backend.next.buffer = Buffer::empty(picture.buffer.area);
            backend.shown = None;
        }
        backend.next.scrolled = picture.scrolled;
        blank_halves(&mut picture.buffer);
        self.terminal.draw(|frame| {
            std::mem::swap(frame.buffer_mut(), &mut picture.buffer);
            if let Some(place) = picture.cursor {
                frame.set_cursor_position(place);
            }
        })?;
        Ok(())
    }

    /// What is written to.
    pub fn out(&mut self) -> &mut W {
        &mut self.terminal.backend_mut().out
    }
}

/// Blanks wide characters that are half covered: ratatui would skip the cell that covers them.
fn blank_halves(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(width) {
        for at in 0..row.len() {
            let (Some(cell), rest) = (row.get(at), row.get(at + 1)) else { continue };
            if cell.symbol().len() > 1 && cell.symbol().width() > 1 && rest.is_some_and(|rest| rest.symbol() != " ") {
                row[at].set_symbol(" ");
            }
        }
    }
}

/// What a terminal shows, or will show.
#[derive(Debug, Clone, Default)]
struct Frame {
    buffer: Buffer,
    scrolled: Option<Scrolled>,
    cursor: Option<Position>,
}

/// Knows what the terminal shows.
#[derive(Debug)]
struct Painter<W> {
    out: W,
    next: Frame,
    /// None when it is not known.
    shown: Option<Frame>,
    erases_in_colour: bool,
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        for (x, y, cell) in content {
            // A wide character lies over the cells after it, which are not handed over.
            let covered = if is_narrow(cell) { 1 } else { u16::try_from(cell.symbol().width()).unwrap_or(1) };
            for x in (x..).take(usize::from(covered)).skip(1) {
                if let Some(behind) = self.next.buffer.cell_mut((x, y)) {
                    behind.reset();
                }
            }
            if let Some(place) = self.next.buffer.cell_mut((x, y)) {
                place.clone_from(cell);
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.next.cursor = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(()) // its place follows
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.next.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.next.cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown = None;
        self.next.buffer.reset();
        Ok(())
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        match region {
            ClearType::All => self.clear(),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// The size of the picture, whatever size the window has by now: that comes as an event.
    fn size(&self) -> io::Result<Size> {
        Ok(self.next.buffer.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = bytes_between(self.shown.as_ref(), &self.next, self.erases_in_colour);
        match &mut self.shown {
            Some(shown) if bytes.is_empty() => shown.scrolled = self.next.scrolled,
            shown => *shown = Some(self.next.clone()),
        }
        if bytes.is_empty() {
            return Ok(());
        }
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

/// The bytes that turn what is shown into the next frame; none when it is shown already.
fn bytes_between(shown: Option<&Frame>, next: &Frame, erases_in_colour: bool) -> Vec<u8> {
    let output = || Output { bytes: Vec::new(), pen: PLAIN, at: None, erases_in_colour };
    let mut best = output();
    if let Some(Frame { buffer: shown, scrolled, .. }) = shown {
        best.changes(shown, &next.buffer);
        let list = shift(*scrolled, next.scrolled).filter(|_| best.bytes.len() > 64);
        let lines = if best.bytes.len() > MUCH { moves(shown, &next.buffer) } else { Vec::new() };
        for (rows, by) in list.into_iter().chain(lines) {
            let mut other = output();
            let moved = other.scroll(shown.clone(), rows, by);
            other.changes(&moved, &next.buffer);
            if other.bytes.len() < best.bytes.len() {
                best = other;
            }
        }
    } else {
        best.bytes.extend_from_slice(b"\x1b[m\x1b[2J");
        best.changes(&Buffer::empty(next.buffer.area), &next.buffer);
    }
    best.pen_to(PLAIN);
    best.cursor(shown.and_then(|shown| shown.cursor), next.cursor);
    if best.bytes.len() < TEARS { best.bytes } else { [BEGIN, &best.bytes, END].concat() }
}

/// Whether two cells look the same.
fn is_same(one: &Cell, other: &Cell) -> bool {
    one == other || one.bg == other.bg && is_bare(one) && is_bare(other)
}

/// The bytes of one frame, with the pen and the cursor after them.
struct Output {
    bytes: Vec<u8>,
    pen: Pen,
    at: Option<(u16, u16)>,
    erases_in_colour: bool,
}

/// A stretch that may go on; of blanks alone the pen is still open.
#[derive(Debug, Clone, Copy)]
struct Open {
    from: u16,
    to: u16,
    pen: Option<Pen>,
    bg: Color,
}

impl Open {
    fn at(x: u16, cell: &Cell) -> Self {
        let pen = if is_bare(cell) { None } else { Some(Pen::of(cell)) };
        Self { from: x, to: x + 1, pen, bg: cell.bg }
    }

    /// The same stretch with the cells up to one and that one, where one pen writes them all and few are between.
    fn join(mut self, x: u16, row: &[Cell]) -> Result<Self, Self> {
        let before = self;
        let added = row.get(usize::from(self.to)..=usize::from(x)).unwrap_or_default();
        let bytes: usize = added.iter().rev().skip(1).map(|cell| cell.symbol().len()).sum();
        for cell in added {
            let fits = match self.pen {
                Some(pen) => pen.towards(cell) == pen,
                None => cell.bg == self.bg && (is_bare(cell) || !cell.modifier.intersects(SHOWS_ON_BLANK)),
            };
            if !fits {
                return Err(before);
            }
            if self.pen.is_none() && !is_bare(cell) {
                self.pen = Some(Pen::of(cell));
            }
        }
        self.to = x + 1;
        if bytes <= usize::from(REWRITE) { Ok(self) } else { Err(before) }
    }

    fn stretch(self, y: u16) -> Stretch {
        let pen = self.pen.unwrap_or(PLAIN.on(self.bg));
        Stretch { y, from: self.from, to: self.to, pen, erases: false }
    }
}

/// The ways in which rows may have moved by one, as where a line of a text comes or goes.
fn moves(shown: &Buffer, next: &Buffer) -> Vec<(Rect, i32)> {
    let width = usize::from(next.area.width).max(1);
    let (old, new): (Vec<_>, Vec<_>) = (shown.content.chunks(width).collect(), next.content.chunks(width).collect());
    let changed: Vec<usize> = (0..new.len()).filter(|y| old.get(*y) != new.get(*y)).collect();
    let alike = |from: Option<usize>, to: usize| {
        let rows = from.and_then(|from| old.get(from)).zip(new.get(to));
        rows.map_or(0, |(old, new)| old.iter().zip(*new).filter(|(old, new)| old == new).count())
    };
    let stay: usize = changed.iter().map(|y| alike(Some(*y), *y)).sum();
    let down: usize = changed.iter().map(|y| alike(y.checked_sub(1), *y)).sum();
    let up: usize = changed.iter().map(|y| alike(Some(*y + 1), *y)).sum();
    // At the ends of what changed stand lines that changed without moving: a head, the line with the cursor, a foot.
    // Beside the upper ones there may be something that stays, so that it is shorter to move the lower ones alone.
    let bottoms = || changed.iter().rev().take(2);
    let ends = changed
        .iter()
        .take(4)
        .chain(changed.iter().skip(4).step_by(5))
        .flat_map(|top| bottoms().map(|bottom| (*top, *bottom)));
    let areas = ends.filter(|(top, bottom)| top + 4 < *bottom).filter_map(|(top, bottom)| {
        let (y, height) = (u16::try_from(top).ok()?, u16::try_from(bottom + 1 - top).ok()?);
        Some(Rect { y: next.area.y + y, height, ..next.area })
    });
    if down.max(up) <= stay + MUCH / 8 {
        return Vec::new();
    }
    areas.map(|area| (area, if down > up { 1 } else { -1 })).collect()
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

/// Cells of a row that are written in one go, with one pen.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    y: u16,
    /// The first cell, and the one behind the last.
    from: u16,
    to: u16,
    pen: Pen,
    /// The rest of the row is erased instead of written.
    erases: bool,
}

impl Output {
    /// Turns what is shown into the next picture: from left to right, or pen by pen where that is shorter.
    ///
    /// A colour costs more bytes than a jump, so a box with many rows is written one colour after the other.
    fn changes(&mut self, shown: &Buffer, next: &Buffer) {
        // A terminal may have rows and no columns.
        if next.area.is_empty() {
            return;
        }
        let mut stretches = Vec::new();
        for y in next.area.top()..next.area.bottom() {
            self.row(shown, next, y, &mut stretches);
        }
        let mut by_pen = self.fork();
        self.stretches(&stretches, next);
        let mut pens: Vec<Pen> = vec![by_pen.pen];
        for stretch in &stretches {
            if !pens.contains(&stretch.pen) {
                pens.push(stretch.pen);
            }
        }
        if pens.len() * 2 < stretches.len() {
            stretches.sort_by_key(|stretch| pens.iter().position(|pen| *pen == stretch.pen));
            by_pen.stretches(&stretches, next);
            if by_pen.bytes.len() < self.bytes.len() {
                *self = by_pen;
            }
        }
    }

    fn fork(&self) -> Self {
        Self { bytes: self.bytes.clone(), ..*self }
    }

    fn stretches(&mut self, stretches: &[Stretch], next: &Buffer) {
        let width = usize::from(next.area.width);
        for stretch in stretches {
            let start = next.index_of(next.area.left(), stretch.y);
            let row = next.content.get(start..start + width).unwrap_or_default();
            self.go_along(stretch.from, stretch.y, row);
            self.pen_to(stretch.pen);
            if stretch.erases {
                self.bytes.extend_from_slice(b"\x1b[K");
                continue;
            }
            let mut cells = row.get(usize::from(stretch.from)..usize::from(stretch.to)).unwrap_or_default();
            while let Some((cell, rest)) = cells.split_first() {
                let bg = self.pen.bg;
                let blanks = cells.iter().take_while(|cell| is_bare(cell) && cell.bg == bg).count();
                if blanks >= ERASE && (bg == Color::Reset || self.erases_in_colour) {
                    self.erase(blanks);
                    cells = cells.get(blanks..).unwrap_or_default();
                } else {
                    self.cell(cell);
                    cells = rest;
                }
            }
        }
    }

    /// Finds what differs in a row; one with wide characters is written at once.
    fn row(&mut self, shown: &Buffer, next: &Buffer, y: u16, stretches: &mut Vec<Stretch>) {
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
        let mut open: Option<Open> = None;
        for ((x, was), cell) in (0..width).zip(old).zip(new) {
            let at = usize::from(x);
            if is_same(was, cell) {
                continue;
            }
            if at >= blank_from && width - x > 3 && old.iter().skip(at).filter(|cell| !is_blank(cell)).count() > 3 {
                stretches.extend(open.take().map(|open| open.stretch(y)));
                stretches.push(Stretch { y, from: x, to: width, pen: PLAIN, erases: true });
                break;
            }
            let joined =
                open.take().and_then(|open| open.join(x, new).map_err(|open| stretches.push(open.stretch(y))).ok());
            open = Some(joined.unwrap_or_else(|| Open::at(x, cell)));
        }
        stretches.extend(open.map(|open| open.stretch(y)));
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
        // A wide character at the end covers the first blank.
        let rest = blank_from.max(x);
        if rest < new.len() {
            self.go(u16::try_from(rest).unwrap_or(u16::MAX), y);
            self.pen_to(PLAIN);
            self.bytes.extend_from_slice(b"\x1b[K");
        }
    }

    fn cell(&mut self, cell: &Cell) {
        self.pen_to(self.pen.towards(cell));
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        self.at = self.at.map(|(x, y)| (x + 1, y));
    }

    /// Blanks so many cells from here, and goes behind them.
    fn erase(&mut self, count: usize) {
        let _ = write!(self.bytes, "\x1b[{count}X\x1b[{count}C");
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        self.at = self.at.map(|(x, y)| (x.saturating_add(count), y));
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
            if bytes <= usize::from(REWRITE) && between.iter().all(|cell| self.pen.towards(cell) == self.pen) {
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
        let codes = self.pen.codes_to(pen);
        let _ = write!(self.bytes, "\x1b[{codes}m");
        self.pen = pen;
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
    is_bare(cell) && cell.bg == Color::Reset
}

/// The column from which a row is blank to its end.
fn blank_from(row: &[Cell]) -> usize {
    row.len() - row.iter().rev().take_while(|cell| is_blank(cell)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use ratatui::style::{Modifier, Style};

    use super::*;

    const COLOURS: [Color; 4] = [Color::Reset, Color::Red, Color::Rgb(1, 2, 3), Color::Indexed(99)];
    const MODIFIERS: [Modifier; 5] =
        [Modifier::empty(), Modifier::BOLD, Modifier::DIM, Modifier::UNDERLINED, Modifier::REVERSED];

    /// Pieces of text with their places and looks.
    type Pieces = Vec<(u16, u16, String, usize, usize, usize)>;

    fn pieces() -> impl Strategy<Value = Pieces> {
        let text = prop_oneof!["[a-c ]{1,12}", " {1,12}", "[│─✗]{1,6}", "[a日 ]{1,5}"];
        prop::collection::vec((0..24_u16, 0..6_u16, text, 0..4_usize, 0..4_usize, 0..5_usize), 0..12)
    }

    fn screen() -> Screen<Vec<u8>> {
        Screen::new(Vec::new()).unwrap()
    }

    /// What is written to show a picture.
    fn written(screen: &mut Screen<Vec<u8>>, picture: Picture) -> Vec<u8> {
        screen.show(picture).unwrap();
        std::mem::take(screen.out())
    }

    fn picture(pieces: &Pieces) -> Picture {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 6));
        for (x, y, text, fg, bg, modifier) in pieces {
            let style = Style::new().fg(COLOURS[*fg]).bg(COLOURS[*bg]).add_modifier(MODIFIERS[*modifier]);
            buffer.set_stringn(*x, *y, text, 24, style);
        }
        Picture { buffer, cursor: None, scrolled: None }
    }

    /// What one sees of a terminal: characters, grounds, and of what is written the looks.
    fn seen(screen: &vt100::Screen) -> Vec<String> {
        let cell = |y, x| {
            let cell = screen.cell(y, x).unwrap();
            let shows = cell.inverse() || cell.underline();
            let blank = cell.contents().trim().is_empty() && !shows;
            let look = (cell.fgcolor(), cell.bold(), cell.dim(), cell.underline(), cell.inverse());
            format!("{}{:?}{:?}", cell.contents().trim(), cell.bgcolor(), (!blank).then_some(look))
        };
        (0..6).flat_map(|y| (0..24).map(move |x| cell(y, x))).collect()
    }

    #[test]
    fn a_terminal_without_columns_is_drawn_nothing_on() {
        let mut screen = screen();
        screen.show(picture(&Vec::new())).unwrap();
        for area in [Rect::new(0, 0, 0, 6), Rect::new(0, 0, 24, 0), Rect::new(0, 0, 0, 0)] {
            screen.show(Picture { buffer: Buffer::empty(area), cursor: None, scrolled: None }).unwrap();
        }
    }

    proptest! {
        // Seeded, so that a check that passed once passes again on the same text.
        #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(6), ..ProptestConfig::default() })]

        #[test]
        fn every_picture_looks_as_if_it_had_been_drawn_on_an_empty_screen(all in prop::collection::vec(pieces(), 1..6)) {
            let size = |number| std::num::NonZero::new(number).unwrap();
            let mut screen = screen();
            let mut terminal = vt100::Parser::new(size(6), size(24), 0);
            for pieces in &all {
                terminal.process(&written(&mut screen, picture(pieces)));
                let mut fresh = vt100::Parser::new(size(6), size(24), 0);
                fresh.process(&written(&mut self::screen(), picture(pieces)));
                prop_assert_eq!(seen(terminal.screen()), seen(fresh.screen()));
                let buffer = picture(pieces).buffer;
                for (row, cells) in terminal.screen().rows(0, 24).zip(buffer.content.chunks(24)) {
                    let wanted: String = cells.iter().map(Cell::symbol).collect();
                    // What of a row of wide characters is covered by others differs.
                    if cells.iter().all(is_narrow) {
                        prop_assert_eq!(row.trim_end(), wanted.trim_end());
                    }
                }
            }
        }
    }

    #[test]
    fn a_band_is_erased_in_its_colour_only_where_the_terminal_keeps_it() {
        let check = |erases_in_colour, erases| {
            let mut screen = screen().erasing_in_colour(erases_in_colour);
            written(&mut screen, picture(&Vec::new()));
            let band = vec![(0, 1, format!("a{}b", " ".repeat(20)), 0, 2, 0)];
            let bytes = String::from_utf8(written(&mut screen, picture(&band))).unwrap();
            assert_eq!(bytes.contains("\x1b[20X"), erases, "{bytes:?}");
        };
        check(true, true);
        check(false, false);
    }

    #[test]
    fn a_box_is_written_colour_by_colour() {
        let row = |y| {
            vec![
                (0, y, "│".to_owned(), 2, 0, 0),
                (1, y, "abc".to_owned(), 0, 0, 0),
                (10, y, "b".to_owned(), 3, 0, 0),
                (11, y, "│".to_owned(), 2, 0, 0),
            ]
        };
        let pieces: Pieces = (0..6).flat_map(row).collect();
        let bytes = String::from_utf8(written(&mut screen(), picture(&pieces))).unwrap();
        assert_eq!(bytes.matches("38;2;1;2;3").count(), 1, "{bytes:?}");
    }
}
