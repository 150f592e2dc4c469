//! The pictures of the README: what the console draws of the demo company, as SVG.
//!
//! With `IAMTUI_PICTURES=1` in the environment they are written anew.

use std::fmt::Write as _;
use std::path::Path;

use iamtui::app::Source;
use iamtui::base::clock::Clock;
use jiff::Timestamp;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use regex::Regex;

use super::console::Live;
use crate::backend::program::Program;
use crate::harness::Emulator;

const SIZE: (u16, u16) = (110, 30);

/// A picture: its name, its theme, what is pressed step by step, and what is waited for then.
const PICTURES: &[(&str, &str, &str, &str)] = &[
    ("dashboard", "dark", "", "Last activity of users"),
    ("users", "dark", ":users<enter>|/mfa:none key-age:>1y<enter>", "match, 61 of 61 users"),
    ("review", "dark", ":review account<enter>", "critical, not met"),
    ("role", "solarized-light", ":roles<enter>|/LambdaExecutionRole<enter>|<enter>| ", "logs:PutLogEvents"),
];

#[test]
fn the_readme_shows_what_the_console_draws() {
    let emulator = Emulator::demo();
    // The company's past is as long ago as it was at its beginning, however long this takes.
    let begun = Timestamp::now();
    let program = Program::new().key(emulator.handle.administrator.as_ref().unwrap());
    let endpoint = format!("--endpoint-url={}", emulator.handle.endpoint);
    let ran = program.run(&["snapshot", "demo.snapshot", &endpoint], "");
    assert_eq!(ran.code, 0, "{ran:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for (name, theme, keys, wanted) in PICTURES {
        let source = Source::Snapshot(program.home().join("demo.snapshot"));
        let mut console = Live::in_theme(source, SIZE, theme, Clock::fixed(begun));
        console.wait("61 of 5000");
        keys.split('|').for_each(|step| console.keys(step));
        console.wait(wanted);
        console.rest();
        let drawn = drawing(&console.buffer(), *theme == "dark");
        let file = folder.join(format!("{name}.svg"));
        if std::env::var_os("IAMTUI_PICTURES").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == drawn, "{name} is not what is drawn; look at it and write it anew with IAMTUI_PICTURES=1");
        assert!(readme.contains(&format!("assets/pictures/{name}.svg")), "the README does not show {name}");
    }
}

/// Dates and times of day, which are others each day: those of a fixed one stand in their place. The versions of the
/// policy language are older.
fn stilled(line: &str) -> String {
    let moment = Regex::new(r"20[2-9]\d-\d\d-\d\d( \d\d:\d\d)?").unwrap();
    moment
        .replace_all(line, |found: &regex::Captures<'_>| {
            "2026-01-15 12:00".chars().take(found[0].len()).collect::<String>()
        })
        .into_owned()
}

/// Width and height of a cell.
const CELL: (f32, f32) = (8.4, 18.0);

fn drawing(buffer: &Buffer, is_dark: bool) -> String {
    let (ground, ink) = if is_dark { ("#16181d", "#d0d4da") } else { ("#fdf6e3", "#4b5f66") };
    let (width, height) = (f32::from(SIZE.0) * CELL.0 + 24.0, f32::from(SIZE.1) * CELL.1 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, \
         Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"6\" \
         fill=\"{ground}\"/>\n"
    );
    for y in 0..SIZE.1 {
        let row: Vec<&Cell> = (0..SIZE.0).map(|x| &buffer[(x, y)]).collect();
        let line: String = row.iter().map(|cell| cell.symbol()).collect();
        let stilled: Vec<char> = stilled(&line).chars().collect();
        // Every sign of the demo company's pages is one cell wide.
        assert_eq!(stilled.len(), usize::from(SIZE.0), "{line}");
        let look = |cell: &Cell| {
            let (fg, bg) = (hex(cell.fg), hex(cell.bg));
            let (fg, bg) = if cell.modifier.contains(Modifier::REVERSED) {
                (Some(bg.unwrap_or_else(|| ground.to_owned())), Some(fg.unwrap_or_else(|| ink.to_owned())))
            } else {
                (fg, bg)
            };
            (fg.unwrap_or_else(|| ink.to_owned()), bg.filter(|bg| bg != ground), cell.modifier)
        };
        let mut x = 0;
        while x < row.len() {
            let own = look(row[x]);
            let length = row[x..].iter().take_while(|cell| look(cell) == own).count();
            draw_run(&mut out, (x, y), &stilled[x..x + length], &own);
            x += length;
        }
    }
    out + "</svg>\n"
}

/// A run of cells that look alike: its ground, and its text where there is any.
fn draw_run(
    out: &mut String,
    (x, y): (usize, u16),
    text: &[char],
    (fg, bg, modifier): &(String, Option<String>, Modifier),
) {
    #[allow(clippy::cast_precision_loss, reason = "columns are few")]
    let at = |column: usize| 12.0 + column as f32 * CELL.0;
    let top = 12.0 + f32::from(y) * CELL.1;
    if let Some(bg) = bg {
        let width = at(x + text.len()) - at(x);
        writeln!(out, "<rect x=\"{:.1}\" y=\"{top:.0}\" width=\"{width:.1}\" height=\"18\" fill=\"{bg}\"/>", at(x))
            .unwrap();
    }
    let blanks = text.iter().take_while(|ch| **ch == ' ').count();
    let words: String = text[blanks..].iter().collect();
    let words = words.trim_end();
    if words.is_empty() {
        return;
    }
    let mut style = String::new();
    if modifier.contains(Modifier::BOLD) {
        style += " font-weight=\"bold\"";
    }
    if modifier.contains(Modifier::UNDERLINED) {
        style += " text-decoration=\"underline\"";
    }
    let words_width = at(words.chars().count()) - at(0);
    let safe = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.0}\" textLength=\"{words_width:.1}\" fill=\"{fg}\"{style} xml:space=\"preserve\">{safe}</text>",
        at(x + blanks),
        top + 14.0,
    )
    .unwrap();
}

fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Reset => None,
        other => panic!("{other:?} is no true colour"),
    }
}
