//! Many items are marked and changed in one plan, by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

/// An account with so many users and the group `ops`.
fn begin(users: usize) -> (Emulator, Live) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_group().group_name("ops").send().await.unwrap();
        for number in 0..users {
            iam.create_user().user_name(format!("user{number:03}")).send().await.unwrap();
        }
    });
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":users<enter>");
    console.wait(&format!("{users} of {users} users"));
    (emulator, console)
}

#[test]
fn what_the_filter_shows_is_marked_with_one_key_and_joins_a_group() {
    let (emulator, mut console) = begin(30);
    console.keys("/user01<enter>*");
    console.wait("10 marked");
    console.keys(":add to groups<enter>");
    console.wait("Add 10 users to groups");
    console.wait("[ ] ops");
    console.keys("<space><ctrl-n>");
    console.wait("Review: add 10 users to group ops");
    console.keys("c");
    console.wait("errors do not stop it");
    console.keys("<enter>");
    console.wait("✓ all 10 steps done");
    let group = run(emulator.iam().get_group().group_name("ops").send()).unwrap();
    assert_eq!(group.users.len(), 10);
}

#[test]
fn tags_of_several_users_are_changed_in_one_plan() {
    let (emulator, mut console) = begin(3);
    run(async {
        let tag = aws_sdk_iam::types::Tag::builder().key("site").value("home").build().unwrap();
        emulator.iam().tag_user().user_name("user001").tags(tag).send().await.unwrap();
    });
    console.keys("*:change tags<enter>");
    console.wait("Change the tags of 3 users");
    console.keys("team=blue<enter><tab>site<enter><ctrl-n>");
    console.wait("Review: edit the tags of 3 items");
    console.keys("<enter>");
    console.wait("✓ all 4 steps done");
    let tags = run(emulator.iam().list_user_tags().user_name("user001").send()).unwrap().tags;
    let tags: Vec<(&str, &str)> = tags.iter().map(|tag| (tag.key(), tag.value())).collect();
    assert_eq!(tags, [("team", "blue")]);
}
