//! A denial of IAM ends with an id, by which whoever may can read how it came about.

use aws_sdk_iam::error::ProvideErrorMetadata as _;
use iamtui::base::clock::Clock;
use iamtui::emulator::KeyPair;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::organization::{self, DEV, MAIN, PROD, root};
use super::wire::{Signed, rest};
use crate::harness::{ACCOUNT, Emulator, NOON, client, credentials, noon, reason};

fn document(effect: &str, action: &str, sid: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Sid":"{sid}","Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#
    )
}

/// A user with an inline policy for each document, and its key.
async fn user(emulator: &Emulator, root: &KeyPair, name: &str, documents: &[&str]) -> KeyPair {
    let iam = emulator.iam_as(root);
    iam.create_user().user_name(name).send().await.unwrap();
    for (at, document) in documents.iter().enumerate() {
        let put = iam.put_user_policy().user_name(name).policy_name(format!("p{at}"));
        put.policy_document(*document).send().await.unwrap();
    }
    let key = iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
    KeyPair::new(key.access_key_id, key.secret_access_key)
}

/// The text of a refusal of `GetUser`, and the id that ends it.
async fn denied(emulator: &Emulator, key: &KeyPair, name: &str) -> (String, String) {
    let call = client(&emulator.handle.endpoint, credentials(key)).get_user().user_name(name).send();
    let text = call.await.unwrap_err().message().unwrap().to_owned();
    let id = text.rsplit(' ').next().unwrap().to_owned();
    (text, id)
}

fn ask(emulator: &Emulator, key: &KeyPair, path: &str, query: &str) -> (u16, Option<String>, Value) {
    let get = Signed { method: "GET", path: path.to_owned(), query: query.to_owned(), ..Signed::new(emulator, "") };
    rest(emulator, key, &get)
}

#[track_caller]
fn details(emulator: &Emulator, key: &KeyPair, id: &str) -> Value {
    let (status, _, answer) = ask(emulator, key, &format!("/authorization-details/{id}"), "");
    assert_eq!(status, 200, "{answer}");
    answer
}

fn policy(emulator: &Emulator, key: &KeyPair, id: &str, uri: &str) -> (u16, Option<String>, Value) {
    let query = format!("policyUri={}", utf8_percent_encode(uri, NON_ALPHANUMERIC));
    ask(emulator, key, &format!("/authorization-details/{id}/policy"), &query)
}

#[tokio::test]
async fn an_implicit_denial_tells_what_was_asked_and_that_nothing_allowed_it() {
    let emulator = Emulator::empty();
    let main = &emulator.handle.root;
    let ada = user(&emulator, main, "ada", &[&document("Allow", "s3:*", "a")]).await;
    let (text, id) = denied(&emulator, &ada, "ada").await;
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/ada");
    let told = format!(
        "User: {arn} is not authorized to perform: iam:GetUser on resource: {arn} because no identity-based policy allows \
         the iam:GetUser action. Go to \
         https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/{id} for complete \
         details, or call the GetRequestAuthorizationDetails API with the following authorization id: {id}"
    );
    assert_eq!(text, told);
    assert!(id.len() > 20 && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()), "{id}");
    let details = details(&emulator, main, &id);
    let evaluation = &details["evaluations"][0];
    assert_eq!((&evaluation["action"], &evaluation["resource"]), (&json!("iam:GetUser"), &json!(arn)));
    assert_eq!((&evaluation["evaluatedEffect"], &evaluation["matchedPolicies"]), (&json!("IMPLICIT_DENY"), &json!([])));
    assert_eq!(
        evaluation["checks"],
        json!([{"checkType": "PRINCIPAL", "evaluatedEffect": "IMPLICIT_DENY",
            "relevantPolicyTypes": ["IDENTITY_BASED_POLICY"], "matchedPolicies": []}])
    );
    let listed = &details["policies"][0];
    assert_eq!((&listed["type"], &listed["inline"]), (&json!("IDENTITY_BASED_POLICY"), &json!(true)));
    assert_eq!(listed["attachedTo"], json!([{"arn": arn}]));
    let context = &details["requestContext"];
    assert_eq!((&context["aws:PrincipalARN"], &context["aws:PrincipalAccount"]), (&json!(arn), &json!(ACCOUNT)));
    assert_eq!(
        (&context["aws:SourceIp"], &context["aws:RequestedRegion"]),
        (&json!("127.0.0.1/32"), &json!("us-east-1"))
    );
    assert!(details.get("nextToken").is_none());
}

