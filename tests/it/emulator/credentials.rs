//! Access keys, passwords, keys and certificates of users, through the SDK.

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{EncodingType, StatusType};
use iamtui::emulator::KeyPair;

use crate::harness::{ACCOUNT, Emulator, fails};

const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");
const ELLIPTIC: &str = include_str!("../fixtures/elliptic.pem");
const SSH_KEY: &str = include_str!("../fixtures/ssh-key.pub");
const SSH_PEM: &str = include_str!("../fixtures/ssh-key.pem");

/// An account with a user who may do everything.
async fn with_user(name: &str) -> (Emulator, aws_sdk_iam::Client) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    iam.create_user().user_name(name).send().await.unwrap();
    let everything = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    iam.put_user_policy().user_name(name).policy_name("all").policy_document(everything).send().await.unwrap();
    (emulator, iam)
}

/// A key for a user, to sign with.
async fn key_of(iam: &aws_sdk_iam::Client, user: &str) -> KeyPair {
    let itself = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/${aws:username}"}}"#;
    iam.put_user_policy().user_name(user).policy_name("itself").policy_document(itself).send().await.unwrap();
    let key = iam.create_access_key().user_name(user).send().await.unwrap().access_key.unwrap();
    KeyPair::new(key.access_key_id, key.secret_access_key)
}

#[tokio::test]
async fn an_access_key_is_made_listed_switched_off_and_deleted() {
    let (emulator, iam) = with_user("ada").await;
    let key = key_of(&iam, "ada").await;
    let list = || iam.list_access_keys().user_name("ada").send();
    let listed = list().await.unwrap().access_key_metadata;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].access_key_id.as_deref(), Some(key.id.as_str()));
    assert_eq!(listed[0].status, Some(StatusType::Active));
    let own = emulator.iam_as(&key);
    assert_eq!(own.get_user().send().await.unwrap().user.unwrap().user_name, "ada");
    let off = iam.update_access_key().user_name("ada").access_key_id(&key.id).status(StatusType::Inactive);
    off.send().await.unwrap();
    fails(
        own.get_user().send().await,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    iam.delete_access_key().user_name("ada").access_key_id(&key.id).send().await.unwrap();
    assert!(list().await.unwrap().access_key_metadata.is_empty());
}

