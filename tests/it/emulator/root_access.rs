//! The management account looks after the root users of the other accounts, one task at a time.

use aws_sdk_iam::config::Credentials;
use aws_sdk_iam::types::FeatureType;
use aws_sdk_sts::types::PolicyDescriptorType;

use super::organization::{DEV, MAIN, iam, start, user};
use crate::harness::{Emulator, client, credentials, fails};

/// The root user of an account for one task, as a user of the management account gets it.
async fn root(emulator: &Emulator, account: &str, task: &str) -> Result<Credentials, (String, String)> {
    let ada = user(emulator, MAIN, &format!("ada-{}", emulator.handle.calls().len())).await;
    let task = PolicyDescriptorType::builder().arn(format!("arn:aws:iam::aws:policy/root-task/{task}")).build();
    let assumed = emulator.sts_as(credentials(&ada)).assume_root().target_principal(account).task_policy_arn(task);
    let assumed = assumed.send().await;
    if assumed.is_err() {
        return Err(crate::harness::failure(assumed));
    }
    let given = assumed.unwrap().credentials.unwrap();
    Ok(Credentials::new(given.access_key_id, given.secret_access_key, Some(given.session_token), None, "test"))
}

#[tokio::test]
async fn features_belong_to_the_organization_and_its_management_account_alone_sets_them() {
    let emulator = start();
    let main = iam(&emulator, MAIN);
    let listed = main.list_organizations_features().send().await.unwrap();
    assert_eq!(listed.organization_id.as_deref(), Some("o-rockets1234"));
    assert!(listed.enabled_features().is_empty());
    main.enable_organizations_root_sessions().send().await.unwrap();
    let both = main.enable_organizations_root_credentials_management().send().await.unwrap();
    assert_eq!(both.enabled_features(), [FeatureType::RootCredentialsManagement, FeatureType::RootSessions]);
    let one = main.disable_organizations_root_sessions().send().await.unwrap();
    assert_eq!(one.enabled_features(), [FeatureType::RootCredentialsManagement]);
    let told = "The account is neither the management account nor a delegated administrator for IAM.";
    let code = "AccountNotManagementOrDelegatedAdministratorException";
    fails(iam(&emulator, DEV).list_organizations_features().send().await, code, told);
    let alone = Emulator::empty();
    let told = "The account is not a member of an organization.";
    fails(alone.iam().list_organizations_features().send().await, "OrganizationNotFoundException", told);
}

#[tokio::test]
async fn an_assumed_root_user_does_its_task_and_no_more() {
    let emulator = start();
    iam(&emulator, MAIN).enable_organizations_root_credentials_management().send().await.unwrap();
    let key = iam(&emulator, DEV).create_access_key().send().await.unwrap().access_key.unwrap().access_key_id;
    let audit = root(&emulator, DEV, "IAMAuditRootUserCredentials").await.unwrap();
    let who = emulator.sts_as(audit.clone()).get_caller_identity().send().await.unwrap();
    assert_eq!(who.arn, Some(format!("arn:aws:iam::{DEV}:root")));
    let audit = client(&emulator.handle.endpoint, audit);
    assert_eq!(audit.list_access_keys().send().await.unwrap().access_key_metadata().len(), 2);
    audit.get_login_profile().send().await.unwrap();
    let task = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
    let told = format!(
        "User: arn:aws:iam::{DEV}:root is not authorized to perform: iam:CreateUser on resource: \
         arn:aws:iam::{DEV}:user/eve with an explicit deny in a session policy: {task}"
    );
    fails(audit.create_user().user_name("eve").send().await, "AccessDenied", &told);
    audit.delete_access_key().access_key_id(&key).send().await.unwrap_err();
    let delete = root(&emulator, DEV, "IAMDeleteRootUserCredentials").await.unwrap();
    let delete = client(&emulator.handle.endpoint, delete);
    delete.delete_access_key().access_key_id(&key).send().await.unwrap();
    delete.delete_login_profile().send().await.unwrap();
    assert_eq!(audit.list_access_keys().send().await.unwrap().access_key_metadata().len(), 1);
    let told = format!("Login Profile for User {DEV} cannot be found.");
    fails(audit.get_login_profile().send().await, "NoSuchEntity", &told);
    let again = root(&emulator, DEV, "IAMCreateRootUserPassword").await.unwrap();
    client(&emulator.handle.endpoint, again).create_login_profile().send().await.unwrap();
    audit.get_login_profile().send().await.unwrap();
}

#[tokio::test]
async fn the_feature_must_be_enabled_and_the_account_a_member() {
    let emulator = start();
    let denied = |account: &str, refused: Result<Credentials, (String, String)>| {
        let (code, message) = refused.unwrap_err();
        let told = format!("is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::{account}:root");
        assert!(code == "AccessDenied" && message.ends_with(&told), "{code}: {message}");
    };
    denied(DEV, root(&emulator, DEV, "S3UnlockBucketPolicy").await);
    iam(&emulator, MAIN).enable_organizations_root_sessions().send().await.unwrap();
    root(&emulator, DEV, "S3UnlockBucketPolicy").await.unwrap();
    denied(MAIN, root(&emulator, MAIN, "S3UnlockBucketPolicy").await);
    denied("999999999999", root(&emulator, "999999999999", "S3UnlockBucketPolicy").await);
    denied(DEV, root(&emulator, DEV, "IAMAuditRootUserCredentials").await);
    let (code, _) = root(&emulator, DEV, "Other").await.unwrap_err();
    assert_eq!(code, "ValidationError");
}
