//! What nobody uses: the property of lists, the page, and the clean-up, by keyboard alone.

use super::console::Live;
use crate::harness::Emulator;

fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 50));
    console.wait("root user @");
    console
}

#[test]
fn lists_are_filtered_by_how_long_something_is_unused() {
    let emulator = Emulator::demo();
    let mut console = begin(&emulator);
    console.keys(":users<enter>/unused:>90d<enter>");
    console.wait("match, ");
    console.wait("also.left");
    console.wait_gone("ada.lovelace");
    console.keys(":roles<enter>/unused:>90d<enter>");
    console.wait("match, ");
    console.keys(":groups<enter>/unused:>90d<enter>");
    console.wait("match, ");
}

#[test]
fn what_is_unused_is_disabled_by_one_plan() {
    let emulator = Emulator::demo();
    let mut console = begin(&emulator);
    console.keys(":unused<enter>");
    console.wait("unused for more than 90 days");
    console.wait("Users without activity (");
    console.wait("also.left");
    console.keys("d");
    console.wait("Clean up unused");
    console.wait("Users without activity: ");
    // Roles and the rest are left alone.
    console.keys("<enter><enter><space><enter>");
    console.keys("<enter><enter><enter><enter><enter>");
    console.wait("Review: clean up ");
    console.wait("write inline policy iamtui-disabled of user legacy-smtp");
}

#[test]
fn the_days_of_the_page_are_changed() {
    let emulator = Emulator::demo();
    let mut console = begin(&emulator);
    console.keys(":unused<enter>");
    console.wait("unused for more than 90 days");
    console.keys("e");
    console.wait("Change unused days");
    console.keys("<ctrl-u>300<enter>");
    console.wait("unused for more than 300 days");
}
