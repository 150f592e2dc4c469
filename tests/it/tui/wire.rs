//! A wire that breaks under the console: what is told, what stays on the screen, and how it goes on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use iamtui::emulator::{KeyPair, Seed};
use iamtui::plan::{Call, Inverse, Plan, Step};
use iamtui::ui::layers::review::Review;

use super::console::Live;
use crate::backend::canned::{Reply, error, response, serve, users};
use crate::backend::faults::{Fault, Faults};
use crate::harness::Emulator;

/// The demo company behind a wire that breaks where a test says so, with a console on its dashboard.
fn stage() -> (Emulator, Faults, Live) {
    let emulator = Emulator::with(|options| {
        options.seed = Seed::Demo;
        options.allow_host = Some("127.0.0.1".to_owned());
    });
    let faults = Faults::before(&emulator.handle.endpoint);
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (100, 30));
    console.wait("root user @ 123456789012");
    (emulator, faults, console)
}

/// Checks that a list which meets a fault says so, and comes once the wire is whole again.
#[track_caller]
fn check(fault: Fault, told: &str) {
    let (_emulator, faults, mut console) = stage();
    for _ in 0..3 {
        faults.inject("ListUsers", fault);
    }
    console.keys(":users<enter>");
    console.wait(told);
    console.wait("r tries again");
    // The rest of the console goes on working.
    console.keys(":groups<enter>");
    console.wait("Administrators");
    faults.heal();
    console.keys(":users<enter>");
    console.wait(told);
    console.keys("r");
    console.wait_gone(told);
    console.wait("ada.lovelace");
}

#[test]
fn a_service_that_is_down_a_reset_and_half_a_body_are_told_and_tried_again() {
    check(Fault::Error(503, "ServiceUnavailable", "try later", 9), "ServiceUnavailable");
    check(Fault::LostBefore, "the connection broke during `ListUsers`");
    check(Fault::Half, "the connection broke during `ListUsers`");
}

#[test]
fn one_fault_alone_is_not_even_seen() {
    let (_emulator, faults, mut console) = stage();
    for fault in [Fault::Error(503, "ServiceUnavailable", "try later", 1), Fault::Half] {
        faults.inject("ListUsers", fault);
    }
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    assert!(!console.screen().contains('✗'), "{}", console.screen());
}

#[test]
fn a_hung_wire_blocks_no_key_and_is_let_go() {
    let (_emulator, faults, mut console) = stage();
    faults.inject("ListUsers", Fault::HungBefore);
    console.keys(":users<enter>");
    while !faults.hung.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let begun = Instant::now();
    console.keys(":roles");
    assert!(console.screen().contains(":roles") || console.screen().contains("> roles"), "{}", console.screen());
    console.keys("<esc><ctrl-c>");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    console.wait("Cancelled what was running");
    console.keys("r");
    console.wait("ada.lovelace");
}

#[test]
fn a_server_that_stops_takes_no_row_from_the_screen_and_may_come_back() {
    let start = |port| {
        Emulator::with(|options| {
            options.seed = Seed::Demo;
            options.port = port;
            options.root_key = Some(KeyPair::new("AKIAROOTROOTROOTROOT", "secret"));
        })
    };
    let emulator = start(0);
    let port = emulator.address().rsplit(':').next().unwrap().parse().unwrap();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 30));
    console.keys(":users<enter>");
    console.wait("ada.lovelace");
    // In the middle of what the reload asks for.
    console.keys("r");
    drop(emulator);
    console.keys("r");
    console.wait("r tries again");
    assert!(console.screen().contains("ada.lovelace"), "{}", console.screen());
    let _again = start(port);
    console.keys("r");
    console.wait_gone("r tries again");
    console.wait("ada.lovelace");
}

#[test]
fn a_service_that_throttles_every_third_call_shows_five_thousand_users_all_the_same() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    static PAGES: AtomicUsize = AtomicUsize::new(0);
    let (endpoint, _) = serve(|action, _| {
        if CALLS.fetch_add(1, Ordering::SeqCst) % 3 == 2 {
            return error(400, "Throttling", "Rate exceeded");
        }
        match action {
            "GetCallerIdentity" => Reply::Answer(
                200,
                response(
                    action,
                    "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAME</UserId><Account>123456789012</Account>",
                ),
            ),
            "ListUsers" => {
                let page = PAGES.fetch_add(1, Ordering::SeqCst) % 5;
                let names: Vec<String> = (0..1_000).map(|at| format!("user-{:04}", page * 1_000 + at)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let marker = (page < 4).then(|| format!("page-{page}"));
                users(&names, marker.as_deref())
            }
            _ => error(403, "AccessDenied", "not authorized to perform: iam:Any on resource: *"),
        }
    });
    let begun = Instant::now();
    let mut console = Live::open(&endpoint, &KeyPair::new("AKIAEXAMPLE", "secret"), (100, 30));
    console.keys(":users<enter>");
    console.wait("throttled by AWS");
    console.wait("5,000 of 5,000 users");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    console.keys("G");
    assert!(console.screen().contains("› user-4999"), "{}", console.screen());
}

#[test]
fn a_plan_waits_for_a_session_that_nobody_could_name_and_is_not_lost() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    faults.inject("GetCallerIdentity", Fault::Error(503, "ServiceUnavailable", "try later", 9));
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (100, 30));
    console.wait("✗ not identified");
    let mut plan = Plan::new("create user dora");
    let inverse = Inverse::of([Call::delete_user("dora")]);
    plan.push(Step::new(Call::create_user("dora"), "it is asked for").undo(inverse));
    console.lay(Box::new(Review::new(plan)));
    console.keys("<enter>");
    console.wait("Your identity is not known yet.");
    faults.heal();
    console.keys("<ctrl-g>");
    console.wait("root user @ 123456789012");
    console.keys("<enter>");
    console.wait("✓  1  create user dora");
}

#[test]
fn a_plan_on_an_endpoint_that_answers_nothing_says_why_it_is_not_applied() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    faults.inject("GetCallerIdentity", Fault::HungBefore);
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (80, 24));
    while !faults.hung.load(Ordering::SeqCst) {
        console.rest();
    }
    let mut plan = Plan::new("create user dora");
    plan.push(Step::new(Call::create_user("dora"), "it is asked for").undo(Inverse::of([Call::delete_user("dora")])));
    console.lay(Box::new(Review::new(plan)));
    console.wait("account …");
    console.keys("<enter>");
    console.wait("Your identity is not known yet.");
    console.wait("ctrl-g signs in again.");
    faults.heal();
    console.keys("<ctrl-g>");
    console.wait("root user @ 123456789012");
    console.keys("<enter>");
    console.wait("✓  1  create user dora");
}
