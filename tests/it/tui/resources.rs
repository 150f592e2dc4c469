//! The pages of what the console lists beside users, groups, roles and policies: with real reads behind them.

use super::console::Live;
use crate::harness::Emulator;

/// Opens a page by its name on the demo company, and looks for texts on the screens that keys lead to.
#[track_caller]
fn check(page: &str, steps: &[(&str, &[&str])]) {
    let emulator = Emulator::demo();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (120, 40));
    console.wait("root user @");
    console.keys(&format!(":{page}<enter>"));
    for (keys, texts) in steps {
        console.keys(keys);
        for text in *texts {
            console.wait(text);
        }
    }
}

#[test]
fn instance_profiles_lead_to_their_roles() {
    check(
        "instance-profiles",
        &[
            ("", &["7 of 7 instance profiles", "empty-profile", "None"]),
            ("<enter>", &["IAM › Instance profiles › ec2-bastion", "[1 Role (1)]"]),
            ("<enter>", &["IAM › Roles › ec2-bastion"]),
        ],
    );
}

#[test]
fn deleting_a_policy_tells_who_loses_it_through_a_group() {
    check(
        "AssumeDeployRoles",
        &[
            ("", &["IAM › Policies › AssumeDeployRoles"]),
            (":delete policy<enter>", &["groups that lose it (1): Developers", "through group Developers (16)"]),
        ],
    );
}

#[test]
fn identity_providers_of_both_types_tell_who_trusts_them() {
    check(
        "identity-providers",
        &[
            ("", &["4 of 4 identity providers", "OpenID Connect", "SAML"]),
            ("/token<enter><enter>", &["Audiences", "sts.amazonaws.com", "Thumbprints"]),
            ("<tab>", &["[2 Roles that trust it (2)]"]),
            ("<enter>", &["IAM › Roles › "]),
        ],
    );
}

#[test]
fn server_certificates_tell_their_end_and_their_text() {
    check(
        "server-certificates",
        &[
            ("", &["old.rockets.example-2023", "expired"]),
            ("<enter>", &["BEGIN CERTIFICATE", "Certificate chain"]),
            ("<tab>", &["There are no tags."]),
        ],
    );
}

#[test]
fn account_settings_tell_each_rule_of_the_password_policy() {
    check(
        "account-settings",
        &[(
            "",
            &["Minimum length", "12 characters", "After 365 days", "Account alias", "Tokens of the global endpoint"],
        )],
    );
}

#[test]
fn the_credential_report_is_a_table_that_sorts_and_filters() {
    check(
        "credential-report",
        &[
            ("", &["62 of 62 rows, report of", "<root_account>", "Key 1 rotated"]),
            ("/mfa:none password:enabled<enter>", &["match, 62 of 62 rows"]),
            ("<enter>", &["IAM › IAM users › "]),
        ],
    );
}

#[test]
fn the_access_keys_of_the_account_are_told_by_whose_they_are_and_changed_one_by_one() {
    check(
        "access-keys",
        &[
            ("", &["30 access keys", "<root_account>", "not reported", "AKIA"]),
            (" ", &["can only be changed one at a time."]),
            ("/grace<enter>", &["1 match", "› grace.hopper                 AKIA"]),
            ("d", &["access key AKIA"]),
        ],
    );
}
