use super::*;
use crate::insight::fixture::{dump, lab};

#[track_caller]
fn refusal(text: &str) -> Refusal {
    match read(text).unwrap() {
        DenialText::Refusal(refusal) => refusal,
        DenialText::Sealed(sealed) => panic!("{sealed:?}"),
    }
}

/// What is read of a text: principal, action, resource, layer, explicit, policy.
#[track_caller]
fn check(text: &str, expected: &str) {
    let told = refusal(text);
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let layer = told.layer.map_or("-", |layer| layer.as_str());
    let how = match told.explicit {
        Some(true) => "explicit",
        Some(false) => "implicit",
        None => "-",
    };
    let line = [
        shown(&told.principal),
        shown(&told.action),
        shown(&told.resource),
        layer.into(),
        how.into(),
        shown(&told.policy),
    ];
    assert_eq!(line.join(" | "), expected, "{text}");
}

const BOB: &str = "arn:aws:iam::123456789012:user/bob";

#[test]
fn sentences_of_every_age_and_service_are_read() {
    check(
        &format!(
            "User: {BOB} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action"
        ),
        &format!("{BOB} | iam:ListUsers | arn:aws:iam::123456789012:user/ | identity | implicit | -"),
    );
    check(
        &format!(
            "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: {BOB} is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf with an explicit deny in a service control policy"
        ),
        &format!(
            "{BOB} | secretsmanager:GetSecretValue | arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf | scp | explicit | -"
        ),
    );
    check(
        &format!(
            "User: {BOB} is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/NoData."
        ),
        &format!(
            "{BOB} | s3:GetObject | arn:aws:s3:::b/k | identity | explicit | arn:aws:iam::123456789012:policy/NoData"
        ),
    );
    check(
        &format!(
            "User: {BOB} is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:123456789012:table/t (Service: DynamoDb, Status Code: 400, Request ID: X)"
        ),
        &format!("{BOB} | dynamodb:Query | arn:aws:dynamodb:us-east-1:123456789012:table/t | - | - | -"),
    );
    check(
        &format!(
            "You are not authorized to perform this operation. User: {BOB} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no permissions boundary allows the ec2:RunInstances action. Encoded authorization failure message: abc"
        ),
        &format!("{BOB} | ec2:RunInstances | arn:aws:ec2:us-east-1:123456789012:instance/* | boundary | implicit | -"),
    );
    check(
        &format!(
            "User: {BOB} is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/1 because no resource-based policy allows the kms:Decrypt action"
        ),
        &format!("{BOB} | kms:Decrypt | arn:aws:kms:us-east-1:123456789012:key/1 | resource | implicit | -"),
    );
    check(
        &format!(
            "User: {BOB} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:123456789012:q because no VPC endpoint policy allows the sqs:SendMessage action"
        ),
        &format!("{BOB} | sqs:SendMessage | arn:aws:sqs:us-east-1:123456789012:q | vpce | implicit | -"),
    );
    check(
        &format!("User: {BOB} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIA"),
        &format!("{BOB} | iam:GetAccessKeyLastUsed | access key AKIA | - | - | -"),
    );
    check(
        "User: anonymous is not authorized to perform: es:ESHttpGet because no resource-based policy allows the es:ESHttpGet action",
        "anonymous | es:ESHttpGet | - | resource | implicit | -",
    );
    check(
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "- | sts:AssumeRoleWithWebIdentity | - | - | - | -",
    );
}

#[test]
fn data_is_read_too() {
    let event = r#"{"Records":[{"eventName":"ListUsers","eventSource":"iam.amazonaws.com"},
        {"eventName":"PutObject","eventSource":"s3.amazonaws.com","errorCode":"AccessDenied","errorMessage":"Access Denied",
         "awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.7","userIdentity":{"arn":"arn:aws:sts::123456789012:assumed-role/deploy/x"},
         "resources":[{"ARN":"arn:aws:s3:::data/x"}]}]}"#;
    check(event, "arn:aws:sts::123456789012:assumed-role/deploy/x | s3:PutObject | arn:aws:s3:::data/x | - | - | -");
    assert_eq!(refusal(event).context[0], ("aws:SourceIp".to_owned(), vec!["192.0.2.7".to_owned()]));
    let decoded = r#"{"DecodedMessage":"{\"allowed\":false,\"explicitDeny\":true,\"matchedStatements\":{\"items\":[{\"statementId\":\"No\"}]},\"context\":{\"principal\":{\"arn\":\"arn:aws:iam::123456789012:user/bob\"},\"action\":\"ec2:RunInstances\",\"resource\":\"arn:aws:ec2:us-east-1:123456789012:instance/*\",\"conditions\":{\"items\":[{\"key\":\"ec2:Region\",\"values\":{\"items\":[{\"value\":\"us-east-1\"}]}}]}}}"}"#;
    check(
        decoded,
        &format!("{BOB} | ec2:RunInstances | arn:aws:ec2:us-east-1:123456789012:instance/* | - | explicit | -"),
    );
}

