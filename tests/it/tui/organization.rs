//! The organization of the account, by keyboard alone: the policies that apply, and central root access.

use super::console::Live;
use crate::emulator::organization::{DEV, MAIN, root, start};
use crate::harness::Emulator;

fn begin(emulator: &Emulator, account: &str) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &root(account), (120, 40));
    console.wait("root user @");
    console.keys(":organization<enter>");
    console.wait("o-rockets1234");
    console
}

#[test]
fn the_management_account_sees_policies_accounts_and_root_access_which_it_enables() {
    let emulator = start();
    let mut console = begin(&emulator, MAIN);
    console.wait("They do not apply to the management account");
    console.wait("FullAWSAccess");
    console.wait("777788889999");
    console.wait("not enabled");
    console.keys("<end>");
    console.keys("e");
    console.apply("enable privileged root actions in member accounts");
    console.wait("Privileged root actions in member accounts  enabled");
}

#[test]
fn a_member_account_is_told_why_it_does_not_see_its_policies() {
    let emulator = start();
    let mut console = begin(&emulator, DEV);
    console.wait("AWS shows them to the management account and to delegated administrators");
    console.wait("organizations:");
    console.wait("AWS shows it to the management account and to the delegated administrator of IAM only.");
}

#[test]
fn an_account_in_no_organization_is_told_so() {
    let emulator = Emulator::empty();
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":organization<enter>");
    console.wait("This account is in no organization");
}
