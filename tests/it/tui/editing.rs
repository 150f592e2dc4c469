//! Editing policies by keystrokes, against the emulator through the real SDK.

use iamtui::policy::format::{Style, format};
use iamtui::policy::parser;

use super::console::Live;
use crate::harness::{Emulator, run};

/// An account with a policy, a user with an inline policy, and a role.
fn company() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_policy().policy_name("read-s3").policy_document(super::canned::READ_S3).send().await.unwrap();
        iam.create_user().user_name("alice").send().await.unwrap();
        let document = super::canned::READ_S3;
        iam.put_user_policy().user_name("alice").policy_name("own").policy_document(document).send().await.unwrap();
        iam.create_role().role_name("nightly").assume_role_policy_document(super::canned::TRUST).send().await.unwrap();
    });
    emulator
}

fn open(emulator: &Emulator, size: (u16, u16)) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, size);
    console.wait("root user @");
    console
}

const ARN: &str = "arn:aws:iam::123456789012:policy/read-s3";

/// The document of the version in force, and its id.
fn document(emulator: &Emulator, arn: &str) -> (String, String) {
    let iam = emulator.iam();
    run(async {
        let policy = iam.get_policy().policy_arn(arn).send().await.unwrap().policy.unwrap();
        let id = policy.default_version_id.unwrap();
        let version = iam.get_policy_version().policy_arn(arn).version_id(&id).send().await.unwrap();
        let text = version.policy_version.unwrap().document.unwrap();
        let text = percent_encoding::percent_decode_str(&text).decode_utf8().unwrap().into_owned();
        (text, id)
    })
}

/// Goes to the policy of the account.
fn to_policy(console: &mut Live) {
    console.keys(":policies<enter>");
    console.wait("read-s3");
    console.keys("/type:customer<enter><enter>");
    console.wait("Policies › read-s3");
    console.wait("Policy document, 245 characters");
}

#[test]
fn a_policy_is_edited_reviewed_and_saved_as_a_new_version() {
    let emulator = company();
    let mut console = open(&emulator, (80, 24));
    to_policy(&mut console);
    console.keys("e");
    console.wait("Policy read-s3 v1");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc>");
    console.wait("● changed");
    console.keys("<ctrl-s>");
    console.wait("Set as default");
    console.wait("no longer allowed");
    console.keys("<ctrl-t>");
    console.wait("+ ");
    console.keys("<ctrl-n>");
    console.wait("edit policy read-s3");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("Policies › read-s3");
    let (text, id) = document(&emulator, ARN);
    assert_eq!(id, "v2");
    // It was kept in one line, and is saved as it was shown.
    let after = super::canned::READ_S3.replace("s3:Get*", "s3:GetObject");
    assert_eq!(Some(text), format(&parser::parse(&after), Style::CONSOLE));
}

#[test]
fn what_is_kept_in_one_line_is_shown_formatted_and_that_is_no_change() {
    let emulator = company();
    let mut console = open(&emulator, (120, 40));
    to_policy(&mut console);
    console.keys("e");
    console.wait("Policy read-s3 v1 shown formatted");
    console.wait("                \"s3:List*\"");
    console.keys("<end><enter><ctrl-s>");
    console.wait("nothing was changed");
    console.keys("<f10>");
    console.wait("Policies › read-s3");
    console.keys("e");
    console.wait("shown formatted");
    assert_eq!(document(&emulator, ARN), (super::canned::READ_S3.to_owned(), "v1".to_owned()));
}

#[test]
fn at_five_versions_the_oldest_that_is_not_in_force_makes_room() {
    let emulator = company();
    let iam = emulator.iam();
    run(async {
        for n in 0..4 {
            let text = super::canned::READ_S3.replace("s3:Get*", &format!("s3:Get{n}*"));
            iam.create_policy_version().policy_arn(ARN).policy_document(text).send().await.unwrap();
        }
    });
    let mut console = open(&emulator, (120, 40));
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc><ctrl-s>");
    console.wait("Set as default");
    console.keys("<ctrl-n>");
    console.wait("delete");
    console.keys("<enter>");
    console.wait("type `v2`");
    console.keys("v2<enter>");
    console.wait("steps done");
    console.rest();
    console.keys("<esc>");
    console.wait("[1 Permissions]");
    assert_eq!(document(&emulator, ARN).1, "v6");
}

