//! Versions of a policy by keyboard: compared, put in force, rolled back, deleted, and each of it taken back.

use iamtui::catalog::Catalog;
use iamtui::effect::{BackgroundTask, Effect};
use iamtui::message::{Message, TaskResult};
use iamtui::model::{Document, Fact, PolicyFacts, PolicyVersion, Seen, Source, Update};
use iamtui::policy::diff::diff;
use iamtui::policy::read;

use super::canned::{self, READ_S3, ago, arn};
use super::console::{Console, Live};
use crate::harness::{Emulator, run};

const WIDE: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:Get*","s3:List*","s3:PutObject"],"Resource":"*"}]}"#;

/// A console that knows both documents of `read-s3`, on the tab of its versions.
fn versions(width: u16, height: u16) -> Console {
    let mut console = canned::console(width, height);
    let document = Fact::Known(Document::new(WIDE), Seen::new(Source::Detail, ago(0)));
    let facts = PolicyFacts { documents: [("v1".into(), document)].into(), ..PolicyFacts::default() };
    console.know(Update::PolicyFacts(arn("policy/read-s3"), Box::new(facts)));
    console.keys(":read-s3<enter><tab><tab>");
    console
}

/// Works out what the console asks for.
fn answer(console: &mut Console) {
    let stamp = console.stamp();
    for effect in std::mem::take(&mut console.effects) {
        if let Effect::Task { task: BackgroundTask::Difference { old, new }, .. } = effect {
            let groups = diff(&read(old.text()), &read(new.text()), Catalog::bundled());
            let result = Box::new(TaskResult::Difference { old, new, groups });
            console.message(Message::TaskDone { stamp, result });
        }
    }
}

/// Each picture: its name, and the keys that lead there from the version in force.
const PICTURES: &[(&str, &str)] = &[
    ("compare", "jm<enter>"),
    ("compare-whole", "jm<enter> ss"),
    ("compare-below", "jm<enter>s"),
    ("compare-meaning", "jm<enter><tab>"),
    ("compare-swapped", "jm<enter><tab>x"),
    ("compare-choose", "jm<enter>v"),
    ("version-menu", "jm"),
    ("version-default", "jmj<enter>"),
    ("version-delete", "jd"),
];

fn draw(keys: &str, width: u16, height: u16) -> String {
    let mut console = versions(width, height);
    console.keys(keys);
    answer(&mut console);
    console.screen()
}

#[test]
fn every_picture_at_80x24() {
    for (name, keys) in PICTURES {
        insta::assert_snapshot!(format!("{name}-80x24"), draw(keys, 80, 24));
    }
}

#[test]
fn every_picture_at_120x40() {
    for (name, keys) in PICTURES {
        insta::assert_snapshot!(format!("{name}-120x40"), draw(keys, 120, 40));
    }
}

#[test]
fn a_question_is_put_once() {
    let mut console = versions(80, 24);
    console.keys("jm<enter>");
    let asked = |console: &mut Console| {
        let is_task = |effect: &Effect| matches!(effect, Effect::Task { task: BackgroundTask::Difference { .. }, .. });
        std::mem::take(&mut console.effects).iter().filter(|effect| is_task(effect)).count()
    };
    assert_eq!(asked(&mut console), 1);
    console.keys("jjjn<tab>");
    assert_eq!(asked(&mut console), 0);
    console.keys("x");
    assert_eq!(asked(&mut console), 1);
}

#[test]
fn a_document_that_is_not_read_yet_is_asked_for() {
    let mut console = canned::console(80, 24);
    console.keys(":read-s3<enter>:compare versions<enter>");
    assert!(console.screen().contains("loading …"), "{}", console.screen());
    let loads = console.take_loads();
    assert!(loads.iter().any(|load| format!("{load:?}").contains("\"v1\"")), "{loads:?}");
}

