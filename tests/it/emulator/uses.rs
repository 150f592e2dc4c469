//! What was used, as policies and counts of the test routes tell it.

use serde_json::{Value, json};

use super::wire::send;
use crate::harness::{ACCOUNT, Emulator, failure};

fn fetch(emulator: &Emulator, path: &str) -> String {
    let request = format!("GET /_iamtui/{path} HTTP/1.1\r\nHost: {}\r\n\r\n", emulator.address());
    send(emulator, request.as_bytes()).split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn the_smallest_policy_allows_what_was_used_and_a_denied_call_is_no_use() {
    let emulator = Emulator::with(|options| options.test_routes = true);
    let root = emulator.iam();
    root.create_user().user_name("ada").send().await.unwrap();
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:Get*","iam:TagUser"],"Resource":"*"}}"#;
    root.put_user_policy().user_name("ada").policy_name("p").policy_document(document).send().await.unwrap();
    let key = root.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let ada = emulator.iam_as(&iamtui::emulator::KeyPair::new(key.access_key_id, key.secret_access_key));
    ada.get_user().user_name("ada").send().await.unwrap();
    ada.get_user().send().await.unwrap();
    assert_eq!(failure(ada.get_role().role_name("night").send().await).0, "NoSuchEntity");
    assert_eq!(failure(ada.list_users().send().await).0, "AccessDenied");
    let told: Value = serde_json::from_str(&fetch(&emulator, "policies")).unwrap();
    let own = format!("arn:aws:iam::{ACCOUNT}:user/ada");
    let found = told["policies"].as_array().unwrap().iter().find(|one| one["principal"] == own).unwrap();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/night");
    let expected = json!([
        {"Effect": "Allow", "Action": ["iam:GetRole"], "Resource": [role]},
        {"Effect": "Allow", "Action": ["iam:GetUser"], "Resource": [own]},
    ]);
    assert_eq!(found["policy"]["Statement"], expected);
    let metrics = fetch(&emulator, "metrics");
    assert!(metrics.contains("iamtui_calls_total{operation=\"GetUser\",status=\"200\"} 2\n"), "{metrics}");
    assert!(metrics.contains("iamtui_calls_total{operation=\"ListUsers\",status=\"403\"} 1\n"), "{metrics}");
}

#[test]
fn without_test_routes_there_is_neither() {
    let emulator = Emulator::empty();
    assert!(fetch(&emulator, "policies").contains("UnknownOperationException"));
    assert!(fetch(&emulator, "metrics").contains("UnknownOperationException"));
}
