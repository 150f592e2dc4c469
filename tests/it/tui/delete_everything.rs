//! What AWS refuses to delete while something hangs on it is deleted with one confirmation, and comes back.

use super::canned::{READ_S3, TRUST};
use super::console::Live;
use crate::harness::{ACCOUNT, Emulator, run};

/// A role with a profile, a boundary, an inline and a managed policy; the policy has five versions, and users and a
/// group have it too.
fn burdened() -> (Emulator, String) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let arn = format!("arn:aws:iam::{ACCOUNT}:policy/shared");
    run(async {
        iam.create_policy().policy_name("shared").policy_document(READ_S3).send().await.unwrap();
        for _ in 0..4 {
            iam.create_policy_version().policy_arn(&arn).policy_document(READ_S3).send().await.unwrap();
        }
        let role = iam.create_role().role_name("worker").assume_role_policy_document(TRUST);
        role.permissions_boundary(&arn).send().await.unwrap();
        iam.attach_role_policy().role_name("worker").policy_arn(&arn).send().await.unwrap();
        iam.put_role_policy().role_name("worker").policy_name("own").policy_document(READ_S3).send().await.unwrap();
        iam.create_instance_profile().instance_profile_name("worker").send().await.unwrap();
        let profile = iam.add_role_to_instance_profile().instance_profile_name("worker").role_name("worker");
        profile.send().await.unwrap();
        iam.create_group().group_name("ops").send().await.unwrap();
        iam.attach_group_policy().group_name("ops").policy_arn(&arn).send().await.unwrap();
        iam.create_user().user_name("ada").permissions_boundary(&arn).send().await.unwrap();
        iam.attach_user_policy().user_name("ada").policy_arn(&arn).send().await.unwrap();
    });
    (emulator, arn)
}

/// Deletes an item by its page, without any answer 409.
#[track_caller]
fn delete(emulator: &Emulator, kind: &str, name: &str, word: &str) -> Live {
    let before = emulator.handle.calls().len();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(&format!(":{name}"));
    console.wait(&format!("› {name}"));
    console.keys("<enter>");
    console.wait(&format!(" › {name}"));
    console.keys(&format!(":delete {kind}<enter>"));
    console.wait(&format!("Delete {kind} {name}"));
    console.wait_gone("reading …");
    console.keys("<enter>");
    console.wait("Type to confirm");
    console.keys(&format!("{word}<enter>"));
    // Where a guard objects, it wants a reason as well.
    if console.screen().contains("Reason") {
        console.keys("it is not used<enter>");
    }
    console.wait("Enter close");
    let calls = emulator.handle.calls();
    let refused: Vec<_> = calls.iter().skip(before).filter(|call| call.status == 409).collect();
    assert!(refused.is_empty(), "{refused:?}");
    console
}

#[test]
fn a_role_with_everything_is_deleted_after_one_confirmation_and_comes_back() {
    let (emulator, arn) = burdened();
    let mut console = delete(&emulator, "role", "worker", "worker");
    let iam = emulator.iam();
    assert!(run(iam.get_role().role_name("worker").send()).is_err());
    console.keys("u");
    console.wait("Review: undo");
    console.keys("<enter>");
    console.wait("Enter close");
    let role = run(iam.get_role().role_name("worker").send()).unwrap().role.unwrap();
    assert_eq!(role.permissions_boundary.unwrap().permissions_boundary_arn.as_deref(), Some(arn.as_str()));
    let attached =
        run(iam.list_attached_role_policies().role_name("worker").send()).unwrap().attached_policies.unwrap();
    let inline = run(iam.list_role_policies().role_name("worker").send()).unwrap().policy_names;
    let profiles = run(iam.list_instance_profiles_for_role().role_name("worker").send()).unwrap().instance_profiles;
    assert_eq!((attached.len(), inline.len(), profiles.len()), (1, 1, 1));
}

#[test]
fn a_policy_attached_everywhere_with_five_versions_is_deleted_after_one_confirmation_and_comes_back() {
    let (emulator, arn) = burdened();
    let mut console = delete(&emulator, "policy", "shared", "shared");
    let iam = emulator.iam();
    assert!(run(iam.get_policy().policy_arn(&arn).send()).is_err());
    console.keys("u");
    console.wait("Review: undo");
    console.keys("<enter>");
    console.wait("Enter close");
    let policy = run(iam.get_policy().policy_arn(&arn).send()).unwrap().policy.unwrap();
    assert_eq!((policy.attachment_count, policy.permissions_boundary_usage_count), (Some(3), Some(2)));
    let versions = run(iam.list_policy_versions().policy_arn(&arn).send()).unwrap().versions.unwrap();
    assert!(!versions.is_empty());
}
