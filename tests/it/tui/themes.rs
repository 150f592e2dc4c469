//! Whether what the themes draw can be read: the contrast of every role on the grounds that it is drawn on.

use iamtui::theme::{Catalogue, Depth, Ground, Look, ROLES, Signs, Theme};
use ratatui::style::{Color, Modifier, Style};

use super::console::Live;
use crate::harness::Emulator;

/// A colour as red, green and blue.
type Rgb = [u8; 3];

/// What text needs (WCAG 2, level AA), and what lines and bars need that say nothing by themselves.
const TEXT: f64 = 4.5;
const SHAPE: f64 = 2.0;
/// What text needs where contrast is what one asks for (WCAG 2, level AAA).
const ENHANCED: f64 = 7.0;

/// The usual grounds, each with the colour of its terminal's own text.
const DARK: [(Rgb, Rgb); 7] = [
    ([0x00, 0x00, 0x00], [0xcc, 0xcc, 0xcc]),
    ([0x1e, 0x1e, 0x1e], [0xcc, 0xcc, 0xcc]),
    ([0x28, 0x2c, 0x34], [0xab, 0xb2, 0xbf]),
    ([0x2e, 0x34, 0x40], [0xd8, 0xde, 0xe9]),
    ([0x28, 0x28, 0x28], [0xeb, 0xdb, 0xb2]),
    ([0x28, 0x2a, 0x36], [0xf8, 0xf8, 0xf2]),
    ([0x1a, 0x1b, 0x26], [0xc0, 0xca, 0xf5]),
];
const LIGHT: [(Rgb, Rgb); 5] = [
    ([0xff, 0xff, 0xff], [0x00, 0x00, 0x00]),
    ([0xfa, 0xfa, 0xfa], [0x38, 0x3a, 0x42]),
    ([0xfd, 0xf6, 0xe3], [0x50, 0x5f, 0x66]),
    ([0xfb, 0xf1, 0xc7], [0x3c, 0x38, 0x36]),
    ([0xef, 0xf1, 0xf5], [0x4c, 0x4f, 0x69]),
];

/// What terminals take for the sixteen colours: xterm, and the console of Linux.
const XTERM: [Rgb; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];
const VGA: [Rgb; 16] = [
    [0, 0, 0],
    [170, 0, 0],
    [0, 170, 0],
    [170, 85, 0],
    [0, 0, 170],
    [170, 0, 170],
    [0, 170, 170],
    [170, 170, 170],
    [85, 85, 85],
    [255, 85, 85],
    [85, 255, 85],
    [255, 255, 85],
    [85, 85, 255],
    [255, 85, 255],
    [85, 255, 255],
    [255, 255, 255],
];

fn load(name: &str, depth: Depth) -> Theme {
    all(depth).load(name).unwrap()
}

fn all(depth: Depth) -> Catalogue {
    Catalogue::new(Vec::new(), depth, Signs::Drawn)
}

/// The grounds that a theme is drawn on: its own, else the usual ones of its kind.
fn grounds(theme: &Theme) -> Vec<(Rgb, Rgb)> {
    match (theme.paper(), theme.ground()) {
        (Some(paper), _) => {
            let paper = rgb(paper.bg, &XTERM).unwrap();
            vec![(paper, rgb(theme.style(Look::Text).fg, &XTERM).unwrap())]
        }
        (None, Ground::Dark) => DARK.to_vec(),
        (None, Ground::Light) => LIGHT.to_vec(),
    }
}

/// A colour as the terminal draws it; none where it is the terminal's own.
fn rgb(colour: Option<Color>, sixteen: &[Rgb; 16]) -> Option<Rgb> {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match colour {
        None | Some(Color::Reset) => None,
        Some(Color::Rgb(r, g, b)) => Some([r, g, b]),
        Some(Color::Indexed(at @ 232..)) => Some([8 + 10 * (at - 232); 3]),
        Some(Color::Indexed(at @ 16..)) => {
            let at = usize::from(at - 16);
            Some([STEPS[at / 36], STEPS[at / 6 % 6], STEPS[at % 6]])
        }
        Some(named) => Some(sixteen[NAMED.iter().position(|known| *known == named).unwrap()]),
    }
}

