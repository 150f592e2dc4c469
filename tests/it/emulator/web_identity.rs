//! Roles for web identities: the token's signature, its claims and the trust policy decide.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use iamtui::emulator::KeyPair;
use iamtui::emulator::crypto::jwt;
use iamtui::emulator::organization::Organization;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::harness::{ACCOUNT, Emulator, fails};

const ISSUER: &str = "issuer.example.com/main";

/// An issuer with one key.
struct Issuer {
    key: Mutex<EcdsaKeyPair>,
}

impl Issuer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { key: Mutex::new(key) }
    }

    fn key_set(&self) -> String {
        let key = self.key.lock().unwrap();
        let point = key.public_key().as_ref();
        let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "x": x, "y": y}]}).to_string()
    }

    fn token(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "one"})), part(claims));
        let seal = self.key.lock().unwrap().sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64.encode(seal))
    }
}

fn claims(change: impl FnOnce(&mut Value)) -> Value {
    let now = Timestamp::now().as_second();
    let mut claims = json!({
        "iss": format!("https://{ISSUER}"), "aud": "my-app", "sub": "repo:acme/app", "iat": now, "exp": now + 600,
    });
    change(&mut claims);
    claims
}

/// An emulator that knows the issuer's keys, with the provider and a role for one subject of it.
async fn stage(issuer: &Issuer) -> Emulator {
    let keys = jwt::keys(&issuer.key_set()).unwrap();
    let emulator = Emulator::with(|options| {
        options.issuers.insert(ISSUER.to_owned(), keys);
    });
    furnish(&emulator.iam()).await;
    emulator
}

/// Makes the provider and the role.
async fn furnish(iam: &aws_sdk_iam::Client) {
    let provider = iam.create_open_id_connect_provider().url(format!("https://{ISSUER}")).client_id_list("my-app");
    let thumbprint = "0123456789012345678901234567890123456789";
    let arn = provider.thumbprint_list(thumbprint).send().await.unwrap().open_id_connect_provider_arn.unwrap();
    let trust = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {format!("{ISSUER}:aud"): "my-app"}, "StringLike": {format!("{ISSUER}:sub"): "repo:acme/*"}},
    }});
    iam.create_role().role_name("deploy").assume_role_policy_document(trust.to_string()).send().await.unwrap();
}

type Assumed = Result<
    aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityOutput,
    aws_sdk_sts::error::SdkError<aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError>,
>;

async fn assume(emulator: &Emulator, token: &str) -> Assumed {
    assume_in(emulator, ACCOUNT, token).await
}

async fn assume_in(emulator: &Emulator, account: &str, token: &str) -> Assumed {
    let sts = emulator.sts();
    let request = sts.assume_role_with_web_identity().role_arn(format!("arn:aws:iam::{account}:role/deploy"));
    request.role_session_name("run").web_identity_token(token).send().await
}

#[tokio::test]
async fn a_subject_that_the_provider_vouches_for_and_the_role_trusts_gets_a_session() {
    let issuer = Issuer::new();
    let emulator = stage(&issuer).await;
    let given = assume(&emulator, &issuer.token(&claims(|_| {}))).await.unwrap();
    assert_eq!(given.subject_from_web_identity_token.as_deref(), Some("repo:acme/app"));
    assert_eq!(given.audience.as_deref(), Some("my-app"));
    let keys = given.credentials.unwrap();
    let token = Some(keys.session_token);
    let session =
        aws_sdk_iam::config::Credentials::new(keys.access_key_id, keys.secret_access_key, token, None, "test");
    let caller = emulator.sts_as(session).get_caller_identity().send().await.unwrap();
    assert_eq!(caller.arn.unwrap(), format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run"));
}

#[tokio::test]
async fn the_account_of_the_role_decides_which_providers_count() {
    let issuer = Issuer::new();
    let keys = jwt::keys(&issuer.key_set()).unwrap();
    let organization = format!(
        r#"{{"management_account":"111122223333","root":{{"accounts":[{{"id":"{ACCOUNT}","name":"dev","root_key":"dev:dev"}}]}}}}"#
    );
    let emulator = Emulator::with(|options| {
        options.account = None;
        options.organization = Some(Organization::read(&organization).unwrap());
        options.issuers.insert(ISSUER.to_owned(), keys);
    });
    furnish(&emulator.iam_as(&KeyPair::new("dev", "dev"))).await;
    let token = issuer.token(&claims(|_| {}));
    let given = assume_in(&emulator, ACCOUNT, &token).await.unwrap();
    assert!(given.assumed_role_user.unwrap().arn.starts_with(&format!("arn:aws:sts::{ACCOUNT}:")));
    let unknown = format!("No OpenIDConnect provider found in your account for https://{ISSUER}");
    fails(assume_in(&emulator, "111122223333", &token).await, "InvalidIdentityToken", &unknown);
}

#[tokio::test]
async fn a_role_of_an_account_that_is_not_here_is_not_assumed() {
    let issuer = Issuer::new();
    let emulator = stage(&issuer).await;
    let refused = assume_in(&emulator, "999999999999", &issuer.token(&claims(|_| {}))).await;
    fails(refused, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
}

/// How a token with these claims is refused.
async fn check(change: impl FnOnce(&mut Value), code: &str, message: &str) {
    let issuer = Issuer::new();
    let emulator = stage(&issuer).await;
    let refused = assume(&emulator, &issuer.token(&claims(change))).await;
    let (found, told) = crate::harness::failure(refused);
    assert!(found == code && told.contains(message), "{found}: {told}");
}

#[tokio::test]
async fn every_claim_counts() {
    check(|claims| claims["aud"] = "other".into(), "InvalidIdentityToken", "Incorrect token audience").await;
    check(|claims| claims["exp"] = 1.into(), "ExpiredTokenException", "Token expired").await;
    check(|claims| claims["sub"] = "repo:evil/app".into(), "AccessDenied", "Not authorized").await;
    let unknown = "No OpenIDConnect provider found in your account for https://other.example.com";
    check(|claims| claims["iss"] = "https://other.example.com".into(), "InvalidIdentityToken", unknown).await;
}

#[tokio::test]
async fn a_token_that_another_key_or_none_has_signed_is_refused() {
    let issuer = Issuer::new();
    let emulator = stage(&issuer).await;
    let forged = Issuer::new().token(&claims(|_| {}));
    fails(assume(&emulator, &forged).await, "InvalidIdentityToken", "Token signature invalid");
    let part = |value: Value| BASE64.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(json!({"alg": "none"})), part(claims(|_| {})));
    fails(assume(&emulator, &unsigned).await, "InvalidIdentityToken", "Token signature invalid");
    let good = issuer.token(&claims(|_| {}));
    let (head, seal) = good.rsplit_once('.').unwrap();
    let (head, _) = head.split_once('.').unwrap();
    let changed = format!("{head}.{}.{seal}", part(claims(|claims| claims["sub"] = "repo:acme/b".into())));
    fails(assume(&emulator, &changed).await, "InvalidIdentityToken", "Token signature invalid");
}
