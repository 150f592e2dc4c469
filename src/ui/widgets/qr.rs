//! A QR code on the screen, made of cells that a camera can read on any ground.
//!
//! With colours the modules are black on white by themselves, whatever the theme. Without colours, and in
//! the look of plain characters, a module is either ink or ground: which of the two is the light one follows
//! the ground that the theme is made for, and can be turned over.

use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::theme::{Ground, Theme};
use crate::ui::frame::Frame;

/// Light modules around the code: what the standard asks for, and what readers manage with.
const QUIET: (u16, u16) = (2, 4);

/// How modules become cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawing {
    /// Two modules above each other in one cell.
    #[default]
    Half,
    /// One module in two cells.
    Full,
    /// The same, of plain characters: no colours, no attributes.
    Ascii,
}

impl Drawing {
    /// The next look, for a key that goes round.
    pub fn next(self) -> Self {
        match self {
            Self::Half => Self::Full,
            Self::Full => Self::Ascii,
            Self::Ascii => Self::Half,
        }
    }

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Half => "half blocks",
            Self::Full => "full size",
            Self::Ascii => "characters",
        }
    }
}

/// A QR code.
#[derive(Debug, Clone)]
pub struct Qr {
    side: u16,
    dark: Vec<bool>,
}

impl Qr {
    /// The code of a text; none where it is longer than any code.
    ///
    /// The least redundancy keeps the code small: a screen is neither torn nor dirty.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let side = u16::try_from(code.width()).ok()?;
        Some(Self { side, dark: code.into_colors().into_iter().map(|module| module == Module::Dark).collect() })
    }

    /// The columns and rows that it needs at least.
    pub fn size(&self, look: Drawing) -> (u16, u16) {
        self.cells(look, QUIET.0)
    }

    fn cells(&self, look: Drawing, quiet: u16) -> (u16, u16) {
        let modules = self.side + 2 * quiet;
        match look {
            Drawing::Half => (modules, modules.div_ceil(2)),
            Drawing::Full | Drawing::Ascii => (2 * modules, modules),
        }
    }

    /// The area that it takes of this one, in its upper left corner; none where it does not fit.
    pub fn place(&self, look: Drawing, area: Rect) -> Option<Rect> {
        self.fit(look, area).map(|(place, _)| place)
    }

    fn fit(&self, look: Drawing, area: Rect) -> Option<(Rect, u16)> {
        (QUIET.0..=QUIET.1).rev().find_map(|quiet| {
            let (width, height) = self.cells(look, quiet);
            let place = Rect { width, height, ..area };
            (width <= area.width && height <= area.height).then_some((place, quiet))
        })
    }

    /// Draws it; where it does not fit nothing is drawn, as half a code is none.
    pub fn render(&self, look: Drawing, inverted: bool, area: Rect, frame: &mut Frame<'_>) {
        let Some((place, quiet)) = self.fit(look, area) else { return };
        let pen = Pen::of(look, inverted, frame.theme());
        for y in 0..place.height {
            for x in 0..place.width {
                let (text, style) = match look {
                    Drawing::Half => pen.half(self.is_dark(x, 2 * y, quiet), self.is_dark(x, 2 * y + 1, quiet)),
                    Drawing::Full | Drawing::Ascii => pen.whole(self.is_dark(x / 2, y, quiet)),
                };
                frame.styled(place, place.x + x, place.y + y, text, style);
            }
        }
    }

    fn is_dark(&self, x: u16, y: u16, quiet: u16) -> bool {
        let inside = |at: u16| at.checked_sub(quiet).filter(|at| *at < self.side).map(usize::from);
        let module = |x: usize, y: usize| self.dark.get(y * usize::from(self.side) + x).copied();
        inside(x).zip(inside(y)).and_then(|(x, y)| module(x, y)).unwrap_or(false)
    }
}

/// What cells are drawn with.
enum Pen {
    /// The styles of a dark and of a light cell.
    Colours { dark: Style, light: Style },
    /// Whether dark modules are the ink, and whether a full cell of ink is a character.
    Ink { dark: bool, plain: bool },
}

impl Pen {
    fn of(look: Drawing, inverted: bool, theme: &Theme) -> Self {
        match theme.black_and_white() {
            Some((black, white)) if look != Drawing::Ascii => {
                let (dark, light) = if inverted { (white, black) } else { (black, white) };
                Self::Colours { dark: Style::new().fg(dark).bg(dark), light: Style::new().fg(light).bg(light) }
            }
            // On a dark ground the ink is light: there it stands for the light modules.
            _ => Self::Ink { dark: (theme.ground() == Ground::Light) != inverted, plain: look == Drawing::Ascii },
        }
    }

    fn whole(&self, dark: bool) -> (&'static str, Style) {
        match self {
            Self::Colours { dark: style, .. } if dark => (" ", *style),
            Self::Colours { light, .. } => (" ", *light),
            Self::Ink { dark: ink, plain: true } => (if dark == *ink { "#" } else { " " }, Style::new()),
            Self::Ink { dark: ink, .. } if dark == *ink => (" ", Style::new().add_modifier(Modifier::REVERSED)),
            Self::Ink { .. } => (" ", Style::new()),
        }
    }

    fn half(&self, upper: bool, lower: bool) -> (&'static str, Style) {
        match self {
            _ if upper == lower => self.whole(upper),
            Self::Colours { dark, light } => {
                let (upper, lower) = if upper { (dark, light) } else { (light, dark) };
                ("▀", Style { fg: upper.fg, bg: lower.bg, ..Style::new() })
            }
            Self::Ink { dark, .. } => (if upper == *dark { "▀" } else { "▄" }, Style::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_a_quiet_zone_and_is_drawn_whole_or_not_at_all() {
        let code = Qr::of("otpauth://totp/x").unwrap();
        let (width, height) = code.size(Drawing::Half);
        assert_eq!((width, height), (21 + 2 * QUIET.0, (21 + 2 * QUIET.0).div_ceil(2)));
        let theme = Theme::plain();
        for (room, drawn) in [((width, height), true), ((width - 1, height), false), ((width, height - 1), false)] {
            let mut frame = Frame::new(room.0, room.1, &theme);
            let area = frame.area();
            assert_eq!(code.place(Drawing::Half, area).is_some(), drawn);
            code.render(Drawing::Half, false, area, &mut frame);
            let inked = frame.picture.buffer.content.iter().any(|cell| cell.symbol() != " ");
            assert_eq!(inked, drawn);
        }
    }

    #[test]
    fn the_quiet_zone_grows_with_the_room() {
        let code = Qr::of("otpauth://totp/x").unwrap();
        let place = code.place(Drawing::Full, Rect::new(3, 1, 200, 100)).unwrap();
        assert_eq!(place, Rect::new(3, 1, 2 * 29, 29));
    }
}