#[tokio::test]
async fn a_user_has_two_access_keys_at_most() {
    let (_emulator, iam) = with_user("ada").await;
    for _ in 0..2 {
        key_of(&iam, "ada").await;
    }
    let third = iam.create_access_key().user_name("ada").send().await;
    fails(third, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
    let nobody = iam.create_access_key().user_name("nobody").send().await;
    fails(nobody, "NoSuchEntity", "The user with name nobody cannot be found.");
    let id = "AKIAIOSFODNN7EXAMPLE";
    let missing = iam.update_access_key().user_name("ada").access_key_id(id).status(StatusType::Active).send().await;
    fails(missing, "NoSuchEntity", &format!("The Access Key with id {id} cannot be found."));
}

#[tokio::test]
async fn a_user_works_on_its_own_keys_without_naming_itself() {
    let (emulator, iam) = with_user("ada").await;
    let key = key_of(&iam, "ada").await;
    let own = emulator.iam_as(&key);
    let second = own.create_access_key().send().await.unwrap().access_key.unwrap();
    assert_eq!(
        (second.user_name.as_str(), own.list_access_keys().send().await.unwrap().access_key_metadata.len()),
        ("ada", 2)
    );
    own.delete_access_key().access_key_id(second.access_key_id).send().await.unwrap();
    // Without a name the root user's own keys are meant.
    let root = iam.list_access_keys().send().await.unwrap().access_key_metadata;
    assert_eq!(root[0].access_key_id.as_deref(), Some(emulator.handle.root.id.as_str()));
}

#[tokio::test]
async fn the_last_use_of_a_key_is_told() {
    let (emulator, iam) = with_user("ada").await;
    let key = key_of(&iam, "ada").await;
    let read = || iam.get_access_key_last_used().access_key_id(&key.id).send();
    let before = read().await.unwrap();
    let used = before.access_key_last_used.unwrap();
    assert_eq!((before.user_name.as_deref(), used.last_used_date), (Some("ada"), None));
    assert_eq!((used.service_name.as_str(), used.region.as_str()), ("N/A", "N/A"));
    emulator.iam_as(&key).get_user().send().await.unwrap();
    // The use is noted without anybody waiting for it, but before the next write.
    iam.create_group().group_name("later").send().await.unwrap();
    let used = read().await.unwrap().access_key_last_used.unwrap();
    assert!(used.last_used_date.is_some());
    assert_eq!((used.service_name.as_str(), used.region.as_str()), ("iam", "us-east-1"));
    fails(
        iam.get_access_key_last_used().access_key_id("AKIAIOSFODNN7EXAMPLE").send().await,
        "AccessDenied",
        &format!(
            "User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: \
             access key AKIAIOSFODNN7EXAMPLE"
        ),
    );
}

#[tokio::test]
async fn a_login_profile_is_made_once_changed_and_deleted() {
    let (_emulator, iam) = with_user("ada").await;
    let get = || iam.get_login_profile().user_name("ada").send();
    fails(get().await, "NoSuchEntity", "Login Profile for User ada cannot be found.");
    let create = || iam.create_login_profile().user_name("ada").password("Str0ng-pass").send();
    let made = create().await.unwrap().login_profile.unwrap();
    assert!(!made.password_reset_required);
    fails(create().await, "EntityAlreadyExists", "Login Profile for user ada already exists.");
    iam.update_login_profile().user_name("ada").password_reset_required(true).send().await.unwrap();
    assert!(get().await.unwrap().login_profile.unwrap().password_reset_required);
    iam.delete_login_profile().user_name("ada").send().await.unwrap();
    fails(
        iam.delete_login_profile().user_name("ada").send().await,
        "NoSuchEntity",
        "Login Profile for User ada cannot be found.",
    );
}

#[tokio::test]
async fn passwords_obey_the_policy_and_do_not_come_again() {
    let (emulator, iam) = with_user("ada").await;
    let weak = "Password does not conform to the account password policy.";
    let create = |password: &'static str| iam.create_login_profile().user_name("ada").password(password).send();
    fails(create("weakling").await, "PasswordPolicyViolation", weak);
    iam.update_account_password_policy()
        .minimum_password_length(12)
        .require_symbols(true)
        .password_reuse_prevention(2)
        .send()
        .await
        .unwrap();
    fails(create("Str0ngpass").await, "PasswordPolicyViolation", weak);
    create("first-password").await.unwrap();
    let own = emulator.iam_as(&key_of(&iam, "ada").await);
    let change =
        |old: &'static str, new: &'static str| own.change_password().old_password(old).new_password(new).send();
    let again = "Policy constraint violation with password reuse prevention during password change.";
    fails(change("first-password", "first-password").await, "PasswordPolicyViolation", again);
    fails(change("wrong-password", "next-password").await, "AccessDenied", "The old password was incorrect.");
    change("first-password", "second-password").await.unwrap();
    fails(change("second-password", "first-password").await, "PasswordPolicyViolation", again);
    change("second-password", "third-password").await.unwrap();
    change("third-password", "first-password").await.unwrap();
    let root = iam.change_password().old_password("x").new_password("y").send().await;
    fails(root, "InvalidUserType", "Only IAM Users can change their own password");
}

#[tokio::test]
async fn an_ssh_key_is_kept_once_and_given_in_both_encodings() {
    let (_emulator, iam) = with_user("ada").await;
    let upload = |body: &str| iam.upload_ssh_public_key().user_name("ada").ssh_public_key_body(body).send();
    let key = upload(SSH_KEY).await.unwrap().ssh_public_key.unwrap();
    assert!(key.ssh_public_key_id.starts_with("APKA"));
    assert_eq!(key.fingerprint, include_str!("../fixtures/ssh-key.md5").trim());
    let get = |encoding| {
        iam.get_ssh_public_key().user_name("ada").ssh_public_key_id(&key.ssh_public_key_id).encoding(encoding).send()
    };
    assert_eq!(get(EncodingType::Ssh).await.unwrap().ssh_public_key.unwrap().ssh_public_key_body, SSH_KEY);
    assert_eq!(get(EncodingType::Pem).await.unwrap().ssh_public_key.unwrap().ssh_public_key_body, SSH_PEM);
    let twice = upload(SSH_PEM).await.unwrap_err().into_service_error();
    assert!(twice.is_duplicate_ssh_public_key_exception());
    assert!(upload("nonsense").await.unwrap_err().into_service_error().is_unrecognized_public_key_encoding_exception());
    assert!(upload("ssh-rsa AAAA").await.unwrap_err().into_service_error().is_invalid_public_key_exception());
    let delete = || iam.delete_ssh_public_key().user_name("ada").ssh_public_key_id(&key.ssh_public_key_id).send();
    delete().await.unwrap();
    let missing = format!("The Public Key with id {} cannot be found.", key.ssh_public_key_id);
    fails(delete().await, "NoSuchEntity", &missing);
}

#[tokio::test]
async fn two_signing_certificates_are_kept_and_stay_with_a_renamed_user() {
    let (_emulator, iam) = with_user("ada").await;
    let upload = |body: &'static str| iam.upload_signing_certificate().user_name("ada").certificate_body(body).send();
    fails(
        upload("invalid-certificate-body").await,
        "MalformedCertificate",
        "Certificate invalid-certificate-body is malformed.",
    );
    let first = upload(CERTIFICATE).await.unwrap().certificate.unwrap();
    upload(ELLIPTIC).await.unwrap();
    let third = Box::leak(format!("{CERTIFICATE}\n# a third").into_boxed_str());
    fails(upload(third).await, "LimitExceeded", "Cannot exceed quota for CertificatesPerUser: 2");
    let off = iam.update_signing_certificate().user_name("ada").certificate_id(&first.certificate_id);
    off.status(StatusType::Inactive).send().await.unwrap();
    iam.update_user().user_name("ada").new_user_name("ida").send().await.unwrap();
    let listed = iam.list_signing_certificates().user_name("ida").send().await.unwrap().certificates;
    assert_eq!((listed.len(), &listed[0].status, listed[0].user_name.as_str()), (2, &StatusType::Inactive, "ida"));
    let missing =
        iam.delete_signing_certificate().user_name("ida").certificate_id("NONEXISTENTCERTID12345678901").send();
    fails(missing.await, "NoSuchEntity", "The Certificate with id NONEXISTENTCERTID12345678901 cannot be found.");
}

#[tokio::test]
async fn service_credentials_are_told_once_and_reset() {
    let (_emulator, iam) = with_user("ada").await;
    let create = |service: &str| iam.create_service_specific_credential().user_name("ada").service_name(service).send();
    let made = create("codecommit.amazonaws.com").await.unwrap().service_specific_credential.unwrap();
    assert_eq!(made.service_user_name, format!("ada-at-{ACCOUNT}"));
    let id = made.service_specific_credential_id;
    let key = create("bedrock.amazonaws.com").await.unwrap().service_specific_credential.unwrap();
    assert!(key.service_credential_secret.unwrap().starts_with("ABSK") && key.service_password.is_empty());
    let reset = iam.reset_service_specific_credential().user_name("ada").service_specific_credential_id(&id).send();
    let reset = reset.await.unwrap().service_specific_credential.unwrap();
    assert_ne!(reset.service_password, made.service_password);
    let list = iam.list_service_specific_credentials().user_name("ada").service_name("cassandra.amazonaws.com").send();
    assert!(list.await.unwrap().service_specific_credentials.unwrap().is_empty());
    fails(
        create("nonexistentservice.amazonaws.com").await,
        "NoSuchEntity",
        "No such service nonexistentservice.amazonaws.com is supported for Service Specific Credentials",
    );
    let wrong = iam
        .delete_service_specific_credential()
        .user_name("ada")
        .service_specific_credential_id("totally-wrong-credential");
    fails(
        wrong.send().await,
        "ValidationError",
        "1 validation error detected: Value at 'serviceSpecificCredentialId' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: [\\w]+",
    );
    fails(
        iam.delete_user().user_name("ada").send().await,
        "DeleteConflict",
        "Cannot delete entity, must remove referenced objects first.",
    );
}

#[tokio::test]
async fn api_keys_run_out_and_there_are_two_per_service() {
    let (_emulator, iam) = with_user("ada").await;
    let create = |service: &str, days: i32| {
        let create = iam.create_service_specific_credential().user_name("ada").service_name(service);
        create.credential_age_days(days).send()
    };
    let key = create("logs.amazonaws.com", 30).await.unwrap().service_specific_credential.unwrap();
    assert!(key.service_credential_secret.unwrap().starts_with("ACWL"));
    let life = key.expiration_date.unwrap().secs() - key.create_date.secs();
    assert_eq!((life, key.status), (30 * 86_400, StatusType::Active));
    create("logs.amazonaws.com", 1).await.unwrap();
    let third = create("logs.amazonaws.com", 1).await;
    fails(third, "LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2");
    let password = create("codecommit.amazonaws.com", 30).await.unwrap().service_specific_credential.unwrap();
    assert_eq!(password.expiration_date, None);
}

#[tokio::test]
async fn a_password_policy_goes_back_to_its_defaults() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    let get = || iam.get_account_password_policy().send();
    let missing = format!("The Password Policy with domain name {ACCOUNT} cannot be found.");
    fails(get().await, "NoSuchEntity", &missing);
    let strict = iam.update_account_password_policy().max_password_age(90).hard_expiry(true).require_numbers(true);
    strict.send().await.unwrap();
    let policy = get().await.unwrap().password_policy.unwrap();
    assert_eq!((policy.expire_passwords, policy.max_password_age, policy.hard_expiry), (true, Some(90), Some(true)));
    assert_eq!(policy.minimum_password_length, Some(6));
    iam.update_account_password_policy().send().await.unwrap();
    let policy = get().await.unwrap().password_policy.unwrap();
    assert_eq!((policy.expire_passwords, policy.max_password_age, policy.require_numbers), (false, None, false));
    iam.delete_account_password_policy().send().await.unwrap();
    let gone = "The account policy with name PasswordPolicy cannot be found.";
    fails(iam.delete_account_password_policy().send().await, "NoSuchEntity", gone);
}

