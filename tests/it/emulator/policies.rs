//! Managed policies, their versions, attachments, inline policies and boundaries, through the SDK.

use aws_sdk_iam::types::{PolicyScopeType, PolicyUsageType, Tag};

use crate::harness::{ACCOUNT, Emulator, fails};

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;

fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:policy/{name}")
}

#[tokio::test]
async fn a_policy_has_five_versions_whose_numbers_are_never_given_twice() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let made = iam.create_policy().policy_name("P").path("/a/").policy_document(ALLOW).send().await.unwrap();
    let arn = made.policy.unwrap().arn.unwrap();
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:policy/a/P"));
    for _ in 0..4 {
        iam.create_policy_version().policy_arn(&arn).policy_document(ALLOW).send().await.unwrap();
    }
    fails(
        iam.create_policy_version().policy_arn(&arn).policy_document(ALLOW).send().await,
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
         version.",
    );
    fails(
        iam.delete_policy_version().policy_arn(&arn).version_id("v1").send().await,
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    );
    iam.delete_policy_version().policy_arn(&arn).version_id("v5").send().await.unwrap();
    let made = iam.create_policy_version().policy_arn(&arn).policy_document(ALLOW).set_as_default(true).send().await;
    assert_eq!(made.unwrap().policy_version.unwrap().version_id.unwrap(), "v6");
    let versions = iam.list_policy_versions().policy_arn(&arn).send().await.unwrap().versions.unwrap();
    let ids: Vec<_> = versions.iter().map(|v| (v.version_id.as_deref().unwrap(), v.is_default_version)).collect();
    assert_eq!(ids, [("v6", true), ("v4", false), ("v3", false), ("v2", false), ("v1", false)]);
    fails(
        iam.get_policy_version().policy_arn(&arn).version_id("v9").send().await,
        "NoSuchEntity",
        &format!("Policy {arn} version v9 does not exist or is not attachable."),
    );
    fails(
        iam.delete_policy().policy_arn(&arn).send().await,
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
         The default version is deleted with the policy.",
    );
}

#[tokio::test]
async fn documents_come_back_as_they_were_given() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let spaced = "{\n\t\"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\":\"Allow\",\"Action\":[\"s3:*\"],\"Resource\":\"arn:aws:s3:::a b+c%20/é\"}]}";
    iam.create_user().user_name("u").send().await.unwrap();
    iam.put_user_policy().user_name("u").policy_name("p").policy_document(spaced).send().await.unwrap();
    let read = iam.get_user_policy().user_name("u").policy_name("p").send().await.unwrap();
    let decoded = percent_encoding::percent_decode_str(&read.policy_document).decode_utf8().unwrap();
    assert_eq!(decoded, spaced);
    assert!(!read.policy_document.contains(['+', ' ', '"', '*']), "{}", read.policy_document);
}

#[tokio::test]
async fn a_malformed_document_is_refused_in_the_words_of_aws() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let refused = iam.create_policy().policy_name("P").policy_document("{").send().await;
    fails(refused, "MalformedPolicyDocument", "Syntax errors in policy.");
    let huge = ALLOW.replace("s3:Get*", &format!("s3:{}", "a".repeat(6200)));
    let refused = iam.create_policy().policy_name("P").policy_document(huge).send().await;
    fails(refused, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144");
}

#[tokio::test]
async fn policies_of_aws_are_there_and_cannot_be_changed() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let policy = iam.get_policy().policy_arn(admin).send().await.unwrap().policy.unwrap();
    assert_eq!((policy.policy_name.as_deref(), policy.attachment_count), (Some("AdministratorAccess"), Some(0)));
    let version = policy.default_version_id.unwrap();
    let read = iam.get_policy_version().policy_arn(admin).version_id(version).send().await.unwrap();
    assert!(read.policy_version.unwrap().document.unwrap().contains("%22Action%22"));
    fails(
        iam.delete_policy().policy_arn(admin).send().await,
        "AccessDenied",
        "Cannot delete policies outside your own account.",
    );
    let all = iam.list_policies().scope(PolicyScopeType::Aws).max_items(1000).send().await.unwrap();
    assert!(all.is_truncated && all.policies().len() == 1000);
    let rest = iam.list_policies().scope(PolicyScopeType::Aws).max_items(1000).marker(all.marker.unwrap()).send().await;
    let rest = rest.unwrap();
    assert!(!rest.is_truncated && rest.policies().len() > 400, "{}", rest.policies().len());
}