#[test]
fn administrator_access_is_imported_and_saved_under_a_new_name_with_a_description() {
    let emulator = company();
    let mut console = open(&emulator, (80, 24));
    console.keys(":policies<enter>");
    console.wait("read-s3");
    console.keys("n");
    console.wait("New policy");
    console.keys("<alt-i>AdministratorAccess");
    console.wait("›");
    console.keys("<enter>");
    console.wait("\"Action\": \"*\"");
    console.keys("<ctrl-s>");
    console.wait("Policy name");
    console.keys("Admins<tab>All that administrators do<ctrl-n>");
    console.wait("create policy Admins");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("Policies › Admins");
    let (text, _) = document(&emulator, "arn:aws:iam::123456789012:policy/Admins");
    let bundled = iamtui::catalog::managed::managed_policy("AdministratorAccess").unwrap();
    assert_eq!(text, bundled.document());
    let policy = run(async {
        let arn = "arn:aws:iam::123456789012:policy/Admins";
        emulator.iam().get_policy().policy_arn(arn).send().await.unwrap().policy.unwrap()
    });
    assert_eq!(policy.description.as_deref(), Some("All that administrators do"));
}

#[test]
fn an_inline_policy_and_a_trust_policy_are_edited() {
    let emulator = company();
    let mut console = open(&emulator, (120, 40));
    console.keys(":alice");
    console.wait("› alice");
    console.keys("<enter>");
    console.wait("IAM users › alice");
    console.wait("own");
    console.keys("e");
    console.wait("Inline policy own of alice");
    console.wait("of 2048");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc><ctrl-s>");
    console.wait("By meaning");
    console.keys("<enter>");
    console.wait("write inline policy own of user alice");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<esc>");
    console.wait("IAM users › alice");
    console.keys(":nightly");
    console.wait("› nightly");
    console.keys("<enter>");
    console.wait("Roles › nightly");
    console.keys("<tab>");
    console.wait("sts:AssumeRole");
    console.keys("e");
    console.wait("Trust policy of nightly");
    console.wait("trust");
    console.keys("<ctrl-r>lambda<tab>ec2<alt-a><esc><esc><ctrl-s>");
    console.wait("By meaning");
    console.keys("<enter>");
    console.wait("write the trust policy of role nightly");
    console.keys("<enter>");
    console.wait("✓ done");
    let role = run(async { emulator.iam().get_role().role_name("nightly").send().await.unwrap().role.unwrap() });
    assert!(role.assume_role_policy_document.unwrap().contains("ec2.amazonaws.com"));
}

/// The editor on a file in a folder of its own, with a change that is not saved.
fn edited_file() -> (Emulator, tempfile::TempDir, Live) {
    let emulator = Emulator::empty();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    std::fs::write(&path, super::canned::READ_S3).unwrap();
    let mut console = open(&emulator, (120, 40));
    console.wait("root user");
    console.keys(":edit file<enter>");
    console.wait("Edit a file");
    console.keys(path.to_str().unwrap());
    console.keys("<enter>");
    console.wait("policy.json");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc>");
    (emulator, folder, console)
}

#[test]
fn a_file_is_edited_and_written_over() {
    let (_emulator, folder, mut console) = edited_file();
    let path = folder.path().join("policy.json");
    console.keys("<ctrl-s>");
    console.wait("saved ");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), super::canned::READ_S3.replace("s3:Get*", "s3:GetObject"));
}

#[test]
fn versions_are_held_against_each_other() {
    let emulator = company();
    run(async {
        let text = super::canned::READ_S3.replace("s3:Get*", "s3:PutObject");
        emulator
            .iam()
            .create_policy_version()
            .policy_arn(ARN)
            .policy_document(text)
            .set_as_default(true)
            .send()
            .await
            .unwrap();
    });
    let mut console = open(&emulator, (120, 40));
    console.keys(":policies<enter>");
    console.wait("read-s3");
    console.keys("/type:customer<enter><enter><tab><tab>");
    console.wait("▸ v2");
    console.keys("<down>:compare versions");
    console.wait("› compare versions");
    console.keys("<enter>");
    console.wait("Compare versions of read-s3");
    console.keys("<tab>");
    console.wait("Newly allowed");
}

