//! Sign-in sessions are looked at and revoked by keyboard alone, at 80x24.

use iamtui::emulator::KeyPair;
use serde_json::json;

use super::console::Live;
use crate::emulator::signin::{ask, sign_in};
use crate::harness::{ACCOUNT, Emulator, run};

fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console
}

/// How many sessions are active.
fn active(emulator: &Emulator) -> usize {
    let asked = json!({"principalArn": format!("arn:aws:iam::{ACCOUNT}:*"), "status": "ACTIVE"});
    let (_, answer) = ask(emulator, &emulator.handle.root, "/list-sessions", &asked);
    answer["items"].as_array().map_or(0, Vec::len)
}

#[test]
fn marked_sessions_are_revoked_in_one_plan_that_cannot_be_undone() {
    let emulator = Emulator::empty();
    for name in ["ada", "bob", "eve"] {
        run(sign_in(&emulator, name));
    }
    let mut console = begin(&emulator);
    console.keys(":sessions<enter>");
    console.wait("3 sign-in sessions");
    console.wait("federated user ada");
    console.keys("/owner:ada<enter>");
    console.wait("1 match");
    console.keys("<enter>");
    console.wait("Last refreshed");
    console.keys("<esc>");
    console.wait("1 match");
    console.keys("<esc>");
    console.wait("federated user bob");
    console.keys("g<space><space>d");
    console.wait("Revoke sign-in sessions");
    console.wait("This cannot be undone");
    console.keys("lost laptop<ctrl-n>");
    console.wait("Review: revoke 2 sign-in sessions");
    console.wait("What cannot be undone");
    console.keys("<enter>");
    console.wait("✓ done");
    assert_eq!(active(&emulator), 1);
}

#[test]
fn who_may_not_list_sessions_is_told_which_permission_is_missing() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("mallory").send()).unwrap();
    let key = run(emulator.iam().create_access_key().user_name("mallory").send()).unwrap().access_key.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    run(emulator.iam().put_user_policy().user_name("mallory").policy_name("iam").policy_document(policy).send())
        .unwrap();
    let key = KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    let mut console = Live::open(&emulator.handle.endpoint, &key, (80, 24));
    console.wait("mallory @");
    console.keys(":sessions<enter>");
    console.wait("signin:ListSessions");
    console.keys(":mallory<enter>");
    console.wait("IAM users › mallory");
    console.keys("8");
    console.wait("signin:ListSessions");
}
