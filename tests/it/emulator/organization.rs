//! Accounts of an organization in one emulator: each with its own credentials, under the policies of the whole.

use aws_sdk_iam::config::Credentials;
use iamtui::emulator::organization::Organization;
use iamtui::emulator::{self, KeyPair, Options, Place};

use crate::harness::{Emulator, credentials, fails, failure};

pub const MAIN: &str = "111122223333";
pub const DEV: &str = "444455556666";
pub const PROD: &str = "777788889999";

/// The root of `DEV` may not touch groups; nobody from outside the organization gets into `PROD`.
const FILE: &str = r#"{
    "id": "o-rockets1234", "management_account": "111122223333",
    "root": {
        "scps": [{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:CreateGroup", "Resource": "*"}}],
        "accounts": [{"id": "111122223333", "name": "main", "root_key": "main:main"}],
        "ous": [
            {"name": "dev", "accounts": [{"id": "444455556666", "name": "dev", "root_key": "dev:dev"}]},
            {"name": "prod",
                "rcps": [{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
                    "Action": "sts:AssumeRole", "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}}}],
                "accounts": [{"id": "777788889999", "name": "prod", "root_key": "prod:prod"}]}
        ]
    }
}"#;
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

pub fn options() -> Options {
    let mut options = crate::harness::options();
    options.account = None;
    options.organization = Some(Organization::read(FILE).unwrap());
    options
}

pub fn start() -> Emulator {
    Emulator { handle: emulator::start(options()).unwrap() }
}

pub fn root(account: &str) -> KeyPair {
    let name = match account {
        MAIN => "main",
        DEV => "dev",
        _ => "prod",
    };
    KeyPair::new(name, name)
}

pub fn iam(emulator: &Emulator, account: &str) -> aws_sdk_iam::Client {
    emulator.iam_as(&root(account))
}

/// A user of an account who may do everything there.
pub async fn user(emulator: &Emulator, account: &str, name: &str) -> KeyPair {
    let iam = iam(emulator, account);
    iam.create_user().user_name(name).send().await.unwrap();
    iam.put_user_policy().user_name(name).policy_name("all").policy_document(EVERYTHING).send().await.unwrap();
    let key = iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
    KeyPair::new(key.access_key_id, key.secret_access_key)
}

/// A role of an account that trusts a principal under a condition.
async fn role(emulator: &Emulator, account: &str, name: &str, principal: &str, condition: &str) -> String {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
        "Action":"sts:AssumeRole"{condition}}}}}"#
    );
    let iam = iam(emulator, account);
    let made = iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
    iam.put_role_policy().role_name(name).policy_name("all").policy_document(EVERYTHING).send().await.unwrap();
    made.role.unwrap().arn
}

#[tokio::test]
async fn each_account_is_served_by_its_own_credentials() {
    let emulator = start();
    assert_eq!((emulator.handle.account_id.as_str(), emulator.handle.root.id.as_str()), (MAIN, "main"));
    for account in [MAIN, DEV, PROD] {
        let who = emulator.sts_as(credentials(&root(account))).get_caller_identity().send().await.unwrap();
        assert_eq!(who.account.as_deref(), Some(account));
        let user = iam(&emulator, account).create_user().user_name("ada").send().await.unwrap().user.unwrap();
        assert_eq!(user.arn, format!("arn:aws:iam::{account}:user/ada"));
        assert_eq!(iam(&emulator, account).list_users().send().await.unwrap().users().len(), 1);
    }
}

#[tokio::test]
async fn a_role_of_another_account_is_assumed_where_both_sides_allow_it() {
    let emulator = start();
    let ada = user(&emulator, MAIN, "ada").await;
    let external = r#","Condition":{"StringEquals":{"sts:ExternalId":"77"}}"#;
    let arn = role(&emulator, DEV, "open", &format!("arn:aws:iam::{MAIN}:root"), external).await;
    let sts = emulator.sts_as(credentials(&ada));
    let assume = || sts.assume_role().role_arn(&arn).role_session_name("night");
    let told =
        format!("User: arn:aws:iam::{MAIN}:user/ada is not authorized to perform: sts:AssumeRole on resource: {arn}");
    fails(assume().send().await, "AccessDenied", &told);
    fails(assume().external_id("88").send().await, "AccessDenied", &told);
    let given = assume().external_id("77").send().await.unwrap().credentials.unwrap();
    let token = Some(given.session_token.clone());
    let session = Credentials::new(&given.access_key_id, &given.secret_access_key, token, None, "test");
    let who = emulator.sts_as(session.clone()).get_caller_identity().send().await.unwrap();
    assert_eq!(who.arn.unwrap(), format!("arn:aws:sts::{DEV}:assumed-role/open/night"));
    crate::harness::client(&emulator.handle.endpoint, session).create_user().user_name("made").send().await.unwrap();
    iam(&emulator, DEV).get_user().user_name("made").send().await.unwrap();
    assert_eq!(iam(&emulator, MAIN).list_users().send().await.unwrap().users().len(), 1);
    // Its own policies must allow it too.
    iam(&emulator, MAIN).delete_user_policy().user_name("ada").policy_name("all").send().await.unwrap();
    fails(assume().external_id("77").send().await, "AccessDenied", &told);
}

