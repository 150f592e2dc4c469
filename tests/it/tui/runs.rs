//! Plans applied from the screen, against the emulator and through the journal on disk.

use std::time::Duration;

use iamtui::plan::builders::{ConsolePassword, CreateGroup, CreateUser};
use iamtui::plan::journal::{Begin, Entry, Event, Journal as _, JournalId, Run};
use iamtui::plan::{Plan, SecretFrom};
use iamtui::runtime::journal;
use iamtui::ui::layers::review::Review;
use jiff::Timestamp;

use super::console::Live;
use crate::backend::faults::{Fault, Faults};
use crate::harness::{ACCOUNT, Emulator, run};

/// A group and a user in it, with a password and a key.
fn plan() -> Plan {
    let account = iamtui::model::Account::default();
    let wish = CreateUser {
        names: vec!["Jesse".into()],
        console: Some(ConsolePassword { from: SecretFrom::Generate, reset: false }),
        new_groups: vec![CreateGroup { name: "Admin".into(), ..CreateGroup::default() }],
        access_key: Some(String::new()),
        ..CreateUser::default()
    };
    wish.plan(&account).unwrap()
}

/// The calls that changed something, in order.
fn changes(emulator: &Emulator) -> Vec<String> {
    let calls = emulator.handle.calls();
    let reads = |name: &str| ["Get", "List", "Generate", "Lookup"].iter().any(|verb| name.starts_with(verb));
    calls.iter().map(|call| call.operation.clone()).filter(|name| !reads(name)).collect()
}

fn operations(plan: &Plan) -> Vec<String> {
    plan.steps.iter().filter_map(|step| Some(step.call()?.operation().name().to_owned())).collect()
}

fn users(emulator: &Emulator) -> usize {
    run(async { emulator.iam().list_users().send().await.unwrap().users().len() })
}

#[test]
fn what_the_review_shows_is_what_is_sent_and_undo_takes_it_back() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.wait("nothing is sent before you apply");
    assert_eq!(changes(&emulator), Vec::<String>::new());
    console.keys("<enter>");
    console.wait("✓ all");
    assert_eq!(changes(&emulator), operations(&plan()));
    console.keys("x<esc>");
    console.keys(":users<enter>");
    console.wait("Jesse");
    console.keys("u");
    console.wait("Review: undo: create user Jesse");
    console.keys("<enter>Jesse<enter>");
    // Two objects are taken away: the word is `delete`.
    if console.screen().contains("type `delete`") {
        console.keys("<ctrl-u>delete<enter>");
    }
    console.wait("✓ all");
    assert_eq!(users(&emulator), 0);
    console.keys("<esc>:journal<enter>");
    console.wait("undone");
}

#[test]
fn a_run_that_fails_goes_on_from_the_screen() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    faults.inject("CreateLoginProfile", Fault::Error(403, "AccessDenied", "not authorized", 1));
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>");
    console.wait("AccessDenied");
    console.wait("the rest was not sent");
    console.keys("r");
    console.wait("✓ all");
    assert_eq!(changes(&emulator), operations(&plan()));
}

#[test]
fn a_run_that_fails_is_taken_back_from_the_screen() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    faults.inject("CreateAccessKey", Fault::LostBefore);
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>");
    console.wait("result unknown");
    console.keys("u");
    console.wait("Review: undo");
    console.keys("<enter>delete<enter>");
    console.wait("✓ all");
    assert_eq!(users(&emulator), 0);
    console.keys("<esc>");
    console.wait("undone");
}

#[test]
fn a_read_only_session_sends_nothing() {
    let emulator = Emulator::empty();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (100, 40), tempfile::tempdir().unwrap(), true);
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>rux<enter>");
    console.wait("read-only");
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(changes(&emulator), Vec::<String>::new());
}

#[test]
fn a_journal_that_cannot_be_written_keeps_the_plan_from_starting() {
    let emulator = Emulator::empty();
    let state = tempfile::tempdir().unwrap();
    std::fs::write(state.path().join("journal"), "in the way").unwrap();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (120, 40), state, false);
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>");
    console.wait("✗ the journal");
    assert_eq!(changes(&emulator), Vec::<String>::new());
}

#[test]
fn a_run_that_a_killed_program_left_is_told_at_the_start_and_goes_on_from_the_journal() {
    let emulator = Emulator::empty();
    let state = tempfile::tempdir().unwrap();
    let book = JournalId { endpoint: emulator.handle.endpoint.clone(), account: ACCOUNT.into() };
    let (plan, at) = (plan(), Timestamp::now());
    let mut log = journal::open(state.path(), &book).unwrap();
    let mut write = |event| log.write(&Entry { run: "killed".into(), at, event }).unwrap();
    let caller = format!("arn:aws:iam::{ACCOUNT}:root");
    write(Event::Begin(Box::new(Begin { plan: plan.clone(), caller, ..Begin::default() })));
    // The first step was sent and done, and the program died before it could write so.
    write(Event::Intent { step: plan.steps[0].id.clone() });
    run(async { emulator.iam().create_group().group_name("Admin").send().await.unwrap() });
    drop(log);
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (100, 40), state, false);
    console.wait("Unfinished: create user Jesse");
    console.keys(":journal<enter>");
    console.wait("unfinished");
    console.keys("<enter>");
    console.wait("result unknown");
    console.keys("r");
    // Anybody may have created the group: it is not taken for this run's.
    console.wait("owner unknown");
    console.wait("then one failed");
    run(async { emulator.iam().delete_group().group_name("Admin").send().await.unwrap() });
    console.keys("r");
    console.wait("✓ all");
    assert_eq!(users(&emulator), 1);
    let told: Vec<Run> = journal::read(console.state.path(), &book).unwrap().runs;
    assert_eq!(told.len(), 1);
    assert!(!told[0].is_open());
}

#[test]
fn secrets_reach_neither_the_journal_nor_the_screen_unasked_and_the_file_is_the_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>");
    console.wait("✓ all");
    let path = console.state.path().join("Jesse.csv");
    console.keys(&format!("s<enter><ctrl-u>{}<enter>", path.display()));
    console.wait("Written to");
    let csv = std::fs::read_to_string(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let password = csv.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    assert!(password.len() >= 20);
    assert!(!console.screen().contains(&password));
    console.keys("x");
    assert!(console.screen().contains(&password));
    for entry in std::fs::read_dir(console.state.path().join("journal")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(text.contains("create-login-profile") && !text.contains(&password));
    }
}

#[test]
fn an_outcome_of_a_step_is_on_disk_before_the_next_is_sent() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    faults.inject("CreateUser", Fault::HungBefore);
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (100, 40));
    console.wait("root user @ 123456789012");
    console.lay(Box::new(Review::new(plan())));
    console.keys("<enter>");
    console.wait("1 of");
    while !faults.hung.load(std::sync::atomic::Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let book = JournalId { endpoint: faults.endpoint.clone(), account: ACCOUNT.into() };
    let told = journal::read(console.state.path(), &book).unwrap().runs.remove(0);
    assert!(told.gives(&told.plan().steps[0].id).is_some());
    assert_eq!(*told.state(&told.plan().steps[1].id), iamtui::plan::journal::State::Unsure);
}
