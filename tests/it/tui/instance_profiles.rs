//! Instance profiles are created, given roles and deleted by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// The list of instance profiles of an account with the roles `web` and `batch`.
fn begin() -> (Emulator, Live) {
    let emulator = Emulator::empty();
    for role in ["web", "batch"] {
        run(emulator.iam().create_role().role_name(role).assume_role_policy_document(TRUST).send()).unwrap();
    }
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":instance profiles<enter>");
    console.wait("There are no instance profiles.");
    (emulator, console)
}

/// The role in the instance profile `app`.
fn role(emulator: &Emulator) -> Option<String> {
    let got = run(emulator.iam().get_instance_profile().instance_profile_name("app").send()).unwrap();
    got.instance_profile?.roles.into_iter().next().map(|role| role.role_name)
}

#[test]
fn an_instance_profile_gets_a_role_another_one_and_none_and_is_deleted() {
    let (emulator, mut console) = begin();
    console.keys("n");
    console.wait("Create instance profile");
    console.keys("app<tab>/ec2/<tab>web");
    console.wait("( ) web");
    console.keys("<space><tab>team=blue<enter><ctrl-n>");
    console.apply_steps("create instance profile app", 2);
    assert_eq!(role(&emulator).as_deref(), Some("web"));
    console.wait("› app");
    console.keys("a");
    console.wait("app: contains role web");
    console.keys("batch");
    console.wait("( ) batch");
    console.keys("<space><ctrl-n>");
    console.apply_steps("add role batch to instance profile app", 2);
    assert_eq!(role(&emulator).as_deref(), Some("batch"));
    console.wait("app                                 batch");
    console.keys("d");
    console.wait("remove role from instance profile");
    console.keys("<enter>");
    console.apply_steps("remove role batch from instance profile app", 1);
    assert_eq!(role(&emulator), None);
    console.keys("d");
    console.wait("delete instance profile");
    console.keys("<down><enter>");
    console.wait("app: no role");
    console.keys("<ctrl-n>");
    console.wait("Type `app`");
    console.keys("app<enter>");
    console.wait("✓ done");
    assert!(run(emulator.iam().list_instance_profiles().send()).unwrap().instance_profiles.is_empty());
    console.keys("<enter>u");
    console.wait("Review: undo");
    console.keys("<enter>");
    console.wait("✓ done");
    let back = run(emulator.iam().get_instance_profile().instance_profile_name("app").send()).unwrap();
    let back = back.instance_profile.unwrap();
    assert_eq!((back.path.as_str(), back.tags.unwrap_or_default().len()), ("/ec2/", 1));
}
