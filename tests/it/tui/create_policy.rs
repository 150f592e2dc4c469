//! Policies are created and attached in one plan, by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{ACCOUNT, Emulator, run};

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:StartInstances","ec2:RunInstances"],"Resource":"*"}]}"#;

/// An account with the group `Developers` and the user `ada`.
fn emulator() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_group().group_name("Developers").send().await.unwrap();
        iam.create_user().user_name("ada").send().await.unwrap();
    });
    emulator
}

/// The dialog that saves this document as a new policy.
fn begin(emulator: &Emulator, document: &str) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":create policy<enter>");
    console.wait("New policy");
    console.keys("<ctrl-a>");
    console.paste(document);
    console.keys("<ctrl-s>");
    console.wait("Policy name");
    console
}

/// The names of the policies of the group.
fn attached(emulator: &Emulator) -> Vec<String> {
    let listed = run(emulator.iam().list_attached_group_policies().group_name("Developers").send()).unwrap();
    listed.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_name).collect()
}

/// The names of the policies of the account.
fn policies(emulator: &Emulator) -> Vec<String> {
    let scope = aws_sdk_iam::types::PolicyScopeType::Local;
    let listed = run(emulator.iam().list_policies().scope(scope).send()).unwrap();
    listed.policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_name).collect()
}

/// Picks the group that the new policy is attached to.
fn attach(console: &mut Live, name: &str) {
    console.keys(&format!("{name}<tab><tab>"));
    console.wait("User group");
    console.keys("Dev");
    console.wait_gone("ada");
    console.keys("<space><ctrl-n>");
}

#[test]
fn a_policy_is_attached_in_the_plan_that_creates_it() {
    let emulator = emulator();
    let mut console = begin(&emulator, DOCUMENT);
    attach(&mut console, "Instances");
    console.wait("Review: create policy Instances");
    console.keys("<enter>");
    console.wait("✓ all 2 steps done");
    assert_eq!(attached(&emulator), ["Instances"]);
}

#[test]
fn a_policy_that_is_too_long_is_created_in_parts() {
    let emulator = emulator();
    let actions: Vec<String> = (0..400).map(|number| format!("\"s3:GetNumber{number:03}\"")).collect();
    let document = DOCUMENT.replace("\"ec2:StartInstances\",\"ec2:RunInstances\"", &actions.join(","));
    let mut console = begin(&emulator, &document);
    console.wait("Split");
    attach(&mut console, "Large");
    console.wait("Review: create policy Large in 2 parts");
    console.keys("<enter>");
    console.wait("✓ all 4 steps done");
    assert_eq!(attached(&emulator), ["Large-1", "Large-2"]);
}

#[test]
fn undo_of_a_new_policy_detaches_it_from_whoever_has_got_it_since() {
    let emulator = emulator();
    let mut console = begin(&emulator, DOCUMENT);
    console.keys("Instances<ctrl-n>");
    console.wait("Review: create policy Instances");
    console.keys("<enter>");
    console.wait("✓ done");
    let iam = emulator.iam();
    let arn = format!("arn:aws:iam::{ACCOUNT}:policy/Instances");
    run(async {
        iam.attach_group_policy().group_name("Developers").policy_arn(&arn).send().await.unwrap();
        let version = iam.create_policy_version().policy_arn(&arn).policy_document(DOCUMENT.replace("Run", "Stop"));
        version.set_as_default(true).send().await.unwrap();
    });
    console.keys("<enter>u");
    console.wait("Review: undo: create policy Instances");
    console.wait("detach policy Instances from group Developers");
    console.wait("Type `Instances`");
    console.keys("Instances<enter>");
    console.wait("✓ all 3 steps done");
    assert!(policies(&emulator).is_empty() && attached(&emulator).is_empty());
}
