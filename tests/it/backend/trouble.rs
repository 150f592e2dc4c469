//! Servers that throttle, break, hang, refuse or lack something: what is shown, and what goes on.

use std::time::{Duration, Instant};

use iamtui::backend::{Load, LoadEvent, Pace, UserPart};
use iamtui::model::{ErrorKind, Fact};

use super::canned::{Asked, Reply, error, response, serve, users};
use super::{Console, pages};

fn console(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> (Console, Asked) {
    let (endpoint, asked) = serve(script);
    (Console::on(&endpoint, "AKIAEXAMPLE", "secret"), asked)
}

/// How `ListUsers` ends on a server that always answers so.
#[track_caller]
fn check(script: impl Fn(usize) -> Reply + Send + Sync + 'static, kind: &ErrorKind, calls: usize) {
    let (mut console, asked) = console(move |_, before| script(before));
    let (result, _) = console.load(&Load::Users);
    assert_eq!(&result.unwrap_err().kind, kind);
    assert_eq!(asked.lock().unwrap().len(), calls);
    assert_eq!(&console.account.users().error().unwrap().kind, kind);
}

#[test]
fn throttling_slows_down_and_the_list_still_comes_whole() {
    let (mut console, asked) = console(|_, before| match before {
        0..5 => error(400, "Throttling", "Rate exceeded"),
        _ => users(&["alice", "bob"], None),
    });
    let seen = console.loaded(&Load::Users);
    assert_eq!(asked.lock().unwrap().len(), 6);
    assert!(console.account.users().is_complete());
    assert!(seen.iter().any(|news| matches!(news, LoadEvent::Pace(Pace::Throttled { .. }))), "{seen:?}");
    let made = seen.iter().find_map(|news| if let LoadEvent::Called(call) = news { Some(call) } else { None }).unwrap();
    assert_eq!((&*made.operation, made.tries, &made.result), ("ListUsers", 6, &Ok(())));
}

#[test]
fn a_service_that_fails_once_or_breaks_the_connection_is_asked_again() {
    let (mut console, _) = console(|_, before| match before {
        0 => error(503, "ServiceUnavailable", "try later"),
        1 => Reply::Reset,
        _ => users(&["alice"], None),
    });
    console.loaded(&Load::Users);
    assert_eq!(console.account.users().rows().len(), 1);
}

#[test]
fn half_a_body_is_a_broken_connection() {
    check(|_| Reply::Half(response("ListUsers", "<Users></Users>")), &ErrorKind::Broken, 3);
}

#[test]
fn an_answer_that_never_ends_is_given_up_at_its_limit() {
    check(|_| Reply::Endless, &ErrorKind::Garbled, 1);
    let (mut console, _) = console(|_, _| Reply::Endless);
    let (result, _) = console.load(&Load::Summary);
    let told = result.unwrap_err().user_error().message;
    assert!(told.contains("more bytes than any such answer"), "{told}");
}

/// The kind of error that a load ends with, within the time that any may take.
#[track_caller]
fn check_given_up(first: &'static str, then: &'static str, pause: Duration) {
    let (mut console, _) = console(move |_, _| Reply::Repeats(first, then, pause));
    let start = Instant::now();
    let (result, _) = console.load(&Load::Summary);
    assert!(result.is_err());
    assert!(start.elapsed() < Duration::from_secs(30), "{first:?} {then:?}: {:?}", start.elapsed());
}

#[test]
fn an_answer_whose_head_never_ends_is_given_up_in_time() {
    let (go_on, header) = ("HTTP/1.1 100 Continue\r\n\r\n", "X-More: x\r\n");
    std::thread::scope(|scope| {
        for pause in [Duration::ZERO, Duration::from_millis(20)] {
            scope.spawn(move || check_given_up("", go_on, pause));
            scope.spawn(move || check_given_up("HTTP/1.1 200 x\r\n", header, pause));
        }
    });
}

#[test]
fn a_service_that_stays_down_is_told_after_three_tries() {
    check(|_| error(503, "ServiceUnavailable", "try later"), &ErrorKind::Failed, 3);
}

#[test]
fn refused_keys_and_ended_sessions_are_told_at_once() {
    check(|_| error(403, "InvalidClientTokenId", "no such key"), &ErrorKind::InvalidCredentials, 1);
    check(|_| error(403, "ExpiredToken", "expired"), &ErrorKind::ExpiredToken, 1);
}

#[test]
fn what_is_no_iam_endpoint_is_told_as_such() {
    check(|_| Reply::Answer(200, "<html>hello</html>".to_owned()), &ErrorKind::Garbled, 1);
}

#[test]
fn nobody_there_is_told_quickly() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut console = Console::on(&format!("http://{closed}"), "AKIAEXAMPLE", "secret");
    let start = Instant::now();
    let (result, _) = console.load(&Load::Users);
    assert_eq!(result.unwrap_err().kind, ErrorKind::Unreachable);
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_hung_server_ends_in_a_timeout_and_a_cancel_ends_it_at_once() {
    let (console, asked) = console(|_, _| Reply::Hang);
    let news = console.start(Load::Users);
    while asked.lock().unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    console.session.cancel(&Load::Users);
    assert!(news.recv_timeout(Duration::from_secs(1)).is_err(), "a cancelled load says nothing more");
    let again = console.start(Load::Users);
    let ended = std::iter::from_fn(|| again.recv_timeout(Duration::from_secs(20)).ok())
        .find_map(|news| if let LoadEvent::Ended(result) = news { Some(result) } else { None });
    assert_eq!(ended.unwrap().unwrap_err().kind, ErrorKind::Timeout);
}

#[test]
fn a_list_that_breaks_off_keeps_the_rows_so_far() {
    let (mut console, _) = console(|_, before| match before {
        0 => users(&["alice", "bob"], Some("next")),
        _ => error(403, "AccessDenied", "not authorized to perform: iam:ListUsers on resource: *"),
    });
    let (result, seen) = console.load(&Load::Users);
    assert!(result.is_err());
    assert_eq!(pages(&seen), 1);
    assert_eq!(console.account.users().rows().len(), 2);
    assert!(!console.account.users().is_complete());
}

#[test]
fn a_server_that_gives_the_same_page_for_ever_is_stopped() {
    check(|_| users(&["alice"], Some("same")), &ErrorKind::Garbled, 2);
}

#[test]
fn a_missing_permission_or_operation_darkens_only_its_own_cell() {
    let (mut console, _) = console(|action, _| match action {
        "ListUsers" => users(&["alice"], None),
        "ListMFADevices" => error(
            403,
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:ListMFADevices on resource: \
             user alice because no identity-based policy allows the iam:ListMFADevices action",
        ),
        "ListAccessKeys" => Reply::Answer(501, "not here".to_owned()),
        "GetLoginProfile" => error(404, "NoSuchEntity", "no login profile"),
        "ListGroupsForUser" => {
            Reply::Answer(200, response("ListGroupsForUser", "<Groups></Groups><IsTruncated>false</IsTruncated>"))
        }
        other => panic!("{other} was not expected"),
    });
    console.loaded(&Load::Users);
    console.loaded(&Load::User("alice".into(), UserPart::Row));
    let facts = &console.account.users().get("alice").unwrap().facts;
    assert_eq!(&*facts.mfa.denial().unwrap().action, "iam:ListMFADevices");
    assert_eq!(facts.keys.denial().unwrap().to_string(), "this endpoint has no `ListAccessKeys`");
    assert!(matches!(facts.login, Fact::Absent(_)));
    assert_eq!(facts.groups.known(), Some(&vec![]));
    assert!(facts.tags.is_unknown());
}

#[test]
fn the_same_load_never_runs_twice_at_once() {
    let (console, asked) = console(|_, _| {
        std::thread::sleep(Duration::from_millis(200));
        users(&["alice"], None)
    });
    let first = console.start(Load::Users);
    let sink: iamtui::backend::Sink = std::sync::Arc::new(|_| {});
    assert!(!console.session.start(Load::Users, iamtui::backend::Urgency::Now, &sink));
    while !matches!(first.recv_timeout(Duration::from_secs(5)).unwrap(), LoadEvent::Ended(_)) {}
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn a_burst_of_loads_keeps_to_eight_calls_at_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let (console, asked) = console(|_, _| {
        let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        NOW.fetch_sub(1, Ordering::SeqCst);
        error(404, "NoSuchEntity", "no login profile")
    });
    let loads: Vec<_> =
        (0..40).map(|n| console.start(Load::User(format!("user-{n}").as_str().into(), UserPart::Login))).collect();
    for news in loads {
        while !matches!(news.recv_timeout(Duration::from_secs(20)).unwrap(), LoadEvent::Ended(_)) {}
    }
    assert_eq!(asked.lock().unwrap().len(), 40);
    assert!(MOST.load(Ordering::SeqCst) <= 8, "{}", MOST.load(Ordering::SeqCst));
}

#[test]
fn a_service_that_throttles_every_third_call_only_slows_down() {
    use secrecy::ExposeSecret as _;
    let emulator = crate::harness::Emulator::with(|options| {
        options.seed = iamtui::emulator::Seed::Demo;
        options.throttle = iamtui::emulator::Throttle::Every(3);
    });
    let root = &emulator.handle.root;
    let mut console = Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret());
    let mut seen = Vec::new();
    for load in [Load::Identity, Load::Users, Load::Roles, Load::Policies, Load::Bulk] {
        seen.extend(console.loaded(&load));
    }
    let names: Vec<_> = console.account.users().rows().iter().map(|user| user.name.clone()).take(12).collect();
    let loads: Vec<_> = names.iter().map(|name| console.start(Load::User(name.clone(), UserPart::Row))).collect();
    for news in loads {
        let ended = std::iter::from_fn(|| news.recv_timeout(Duration::from_secs(30)).ok())
            .find_map(|news| if let LoadEvent::Ended(result) = news { Some(result) } else { None });
        ended.unwrap().unwrap();
    }
    assert!(console.account.users().is_complete() && console.account.roles().is_complete());
    assert!(seen.iter().any(|news| matches!(news, LoadEvent::Pace(Pace::Throttled { .. }))));
}
