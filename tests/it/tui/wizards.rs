//! Every step of every wizard at the two sizes, and what they say while one types.

use iamtui::app::Source;
use iamtui::backend::{Connection, SessionKind, Target};
use iamtui::effect::Effect;
use iamtui::message::Message;
use iamtui::model::{Account, ErrorKind, LoadError, Page, Snapshot, Update};

use super::canned;
use super::console::{Console, Live};
use crate::backend::faults::{Fault, Faults};
use crate::harness::{Emulator, run};

/// Each step: its name, and the keys that lead there.
const STEPS: &[(&str, &str)] = &[
    ("verbs-of-users", ":users<enter>m"),
    ("verbs-of-a-policy-of-a-user", ":alice<enter>m"),
    ("verbs-in-the-palette", ":create"),
    ("create-user-taken", ":users<enter>nJesse<enter>ALICE"),
    ("create-user-access", ":users<enter>nJesse<ctrl-n><space>"),
    ("create-user-own-password", ":users<enter>nJesse<ctrl-n><space><tab><right><tab>abc"),
    ("create-user-groups", ":users<enter>nJesse<ctrl-n><ctrl-n><tab><space>"),
    ("create-user-copy", ":users<enter>nJesse<ctrl-n><ctrl-n><right><tab>ali<space>"),
    ("create-user-boundary", ":users<enter>nJesse<ctrl-n><ctrl-n><left><tab><tab><space><tab>read"),
    ("create-group-inside", ":users<enter>nJesse<ctrl-n><ctrl-n><tab><f2>Audit"),
    ("create-group", ":groups<enter>nAdmin<enter>Developers<enter>"),
    ("add-to-groups", ":users<enter>  :add to groups<enter>"),
    ("add-users", ":developers<enter>a"),
    ("remove-from-groups", ":alice<enter>:remove from groups<enter>"),
    ("move-to-groups", ":alice<enter>:move to groups<enter>"),
    ("attach-policies", ":developers<enter>:attach policies<enter>"),
    ("attach-to-entities", ":read-s3<enter>a"),
    ("detach-policies", ":alice<enter>:detach policies<enter>"),
    ("set-boundary", ":alice<enter>:set boundary<enter>"),
    ("remove-boundary", ":alice<enter>:remove boundary<enter>"),
    ("edit-tags", ":alice<enter><tab><tab>e"),
    ("rename", ":alice<enter>:rename<enter><ctrl-u>bob"),
    ("delete-user", ":users<enter>d"),
    ("delete-users", ":users<enter>  d"),
    ("disable-user", ":alice<enter>:disable<enter>"),
    ("delete-group", ":groups<enter>d"),
    ("delete-role", ":nightly<enter>:delete role<enter>"),
    ("delete-policy", ":read-s3<enter>:delete policy<enter>"),
];

fn draw(keys: &str, width: u16, height: u16) -> String {
    let mut console = canned::console(width, height);
    // What a wizard reads has to be there before the keys behind it are pressed.
    let mut rest = keys;
    while let Some((page, behind)) = rest.split_once("<enter>") {
        console.keys(&format!("{page}<enter>"));
        console.finish();
        rest = behind;
    }
    console.keys(rest);
    console.finish();
    console.screen()
}

#[test]
fn every_step_at_80x24() {
    for (name, keys) in STEPS {
        insta::assert_snapshot!(format!("{name}-80x24"), draw(keys, 80, 24));
    }
}

#[test]
fn every_step_at_120x40() {
    for (name, keys) in STEPS {
        insta::assert_snapshot!(format!("{name}-120x40"), draw(keys, 120, 40));
    }
}

#[test]
fn no_size_breaks_a_wizard() {
    for (_, keys) in STEPS {
        for (width, height) in [(60, 16), (61, 17), (200, 60)] {
            let screen = draw(keys, width, height);
            assert_eq!(screen.lines().count(), usize::from(height), "{screen}");
        }
    }
}

#[track_caller]
fn check(keys: &str, shown: &[&str]) -> Console {
    let mut console = canned::console(80, 24);
    console.keys(keys);
    console.finish();
    let screen = console.screen();
    for text in shown {
        assert!(screen.contains(text), "`{text}` is not shown:\n{screen}");
    }
    console
}

#[test]
fn going_back_loses_nothing_and_leaving_is_asked_twice() {
    let mut console = check(
        ":users<enter>nJesse<enter><tab>/dev/<ctrl-n><ctrl-n><ctrl-p><ctrl-p>",
        &["›1 Details", "/dev/", "Jesse"],
    );
    console.keys("<esc>");
    assert!(console.screen().contains("Press esc again to leave"), "{}", console.screen());
    console.keys("<esc>");
    assert!(!console.screen().contains("Create user"), "{}", console.screen());
}

