//! Groups and membership, through the SDK.

use crate::harness::{ACCOUNT, Emulator, fails};

#[tokio::test]
async fn a_group_knows_its_members_across_renames() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_group().group_name("Developers").send().await.unwrap();
    iam.create_user().user_name("JohnDoe").send().await.unwrap();
    iam.add_user_to_group().group_name("developers").user_name("johndoe").send().await.unwrap();
    iam.update_user().user_name("JohnDoe").new_user_name("John").send().await.unwrap();
    iam.update_group().group_name("Developers").new_group_name("Builders").new_path("/x/").send().await.unwrap();
    let group = iam.get_group().group_name("Builders").send().await.unwrap();
    assert_eq!(group.group.unwrap().arn, format!("arn:aws:iam::{ACCOUNT}:group/x/Builders"));
    assert_eq!(group.users.iter().map(|u| u.user_name.as_str()).collect::<Vec<_>>(), ["John"]);
    let groups = iam.list_groups_for_user().user_name("John").send().await.unwrap();
    assert_eq!(groups.groups.len(), 1);
    fails(
        iam.get_group().group_name("Developers").send().await,
        "NoSuchEntity",
        "The group with name Developers cannot be found.",
    );
}

#[tokio::test]
async fn a_group_with_members_or_policies_is_not_deleted() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_group().group_name("g").send().await.unwrap();
    iam.create_user().user_name("u").send().await.unwrap();
    iam.add_user_to_group().group_name("g").user_name("u").send().await.unwrap();
    iam.attach_group_policy()
        .group_name("g")
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3FullAccess")
        .send()
        .await
        .unwrap();
    let conflict = |rest: &str| format!("Cannot delete entity, must {rest} first.");
    let delete = || iam.delete_group().group_name("g").send();
    fails(delete().await, "DeleteConflict", &conflict("remove users from group"));
    fails(iam.delete_user().user_name("u").send().await, "DeleteConflict", &conflict("remove users from group"));
    for _ in 0..2 {
        // The second time the user is no member, which is no error.
        iam.remove_user_from_group().group_name("g").user_name("u").send().await.unwrap();
    }
    fails(delete().await, "DeleteConflict", &conflict("detach all policies"));
    iam.detach_group_policy()
        .group_name("g")
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3FullAccess")
        .send()
        .await
        .unwrap();
    delete().await.unwrap();
}

#[tokio::test]
async fn a_user_belongs_to_ten_groups_at_most() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    for number in 0..11 {
        iam.create_group().group_name(format!("g{number}")).send().await.unwrap();
        let added = iam.add_user_to_group().group_name(format!("g{number}")).user_name("u").send().await;
        if number < 10 {
            added.unwrap();
        } else {
            fails(added, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10");
        }
    }
    assert_eq!(iam.list_groups_for_user().user_name("u").send().await.unwrap().groups.len(), 10);
}

#[tokio::test]
async fn a_user_who_is_missing_is_told_before_a_group_that_is() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let missing = "The user with name nobody cannot be found.";
    let add = iam.add_user_to_group().group_name("none").user_name("nobody").send().await;
    fails(add, "NoSuchEntity", missing);
    let remove = iam.remove_user_from_group().group_name("none").user_name("nobody").send().await;
    fails(remove, "NoSuchEntity", missing);
}
