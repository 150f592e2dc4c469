//! Completion at a `|` in a document.

use super::*;

fn run(text: &str, context: &Context<'_>) -> (String, Completion) {
    let offset = text.find('|').unwrap();
    let text = text.replacen('|', "", 1);
    let completion = complete(&text, offset, context);
    (text, completion)
}

fn context() -> Context<'static> {
    let principals = &[
        "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::111122223333:role/team/deploy",
        "arn:aws:iam::111122223333:user/ada",
    ];
    Context {
        account: Some("111122223333"),
        region: Some("eu-central-1"),
        principals,
        ..Context::new(Catalog::bundled())
    }
}

/// The labels of the first candidates.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (_, completion) = run(text, &context());
    let labels: Vec<&str> = completion.candidates.iter().take(expected.len()).map(|c| c.label.as_str()).collect();
    assert_eq!(labels, expected, "{text}");
}

/// The text after the first candidate went in, with `|` where the cursor is then.
#[track_caller]
fn check_insert(text: &str, expected: &str) {
    let (mut text, completion) = run(text, &context());
    let first = completion.candidates.first().unwrap();
    let cursor = completion.span.start as usize + first.cursor;
    text.replace_range(completion.span.range(), &first.insert);
    text.insert(cursor, '|');
    assert_eq!(text, expected);
}

