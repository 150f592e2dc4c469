//! `ValidatePolicy` of Access Analyzer over the wire, in requests that are signed here.

use iamtui::emulator::{KeyPair, Throttle};
use serde_json::{Value, json};

use super::wire::{Random, Signed, mutate, send, status};
use crate::harness::{ACCOUNT, Emulator};

/// A policy with five findings: two errors, three suggestions and warnings.
const FAULTY: &str = r#"{
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObjekt", "s3:GetObject", "s3:GetObject"], "Resource": "*"},
    {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
  ]
}"#;

fn request(emulator: &Emulator, query: &str, body: &Value) -> Signed {
    Signed {
        path: "/policy/validation".to_owned(),
        query: query.to_owned(),
        media: "application/json",
        service: "access-analyzer",
        region: "eu-central-1",
        ..Signed::new(emulator, &body.to_string())
    }
}

/// The status, the error's code, and the body of an answer.
fn ask(emulator: &Emulator, signed: &Signed, key: &KeyPair) -> (u16, Option<String>, Value) {
    let answer = send(emulator, &signed.bytes(key));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    assert!(head.contains("content-type: application/json"), "{answer}");
    assert!(head.contains("x-amzn-requestid: "), "{answer}");
    let error = head.lines().find_map(|line| line.strip_prefix("x-amzn-errortype: ")).map(str::to_owned);
    (status(&answer).unwrap_or_default(), error, serde_json::from_str(body).unwrap_or_default())
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["issueCode"].as_str().unwrap()).collect()
}

#[track_caller]
fn check(body: &Value, codes_expected: &[&str]) {
    let emulator = Emulator::empty();
    let (status, error, answer) = ask(&emulator, &request(&emulator, "", body), &emulator.handle.root);
    assert_eq!((status, error), (200, None), "{answer}");
    assert_eq!(codes(&answer), codes_expected, "{answer}");
}