#[test]
fn a_text_that_was_not_saved_is_offered_again_after_the_terminal_died() {
    let emulator = company();
    let mut console = open(&emulator, (80, 24));
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc>");
    console.wait("● changed");
    console.rest();
    let state = console.end();
    let drafts: Vec<_> = std::fs::read_dir(state.path().join("drafts")).unwrap().flatten().collect();
    assert_eq!(drafts.len(), 1);
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (80, 24), state, false);
    to_policy(&mut console);
    console.rest();
    console.keys("e");
    console.wait("Policy read-s3 v1: a text kept ");
    console.keys("<enter>");
    console.wait("● changed");
    console.keys("<ctrl-f>s3:GetObject");
    console.wait("1 of 2");
    // Another document has drafts of its own.
    console.keys("<esc><esc><f10>");
    console.wait("Policies › read-s3");
    assert_eq!(document(&emulator, ARN).0, super::canned::READ_S3);
}

#[test]
fn the_service_is_asked_to_check_also_in_a_session_that_only_reads() {
    let emulator = company();
    let source = Live::source(&emulator.handle.endpoint, &emulator.handle.root);
    let mut console = Live::with(source, (80, 24), tempfile::tempdir().unwrap(), true);
    console.wait("root user @");
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:Gett*<alt-a><esc><esc><alt-t>");
    console.wait("[AWS]");
    console.wait("on both sides");
    assert!(console.screen().contains('✓'), "{}", console.screen());
    console.keys("x");
    console.wait("The text has changed since");
    console.keys("<ctrl-z><alt-t>");
    console.wait_gone("The text has changed since");
    console.wait("on both sides");
    console.keys("<esc><f10>@");
    console.wait("ValidatePolicy");
}

#[test]
fn who_may_not_ask_the_service_learns_which_permission_is_missing() {
    let emulator = company();
    let key = run(async {
        let iam = emulator.iam();
        let arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
        iam.attach_user_policy().user_name("alice").policy_arn(arn).send().await.unwrap();
        iam.create_access_key().user_name("alice").send().await.unwrap().access_key.unwrap()
    });
    let key = iamtui::emulator::KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    let mut console = Live::open(&emulator.handle.endpoint, &key, (120, 40));
    console.wait("alice @");
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    console.keys("<alt-t>");
    console.wait("not allowed to call `ValidatePolicy`");
    console.wait("`access-analyzer:ValidatePolicy`");
}

#[test]
fn a_policy_of_many_findings_is_asked_for_page_by_page() {
    let emulator = Emulator::empty();
    let mut console = open(&emulator, (120, 40));
    let actions: Vec<String> = (0..230).map(|n| format!("\"s3:Nope{n}\"")).collect();
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": [{}], "Resource": "*"}}]}}"#,
        actions.join(", ")
    );
    console.keys(":policies<enter>");
    console.wait("Policies");
    console.keys("n");
    console.wait("New policy");
    console.keys("<alt-a>");
    console.paste(&text);
    console.keys("<alt-t>");
    console.wait("✓ 230 findings are the same on both sides.");
    let asked = emulator.handle.calls().iter().filter(|call| call.operation == "ValidatePolicy").count();
    assert_eq!(asked, 3);
}

