//! Simulations through the SDK.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType as Decision,
};

use crate::harness::{ACCOUNT, Emulator, failure};

const READ: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
const TAGGED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*",
"Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}]}"#;

fn statement(effect: &str, action: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}]}}"#)
}

#[track_caller]
fn check(result: &EvaluationResult, action: &str, decision: &Decision, sources: &[&str]) {
    assert_eq!((result.eval_action_name(), result.eval_decision()), (action, decision));
    let found: Vec<_> = result.matched_statements().iter().map(|one| one.source_policy_id().unwrap()).collect();
    assert_eq!(found, sources);
}

#[tokio::test]
async fn a_custom_policy_is_simulated_with_the_places_of_its_statements() {
    let iam = Emulator::empty().iam_of_root();
    let simulate = iam.0.simulate_custom_policy().policy_input_list(READ);
    let answer = simulate.action_names("s3:GetObject").action_names("s3:PutObject").send().await.unwrap();
    let [get, put] = answer.evaluation_results() else { panic!("two results should come") };
    check(get, "s3:GetObject", &Decision::Allowed, &["PolicyInputList.1"]);
    check(put, "s3:PutObject", &Decision::ImplicitDeny, &[]);
    let matched = &get.matched_statements()[0];
    let brace = i32::try_from(READ.find("{\"Effect").unwrap()).unwrap();
    let start = matched.start_position().unwrap();
    assert_eq!((start.line, start.column), (1, brace + 2));
    assert_eq!(matched.end_position().unwrap().column, i32::try_from(READ.len()).unwrap() - 2 + 1);
    assert!(get.organizations_decision_detail().unwrap().allowed_by_organizations);
    assert_eq!(get.resource_specific_results()[0].eval_resource_decision(), &Decision::Allowed);
}

#[tokio::test]
async fn missing_context_is_named_and_can_be_given() {
    let iam = Emulator::empty().iam_of_root();
    let simulate = || iam.0.simulate_custom_policy().policy_input_list(TAGGED).action_names("s3:GetObject");
    let without = simulate().send().await.unwrap();
    check(&without.evaluation_results()[0], "s3:GetObject", &Decision::ImplicitDeny, &[]);
    assert_eq!(without.evaluation_results()[0].missing_context_values(), ["aws:PrincipalTag/team"]);
    let entry = ContextEntry::builder()
        .context_key_name("aws:PrincipalTag/team")
        .context_key_values("red")
        .context_key_type(ContextKeyTypeEnum::String)
        .build();
    let with = simulate().context_entries(entry).send().await.unwrap();
    check(&with.evaluation_results()[0], "s3:GetObject", &Decision::Allowed, &["PolicyInputList.1"]);
    let keys = iam.0.get_context_keys_for_custom_policy().policy_input_list(TAGGED).send().await.unwrap();
    assert_eq!(keys.context_key_names(), ["aws:PrincipalTag/team"]);
}

#[tokio::test]
async fn a_user_is_simulated_with_groups_and_boundary() {
    let emulator = Emulator::empty().iam_of_root();
    let iam = &emulator.0;
    iam.create_user().user_name("ada").send().await.unwrap();
    iam.create_group().group_name("readers").send().await.unwrap();
    iam.add_user_to_group().group_name("readers").user_name("ada").send().await.unwrap();
    iam.put_group_policy().group_name("readers").policy_name("read").policy_document(READ).send().await.unwrap();
    let source = format!("arn:aws:iam::{ACCOUNT}:user/ada");
    let simulate = || iam.simulate_principal_policy().policy_source_arn(&source).action_names("s3:GetObject");
    let allowed = simulate().send().await.unwrap();
    check(&allowed.evaluation_results()[0], "s3:GetObject", &Decision::Allowed, &["group_readers_read"]);
    let capped = simulate().permissions_boundary_policy_input_list(statement("Allow", "ec2:*")).send().await.unwrap();
    let result = &capped.evaluation_results()[0];
    assert_eq!(result.eval_decision(), &Decision::ImplicitDeny);
    assert!(!result.permissions_boundary_decision_detail().unwrap().allowed_by_permissions_boundary);
    let denied = simulate().policy_input_list(statement("Deny", "s3:*")).send().await.unwrap();
    check(&denied.evaluation_results()[0], "s3:GetObject", &Decision::ExplicitDeny, &["PolicyInputList.1"]);
    let ghost = iam.simulate_principal_policy().policy_source_arn(format!("{source}x")).action_names("s3:GetObject");
    assert_eq!(failure(ghost.send().await).0, "NoSuchEntity");
}

#[tokio::test]
async fn results_come_in_pages() {
    let iam = Emulator::empty().iam_of_root();
    let simulate = || {
        let simulate = iam.0.simulate_custom_policy().policy_input_list(READ).max_items(2);
        let actions = ["s3:GetA", "s3:GetB", "s3:PutC"].map(str::to_owned);
        simulate.set_action_names(Some(actions.into()))
    };
    let first = simulate().send().await.unwrap();
    assert_eq!((first.evaluation_results().len(), first.is_truncated), (2, true));
    let second = simulate().marker(first.marker.unwrap()).send().await.unwrap();
    assert_eq!((second.evaluation_results()[0].eval_action_name(), second.is_truncated), ("s3:PutC", false));
}

/// An emulator that lives as long as its root client.
struct Root(aws_sdk_iam::Client, #[allow(dead_code, reason = "kept alive")] Emulator);

trait OfRoot {
    fn iam_of_root(self) -> Root;
}

impl OfRoot for Emulator {
    fn iam_of_root(self) -> Root {
        Root(self.iam(), self)
    }
}
