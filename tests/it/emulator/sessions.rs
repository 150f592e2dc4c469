//! Temporary credentials of STS, through the SDK.

#![allow(deprecated, reason = "AWS still answers the packed size that its replacement is to follow")]

use aws_sdk_iam::config::Credentials;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::Tag;
use iamtui::emulator::KeyPair;
use secrecy::ExposeSecret as _;

use super::wire::Raw;
use crate::harness::{ACCOUNT, Emulator, credentials, fails, failure};

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An account with a user and a role that trusts whom it is said to trust.
struct Stage {
    emulator: Emulator,
    iam: aws_sdk_iam::Client,
    user: KeyPair,
}

fn trust(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
        "Action":["sts:AssumeRole","sts:TagSession"]{condition}}}]}}"#
    )
}

fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

impl Stage {
    async fn set() -> Self {
        let emulator = Emulator::empty();
        let iam = emulator.iam();
        iam.create_user().user_name("ada").send().await.unwrap();
        let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
        iam.put_user_policy().user_name("ada").policy_name("all").policy_document(EVERYTHING).send().await.unwrap();
        Self { iam, emulator, user: KeyPair::new(key.access_key_id, key.secret_access_key) }
    }

    async fn role(&self, name: &str, trust: &str) {
        self.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        let put = self.iam.put_role_policy().role_name(name).policy_name("all").policy_document(EVERYTHING);
        put.send().await.unwrap();
    }

    fn sts(&self) -> aws_sdk_sts::Client {
        self.emulator.sts_as(credentials(&self.user))
    }

    fn sts_with(&self, given: &aws_sdk_sts::types::Credentials) -> aws_sdk_sts::Client {
        let token = Some(given.session_token.clone());
        self.emulator.sts_as(Credentials::new(&given.access_key_id, &given.secret_access_key, token, None, "test"))
    }
}

fn denied(caller: &str, action: &str, role: &str) -> String {
    format!("User: {caller} is not authorized to perform: {action} on resource: {}", role_arn(role))
}

fn ada() -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/ada")
}

