//! The dashboard: its numbers are those of the lists that its lines lead to.

use super::console::Live;
use crate::harness::Emulator;

/// Opens the line of a label and waits for as many rows as the line counts.
#[track_caller]
fn check(console: &mut Live, label: &str) {
    console.keys(":dashboard<enter>");
    console.wait(label);
    let count = count(&console.screen(), label);
    console.keys("g");
    while !console.screen().lines().any(|line| line.trim_start().starts_with('›') && line.contains(label)) {
        let before = console.screen();
        console.keys("j");
        assert_ne!(console.screen(), before, "the cursor does not come to `{label}`");
    }
    console.keys("<enter>");
    console.wait(&format!("{count} match"));
}

/// The number in the line of a label.
fn count(screen: &str, label: &str) -> usize {
    let line = screen.lines().find(|line| line.contains(label)).unwrap();
    let (before, after) = line.split_once(label).unwrap();
    let words = before.split_whitespace().rev().chain(after.split_whitespace());
    words.flat_map(str::parse).next().unwrap()
}

#[test]
fn each_number_is_that_of_the_rows_behind_it() {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 60));
    for label in [
        "users sign in to the console without MFA",
        "access keys are older than 90 days",
        "access keys were last used over 90 days ago",
        "users were last active over 90 days ago",
        "With MFA",
        "Without MFA",
        "Up to 90 days",
        "91 to 180 days",
        "Over 365 days",
        "Within 7 days",
        "8 to 30 days ago",
        "31 to 90 days ago",
        "Over 90 days ago",
        "Never",
    ] {
        check(&mut console, label);
    }
}