#[tokio::test]
async fn attachments_are_counted_listed_and_limited() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    for number in 0..11 {
        let name = format!("P{number}");
        iam.create_policy().policy_name(&name).policy_document(ALLOW).send().await.unwrap();
        let attached = iam.attach_user_policy().user_name("u").policy_arn(arn(&name)).send().await;
        if number < 10 {
            attached.unwrap();
        } else {
            fails(attached, "LimitExceeded", "Cannot exceed quota for PoliciesPerUser: 10");
        }
    }
    iam.attach_user_policy().user_name("u").policy_arn(arn("P1")).send().await.unwrap();
    let policy = iam.get_policy().policy_arn(arn("P1")).send().await.unwrap().policy.unwrap();
    assert_eq!(policy.attachment_count, Some(1));
    let attached = iam.list_policies().only_attached(true).send().await.unwrap();
    assert_eq!(attached.policies().len(), 10);
    let page = iam.list_attached_user_policies().user_name("u").max_items(3).send().await.unwrap();
    assert!(page.is_truncated && page.attached_policies.unwrap().len() == 3);
    let entities = iam.list_entities_for_policy().policy_arn(arn("P1")).send().await.unwrap();
    assert_eq!(entities.policy_users.unwrap()[0].user_name.as_deref(), Some("u"));
    fails(
        iam.delete_policy().policy_arn(arn("P1")).send().await,
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    );
    iam.detach_user_policy().user_name("u").policy_arn(arn("P1")).send().await.unwrap();
    fails(
        iam.detach_user_policy().user_name("u").policy_arn(arn("P1")).send().await,
        "NoSuchEntity",
        &format!("Policy {} was not found.", arn("P1")),
    );
    iam.delete_policy().policy_arn(arn("P1")).send().await.unwrap();
}

#[tokio::test]
async fn what_is_no_policy_cannot_be_attached() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let attach = |arn: &str| iam.attach_user_policy().user_name("u").policy_arn(arn).send();
    fails(attach("longpolicynamebutnoarn").await, "ValidationError", "ARN longpolicynamebutnoarn is not valid.");
    fails(
        attach(&arn("nonexistent")).await,
        "NoSuchEntity",
        &format!("Policy {} does not exist or is not attachable.", arn("nonexistent")),
    );
    let linked = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy";
    fails(attach(linked).await, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer User.");
}

#[tokio::test]
async fn inline_policies_share_one_size() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let half = ALLOW.replace("s3:Get*", &format!("s3:{}", "a".repeat(1100)));
    iam.put_user_policy().user_name("u").policy_name("one").policy_document(&half).send().await.unwrap();
    fails(
        iam.put_user_policy().user_name("u").policy_name("two").policy_document(&half).send().await,
        "LimitExceeded",
        "Maximum policy size of 2048 bytes exceeded for user u",
    );
    assert_eq!(iam.list_user_policies().user_name("u").send().await.unwrap().policy_names, ["one"]);
    fails(
        iam.get_user_policy().user_name("u").policy_name("two").send().await,
        "NoSuchEntity",
        "The user policy with name two cannot be found.",
    );
    let conflict = iam.delete_user().user_name("u").send().await;
    fails(conflict, "DeleteConflict", "Cannot delete entity, must delete policies first.");
}

#[tokio::test]
async fn a_boundary_must_be_a_policy_and_is_counted_apart() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_policy().policy_name("B").policy_document(ALLOW).send().await.unwrap();
    iam.create_user().user_name("u").permissions_boundary(arn("B")).send().await.unwrap();
    let user = iam.get_user().user_name("u").send().await.unwrap().user.unwrap();
    assert_eq!(user.permissions_boundary.unwrap().permissions_boundary_arn, Some(arn("B")));
    let policy = iam.get_policy().policy_arn(arn("B")).send().await.unwrap().policy.unwrap();
    assert_eq!((policy.attachment_count, policy.permissions_boundary_usage_count), (Some(0), Some(1)));
    let used = iam.list_policies().policy_usage_filter(PolicyUsageType::PermissionsBoundary).send().await.unwrap();
    assert_eq!(used.policies().len(), 1);
    let put = |arn: String| iam.put_user_permissions_boundary().user_name("u").permissions_boundary(arn).send();
    let wrong = format!("arn:aws:iam::{ACCOUNT}:not_a_policy/invalid");
    fails(put(wrong.clone()).await, "InvalidInput", &format!("ARN {wrong} is not valid."));
    fails(
        put(arn("none")).await,
        "NoSuchEntity",
        &format!("Scope ARN: {} does not exist or is not attachable.", arn("none")),
    );
    iam.delete_user_permissions_boundary().user_name("u").send().await.unwrap();
    iam.delete_policy().policy_arn(arn("B")).send().await.unwrap();
}

