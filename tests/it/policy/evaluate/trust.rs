//! Where the resource's policy must speak: trust policies and KMS keys.

use super::*;

const TARGET: &str = "arn:aws:iam::111111111111:role/Target";
const TARGET_ELSEWHERE: &str = "arn:aws:iam::222222222222:role/Target";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn trust(principal: &str, action: &str, condition: &str) -> Arc<Compiled> {
    document(&format!(
        r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}", "Condition": {{{condition}}}}}"#
    ))
}

fn trusting(principal: &str) -> Arc<Compiled> {
    trust(&format!(r#"{{"AWS": "{principal}"}}"#), "sts:AssumeRole", "")
}

#[test]
fn a_role_must_trust_whoever_assumes_it() {
    let asked = request(USER, "sts:AssumeRole", TARGET);
    let set = |identity: &[Arc<Compiled>], resource| PolicySet {
        identity: identity.to_vec(),
        resource,
        ..PolicySet::default()
    };
    check(&asked, &set(&[allow("*")], None), "implicitDeny trust");
    check(&asked, &set(&[allow("*")], Some(trusting("arn:aws:iam::111111111111:user/bob"))), "implicitDeny trust");
    check(&asked, &set(&[], Some(trusting(USER))), "allowed");
    check(&asked, &set(&[], Some(trusting("*"))), "allowed");
}

#[test]
fn trust_in_the_account_leaves_it_to_identity_policies() {
    let asked = request(USER, "sts:AssumeRole", TARGET);
    let account = || trusting("arn:aws:iam::111111111111:root");
    check(&asked, &PolicySet { resource: Some(account()), ..PolicySet::default() }, "implicitDeny identity");
    let allowed =
        PolicySet { identity: vec![allow("sts:AssumeRole")], resource: Some(account()), ..PolicySet::default() };
    check(&asked, &allowed, "allowed");
}

#[test]
fn a_role_of_another_account_needs_both() {
    let asked = request(SESSION, "sts:AssumeRole", TARGET_ELSEWHERE);
    let set = |identity: &[Arc<Compiled>], resource| PolicySet {
        identity: identity.to_vec(),
        resource,
        ..PolicySet::default()
    };
    check(&asked, &set(&[], Some(trusting(ROLE))), "implicitDeny identity");
    check(&asked, &set(&[allow("sts:AssumeRole")], Some(trusting(ROLE))), "allowed");
    check(&asked, &set(&[allow("sts:AssumeRole")], Some(trusting("111111111111"))), "allowed");
    check(&asked, &set(&[allow("sts:AssumeRole")], None), "implicitDeny trust");
}

#[test]
fn the_root_user_assumes_no_role() {
    let set = PolicySet { resource: Some(trusting("*")), ..PolicySet::default() };
    check(&request("arn:aws:iam::111111111111:root", "sts:AssumeRole", TARGET), &set, "implicitDeny trust");
}

#[test]
fn external_ids_and_mfa_are_conditions_like_others() {
    let set = PolicySet {
        identity: vec![allow("sts:AssumeRole")],
        resource: Some(trust(
            r#"{"AWS": "111111111111"}"#,
            "sts:AssumeRole",
            r#""StringEquals": {"sts:ExternalId": "s3cret"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}"#,
        )),
        ..PolicySet::default()
    };
    let asked = || request(USER, "sts:AssumeRole", TARGET_ELSEWHERE);
    check(&asked(), &set, "implicitDeny trust");
    check(&asked().with("sts:ExternalId", ["s3cret"]), &set, "implicitDeny trust");
    let with_mfa = asked().with("sts:ExternalId", ["s3cret"]).with("aws:MultiFactorAuthPresent", ["true"]);
    check(&with_mfa, &set, "allowed");
    let wrong = asked().with("sts:ExternalId", ["guess"]).with("aws:MultiFactorAuthPresent", ["true"]);
    check(&wrong, &set, "implicitDeny trust");
}

#[test]
fn services_and_providers_need_trust_alone() {
    let service = PolicySet {
        resource: Some(trust(r#"{"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}"#, "sts:AssumeRole", "")),
        ..PolicySet::default()
    };
    check(&request("lambda.amazonaws.com", "sts:AssumeRole", TARGET), &service, "allowed");
    check(&request("ecs.amazonaws.com", "sts:AssumeRole", TARGET), &service, "implicitDeny trust");
    let provider = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    let github = PolicySet {
        resource: Some(trust(
            &format!(r#"{{"Federated": "{provider}"}}"#),
            "sts:AssumeRoleWithWebIdentity",
            r#""StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo/*"}"#,
        )),
        ..PolicySet::default()
    };
    let asked = |sub: &str| {
        request(provider, "sts:AssumeRoleWithWebIdentity", TARGET)
            .with("token.actions.githubusercontent.com:sub", [sub])
    };
    check(&asked("repo:octo/app:ref:refs/heads/main"), &github, "allowed");
    check(&asked("repo:other/app:ref:refs/heads/main"), &github, "implicitDeny trust");
    check(&request(provider, "sts:AssumeRole", TARGET), &github, "implicitDeny trust");
    check(&request("accounts.google.com", "sts:AssumeRoleWithWebIdentity", TARGET), &github, "implicitDeny trust");
}

#[test]
fn without_a_role_only_identity_policies_are_asked() {
    let set = PolicySet { identity: vec![allow("sts:AssumeRole")], ..PolicySet::default() };
    check(&request(USER, "sts:AssumeRole", "*"), &set, "allowed");
}

#[test]
fn the_policy_of_a_key_decides_whether_identity_policies_count() {
    let asked = request(USER, "kms:Decrypt", KEY);
    let set = |identity: &[Arc<Compiled>], resource| PolicySet {
        identity: identity.to_vec(),
        resource,
        ..PolicySet::default()
    };
    let delegated = || Some(allow_to("arn:aws:iam::111111111111:root"));
    check(&asked, &set(&[allow("kms:*")], delegated()), "allowed");
    check(&asked, &set(&[], delegated()), "implicitDeny identity");
    check(&asked, &set(&[allow("kms:*")], Some(allow_to(ROLE))), "implicitDeny resource");
    check(&asked, &set(&[allow("kms:*")], None), "implicitDeny resource");
    check(&asked, &set(&[], Some(allow_to(USER))), "allowed");
    let root = request("arn:aws:iam::111111111111:root", "kms:Decrypt", KEY);
    check(&root, &set(&[], Some(allow_to(USER))), "implicitDeny resource");
    check(&root, &set(&[], delegated()), "allowed");
    let alias = request(USER, "kms:CreateAlias", "arn:aws:kms:eu-west-1:111111111111:alias/a");
    check(&alias, &set(&[allow("kms:*")], None), "allowed");
    check(&request(USER, "kms:ListKeys", "*"), &set(&[allow("kms:*")], None), "allowed");
}