#[tokio::test]
async fn a_role_is_assumed_by_whom_it_trusts_only() {
    let stage = Stage::set().await;
    stage.role("open", &trust(&ada(), "")).await;
    stage.role("account", &trust(&format!("arn:aws:iam::{ACCOUNT}:root"), "")).await;
    stage.role("other", &trust("arn:aws:iam::999999999999:root", "")).await;
    let assume = |name: &str| stage.sts().assume_role().role_arn(role_arn(name)).role_session_name("night").send();
    for name in ["open", "account"] {
        let given = assume(name).await.unwrap();
        assert_eq!(given.packed_policy_size, None);
        let user = given.assumed_role_user.unwrap();
        assert_eq!(user.arn, format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/night"));
        let credentials = given.credentials.unwrap();
        assert!(credentials.access_key_id.starts_with("ASIA"));
        let who = stage.sts_with(&credentials).get_caller_identity().send().await.unwrap();
        assert_eq!((who.arn.as_deref(), who.user_id), (Some(user.arn.as_str()), Some(user.assumed_role_id)));
    }
    for name in ["other", "missing"] {
        fails(assume(name).await, "AccessDenied", &denied(&ada(), "sts:AssumeRole", name));
    }
    let root = stage.emulator.sts().assume_role().role_arn(role_arn("open")).role_session_name("night").send().await;
    fails(root, "AccessDenied", "Roles may not be assumed by root accounts.");
}

/// The trust policy of a role as it is shown.
async fn shown(stage: &Stage, role: &str) -> String {
    let role = stage.iam.get_role().role_name(role).send().await.unwrap().role.unwrap();
    percent_encoding::percent_decode_str(&role.assume_role_policy_document.unwrap()).decode_utf8().unwrap().into_owned()
}

#[tokio::test]
async fn a_trust_policy_follows_the_user_and_not_the_name() {
    let stage = Stage::set().await;
    let condition = format!(r#","Condition":{{"StringLike":{{"aws:PrincipalArn":["{}","*lovelace"]}}}}"#, ada());
    stage.role("open", &trust(&ada(), &condition)).await;
    let assume = || stage.sts().assume_role().role_arn(role_arn("open")).role_session_name("night").send();
    assume().await.unwrap();
    stage.iam.update_user().user_name("ada").new_user_name("lovelace").new_path("/math/").send().await.unwrap();
    let now = format!("arn:aws:iam::{ACCOUNT}:user/math/lovelace");
    assert_eq!(shown(&stage, "open").await, trust(&now, &condition));
    assume().await.unwrap();
    // Another user of the old name is somebody else.
    stage.iam.create_user().user_name("ada").send().await.unwrap();
    let key = stage.iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let put = stage.iam.put_user_policy().user_name("ada").policy_name("all").policy_document(EVERYTHING);
    put.send().await.unwrap();
    let other = stage.emulator.sts_as(credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    let refused = other.assume_role().role_arn(role_arn("open")).role_session_name("night").send().await;
    fails(refused, "AccessDenied", &denied(&ada(), "sts:AssumeRole", "open"));
}

#[tokio::test]
async fn a_trust_policy_shows_the_id_of_a_principal_that_is_gone() {
    let stage = Stage::set().await;
    let iam = &stage.iam;
    let grace = iam.create_user().user_name("grace").send().await.unwrap().user.unwrap();
    stage.role("lower", &trust(&ada(), "")).await;
    let lower = iam.get_role().role_name("lower").send().await.unwrap().role.unwrap();
    stage.role("open", &trust(&grace.arn, "")).await;
    stage.role("upper", &trust(&lower.arn, "")).await;
    iam.delete_user().user_name("grace").send().await.unwrap();
    assert_eq!(shown(&stage, "open").await, trust(&grace.user_id, ""));
    iam.delete_role_policy().role_name("lower").policy_name("all").send().await.unwrap();
    iam.delete_role().role_name("lower").send().await.unwrap();
    assert_eq!(shown(&stage, "upper").await, trust(&lower.role_id, ""));
    iam.create_user().user_name("grace").send().await.unwrap();
    let key = iam.create_access_key().user_name("grace").send().await.unwrap().access_key.unwrap();
    let again = stage.emulator.sts_as(credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    let refused = again.assume_role().role_arn(role_arn("open")).role_session_name("night").send().await;
    fails(refused, "AccessDenied", &denied(&grace.arn, "sts:AssumeRole", "open"));
}

#[tokio::test]
async fn a_trust_policy_is_not_asked_where_policies_are_not_enforced() {
    let emulator = Emulator::with(|options| options.enforce = iamtui::emulator::Enforce::Off);
    let iam = emulator.iam();
    iam.create_user().user_name("ada").send().await.unwrap();
    let key = iam.create_access_key().user_name("ada").send().await.unwrap().access_key.unwrap();
    let nobody = trust("arn:aws:iam::999999999999:root", "");
    iam.create_role().role_name("other").assume_role_policy_document(nobody).send().await.unwrap();
    let sts = emulator.sts_as(credentials(&KeyPair::new(key.access_key_id, key.secret_access_key)));
    let assume = |name: &str| sts.assume_role().role_arn(role_arn(name)).role_session_name("night").send();
    assume("other").await.unwrap();
    fails(assume("missing").await, "AccessDenied", &denied(&ada(), "sts:AssumeRole", "missing"));
}

#[tokio::test]
async fn what_is_no_role_arn_is_refused_in_the_words_of_aws() {
    let stage = Stage::set().await;
    for arn in [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:",
    ] {
        let refused = stage.sts().assume_role().role_arn(arn).role_session_name("night").send().await;
        fails(refused, "ValidationError", &format!("{arn} is invalid"));
    }
}

#[tokio::test]
async fn a_condition_of_the_trust_policy_must_hold() {
    let stage = Stage::set().await;
    let external = r#","Condition":{"StringEquals":{"sts:ExternalId":"secret-1"}}"#;
    stage.role("partner", &trust(&ada(), external)).await;
    stage.role("mfa", &trust(&ada(), r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#)).await;
    let assume = |name: &str| stage.sts().assume_role().role_arn(role_arn(name)).role_session_name("night");
    fails(assume("partner").send().await, "AccessDenied", &denied(&ada(), "sts:AssumeRole", "partner"));
    fails(
        assume("partner").external_id("wrong").send().await,
        "AccessDenied",
        &denied(&ada(), "sts:AssumeRole", "partner"),
    );
    assume("partner").external_id("secret-1").send().await.unwrap();
    fails(assume("mfa").send().await, "AccessDenied", &denied(&ada(), "sts:AssumeRole", "mfa"));
}

#[tokio::test]
async fn a_session_lasts_no_longer_than_the_role_allows() {
    let stage = Stage::set().await;
    stage.role("long", &trust(&format!("arn:aws:iam::{ACCOUNT}:root"), "")).await;
    stage.iam.update_role().role_name("long").max_session_duration(7200).send().await.unwrap();
    let assume = |seconds: i32| {
        stage.sts().assume_role().role_arn(role_arn("long")).role_session_name("night").duration_seconds(seconds).send()
    };
    let too_long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    fails(assume(7201).await, "ValidationError", too_long);
    let given = assume(7200).await.unwrap().credentials.unwrap();
    let chained = stage.sts_with(&given).assume_role().role_arn(role_arn("long")).role_session_name("night");
    chained.clone().duration_seconds(3600).send().await.unwrap();
    fails(
        chained.duration_seconds(3601).send().await,
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
}

#[tokio::test]
async fn transitive_tags_go_on_and_cannot_be_set_again() {
    let stage = Stage::set().await;
    let account = format!("arn:aws:iam::{ACCOUNT}:root");
    stage.role("one", &trust(&account, "")).await;
    stage
        .role("two", &trust(&account, r#","Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}"#))
        .await;
    let plain = trust(&account, "").replace(",\"sts:TagSession\"", "");
    stage.role("untagged", &plain).await;
    let tag = |key: &str| Tag::builder().key(key).value("v").build().unwrap();
    let assume =
        |sts: aws_sdk_sts::Client, name: &str| sts.assume_role().role_arn(role_arn(name)).role_session_name("night");
    let first = assume(stage.sts(), "one").tags(tag("Team")).transitive_tag_keys("Team").send().await.unwrap();
    assert!(first.packed_policy_size.is_some_and(|share| share > 0));
    let session = || stage.sts_with(first.credentials.as_ref().unwrap());
    assume(session(), "two").send().await.unwrap();
    let conflict = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag \
                    key from the calling session.";
    for key in ["Team", "TEAM"] {
        let again = assume(session(), "two").tags(tag(key)).transitive_tag_keys(key).send().await;
        fails(again, "InvalidParameterValue", conflict);
    }
    let untagged = assume(stage.sts(), "untagged").tags(tag("Team")).send().await;
    fails(untagged, "AccessDenied", &denied(&ada(), "sts:TagSession", "untagged"));
}

#[tokio::test]
async fn session_policies_must_be_policies_and_fit() {
    let stage = Stage::set().await;
    stage.role("r", &trust(&ada(), "")).await;
    let assume = |policy: &str| {
        stage.sts().assume_role().role_arn(role_arn("r")).role_session_name("night").policy(policy).send()
    };
    let fine = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    assert!(assume(fine).await.unwrap().packed_policy_size.is_some());
    assert!(assume("{}").await.unwrap_err().into_service_error().is_malformed_policy_document_exception());
}

#[tokio::test]
async fn a_federated_user_is_named_by_its_maker() {
    let stage = Stage::set().await;
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let given = stage.sts().get_federation_token().name("bob").policy(policy).send().await.unwrap();
    let user = given.federated_user.unwrap();
    assert_eq!(user.arn, format!("arn:aws:sts::{ACCOUNT}:federated-user/bob"));
    assert_eq!(user.federated_user_id, format!("{ACCOUNT}:bob"));
    let session = stage.sts_with(&given.credentials.unwrap());
    assert_eq!(session.get_caller_identity().send().await.unwrap().arn, Some(user.arn));
    fails(
        session.get_federation_token().name("eve").send().await,
        "AccessDenied",
        "Cannot call GetFederationToken with session credentials",
    );
}

#[tokio::test]
async fn a_session_token_stands_for_its_user() {
    let stage = Stage::set().await;
    let given = stage.sts().get_session_token().send().await.unwrap().credentials.unwrap();
    let session = stage.sts_with(&given);
    assert_eq!(session.get_caller_identity().send().await.unwrap().arn, Some(ada()));
    fails(
        session.get_session_token().send().await,
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    );
    let stolen = Credentials::new(
        stage.user.id.clone(),
        stage.user.secret.expose_secret(),
        Some(given.session_token),
        None,
        "t",
    );
    let refused = stage.emulator.sts_as(stolen).get_caller_identity().send().await;
    assert_eq!(code(refused), "InvalidClientTokenId");
}

fn code<T: std::fmt::Debug, E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug>(
    result: Result<T, SdkError<E, R>>,
) -> String {
    result.unwrap_err().as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_access_key_tells_its_account() {
    let stage = Stage::set().await;
    let info = |id: &str| stage.emulator.sts().get_access_key_info().access_key_id(id).send();
    assert_eq!(info(&stage.user.id).await.unwrap().account.as_deref(), Some(ACCOUNT));
    let given = stage.sts().get_session_token().send().await.unwrap().credentials.unwrap();
    assert_eq!(info(&given.access_key_id).await.unwrap().account.as_deref(), Some(ACCOUNT));
}

#[tokio::test]
async fn what_takes_more_than_one_account_is_refused_as_aws_refuses_it() {
    let stage = Stage::set().await;
    let sts = stage.sts();
    let decoded = sts.decode_authorization_message().encoded_message("rHU-pVHMSckD0OAc5l3r9").send().await;
    fails(decoded, "InvalidAuthorizationMessageException", "Message is not valid");
    let task = aws_sdk_sts::types::PolicyDescriptorType::builder();
    let task = task.arn("arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials").build();
    let root = sts.assume_root().target_principal("111122223333").task_policy_arn(task).send().await;
    let told = format!(
        "User: arn:aws:iam::{ACCOUNT}:user/ada is not authorized to perform: sts:AssumeRoot on resource: \
         arn:aws:iam::111122223333:root"
    );
    fails(root, "AccessDenied", &told);
    let token = sts.get_web_identity_token().audience("https://example.com").signing_algorithm("RS256").send().await;
    let told = "The outbound web identity federation feature is not enabled for this account.";
    fails(token, "OutboundWebIdentityFederationDisabledException", told);
}

#[test]
fn a_session_token_tells_its_size_and_grows_to_what_was_asked_for() {
    let emulator = Emulator::empty();
    let sts = Raw(&emulator);
    let number = |answer: &str, name: &str| -> usize {
        let rest = answer.split(&format!("<{name}>")).nth(1).unwrap_or_else(|| panic!("{answer}"));
        rest.split('<').next().unwrap().parse().unwrap()
    };
    let plain = sts.ask("GetSessionToken", &[]);
    let token = plain.split("<SessionToken>").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(number(&plain, "SessionTokenSize"), token.len());
    assert!(number(&plain, "SessionTokenUtilization") < 20);
    let large = sts.ask("GetSessionToken", &[("MinimumSessionTokenSize", "4000")]);
    assert!(number(&large, "SessionTokenSize") >= 4000, "{large}");
    assert!(number(&large, "SessionTokenUtilization") >= 98, "{large}");
}

#[tokio::test]
async fn contexts_that_nobody_here_can_read_are_refused() {
    let emulator = Emulator::empty();
    let context = aws_sdk_sts::types::ProvidedContext::builder()
        .provider_arn("arn:aws:iam::aws:contextProvider/IdentityCenter")
        .context_assertion("assertion")
        .build();
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/night");
    let asked = emulator.sts().assume_role().role_arn(arn).role_session_name("night").provided_contexts(context);
    let (code, message) = failure(asked.send().await);
    assert_eq!(code, "NotImplemented");
    assert!(message.starts_with("This emulator does not support ProvidedContexts of AssumeRole."), "{message}");
}

#[tokio::test]
async fn what_repeats_or_is_empty_is_told_in_the_words_of_sts() {
    let stage = Stage::set().await;
    stage.role("r", &trust(&format!("arn:aws:iam::{ACCOUNT}:root"), "")).await;
    let tag = |key: &str| Tag::builder().key(key).value("v").build().unwrap();
    let assume = stage.sts().assume_role().role_arn(role_arn("r")).role_session_name("night");
    let twice = assume.clone().tags(tag("Team")).tags(tag("team")).send().await;
    let told = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    fails(twice, "InvalidParameterValue", told);
    assert_eq!(assume.send().await.unwrap().packed_policy_size, None);
    let federated = stage.sts().get_federation_token().name("fed").send().await.unwrap();
    assert_eq!(federated.packed_policy_size, Some(0));
}

#[tokio::test]
async fn a_temporary_secret_has_the_letters_of_a_lasting_one() {
    let stage = Stage::set().await;
    let mut letters = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let given = stage.sts().get_session_token().send().await.unwrap().credentials.unwrap();
        assert_eq!(given.secret_access_key.len(), 40);
        letters.extend(given.secret_access_key.bytes());
    }
    let others: Vec<u8> = letters.into_iter().filter(|letter| !letter.is_ascii_alphanumeric()).collect();
    assert_eq!(others, b"+/");
}

#[tokio::test]
async fn a_tag_that_goes_on_may_be_named_in_any_case() {
    let stage = Stage::set().await;
    let everyone = trust(&format!("arn:aws:iam::{ACCOUNT}:root"), "");
    stage.role("one", &everyone).await;
    stage.role("two", &everyone).await;
    let tag = Tag::builder().key("Team").value("blue").build().unwrap();
    let first = stage.sts().assume_role().role_arn(role_arn("one")).role_session_name("one");
    let first = first.tags(tag).transitive_tag_keys("team").send().await.unwrap().credentials.unwrap();
    let second = stage.sts_with(&first).assume_role().role_arn(role_arn("two")).role_session_name("two");
    let second = second.send().await.unwrap();
    // What the second session carries counts towards its size.
    assert!(second.packed_policy_size.is_some());
}

/// Credentials and what else the answer to a `GetScopedCredentials` holds.
struct Scoped {
    key: KeyPair,
    token: String,
    answer: String,
}

/// What stands between the tags of an element.
fn element(answer: &str, name: &str) -> String {
    let rest = answer.split(&format!("<{name}>")).nth(1).unwrap_or_else(|| panic!("no {name} in {answer}"));
    rest.split("</").next().unwrap().to_owned()
}

/// Scopes the credentials down, which must succeed.
fn scope(stage: &Stage, from: (&KeyPair, &str), input: &[(&str, &str)]) -> Scoped {
    let answer = Raw(&stage.emulator).ask_as(from.0, Some(from.1), "GetScopedCredentials", input);
    let key = KeyPair::new(element(&answer, "AccessKeyId"), element(&answer, "SecretAccessKey"));
    Scoped { key, token: element(&answer, "SessionToken"), answer }
}

/// The code of the refusal, empty for an answer.
fn refused(stage: &Stage, from: (&KeyPair, Option<&str>), operation: &str, input: &[(&str, &str)]) -> String {
    let answer = Raw(&stage.emulator).ask_as(from.0, from.1, operation, input);
    if answer.contains("<Code>") { element(&answer, "Code") } else { String::new() }
}

const SOME: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:GetUser","iam:ListUsers","sts:*"],"Resource":"*"}}"#;
const LISTS: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:List*","sts:*"],"Resource":"*"}}"#;

#[tokio::test]
async fn scoped_credentials_may_what_every_scope_allows_and_stay_who_they_are() {
    let stage = Stage::set().await;
    stage.role("open", &trust(&ada(), "")).await;
    let assume = stage.sts().assume_role().role_arn(role_arn("open")).role_session_name("night");
    let given = assume.source_identity("ada").send().await;
    // The trust policy of the stage does not let a source identity be set.
    assert!(given.is_err());
    let given = stage.sts().assume_role().role_arn(role_arn("open")).role_session_name("night").send().await.unwrap();
    let user = given.assumed_role_user.unwrap();
    let given = given.credentials.unwrap();
    let key = KeyPair::new(given.access_key_id, given.secret_access_key);
    let first = scope(&stage, (&key, &given.session_token), &[("Policy", SOME)]);
    assert_eq!(element(&first.answer, "ScopedPoliciesCount"), "1");
    assert_eq!(element(&first.answer, "ScopedSessionId"), user.assumed_role_id);
    assert_eq!(element(&first.answer, "Arn"), user.arn);
    let second = scope(&stage, (&first.key, &first.token), &[("Policy", LISTS), ("DurationSeconds", "60")]);
    assert_eq!(element(&second.answer, "ScopedPoliciesCount"), "2");
    let check = |scoped: &Scoped, operation: &str, input: &[(&str, &str)], expected: &str| {
        let code = refused(&stage, (&scoped.key, Some(&scoped.token)), operation, input);
        assert_eq!(code, expected, "{operation}");
    };
    check(&first, "ListUsers", &[], "");
    check(&first, "GetUser", &[("UserName", "ada")], "");
    check(&first, "ListRoles", &[], "AccessDenied");
    check(&second, "ListUsers", &[], "");
    check(&second, "ListRoles", &[], "AccessDenied");
    check(&second, "GetUser", &[("UserName", "ada")], "AccessDenied");
    check(&second, "GetScopedCredentials", &[("DurationSeconds", "61")], "InsufficientSessionLifetime");
    check(&second, "GetScopedCredentials", &[], "ValidationError");
    check(&second, "GetScopedCredentials", &[("Policy", "{}")], "MalformedPolicyDocument");
    let third = scope(&stage, (&second.key, &second.token), &[("Policy", LISTS)]);
    check(&third, "GetScopedCredentials", &[("Policy", LISTS)], "AccessDenied");
    check(&third, "GetScopedCredentials", &[("DurationSeconds", "1")], "");
    let who = Raw(&stage.emulator).ask_as(&third.key, Some(&third.token), "GetCallerIdentity", &[]);
    assert_eq!(element(&who, "Arn"), user.arn);
}

#[tokio::test]
async fn lasting_credentials_cannot_be_scoped_down_and_federated_ones_can() {
    let stage = Stage::set().await;
    let policy = &[("Policy", LISTS)];
    for key in [&stage.user, &stage.emulator.handle.root] {
        assert_eq!(refused(&stage, (key, None), "GetScopedCredentials", policy), "AccessDenied");
    }
    let federated = stage.sts().get_federation_token().name("fed").policy(EVERYTHING).send().await.unwrap();
    let given = federated.credentials.unwrap();
    let key = KeyPair::new(given.access_key_id, given.secret_access_key);
    let scoped = scope(&stage, (&key, &given.session_token), policy);
    assert_eq!(element(&scoped.answer, "Arn"), federated.federated_user.unwrap().arn);
}