#[tokio::test]
async fn the_management_account_gets_into_the_others_by_the_role_that_aws_makes() {
    let emulator = start();
    let ada = user(&emulator, MAIN, "ada").await;
    for account in [DEV, PROD] {
        let arn = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
        emulator.sts_as(credentials(&ada)).assume_role().role_arn(arn).role_session_name("in").send().await.unwrap();
    }
    let none = iam(&emulator, MAIN).get_role().role_name("OrganizationAccountAccessRole").send().await;
    assert_eq!(failure(none).0, "NoSuchEntity");
}

#[tokio::test]
async fn service_control_policies_bind_all_but_the_management_account() {
    let emulator = start();
    let told = |caller: &str| {
        format!(
            "User: arn:aws:iam::{DEV}:{caller} is not authorized to perform: iam:CreateGroup on resource: \
             arn:aws:iam::{DEV}:group/crew with an explicit deny in a service control policy"
        )
    };
    let create = |iam: aws_sdk_iam::Client| async move { iam.create_group().group_name("crew").send().await };
    fails(create(iam(&emulator, DEV)).await, "AccessDenied", &told("root"));
    let bob = user(&emulator, DEV, "bob").await;
    fails(create(emulator.iam_as(&bob)).await, "AccessDenied", &told("user/bob"));
    create(iam(&emulator, MAIN)).await.unwrap();
}

#[tokio::test]
async fn resource_control_policies_guard_the_roles_of_their_accounts() {
    let emulator = start();
    let (ada, bob) = (user(&emulator, MAIN, "ada").await, user(&emulator, DEV, "bob").await);
    let anyone = role(&emulator, PROD, "open", "*", "").await;
    let assume = |key: KeyPair| {
        let call = emulator.sts_as(credentials(&key)).assume_role().role_arn(&anyone).role_session_name("night");
        async move { call.send().await }
    };
    assume(ada).await.unwrap();
    let told = format!(
        "User: arn:aws:iam::{DEV}:user/bob is not authorized to perform: sts:AssumeRole on resource: {anyone} \
         with an explicit deny in a resource control policy"
    );
    fails(assume(bob).await, "AccessDenied", &told);
}

#[tokio::test]
async fn a_trust_policy_may_name_the_organization() {
    let emulator = start();
    let bob = user(&emulator, DEV, "bob").await;
    let condition = |id: &str| format!(r#","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"{id}"}}}}"#);
    let ours = role(&emulator, MAIN, "ours", "*", &condition("o-rockets1234")).await;
    let theirs = role(&emulator, MAIN, "theirs", "*", &condition("o-elsewhere12")).await;
    let sts = emulator.sts_as(credentials(&bob));
    let assume = |arn: &str| sts.assume_role().role_arn(arn).role_session_name("night").send();
    assume(&ours).await.unwrap();
    assert_eq!(failure(assume(&theirs).await).0, "AccessDenied");
}

#[tokio::test]
async fn all_accounts_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || Options { place: Place::Folder(folder.path().to_owned()), ..options() };
    let emulator = Emulator { handle: emulator::start(kept()).unwrap() };
    for account in [MAIN, DEV, PROD] {
        iam(&emulator, account).create_user().user_name("kept").send().await.unwrap();
    }
    drop(emulator);
    let emulator = Emulator { handle: emulator::start(kept()).unwrap() };
    for account in [MAIN, DEV, PROD] {
        iam(&emulator, account).get_user().user_name("kept").send().await.unwrap();
    }
}

#[tokio::test]
async fn without_the_file_the_stored_management_account_is_announced() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |organization: Option<Organization>| Options {
        place: Place::Folder(folder.path().to_owned()),
        organization,
        ..options()
    };
    // The management account has neither the least nor the greatest number.
    let text = FILE.replace(MAIN, "555555555555");
    drop(emulator::start(kept(Some(Organization::read(&text).unwrap()))).unwrap());
    let handle = emulator::start(kept(None)).unwrap();
    assert_eq!(handle.account_id, "555555555555");
}

#[tokio::test]
async fn a_simulation_of_a_user_counts_the_policies_of_the_organization() {
    use aws_sdk_iam::types::PolicyEvaluationDecisionType;
    let emulator = start();
    user(&emulator, DEV, "bob").await;
    user(&emulator, MAIN, "ada").await;
    let simulate = |account: &str, name: &str| {
        let source = format!("arn:aws:iam::{account}:user/{name}");
        iam(&emulator, account).simulate_principal_policy().policy_source_arn(source).action_names("iam:CreateGroup")
    };
    let decided = |answer: aws_sdk_iam::operation::simulate_principal_policy::SimulatePrincipalPolicyOutput| {
        let result = answer.evaluation_results.unwrap().remove(0);
        (result.eval_decision, result.organizations_decision_detail.unwrap().allowed_by_organizations)
    };
    let bound = decided(simulate(DEV, "bob").send().await.unwrap());
    assert_eq!(bound, (PolicyEvaluationDecisionType::ExplicitDeny, false));
    let free = decided(simulate(MAIN, "ada").send().await.unwrap());
    assert_eq!(free, (PolicyEvaluationDecisionType::Allowed, true));
}
