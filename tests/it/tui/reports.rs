//! Reports are saved from the console: of an entity, of the account, and the credential report.

use super::console::Live;
use crate::harness::Emulator;

#[test]
fn a_report_of_a_user_the_account_and_the_credentials_is_written_with_its_full_path() {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    let folder = tempfile::tempdir().unwrap();
    let save = |console: &mut Live, command: &str, name: &str, start: &str| {
        let path = folder.path().join(name);
        console.keys(&format!(":{command}<enter>"));
        console.wait("The ending chooses the");
        console.keys("<ctrl-u>");
        console.paste(&path.display().to_string());
        console.keys("<enter>");
        console.wait("only you can read it");
        assert!(console.screen().contains(name), "{}", console.screen());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(start), "{text}");
        text
    };
    console.keys(":users<enter>");
    console.wait("61 of 61 users");
    console.keys("/alan.turing<enter>");
    let page = save(&mut console, "save access report", "alan.html", "<!doctype html>");
    assert!(page.contains("Access report: user alan.turing") && page.contains("PowerUserAccess"));
    console.keys(":dashboard<enter>");
    save(&mut console, "save account report", "all.md", "# Access report: account 123456789012");
    save(&mut console, "export account as code", "all.tf", "# account 123456789012");
    console.keys(":credential report<enter>");
    console.wait("report of");
    save(&mut console, "save credential report", "credentials.csv", "user,arn,user_creation_time,");
}

#[test]
fn a_file_without_an_ending_that_chooses_a_format_is_objected_to() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":save account report<enter>");
    console.wait("Save access report");
    console.keys("<ctrl-u>report.pdf<enter>");
    console.wait("the file needs an ending that chooses the format");
    console.keys("<esc>");
}
