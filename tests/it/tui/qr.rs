//! QR codes read back off the cells of a screen, as a camera would see them.

use iamtui::theme::{Depth, Theme};
use iamtui::ui::frame::Frame;
use iamtui::ui::widgets::qr::{Drawing, Qr};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// One cell as it shines: the light of its ground and of its ink, from 0 to 255, and what is written.
#[derive(Clone, Copy)]
pub struct Seen {
    pub ground: u8,
    pub ink: u8,
    pub glyph: char,
}

/// The cells of a screen, row by row.
pub struct Photo {
    pub width: usize,
    pub cells: Vec<Seen>,
}

const CELL: (usize, usize) = (8, 16);
/// How much of its cell the strokes of `#` fill, in percent: a camera that is far away sees their mean.
const HASH: u32 = 70;

impl Photo {
    /// The text of the code on it; none where no code is found. A reader that wants dark on light is given
    /// the picture turned over where the code is painted the other way round.
    pub fn decode(&self, turned: bool) -> Option<String> {
        let (width, height) = (self.width * CELL.0, self.cells.len() / self.width * CELL.1);
        let light = |x: usize, y: usize| {
            let cell = self.cells[y / CELL.1 * self.width + x / CELL.0];
            let share = match cell.glyph {
                '▀' if y % CELL.1 < CELL.1 / 2 => 100,
                '▄' if y % CELL.1 >= CELL.1 / 2 => 100,
                '█' => 100,
                '#' => HASH,
                _ => 0,
            };
            let mean = (u32::from(cell.ink) * share + u32::from(cell.ground) * (100 - share)) / 100;
            u8::try_from(mean).unwrap()
        };
        let pixel = |x: usize, y: usize| if turned { 255 - light(x, y) } else { light(x, y) };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
        image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
    }
}

fn shine(colour: Color, otherwise: u8) -> u8 {
    match colour {
        Color::Rgb(r, _, _) => r,
        Color::Black | Color::Indexed(16) => 0,
        Color::White | Color::Indexed(231) => 255,
        Color::Reset => otherwise,
        // Text beside the code has colours of its own.
        _ => 128,
    }
}

/// What a terminal of this ground shows of a picture.
pub fn photo(buffer: &Buffer, dark_ground: bool) -> Photo {
    let (ground, ink) = if dark_ground { (20, 220) } else { (250, 30) };
    let cells = buffer.content.iter().map(|cell| {
        let (mut own_ground, mut own_ink) = (shine(cell.bg, ground), shine(cell.fg, ink));
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut own_ground, &mut own_ink);
        }
        Seen { ground: own_ground, ink: own_ink, glyph: cell.symbol().chars().next().unwrap_or(' ') }
    });
    Photo { width: usize::from(buffer.area.width), cells: cells.collect() }
}

#[track_caller]
fn check(text: &str, look: Drawing, inverted: bool, ground: &str, depth: Depth) {
    let theme = Theme::load(ground, depth, &|_| None).unwrap();
    let mut frame = Frame::new(92, 48, &theme);
    Qr::of(text).unwrap().render(look, inverted, frame.area(), &mut frame);
    let read = photo(&frame.picture.buffer, ground == "dark").decode(inverted);
    assert_eq!(read.as_deref(), Some(text), "{look:?}, inverted {inverted}, on {ground}, {depth:?}");
}

#[test]
fn a_code_is_read_off_the_screen_in_every_look_theme_and_depth() {
    let text =
        "otpauth://totp/alice@123456789012?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for look in [Drawing::Half, Drawing::Full, Drawing::Ascii] {
        for ground in ["dark", "light"] {
            for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
                for inverted in [false, true] {
                    check(text, look, inverted, ground, depth);
                }
            }
        }
    }
}

#[test]
fn the_code_of_a_short_name_fits_a_small_screen() {
    let seed = "A".repeat(64);
    let code = Qr::of(&format!("otpauth://totp/alice-phone@123456789012?secret={seed}")).unwrap();
    let (width, height) = code.size(Drawing::Half);
    assert!(width <= 45 && height <= 21, "{width}x{height}");
}

/// What a terminal of this ground shows of a screen in a PTY.
pub fn photo_of_terminal(screen: &vt100::Screen, dark_ground: bool) -> Photo {
    let (ground, ink) = if dark_ground { (20, 220) } else { (250, 30) };
    let shine = |colour: vt100::Color, otherwise: u8| match colour {
        vt100::Color::Default => otherwise,
        vt100::Color::Rgb(r, _, _) => r,
        vt100::Color::Idx(0 | 16) => 0,
        vt100::Color::Idx(15 | 231) => 255,
        // Text beside the code has colours of its own.
        vt100::Color::Idx(_) => 128,
    };
    let (rows, cols) = screen.size();
    let (rows, cols) = (rows.get(), cols.get());
    let mut cells = Vec::new();
    for row in 0..rows {
        for col in 0..cols {
            let cell = screen.cell(row, col).unwrap();
            let (mut own_ground, mut own_ink) = (shine(cell.bgcolor(), ground), shine(cell.fgcolor(), ink));
            if cell.inverse() {
                std::mem::swap(&mut own_ground, &mut own_ink);
            }
            cells.push(Seen { ground: own_ground, ink: own_ink, glyph: cell.contents().chars().next().unwrap_or(' ') });
        }
    }
    Photo { width: usize::from(cols), cells }
}
