//! Sign-in sessions begin with the federation endpoint, are listed, and are revoked with the credentials they have.

use serde_json::{Value, json};

use aws_sdk_sts::config::Credentials;
use aws_sdk_sts::error::ProvideErrorMetadata as _;

use super::wire::{Signed, send, status};
use crate::harness::{ACCOUNT, Emulator, run};
use iamtui::emulator::KeyPair;

/// The status and the body of an answer of the sign-in service.
pub fn ask(emulator: &Emulator, key: &KeyPair, path: &str, body: &Value) -> (u16, Value) {
    let signed = Signed {
        method: "POST",
        path: path.to_owned(),
        media: "application/json",
        service: "signin",
        body: body.to_string(),
        ..Signed::new(emulator, "")
    };
    let answer = send(emulator, &signed.bytes(key));
    let (_, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (status(&answer).unwrap_or_default(), serde_json::from_str(text).unwrap_or_default())
}

#[track_caller]
fn call(emulator: &Emulator, path: &str, body: &Value) -> Value {
    let (status, answer) = ask(emulator, &emulator.handle.root, path, body);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// Whose sessions: everybody's.
fn everybody() -> String {
    format!("arn:aws:iam::{ACCOUNT}:*")
}

fn federation(emulator: &Emulator, query: &[(&str, &str)]) -> (u16, Value) {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let get = format!(
        "GET /federation?{query} HTTP/1.1\r\nhost: {}\r\nuser-agent: test\r\nconnection: close\r\n\r\n",
        emulator.handle.endpoint.trim_start_matches("http://")
    );
    let answer = send(emulator, get.as_bytes());
    let (_, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (status(&answer).unwrap_or_default(), serde_json::from_str(text).unwrap_or_default())
}

/// Signs a federated user in and gives back the ARN of the session with the credentials behind it.
pub async fn sign_in(emulator: &Emulator, name: &str) -> (String, aws_sdk_sts::types::Credentials) {
    let given = emulator.sts().get_federation_token().name(name).send().await.unwrap().credentials.unwrap();
    let session = json!({
        "sessionId": given.access_key_id, "sessionKey": given.secret_access_key, "sessionToken": given.session_token,
    });
    let (status, answer) = federation(emulator, &[("Action", "getSigninToken"), ("Session", &session.to_string())]);
    assert_eq!(status, 200, "{answer}");
    let token = answer["SigninToken"].as_str().unwrap();
    let (status, answer) = federation(emulator, &[("Action", "login"), ("SigninToken", token)]);
    assert_eq!(status, 200, "{answer}");
    (answer["sessionArn"].as_str().unwrap().to_owned(), given)
}

#[test]
fn a_session_begins_with_a_link_and_ends_with_its_credentials_when_it_is_revoked() {
    let emulator = Emulator::empty();
    let (arn, given) = run(sign_in(&emulator, "ada"));
    let owner = format!("arn:aws:sts::{ACCOUNT}:federated-user/ada");
    let listed = call(&emulator, "/list-sessions", &json!({"principalArn": owner}));
    let session = &listed["items"][0];
    assert_eq!(
        (&session["sessionArn"], &session["principalArn"], &session["status"]),
        (&json!(arn), &json!(owner), &json!("ACTIVE"))
    );
    let whole = call(&emulator, "/get-session", &json!({"sessionArn": arn, "principalArn": everybody()}));
    assert_eq!((&whole["userAgent"], &whole["issuedInRegion"]), (&json!("test"), &json!("us-east-1")));
    // Root's own sessions are others.
    assert_eq!(call(&emulator, "/list-sessions", &json!({})), json!({"items": []}));
    assert_eq!(ask(&emulator, &emulator.handle.root, "/get-session", &json!({"sessionArn": arn})).0, 404);

    let (id, secret) = (given.access_key_id, given.secret_access_key);
    let sts = emulator.sts_as(Credentials::new(id, secret, Some(given.session_token), None, "test"));
    run(sts.get_caller_identity().send()).unwrap();
    let asked = json!({"principalArn": everybody(), "sessionArns": [arn, "arn:aws:signin:x"], "reason": "lost"});
    let done = call(&emulator, "/batch-revoke-sessions", &asked);
    assert_eq!(done["revokedSessions"], json!([{"sessionArn": arn}]));
    assert_eq!(done["errors"][0]["code"], "RESOURCE_NOT_FOUND");
    let refused = run(sts.get_caller_identity().send()).unwrap_err();
    assert_eq!(refused.into_service_error().code(), Some("ExpiredToken"));
    let revoked = json!({"principalArn": everybody(), "status": "REVOKED"});
    assert_eq!(call(&emulator, "/list-sessions", &revoked)["items"][0]["sessionArn"], arn.as_str());
}

#[test]
fn sessions_come_in_pages_and_what_does_not_fit_is_refused() {
    let emulator = Emulator::empty();
    for name in ["ada", "bob", "eve"] {
        run(sign_in(&emulator, name));
    }
    let mut asked = json!({"principalArn": everybody(), "maxResults": 2});
    let first = call(&emulator, "/list-sessions", &asked);
    assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
    asked["nextToken"] = first["nextToken"].clone();
    let second = call(&emulator, "/list-sessions", &asked);
    assert_eq!((second["items"].as_array().map(Vec::len), second.get("nextToken")), (Some(1), None));
    let root = &emulator.handle.root;
    let arns: Vec<&str> = vec!["x"; 6];
    for (path, body) in [
        ("/list-sessions", json!({"principalArn": "ada"})),
        ("/list-sessions", json!({"maxResults": 101})),
        ("/list-sessions", json!({"status": "OLD"})),
        ("/get-session", json!({})),
        ("/batch-revoke-sessions", json!({"sessionArns": arns})),
        ("/batch-revoke-sessions", json!({"sessionArns": ["x"], "reason": "x".repeat(257)})),
    ] {
        let (status, answer) = ask(&emulator, root, path, &body);
        assert_eq!((status, &answer["error"]), (400, &json!("INVALID_REQUEST")), "{path} {body}");
    }
    let other = json!({"principalArn": "arn:aws:iam::111122223333:*"});
    assert_eq!(ask(&emulator, root, "/list-sessions", &other).0, 403);
    assert_eq!(ask(&emulator, root, "/put-resource-permission-statement", &json!({})).0, 501);
}

#[test]
fn who_lists_sessions_needs_the_permission() {
    let emulator = Emulator::empty();
    run(emulator.iam().create_user().user_name("eve").send()).unwrap();
    let key = run(emulator.iam().create_access_key().user_name("eve").send()).unwrap().access_key.unwrap();
    let key = KeyPair { id: key.access_key_id, secret: key.secret_access_key.into() };
    let (status, answer) = ask(&emulator, &key, "/list-sessions", &json!({}));
    assert_eq!((status, &answer["error"]), (403, &json!("INSUFFICIENT_PERMISSIONS")), "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("signin:ListSessions"), "{answer}");
}
