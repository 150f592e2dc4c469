//! Caps, resource policies, boundaries and sessions, in one account and across two.

use super::*;

#[test]
fn an_explicit_deny_wins_wherever_it_stands() {
    let full = || PolicySet {
        identity: vec![allow("*")],
        boundary: Some(allow("*")),
        scps: vec![vec![allow("*")]],
        rcps: vec![vec![document(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#)]],
        session: vec![allow("*")],
        ..PolicySet::default()
    };
    let asked = request(SESSION, "s3:GetObject", BUCKET);
    check(&asked, &full(), "allowed");
    let no = || deny("s3:*");
    let cases = [
        (PolicySet { identity: vec![allow("*"), no()], ..full() }, "identity"),
        (PolicySet { groups: vec![no()], ..full() }, "identity"),
        (PolicySet { boundary: Some(no()), ..full() }, "boundary"),
        (PolicySet { session: vec![allow("*"), no()], ..full() }, "session"),
        (PolicySet { scps: vec![vec![allow("*")], vec![allow("*"), no()]], ..full() }, "scp"),
        (PolicySet { endpoints: vec![no()], ..full() }, "vpce"),
        (
            PolicySet {
                resource: Some(document(r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#)),
                ..full()
            },
            "resource",
        ),
        (
            PolicySet {
                rcps: vec![vec![document(r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#)]],
                ..full()
            },
            "rcp",
        ),
    ];
    for (set, layer) in cases {
        check(&asked, &set, &format!("explicitDeny {layer}"));
    }
}

#[test]
fn each_level_of_scps_must_allow() {
    let identity = || vec![allow("*")];
    let levels = |scps| PolicySet { identity: identity(), scps, ..PolicySet::default() };
    let asked = request(USER, "s3:GetObject", BUCKET);
    check(&asked, &levels(vec![]), "allowed");
    check(&asked, &levels(vec![vec![allow("*")], vec![allow("s3:*")]]), "allowed");
    check(&asked, &levels(vec![vec![allow("*")], vec![allow("ec2:*")]]), "implicitDeny scp");
    check(&asked, &levels(vec![vec![allow("*")], vec![allow("ec2:*"), allow("s3:*")]]), "allowed");
    check(&asked, &levels(vec![vec![], vec![allow("*")]]), "implicitDeny scp");
}

#[test]
fn scps_spare_the_management_account_and_service_linked_roles() {
    let set = PolicySet { identity: vec![allow("*")], scps: vec![vec![deny("*")]], ..PolicySet::default() };
    check(&request(USER, "s3:GetObject", BUCKET), &set, "explicitDeny scp");
    check(&request(USER, "s3:GetObject", BUCKET).with_management_account("111111111111"), &set, "allowed");
    check(&request(USER, "s3:GetObject", BUCKET).with_management_account("333333333333"), &set, "explicitDeny scp");
    let linked = "arn:aws:iam::111111111111:role/aws-service-role/es.amazonaws.com/AWSServiceRoleForES";
    check(&request(linked, "s3:GetObject", BUCKET), &set, "allowed");
    check(&request("arn:aws:iam::111111111111:root", "s3:GetObject", BUCKET), &set, "explicitDeny scp");
}

#[test]
fn rcps_bind_callers_of_any_account_but_no_service_linked_role() {
    let closed = document(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
           {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
            "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
                          "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    );
    let set = PolicySet {
        identity: vec![allow("*")],
        resource: Some(document(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#)),
        rcps: vec![vec![closed]],
        ..PolicySet::default()
    };
    let foreign = "arn:aws:iam::999999999999:user/mallory";
    check(&request(foreign, "sqs:SendMessage", QUEUE_ELSEWHERE), &set, "explicitDeny rcp");
    let ours = request(USER, "sqs:SendMessage", QUEUE_ELSEWHERE).with("aws:PrincipalOrgID", ["o-1"]);
    check(&ours, &set, "allowed");
    check(&request("sns.amazonaws.com", "sqs:SendMessage", QUEUE_ELSEWHERE), &set, "allowed");
    let linked = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    check(&request(linked, "sqs:SendMessage", QUEUE_ELSEWHERE), &set, "allowed");
    let set_for_iam = PolicySet { identity: vec![allow("*")], resource: None, ..set.clone() };
    let unknown_to_rcps = request(foreign, "iam:GetUser", "arn:aws:iam::999999999999:user/x");
    check(&unknown_to_rcps, &set_for_iam, "allowed");
    let management = request(foreign, "sqs:SendMessage", QUEUE_ELSEWHERE).with_management_account("222222222222");
    check(&management, &set, "allowed");
}

#[test]
fn in_one_account_identity_or_resource_policy_suffices() {
    let asked = request(USER, "s3:GetObject", BUCKET);
    check(&asked, &PolicySet { identity: vec![allow("s3:*")], ..PolicySet::default() }, "allowed");
    check(&asked, &PolicySet { groups: vec![allow("s3:*")], ..PolicySet::default() }, "allowed");
    let by = |principal| PolicySet { resource: Some(allow_to(principal)), ..PolicySet::default() };
    check(&asked, &by(USER), "allowed");
    check(&asked, &by("*"), "allowed");
    check(&asked, &by("111111111111"), "implicitDeny identity");
    check(&asked, &by("arn:aws:iam::111111111111:user/bob"), "implicitDeny identity");
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let asked = request(USER, "sqs:SendMessage", QUEUE_ELSEWHERE);
    let set = |identity: &[Arc<Compiled>], resource| PolicySet {
        identity: identity.to_vec(),
        resource,
        ..PolicySet::default()
    };
    check(&asked, &set(&[allow("*")], None), "implicitDeny resource");
    check(&asked, &set(&[], Some(allow_to(USER))), "implicitDeny identity");
    check(&asked, &set(&[], None), "implicitDeny resource identity");
    check(&asked, &set(&[allow("*")], Some(allow_to(USER))), "allowed");
    check(&asked, &set(&[allow("*")], Some(allow_to("111111111111"))), "allowed");
    check(&asked, &set(&[], Some(allow_to("*"))), "implicitDeny identity");
    let bounded = PolicySet { boundary: Some(allow("s3:*")), ..set(&[allow("*")], Some(allow_to(USER))) };
    check(&asked, &bounded, "implicitDeny boundary");
    let root = request("arn:aws:iam::111111111111:root", "sqs:SendMessage", QUEUE_ELSEWHERE);
    check(&root, &set(&[], Some(allow_to("111111111111"))), "allowed");
    check(&root, &set(&[], None), "implicitDeny resource");
}

#[test]
fn a_bucket_of_another_account_is_told_by_the_request() {
    let asked = request(USER, "s3:GetObject", BUCKET).with_resource_account("222222222222");
    check(&asked, &PolicySet { identity: vec![allow("*")], ..PolicySet::default() }, "implicitDeny resource");
}

#[test]
fn boundary_and_session_cap_what_identity_policies_give() {
    let asked = request(SESSION, "s3:GetObject", BUCKET);
    let set = |boundary, session| PolicySet { identity: vec![allow("*")], boundary, session, ..PolicySet::default() };
    check(&asked, &set(Some(allow("s3:*")), vec![allow("s3:Get*")]), "allowed");
    check(&asked, &set(Some(allow("ec2:*")), vec![]), "implicitDeny boundary");
    check(&asked, &set(None, vec![allow("ec2:*")]), "implicitDeny session");
    check(&asked, &set(None, vec![allow("ec2:*"), allow("s3:*")]), "allowed");
    check(&asked, &set(Some(allow("ec2:*")), vec![allow("ec2:*")]), "implicitDeny boundary session");
    let only_boundary = PolicySet { boundary: Some(allow("*")), ..PolicySet::default() };
    check(&asked, &only_boundary, "implicitDeny identity");
}

#[test]
fn a_grant_to_the_session_is_not_cut_but_one_to_the_role_is() {
    let capped = |principal| PolicySet {
        resource: Some(allow_to(principal)),
        boundary: Some(allow("ec2:*")),
        session: vec![allow("ec2:*")],
        ..PolicySet::default()
    };
    let asked = request(SESSION, "s3:GetObject", BUCKET);
    check(&asked, &capped(SESSION), "allowed");
    check(&asked, &capped("*"), "allowed");
    check(&asked, &capped(ROLE), "implicitDeny boundary session");
    let role_only = PolicySet { resource: Some(allow_to(ROLE)), ..PolicySet::default() };
    check(&asked, &role_only, "allowed");
    let user = PolicySet { resource: Some(allow_to(USER)), boundary: Some(allow("ec2:*")), ..PolicySet::default() };
    check(&request(USER, "s3:GetObject", BUCKET), &user, "allowed");
}

#[test]
fn a_federated_user_has_no_more_than_its_session_policies() {
    let federated = "arn:aws:sts::111111111111:federated-user/Bob";
    let asked = request(federated, "s3:GetObject", BUCKET);
    let set = |session| PolicySet { identity: vec![allow("*")], session, ..PolicySet::default() };
    check(&asked, &set(vec![]), "implicitDeny session");
    check(&asked, &set(vec![allow("s3:*")]), "allowed");
    check(&asked, &PolicySet { resource: Some(allow_to(federated)), ..PolicySet::default() }, "allowed");
}

#[test]
fn the_root_user_needs_no_policy_in_its_own_account() {
    let root = "arn:aws:iam::111111111111:root";
    check(&request(root, "s3:GetObject", BUCKET), &PolicySet::default(), "allowed");
    let denied = document(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#);
    let set = PolicySet { resource: Some(denied), identity: vec![deny("*")], ..PolicySet::default() };
    check(&request(root, "s3:GetObject", BUCKET), &set, "explicitDeny resource");
}

#[test]
fn anonymous_callers_have_only_what_everyone_is_given() {
    let asked = request("anonymous", "s3:GetObject", BUCKET);
    check(&asked, &PolicySet { identity: vec![allow("*")], ..PolicySet::default() }, "implicitDeny resource");
    check(&asked, &PolicySet { resource: Some(allow_to("*")), ..PolicySet::default() }, "allowed");
    check(
        &asked,
        &PolicySet { resource: Some(allow_to("111111111111")), ..PolicySet::default() },
        "implicitDeny resource",
    );
    let in_org = document(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}"#,
    );
    check(&asked, &PolicySet { resource: Some(in_org), ..PolicySet::default() }, "implicitDeny resource");
}

#[test]
fn a_service_needs_the_resources_policy_alone() {
    let policy = document(
        r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:111111111111:topic"}}}"#,
    );
    let set = PolicySet { resource: Some(policy), scps: vec![vec![deny("*")]], ..PolicySet::default() };
    let asked =
        |source: &str| request("sns.amazonaws.com", "sqs:SendMessage", QUEUE_ELSEWHERE).with("aws:SourceArn", [source]);
    check(&asked("arn:aws:sns:eu-west-1:111111111111:topic"), &set, "allowed");
    check(&asked("arn:aws:sns:eu-west-1:999999999999:topic"), &set, "implicitDeny resource");
}

#[test]
fn a_vpc_endpoint_caps_what_passes_through_it() {
    let asked = request(USER, "s3:GetObject", BUCKET);
    let through = |statement: &str| PolicySet {
        identity: vec![allow("*")],
        endpoints: vec![document(statement)],
        ..PolicySet::default()
    };
    check(&asked, &through(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#), "allowed");
    check(
        &asked,
        &through(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}"#),
        "implicitDeny vpce",
    );
}

#[test]
fn not_action_and_not_resource_are_about_everything_else() {
    let set = PolicySet {
        identity: vec![document(
            r#"{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"},
               {"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]}"#,
        )],
        ..PolicySet::default()
    };
    check(&request(USER, "s3:GetObject", BUCKET), &set, "allowed");
    check(&request(USER, "S3:getobject", BUCKET), &set, "allowed");
    check(&request(USER, "iam:CreateUser", "*"), &set, "implicitDeny identity");
    check(&request(USER, "s3:GetObject", "arn:aws:s3:::other/key"), &set, "explicitDeny identity");
}

#[test]
fn variables_speak_only_in_the_version_of_2012() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/${aws:username}/*"}"#;
    let old = Arc::new(Compiled::new(&format!(r#"{{"Statement": [{statement}]}}"#)).unwrap());
    let asked = request(USER, "s3:GetObject", "arn:aws:s3:::bucket/alice/x");
    check(&asked, &PolicySet { identity: vec![document(statement)], ..PolicySet::default() }, "allowed");
    check(&asked, &PolicySet { identity: vec![old], ..PolicySet::default() }, "implicitDeny identity");
    let role = request(SESSION, "s3:GetObject", "arn:aws:s3:::bucket/${aws:username}/x");
    check(&role, &PolicySet { identity: vec![document(statement)], ..PolicySet::default() }, "implicitDeny identity");
}

#[test]
fn a_value_is_never_a_wildcard() {
    let set = PolicySet {
        identity: vec![document(
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*"}"#,
        )],
        ..PolicySet::default()
    };
    let asked = |resource: &str| request(USER, "s3:GetObject", resource).with("aws:PrincipalTag/Team", ["*"]);
    check(&asked("arn:aws:s3:::bucket/red/x"), &set, "implicitDeny identity");
    check(&asked("arn:aws:s3:::bucket/*/x"), &set, "allowed");
}

#[test]
fn a_not_principal_with_deny_catches_whoever_has_a_boundary() {
    let policy = document(
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111111111111:user/alice", "111111111111"]},
            "Action": "*", "Resource": "*"}"#,
    );
    let set = PolicySet { identity: vec![allow("*")], resource: Some(policy), ..PolicySet::default() };
    check(&request(USER, "s3:GetObject", BUCKET), &set, "allowed");
    check(&request("arn:aws:iam::111111111111:user/bob", "s3:GetObject", BUCKET), &set, "explicitDeny resource");
    let bounded = PolicySet { boundary: Some(allow("*")), ..set };
    check(&request(USER, "s3:GetObject", BUCKET), &bounded, "explicitDeny resource");
}

#[test]
fn nobody_changes_what_aws_owns() {
    let set = PolicySet { identity: vec![allow("*")], ..PolicySet::default() };
    let ask = |action: &str, resource: &str, told: &str| check(&request(USER, action, resource), &set, told);
    let refused = "implicitDeny service";
    let managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    ask("iam:CreatePolicyVersion", managed, refused);
    ask("iam:DeletePolicy", managed, refused);
    ask("iam:TagPolicy", managed, refused);
    ask("iam:GetPolicyVersion", managed, "allowed");
    let reserved =
        "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef";
    ask("iam:PassRole", reserved, refused);
    ask("iam:AttachRolePolicy", reserved, refused);
    ask("iam:GetRole", reserved, "allowed");
    ask("iam:PassRole", "arn:aws:iam::111111111111:role/app", "allowed");
    ask("kms:DeleteAlias", "arn:aws:kms:eu-central-1:111111111111:alias/aws/s3", refused);
    ask("kms:DeleteAlias", "arn:aws:kms:eu-central-1:111111111111:alias/own", "allowed");
}
