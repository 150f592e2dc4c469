//! Access Analyzer: custom checks, analyzers, findings of external and unused access, archive rules.

use iamtui::base::clock::Clock;
use iamtui::emulator::resources::Resources;
use iamtui::emulator::{KeyPair, Seed};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::organization::{DEV, MAIN, root, start};
use super::wire::{Signed, rest};
use crate::harness::{ACCOUNT, Emulator};

/// The status, the code of the error and the body of an answer.
fn ask(
    emulator: &Emulator,
    key: &KeyPair,
    (method, path): (&'static str, &str),
    query: &str,
    body: &Value,
) -> (u16, Option<String>, Value) {
    let signed = Signed {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        media: "application/json",
        service: "access-analyzer",
        body: if body.is_null() { String::new() } else { body.to_string() },
        ..Signed::new(emulator, "")
    };
    rest(emulator, key, &signed)
}

#[track_caller]
fn call(emulator: &Emulator, at: (&'static str, &str), query: &str, body: &Value) -> Value {
    let (status, _, answer) = ask(emulator, &emulator.handle.root, at, query, body);
    assert_eq!(status, 200, "{at:?}: {answer}");
    answer
}

fn allow(action: &str, rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Sid":"a","Effect":"Allow","Action":"{action}"{rest}}}}}"#)
}

/// Makes an analyzer and gives back its ARN.
fn analyzer(emulator: &Emulator, key: &KeyPair, kind: &str) -> String {
    let body = json!({"analyzerName": "watch", "type": kind});
    let (status, _, answer) = ask(emulator, key, ("PUT", "/analyzer"), "", &body);
    assert_eq!(status, 200, "{answer}");
    answer["arn"].as_str().unwrap().to_owned()
}

#[test]
fn custom_checks_pass_or_name_the_statement() {
    let emulator = Emulator::empty();
    let everywhere = r#","Resource":"*""#;
    let (narrow, wide) = (allow("s3:GetObject", everywhere), allow("s3:*", everywhere));
    let new = |new: &str, old: &str| {
        let body = json!({"newPolicyDocument": new, "existingPolicyDocument": old, "policyType": "IDENTITY_POLICY"});
        call(&emulator, ("POST", "/policy/check-no-new-access"), "", &body)
    };
    let told = "The modified permissions do not grant new access compared to your existing policy.";
    assert_eq!(new(&narrow, &wide), json!({"result": "PASS", "message": told}));
    let failed = new(&wide, &narrow);
    assert_eq!((&failed["result"], &failed["reasons"][0]["statementId"]), (&json!("FAIL"), &json!("a")));
    let granted = |actions: Value| {
        let body = json!({"policyDocument": narrow, "access": [{"actions": actions}], "policyType": "IDENTITY_POLICY"});
        call(&emulator, ("POST", "/policy/check-access-not-granted"), "", &body)["result"].clone()
    };
    assert_eq!((granted(json!(["s3:GetObject"])), granted(json!(["s3:PutObject"]))), (json!("FAIL"), json!("PASS")));
    let public = |principal: &str| {
        let document = allow("s3:GetObject", &format!(r#","Resource":"arn:aws:s3:::a/*","Principal":{principal}"#));
        let body = json!({"policyDocument": document, "resourceType": "AWS::S3::Bucket"});
        call(&emulator, ("POST", "/policy/check-no-public-access"), "", &body)["result"].clone()
    };
    assert_eq!((public(r#""*""#), public(r#"{"AWS":"111122223333"}"#)), (json!("FAIL"), json!("PASS")));
    let wrong = json!({"policyDocument": "{", "resourceType": "AWS::S3::Bucket"});
    let at = ("POST", "/policy/check-no-public-access");
    let (status, error, _) = ask(&emulator, &emulator.handle.root, at, "", &wrong);
    assert_eq!((status, error.as_deref()), (400, Some("InvalidParameterException")));
    let (status, error, _) = ask(&emulator, &emulator.handle.root, at, "", &json!({}));
    assert_eq!((status, error.as_deref()), (400, Some("ValidationException")));
}

#[tokio::test]
async fn who_is_let_in_from_outside_is_found_and_archived() {
    let bucket = allow("s3:GetObject", r#","Resource":"arn:aws:s3:::open/*","Principal":"*""#);
    let file = json!({"resources": [{"arn": "arn:aws:s3:::open", "policy": bucket}]}).to_string();
    let emulator = Emulator::with(|options| options.resources = Resources::read(&file).unwrap());
    let trust = |principal: &str| allow("sts:AssumeRole", &format!(r#","Principal":{principal}"#));
    for (name, principal) in [
        ("own", format!(r#"{{"AWS":"{ACCOUNT}"}}"#)),
        ("lambda", r#"{"Service":"lambda.amazonaws.com"}"#.to_owned()),
        ("partner", r#"{"AWS":"arn:aws:iam::999988887777:root"}"#.to_owned()),
    ] {
        let role = emulator.iam().create_role().role_name(name).assume_role_policy_document(trust(&principal));
        role.send().await.unwrap();
    }
    let arn = analyzer(&emulator, &emulator.handle.root, "ACCOUNT");
    let list = |filter: Value| {
        let body = json!({"analyzerArn": arn, "filter": filter});
        call(&emulator, ("POST", "/finding"), "", &body)["findings"].as_array().unwrap().clone()
    };
    let found = list(json!({}));
    let told: Vec<(&str, bool)> =
        found.iter().map(|one| (one["resource"].as_str().unwrap(), one["isPublic"].as_bool().unwrap())).collect();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/partner");
    assert_eq!(told, [(role.as_str(), false), ("arn:aws:s3:::open", true)]);
    assert_eq!(found[0]["principal"], json!({"AWS": "arn:aws:iam::999988887777:root"}));
    let rule = json!({"ruleName": "partners", "filter": {"principal.AWS": {"contains": ["999988887777"]}}});
    call(&emulator, ("PUT", "/analyzer/watch/archive-rule"), "", &rule);
    let active = json!({"status": {"eq": ["ACTIVE"]}});
    assert_eq!(list(active.clone()).len(), 1);
    let update = |status: &str, id: &Value| {
        let body = json!({"analyzerArn": arn, "status": status, "ids": [id]});
        call(&emulator, ("PUT", "/finding"), "", &body)
    };
    update("ACTIVE", &found[0]["id"]);
    update("ARCHIVED", &found[1]["id"]);
    let left = list(active);
    assert_eq!((left.len(), &left[0]["resource"]), (1, &json!(role)));
    let path = format!("/findingv2/{}", found[1]["id"].as_str().unwrap());
    let query = format!("analyzerArn={}", arn.replace(':', "%3A").replace('/', "%2F"));
    let detail = call(&emulator, ("GET", &path), &query, &Value::Null);
    assert_eq!((&detail["status"], &detail["findingType"]), (&json!("ARCHIVED"), &json!("ExternalAccess")));
    assert_eq!(detail["findingDetails"][0]["externalAccessDetails"]["isPublic"], true);
    call(&emulator, ("DELETE", "/analyzer/watch"), "", &Value::Null);
    let gone = ask(&emulator, &emulator.handle.root, ("GET", "/analyzer/watch"), "", &Value::Null);
    assert_eq!((gone.0, gone.1.as_deref()), (404, Some("ResourceNotFoundException")));
}

#[test]
fn what_nobody_has_used_for_long_is_found() {
    let emulator = Emulator::with(|options| {
        options.seed = Seed::Demo;
        options.clock = Clock::shifted(SignedDuration::from_hours(24));
        options.signing_clock = Some(Clock::system());
    });
    let arn = analyzer(&emulator, &emulator.handle.root, "ACCOUNT_UNUSED_ACCESS");
    let all = |kind: &str| {
        let body = json!({"analyzerArn": arn, "filter": {"findingType": {"eq": [kind]}}});
        call(&emulator, ("POST", "/findingv2"), "", &body)["findings"].as_array().unwrap().len()
    };
    for kind in ["UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission"] {
        assert!(all(kind) > 0, "{kind}");
    }
    let body = json!({"analyzerArn": arn});
    let (status, error, _) = ask(&emulator, &emulator.handle.root, ("POST", "/finding"), "", &body);
    assert_eq!((status, error.as_deref()), (400, Some("ValidationException")));
}

#[test]
fn accounts_of_the_organization_are_inside_its_zone_of_trust() {
    let emulator = start();
    let found = |account: &str, kind: &str| {
        let arn = analyzer(&emulator, &root(account), kind);
        let body = json!({"analyzerArn": arn});
        let (_, _, answer) = ask(&emulator, &root(account), ("POST", "/findingv2"), "", &body);
        answer["findings"].as_array().unwrap().len()
    };
    // The role of the management account is from outside the account, and not from outside the organization.
    assert_eq!(found(DEV, "ACCOUNT"), 1);
    assert_eq!(found(MAIN, "ORGANIZATION"), 0);
    let body = json!({"analyzerName": "other", "type": "ORGANIZATION"});
    let (status, error, _) = ask(&emulator, &root(DEV), ("PUT", "/analyzer"), "", &body);
    assert_eq!((status, error.as_deref()), (400, Some("ValidationException")));
}