#[test]
fn a_wrong_answer_holds_the_step_and_says_why() {
    check(":users<enter>nalice smith<ctrl-n>", &["›1 Details", "✗ the user name cannot contain ` `"]);
    check(":users<enter>n<ctrl-n>", &["›1 Details", "✗ the user name is missing"]);
    check(":users<enter>nx<tab>dev<ctrl-n>", &["›1 Details", "✗ a path begins and ends with `/`"]);
    check(":users<enter>nAlice<ctrl-n>", &["there is a user `alice` already"]);
    check(":users<enter>a<enter><enter>", &["Nothing is selected."]);
}

#[test]
fn a_rule_for_names_is_told_while_they_are_typed() {
    let rules = "[names]\nuser = { pattern = '[a-z]+', hint = 'small letters only' }";
    let config = iamtui::config::Config::parse(rules, std::path::Path::new("config.toml")).unwrap();
    let mut console = Console::with(80, 24, |start| start.names = config.names);
    canned::fill(&mut console);
    console.keys(":users<enter>nJesse");
    assert!(console.screen().contains("`Jesse` breaks the naming rule: small letters"), "{}", console.screen());
}

#[test]
fn what_cannot_be_deleted_says_so_at_once() {
    check(":policies<enter>/type:aws<enter>d", &["is managed by AWS"]);
}

#[test]
fn a_read_only_session_says_so_at_the_head_of_the_wizard() {
    let mut console = Console::with(80, 24, |start| start.read_only = iamtui::backend::ReadOnly::Always);
    canned::fill(&mut console);
    console.keys(":users<enter>n");
    assert!(console.screen().contains("Read-only session"), "{}", console.screen());
}

#[test]
fn a_wizard_says_why_a_session_that_never_opens_keeps_it_and_loses_nothing() {
    let source = Source::Aws(Target::Aws { profile: Some("far".into()), region: None, endpoint: None });
    let mut console = Console::unconnected(80, 24, source);
    console.keys(":groups<enter>nnight-watch");
    assert!(console.screen().contains("The session is being opened …"), "{}", console.screen());
    console.keys("<esc><esc>");
    console.know(Update::Users(Page::whole(vec![canned::user("dora", 1)], canned::ago(0))));
    console.keys(":users<enter>d<right><ctrl-n>");
    assert!(console.screen().contains("The session is still opening"), "{}", console.screen());
    // What it waits for will not come: that is told without another key.
    let failed = LoadError::new(ErrorKind::Timeout, "AssumeRole");
    console.message(Message::Connected { stamp: console.stamp(), result: Err(failed) });
    let screen = console.screen();
    assert!(screen.contains("✗ No session: `AssumeRole` got no answer in time"), "{screen}");
    assert!(screen.contains("There is no session") && !screen.contains("reading"), "{screen}");
    console.keys("<ctrl-n>");
    assert!(console.screen().contains("There is no session"), "{}", console.screen());
    console.effects.clear();
    console.keys("<ctrl-g>");
    let stamp = console.effects.iter().find_map(|effect| match effect {
        Effect::Connect { stamp, .. } => Some(*stamp),
        _ => None,
    });
    let connection = Connection {
        endpoint: None,
        region: "us-east-1".into(),
        profile: None,
        kind: SessionKind::LongTerm,
        read_only: None,
        warning: None,
        ends: None,
    };
    console.message(Message::Connected { stamp: stamp.unwrap(), result: Ok(connection) });
    let screen = console.screen();
    assert!(!screen.contains("No session") && screen.contains("( ) delete  (•) disable instead"), "{screen}");
    console.keys("<esc><esc>");
    assert!(!console.screen().contains("Delete user dora"), "{}", console.screen());
}

#[test]
fn a_wizard_on_a_snapshot_waits_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.snapshot");
    let taken = "2026-01-02T03:04:05Z".parse().unwrap();
    std::fs::write(&file, Snapshot::new(Account::default(), None, taken).to_bytes().unwrap()).unwrap();
    let mut console = Live::on(Source::Snapshot(file), (80, 24));
    console.wait("READ-ONLY");
    console.keys(":groups<enter>nnight-watch<ctrl-n><ctrl-n><ctrl-n><ctrl-n>");
    console.wait("Review: create group night-watch");
}

#[test]
fn a_read_that_failed_is_told_where_the_wizard_would_end_and_made_again() {
    let emulator = Emulator::with(|options| options.allow_host = Some("127.0.0.1".to_owned()));
    let faults = Faults::before(&emulator.handle.endpoint);
    let mut console = Live::open(&faults.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @ 123456789012");
    run(emulator.iam().create_user().user_name("dora").send()).unwrap();
    console.keys(":users<enter>r");
    console.wait("dora");
    console.rest();
    faults.inject("ListSigningCertificates", Fault::Error(503, "ServiceUnavailable", "try later", 9));
    console.keys("d");
    console.wait("✗ `ListSigningCertificates` answered ServiceUnavailable");
    console.keys("<ctrl-n>");
    console.wait("Loading failed; trying again");
    faults.heal();
    console.wait_gone("✗ `ListSigningCertificates`");
    console.keys("<ctrl-n>");
    console.wait("Review: delete user dora");
}