#[test]
fn what_only_aws_can_read_is_said_and_what_is_no_refusal_refused() {
    let message = "x9Kd".repeat(60);
    assert_eq!(read(&message).unwrap(), DenialText::Sealed(Sealed::Message(message.clone())));
    let sentence =
        format!("You are not authorized to perform this operation. Encoded authorization failure message: {message}");
    assert!(matches!(read(&sentence).unwrap(), DenialText::Sealed(Sealed::Message(_))));
    let id = "0f3c1d2eaaaabbbbcccc1234567890ab";
    assert_eq!(read(id).unwrap(), DenialText::Sealed(Sealed::Id(id.to_owned())));
    assert!(Sealed::Id(id.to_owned()).needs_session().message.contains("authorization ID"));
    assert!(read("hello world").is_err() && read("").is_err() && read("{}").is_err());
}

fn explained(account: &crate::model::Account, action: &str, resource: &str, who: &str, reason: &str) -> Explanation {
    let text = format!("User: {who} is not authorized to perform: {action} on resource: {resource}{reason}");
    explain(&Access::new(account), refusal(&text)).unwrap()
}

#[test]
fn the_smallest_fix_comes_first() {
    let account = lab();
    let told = explained(&account, "ec2:RunInstances", "*", "arn:aws:iam::123456789012:user/mal", "");
    assert_eq!((told.layer, told.agrees), (Some(Layer::Identity), Some(true)));
    let titles: Vec<&str> = told.fixes.iter().map(|fix| fix.title.as_str()).collect();
    assert_eq!(
        titles,
        ["Allow ec2:RunInstances for user mal alone", "Allow ec2:RunInstances for all members of group dev"]
    );
    assert!(told.fixes.iter().all(|fix| fix.plan.is_some()));
}

#[test]
fn policies_that_were_not_read_do_not_tell() {
    let told = explained(&crate::model::Account::default(), "s3:GetObject", "*", BOB, "");
    assert_eq!(told.agrees, None);
    let lines: Vec<String> =
        crate::insight::describe::denial::explanation(&told).into_iter().map(|one| one.text).collect();
    assert!(lines.iter().any(|one| one.contains("were not all read")), "{lines:?}");
}

#[test]
fn an_account_that_allows_it_disagrees() {
    let told = explained(
        &lab(),
        "s3:GetObject",
        "arn:aws:s3:::data/bob/x",
        BOB,
        " because no identity-based policy allows the s3:GetObject action",
    );
    assert_eq!((told.layer, told.agrees), (Some(Layer::Identity), Some(false)));
    assert!(told.fixes.is_empty(), "{:?}", told.fixes);
    let told = explained(
        &lab(),
        "s3:GetObject",
        "arn:aws:s3:::data/bob/x",
        BOB,
        " with an explicit deny in a service control policy",
    );
    assert_eq!((told.layer, told.agrees), (Some(Layer::Scp), None));
}

#[test]
fn a_statement_that_denies_is_named_and_taken_out() {
    let text = include_str!("../fixture/lab.json").replace(
        r#"{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"*"},"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"NoKeys","Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"},"#,
    );
    let told = explained(
        &dump(&text),
        "iam:CreateAccessKey",
        "arn:aws:iam::123456789012:user/ada",
        "arn:aws:iam::123456789012:user/mal",
        "",
    );
    let statement = told.statement.unwrap();
    assert_eq!((statement.policy.as_ref(), statement.sid.as_deref()), ("keys", Some("NoKeys")));
    assert_eq!(told.fixes[0].title, "Remove the denying statement 2 `NoKeys` from policy keys");
    assert!(told.fixes[0].plan.is_some());
}

#[test]
fn a_role_that_does_not_trust_the_caller_is_told() {
    let told = explained(
        &lab(),
        "sts:AssumeRole",
        "arn:aws:iam::123456789012:role/audit",
        "arn:aws:iam::123456789012:user/ada",
        "",
    );
    assert_eq!(told.layer, Some(Layer::Trust));
    assert_eq!(told.fixes[0].title, "Let arn:aws:iam::123456789012:user/ada assume role audit");
    assert!(told.fixes[0].plan.is_some());
}

#[test]
fn what_iam_toolbox_tells_of_a_request_is_read() {
    let answer = serde_json::json!({
        "requestContext": {"aws:PrincipalArn": BOB, "aws:SourceIp": "192.0.2.7", "aws:TagKeys": ["a", "b"]},
        "evaluations": [
            {"action": "s3:ListBucket", "resource": "arn:aws:s3:::data", "evaluatedEffect": "ALLOW"},
            {"action": "s3:GetObject", "resource": "arn:aws:s3:::data/x", "evaluatedEffect": "EXPLICIT_DENY", "checks": [
                {"checkType": "PRINCIPAL", "evaluatedEffect": "ALLOW"},
                {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "EXPLICIT_DENY", "matchedPolicies": [
                    {"uri": "policy/1", "matchedStatements": [{"sid": "NoData", "evaluatedEffect": "DENY"}]}]}]}],
        "policies": [{"type": "SERVICE_CONTROL_POLICY", "uri": "policy/1",
            "policySource": {"policyArn": "arn:aws:organizations::1:policy/o-1/service_control_policy/p-1"}}]});
    check(
        &answer.to_string(),
        &format!(
            "{BOB} | s3:GetObject | arn:aws:s3:::data/x | scp | explicit | \
             arn:aws:organizations::1:policy/o-1/service_control_policy/p-1"
        ),
    );
    let told = unsealed(&answer.to_string()).unwrap();
    assert_eq!(told.sid.as_deref(), Some("NoData"));
    assert!(told.context.contains(&("aws:TagKeys".to_owned(), vec!["a".to_owned(), "b".to_owned()])));
}
