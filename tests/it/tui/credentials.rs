//! Security credentials managed from the user's page, through the SDK and the journal on disk.

use std::time::Duration;

use aws_sdk_iam::config::Credentials;
use iamtui::emulator::KeyPair;

use super::console::Live;
use crate::harness::{ACCOUNT, Emulator, run};

fn with_user() -> Emulator {
    let emulator = Emulator::empty();
    run(async { emulator.iam().create_user().user_name("ada").send().await.unwrap() });
    emulator
}

/// A console on the credentials of the one user.
fn open(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 50));
    console.wait("@ 123456789012");
    console.keys(":users<enter>");
    console.wait("ada");
    console.keys("<enter>");
    console.wait("Permissions");
    console.keys("<tab><tab><tab>");
    console.wait("X.509 signing certificates (0 of 2)");
    console
}

/// Moves the cursor to the row that shows a text.
fn select(console: &mut Live, text: &str) {
    console.keys("g");
    for _ in 0..60 {
        if console.screen().lines().any(|line| line.starts_with('›') && line.contains(text)) {
            return;
        }
        console.keys("j");
    }
    panic!("`{text}` is in no row:\n{}", console.screen());
}

/// Chooses a verb by its name.
fn verb(console: &mut Live, name: &str) {
    console.keys(":");
    console.keys(name);
    console.wait(&format!("› {name}"));
    console.keys("<enter>");
    console.wait_gone("Go to a page");
    console.wait_gone("reading …");
}

/// Applies the plan in sight, which needs no word.
fn apply(console: &mut Live) {
    console.wait("nothing is sent before you apply");
    console.keys("<enter>");
}

fn keys(emulator: &Emulator) -> Vec<(String, String)> {
    let listed = run(async { emulator.iam().list_access_keys().user_name("ada").send().await.unwrap() });
    let pair = |key: aws_sdk_iam::types::AccessKeyMetadata| {
        (key.access_key_id.unwrap(), key.status.unwrap().as_str().to_owned())
    };
    listed.access_key_metadata.into_iter().map(pair).collect()
}

