//! Users, through the SDK.

use aws_sdk_iam::types::Tag;

use crate::harness::{ACCOUNT, Emulator, fails};

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

#[tokio::test]
async fn a_user_is_made_read_renamed_and_deleted() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let made = iam.create_user().user_name("Alice").path("/team/").tags(tag("k", "v")).send().await.unwrap();
    let user = made.user.unwrap();
    assert_eq!(user.arn, format!("arn:aws:iam::{ACCOUNT}:user/team/Alice"));
    assert!(user.user_id.starts_with("AIDA") && user.user_id.len() == 21, "{}", user.user_id);
    let read = iam.get_user().user_name("aLICE").send().await.unwrap().user.unwrap();
    assert_eq!((read.user_name, read.tags.unwrap().len()), ("Alice".to_owned(), 1));
    iam.update_user().user_name("Alice").new_user_name("alicia").new_path("/").send().await.unwrap();
    let read = iam.get_user().user_name("alicia").send().await.unwrap().user.unwrap();
    assert_eq!((read.user_id, read.arn), (user.user_id, format!("arn:aws:iam::{ACCOUNT}:user/alicia")));
    iam.delete_user().user_name("alicia").send().await.unwrap();
    fails(
        iam.get_user().user_name("alicia").send().await,
        "NoSuchEntity",
        "The user with name alicia cannot be found.",
    );
}

#[tokio::test]
async fn a_name_is_unique_in_any_case() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("alice").send().await.unwrap();
    iam.create_user().user_name("bob").send().await.unwrap();
    let taken = |name: &str| format!("User with name {name} already exists.");
    fails(iam.create_user().user_name("ALICE").send().await, "EntityAlreadyExists", &taken("ALICE"));
    let rename = iam.update_user().user_name("bob").new_user_name("Alice").send().await;
    fails(rename, "EntityAlreadyExists", &taken("Alice"));
    let rename = iam.update_user().user_name("alice").new_user_name("ALICE").send().await;
    fails(rename, "EntityAlreadyExists", &taken("ALICE"));
}

#[tokio::test]
async fn users_are_listed_page_by_page_and_pages_survive_inserts() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    for number in 0..25 {
        iam.create_user().user_name(format!("user-{number:02}")).send().await.unwrap();
    }
    let first = iam.list_users().max_items(10).send().await.unwrap();
    assert!(first.is_truncated && first.users.len() == 10);
    iam.create_user().user_name("user-00b").send().await.unwrap();
    iam.create_user().user_name("user-99").send().await.unwrap();
    let mut names: Vec<String> = first.users.iter().map(|u| u.user_name.clone()).collect();
    let mut marker = first.marker;
    while let Some(at) = marker {
        let page = iam.list_users().max_items(10).marker(at).send().await.unwrap();
        names.extend(page.users.iter().map(|u| u.user_name.clone()));
        marker = page.marker;
    }
    let expected: Vec<String> = (0..25).map(|n| format!("user-{n:02}")).chain(["user-99".to_owned()]).collect();
    assert_eq!(names, expected);
    fails(iam.list_users().marker("garbage").send().await, "ValidationError", "Invalid Marker.");
}

#[tokio::test]
async fn the_root_user_reads_itself_but_needs_names_elsewhere() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let user = iam.get_user().send().await.unwrap().user.unwrap();
    assert_eq!(user.arn, format!("arn:aws:iam::{ACCOUNT}:root"));
}

#[tokio::test]
async fn tags_are_one_per_key_in_any_case() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("alice").send().await.unwrap();
    iam.tag_user().user_name("alice").tags(tag("Team", "red")).tags(tag("größe", "1")).send().await.unwrap();
    iam.tag_user().user_name("alice").tags(tag("team", "blue")).send().await.unwrap();
    let tags = iam.list_user_tags().user_name("alice").send().await.unwrap().tags;
    assert_eq!(tags, [tag("team", "blue"), tag("größe", "1")]);
    let twice = iam.tag_user().user_name("alice").tags(tag("a", "1")).tags(tag("A", "2")).send().await;
    fails(twice, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    iam.untag_user().user_name("alice").tag_keys("TEAM").send().await.unwrap();
    assert_eq!(iam.list_user_tags().user_name("alice").send().await.unwrap().tags, [tag("größe", "1")]);
    for number in 0..49 {
        iam.tag_user().user_name("alice").tags(tag(&format!("k{number}"), "")).send().await.unwrap();
    }
    let more = iam.tag_user().user_name("alice").tags(tag("one-more", "")).send().await;
    fails(more, "LimitExceeded", "The number of tags has reached the maximum limit.");
}
