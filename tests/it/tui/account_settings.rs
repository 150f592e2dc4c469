//! The settings of the account are changed by keyboard alone, at 80x24, and changed back by undo.

use super::console::Live;
use crate::harness::{Emulator, run};

/// The page of account settings, with the menu of what can be edited there.
fn begin(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":account settings<enter>");
    console.wait("IAM default");
    console.keys("e");
    console.wait("edit password policy");
    console
}

#[test]
fn a_custom_password_policy_is_set_whole_and_undone() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<enter>");
    console.wait("Minimum length");
    // 14 characters, no symbol, 90 days, 24 passwords remembered.
    console.keys("<tab><ctrl-u>14<tab><tab><tab><tab><space><tab><space>");
    console.wait("no password");
    console.keys("<tab><tab><tab><space><tab><ctrl-u>24<ctrl-n>");
    console.apply("set a custom password policy");
    console.wait("14 characters");
    let policy = run(emulator.iam().get_account_password_policy().send()).unwrap().password_policy.unwrap();
    assert_eq!((policy.minimum_password_length, policy.max_password_age), (Some(14), Some(90)));
    assert_eq!((policy.password_reuse_prevention, policy.require_symbols), (Some(24), false));
    assert!(policy.require_uppercase_characters && policy.allow_users_to_change_password);
    console.keys("u");
    console.wait("Review: undo");
    console.keys("<enter>");
    console.wait("✓ done");
    assert!(run(emulator.iam().get_account_password_policy().send()).is_err());
}

#[test]
fn an_alias_is_created_replaced_and_deleted() {
    let emulator = Emulator::empty();
    let aliases = || run(emulator.iam().list_account_aliases().send()).unwrap().account_aliases;
    let mut console = begin(&emulator);
    console.keys("<down><enter>");
    console.wait("3 to 63 characters");
    console.keys("acme<ctrl-n>");
    console.apply("set the account alias acme");
    console.wait("(acme)");
    assert_eq!(aliases(), ["acme"]);
    console.keys("e");
    console.wait("set account alias");
    console.keys("<down><enter>");
    console.wait("its sign-in URL stops working");
    console.keys("-prod<ctrl-n>");
    console.apply("set the account alias acme-prod");
    console.wait("(acme-prod)");
    assert_eq!(aliases(), ["acme-prod"]);
    console.keys("d");
    console.wait("Review: delete the account alias acme-prod");
    console.wait("Type `acme-prod`");
    console.keys("acme-prod<enter>");
    console.wait("✓ done");
    assert!(aliases().is_empty());
}

#[test]
fn tokens_of_the_global_endpoint_become_valid_in_all_regions() {
    let emulator = Emulator::empty();
    let mut console = begin(&emulator);
    console.keys("<down><down><enter>");
    console.wait("(version 1)");
    console.keys("<ctrl-n>");
    console.apply("make tokens of the global STS endpoint valid in all AWS Regions");
    console.wait("Valid in all AWS Regions (version 2)");
    let summary = run(emulator.iam().get_account_summary().send()).unwrap().summary_map.unwrap();
    let version = summary.iter().find(|(key, _)| key.as_str() == "GlobalEndpointTokenVersion").map(|(_, value)| *value);
    assert_eq!(version, Some(2));
}

#[test]
fn outbound_federation_is_enabled_and_disabled() {
    let emulator = Emulator::empty();
    let info = || run(emulator.iam().get_outbound_web_identity_federation_info().send()).ok();
    let mut console = begin(&emulator);
    console.keys("<down><down><down><enter>");
    console.apply("enable outbound identity federation");
    console.wait("Enabled");
    assert!(info().unwrap().jwt_vending_enabled());
    console.keys("e");
    console.wait("enable or disable");
    console.keys("<down><down><down><enter>");
    console.wait("Review: disable outbound identity federation");
    console.keys("<enter>");
    console.wait("✓ done");
    assert!(info().is_none());
}
