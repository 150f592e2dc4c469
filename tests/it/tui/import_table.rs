//! Users, groups, memberships and tags come from a file or from pasted lines, by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

/// The wizard, on an account with the group `ops` and the user `ada`.
fn begin() -> (Emulator, Live) {
    let emulator = Emulator::empty();
    run(async {
        emulator.iam().create_group().group_name("ops").send().await.unwrap();
        emulator.iam().create_user().user_name("ada").send().await.unwrap();
    });
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":import<enter>");
    console.wait("Import from CSV");
    console.wait("name, path, groups, policies, boundary, tags,");
    console.wait_gone("reading …");
    (emulator, console)
}

#[track_caller]
fn apply(console: &mut Live, title: &str) {
    console.wait(&format!("Review: {title}"));
    console.keys("<enter>");
    console.wait("Enter close");
}

#[test]
fn users_come_from_a_file_with_their_groups_and_tags() {
    let (emulator, mut console) = begin();
    let file = console.state.path().join("users.csv");
    std::fs::write(&file, "name,groups,tags\nbob,ops,team=blue\ncleo,ops,\n").unwrap();
    console.keys("<tab>");
    console.paste(file.to_str().unwrap());
    console.keys("<ctrl-n>");
    apply(&mut console, "create 2 users");
    let group = run(emulator.iam().get_group().group_name("ops").send()).unwrap();
    assert_eq!(group.users.len(), 2);
    let tags = run(emulator.iam().list_user_tags().user_name("bob").send()).unwrap().tags;
    assert_eq!(tags[0].value(), "blue");
}

#[test]
fn memberships_and_tags_are_pasted() {
    let (emulator, mut console) = begin();
    console.keys("<right><right><tab><tab>");
    console.wait("user, group");
    console.paste("user,group\nada,ops\n");
    console.keys("<ctrl-n>");
    apply(&mut console, "add user ada to group ops");
    console.keys("<enter>:import<enter>");
    console.wait("Import from CSV");
    console.keys("<left><tab><tab>");
    console.wait("user, role, policy, key, value");
    console.paste("user,key,value\nada,team,blue\n");
    console.keys("<ctrl-n>");
    apply(&mut console, "");
    let iam = emulator.iam();
    assert_eq!(run(iam.list_groups_for_user().user_name("ada").send()).unwrap().groups.len(), 1);
    assert_eq!(run(iam.list_user_tags().user_name("ada").send()).unwrap().tags.len(), 1);
}

#[test]
fn a_text_that_is_too_long_is_told() {
    let (_emulator, mut console) = begin();
    console.keys("<tab><tab>");
    console.paste(&"x".repeat(200_000));
    console.wait("too long");
    console.paste("bob\n");
    console.wait_gone("too long");
}

#[test]
fn a_bad_row_is_named_by_its_line_and_nothing_is_lost() {
    let (emulator, mut console) = begin();
    console.keys("<tab><tab>");
    console.paste("name,groups\nbob,ops\nada,ops\n");
    console.keys("<ctrl-n>");
    console.wait("line 3");
    console.wait("bob,ops");
    let users = run(emulator.iam().list_users().send()).unwrap().users;
    assert_eq!(users.len(), 1);
}
