//! A clock that is wrong, or is set while the emulator runs.

use iamtui::base::clock::Clock;
use iamtui::emulator;
use jiff::{SignedDuration, Timestamp};

use super::wire::{Signed, send, status};
use crate::harness::{Emulator, NOON, noon, options};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Lists users as a client with this clock does.
fn list(emulator: &Emulator, now: Timestamp) -> String {
    let mut signed = Signed::new(emulator, "Action=ListUsers&Version=2010-05-08");
    signed.at = now;
    send(emulator, &signed.bytes(&emulator.handle.root))
}

#[test]
fn answers_carry_the_date_of_the_clock_also_when_it_is_set_back() {
    let clock = noon();
    let emulator = Emulator::with(|options| options.clock = clock.clone());
    for (second, date) in [
        (NOON, "Thu, 15 Jan 2026 12:00:00 GMT"),
        (NOON - 86_400, "Wed, 14 Jan 2026 12:00:00 GMT"),
        (NOON + 3_600, "Thu, 15 Jan 2026 13:00:00 GMT"),
    ] {
        clock.set(at(second));
        let answer = list(&emulator, at(second));
        assert_eq!(status(&answer), Some(200), "{answer}");
        assert_eq!(answer.matches("\r\ndate: ").count(), 1, "{answer}");
        assert!(answer.contains(&format!("\r\ndate: {date}\r\n")), "{answer}");
    }
}

#[test]
fn what_is_on_its_way_arrives_when_the_clock_is_set_back() {
    let clock = noon();
    let emulator = Emulator::with(|options| {
        options.clock = clock.clone();
        options.propagation = SignedDuration::from_secs(60);
    });
    let body = "Action=CreateUser&Version=2010-05-08&UserName=u";
    let mut signed = Signed::new(&emulator, body);
    signed.at = at(NOON);
    assert_eq!(status(&send(&emulator, &signed.bytes(&emulator.handle.root))), Some(200));
    assert!(!list(&emulator, at(NOON)).contains("<UserName>u</UserName>"));
    clock.set(at(NOON - 86_400));
    assert!(list(&emulator, at(NOON - 86_400)).contains("<UserName>u</UserName>"));
}

#[test]
fn a_clock_before_1970_is_refused_with_a_sentence() {
    let mut options = options();
    options.clock = Clock::fixed(at(-1));
    let error = emulator::start(options).unwrap_err();
    assert_eq!(error.to_string(), "the clock says 1969-12-31T23:59:59Z, which is before 1970");
}