#[track_caller]
fn refused(query: &str, body: &Value, reason: &str, fields: &[&str]) {
    let emulator = Emulator::empty();
    let (status, error, answer) = ask(&emulator, &request(&emulator, query, body), &emulator.handle.root);
    assert_eq!((status, error.as_deref()), (400, Some("ValidationException")), "{answer}");
    assert_eq!(answer["reason"], reason, "{answer}");
    let named: Vec<&str> =
        answer["fieldList"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(named, fields, "{answer}");
}

#[test]
fn a_policy_is_checked_as_what_it_is_said_to_be() {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    check(
        &json!({"policyDocument": trust, "policyType": "RESOURCE_POLICY",
        "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}),
        &[],
    );
    check(
        &json!({"policyDocument": trust, "policyType": "IDENTITY_POLICY", "locale": "DE"}),
        &["MISSING_RESOURCE", "UNSUPPORTED_PRINCIPAL"],
    );
    // What is no JSON is a finding and no error of the request.
    check(&json!({"policyDocument": "{", "policyType": "IDENTITY_POLICY"}), &["JSON_SYNTAX_ERROR"]);
}

#[test]
fn a_finding_names_its_place_as_the_api_does() {
    let emulator = Emulator::empty();
    let body = json!({"policyDocument": FAULTY, "policyType": "IDENTITY_POLICY"});
    let (_, _, answer) = ask(&emulator, &request(&emulator, "", &body), &emulator.handle.root);
    let finding = answer["findings"].as_array().unwrap().iter().find(|f| f["issueCode"] == "INVALID_ACTION").unwrap();
    assert_eq!(finding["findingType"], "ERROR");
    assert!(finding["findingDetails"].as_str().unwrap().contains("s3:GetObjekt"), "{finding}");
    assert!(finding["learnMoreLink"].as_str().unwrap().starts_with("https://docs.aws.amazon.com/"), "{finding}");
    let place = &finding["locations"][0];
    assert_eq!(
        place["path"],
        json!([{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 0}]),
        "{finding}"
    );
    assert_eq!(place["span"]["start"], json!({"line": 3, "column": 35, "offset": 54}), "{finding}");
}

#[test]
fn findings_come_in_pages_and_a_token_is_good_for_its_policy_alone() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let body = json!({"policyDocument": FAULTY, "policyType": "IDENTITY_POLICY"});
    let (_, _, whole) = ask(&emulator, &request(&emulator, "", &body), root);
    assert!(whole.get("nextToken").is_none(), "{whole}");
    let mut found = Vec::new();
    let mut query = "maxResults=2".to_owned();
    loop {
        let (status, _, page) = ask(&emulator, &request(&emulator, &query, &body), root);
        assert_eq!(status, 200, "{page}");
        assert!(codes(&page).len() <= 2, "{page}");
        found.extend(codes(&page).into_iter().map(str::to_owned));
        let Some(token) = page["nextToken"].as_str() else { break };
        query = format!("maxResults=2&nextToken={token}");
    }
    assert_eq!(found, codes(&whole));
    assert!(found.len() > 2, "{found:?}");
    let other = json!({"policyDocument": "{}", "policyType": "IDENTITY_POLICY"});
    let (status, _, answer) = ask(&emulator, &request(&emulator, &query, &other), root);
    assert_eq!((status, &answer["fieldList"][0]["name"]), (400, &json!("nextToken")), "{answer}");
}

#[test]
fn a_request_that_does_not_fit_is_told_field_by_field() {
    let good = json!({"policyDocument": "{}", "policyType": "IDENTITY_POLICY"});
    refused("", &json!({}), "fieldValidationFailed", &["policyDocument", "policyType"]);
    refused("", &json!([1]), "cannotParse", &["body"]);
    refused("maxResults=0", &good, "fieldValidationFailed", &["maxResults"]);
    refused("nextToken=x", &good, "fieldValidationFailed", &["nextToken"]);
    let mut wrong = good.clone();
    wrong["policyType"] = json!("VPC_ENDPOINT_POLICY");
    wrong["locale"] = json!("XX");
    refused("", &wrong, "fieldValidationFailed", &["policyType", "locale"]);
    let mut typed = good.clone();
    typed["validatePolicyResourceType"] = json!("AWS::S3::Bucket");
    refused("", &typed, "fieldValidationFailed", &["validatePolicyResourceType"]);
    let mut number = good;
    number["policyDocument"] = json!(7);
    refused("", &number, "fieldValidationFailed", &["policyDocument"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_say_who_may_have_policies_checked() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let user = |name: &'static str| {
        let iam = iam.clone();
        async move {
            iam.create_user().user_name(name).send().await.unwrap();
            let key = iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
            KeyPair::new(&key.access_key_id, &key.secret_access_key)
        }
    };
    let (allowed, other) = (user("allowed").await, user("other").await);
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"access-analyzer:ValidatePolicy","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}}}"#;
    iam.put_user_policy().user_name("allowed").policy_name("p").policy_document(document).send().await.unwrap();
    let body = json!({"policyDocument": "{}", "policyType": "IDENTITY_POLICY"});
    let signed = request(&emulator, "", &body);
    assert_eq!(ask(&emulator, &signed, &allowed).0, 200);
    let (status, error, answer) = ask(&emulator, &signed, &other);
    assert_eq!((status, error.as_deref()), (403, Some("AccessDeniedException")), "{answer}");
    assert_eq!(
        answer["message"],
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/other is not authorized to perform: access-analyzer:ValidatePolicy on \
             resource: arn:aws:access-analyzer:eu-central-1:{ACCOUNT}:* because no identity-based policy allows the \
             access-analyzer:ValidatePolicy action"
        )
    );
    let elsewhere = Signed { region: "us-east-1", ..request(&emulator, "", &body) };
    assert_eq!(ask(&emulator, &elsewhere, &allowed).0, 403);
}

#[test]
fn signatures_are_verified_for_this_service() {
    let emulator = Emulator::empty();
    let root = &emulator.handle.root;
    let body = json!({"policyDocument": "{}", "policyType": "IDENTITY_POLICY"});
    let good = request(&emulator, "", &body);
    let refused = |signed: &Signed, key: &KeyPair, code: &str| {
        let (status, error, answer) = ask(&emulator, signed, key);
        assert_eq!((status, error.as_deref()), (403, Some(code)), "{answer}");
    };
    refused(&good, &KeyPair::new(&root.id, "wrong"), "InvalidSignatureException");
    refused(&good, &KeyPair::new("AKIAQQQQQQQQQQQQQQQQ", "x"), "UnrecognizedClientException");
    refused(&Signed { service: "iam", ..request(&emulator, "", &body) }, root, "InvalidSignatureException");
    let other = Signed { path: "/access-preview".to_owned(), ..request(&emulator, "", &body) };
    let (status, error, _) = ask(&emulator, &other, root);
    assert_eq!((status, error.as_deref()), (501, Some("NotImplemented")));
}

#[test]
fn it_is_throttled_like_every_other_call() {
    let emulator = Emulator::with(|options| options.throttle = Throttle::Every(2));
    let body = json!({"policyDocument": "{}", "policyType": "IDENTITY_POLICY"});
    let ask = || ask(&emulator, &request(&emulator, "", &body), &emulator.handle.root);
    assert_eq!(ask().0, 200);
    let (status, error, _) = ask();
    assert_eq!((status, error.as_deref()), (429, Some("ThrottlingException")));
}

#[test]
fn mutated_policies_and_bodies_never_break_the_service() {
    let emulator = Emulator::empty();
    let mut random = Random(11);
    for round in 0..1_000 {
        let inside = random.below(2) == 0;
        let mut bytes = if inside { FAULTY.as_bytes().to_vec() } else { Vec::new() };
        mutate(&mut bytes, &mut random);
        let document = if inside { String::from_utf8_lossy(&bytes).into_owned() } else { FAULTY.to_owned() };
        let mut signed = request(&emulator, "", &json!({"policyDocument": document, "policyType": "IDENTITY_POLICY"}));
        if !inside {
            let mut body = signed.body.into_bytes();
            mutate(&mut body, &mut random);
            signed.body = String::from_utf8_lossy(&body).into_owned();
        }
        let answer = send(&emulator, &signed.bytes(&emulator.handle.root));
        assert!(matches!(status(&answer), Some(200 | 400)), "round {round}: {answer}");
    }
}
