//! Lists: what a filter lets pass, and lists as documents.

use super::console::Live;
use crate::harness::Emulator;

fn users() -> (Emulator, Live) {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 30));
    console.keys(":users<enter>");
    console.wait("of 61 users");
    (emulator, console)
}

#[track_caller]
fn check(console: &mut Live, filter: &str, expected: &str) {
    console.keys(&format!("/<ctrl-u>{filter}<enter>"));
    console.wait(expected);
    console.keys("<esc>");
}

#[test]
fn a_filter_takes_patterns_negations_and_ages() {
    let (_emulator, mut console) = users();
    check(&mut console, "/^ada\\./", "1 match, 61 of 61 users");
    check(&mut console, "/^[0-9]+$/", "0123456789");
    check(&mut console, "!/[a-z]/", "1 match, 61 of 61 users");
    check(&mut console, "test !user-2", "1 match, 61 of 61 users");
    check(&mut console, "age:>=3y", "match, 61 of 61 users");
    check(&mut console, "path:/machines/ age:>1w", "match, 61 of 61 users");
    check(&mut console, "/^a(/", "`/^a(/` is no pattern: unclosed group");
}

#[test]
fn a_list_is_exported_as_it_is_filtered_to_a_new_file_or_the_clipboard() {
    let (_emulator, mut console) = users();
    let folder = tempfile::tempdir().unwrap();
    console.keys("/test-user<enter>");
    console.wait("2 match");
    console.keys(":export-list<enter>");
    console.wait("Export 2 users");
    let file = folder.path().join("users.csv");
    console.keys(&format!("<down><down><ctrl-u>{}<enter>", file.display()));
    console.wait("users.csv");
    let text = || std::fs::read_to_string(&file).unwrap_or_default();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while text().is_empty() && std::time::Instant::now() < until {
        console.rest();
    }
    let text = text();
    assert!(text.starts_with("User name,") && text.lines().count() == 3, "{text}");
    assert!(text.contains("arn:aws:iam::123456789012:user/test-user-1"), "{text}");
    console.keys(":export-list<enter>");
    console.wait("Export 2 users");
    console.keys("<right><right><down><right><enter>");
    console.wait("Sent the list as Markdown to the terminal's clipboard.");
    assert!(console.copied[0].starts_with("| User name |"), "{:?}", console.copied);
}