fn linear(rgb: Rgb) -> [f64; 3] {
    rgb.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

fn luminance(rgb: Rgb) -> f64 {
    let [r, g, b] = linear(rgb);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The two colours of a style on a ground.
fn drawn(style: Style, (ground, text): (Rgb, Rgb), sixteen: &[Rgb; 16]) -> (Rgb, Rgb) {
    let fg = rgb(style.fg, sixteen).unwrap_or(text);
    let bg = rgb(style.bg, sixteen).unwrap_or(ground);
    if style.add_modifier.contains(Modifier::REVERSED) { (bg, fg) } else { (fg, bg) }
}

/// The roles that roles are laid over: a selected name, and the editor's line with the cursor.
fn under(role: Look) -> &'static [Look] {
    match role {
        Look::Match => &[Look::Selection, Look::CursorLine],
        Look::Bracket | Look::JsonKey | Look::JsonString | Look::JsonNumber | Look::JsonKeyword | Look::JsonMark => {
            &[Look::CursorLine]
        }
        _ => &[],
    }
}

#[track_caller]
fn check(name: &str, depth: Depth, grounds: &[(Rgb, Rgb)], sixteen: &[Rgb; 16]) {
    let faults = faults(&load(name, depth), grounds, sixteen);
    assert!(faults.is_empty(), "{name} {depth:?}:\n{}", faults.join("\n"));
}

/// The roles that cannot be read.
fn faults(theme: &Theme, grounds: &[(Rgb, Rgb)], sixteen: &[Rgb; 16]) -> Vec<String> {
    let mut faults = Vec::new();
    for (role, title, _) in ROLES {
        let least = match role {
            Look::Border | Look::Gauge => SHAPE,
            // Nothing is written in it.
            Look::Paper => continue,
            _ if theme.name().starts_with("high-contrast") => ENHANCED,
            _ => TEXT,
        };
        let own = std::iter::once((theme.style(*role), "the ground".to_owned()));
        let over =
            under(*role).iter().map(|below| (theme.style(*below).patch(theme.style(*role)), format!("{below:?}")));
        for (style, on) in own.chain(over) {
            for ground in grounds {
                let (fg, bg) = drawn(style, *ground, sixteen);
                let found = contrast(fg, bg);
                if found < least {
                    faults.push(format!("{title} on {on} {:02x?}: {found:.2}", ground.0));
                }
            }
        }
    }
    faults
}

#[test]
fn every_role_of_every_theme_can_be_read_on_its_ground() {
    for depth in [Depth::True, Depth::Indexed] {
        let all = all(depth);
        assert!(all.names().len() >= 10);
        for name in all.names() {
            // The sixteen colours are what the owner of the terminal chose them to be.
            let grounds = if name == "sixteen" { vec![(XTERM[0], XTERM[7])] } else { grounds(&load(name, depth)) };
            check(name, depth, &grounds, &XTERM);
        }
    }
    for palette in [XTERM, VGA] {
        for name in all(Depth::Sixteen).names() {
            let ground = match load(name, Depth::Sixteen).ground() {
                Ground::Dark => (palette[0], palette[7]),
                Ground::Light => (palette[15], palette[0]),
            };
            // What a theme draws in few colours is the same for all of a kind, and not enhanced.
            if !name.starts_with("high-contrast") {
                check(name, Depth::Sixteen, &[ground], &palette);
            }
        }
    }
}

#[test]
fn a_theme_that_cannot_be_read_is_found() {
    let own = |text: &str| Catalogue::new(vec![("mine".into(), text.into())], Depth::True, Signs::Drawn);
    let check = |text: &str, fault: &str| {
        let theme = own(text).load("mine").unwrap();
        let found = faults(&theme, &grounds(&theme), &XTERM);
        assert!(found.iter().any(|one| one.starts_with(fault)), "{found:?}");
    };
    check("inherit = \"nord\"\n[roles]\nmuted = \"#4c566a\"", "muted on the ground");
    check("inherit = \"nord\"\n[roles]\nselection = \"white on yellow\"", "selection on the ground");
    check("[roles]\njson-key = \"#6a7a8a\"", "json-key on CursorLine");
}

#[test]
fn every_theme_gives_every_role_a_look() {
    for name in all(Depth::True).names() {
        let theme = load(name, Depth::True);
        let plain = |role: &Look| {
            let style = theme.style(*role);
            style.fg.is_none_or(|fg| fg == Color::Reset) && style.bg.is_none() && style.add_modifier.is_empty()
        };
        for role in
            [Look::Selection, Look::SelectionIdle, Look::Mark, Look::Match, Look::Danger, Look::Key, Look::Badge]
        {
            assert!(!plain(&role), "{name}: {role:?}");
        }
    }
}

#[test]
fn the_editors_line_with_the_cursor_is_seen_on_every_ground() {
    for depth in [Depth::True, Depth::Indexed] {
        // Without colours of their own, those two have a cursor alone.
        for name in all(depth).names().into_iter().filter(|name| !matches!(*name, "sixteen" | "monochrome")) {
            let theme = load(name, depth);
            let line = rgb(theme.style(Look::CursorLine).bg, &XTERM).unwrap();
            for (ground, _) in grounds(&theme) {
                let found = contrast(line, ground);
                assert!(found >= 1.2, "{name} {depth:?} on {ground:02x?}: {found:.2}");
            }
        }
    }
}

/// A colour as somebody sees it who has no cones for green (Machado, Oliveira and Fernandes, 2009).
fn without_green(colour: Rgb) -> [f64; 3] {
    let [r, g, b] = linear(colour);
    let row = |[x, y, z]: [f64; 3]| {
        let value = (x * r + y * g + z * b).clamp(0.0, 1.0);
        255.0 * if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
    };
    [
        row([0.367_322, 0.860_646, -0.227_968]),
        row([0.280_085, 0.672_501, 0.047_413]),
        row([-0.011_820, 0.042_940, 0.968_881]),
    ]
}

#[test]
fn good_and_bad_differ_also_for_who_sees_no_green() {
    for name in ["dark", "light", "colour-blind", "high-contrast-dark", "high-contrast-light"] {
        for depth in [Depth::True, Depth::Indexed, Depth::Sixteen] {
            let theme = load(name, depth);
            let seen = |role| without_green(rgb(theme.style(role).fg, &XTERM).unwrap());
            let pairs = seen(Look::Good).into_iter().zip(seen(Look::Bad));
            let apart = pairs.map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt();
            assert!(apart >= 36.0, "{name} {depth:?}: {apart:.0}");
        }
    }
}

#[test]
fn sixteen_colours_on_a_light_ground_write_no_text_in_yellow_or_cyan() {
    let theme = load("light", Depth::Sixteen);
    assert_eq!(theme.ground(), Ground::Light);
    for (role, name, _) in ROLES {
        let ink = theme.style(*role).fg;
        let unreadable = [Color::Yellow, Color::LightYellow, Color::Cyan, Color::LightCyan, Color::Green];
        assert!(!unreadable.iter().any(|colour| ink == Some(*colour)), "{name}");
    }
}

#[test]
fn a_theme_is_shown_while_it_is_selected_and_kept_by_enter() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    let settings = console.settings();
    console.keys(":theme<enter>");
    console.wait("high-contrast-dark");
    console.keys("jj");
    assert_eq!(console.theme(), "high-contrast-dark");
    assert_eq!(console.buffer().cell((79, 12)).unwrap().bg, Color::Rgb(0, 0, 0));
    console.keys("<esc>");
    assert_eq!(console.theme(), "dark");
    assert!(!settings.exists());
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    std::fs::write(&settings, "# mine\nregion = 'eu-west-1'\n").unwrap();
    console.keys(":theme<enter>jj<enter>");
    console.wait("Theme high-contrast-dark is kept in");
    let kept = std::fs::read_to_string(&settings).unwrap();
    assert_eq!(kept, "theme = \"high-contrast-dark\"\n# mine\nregion = 'eu-west-1'\n");
    assert_eq!(console.theme(), "high-contrast-dark");
}

#[test]
fn settings_with_a_mistake_are_not_written_over_and_the_theme_is_used_all_the_same() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    let settings = console.settings();
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    std::fs::write(&settings, "them = 'dark'\n").unwrap();
    console.keys(":theme<enter>jj<enter>");
    console.wait("unknown key `them`");
    assert_eq!(std::fs::read_to_string(&settings).unwrap(), "them = 'dark'\n");
    assert_eq!(console.theme(), "high-contrast-dark");
}
