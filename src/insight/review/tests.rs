use super::*;
use crate::insight::fixture::{dump, lab};
use crate::model::{CredentialReport, Update};

const NOW: &str = "2026-11-30T12:00:00Z";

fn reviewed(account: &Account) -> Review {
    review(&Access::new(account), NOW.parse().unwrap()).unwrap()
}

fn told(review: &Review) -> Vec<String> {
    let name = |resource: &str| resource.splitn(6, ':').nth(5).unwrap_or(resource).to_owned();
    review.findings.iter().map(|one| format!("{} {}", one.check.id, name(&one.finding.resource))).collect()
}

#[test]
fn what_is_dangerous_in_an_account_is_found_with_its_evidence() {
    let found = reviewed(&lab());
    assert_eq!(
        told(&found),
        [
            "privilege-escalation role/deploy",
            "privilege-escalation user/eve",
            "account-trust-without-external-id role/audit",
            "support-role 123456789012",
            "user-with-own-policies user/bob",
            "user-with-own-policies user/eve",
            "user-with-own-policies user/mal",
        ]
    );
    assert_eq!(
        found.findings[2].finding.evidence,
        "trusts the whole account 999988887777 without an external ID or MFA"
    );
    let not: Vec<&str> = found.not_checked.iter().map(|(check, _)| *check).collect();
    assert!(not.contains(&"key-too-old") && not.contains(&"cloudtrail") && not.contains(&"root-mfa"), "{not:?}");
    assert!(found.passed.contains(&"public-trust"));
}

/// The findings of one check in an account whose role `deploy` has another trust policy.
#[track_caller]
fn check_trust(principal: &str, action: &str, condition: &str, check: &str, found: bool) {
    let text = include_str!("../fixture/lab.json");
    let start = text.find(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"}"#).unwrap();
    let (before, rest) = text.split_at(start);
    let (_, after) = rest.split_at(rest.find("}},\n").unwrap() + 1);
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Condition":{condition}}}]}}"#
    );
    let account = dump(&format!("{before}{trust}{after}"));
    let review = reviewed(&account);
    let told = told(&review).contains(&format!("{check} role/deploy"));
    assert_eq!(told, found, "{trust}");
}

#[test]
fn trust_in_everyone_is_found_unless_a_condition_says_who() {
    let anyone = r#"{"AWS":"*"}"#;
    check_trust(anyone, "sts:AssumeRole", "{}", "public-trust", true);
    check_trust(anyone, "sts:AssumeRole", r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, "public-trust", false);
    check_trust(anyone, "sts:AssumeRole", r#"{"Bool":{"aws:SecureTransport":"true"}}"#, "public-trust", true);
    let github = r#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}"#;
    let sub = |value: &str| format!(r#"{{"StringLike":{{"token.actions.githubusercontent.com:sub":"{value}"}}}}"#);
    let check = |condition: &str, found| {
        check_trust(github, "sts:AssumeRoleWithWebIdentity", condition, "web-identity-trust-too-wide", found);
    };
    check(&sub("repo:acme/*"), false);
    check(&sub("repo:*"), true);
    check(r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#, true);
}

#[test]
fn credentials_are_judged_by_the_report() {
    const REPORT: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n\
<root_account>,arn:aws:iam::123456789012:root,2024-01-01T00:00:00+00:00,not_supported,2026-11-20T00:00:00+00:00,not_supported,not_supported,false,true,2024-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n\
ada,arn:aws:iam::123456789012:user/ada,2024-01-01T00:00:00+00:00,true,2026-11-29T00:00:00+00:00,2026-10-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n\
bob,arn:aws:iam::123456789012:user/bob,2024-01-01T00:00:00+00:00,true,2026-01-01T00:00:00+00:00,2025-10-01T00:00:00+00:00,N/A,true,true,2024-01-01T00:00:00+00:00,N/A,N/A,N/A,true,2026-11-01T00:00:00+00:00,2026-11-29T00:00:00+00:00,us-east-1,s3,false,N/A,false,N/A\n";
    let mut account = lab();
    let report = CredentialReport::parse(REPORT, NOW.parse().unwrap()).unwrap();
    account.apply(Update::Report(Box::new(report)));
    let found = told(&reviewed(&account));
    for expected in [
        "administrator-without-mfa user/ada",
        "root-access-key 123456789012",
        "root-mfa 123456789012",
        "root-used root",
        "key-never-used user/bob",
        "key-too-old user/bob",
        "two-active-keys user/bob",
        "unused-credentials user/bob",
    ] {
        assert!(found.iter().any(|one| one == expected), "{expected} is not in {found:#?}");
    }
    assert!(!found.iter().any(|one| one.starts_with("console-user-without-mfa")), "{found:?}");
}

#[test]
fn every_check_has_an_identifier_of_its_own() {
    let mut ids: Vec<&str> = ALL.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ALL.len());
}
