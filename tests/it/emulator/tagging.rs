//! The tagging API finds what of IAM has tags.

use aws_sdk_iam::types::Tag;
use serde_json::{Value, json};

use super::organizations::ask;
use crate::harness::{ACCOUNT, Emulator};

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;

fn get(emulator: &Emulator, input: &Value) -> (u16, Value) {
    ask(emulator, &emulator.handle.root, "tagging", "ResourceGroupsTaggingAPI_20170126.GetResources", input)
}

#[track_caller]
fn check(emulator: &Emulator, input: &Value, expected: &[&str]) {
    let (status, answer) = get(emulator, input);
    assert_eq!(status, 200, "{answer}");
    let found = answer["ResourceTagMappingList"].as_array().unwrap().iter();
    let found: Vec<&str> = found.map(|one| one["ResourceARN"].as_str().unwrap().rsplit(':').next().unwrap()).collect();
    assert_eq!(found, expected, "{input}");
    assert_eq!(answer["PaginationToken"] == "", input.get("ResourcesPerPage").is_none(), "{answer}");
}

#[tokio::test]
async fn what_has_tags_is_found_by_kind_and_by_tag() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let tag = |value: &str| Tag::builder().key("team").value(value).build().unwrap();
    for name in ["blue", "red"] {
        iam.create_policy().policy_name(name).policy_document(DOCUMENT).tags(tag(name)).send().await.unwrap();
    }
    iam.create_policy().policy_name("plain").policy_document(DOCUMENT).send().await.unwrap();
    iam.create_instance_profile().instance_profile_name("web").tags(tag("red")).send().await.unwrap();
    iam.create_user().user_name("ada").tags(tag("red")).send().await.unwrap();
    check(&emulator, &json!({}), &["instance-profile/web", "policy/blue", "policy/red"]);
    check(&emulator, &json!({"ResourceTypeFilters": ["iam:policy"]}), &["policy/blue", "policy/red"]);
    check(
        &emulator,
        &json!({"ResourceTypeFilters": ["iam", "s3"], "PaginationToken": ""}),
        &["instance-profile/web", "policy/blue", "policy/red"],
    );
    check(&emulator, &json!({"ResourceTypeFilters": ["s3"]}), &[]);
    check(
        &emulator,
        &json!({"TagFilters": [{"Key": "team", "Values": ["red"]}]}),
        &["instance-profile/web", "policy/red"],
    );
    check(&emulator, &json!({"TagFilters": [{"Key": "team"}, {"Key": "other"}]}), &[]);
    let red = format!("arn:aws:iam::{ACCOUNT}:policy/red");
    check(&emulator, &json!({"ResourceARNList": [red]}), &["policy/red"]);
    check(&emulator, &json!({"ResourcesPerPage": 1}), &["instance-profile/web"]);
    for wrong in [
        json!({"PaginationToken": "x"}),
        json!({"ResourcesPerPage": 101}),
        json!({"ResourceARNList": [red], "ResourceTypeFilters": ["iam"]}),
    ] {
        let (status, answer) = get(&emulator, &wrong);
        assert_eq!((status, &answer["__type"]), (400, &json!("InvalidParameterException")), "{wrong}");
    }
}
