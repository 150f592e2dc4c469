//! How old what a page shows may be: its age, what is read again when it is opened, what `r` reads.

use iamtui::backend::{GroupPart, Load, UserPart};
use iamtui::base::clock::Clock;
use iamtui::model::Fact;
use jiff::{SignedDuration, Timestamp};

use super::canned;
use super::console::Console;
use crate::harness::{NOON, noon};

/// A console on the canned account at noon, with the clock that it reads.
fn console() -> (Console, Clock) {
    let clock = noon();
    let mut console = canned::console_with(100, 30, |start| start.clock = clock.clone());
    console.finish();
    (console, clock)
}

fn later(clock: &Clock, seconds: i64) {
    clock.set(clock.now() + SignedDuration::from_secs(seconds));
}

/// Keys pressed so many seconds later ask for these reads, and for none of those.
#[track_caller]
fn check(before: &str, seconds: i64, keys: &str, wanted: &[Load], unwanted: &[Load]) {
    let (mut console, clock) = console();
    console.keys(before);
    console.finish();
    later(&clock, seconds);
    console.keys(keys);
    let loads = console.finish();
    for load in wanted {
        assert!(loads.contains(load), "{load:?} is not in {loads:?}");
    }
    for load in unwanted {
        assert!(!loads.contains(load), "{load:?} is in {loads:?}");
    }
}

fn alice(part: UserPart) -> Load {
    Load::User("alice".into(), part)
}

#[test]
fn a_page_that_is_opened_again_after_a_minute_is_read_again_and_before_that_is_not() {
    check(":roles<enter>", 59, ":users<enter>:roles<enter>", &[], &[Load::Roles]);
    check(":roles<enter>", 61, ":users<enter>:roles<enter>", &[Load::Roles], &[]);
    check(":roles<enter>:users<enter>", 61, "[", &[Load::Roles], &[]);
    check(":roles<enter>", 61, ":roles<enter>", &[Load::Roles], &[]);
    check(":users<enter>", 61, ":dashboard<enter>", &[Load::Summary], &[]);
}

#[test]
fn a_page_that_stays_open_is_not_read_again_by_itself() {
    check(":roles<enter>", 3_600, "j", &[], &[Load::Roles, Load::Summary]);
}

#[test]
fn the_credential_report_is_read_again_when_aws_may_have_made_a_new_one() {
    check(":users<enter>", 61, ":roles<enter>:users<enter>", &[Load::Users], &[Load::Report]);
    check(":users<enter>", 4 * 3_600 + 1, ":roles<enter>:users<enter>", &[Load::Report], &[]);
    check(":users<enter>", 1, "r", &[Load::Report], &[]);
}

#[test]
fn reload_reads_all_that_the_page_shows_whichever_read_told_it() {
    let parts = [UserPart::Row, UserPart::Overview, UserPart::Permissions].map(alice);
    check(":alice<enter>", 1, "r", &parts, &[]);
    let group = |part| Load::Group("developers".into(), part);
    check(":developers<enter>", 1, "r", &[group(GroupPart::Overview), group(GroupPart::Permissions)], &[]);
    check("", 1, "r", &[Load::Summary, Load::Identity, Load::Alias], &[]);
}

#[test]
fn a_page_says_of_when_its_oldest_data_is() {
    let (mut console, clock) = console();
    console.keys(":roles<enter>");
    console.finish();
    assert!(console.screen().contains("roles, as of 12:00 UTC"), "{}", console.screen());
    later(&clock, 45 * 60);
    console.keys("j");
    assert!(console.screen().contains("roles, as of 12:00 UTC"), "{}", console.screen());
    console.keys("r");
    console.finish();
    assert!(console.screen().contains("roles, as of 12:45 UTC"), "{}", console.screen());
}

#[test]
fn a_fact_is_old_from_the_time_that_a_page_asks_for() {
    let at = |seconds| Timestamp::from_second(NOON + seconds).unwrap();
    let seen = iamtui::model::Seen::new(iamtui::model::Source::Detail, at(0));
    let fact = Fact::Known(1, seen);
    assert!(fact.is_older_than(at(1)) && !fact.is_older_than(at(0)));
    assert!(Fact::<u8>::Unknown.is_older_than(at(-1)));
}
