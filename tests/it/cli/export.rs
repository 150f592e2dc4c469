//! The account as code, and the folder of evidence, without a screen.

use std::os::unix::fs::PermissionsExt as _;

use super::Desk;

#[test]
fn the_account_is_written_as_terraform_with_an_import_for_each_resource() {
    let desk = Desk::new();
    let code = desk.check(0, "export").data;
    let count = |text: &str| code.matches(text).count();
    assert_eq!(count("\nimport {\n"), count("\nresource \""), "each is imported");
    for kind in ["user", "group", "role", "policy", "user_group_membership", "role_policy_attachment", "saml_provider"]
    {
        assert!(count(&format!("resource \"aws_iam_{kind}\"")) > 0, "{kind}");
    }
    assert!(code.contains("to = aws_iam_user.alan_turing\n  id = \"alan.turing\""), "an import by name");
    assert!(code.contains("id = \"iam-account-password-policy\""), "the settings too");
    // Who is named by a trust policy comes first.
    assert!(code.contains("depends_on = [aws_iam_user."));
    assert!(code.contains("console password of user alan.turing: a credential cannot be read"));
    let copy = desk.check(0, "export --copy").data;
    assert!(!copy.contains("import {") && copy.matches("\nresource \"").count() == count("\nresource \""));
    assert!(desk.writes().is_empty(), "nothing is changed");
}

#[test]
fn the_account_is_written_as_a_template() {
    let desk = Desk::new();
    let code = desk.check(0, "export --output cloudformation").data;
    assert!(code.starts_with("AWSTemplateFormatVersion: \"2010-09-09\"\n"), "{code}");
    assert!(code.contains("  AlanTuringUser:\n    Type: AWS::IAM::User\n    DeletionPolicy: Retain\n"));
    assert!(code.contains("type IMPORT"));
}

#[test]
fn an_account_differs_from_itself_in_nothing_that_code_declares() {
    let desk = Desk::new();
    desk.check(0, "snapshot before");
    desk.check(0, "drift before --configuration");
}

#[test]
fn evidence_is_a_private_folder_with_the_sum_of_each_file() {
    let desk = Desk::new();
    let ran = desk.check(0, "evidence audit");
    let folder = desk.program.home().join("audit");
    assert!(ran.messages.contains("audit"), "{ran:?}");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(sums.lines().count() + 1, names.len(), "{names:?}");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let file = folder.join(name);
        assert_eq!(mode(&file), 0o600, "{name}");
        let told = std::process::Command::new("sha256sum").arg(&file).output().unwrap();
        assert!(String::from_utf8(told.stdout).unwrap().starts_with(sum), "{name}");
    }
    for name in ["snapshot", "review.json", "access-report.html", "credential-report.csv", "account.tf", "README.txt"] {
        assert!(folder.join(name).exists(), "{name}");
    }
    let again = desk.check(2, "evidence audit");
    assert!(again.messages.contains("exists already"), "{again:?}");
}