fn journal(console: &Live) -> String {
    let files = std::fs::read_dir(console.state.path().join("journal")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn a_key_is_made_after_advice_and_its_secret_is_shown_once_on_demand() {
    let emulator = with_user();
    let mut console = open(&emulator);
    verb(&mut console, "create access key");
    console.wait("Application on an AWS compute service");
    console.keys("<ctrl-n>");
    console.wait("Nothing is selected.");
    console.keys("third<space>");
    console.wait("asks for an external ID");
    console.keys("<ctrl-n>");
    console.wait("Read the alternatives");
    console.keys("<space><ctrl-n>laptop<ctrl-n>");
    apply(&mut console);
    console.wait("✓ all");
    console.wait("Secret access key");
    let (id, _) = keys(&emulator).remove(0);
    assert!(console.screen().contains(&id));
    console.keys("y");
    console.wait("Secret access key of ada");
    console.keys("<down><enter>");
    let secret = console.copied.pop().unwrap();
    assert_eq!(secret.len(), 40);
    assert!(!console.screen().contains(&secret));
    console.keys("x");
    assert!(console.screen().contains(&secret));
    console.keys("x<esc>");
    console.wait(&format!("{id}: laptop"));
    assert!(!console.screen().contains(&secret) && !journal(&console).contains(&secret));
}

#[test]
fn a_rotation_is_left_and_taken_up_again_by_another_program() {
    let emulator = with_user();
    // Only a key that was used is worth waiting for.
    let old = run(async {
        let made = emulator.iam().create_access_key().user_name("ada").send().await.unwrap();
        let key = made.access_key().unwrap();
        let credentials = Credentials::new(key.access_key_id(), key.secret_access_key(), None, None, "test");
        let _ = emulator.iam_with(credentials).get_user().send().await;
        key.access_key_id().to_owned()
    });
    let mut console = open(&emulator);
    console.wait(&old);
    select(&mut console, &old);
    verb(&mut console, "rotate access key");
    console.wait("Type `");
    console.keys(&format!("{old}<enter>"));
    console.wait("The new key is in use");
    console.wait("Secret access key");
    console.keys("x<esc>");
    console.wait("Esc again leaves");
    console.keys("<esc>");
    console.wait_gone("Review");
    assert_eq!(keys(&emulator).len(), 2);
    // The run is left, not killed: its end is in the journal before the program is.
    console.keys(":journal<enter>");
    console.wait("stopped");
    let state = console.end();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (100, 50), state, false);
    console.wait("Unfinished: rotate access key");
    console.keys(":journal<enter>");
    console.wait("stopped");
    console.keys("<enter>");
    console.wait("Run: rotate access key");
    console.keys("r");
    console.wait("Type `");
    console.keys(&format!("{old}<enter>"));
    console.wait("The new key is in use");
    console.keys("<space><enter>");
    console.wait(&format!("{old} is Active and was last used"));
    console.keys("<space><enter>");
    console.wait(&format!("{old} is Inactive"));
    assert!(keys(&emulator).contains(&(old.clone(), "Inactive".to_owned())));
    console.keys("<space><enter>");
    console.wait("✓ all");
    let left = keys(&emulator);
    assert!(left.len() == 1 && left[0].0 != old && left[0].1 == "Active");
}

#[test]
fn console_access_is_given_reset_and_taken_away() {
    let emulator = with_user();
    let mut console = open(&emulator);
    console.keys("e");
    console.wait("Disabled");
    console.wait_gone("reading …");
    console.keys("<ctrl-n>");
    apply(&mut console);
    console.wait("✓ all");
    console.keys("x<esc>");
    console.wait("Enabled without MFA");
    verb(&mut console, "manage console access");
    console.wait("Enabled");
    console.keys("<right>");
    console.wait("(•) disable");
    console.keys("<tab><space><ctrl-n>");
    console.wait("write inline policy AWSRevokeOlderSessions of user ada");
    console.keys("<enter>ada<enter>");
    console.wait("✓ all");
    run(async {
        let iam = emulator.iam();
        assert!(iam.get_login_profile().user_name("ada").send().await.is_err());
        let policy = iam.get_user_policy().user_name("ada").policy_name("AWSRevokeOlderSessions").send().await.unwrap();
        assert!(policy.policy_document.contains("TokenIssueTime"));
    });
}

#[test]
fn the_palette_tells_whose_key_it_is() {
    let emulator = with_user();
    let id = run(async {
        let made = emulator.iam().create_access_key().user_name("ada").send().await.unwrap();
        made.access_key().unwrap().access_key_id().to_owned()
    });
    let mut console = open(&emulator);
    console.wait("ada");
    // Nothing has read the keys of this user: the ID alone leads there.
    console.keys(":dashboard<enter>");
    console.wait("AWS account");
    console.keys(&format!(":{id}"));
    console.wait("access key of user ada");
    console.keys("<enter>");
    console.wait("IAM users › ada");
    console.keys(":AKIAIOSFODNN7EXAMPLE");
    console.wait("No user of this account has this access key");
}

#[test]
fn keys_and_certificates_are_pasted_switched_and_deleted() {
    let emulator = with_user();
    let mut console = open(&emulator);
    verb(&mut console, "upload SSH public key");
    console.paste("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA");
    console.keys("<ctrl-n>");
    console.wait("This is a private key");
    console.keys("<ctrl-u>");
    console.paste(include_str!("../fixtures/ssh-key.pub"));
    console.keys("<ctrl-n>");
    apply(&mut console);
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("SSH public keys for CodeCommit (1 of 5)");
    verb(&mut console, "upload signing certificate");
    console.paste(include_str!("../fixtures/certificate.pem"));
    console.wait("lines: -----BEGIN CERTIFICATE-----");
    console.keys("<ctrl-n>");
    apply(&mut console);
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("X.509 signing certificates (1 of 2)");
    console.wait_gone("loading");
    console.keys("G");
    verb(&mut console, "activate or deactivate credential");
    apply(&mut console);
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("Inactive");
    verb(&mut console, "delete credential");
    console.wait("This deletes credential");
    let (_, word) = console.screen().split_once("Type `").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    console.keys(&format!("{}<enter>", word.split('`').next().unwrap()));
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("X.509 signing certificates (0 of 2)");
}

#[test]
fn an_api_key_is_made_with_its_policy_and_an_end() {
    let emulator = with_user();
    let mut console = open(&emulator);
    verb(&mut console, "create service credential");
    console.keys("bedrock<space>");
    console.wait("(•) 30");
    console.keys("<ctrl-n>");
    console.wait("attach policy AmazonBedrockLimitedAccess to user ada");
    apply(&mut console);
    console.wait("✓ all");
    console.wait("API key  ");
    assert!(!console.screen().contains("ABSK"));
    console.keys("x");
    assert!(console.screen().contains("ABSK"), "{}", console.screen());
    console.keys("<esc>");
    console.wait("API key for Bedrock");
    assert!(!journal(&console).contains("ABSK"));
    let listed =
        run(async { emulator.iam().list_service_specific_credentials().user_name("ada").send().await.unwrap() });
    assert!(listed.service_specific_credentials.unwrap()[0].expiration_date.is_some());
}

#[test]
fn users_change_their_own_password_and_see_their_own_credentials() {
    let emulator = with_user();
    let key = run(async {
        let iam = emulator.iam();
        let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        iam.put_user_policy().user_name("ada").policy_name("all").policy_document(all).send().await.unwrap();
        iam.create_login_profile().user_name("ada").password("Old-passw0rd").send().await.unwrap();
        let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
        KeyPair::new(key.access_key_id, key.secret_access_key)
    });
    let mut console = Live::open(&emulator.handle.endpoint, &key, (100, 50));
    console.wait("ada @ 123456789012");
    console.keys(":my-security-credentials<enter>");
    console.wait("Enabled without MFA");
    console.wait(&key.id);
    verb(&mut console, "change my password");
    console.keys("Old-passw0rd<tab>New-passw0rd<tab>New-passw0r");
    console.keys("<ctrl-n>");
    console.wait("The passwords do not match");
    console.keys("d<ctrl-n>");
    apply(&mut console);
    console.wait("✓ done");
    let written = journal(&console);
    for secret in ["Old-passw0rd", "New-passw0rd"] {
        assert!(!console.screen().contains(secret) && !written.contains(secret));
    }
    let again = run(async {
        let own = emulator.iam_as(&key);
        own.change_password().old_password("New-passw0rd").new_password("Third-passw0rd").send().await
    });
    assert!(again.is_ok());
}

#[test]
fn sessions_of_a_role_are_revoked_by_the_policy_that_is_shown() {
    let emulator = Emulator::empty();
    run(async {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}"#
        );
        emulator.iam().create_role().role_name("ops").assume_role_policy_document(trust).send().await.unwrap();
    });
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (100, 50));
    console.wait("@ 123456789012");
    console.keys(":roles<enter>");
    console.wait("ops");
    console.keys("<enter>");
    console.wait("2 Trust");
    verb(&mut console, "revoke sessions");
    console.wait("aws:TokenIssueTime");
    std::thread::sleep(Duration::from_millis(50));
    console.keys("<ctrl-n>");
    apply(&mut console);
    console.wait("✓ done");
    let policy = run(async {
        let get = emulator.iam().get_role_policy().role_name("ops").policy_name("AWSRevokeOlderSessions");
        get.send().await.unwrap().policy_document
    });
    assert!(policy.contains("DateLessThan"));
}

#[test]
fn the_root_user_is_told_what_only_a_browser_can() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @ 123456789012");
    console.keys(":my-security-credentials<enter>");
    console.wait("▲ present. Delete them.");
    console.keys(":assign MFA device to myself<enter>");
    console.wait("only be assigned in the AWS console");
}
