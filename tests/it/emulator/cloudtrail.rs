//! CloudTrail tells of the emulator's own calls, in the form that its events have.

use serde_json::{Value, json};

use super::organizations::ask;
use crate::harness::{ACCOUNT, Emulator};

const TARGET: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";

#[track_caller]
fn lookup(emulator: &Emulator, input: &Value) -> Value {
    let (status, answer) = ask(emulator, &emulator.handle.root, "cloudtrail", TARGET, input);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn by(key: &str, value: &str) -> Value {
    json!({"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]})
}

/// The events themselves, newest first.
fn records(answer: &Value) -> Vec<Value> {
    let events = answer["Events"].as_array().unwrap();
    events.iter().map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn an_event_tells_who_called_what_with_which_outcome() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    iam.create_login_profile().user_name("ada").password("Correct-horse-1").send().await.unwrap();
    iam.get_user().user_name("bob").send().await.unwrap_err();
    let created = lookup(&emulator, &by("EventName", "CreateUser"));
    let event = &created["Events"][0];
    assert_eq!((&event["Username"], &event["ReadOnly"]), (&json!("root"), &json!("false")));
    assert_eq!(event["Resources"], json!([{"ResourceType": "AWS::IAM::User", "ResourceName": "ada"}]));
    let record = &records(&created)[0];
    assert_eq!(record["eventSource"], "iam.amazonaws.com");
    assert_eq!(record["userIdentity"]["arn"], format!("arn:aws:iam::{ACCOUNT}:root"));
    assert_eq!(record["requestParameters"], json!({"userName": "ada"}));
    assert_eq!(record["responseElements"]["user"]["userName"], "ada");
    let password = &records(&lookup(&emulator, &by("EventName", "CreateLoginProfile")))[0];
    assert_eq!(password["requestParameters"]["password"], "HIDDEN_DUE_TO_SECURITY_REASONS");
    let refused = &records(&lookup(&emulator, &by("ResourceName", "bob")))[0];
    assert_eq!((&refused["errorCode"], &refused["readOnly"]), (&json!("NoSuchEntity"), &json!(true)));
    assert!(refused["responseElements"].is_null());
}

#[tokio::test]
async fn events_come_newest_first_page_by_page() {
    let emulator = Emulator::empty();
    for name in ["a", "b", "c"] {
        emulator.iam().create_user().user_name(name).send().await.unwrap();
    }
    let mut asked = by("EventName", "CreateUser");
    asked["MaxResults"] = 2.into();
    let first = lookup(&emulator, &asked);
    let names = |answer: &Value| -> Vec<String> {
        let records = records(answer);
        records.iter().map(|one| one["requestParameters"]["userName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&first), ["c", "b"]);
    // What is called meanwhile does not move the pages.
    emulator.iam().create_user().user_name("d").send().await.unwrap();
    asked["NextToken"] = first["NextToken"].clone();
    let second = lookup(&emulator, &asked);
    assert_eq!((names(&second), second.get("NextToken")), (vec!["a".to_owned()], None));
    let past = json!({"EndTime": 1_000_000});
    assert_eq!(lookup(&emulator, &past), json!({"Events": []}));
    for (input, code) in [
        (json!({"MaxResults": 51}), "InvalidMaxResultsException"),
        (json!({"StartTime": 2, "EndTime": 1}), "InvalidTimeRangeException"),
        (json!({"NextToken": "x"}), "InvalidNextTokenException"),
        (by("Colour", "red"), "InvalidLookupAttributesException"),
    ] {
        let (status, answer) = ask(&emulator, &emulator.handle.root, "cloudtrail", TARGET, &input);
        assert_eq!((status, answer["__type"].as_str()), (400, Some(code)), "{input}");
    }
}

#[tokio::test]
async fn the_demo_company_has_a_past_and_an_empty_account_has_none() {
    assert_eq!(lookup(&Emulator::empty(), &json!({}))["Events"], json!([]));
    let emulator = Emulator::demo();
    emulator.iam().delete_account_alias().account_alias("rockets").send().await.unwrap();
    let (mut asked, mut pages) = (json!({"MaxResults": 50}), Vec::new());
    loop {
        let page = lookup(&emulator, &asked);
        pages.extend(records(&page));
        match page.get("NextToken") {
            Some(token) => asked["NextToken"] = token.clone(),
            None => break,
        }
    }
    let at = |record: &Value| record["eventTime"].as_str().unwrap().to_owned();
    assert!(pages.len() > 300 && pages.is_sorted_by(|one, other| at(one) >= at(other)), "{}", pages.len());
    assert!(pages.iter().take(80).any(|record| record["eventName"] == "DeleteAccountAlias"));
    let failed = lookup(&emulator, &by("Username", "left.the.company"));
    let failed = &records(&failed)[0];
    assert_eq!((&failed["eventType"], &failed["errorCode"]), (&json!("AwsConsoleSignIn"), &Value::Null));
    assert_eq!(failed["responseElements"], json!({"ConsoleLogin": "Failure"}));
    assert_eq!((&failed["additionalEventData"]["MFAUsed"], &failed["requestParameters"]), (&json!("No"), &Value::Null));
}