fn statement(inner: &str) -> String {
    format!(r#"{{"Statement": [{{{inner}}}]}}"#)
}

#[test]
fn elements_that_are_missing_are_offered() {
    check("{|}", &["Version", "Id", "Statement"]);
    check(r#"{"Version": "2012-10-17", |}"#, &["Id", "Statement"]);
    check(&statement(r#""Effect": "Allow", "NotAction": "a", |"#), &["Sid", "Principal", "NotPrincipal", "Resource"]);
    check_insert(&statement(r#""Act|"#), &statement(r#""Action": [|]"#));
}

#[test]
fn services_come_before_the_colon_and_actions_after() {
    check(&statement(r#""Action": "dyna|""#), &["dynamodb"]);
    check(&statement(r#""Action": ["s3:GetObj|"]"#), &["s3:GetObject"]);
    check(&statement(r#""Action": ["s3:GetObject", "s3:GetObj|"]"#), &["s3:GetObjectVersion"]);
    check(&statement(r#""Action": "s3:|""#), &["s3:*", "s3:List*", "s3:Get*"]);
    let (_, found) = run(&statement(r#""Action": "s3:putobjectta|""#), &context());
    let first = &found.candidates[0];
    assert_eq!((first.label.as_str(), first.detail.as_str()), ("s3:PutObjectTagging", "Tagging"));
    assert!(first.documentation.starts_with("Grants permission") && first.matched.len() == "s3:putobjectta".len());
    check(&statement(r#""Action": "secrets manager|""#), &["secretsmanager"]);
}

#[test]
fn what_is_written_fits_the_quotes() {
    check_insert(&statement(r#""Effect": |"#), &statement(r#""Effect": "Allow"|"#));
    check_insert(&statement(r#""Effect": "De|x""#), &statement(r#""Effect": "Deny|""#));
    check_insert(&statement(r#""Effect": Al|"#), &statement(r#""Effect": "Allow"|"#));
    check_insert("{\"Statement\": [{\"Effect\": \"Al|\n}]}", "{\"Statement\": [{\"Effect\": \"Allow\"|\n}]}");
    check_insert(&statement(r#""Action": "sqs|""#), &statement(r#""Action": "sqs:|""#));
    check_insert(&statement(r#""Effe|": "Allow""#), &statement(r#""Effect|": "Allow""#));
}

#[test]
fn arns_are_filled_in_for_the_actions_of_the_statement() {
    check(
        &statement(r#""Action": "sqs:SendMessage", "Resource": "|""#),
        &["arn:aws:sqs:eu-central-1:111122223333:*", "*"],
    );
    check(&statement(r#""Action": "s3:ListAllMyBuckets", "Resource": |"#), &["*"]);
    check(
        &statement(r#""Action": "iam:PassRole", "Resource": "|""#),
        &[
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::111122223333:role/team/deploy",
            "arn:aws:iam::111122223333:role/*",
        ],
    );
    check(
        &statement(r#""Action": "sts:AssumeRole", "Resource": "deploy|""#),
        &["arn:aws:iam::111122223333:role/team/deploy"],
    );
    check(&statement(r#""Action": "s3:GetObject", "Resource": "|""#), &["arn:aws:s3:::*/*", "*"]);
    check(
        &statement(r#""Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:us|""#),
        &["arn:aws:s3:::home/${aws:username}", "arn:aws:s3:::home/${aws:userid}"],
    );
    check(&statement(r#""Resource": "arn:aws:sns|""#), &[]);
    check(&statement(r#""Resource": "arn:aws:sns:|""#), &["arn:aws:sns:eu-central-1:111122223333:*"]);
}

#[test]
fn operators_fit_the_keys_under_them() {
    check(&statement(r#""Condition": {"|": {"aws:SourceIp": "10.0.0.0/8"}}"#), &["IpAddress", "NotIpAddress", "Null"]);
    check(&statement(r#""Condition": {"|": {"aws:TagKeys": "a"}}"#), &["ForAnyValue:StringEquals"]);
    check(&statement(r#""Condition": {"StringEqualsIf|": {}}"#), &["StringEqualsIfExists"]);
    check(&statement(r#""Condition": {"Bo|": {}}"#), &["Bool"]);
}

#[test]
fn keys_of_the_actions_come_first() {
    let text = statement(r#""Action": "s3:ListBucket", "Condition": {"StringLike": {"|"}}"#);
    let (_, found) = run(&text, &context());
    let place = |label: &str| found.candidates.iter().position(|c| c.label == label).unwrap();
    assert!(place("s3:prefix") < place("aws:username"));
    assert!(place("aws:username") < place("aws:SourceIp"), "the operator does not compare addresses");
    check(&statement(r#""Condition": {"Bool": {"aws:sec|"}}"#), &["aws:SecureTransport"]);
    let oidc = r#""Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"}"#;
    check(
        &statement(&format!(r#"{oidc}, "Condition": {{"StringEquals": {{"|"}}}}"#)),
        &["token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"],
    );
    check_insert(
        &statement(r#""Condition": {"StringEquals": {"aws:ResourceT|"}}"#),
        &statement(r#""Condition": {"StringEquals": {"aws:ResourceTag/|"}}"#),
    );
}

#[test]
fn values_fit_the_key() {
    let value = |operator: &str, key: &str| statement(&format!(r#""Condition": {{"{operator}": {{"{key}": "|"}}}}"#));
    check(&value("Bool", "aws:SecureTransport"), &["true", "false"]);
    check(&value("Null", "s3:prefix"), &["true", "false"]);
    check(&value("IpAddress", "aws:SourceIp"), &["203.0.113.0/24"]);
    check(&value("DateLessThan", "aws:CurrentTime"), &["2026-01-01T00:00:00Z"]);
    check(&value("StringEquals", "aws:SourceAccount"), &["111122223333"]);
    check(
        &value("StringEquals", "aws:RequestedRegion").replace("\"|\"", "\"eu-c|\""),
        &["eu-central-1", "eu-central-2"],
    );
    check(&value("StringEquals", "iam:PassedToService").replace("\"|\"", "\"ecs-t|\""), &["ecs-tasks.amazonaws.com"]);
    check(&value("StringEquals", "s3:x-amz-acl"), &["private", "public-read"]);
}

#[test]
fn principals_are_offered_by_kind() {
    check(&statement(r#""Principal": {|}"#), &["AWS", "Service", "Federated", "CanonicalUser"]);
    check(
        &statement(r#""Principal": {"AWS": "|"}"#),
        &["arn:aws:iam::111122223333:root", "111122223333", "arn:aws:iam::111122223333:role/app"],
    );
    check(&statement(r#""Principal": {"Service": "lamb|"}"#), &["lambda.amazonaws.com"]);
    check(&statement(r#""Principal": {"Federated": ["google|"]}"#), &["accounts.google.com"]);
    check(&statement(r#""Principal": "|""#), &["*"]);
}

#[test]
fn trust_policies_speak_of_assuming() {
    let trust = Context { kind: Some(PolicyKind::Trust), ..context() };
    let (_, found) = run(&statement(r#""Action": "|""#), &trust);
    assert_eq!(found.candidates[0].label, "sts:AssumeRole");
    let (_, found) = run(&statement("|"), &trust);
    assert!(found.candidates.iter().all(|c| c.label != "Resource"));
}

#[test]
fn an_empty_text_offers_a_whole_policy() {
    check_insert(
        "|",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["|"], "Resource": "*"}]}"#,
    );
}

/// Places of the cursor in a statement.
const PLACES: [&str; 72] = [
    r#""Action": "|""#,
    r#""Action": "s|""#,
    r#""Action": "s3|""#,
    r#""Action": "ec2|""#,
    r#""Action": "iam|""#,
    r#""Action": "lam|""#,
    r#""Action": "dynamodb|""#,
    r#""Action": "cloud|""#,
    r#""Action": "getobj|""#,
    r#""Action": "putitem|""#,
    r#""Action": "startinst|""#,
    r#""Action": "s3:|""#,
    r#""Action": "s3:Get|""#,
    r#""Action": "s3:GetObj|""#,
    r#""Action": "s3:GetObject|""#,
    r#""Action": "s3:getobjectt|""#,
    r#""Action": "s3:list|""#,
    r#""Action": "s3:Put|""#,
    r#""Action": "ec2:|""#,
    r#""Action": "ec2:Describe|""#,
    r#""Action": "ec2:Run|""#,
    r#""Action": "ec2:start|""#,
    r#""Action": "iam:|""#,
    r#""Action": "iam:Pass|""#,
    r#""Action": "iam:Create|""#,
    r#""Action": "sts:|""#,
    r#""Action": "sts:Assume|""#,
    r#""Action": "kms:|""#,
    r#""Action": "kms:Dec|""#,
    r#""Action": "logs:|""#,
    r#""Action": "logs:Put|""#,
    r#""Action": "lambda:Inv|""#,
    r#""Action": "sqs:Send|""#,
    r#""Action": "sns:Pub|""#,
    r#""Action": "dynamodb:Get|""#,
    r#""Action": "cloudwatch:|""#,
    r#""Action": "ecr:Get|""#,
    r#""Action": "ssm:Get|""#,
    r#""Action": "secretsmanager:Get|""#,
    r#""Action": "codecommit:Git|""#,
    r#""Action": "s3:GetObject", "Condition": {"Bool": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"IpAddress": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"DateGreaterThan": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"StringEquals": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"StringLike": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"ArnLike": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"NumericLessThan": {"|"}}"#,
    r#""Action": "s3:GetObject", "Condition": {"Null": {"|"}}"#,
    r#""Action": "ec2:RunInstances", "Condition": {"StringEquals": {"|"}}"#,
    r#""Action": "iam:PassRole", "Condition": {"StringEquals": {"|"}}"#,
    r#""Action": "sts:AssumeRole", "Condition": {"StringEquals": {"|"}}"#,
    r#""Action": "kms:Decrypt", "Condition": {"StringEquals": {"|"}}"#,
    r#""Action": ["s3:GetObject", "ec2:RunInstances"], "Condition": {"StringEquals": {"aws:Source|"}}"#,
    r#""Action": ["s3:GetObject", "ec2:RunInstances"], "Condition": {"StringEquals": {"s3:|"}}"#,
    r#""Action": ["s3:GetObject", "ec2:RunInstances"], "Condition": {"StringEquals": {"aws:sec|"}}"#,
    r#""Action": ["s3:GetObject", "ec2:RunInstances"], "Condition": {"StringEquals": {"ec2:Inst|"}}"#,
    r#""Resource": "|""#,
    r#""Action": "s3:GetObject", "Resource": "|""#,
    r#""Action": "iam:PassRole", "Resource": "|""#,
    r#""Condition": {"|"}"#,
    r#""Action": "sts:AssumeRole", "Resource": "|""#,
    r#""Action": "iam:PassRole", "Resource": "team|""#,
    r#""Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/a|""#,
    r#""Action": "sns:Publish", "Resource": "|""#,
    r#""Action": "ec2:runin|""#,
    r#""Action": "ec2:ri|""#,
    r#""Action": "ec2:inst|""#,
    r#""Action": "s3:objtag|""#,
    r#""Action": "dynamodb:gtitm|""#,
    r#""Action": "elastic load|""#,
    r#""Principal": {"AWS": "|"}"#,
    r#""Action": "s3:GetObject", "Condition": {"StringEquals": {"orgid|"}}"#,
];

#[test]
fn what_comes_first_fits_and_is_common() {
    let row = |place: &&str| {
        let (_, found) = run(&statement(place), &context());
        let labels: Vec<&str> = found.candidates.iter().take(3).map(|candidate| candidate.label.as_str()).collect();
        format!("{place}\n    {}\n", labels.join("  "))
    };
    insta::assert_snapshot!(PLACES.iter().map(row).collect::<String>());
}

#[test]
fn no_offset_of_a_mutated_document_fails() {
    const DOCUMENT: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "é", "Effect": "Allow",
        "Principal": {"AWS": ["111122223333"], "Service": "ec2.amazonaws.com"}, "Action": ["s3:Get*", "iam:PassRole"],
        "Resource": "arn:aws:s3:::a/*", "Condition": {"StringLike": {"aws:PrincipalTag/x": ["${aws:username}"]}}}]}"#;
    let context = context();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    for _ in 0..60 {
        let mut chars: Vec<char> = DOCUMENT.chars().collect();
        for _ in 0..random(6) {
            let at = random(chars.len().max(1));
            match random(3) {
                0 if at < chars.len() => drop(chars.remove(at)),
                1 => chars.insert(at.min(chars.len()), ['"', '{', '}', '[', ']', ',', ':', '\\', 'x'][random(9)]),
                _ => chars.truncate(at.max(1)),
            }
        }
        let text: String = chars.into_iter().collect();
        for _ in 0..12 {
            let offset = random(text.len() + 2);
            let found = complete(&text, offset, &context);
            for candidate in &found.candidates {
                assert!(candidate.cursor <= candidate.insert.len());
                assert!(text.get(found.span.range()).is_some());
            }
        }
    }
}
