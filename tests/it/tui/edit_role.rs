//! Roles are edited and deleted by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// An account with a role `web` that is in the instance profiles `web` and `batch`.
fn with_role() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        let role = iam.create_role().role_name("web").assume_role_policy_document(TRUST);
        role.description("Web servers").max_session_duration(7200).send().await.unwrap();
        for profile in ["web", "batch"] {
            iam.create_instance_profile().instance_profile_name(profile).send().await.unwrap();
            let add = iam.add_role_to_instance_profile().instance_profile_name(profile).role_name("web");
            add.send().await.unwrap();
        }
    });
    emulator
}

/// The list of roles, with the cursor on the only one that does not belong to a service.
fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":roles<enter>");
    console.wait("1 of 1 roles");
    console
}

#[test]
fn a_new_description_leaves_the_session_as_long_as_it_was() {
    let emulator = with_role();
    let mut console = begin(&emulator);
    console.keys(":edit role<enter>");
    console.wait("Web servers");
    console.keys("<ctrl-u>Web and batch<ctrl-n>");
    console.wait("Review: edit role web");
    console.keys("<enter>");
    console.wait("✓ done");
    let role = run(emulator.iam().get_role().role_name("web").send()).unwrap().role.unwrap();
    assert_eq!((role.description.as_deref(), role.max_session_duration), (Some("Web and batch"), Some(7200)));
}

/// Deletes the role with these keys in the wizard; gives the instance profiles that are left.
fn deleted(keys: &str, steps: usize) -> Vec<String> {
    let emulator = with_role();
    let mut console = begin(&emulator);
    console.keys("d");
    console.wait("Delete instance profile");
    console.wait("instance profiles to remove it from (2): batch,");
    console.keys(keys);
    console.wait("Review: delete role web");
    console.wait("Type `web`");
    console.keys("web<enter>");
    console.wait(&format!("✓ all {steps} steps done"));
    assert!(run(emulator.iam().get_role().role_name("web").send()).is_err());
    let left = run(emulator.iam().list_instance_profiles().send()).unwrap().instance_profiles;
    left.into_iter().map(|profile| profile.instance_profile_name).collect()
}

#[test]
fn a_deleted_role_leaves_its_instance_profiles_unless_its_own_is_to_go_too() {
    assert_eq!(deleted("<ctrl-n>", 3), ["batch", "web"]);
    assert_eq!(deleted("<space><ctrl-n>", 4), ["batch"]);
}

#[test]
fn a_service_linked_role_is_deleted_by_its_service() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_service_linked_role().aws_service_name("autoscaling.amazonaws.com").send()).unwrap();
    let name = "AWSServiceRoleForAutoScaling";
    let mut console = begin(&emulator);
    console.keys("d");
    console.wait("its service deletes it");
    console.keys("<ctrl-n>");
    console.wait("Review: delete role AWSServiceRoleForAutoScali");
    console.wait("Type `");
    console.keys(&format!("{name}<enter>"));
    console.wait("✓ done");
    assert!(run(emulator.iam().get_role().role_name(name).send()).is_err());
}
