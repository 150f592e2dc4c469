//! Which services somebody may use, and when they were last used: by the record of the emulator's own calls.

use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput;
use aws_sdk_iam::types::{AccessAdvisorUsageGranularityType, JobStatusType};
use iamtui::emulator::KeyPair;

use crate::harness::{ACCOUNT, Emulator, fails};

const RULES: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["iam:Get*","iam:List*","s3:GetObject"],"Resource":"*"},
    {"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;

/// A user with [`RULES`], who has asked for itself.
async fn ada(emulator: &Emulator) -> KeyPair {
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    iam.put_user_policy().user_name("ada").policy_name("rules").policy_document(RULES).send().await.unwrap();
    let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let pair = KeyPair::new(key.access_key_id, key.secret_access_key);
    emulator.iam_as(&pair).get_user().user_name("ada").send().await.unwrap();
    pair
}

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

/// The report of an ARN by action, as the root user gets it.
async fn report(emulator: &Emulator, resource: &str) -> GetServiceLastAccessedDetailsOutput {
    let iam = emulator.iam();
    let job = iam
        .generate_service_last_accessed_details()
        .arn(arn(resource))
        .granularity(AccessAdvisorUsageGranularityType::ActionLevel);
    let job = job.send().await.unwrap().job_id.unwrap();
    let report = iam.get_service_last_accessed_details().job_id(job).send().await.unwrap();
    assert_eq!(report.job_status, JobStatusType::Completed);
    report
}

/// Each service with who used it last, and how many did.
fn used(report: &GetServiceLastAccessedDetailsOutput) -> Vec<(&str, Option<&str>, i32)> {
    report
        .services_last_accessed()
        .iter()
        .map(|one| {
            let total = one.total_authenticated_entities.unwrap_or_default();
            (one.service_namespace.as_str(), one.last_authenticated_entity.as_deref(), total)
        })
        .collect()
}

#[tokio::test]
async fn a_report_names_every_service_that_is_allowed_and_its_last_use() {
    let emulator = Emulator::empty();
    ada(&emulator).await;
    let found = report(&emulator, "user/ada").await;
    let own = arn("user/ada");
    assert_eq!(used(&found), [("iam", Some(own.as_str()), 1), ("s3", None, 0), ("sts", None, 0)]);
    let iam = &found.services_last_accessed()[0];
    assert_eq!(iam.service_name, "AWS Identity and Access Management (IAM)");
    assert_eq!(iam.last_authenticated_region.as_deref(), Some("us-east-1"));
    let tracked = iam.tracked_actions_last_accessed();
    let get_user = tracked.iter().find(|action| action.action_name.as_deref() == Some("GetUser")).unwrap();
    assert_eq!(get_user.last_accessed_entity.as_deref(), Some(own.as_str()));
    let unused = tracked.iter().find(|action| action.action_name.as_deref() == Some("ListRoles")).unwrap();
    assert_eq!(unused.last_accessed_time, None);
    assert!(found.services_last_accessed()[1].tracked_actions_last_accessed().is_empty());
}

#[tokio::test]
async fn a_refused_call_counts_and_a_service_that_is_not_allowed_is_left_out() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let key = ada(&emulator).await;
    iam.create_user().user_name("bob").send().await.unwrap();
    let group = iam.create_group().group_name("crew").send().await.unwrap().group.unwrap().arn;
    for name in ["ada", "bob"] {
        iam.add_user_to_group().group_name("crew").user_name(name).send().await.unwrap();
    }
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:TagUser","Resource":"*"}}"#;
    let made = iam.create_policy().policy_name("tags").policy_document(policy).send().await.unwrap().policy.unwrap();
    iam.attach_group_policy().group_name("crew").policy_arn(made.arn().unwrap()).send().await.unwrap();
    emulator.iam_as(&key).create_user().user_name("eve").send().await.unwrap_err();
    let own = arn("user/ada");
    assert_eq!(used(&report(&emulator, "group/crew").await), [("iam", Some(own.as_str()), 1)]);
    assert_eq!(used(&report(&emulator, "policy/tags").await), [("iam", Some(own.as_str()), 1)]);
    let job = iam.generate_service_last_accessed_details().arn(group).send().await.unwrap().job_id.unwrap();
    let entities = iam.get_service_last_accessed_details_with_entities().job_id(job).service_namespace("iam");
    let entities = entities.send().await.unwrap();
    let names: Vec<(&str, bool)> = entities
        .entity_details_list()
        .iter()
        .map(|one| (one.entity_info.as_ref().unwrap().name.as_str(), one.last_authenticated.is_some()))
        .collect();
    assert_eq!(names, [("ada", true), ("bob", false)]);
}

#[tokio::test]
async fn a_report_is_for_who_asked_for_it() {
    let emulator = Emulator::empty();
    let key = ada(&emulator).await;
    let job = emulator.iam().generate_service_last_accessed_details().arn(arn("user/ada")).send().await.unwrap();
    let job = job.job_id.unwrap();
    let told = format!("The job with id {job} cannot be found.");
    fails(emulator.iam_as(&key).get_service_last_accessed_details().job_id(&job).send().await, "NoSuchEntity", &told);
    emulator.iam().get_service_last_accessed_details().job_id(&job).send().await.unwrap();
}

#[tokio::test]
async fn the_policies_that_grant_a_service_are_listed_with_where_they_stand() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    ada(&emulator).await;
    let reader = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    iam.attach_user_policy().user_name("ada").policy_arn(reader).send().await.unwrap();
    let listed = iam.list_policies_granting_service_access().arn(arn("user/ada"));
    let listed = listed.service_namespaces("iam").service_namespaces("s3").service_namespaces("ec2");
    let listed = listed.send().await.unwrap();
    let told: Vec<(&str, Vec<String>)> = listed
        .policies_granting_service_access()
        .iter()
        .map(|service| {
            let policies = service.policies().iter();
            let shown = policies.map(|one| match (&one.policy_arn, &one.entity_name) {
                (Some(arn), None) => arn.clone(),
                (None, Some(owner)) => format!("{owner}:{}", one.policy_name),
                other => panic!("{other:?}"),
            });
            (service.service_namespace.as_deref().unwrap(), shown.collect())
        })
        .collect();
    let own = "ada:rules".to_owned();
    assert_eq!(told, [("iam", vec![reader.to_owned(), own.clone()]), ("s3", vec![own]), ("ec2", vec![])]);
}

#[tokio::test]
async fn what_is_not_there_has_no_report() {
    let emulator = Emulator::empty();
    let generate = |arn: String| emulator.iam().generate_service_last_accessed_details().arn(arn).send();
    let missing = arn("user/nobody");
    fails(generate(missing.clone()).await, "NoSuchEntity", &format!("ARN {missing} does not exist."));
    let odd = arn("instance-profile/box");
    fails(generate(odd.clone()).await, "InvalidInput", &format!("Invalid ARN: {odd}"));
}
