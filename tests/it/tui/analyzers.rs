//! IAM Access Analyzer by keyboard alone: analyzers, findings, archive rules.

use iamtui::emulator::KeyPair;

use super::console::Live;
use crate::harness::{Emulator, run};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#;
const PUBLIC: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;

fn begin(emulator: &Emulator, size: (u16, u16)) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, size);
    console.wait("root user @");
    console
}

/// An account with two roles that are open to the outside.
fn open_account() -> Emulator {
    let emulator = Emulator::empty();
    for (name, trust) in [("partner", TRUST), ("anyone", PUBLIC)] {
        run(emulator.iam().create_role().role_name(name).assume_role_policy_document(trust).send()).unwrap();
    }
    emulator
}

/// Creates the analyzer of external access by its wizard.
fn create(console: &mut Live) {
    console.keys(":findings<enter>");
    console.wait("no analyzer: `n` creates one");
    console.keys("n");
    console.wait("External access analyzers are free.");
    console.keys("own<enter><enter><enter><enter>");
    console.apply("create analyzer own");
    console.wait("2 findings, 1 analyzer");
}

#[test]
fn an_analyzer_is_created_and_its_findings_lead_to_the_roles() {
    let emulator = open_account();
    let mut console = begin(&emulator, (120, 30));
    create(&mut console);
    console.wait("everyone");
    console.wait("111122223333");
    console.keys("/who:everyone<enter>");
    console.wait("1 match");
    console.keys("<enter>");
    console.wait("Access Analyzer › role/anyone");
    console.wait("everyone has this access");
    console.wait("sts:AssumeRole");
    console.keys("<enter>");
    console.wait("Roles › anyone");
}

#[test]
fn marked_findings_are_archived_and_come_back_by_undo() {
    let emulator = open_account();
    let mut console = begin(&emulator, (120, 30));
    create(&mut console);
    console.keys("<space><space>");
    console.wait("2 marked");
    console.keys("e");
    console.apply("archive 2 findings");
    console.wait("Archived");
    console.wait_gone("▲ Active");
    console.keys("u");
    console.wait("Review: undo: archive 2 findings");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<enter>");
    console.wait("▲ Active");
}

#[test]
fn a_rule_is_filled_in_from_a_finding_applied_and_deleted() {
    let emulator = open_account();
    let mut console = begin(&emulator, (120, 40));
    create(&mut console);
    console.keys("/partner<enter>");
    console.wait("1 match");
    console.keys("a");
    console.wait("resource=arn:aws:iam::123456789012:role/partner");
    console.keys("partner<enter><enter><enter>");
    console.apply_steps("create archive rule partner of analyzer own", 2);
    console.wait("Archived");
    console.keys(":analyzers<enter>");
    console.wait("resource is arn:aws:iam::123456789012:role/partner");
    console.keys("<down>d");
    console.apply("delete archive rule partner of analyzer own");
    console.wait("There are none.");
}

#[test]
fn an_unused_role_is_resolved_by_deleting_it_after_the_price_was_told() {
    let emulator = Emulator::demo();
    let mut console = begin(&emulator, (120, 40));
    console.keys(":analyzers<enter>");
    console.wait("external-access");
    console.keys("n");
    console.keys("idle<enter>");
    console.keys("<right>");
    console.wait("AWS bills USD 0.20 a month for each user and role that it analyzes.");
    console.keys("<enter><enter><enter><enter>");
    console.wait("Review: create analyzer idle");
    console.wait("AWS bills for it until it is deleted");
    console.apply("create analyzer idle");
    console.wait("Analyzers in us-east-1 (3)");
    console.keys(":findings<enter>");
    console.keys("/finding:role<enter>");
    console.wait("Unused role");
    console.wait("last used");
    console.keys("d");
    console.wait("Delete role");
}

#[test]
fn who_may_not_list_analyzers_is_told_which_permission_is_missing() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("mallory").send()).unwrap();
    let key = run(emulator.iam().create_access_key().user_name("mallory").send()).unwrap().access_key.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    run(emulator.iam().put_user_policy().user_name("mallory").policy_name("iam").policy_document(policy).send())
        .unwrap();
    let key = KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    let mut console = Live::open(&emulator.handle.endpoint, &key, (80, 24));
    console.wait("mallory @");
    for page in ["findings", "analyzers"] {
        console.keys(&format!(":{page}<enter>"));
        console.wait("access-analyzer:ListAnalyzers");
    }
}
