//! Snapshots of every panel at the two sizes, in the dark theme and without colours.

use iamtui::theme::{Depth, Theme};
use ratatui::style::Modifier;

use super::canned;
use super::console::Console;

/// Each panel: its name, and the keys that lead there.
const PANELS: &[(&str, &str)] = &[
    ("dashboard", ""),
    ("users", ":users<enter>"),
    ("users-filtered", ":users<enter>/mfa:none"),
    ("users-stranger", ":users<enter>/foo:bar"),
    ("users-marked", ":users<enter> j"),
    ("user-permissions", ":alice<enter>"),
    ("user-document", ":alice<enter>j<enter>"),
    ("user-groups", ":alice<enter><tab>"),
    ("user-tags", ":alice<enter><tab><tab>"),
    ("user-credentials", ":alice<enter><tab><tab><tab>"),
    ("groups", ":groups<enter>"),
    ("group", ":developers<enter>"),
    ("roles", ":roles<enter>"),
    ("role", ":nightly<enter>"),
    ("role-trust", ":nightly<enter><tab>"),
    ("policies", ":policies<enter>"),
    ("policy", ":read-s3<enter>"),
    ("policy-versions", ":read-s3<enter>3"),
    ("palette", ":re"),
    ("help", ":users<enter>?"),
    ("calls", "@"),
    ("sort", ":users<enter>o"),
    ("columns", ":users<enter>c"),
    ("copy", ":users<enter>y"),
];

fn draw(keys: &str, width: u16, height: u16) -> String {
    let mut console = canned::console(width, height);
    console.keys(keys);
    console.finish();
    console.screen()
}

#[test]
fn every_panel_at_80x24() {
    for (name, keys) in PANELS {
        insta::assert_snapshot!(format!("{name}-80x24"), draw(keys, 80, 24));
    }
}

#[test]
fn every_panel_at_120x40() {
    for (name, keys) in PANELS {
        insta::assert_snapshot!(format!("{name}-120x40"), draw(keys, 120, 40));
    }
}

#[test]
fn the_side_navigation_appears_from_140_columns() {
    insta::assert_snapshot!("users-140x40", draw(":users<enter>", 140, 40));
}

#[test]
fn a_screen_too_small_says_what_it_needs() {
    insta::assert_snapshot!("too-small", draw("", 59, 10));
}

#[test]
fn the_dashboard_can_be_seen_to_its_end_on_the_smallest_screen() {
    let top = draw("", 60, 16);
    assert!(top.contains("Security recommendations") && top.contains("IAM users"), "{top}");
    let end = draw("G", 60, 16);
    assert!(end.contains("AWS account") && end.contains("› Not reviewed yet. Enter reviews the account."), "{end}");
}

#[test]
fn the_header_cuts_nothing_without_an_ellipsis() {
    for width in 60..100 {
        let mut console = Console::with(width, 24, |start| start.read_only = iamtui::backend::ReadOnly::Always);
        canned::fill(&mut console);
        let screen = console.screen();
        let header = screen.lines().next().unwrap_or_default();
        let (left, _) = header.split_once(" READ-ONLY").unwrap();
        assert!(
            left.contains("access key") || ["…", "demo"].iter().any(|end| left.trim_end().ends_with(end)),
            "{header}"
        );
    }
}

/// Without colours nothing is lost: the text is the same, and no cell has a colour.
#[test]
fn without_colours_every_panel_says_the_same() {
    for (name, keys) in PANELS {
        let mut plain = Console::with(80, 24, |start| {
            let theme = Theme::load("dark", Depth::None, &|_| None).unwrap();
            start.looks.dark = theme.clone();
            start.looks.light = theme;
        });
        canned::fill(&mut plain);
        plain.keys(keys);
        plain.finish();
        assert_eq!(plain.screen(), draw(keys, 80, 24), "{name}");
        let buffer = plain.picture().buffer;
        let coloured = buffer
            .content
            .iter()
            .any(|cell| [cell.fg, cell.bg].iter().any(|colour| *colour != ratatui::style::Color::Reset));
        assert!(!coloured, "{name} has colours");
    }
}

#[test]
fn the_selected_row_stands_out_without_colours() {
    let mut plain = Console::with(80, 24, |start| start.looks.dark = Theme::plain());
    canned::fill(&mut plain);
    plain.keys(":users<enter>");
    let buffer = plain.picture().buffer;
    let reversed = buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED));
    assert!(reversed && plain.screen().contains("› alice"));
}

#[test]
fn sixteen_colours_use_only_the_sixteen() {
    let mut console = Console::with(120, 40, |start| {
        start.looks.dark = Theme::load("dark", Depth::Sixteen, &|_| None).unwrap();
    });
    canned::fill(&mut console);
    console.keys(":alice<enter>");
    let wide = console.picture().buffer.content.iter().any(|cell| {
        [cell.fg, cell.bg]
            .iter()
            .any(|colour| matches!(colour, ratatui::style::Color::Rgb(..) | ratatui::style::Color::Indexed(_)))
    });
    assert!(!wide);
}
