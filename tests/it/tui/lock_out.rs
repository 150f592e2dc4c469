//! Users and roles are locked out by keyboard alone, at 80x24, and let in again.

use aws_sdk_iam::types::StatusType;
use iamtui::emulator::KeyPair;

use super::console::Live;
use crate::harness::{Emulator, credentials, run};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/eve"},"Action":"sts:AssumeRole"}]}"#;

/// An account with a user `eve`, who can sign in, signs with a key, and can assume `web`.
fn with_eve() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_group().group_name("ops").send().await.unwrap();
        iam.create_user().user_name("eve").send().await.unwrap();
        iam.add_user_to_group().group_name("ops").user_name("eve").send().await.unwrap();
        iam.create_access_key().user_name("eve").send().await.unwrap();
        iam.create_login_profile().user_name("eve").password("Correct-Horse-9").send().await.unwrap();
        let git = iam.create_service_specific_credential().user_name("eve");
        git.service_name("codecommit.amazonaws.com").send().await.unwrap();
        iam.create_role().role_name("web").assume_role_policy_document(TRUST).send().await.unwrap();
    });
    emulator
}

fn begin(emulator: &Emulator, page: &str) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(&format!(":{page}<enter>"));
    console.wait(&format!("1 of 1 {page}"));
    console
}

/// The names of a user's inline policies, whether the key is active, whether it has a password, in how many groups.
fn state(emulator: &Emulator) -> (Vec<String>, bool, bool, usize) {
    let iam = emulator.iam();
    run(async {
        let inline = iam.list_user_policies().user_name("eve").send().await.unwrap().policy_names;
        let keys = iam.list_access_keys().user_name("eve").send().await.unwrap().access_key_metadata;
        let active = keys.iter().all(|key| key.status == Some(StatusType::Active));
        let login = iam.get_login_profile().user_name("eve").send().await.is_ok();
        let groups = iam.list_groups_for_user().user_name("eve").send().await.unwrap().groups;
        (inline, active, login, groups.len())
    })
}

#[test]
fn a_user_is_locked_out_with_one_confirmation_and_let_in_again() {
    let emulator = with_eve();
    let mut console = begin(&emulator, "users");
    console.keys(":lock out<enter>");
    console.wait("Lock out user eve");
    console.wait("Sessions of role web go on");
    console.wait("Not restored by undo");
    console.keys("<right><ctrl-n>");
    console.wait("Review: lock out user eve");
    console.wait("Type `eve`");
    console.keys("eve<enter>");
    console.wait("✓ all 6 steps done");
    let inline = ["AWSRevokeOlderSessions", "iamtui-disabled"].map(str::to_owned).to_vec();
    assert_eq!(state(&emulator), (inline, false, false, 0));
    console.keys("<enter>u");
    console.wait("Review: undo: lock out user eve");
    console.wait("Type `");
    console.keys("delete<enter>");
    console.wait("✓ all 6 steps done");
    assert_eq!(state(&emulator), (Vec::new(), true, true, 1));
}

#[test]
fn a_role_is_locked_out() {
    let emulator = with_eve();
    let mut console = begin(&emulator, "roles");
    console.keys(":lock out<enter>");
    console.wait("Lock out role web");
    console.keys("<ctrl-n>");
    console.wait("Review: lock out role web");
    console.keys("<enter>");
    console.wait("✓ all 2 steps done");
    let inline = run(emulator.iam().list_role_policies().role_name("web").send()).unwrap().policy_names;
    assert_eq!(inline, ["AWSRevokeOlderSessions", "iamtui-disabled"]);
}

#[test]
fn the_sessions_of_a_role_that_a_user_assumed_are_revoked_in_the_same_plan() {
    let emulator = with_eve();
    let key = run(emulator.iam().create_access_key().user_name("eve").send()).unwrap().access_key.unwrap();
    let key = KeyPair::new(key.access_key_id, key.secret_access_key);
    let allow = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
    run(emulator.iam().put_user_policy().user_name("eve").policy_name("roles").policy_document(allow).send()).unwrap();
    let arn = "arn:aws:iam::123456789012:role/web";
    run(emulator.sts_as(credentials(&key)).assume_role().role_arn(arn).role_session_name("eve").send()).unwrap();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    console.wait("root user @");
    console.keys(":users<enter>");
    console.wait("1 of 1 users");
    console.keys(":lock out<enter>");
    console.wait("It assumed role web");
    console.keys("<right><right><ctrl-n>");
    console.wait("Review: lock out user eve");
    console.wait("Type `eve`");
    console.keys("eve<enter>");
    console.wait("✓ all");
    let inline = run(emulator.iam().list_role_policies().role_name("web").send()).unwrap().policy_names;
    assert_eq!(inline, ["AWSRevokeOlderSessions"]);
}
