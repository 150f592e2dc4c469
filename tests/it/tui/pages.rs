//! Detail pages, reviews and boxes: what is in sight, where the cursor stops, how one gets out.

use iamtui::model::UserFacts;
use iamtui::model::{Fact, InlinePolicy, Seen, Source, Update};
use iamtui::plan::builders::{CreateGroup, DENY_ALL, create_groups};
use iamtui::ui::layers::review::Review;
use jiff::Timestamp;

use super::canned;
use super::console::Live;
use crate::harness::{Emulator, NOON};

/// The line with the cursor's sign.
#[track_caller]
fn cursor(screen: &str) -> String {
    let lines: Vec<&str> = screen.lines().filter(|line| line.starts_with('›')).collect();
    assert_eq!(lines.len(), 1, "{screen}");
    lines[0].trim_end().to_owned()
}

#[test]
fn on_a_low_screen_a_page_keeps_its_tab_in_sight_below_two_lines() {
    let mut console = canned::console(80, 24);
    console.keys(":alice<enter>");
    let screen = console.screen();
    let tabs = screen.lines().position(|line| line.contains("[1 Permissions")).unwrap();
    assert_eq!(tabs, 4, "{screen}");
    assert!(screen.lines().take(4).any(|line| line.ends_with(|ch: char| ch.is_ascii_digit()) && line.contains(" +")));
}

#[test]
fn the_cursor_of_a_tab_stops_on_what_can_be_acted_on() {
    let mut console = canned::console(120, 40);
    console.keys(":alice<enter>4");
    assert!(cursor(&console.screen()).contains("mfa/alice"), "{}", console.screen());
    console.keys("j");
    assert!(cursor(&console.screen()).contains("AKIAALICEKEYEXAMPLE1"), "{}", console.screen());
    // What has the cursor is what the key deletes.
    console.keys("d");
    assert!(console.screen().contains("access key AKIAALICEKEYEXAMPLE1"), "{}", console.screen());
}

#[test]
fn names_are_shown_whole_where_there_is_room() {
    let names = [
        "a-user-name-of-forty-eight-characters-that-exists",
        "and-one-of-sixty-four-characters-which-is-the-most-that-iam-takes",
    ];
    for ((width, height), name) in [(120, 40), (160, 50)].into_iter().zip(names) {
        let mut console = canned::console(width, height);
        console.know(Update::User(Box::new(canned::user(name, 3))));
        console.keys(":users<enter>");
        assert!(console.screen().contains(&format!("{name} ")), "{}", console.screen());
    }
}

#[test]
fn what_goes_on_below_has_a_mark_in_every_box() {
    let mut console = canned::console(80, 24);
    for keys in ["?", ":"] {
        console.keys(keys);
        let screen = console.screen();
        assert!(screen.lines().any(|line| line.trim_end().ends_with('↓')), "{screen}");
        console.keys("<esc>");
    }
    console.keys(":alice<enter>4");
    let line = console.screen().lines().nth(22).unwrap().to_owned();
    assert!(line.ends_with('↓'), "{}", console.screen());
}

#[test]
fn the_footer_names_the_ways_out_at_every_width() {
    for width in [60, 80, 120] {
        let mut console = canned::console(width, 24);
        for keys in [":users<enter>", ":alice<enter>"] {
            console.keys(keys);
            let screen = console.screen();
            let footer = screen.lines().last().unwrap();
            assert!(["jump", "help", "back"].iter().all(|label| footer.contains(label)), "{footer}");
        }
    }
}

#[test]
fn a_user_that_is_disabled_is_marked_and_can_be_enabled() {
    let mut console = canned::console(120, 40);
    let seen = Seen::new(Source::Detail, Timestamp::from_second(NOON + 1).unwrap());
    let denial = InlinePolicy { name: DENY_ALL.into(), document: Fact::Unknown };
    let facts = UserFacts { inline: Fact::Known(vec![denial], seen), ..UserFacts::default() };
    console.know(Update::UserFacts("bob".into(), Box::new(facts)));
    console.keys(":users<enter>");
    assert!(console.screen().contains("bob (disabled)"), "{}", console.screen());
    console.keys(":bob<enter>");
    assert!(console.screen().contains("▲ disabled: everything is denied"), "{}", console.screen());
    console.keys(":enable user<enter>");
    assert!(console.screen().contains("Enable user bob"), "{}", console.screen());
    console.keys("<esc>:alice<enter>:enable user<enter>");
    assert!(console.screen().contains("enable user needs a disabled user to be selected"), "{}", console.screen());
    console.keys("m");
    assert!(console.screen().contains("disable user") && !console.screen().contains("enable user"));
}

#[test]
fn enter_closes_the_review_of_a_plan_that_was_applied_and_a_colon_jumps_from_it() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    let plan = |name: &str| {
        let group = CreateGroup { name: name.into(), ..CreateGroup::default() };
        create_groups(&iamtui::model::Account::default(), &[group]).unwrap()
    };
    console.lay(Box::new(Review::new(plan("ops"))));
    console.wait("nothing is sent before you apply");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<enter>");
    console.wait_gone("Review:");
    // Typed letters are no commands of the review.
    console.lay(Box::new(Review::new(plan("dev"))));
    console.wait("nothing is sent before you apply");
    console.keys(":users<enter>");
    console.wait_gone("Review:");
    console.wait("IAM › IAM users");
}
