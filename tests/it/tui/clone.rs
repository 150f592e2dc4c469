//! A role is cloned by keyboard alone, at 80x24.

use super::console::Live;
use crate::harness::{Emulator, run};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const INLINE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;

#[test]
fn a_role_is_cloned_with_all_that_it_may_do() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        let role = iam.create_role().role_name("web").assume_role_policy_document(TRUST);
        role.description("Web servers").max_session_duration(7200).send().await.unwrap();
        let arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
        iam.attach_role_policy().role_name("web").policy_arn(arn).send().await.unwrap();
        iam.put_role_policy().role_name("web").policy_name("queue").policy_document(INLINE).send().await.unwrap();
    });
    let mut console = Live::open(&emulator.handle.endpoint, &emulator.handle.root, (80, 24));
    console.wait("root user @");
    console.keys(":roles<enter>");
    console.wait("1 of 1 roles");
    console.keys(":clone<enter>");
    console.wait("Clone role web");
    console.keys("WEB");
    console.wait("there is a role `web` already");
    console.keys("<ctrl-u>batch<ctrl-n>");
    console.wait("Review: clone role web as batch");
    console.keys("<enter>");
    console.wait("✓ all 3 steps done");
    let role = run(iam.get_role().role_name("batch").send()).unwrap().role.unwrap();
    assert_eq!((role.description.as_deref(), role.max_session_duration), (Some("Web servers"), Some(7200)));
    let inline = run(iam.list_role_policies().role_name("batch").send()).unwrap().policy_names;
    assert_eq!(inline, ["queue"]);
    let attached = run(iam.list_attached_role_policies().role_name("batch").send()).unwrap().attached_policies;
    assert_eq!(attached.unwrap()[0].policy_name.as_deref(), Some("AmazonS3ReadOnlyAccess"));
}
