//! What somebody runs into who works with it all day, by keyboard alone, against the emulator.

use super::console::Live;
use crate::harness::{Emulator, run};

/// A console on the page of the user `eve`, who has an access key and is in the group `ops`.
fn on_eve(size: (u16, u16)) -> (Emulator, Live) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_user().user_name("eve").send().await.unwrap();
        iam.create_group().group_name("ops").send().await.unwrap();
        iam.add_user_to_group().user_name("eve").group_name("ops").send().await.unwrap();
        iam.create_access_key().user_name("eve").send().await.unwrap();
    });
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, size);
    console.wait("root user @ 123456789012");
    console.keys(":eve");
    console.wait("› eve");
    console.keys("<enter>");
    console.wait("IAM users › eve");
    console.wait("user/eve");
    (emulator, console)
}

/// Applies the plan in review and closes what came of it.
#[track_caller]
fn apply(console: &mut Live, done: &str) {
    console.wait("Review: ");
    console.keys("<enter>");
    console.wait(done);
    console.keys("<esc>");
}

#[test]
fn the_page_of_who_is_renamed_follows_there_and_back() {
    let (emulator, mut console) = on_eve((100, 30));
    console.keys(":rename<enter>");
    console.wait("Rename or move user eve");
    console.wait("No policy refers to it");
    console.keys("<ctrl-u>evelyn<ctrl-n>");
    apply(&mut console, "✓ done");
    console.wait("IAM users › evelyn");
    console.wait("user/evelyn");
    console.keys("4");
    console.wait("AKIA");
    console.keys(":disable<enter>");
    console.wait("Disable user evelyn");
    console.wait("1 access key (1 active)");
    console.keys("<ctrl-n>");
    console.wait("Review: disable user evelyn");
    console.keys("<esc><esc>");
    console.wait_gone("Disable user evelyn");
    // Whoever told the old name is read anew.
    console.keys(":ops");
    console.wait("› ops");
    console.keys("<enter>");
    console.wait("IAM user groups › ops");
    console.wait("evelyn");
    console.keys("[u");
    apply(&mut console, "✓ done");
    console.wait("IAM users › eve");
    console.wait("user/eve");
    console.wait_gone("evelyn");
    run(emulator.iam().get_user().user_name("eve").send()).unwrap();
}

#[test]
fn the_page_of_who_is_deleted_says_so_and_shows_them_again_once_they_are_brought_back() {
    let (_emulator, mut console) = on_eve((100, 30));
    console.keys(":delete user<enter>");
    console.wait("1 access key (1 active)");
    console.keys("<ctrl-n>");
    console.wait("Review: delete user eve");
    console.keys("eve<enter>");
    console.wait("✓ all");
    console.keys("<esc>");
    console.wait("The user does not exist");
    console.keys("u");
    apply(&mut console, "✓ all");
    console.wait("user/eve");
    console.wait_gone("The user does not exist");
}

/// A role of this name that asks for MFA, which nobody sends.
fn guard(emulator: &Emulator, name: &str) {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},
        "Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    run(emulator.iam().create_role().role_name(name).assume_role_policy_document(trust).send()).unwrap();
}

#[test]
fn a_role_that_is_refused_again_and_again_opens_no_session_and_costs_none() {
    let (emulator, mut console) = on_eve((80, 24));
    guard(&emulator, "guarded");
    console.keys("S<tab>guarded<ctrl-n>");
    console.wait("Roles may not be assumed by root accounts.");
    for _ in 0..2 {
        console.keys("<ctrl-n>");
        console.wait_gone("Roles may not be assumed by root accounts.");
        console.wait("Roles may not be assumed by root accounts.");
    }
    assert!(console.screen().contains("guarded") && console.screen().contains("root user"), "{}", console.screen());
    console.keys("<esc><ctrl-o>");
    console.wait("Connect to an account");
    assert!(!console.screen().contains("failed"), "{}", console.screen());
}

#[test]
fn a_session_that_did_not_open_has_no_credentials_to_copy() {
    let mut console = Live::open("http://127.0.0.1:1", &iamtui::emulator::KeyPair::new("AKIA", "s"), (80, 24));
    console.wait("✗ not identified");
    console.keys("<ctrl-o>/nowhere/acme.snapshot<enter>");
    console.wait("cannot be read");
    console.keys("Y");
    assert!(console.screen().contains("This session is not open and has no credentials.  r tries again."));
    assert!(!console.screen().contains("Copy this session's"), "{}", console.screen());
    console.keys("<ctrl-o>");
    let screen = console.screen();
    let row = |name: &str| screen.lines().find(|line| line.contains('│') && line.contains(name)).unwrap().to_owned();
    assert!(row("127.0.0.1:1").contains("not identified") && row("acme.snapshot").contains("failed"), "{screen}");
}

