//! Keystroke flows against the emulator, through the real SDK.

use iamtui::app::Source;
use iamtui::backend::Target;

use super::console::Live;
use crate::harness::{Emulator, run};

fn open(emulator: &Emulator) -> Live {
    Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40))
}

fn company() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        for name in ["alice", "bob", "carol"] {
            iam.create_user().user_name(name).send().await.unwrap();
        }
        iam.create_group().group_name("developers").send().await.unwrap();
        iam.add_user_to_group().group_name("developers").user_name("alice").send().await.unwrap();
        iam.attach_group_policy()
            .group_name("developers")
            .policy_arn("arn:aws:iam::aws:policy/AmazonS3FullAccess")
            .send()
            .await
            .unwrap();
        iam.create_role().role_name("nightly").assume_role_policy_document(super::canned::TRUST).send().await.unwrap();
        iam.create_policy().policy_name("read-s3").policy_document(super::canned::READ_S3).send().await.unwrap();
    });
    emulator
}

#[test]
fn the_dashboard_counts_the_account() {
    let emulator = company();
    let mut console = open(&emulator);
    console.wait("3 of 5000");
    console.wait("root user @ 123456789012");
    console.wait("The root user has access keys");
}

#[test]
fn users_are_listed_opened_and_followed_to_their_group_and_policy() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    console.keys("<enter>");
    console.wait("AmazonS3FullAccess");
    console.keys("<tab>");
    console.wait("Attached policies");
    console.keys("j<enter>");
    console.wait("IAM user groups › developers");
    console.wait("Users (1)");
    console.keys("[");
    console.wait("IAM users › alice");
}

#[test]
fn a_role_shows_whom_it_trusts() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":roles<enter>");
    console.wait("AWS Service: lambda");
    console.keys("<enter><tab>");
    console.wait("\"sts:AssumeRole\"");
}

#[test]
fn a_policy_shows_its_document_and_copies_it() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":policies<enter>");
    console.wait("read-s3");
    console.keys("/type:customer<enter><enter>");
    console.wait("Policies › read-s3");
    console.wait("\"s3:Get*\"");
    console.keys("y<down><down><enter>");
    assert_eq!(console.copied.len(), 1);
    assert!(console.copied[0].contains("s3:List*"), "{}", console.copied[0]);
}

#[test]
fn a_reload_shows_what_others_did() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    run(async { emulator.iam().create_user().user_name("zoe").send().await.unwrap() });
    console.keys("r");
    console.wait("zoe");
}

#[test]
fn the_calls_made_can_be_read() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    console.keys("@");
    console.wait("ListUsers");
}

#[test]
fn a_tour_of_every_view_sends_no_call_that_changes_anything() {
    let emulator = company();
    let before = emulator.handle.calls().len();
    let mut console = open(&emulator);
    for (keys, wanted) in [
        (":users<enter>", "3 of 3 users"),
        ("<enter>", "IAM users › alice"),
        ("<tab><tab><tab>", "[4 Security credentials"),
        (":groups<enter>", "1 of 1 groups"),
        ("<enter><tab>", "AmazonS3FullAccess"),
        (":nightly", "› nightly"),
        ("<enter><tab><tab>", "Roles › nightly"),
        (":read-s3", "› read-s3"),
        ("<enter><tab><tab><tab>", "Policies › read-s3"),
    ] {
        console.keys(keys);
        console.wait(wanted);
        if !keys.starts_with(':') {
            for key in ["n", "e", "d", "a", "m", "x"] {
                console.keys(key);
                while console.screen().contains("┌─") {
                    console.keys("<esc>");
                }
            }
        }
    }
    let calls = emulator.handle.calls();
    let made: Vec<&str> = calls.iter().skip(before).map(|call| call.operation.as_ref()).collect();
    assert!(made.len() > 10, "{made:?}");
    for operation in made {
        let reads = ["Get", "List", "GenerateCredentialReport"].iter().any(|verb| operation.starts_with(verb));
        assert!(reads, "{operation} was sent");
    }
}

/// The dashboard, a list and a detail page say why they have nothing to show, and so does the header.
#[track_caller]
fn check_every_page_tells(console: &mut Live, header: &str, message: &str, hint: &str) {
    for (keys, operation) in [
        ("", "GetCallerIdentity"),
        (":users<enter>", "ListUsers"),
        (":roles<enter>", "ListRoles"),
        (":policies<enter>", "ListPolicies"),
        (":groups<enter>", "ListGroups"),
    ] {
        console.keys(keys);
        console.wait(&format!("✗ {}", message.replace("{}", operation)));
        console.wait(hint);
        console.wait("r tries again.");
        console.wait(header);
    }
    console.keys(":dashboard<enter>");
    console.wait("✗ failed");
    let screen = console.screen();
    assert!(!screen.contains("… @ …") && !screen.contains("loading"), "{screen}");
}

#[test]
fn wrong_credentials_are_a_sentence_with_a_next_step_on_every_page() {
    let emulator = Emulator::empty();
    let header = "✗ not identified: SignatureDoesNotMatch";
    let hint = "Check the access key and its secret";
    let wrong = iamtui::emulator::KeyPair::new(&emulator.handle.root.id, "wrong");
    let mut console = Live::open(&emulator.handle.endpoint, &wrong, (100, 30));
    check_every_page_tells(&mut console, header, "the credentials were refused by `{}`", hint);
    let unknown = iamtui::emulator::KeyPair::new("AKIAIOSFODNN7EXAMPLE", "secret");
    let mut console = Live::open(&emulator.handle.endpoint, &unknown, (100, 30));
    let header = "✗ not identified: InvalidClientTokenId";
    check_every_page_tells(&mut console, header, "the credentials were refused by `{}`", hint);
}

#[test]
fn an_unreachable_endpoint_is_a_sentence_with_a_next_step_on_every_page() {
    let key = iamtui::emulator::KeyPair::new("AKIAIOSFODNN7EXAMPLE", "secret");
    let mut console = Live::open("http://127.0.0.1:1", &key, (100, 30));
    let header = "✗ not identified: unreachable";
    check_every_page_tells(&mut console, header, "`{}` got no connection", "Check the endpoint");
}

#[test]
fn a_key_that_goes_away_is_told_on_a_detail_page_beside_what_is_known() {
    let emulator = company();
    let mut console = open(&emulator);
    console.keys(":users<enter>");
    console.wait("3 of 3 users");
    let Emulator { handle } = emulator;
    drop(handle);
    console.keys("<enter>r<tab><tab>");
    console.wait("IAM users › alice");
    console.wait("✗ ");
    console.wait("r tries again.");
}

#[test]
fn a_profile_that_is_not_there_is_a_sentence_with_a_next_step() {
    let target = Target::Aws {
        profile: Some("no-such-profile".into()),
        region: None,
        endpoint: Some("http://127.0.0.1:1".into()),
    };
    let mut console = Live::on(Source::Aws(target), (100, 30));
    console.wait("The session could not be opened");
    console.wait("the profile `no-such-profile` is not in the AWS config files");
}