#[tokio::test]
async fn an_explicit_denial_names_the_statements_on_both_sides() {
    let emulator = Emulator::empty();
    let main = &emulator.handle.root;
    let (allow, deny) = (document("Allow", "iam:*", "all"), document("Deny", "iam:GetUser", "NoReading"));
    let ada = user(&emulator, main, "ada", &[&allow, &deny]).await;
    let (_, id) = denied(&emulator, &ada, "ada").await;
    let details = details(&emulator, main, &id);
    let evaluation = &details["evaluations"][0];
    assert_eq!(evaluation["evaluatedEffect"], "EXPLICIT_DENY");
    let statements: Vec<&Value> = evaluation["matchedPolicies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| &policy["matchedStatements"][0])
        .collect();
    assert_eq!(
        json!(statements),
        json!([{"sid": "all", "evaluatedEffect": "ALLOW"}, {"sid": "NoReading", "evaluatedEffect": "DENY"}])
    );
    let uri = evaluation["matchedPolicies"][1]["uri"].as_str().unwrap();
    assert!(uri.starts_with("inline:"), "{uri}");
    // The document is the one that was in force, whatever it is now.
    emulator.iam().delete_user_policy().user_name("ada").policy_name("p1").send().await.unwrap();
    let (status, _, answer) = policy(&emulator, main, &id, uri);
    assert_eq!((status, &answer["policyDocument"]["Statement"]["Sid"]), (200, &json!("NoReading")));
    let (status, error, _) = policy(&emulator, main, &id, "inline:0");
    assert_eq!((status, error.as_deref()), (404, Some("ResourceNotFoundException")));
}

#[tokio::test]
async fn who_may_not_ask_and_what_is_not_there_is_refused() {
    let emulator = Emulator::empty();
    let main = &emulator.handle.root;
    let ada = user(&emulator, main, "ada", &[]).await;
    let bob = user(&emulator, main, "bob", &[&document("Allow", "iam:GetRequestAuthorization*", "a")]).await;
    let (_, id) = denied(&emulator, &ada, "bob").await;
    let path = format!("/authorization-details/{id}");
    assert_eq!(ask(&emulator, &bob, &path, "").0, 200);
    let (status, error, answer) = ask(&emulator, &ada, &path, "");
    assert_eq!((status, error.as_deref()), (403, Some("AccessDeniedException")), "{answer}");
    // The toolbox's own denials have no id.
    assert_eq!(reason(answer["message"].as_str().unwrap()), answer["message"]);
    for (path, query, code) in [
        ("/authorization-details/0000", "", "ResourceNotFoundException"),
        ("/authorization-details/ABC", "", "ValidationException"),
        (&*path, "nextToken=x", "ValidationException"),
        (&*format!("{path}/policy"), "", "ValidationException"),
        ("/authorization-details/0000/other", "", "NotImplemented"),
    ] {
        assert_eq!(ask(&emulator, main, path, query).1.as_deref(), Some(code), "{path}?{query}");
    }
    // Denials of IAM belong to its own Region.
    let elsewhere = Signed { method: "GET", path, region: "eu-west-1", ..Signed::new(&emulator, "") };
    assert_eq!(rest(&emulator, main, &elsewhere).0, 404);
}

#[tokio::test]
async fn the_organization_s_policies_are_told_level_by_level() {
    let emulator = organization::start();
    let deny = emulator.iam_as(&root(DEV)).create_group().group_name("g").send().await.unwrap_err();
    let id = deny.message().unwrap().rsplit(' ').next().unwrap().to_owned();
    // Whoever is in the organization may know it, from whichever account.
    for account in [DEV, PROD, MAIN] {
        let details = details(&emulator, &root(account), &id);
        let evaluation = &details["evaluations"][0];
        assert_eq!(evaluation["evaluatedEffect"], "EXPLICIT_DENY");
        let checks = evaluation["checks"].as_array().unwrap();
        let effects: Vec<&str> = checks.iter().map(|check| check["evaluatedEffect"].as_str().unwrap()).collect();
        assert_eq!(effects, ["EXPLICIT_DENY", "ALLOW", "ALLOW"], "{checks:#?}");
        assert!(checks.iter().all(|check| check["checkType"] == "SERVICE_CONTROL_POLICY"), "{checks:#?}");
        let targets: Vec<&str> = checks.iter().map(|check| check["targetArn"].as_str().unwrap()).collect();
        assert!(targets[0].contains(":root/o-rockets1234/r-"), "{targets:?}");
        assert!(targets[1].contains(":ou/o-rockets1234/ou-") && targets[2].ends_with(DEV), "{targets:?}");
        let full = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";
        let full = details["policies"].as_array().unwrap().iter().find(|policy| policy["uri"] == full).unwrap();
        assert_eq!(full["attachedTo"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn sessions_boundaries_and_groups_are_told_apart() {
    let emulator = Emulator::empty();
    let (main, iam) = (&emulator.handle.root, emulator.iam());
    let ada = user(&emulator, main, "ada", &[&document("Allow", "iam:CreateUser", "a")]).await;
    iam.create_group().path("/g/").group_name("staff").send().await.unwrap();
    iam.attach_group_policy()
        .group_name("staff")
        .policy_arn("arn:aws:iam::aws:policy/IAMFullAccess")
        .send()
        .await
        .unwrap();
    iam.add_user_to_group().group_name("staff").user_name("ada").send().await.unwrap();
    let boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    iam.put_user_permissions_boundary().user_name("ada").permissions_boundary(boundary).send().await.unwrap();
    let tag = aws_sdk_iam::types::Tag::builder().key("Team").value("red").build().unwrap();
    let create = emulator.iam_as(&ada).create_user().user_name("eve").tags(tag).send().await.unwrap_err();
    let id = create.message().unwrap().rsplit(' ').next().unwrap().to_owned();
    let details = details(&emulator, main, &id);
    let actions: Vec<&Value> = details["evaluations"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(actions, ["iam:CreateUser", "iam:TagUser"]);
    let evaluation = &details["evaluations"][0];
    assert_eq!(evaluation["context"]["aws:RequestTag/Team"], "red");
    let checks: Vec<(&Value, &Value)> = evaluation["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (&check["checkType"], &check["evaluatedEffect"]))
        .collect();
    assert_eq!(json!(checks), json!([["PRINCIPAL", "ALLOW"], ["PERMISSIONS_BOUNDARY", "IMPLICIT_DENY"]]));
    let group = details["policies"].as_array().unwrap().iter().find(|one| one["inline"] == false).unwrap();
    assert_eq!(group["attachedTo"], json!([{"arn": format!("arn:aws:iam::{ACCOUNT}:group/g/staff")}]));
}

#[tokio::test]
async fn what_was_decided_is_known_for_a_day_and_no_longer() {
    let clock = noon();
    let emulator = Emulator::with(|options| {
        (options.clock, options.signing_clock) = (clock.clone(), Some(Clock::system()));
    });
    let main = &emulator.handle.root;
    let ada = user(&emulator, main, "ada", &[]).await;
    let (_, id) = denied(&emulator, &ada, "ada").await;
    for (hours, status) in [(23, 200), (24, 404)] {
        clock.set(Timestamp::from_second(NOON + hours * 3600).unwrap());
        assert_eq!(ask(&emulator, main, &format!("/authorization-details/{id}"), "").0, status, "{hours}");
    }
}
