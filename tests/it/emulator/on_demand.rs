//! Faults, other times and resources that an emulator is asked for at its start.

use aws_sdk_iam::types::PolicyEvaluationDecisionType::{Allowed, ExplicitDeny, ImplicitDeny};
use iamtui::base::clock::Clock;
use iamtui::emulator::resources::Resources;
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::{ACCOUNT, Emulator, failure};

#[tokio::test]
async fn an_operation_fails_as_often_as_was_asked_for() {
    let emulator = Emulator::with(|options| options.faults = vec!["CreateUser=ServiceFailure:0.5".parse().unwrap()]);
    let iam = emulator.iam();
    iam.create_user().user_name("first").send().await.unwrap();
    let (code, message) = failure(iam.create_user().user_name("second").send().await);
    assert_eq!(code, "ServiceFailure");
    assert_eq!(message, "The emulator was asked to fail CreateUser with ServiceFailure.");
    assert_eq!(iam.list_users().send().await.unwrap().users().len(), 1);
}

#[tokio::test]
async fn another_time_is_that_of_records_and_not_that_of_signatures() {
    let emulator = Emulator::with(|options| {
        options.clock = Clock::shifted(SignedDuration::from_hours(-24 * 400));
        options.signing_clock = Some(Clock::system());
    });
    let made = emulator.iam().create_user().user_name("ada").send().await.unwrap().user.unwrap();
    let age = jiff::Timestamp::now().as_second() - made.create_date.secs();
    assert!((399..=401).contains(&(age / 86_400)), "{age}");
}

#[tokio::test]
async fn a_simulation_counts_the_policies_of_resources_that_are_known() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:user/ada")},
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::logs/*"}]});
    let file = json!({"resources": [{"arn": "arn:aws:s3:::logs", "policy": policy}]}).to_string();
    let emulator = Emulator::with(|options| options.resources = Resources::read(&file).unwrap());
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    let simulate = iam.simulate_principal_policy().policy_source_arn(format!("arn:aws:iam::{ACCOUNT}:user/ada"));
    let simulate = simulate.action_names("s3:GetObject").action_names("s3:DeleteObject");
    let simulate = simulate.resource_arns("arn:aws:s3:::logs/a").resource_arns("arn:aws:s3:::other/a");
    let results = simulate.send().await.unwrap();
    let decisions: Vec<_> = results.evaluation_results().iter().map(|one| one.eval_decision.clone()).collect();
    assert_eq!(decisions, [Allowed, ImplicitDeny, ExplicitDeny, ImplicitDeny]);
}
