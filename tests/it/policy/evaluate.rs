//! The order of the layers, from cases that the documentation of AWS describes.

use std::sync::Arc;

use iamtui::policy::evaluate::{Compiled, Layer, PolicySet, Principal, Request, evaluate, explain};

mod layers;
mod seeded;
mod trust;

const USER: &str = "arn:aws:iam::111111111111:user/alice";
const ROLE: &str = "arn:aws:iam::111111111111:role/Ops";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/Ops/joe";
const BUCKET: &str = "arn:aws:s3:::bucket/key";
const QUEUE_ELSEWHERE: &str = "arn:aws:sqs:eu-west-1:222222222222:queue";

/// A document of statements without the shell that all documents share.
fn document(statements: &str) -> Arc<Compiled> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Arc::new(Compiled::new(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn allow(action: &str) -> Arc<Compiled> {
    document(&format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#))
}

fn deny(action: &str) -> Arc<Compiled> {
    document(&format!(r#"{{"Effect": "Deny", "Action": "{action}", "Resource": "*"}}"#))
}

/// A policy of a resource that allows everything to one AWS principal.
fn allow_to(principal: &str) -> Arc<Compiled> {
    document(&format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "*", "Resource": "*"}}"#
    ))
}

fn principal(text: &str) -> Principal {
    match text {
        "anonymous" => Principal::Anonymous,
        text if text.starts_with("arn:") && !text.contains("-provider/") => Principal::from_arn(text).unwrap(),
        text if text.ends_with(".amazonaws.com") && !text.starts_with("cognito") => Principal::Service(text.into()),
        text => Principal::Federated(text.into()),
    }
}

fn request(caller: &str, action: &str, resource: &str) -> Request {
    Request::new(principal(caller), action, resource)
}

/// Compares decision and blocking layers, written as `allowed` or `implicitDeny boundary session`.
#[track_caller]
fn check(request: &Request, policies: &PolicySet, expected: &str) {
    let verdict = evaluate(request, policies).unwrap();
    let mut told = verdict.decision.as_str().to_owned();
    for layer in &verdict.blocked_by {
        told.push(' ');
        told.push_str(layer.as_str());
    }
    assert_eq!(told, expected, "{request:#?}");
    let trace = explain(request, policies).unwrap();
    assert_eq!(trace.verdict, verdict, "the trace tells of the same verdict");
}

#[test]
fn nothing_is_allowed_by_default() {
    check(&request(USER, "s3:GetObject", BUCKET), &PolicySet::default(), "implicitDeny identity");
}

#[test]
fn get_caller_identity_cannot_be_denied() {
    let set = PolicySet { identity: vec![deny("*")], scps: vec![vec![deny("*")]], ..PolicySet::default() };
    check(&request(USER, "sts:GetCallerIdentity", "*"), &set, "allowed");
    check(&request(USER, "sts:GetSessionToken", "*"), &set, "allowed");
    check(&request(SESSION, "sts:GetSessionToken", "*"), &set, "explicitDeny scp identity");
    check(&request("anonymous", "sts:GetCallerIdentity", "*"), &set, "implicitDeny resource");
}

#[test]
fn the_matched_statements_are_those_that_decide() {
    let set = PolicySet {
        identity: vec![allow("s3:*"), allow("s3:Get*")],
        groups: vec![deny("s3:DeleteObject")],
        ..PolicySet::default()
    };
    let places = |action: &str| -> Vec<(Layer, usize)> {
        let verdict = evaluate(&request(USER, action, BUCKET), &set).unwrap();
        verdict.matched.iter().map(|place| (place.layer, place.policy)).collect()
    };
    assert_eq!(places("s3:GetObject"), [(Layer::Identity, 0), (Layer::Identity, 1)]);
    assert_eq!(places("s3:PutObject"), [(Layer::Identity, 0)]);
    assert_eq!(places("s3:DeleteObject"), [(Layer::Group, 0)]);
    check(&request(USER, "s3:DeleteObject", BUCKET), &set, "explicitDeny identity");
}

#[test]
fn a_matched_statement_can_be_looked_up() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let set = PolicySet { identity: vec![Arc::new(Compiled::new(text).unwrap())], ..PolicySet::default() };
    let verdict = evaluate(&request(USER, "s3:GetObject", BUCKET), &set).unwrap();
    let statement = set.statement(&verdict.matched[0]).unwrap();
    assert_eq!((statement.sid(), statement.start().column), (Some("a"), 39));
    assert_eq!(statement.end().column, text.len() - 1);
}

#[test]
fn missing_keys_are_those_of_the_statements_concerned() {
    let set = PolicySet {
        identity: vec![document(
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:PrincipalTag/b}/*",
                "Condition": {"StringLike": {"s3:prefix": "a*"}}},
               {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "${s3:ExistingObjectTag/Team}",
                                               "aws:username": "alice"},
                              "Bool": {"AWS:MultiFactorAuthPresent": "true"}}},
               {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*", "Condition": {"Bool": {"a:b": "true"}}},
               {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::other", "Condition": {"Bool": {"c:d": "true"}}}"#,
        )],
        ..PolicySet::default()
    };
    let verdict = evaluate(&request(USER, "s3:GetObject", BUCKET), &set).unwrap();
    let missing: Vec<&str> = verdict.missing_context.iter().map(AsRef::as_ref).collect();
    assert_eq!(
        missing,
        ["aws:PrincipalTag/b", "aws:PrincipalTag/Team", "s3:ExistingObjectTag/Team", "AWS:MultiFactorAuthPresent"]
    );
}

#[test]
fn a_trace_says_why() {
    let set = PolicySet {
        identity: vec![document(
            r#"{"Sid": "home", "Effect": "Allow", "Action": ["s3:Put*", "s3:Get*"],
                "Resource": ["arn:aws:s3:::x", "arn:aws:s3:::bucket/${aws:username}"],
                "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}}"#,
        )],
        ..PolicySet::default()
    };
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::bucket/alice").with("aws:SourceIp", ["192.0.2.7"]);
    check(&asked, &set, "allowed");
    let trace = explain(&asked, &set).unwrap();
    let statement = &trace.statements[0];
    assert!(statement.applies);
    assert_eq!(statement.action.pattern.as_deref(), Some("s3:Get*"));
    assert_eq!(statement.resource.pattern.as_deref(), Some("arn:aws:s3:::bucket/${aws:username}"));
    assert_eq!(
        statement.resource.expansions,
        [("arn:aws:s3:::bucket/${aws:username}".into(), Some("arn:aws:s3:::bucket/alice".to_owned()))]
    );
    let fits: Vec<_> = statement.conditions[0].values.iter().map(|value| value.fits.len()).collect();
    assert_eq!(fits, [0, 1]);
}

/// A decision that would take hours is given up, whatever it would have been.
#[track_caller]
fn check_given_up(statement: &str, request: &Request) {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    assert!(text.len() <= 262_144, "{}", text.len());
    let set = PolicySet { identity: vec![Arc::new(Compiled::new(&text).unwrap())], ..PolicySet::default() };
    let start = std::time::Instant::now();
    evaluate(request, &set).unwrap_err();
    explain(request, &set).unwrap_err();
    // Built without optimisation, on a busy machine.
    assert!(start.elapsed() < std::time::Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn a_decision_that_asks_for_too_much_work_is_given_up() {
    let long = "a".repeat(1_000_000);
    let asked = request(USER, "s3:GetObject", BUCKET).with("k", [long.as_str()]);
    let pattern = format!("*{}b", "a".repeat(1_000));
    let patterns = vec![format!("\"{pattern}\""); 200].join(",");
    check_given_up(
        &format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringLike":{{"k":[{patterns}]}}}}}}"#
        ),
        &asked,
    );
    let variables = "${k}".repeat(50_000);
    check_given_up(
        &format!(
            r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringNotLike":{{"k":"{variables}"}}}}}}"#
        ),
        &asked,
    );
    let values: Vec<String> = (0..20_000).map(|number| format!("{number}")).collect();
    let wanted: Vec<String> = (0..20_000).map(|number| format!("\"x{number}\"")).collect();
    let asked = request(USER, "s3:GetObject", BUCKET).with("k", values.iter().map(String::as_str));
    check_given_up(
        &format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"ForAllValues:StringNotEquals":{{"k":[{}]}}}}}}"#,
            wanted.join(",")
        ),
        &asked,
    );
    let asked = request(USER, "s3:GetObject", &format!("arn:aws:s3:::{}", "a".repeat(2_000)));
    let patterns = vec![format!("\"arn:aws:s3:::{pattern}\""); 200].join(",");
    check_given_up(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":[{patterns}]}}"#), &asked);
}