#[test]
fn a_document_beyond_those_that_are_read_ahead_is_read_when_it_is_unfolded() {
    let mut console = canned::console(80, 24);
    let version = |number: u32| PolicyVersion {
        id: format!("v{number}").into(),
        is_default: number == 7,
        created: Some(ago(i64::from(number))),
    };
    let versions = Fact::Known((1..=7).rev().map(version).collect(), Seen::new(Source::Detail, ago(0)));
    let facts = PolicyFacts { versions, ..PolicyFacts::default() };
    console.know(Update::PolicyFacts(arn("policy/read-s3"), Box::new(facts)));
    console.keys(":read-s3<enter><tab><tab>");
    let asked = |console: &mut Console| console.take_loads().iter().any(|load| format!("{load:?}").contains("\"v1\""));
    assert!(!asked(&mut console));
    console.keys("jjjjjj ");
    assert!(asked(&mut console), "{}", console.screen());
}

const POLICY: &str = "arn:aws:iam::123456789012:policy/read-s3";

/// An account with one policy of two versions, the second in force.
fn account() -> Emulator {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        iam.create_policy().policy_name("read-s3").policy_document(WIDE).send().await.unwrap();
        let new = iam.create_policy_version().policy_arn(POLICY).policy_document(READ_S3).set_as_default(true);
        new.send().await.unwrap();
    });
    emulator
}

fn open(emulator: &Emulator) -> Live {
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @ 123456789012");
    console.keys(":policies<enter>");
    console.wait("read-s3");
    console.keys(":read-s3<enter>");
    console.wait("Policies › read-s3");
    console.keys("<tab><tab>");
    console.wait("▸ v1");
    console.wait_gone("loading …");
    console
}

/// The versions that the service has, the newest first, the one in force with a star.
fn held(emulator: &Emulator) -> Vec<String> {
    let listed = run(emulator.iam().list_policy_versions().policy_arn(POLICY).send()).unwrap();
    let name = |version: &aws_sdk_iam::types::PolicyVersion| {
        format!("{}{}", version.version_id().unwrap(), if version.is_default_version { "*" } else { "" })
    };
    listed.versions().iter().map(name).collect()
}

#[track_caller]
fn apply(console: &mut Live) {
    console.wait("Review: ");
    console.keys("<enter>");
    console.wait("✓ done");
    console.keys("<esc>");
}

#[test]
fn a_roll_back_is_compared_made_and_taken_back() {
    let emulator = account();
    let mut console = open(&emulator);
    console.keys("jm<enter>");
    console.wait("Compare versions of read-s3");
    console.wait("+         \"s3:PutObject\"");
    console.wait("▲ allows more");
    console.keys("<tab>");
    console.wait("Newly allowed");
    console.keys("<esc>m");
    console.wait("set as default");
    console.keys("j<enter>");
    apply(&mut console);
    assert_eq!(held(&emulator), ["v2", "v1*"]);
    console.wait("Default version v1");
    console.keys("u");
    apply(&mut console);
    assert_eq!(held(&emulator), ["v2*", "v1"]);
    console.wait("Default version v2");
    console.keys(":roll back<enter>");
    apply(&mut console);
    assert_eq!(held(&emulator), ["v2", "v1*"]);
}

#[test]
fn a_version_is_deleted_and_its_document_comes_back_under_the_next_number() {
    let emulator = account();
    let mut console = open(&emulator);
    console.keys("d");
    console.wait("version v2 is the default version and cannot be deleted");
    console.keys("jd");
    console.wait("Review: ");
    console.keys("<enter>v1<enter>");
    console.wait("✓ done");
    console.keys("<esc>");
    assert_eq!(held(&emulator), ["v2*"]);
    console.wait("Versions (1)");
    console.keys("u");
    console.wait("its number and date");
    apply(&mut console);
    assert_eq!(held(&emulator), ["v3", "v2*"]);
    let again = run(emulator.iam().get_policy_version().policy_arn(POLICY).version_id("v3").send()).unwrap();
    assert!(again.policy_version().unwrap().document().unwrap().contains("PutObject"));
}
