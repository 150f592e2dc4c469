//! What happened in the account, as CloudTrail tells, by keyboard alone.

use iamtui::emulator::KeyPair;

use super::console::Live;
use crate::harness::{Emulator, run};

fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 30));
    console.wait("root user @");
    console
}

#[test]
fn a_change_is_found_opened_and_leads_to_what_it_was_about() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("ada").send()).unwrap();
    run(emulator.iam().create_user().user_name("ada").send()).unwrap_err();
    run(emulator.iam().list_users().send()).unwrap();
    let mut console = begin(&emulator);
    console.keys(":activity<enter>");
    console.wait("2 events, changes and sign-ins of the last 90 days");
    console.wait("✗ EntityAlready");
    console.keys("/result:ok<enter>");
    console.wait("1 match, 2 events");
    console.keys("<enter>");
    console.wait("Activity › CreateUser");
    console.wait("\"eventName\": \"CreateUser\"");
    console.keys("<enter>");
    console.wait("IAM users › ada");
    console.keys("7");
    console.wait("What was done to the user");
    console.wait("CreateUser");
}

#[test]
fn who_may_not_look_up_events_is_told_which_permission_is_missing() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("mallory").send()).unwrap();
    let key = run(emulator.iam().create_access_key().user_name("mallory").send()).unwrap().access_key.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    run(emulator.iam().put_user_policy().user_name("mallory").policy_name("iam").policy_document(policy).send())
        .unwrap();
    let key = KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    let mut console = Live::open(&emulator.handle.endpoint, &key, (80, 24));
    console.wait("mallory @");
    console.keys(":activity<enter>");
    console.wait("cloudtrail:LookupEvents");
    console.keys(":mallory<enter>");
    console.wait("IAM users › mallory");
    console.keys("7");
    console.wait("cloudtrail:LookupEvents");
}

#[test]
fn an_event_that_was_denied_is_explained_by_the_key_that_explains_denials() {
    let emulator = Emulator::demo();
    let mut console = begin(&emulator);
    console.keys(":activity<enter>");
    console.wait("AccessDenied");
    console.keys("/result:denied<enter>");
    console.wait("match");
    console.keys("<enter>");
    console.wait("Record");
    console.keys("W");
    console.wait("nothing in it allows the action");
    console.wait("fix: Allow");
}