#[tokio::test]
async fn the_credential_report_lists_the_root_user_first() {
    let (_emulator, iam) = with_user("ada").await;
    iam.create_login_profile().user_name("ada").password("Str0ng-pass").send().await.unwrap();
    key_of(&iam, "ada").await;
    let absent = iam.get_credential_report().send().await.unwrap_err().into_service_error();
    assert!(absent.is_credential_report_not_present_exception());
    assert_eq!(aws_sdk_iam::error::ProvideErrorMetadata::message(&absent), None);
    // The older of two keys is inactive: the active one comes first.
    let older = iam.list_access_keys().user_name("ada").send().await.unwrap().access_key_metadata.remove(0);
    key_of(&iam, "ada").await;
    let inactive = iam.update_access_key().user_name("ada").access_key_id(older.access_key_id.unwrap());
    inactive.status(StatusType::Inactive).send().await.unwrap();
    let states = [iam.generate_credential_report().send().await, iam.generate_credential_report().send().await];
    let states = states.map(|answer| answer.unwrap().state.unwrap().as_str().to_owned());
    assert_eq!(states, ["STARTED", "COMPLETE"]);
    let report = iam.get_credential_report().send().await.unwrap();
    assert!(report.generated_time.is_some_and(|at| at > DateTime::from_secs(0)));
    let text = String::from_utf8(report.content.unwrap().into_inner()).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(lines.iter().all(|line| line.len() == 22), "{text}");
    assert_eq!((lines[0][0], lines[1][0], lines[2][0]), ("user", "<root_account>", "ada"));
    let enabled = lines[0].iter().position(|name| *name == "password_enabled").unwrap();
    assert_eq!((lines[1][enabled], lines[2][enabled]), ("not_supported", "true"));
    assert_eq!((lines[1][8], lines[2][8], lines[2][13], lines[2][21]), ("true", "true", "false", "N/A"));
    for date in [lines[1][2], lines[2][2], lines[2][9], lines[2][14]] {
        assert!(date.len() == 20 && date.ends_with('Z'), "{date}");
    }
}