#[test]
fn what_a_notice_says_is_readable_to_its_end_on_a_small_screen() {
    for (size, last) in [((80, 24), "set-clipboard on`)."), ((60, 16), "on`)."), ((200, 40), "set-clipboard on`).")] {
        let (_emulator, mut console) = on_eve(size);
        console.keys("y<enter>");
        console.wait("✓ Sent the name to the terminal's clipboard");
        assert!(console.screen().ends_with(last), "{}", console.screen());
        console.keys("<down>");
        assert!(!console.screen().contains("set-clipboard"), "{}", console.screen());
    }
}

#[test]
fn help_is_readable_to_its_end_on_a_small_screen() {
    let (_emulator, mut console) = on_eve((60, 16));
    console.keys("?");
    let mut seen = String::new();
    for _ in 0..12 {
        seen.push_str(&console.screen());
        console.keys("<pgdn>");
    }
    assert!(seen.contains("Keys – eve") && !seen.contains("… │"), "{seen}");
    assert!(seen.contains("of an MFA") || seen.contains("clipboard."), "{seen}");
}

#[test]
fn who_is_in_a_group_already_is_marked_and_not_offered_again() {
    let (emulator, mut console) = on_eve((80, 24));
    run(emulator.iam().create_user().user_name("bob").send()).unwrap();
    console.keys(":ops");
    console.wait("› ops");
    console.keys("<enter>a");
    console.wait("Add users to group ops");
    console.wait(" ✓  eve");
    console.wait("already a member");
    console.keys("<tab>eve<space>");
    assert!(console.screen().contains("none"), "{}", console.screen());
    console.keys("<esc><esc><esc>:eve");
    console.wait("› eve");
    console.keys("<enter>:add to groups<enter>");
    console.wait("Add user eve to groups");
    console.wait(" ✓  ops");
}

#[test]
fn the_link_to_register_a_passkey_is_shown_whole_and_copied_by_a_key() {
    let (_emulator, mut console) = on_eve((80, 24));
    console.keys(":assign MFA<enter>");
    console.wait("Assign MFA device to eve");
    console.wait("0 of at most 8 devices");
    console.keys("<right><right>");
    console.wait("Copy the link");
    let link = "https://console.aws.amazon.com/iam/home#/users/details/eve?section=security_credentials";
    let shown: String = console.screen().chars().filter(|ch| !ch.is_whitespace() && *ch != '│').collect();
    assert!(shown.contains(link), "{}", console.screen());
    console.keys("<enter>");
    console.wait("Sent the link to the terminal's clipboard");
    assert_eq!(console.copied, [link]);
}

#[test]
fn a_condition_is_seen_in_the_summary_of_a_policy_on_the_smallest_screen() {
    let (emulator, mut console) = on_eve((60, 16));
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    run(emulator.iam().create_policy().policy_name("with-mfa").policy_document(document).send()).unwrap();
    console.keys(":policies<enter>r");
    console.wait("with-mfa");
    console.keys(":with-mfa");
    console.wait("› with-mfa");
    console.keys("<enter>");
    console.wait("Request co");
    console.wait("aws:");
    let screen = console.screen();
    assert!(screen.lines().any(|line| line.contains("Full access") && line.contains("aws:")), "{screen}");
}

#[test]
fn the_age_of_a_password_is_read_on_the_page_of_its_user_or_said_not_to_be_told() {
    let (emulator, mut console) = on_eve((80, 24));
    let login = emulator.iam().create_login_profile().user_name("eve").password("Correct-Horse-9");
    run(login.send()).unwrap();
    console.keys("r4");
    console.wait("[4 Credentials");
    console.wait("Password");
    console.wait("Next sign-in");
    console.wait_gone("loading");
    let screen = console.screen();
    let line = screen.lines().find(|line| line.trim_start().starts_with("Password")).unwrap();
    assert!(!line.contains('…'), "{screen}");
}

#[test]
fn what_is_no_digit_is_refused_by_name_where_a_code_is_asked_for() {
    let (_emulator, mut console) = on_eve((80, 24));
    console.lay(Box::new(iamtui::ui::layers::sign_in::SignIn::new(iamtui::backend::Ask::MfaCode {
        serial: "arn:aws:iam::123456789012:mfa/eve".into(),
        purpose: "role `ops`".into(),
        again: false,
    })));
    console.keys("12a");
    assert!(
        console.screen().contains("Code: 12") && console.screen().contains("✗ digits only"),
        "{}",
        console.screen()
    );
    console.keys("3");
    assert!(!console.screen().contains("digits only"), "{}", console.screen());
    console.keys("<enter>");
    assert!(console.screen().contains("✗ six digits are needed"), "{}", console.screen());
    console.keys("4567");
    assert!(console.screen().contains("Code: 123456") && console.screen().contains("✗ a code has six digits"));
}

#[test]
fn a_tag_without_a_value_says_so_before_it_is_written() {
    let (_emulator, mut console) = on_eve((80, 24));
    console.keys("<tab><tab>e");
    console.wait("Edit the tags of user eve");
    console.wait("none");
    console.keys("team");
    console.wait("`team` without `=` has an empty value");
    console.wait("+ team=");
}
