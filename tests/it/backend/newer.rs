//! Calls of plans that the SDK does not have: sent by the service model.

use std::sync::Arc;

use iamtui::api::{AccessAnalyzer, Iam, SsoOidc};
use iamtui::backend::Sent;
use iamtui::model::ErrorKind;
use iamtui::plan::Call;
use secrecy::ExposeSecret as _;

use super::Console;
use crate::harness::{ACCOUNT, Emulator};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn send(emulator: &Emulator, read_only: bool, call: &Call) -> Sent {
    let root = &emulator.handle.root;
    let console = Console::with(&emulator.handle.endpoint, &root.id, root.secret.expose_secret(), read_only);
    console.run(console.session.send(call, &(Arc::new(|_| {}) as _)))
}

fn create_role() -> Call {
    Call::new(Iam::CreateRole).with("RoleName", "night").with("AssumeRolePolicyDocument", TRUST)
}

#[test]
fn a_parameter_that_the_sdk_lacks_arrives_and_its_answer_is_given() {
    let emulator = Emulator::empty();
    let gives = send(&emulator, false, &create_role().with("MaxSigninSessionDuration", 7200)).unwrap();
    assert_eq!(gives["Role.Arn"], format!("arn:aws:iam::{ACCOUNT}:role/night"));
    assert_eq!(gives["Role.MaxSigninSessionDuration"], 7200);
}

#[test]
fn an_operation_that_the_sdk_lacks_is_sent_and_its_refusal_is_told() {
    let emulator = Emulator::empty();
    let arn = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com");
    let update = Call::new(Iam::UpdateOpenIDConnectProvider)
        .with("OpenIDConnectProviderArn", arn)
        .with("ContextProvider", serde_json::json!({"SubjectSourceKey": "sub"}));
    let refused = send(&emulator, false, &update).unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::NotFound, Some("NoSuchEntity")));
    send(&emulator, false, &Call::new(Iam::CreateOpenIDConnectProvider).with("Url", "https://id.example.com")).unwrap();
    assert!(send(&emulator, false, &update).unwrap().is_empty());
}

#[test]
fn a_read_only_session_sends_neither() {
    let emulator = Emulator::empty();
    let refused = send(&emulator, true, &create_role().with("MaxSigninSessionDuration", 7200)).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::ReadOnly);
    assert!(emulator.handle.calls().is_empty());
}

#[test]
fn what_only_signing_in_calls_is_not_sent() {
    let refused = send(&Emulator::empty(), false, &Call::new(SsoOidc::CreateToken)).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Unsupported);
}

#[test]
fn another_service_is_called_like_iam() {
    let call = Call::new(AccessAnalyzer::ValidatePolicy);
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"*"}}"#;
    let whole = call.clone().with("policyDocument", policy).with("policyType", "IDENTITY_POLICY");
    let findings = send(&Emulator::empty(), true, &whole).unwrap().remove("findings").unwrap();
    assert_eq!(findings[0]["issueCode"], "INVALID_ACTION");
    let refused = send(&Emulator::empty(), false, &call).unwrap_err();
    assert_eq!(refused.code.as_deref(), Some("ValidationException"));
}