#[tokio::test]
async fn tags_of_policies_tell_upper_from_lower_case() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let tag = |key: &str| Tag::builder().key(key).value("v").build().unwrap();
    let make = iam.create_policy().policy_name("P").policy_document(ALLOW).tags(tag("a")).tags(tag("A")).send().await;
    assert_eq!(make.unwrap().policy.unwrap().tags.unwrap().len(), 2);
    let twice = iam.tag_policy().policy_arn(arn("P")).tags(tag("b")).tags(tag("b")).send().await;
    fails(twice, "InvalidInput", "Duplicate tag keys found.");
    iam.untag_policy().policy_arn(arn("P")).tag_keys("a").send().await.unwrap();
    assert_eq!(iam.list_policy_tags().policy_arn(arn("P")).send().await.unwrap().tags, [tag("A")]);
}

#[tokio::test]
async fn the_account_s_policies_are_listed_before_those_of_aws_and_those_by_their_age() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    for name in ["zeta", "alpha"] {
        iam.create_policy().policy_name(name).policy_document(ALLOW).send().await.unwrap();
    }
    let mut seen = Vec::new();
    let mut pages = iam.list_policies().max_items(300).into_paginator().items().send();
    while let Some(policy) = pages.next().await {
        let policy = policy.unwrap();
        seen.push((policy.create_date.unwrap().secs(), policy.policy_name.unwrap()));
    }
    assert_eq!((seen[0].1.as_str(), seen[1].1.as_str()), ("alpha", "zeta"));
    assert!(seen.len() > 1_000 && seen[2..].is_sorted(), "AWS's policies are not in the order of their making");
}

#[tokio::test]
async fn attached_policies_keep_the_order_of_their_attachment() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("u").send().await.unwrap();
    let names = ["ReadOnlyAccess", "AdministratorAccess", "job-function/Billing", "PowerUserAccess"];
    for name in names {
        let arn = format!("arn:aws:iam::aws:policy/{name}");
        iam.attach_user_policy().user_name("u").policy_arn(arn).send().await.unwrap();
    }
    let mut seen = Vec::new();
    let mut pages = iam.list_attached_user_policies().user_name("u").max_items(3).into_paginator().items().send();
    while let Some(policy) = pages.next().await {
        seen.push(policy.unwrap().policy_arn.unwrap().replace("arn:aws:iam::aws:policy/", ""));
    }
    assert_eq!(seen, names);
    let below = iam.list_attached_user_policies().user_name("u").path_prefix("/job-function/").send().await.unwrap();
    assert_eq!(below.attached_policies().len(), 1);
}

#[tokio::test]
async fn tags_of_policies_are_listed_by_the_length_of_their_keys() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let tag = |key: &str| Tag::builder().key(key).value("v").build().unwrap();
    let create = iam.create_policy().policy_name("p").policy_document(ALLOW);
    create.set_tags(Some(["longest", "b", "a", "Zz", "B", "aa"].map(tag).into())).send().await.unwrap();
    let list = |marker| iam.list_policy_tags().policy_arn(arn("p")).max_items(4).set_marker(marker).send();
    let first = list(None).await.unwrap();
    let second = list(first.marker).await.unwrap();
    let keys: Vec<String> = first.tags.into_iter().chain(second.tags).map(|tag| tag.key).collect();
    assert_eq!(keys, ["B", "a", "b", "Zz", "aa", "longest"]);
}

#[tokio::test]
async fn who_has_a_policy_is_asked_of_one_that_exists() {
    let emulator = Emulator::empty();
    let missing = arn("none");
    fails(
        emulator.iam().list_entities_for_policy().policy_arn(&missing).send().await,
        "NoSuchEntity",
        &format!("Policy {missing} does not exist or is not attachable."),
    );
}

#[tokio::test]
async fn a_document_that_begins_with_blanks_or_names_a_principal_is_refused_for_that() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let blank = iam.create_policy().policy_name("p").policy_document(format!("\n{ALLOW}")).send().await;
    fails(blank, "MalformedPolicyDocument", "The policy failed legacy parsing");
    iam.create_user().user_name("u").send().await.unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}"#;
    let put = iam.put_user_policy().user_name("u").policy_name("p").policy_document(trust).send().await;
    fails(put, "MalformedPolicyDocument", "Policy document should not specify a principal.");
}