#[test]
fn what_somebody_else_put_in_force_meanwhile_is_shown_before_it_is_written_over() {
    let emulator = company();
    let mut console = open(&emulator, (120, 40));
    to_policy(&mut console);
    console.keys("e");
    console.wait("Policy read-s3 v1");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc>");
    console.wait("● changed");
    let theirs = super::canned::READ_S3.replace("s3:Get*", "s3:DeleteObject");
    run(async {
        let create = emulator.iam().create_policy_version().policy_arn(ARN).policy_document(&theirs);
        create.set_as_default(true).send().await.unwrap()
    });
    console.keys("<ctrl-s>");
    console.wait("It was changed elsewhere since it was opened");
    console.wait("no longer allowed");
    console.wait("s3:DeleteObject");
    console.keys("<ctrl-n>");
    console.wait("Press Enter again to overwri");
    assert_eq!(document(&emulator, ARN).0, theirs);
    console.keys("<ctrl-n>");
    console.wait("edit policy read-s3");
    console.keys("<enter>");
    console.wait("✓ done");
    assert_eq!(document(&emulator, ARN).1, "v3");
}

#[test]
fn a_file_that_another_program_wrote_meanwhile_is_not_written_over_in_passing() {
    let (_emulator, folder, mut console) = edited_file();
    let path = folder.path().join("policy.json");
    std::fs::write(&path, "{}").unwrap();
    console.keys("<ctrl-s>");
    console.wait("changed by another program");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
    console.keys("<ctrl-s>");
    console.wait("saved ");
    assert!(std::fs::read_to_string(&path).unwrap().contains("s3:GetObject"));
}

#[test]
fn help_is_there_in_the_builder_in_the_pane_and_in_a_review() {
    let emulator = company();
    let mut console = open(&emulator, (80, 24));
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    for key in ["<f1>", "?"] {
        console.keys("<f4>");
        console.wait("+ Add a condition");
        console.keys(key);
        console.wait("In the visual builder");
        console.keys("<esc>");
        console.wait_gone("In the visual builder");
        console.keys("<esc><f6>");
        console.keys(key);
        console.wait("In the editor's pane");
        console.keys("<esc>");
        console.wait_gone("In the editor's pane");
        console.keys("<esc>");
    }
    console.keys("<ctrl-r>s3:Get*<tab>s3:GetObject<alt-a><esc><esc><ctrl-s>");
    console.wait("Set as default");
    console.keys("<ctrl-n>");
    console.wait("edit policy read-s3");
    console.keys("?");
    console.wait("Keys – ");
    console.wait("In a review");
    console.keys("<esc>");
    console.wait("edit policy read-s3");
}

#[test]
fn what_is_opened_over_the_editor_leaves_it_in_sight() {
    let emulator = company();
    let mut console = open(&emulator, (120, 40));
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    for (key, wanted, beside) in [
        ("<f1>", "Keys – ", ""),
        ("<f2>", "Commands of the editor", ""),
        ("<alt-k>", "Check it as", "      1:1"),
        ("<alt-i>", "┌─", ""),
    ] {
        console.keys(key);
        console.wait(wanted);
        let screen = console.screen();
        assert!(screen.contains(beside), "the editor is not there:\n{screen}");
        assert!(!screen.contains("[1 Permissions]"), "{screen}");
        console.keys("<esc>");
        console.wait_gone(wanted);
    }
}

#[test]
fn the_footer_says_what_enter_does_while_replacing() {
    let emulator = company();
    let mut console = open(&emulator, (80, 24));
    to_policy(&mut console);
    console.keys("e");
    console.wait("of 6144");
    console.keys("<ctrl-r>s3:");
    console.wait("Enter next");
    console.keys("<tab>");
    console.wait("Enter replace");
    console.wait("↓ next");
    console.keys("ec2:<enter>");
    console.wait("ec2:");
    console.wait("● changed");
}

#[test]
fn an_inline_policy_of_a_taken_name_is_objected_to_before_the_review() {
    let emulator = company();
    let mut console = open(&emulator, (120, 40));
    console.keys(":alice");
    console.wait("› alice");
    console.keys("<enter>");
    console.wait("own");
    console.keys(":create inline policy");
    console.wait("› create inline policy");
    console.keys("<enter>");
    console.wait("New inline policy of alice");
    console.keys("<ctrl-s>");
    console.wait("Policy name");
    console.keys("own<ctrl-n>");
    console.wait("there is an inline policy `own` already");
    console.keys("2<ctrl-n>");
    console.wait_gone("there is an inline policy");
    console.wait("the document would be refused");
}
