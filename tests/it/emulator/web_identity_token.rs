//! Tokens by which callers prove elsewhere who they are: real signatures, and the keys to verify them with.

use aws_sdk_sts::types::Tag;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::signature::{ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Value, json};

use super::wire::send;
use crate::harness::{ACCOUNT, Emulator, fails};

/// What the emulator serves below the path of an issuer.
fn fetch(emulator: &Emulator, issuer: &str, document: &str) -> Value {
    let part = issuer.trim_start_matches("https://").split('.').next().unwrap();
    let request =
        format!("GET /_iamtui/issuers/{part}/.well-known/{document} HTTP/1.1\r\nHost: {}\r\n\r\n", emulator.address());
    let answer = send(emulator, request.as_bytes());
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// The claims of a token, once its signature holds by the published keys.
fn verified(emulator: &Emulator, issuer: &str, token: &str) -> Value {
    let bytes = |text: &Value| BASE64.decode(text.as_str().unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let json = |text: &str| -> Value { serde_json::from_slice(&BASE64.decode(text).unwrap()).unwrap() };
    let (head, signature) = (json(head), BASE64.decode(signature).unwrap());
    let keys = fetch(emulator, issuer, "jwks.json");
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]).unwrap();
    assert_eq!(key["alg"], head["alg"]);
    match key["kty"].as_str().unwrap() {
        "EC" => {
            let point = [vec![4], bytes(&key["x"]), bytes(&key["y"])].concat();
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(signed.as_bytes(), &signature).unwrap();
        }
        _ => RsaPublicKeyComponents { n: bytes(&key["n"]), e: bytes(&key["e"]) }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .unwrap(),
    }
    json(claims)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_signed_with_the_keys_that_the_issuer_publishes() {
    let emulator = Emulator::empty();
    let ask = |algorithm: &str| {
        let asked = emulator.sts().get_web_identity_token().audience("https://api.example.com");
        asked.signing_algorithm(algorithm).tags(Tag::builder().key("job").value("7").build().unwrap())
    };
    let told = "The outbound web identity federation feature is not enabled for this account.";
    fails(ask("ES384").send().await, "OutboundWebIdentityFederationDisabledException", told);
    let enabled = emulator.iam().enable_outbound_web_identity_federation().send().await.unwrap();
    let issuer = enabled.issuer_identifier.unwrap();
    for algorithm in ["ES384", "RS256"] {
        let given = ask(algorithm).duration_seconds(600).send().await.unwrap();
        let claims = verified(&emulator, &issuer, &given.web_identity_token.unwrap());
        assert_eq!(claims["iss"], issuer);
        assert_eq!(claims["aud"], "https://api.example.com");
        assert_eq!(claims["sub"], format!("arn:aws:iam::{ACCOUNT}:root"));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        let own = &claims["https://sts.amazonaws.com/"];
        assert_eq!((&own["aws_account"], &own["request_tags"]), (&json!(ACCOUNT), &json!({"job": "7"})));
    }
    let found = fetch(&emulator, &issuer, "openid-configuration");
    assert_eq!(found["issuer"], issuer);
    assert!(found["jwks_uri"].as_str().unwrap().starts_with(&emulator.handle.endpoint), "{found}");
    assert!(fetch(&emulator, "https://other.example.com", "jwks.json")["keys"].is_null());
    let wrong = ask("HS256").send().await;
    assert_eq!(crate::harness::failure(wrong).0, "ValidationError");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_outlive_the_session_that_asks_for_it() {
    let emulator = Emulator::empty();
    emulator.iam().enable_outbound_web_identity_federation().send().await.unwrap();
    let given = emulator.sts().get_session_token().duration_seconds(900).send().await.unwrap().credentials.unwrap();
    let session = aws_sdk_iam::config::Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        Some(given.session_token),
        None,
        "test",
    );
    let sts = emulator.sts_as(session);
    let ask = |seconds| sts.get_web_identity_token().audience("a").signing_algorithm("ES384").duration_seconds(seconds);
    ask(600).send().await.unwrap();
    let told = "The requested token duration would extend the session beyond its original expiration time.";
    fails(ask(1000).send().await, "SessionDurationEscalationException", told);
}
