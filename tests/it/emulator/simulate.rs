//! Simulations through the SDK.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType as Decision,
};

use super::wire::Raw;
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

/// A simulation that a client of the SDK cannot ask for: by the service model, over the wire.
fn simulated(iam: &Raw<'_>, operation: &str, input: &[(&str, &str)]) -> String {
    let answer = iam.ask(operation, input);
    let decision = answer.split("<EvalDecision>").nth(1).and_then(|rest| rest.split('<').next());
    decision.map_or_else(|| answer.clone(), str::to_owned)
}

#[test]
fn service_control_policies_limit_a_simulation_level_by_level() {
    let emulator = Emulator::empty();
    let iam = Raw(&emulator);
    let (all, s3, ec2) = (statement("Allow", "*"), statement("Allow", "s3:*"), statement("Allow", "ec2:*"));
    let check = |levels: &[&str], wanted: &str| {
        let names: Vec<String> = (1..=levels.len())
            .map(|level| {
                format!("OrderedOrganizationPolicyInputList.member.{level}.ServiceControlPolicyInputList.member.1")
            })
            .collect();
        let mut input = vec![("ActionNames.member.1", "s3:GetObject"), ("PolicyInputList.member.1", READ)];
        input.extend(names.iter().map(String::as_str).zip(levels.iter().copied()));
        assert_eq!(simulated(&iam, "SimulateCustomPolicy", &input), wanted, "{levels:?}");
    };
    check(&[&all, &s3], "allowed");
    check(&[&all, &ec2], "implicitDeny");
    check(&[&statement("Deny", "s3:*"), &all], "explicitDeny");
    let name = "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1";
    let tagged = [("ActionNames.member.1", "s3:GetObject"), ("PolicyInputList.member.1", READ), (name, TAGGED)];
    let answer = iam.ask("SimulateCustomPolicy", &tagged);
    assert!(answer.contains("<AllowedByOrganizations>false<"), "{answer}");
    assert!(!answer.contains("aws:PrincipalTag/team"), "keys that service control policies alone ask for: {answer}");
}

#[tokio::test]
async fn policies_can_be_excluded_from_the_simulation_of_a_user() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    iam.put_user_policy().user_name("ada").policy_name("read").policy_document(READ).send().await.unwrap();
    let raw = Raw(&emulator);
    let source = format!("arn:aws:iam::{ACCOUNT}:user/ada");
    let check = |excluded: &[(&str, &str)], wanted: &str| {
        let mut input = vec![("ActionNames.member.1", "s3:GetObject"), ("PolicySourceArn", source.as_str())];
        let names: Vec<String> =
            excluded.iter().map(|(name, _)| format!("PolicyExclusionList.member.1.{name}")).collect();
        input.extend(names.iter().map(String::as_str).zip(excluded.iter().map(|(_, value)| *value)));
        let told = simulated(&raw, "SimulatePrincipalPolicy", &input);
        assert!(told.contains(wanted), "{excluded:?}: {told}");
    };
    let (name, kind, owner) = (
        "InlinePolicyIdentifier.PolicyName",
        "InlinePolicyIdentifier.AttachmentType",
        "InlinePolicyIdentifier.AttachmentName",
    );
    check(&[], "allowed");
    check(&[("PolicyType", "inline")], "implicitDeny");
    check(&[("PolicyType", "user-managed")], "allowed");
    check(&[(name, "read"), (kind, "user"), (owner, "ada")], "implicitDeny");
    check(&[(name, "read"), (kind, "user"), (owner, "bob")], "allowed");
    check(&[("PolicyType", "inline"), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")], "Specify exactly one");
    check(&[("PolicyArn", "arn:aws:iam::aws:policy/*Only*")], "at most one *");
}

#[test]
fn what_a_simulation_does_not_heed_it_refuses() {
    let emulator = Emulator::empty();
    let iam = Raw(&emulator);
    let base = [("ActionNames.member.1", "s3:GetObject"), ("PolicyInputList.member.1", READ)];
    let check = |more: &[(&str, &str)], wanted: &str| {
        let input: Vec<_> = base.iter().chain(more).copied().collect();
        let told = simulated(&iam, "SimulateCustomPolicy", &input);
        assert!(told.contains(wanted), "{more:?}: {told}");
    };
    check(&[("ResourceHandlingOption", "EC2-VPC-EBS")], "does not support ResourceHandlingOption");
    let entry = |kind, value| {
        [
            ("ContextEntries.member.1.ContextKeyName", "aws:x"),
            ("ContextEntries.member.1.ContextKeyType", kind),
            ("ContextEntries.member.1.ContextKeyValues.member.1", value),
        ]
    };
    for (kind, good, bad) in [
        ("numeric", "1.5", "one"),
        ("boolean", "true", "yes"),
        ("ip", "10.0.0.0/8", "10.0.0.0/33"),
        ("date", "2026-01-15T12:00:00Z", "noon"),
        ("binary", "AAAA", "A"),
        ("numericList", "7", ""),
    ] {
        check(&entry(kind, good), "allowed");
        check(&entry(kind, bad), &format!("Invalid value for the context key aws:x of type {kind}: {bad}"));
    }
}
