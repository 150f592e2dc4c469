//! The colours and attributes that text is written with, and the shortest way from one to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The colours and attributes of the next character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    pub(super) bg: Color,
    underline: Color,
    modifier: Modifier,
}

pub(super) const PLAIN: Pen =
    Pen { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

/// What shows of a cell that holds nothing but a blank, beside its ground.
pub(super) const SHOWS_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl Pen {
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
    }

    /// The same pen on another ground.
    pub(super) fn on(self, bg: Color) -> Self {
        Self { bg, ..self }
    }

    /// The pen that a cell can be written with after this one: a bare blank has no text whose colour would show.
    pub(super) fn towards(self, cell: &Cell) -> Self {
        if is_bare(cell) && !self.modifier.intersects(SHOWS_ON_BLANK) { self.on(cell.bg) } else { Self::of(cell) }
    }

    /// The shortest SGR parameters from one pen to another.
    pub(super) fn codes_to(self, next: Self) -> String {
        let mut codes = String::new();
        self.change_to(next, &mut codes);
        let mut afresh = String::from(";");
        PLAIN.change_to(next, &mut afresh);
        let mut shorter = if afresh.len() < codes.len() { afresh } else { codes };
        shorter.pop();
        shorter
    }

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
        let wanted = next.modifier & WEIGHT;
        if wanted.contains(Modifier::BOLD) && !weight.contains(Modifier::BOLD) {
            codes.push_str("1;");
            // On some terminals the one replaces the other, so that the last one written must always be the same.
            weight = Modifier::BOLD;
        }
        if wanted.contains(Modifier::DIM) && !weight.contains(Modifier::DIM) {
            codes.push_str("2;");
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

/// Whether a cell shows its ground and nothing else.
pub(super) fn is_bare(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(SHOWS_ON_BLANK)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bold_and_dim_are_always_written_in_one_order() {
        let both = Pen { modifier: Modifier::BOLD | Modifier::DIM, ..PLAIN };
        for (before, codes) in
            [(Modifier::empty(), "1;2;"), (Modifier::BOLD, "2;"), (Modifier::DIM, "1;2;"), (both.modifier, "")]
        {
            let mut written = String::new();
            Pen { modifier: before, ..PLAIN }.change_to(both, &mut written);
            assert_eq!(written, codes, "after {before:?}");
        }
    }
}
