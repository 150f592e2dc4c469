//! A policy is granted for some hours, by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

#[test]
fn a_policy_is_granted_with_an_end_and_the_journal_counts_down() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("eve").send()).unwrap();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":users<enter>");
    console.wait("1 of 1 users");
    console.keys(":grant for a time<enter>");
    console.wait("Grant to user eve for a time");
    console.keys("<tab><ctrl-u>8h<tab>AmazonSNSReadOnlyAccess");
    console.wait("( ) AmazonSNSReadOnlyAccess");
    console.keys("<space><ctrl-n>");
    console.wait("Review: grant policy AmazonSNSReadOnlyAccess to user eve until");
    console.keys("<enter>");
    console.wait("✓ done");
    let names = run(emulator.iam().list_user_policies().user_name("eve").send()).unwrap().policy_names;
    let name = names.first().unwrap();
    assert!(name.starts_with("temporary-") && name.ends_with("-AmazonSNSReadOnlyAccess"), "{name}");
    let policy = run(emulator.iam().get_user_policy().user_name("eve").policy_name(name).send()).unwrap();
    assert!(policy.policy_document.contains("CurrentTime"), "{}", policy.policy_document);
    console.keys("<enter>:journal<enter>");
    console.wait("h left");
    console.keys("u");
    console.wait("Review: undo: grant policy");
}
