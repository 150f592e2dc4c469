//! How many colours the terminal has, and the nearest of them.

use ratatui::style::Color;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: `NO_COLOR`, or a terminal that has none.
    None,
    /// The sixteen that the terminal's owner chose.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// All.
    True,
}

impl Depth {
    /// Reads the depth off the environment.
    ///
    /// `NO_COLOR` counts when it is present and not empty (<https://no-color.org>).
    pub fn of(var: impl Fn(&str) -> Option<String>) -> Self {
        if var("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return Self::None;
        }
        let term = var("TERM").unwrap_or_default();
        if term == "dumb" {
            return Self::None;
        }
        // GNU screen hands COLORTERM of the terminal around it on, and takes true colours for something else.
        let in_screen = var("STY").is_some_and(|value| !value.is_empty());
        if in_screen {
            return if term.contains("256color") { Self::Indexed } else { Self::Sixteen };
        }
        if var("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit") || term.ends_with("-direct") {
            return Self::True;
        }
        if term.contains("256color") || term.contains("kitty") || term.contains("alacritty") || term.contains("ghostty")
        {
            return Self::Indexed;
        }
        Self::Sixteen
    }
}

/// The names of the sixteen colours in theme files, in their order.
const SIXTEEN: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

/// The colour of a name among the sixteen; `none` is the terminal's own.
pub fn named(name: &str) -> Option<Color> {
    if name == "none" {
        return Some(Color::Reset);
    }
    SIXTEEN.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour)
}

/// The names of the sixteen colours.
pub fn names() -> impl Iterator<Item = &'static str> {
    SIXTEEN.iter().map(|(name, _)| *name)
}

/// The nearest of the 256 colours of xterm: its cube of 6x6x6, or its ramp of greys.
pub fn indexed(r: u8, g: u8, b: u8) -> Color {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| (0..6u8).min_by_key(|step| STEPS[usize::from(*step)].abs_diff(value)).unwrap_or(0);
    let far = |a: [u8; 3], b: [u8; 3]| -> u32 { a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let cube = [nearest(r), nearest(g), nearest(b)];
    let cube_rgb = cube.map(|step| STEPS[usize::from(step)]);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    let grey_rgb = [8 + 10 * grey; 3];
    if far(grey_rgb, [r, g, b]) < far(cube_rgb, [r, g, b]) {
        Color::Indexed(232 + grey)
    } else {
        Color::Indexed(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], depth: Depth) {
        let var = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(Depth::of(var), depth);
    }

    #[test]
    fn the_environment_says_how_many_colours() {
        check(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::True);
        check(&[("TERM", "xterm-256color")], Depth::Indexed);
        check(&[("TERM", "linux")], Depth::Sixteen);
        check(&[("TERM", "dumb")], Depth::None);
    }

    #[test]
    fn gnu_screen_gets_no_true_colours() {
        let session = ("STY", "1234.pts-0.host");
        check(&[("TERM", "screen-256color"), ("COLORTERM", "truecolor"), session], Depth::Indexed);
        check(&[("TERM", "screen"), ("COLORTERM", "truecolor"), session], Depth::Sixteen);
        check(&[("TERM", "tmux-256color"), ("COLORTERM", "truecolor")], Depth::True);
    }

    #[test]
    fn no_color_counts_unless_it_is_empty() {
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::None);
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Depth::Indexed);
    }

    #[test]
    fn the_nearest_colour_is_found() {
        assert_eq!(indexed(255, 0, 0), Color::Indexed(196));
        assert_eq!(indexed(0, 0, 0), Color::Indexed(16));
        assert_eq!(indexed(128, 128, 128), Color::Indexed(244));
    }
}
