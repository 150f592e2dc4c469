//! Delegation requests from a partner's wish to its credentials, and roles from templates of services.

use aws_sdk_iam::config::Credentials;
use aws_sdk_iam::types::{DelegationPermission, PolicyParameter, PolicyParameterTypeEnum, ReplacementValueEntry};
use iamtui::base::clock::Clock;
use iamtui::emulator::templates::Templates;
use iamtui::emulator::{self, KeyPair};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::organization::{DEV, MAIN, PROD, iam, options, root, user};
use super::wire::send;
use crate::harness::{Emulator, client, credentials, fails, noon};

const TEMPLATE: &str = "arn:aws:iam::444455556666:delegation-template/deploy";
const ROLE_TEMPLATE: &str = "arn:aws:iam::aws:role-template/ec2.amazonaws.com/host";
const TOPIC: &str = "arn:aws:sns:us-east-1:444455556666:news";

/// `DEV` is a partner's account, which asks the others for the right to create users below a path.
fn templates() -> Templates {
    let file = json!({
        "partners": [{"account": DEV, "name": "Rockets", "templates": [{
            "arn": TEMPLATE,
            "policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:CreateUser",
                "Resource": "arn:aws:iam::*:user/@{pathName}/*"}},
        }]}],
        "role_templates": [{
            "TemplateArn": ROLE_TEMPLATE, "TemplateName": "host", "MinorVersion": 3,
            "RoleNamePattern": "host-@{team}", "RolePathPattern": "/hosts/",
            "AssumeRolePolicyDocumentTemplate": r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
                "Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#,
            "InlinePolicyTemplates": [{"PolicyName": "rules", "PolicyDocument": r#"{"Version":"2012-10-17",
                "Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"@{buckets}"}}"#}],
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "ParametersDefinition": [{"Name": "team", "Type": "String", "IsRequired": true},
                {"Name": "buckets", "Type": "ArnList", "DefaultValue": "arn:aws:s3:::logs"}],
            "RoleTagsTemplate": [{"Key": "team", "Value": "@{team}"}],
        }],
    });
    Templates::read(&file.to_string()).unwrap()
}

struct Partner {
    emulator: Emulator,
    clock: Clock,
}

impl Partner {
    fn new() -> Self {
        let clock = noon();
        let mut options = options();
        options.templates = templates();
        options.signing_clock = Some(Clock::system());
        options.clock = clock.clone();
        options.test_routes = true;
        Self { emulator: Emulator { handle: emulator::start(options).unwrap() }, clock }
    }

    async fn wish(
        &self,
        workflow: &str,
        seconds: i32,
        owner: Option<&str>,
    ) -> Result<
        String,
        aws_sdk_iam::error::SdkError<impl std::fmt::Debug + aws_sdk_iam::error::ProvideErrorMetadata + use<>>,
    > {
        let parameter =
            PolicyParameter::builder().name("pathName").values("made").r#type(PolicyParameterTypeEnum::String);
        let permissions =
            DelegationPermission::builder().policy_template_arn(TEMPLATE).parameters(parameter.build()).build();
        let wish = iam(&self.emulator, DEV).create_delegation_request();
        let wish = wish.description("Sets up rockets.").permissions(permissions).requestor_workflow_id(workflow);
        let wish =
            wish.notification_channel(TOPIC).session_duration(seconds).set_owner_account_id(owner.map(str::to_owned));
        Ok(wish.send().await?.delegation_request_id.unwrap())
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }

    async fn state(&self, client: &aws_sdk_iam::Client, id: &str) -> String {
        let found = client.get_delegation_request().delegation_request_id(id).send().await.unwrap();
        found.delegation_request.unwrap().state.unwrap().as_str().to_owned()
    }

    /// What the partner's topic was told last about a request.
    fn told(&self, id: &str) -> Value {
        let request = format!("GET /_iamtui/notifications HTTP/1.1\r\nHost: {}\r\n\r\n", self.emulator.address());
        let answer = send(&self.emulator, request.as_bytes());
        let told: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        let all = told["notifications"].as_array().unwrap();
        all.iter().find(|one| one["delegation_request_id"] == id).cloned().unwrap_or_default()
    }

    /// The partner trades a token for credentials.
    async fn trade(&self, token: &str) -> Result<aws_sdk_iam::Client, String> {
        let sts = self.emulator.sts_as(credentials(&root(DEV)));
        let traded = sts.get_delegated_access_token().trade_in_token(token).send().await;
        let given = traded.map_err(|error| crate::harness::failure(Err::<(), _>(error)).0)?.credentials.unwrap();
        let token = Some(given.session_token);
        let session = Credentials::new(&given.access_key_id, &given.secret_access_key, token, None, "test");
        Ok(client(&self.emulator.handle.endpoint, session))
    }
}

/// Approves and sends, as a user or root user.
async fn approve(client: &aws_sdk_iam::Client, id: &str) {
    client.associate_delegation_request().delegation_request_id(id).send().await.unwrap();
    client.accept_delegation_request().delegation_request_id(id).send().await.unwrap();
    client.send_delegation_token().delegation_request_id(id).send().await.unwrap();
}

#[tokio::test]
async fn a_partner_gets_what_was_approved_and_no_more() {
    let partner = Partner::new();
    let ada = user(&partner.emulator, MAIN, "ada").await;
    let customer = partner.emulator.iam_as(&ada);
    let id = partner.wish("flow-1", 3600, None).await.unwrap();
    assert_eq!(partner.state(&customer, &id).await, "UNASSIGNED");
    assert!(customer.list_delegation_requests().send().await.unwrap().delegation_requests().is_empty());
    customer.associate_delegation_request().delegation_request_id(&id).send().await.unwrap();
    // Now it is that account's.
    let other = iam(&partner.emulator, PROD).get_delegation_request().delegation_request_id(&id).send().await;
    fails(other, "NoSuchEntity", &format!("The delegation request with id {id} cannot be found."));
    let listed = customer.list_delegation_requests().send().await.unwrap();
    let listed = &listed.delegation_requests()[0];
    assert_eq!(listed.owner_id(), Some(format!("arn:aws:iam::{MAIN}:user/ada").as_str()));
    assert!(listed.permission_policy().unwrap().contains("user/made/*"), "{listed:?}");
    customer.update_delegation_request().delegation_request_id(&id).notes("Please look.").send().await.unwrap();
    assert_eq!(partner.told(&id)["state"], "PENDING_APPROVAL");
    let early = customer.send_delegation_token().delegation_request_id(&id).send().await;
    let told = "The delegation request is in the state PENDING_APPROVAL, in which it cannot be changed so.";
    fails(early, "InvalidInput", told);
    customer.accept_delegation_request().delegation_request_id(&id).send().await.unwrap();
    assert_eq!(partner.told(&id)["trade_in_token"], Value::Null);
    customer.send_delegation_token().delegation_request_id(&id).send().await.unwrap();
    let token = partner.told(&id)["trade_in_token"].as_str().unwrap().to_owned();
    let session = partner.trade(&token).await.unwrap();
    session.create_user().user_name("eve").path("/made/").send().await.unwrap();
    let denied = session.create_user().user_name("bob").send().await;
    let arn = format!("arn:aws:iam::{MAIN}:user/bob");
    let told = format!(
        "User: arn:aws:iam::{MAIN}:user/ada is not authorized to perform: iam:CreateUser on resource: {arn} because no \
         session policy allows the iam:CreateUser action"
    );
    fails(denied, "AccessDenied", &told);
    let rejected = customer.reject_delegation_request().delegation_request_id(&id).send().await;
    assert_eq!(crate::harness::failure(rejected).0, "InvalidInput");
    partner.pass(SignedDuration::from_secs(3600));
    assert_eq!(partner.trade(&token).await.unwrap_err(), "ExpiredTradeInTokenException");
    assert_eq!(
        crate::harness::failure(session.create_user().user_name("z").path("/made/").send().await).0,
        "ExpiredToken"
    );
}

#[tokio::test]
async fn a_root_user_delegates_four_hours_at_most_and_its_delegate_is_confined() {
    let partner = Partner::new();
    let customer = iam(&partner.emulator, PROD);
    let id = partner.wish("flow-1", 5 * 3600, Some(PROD)).await.unwrap();
    customer.associate_delegation_request().delegation_request_id(&id).send().await.unwrap();
    let accepted = customer.accept_delegation_request().delegation_request_id(&id).send().await;
    fails(accepted, "InvalidInput", "A root user cannot approve a delegation request of more than 4 hours.");
    let id = partner.wish("flow-2", 3600, Some(PROD)).await.unwrap();
    approve(&customer, &id).await;
    let session = partner.trade(partner.told(&id)["trade_in_token"].as_str().unwrap()).await.unwrap();
    session.create_user().user_name("eve").path("/made/").send().await.unwrap();
    assert_eq!(crate::harness::failure(session.list_users().send().await).0, "AccessDenied");
}

#[tokio::test]
async fn a_request_expires_where_nothing_happens() {
    let partner = Partner::new();
    let customer = iam(&partner.emulator, PROD);
    let (left, taken) =
        (partner.wish("flow-1", 300, None).await.unwrap(), partner.wish("flow-2", 300, None).await.unwrap());
    customer.associate_delegation_request().delegation_request_id(&taken).send().await.unwrap();
    partner.pass(SignedDuration::from_hours(24));
    assert_eq!(
        (partner.state(&customer, &left).await, partner.state(&customer, &taken).await),
        ("EXPIRED".into(), "ASSIGNED".into())
    );
    let late = customer.associate_delegation_request().delegation_request_id(&left).send().await;
    assert_eq!(crate::harness::failure(late).0, "InvalidInput");
    partner.pass(SignedDuration::from_hours(6 * 24));
    assert_eq!(partner.state(&customer, &taken).await, "EXPIRED");
}

/// A user who may associate requests, and nothing else, gets what an owner has by default.
#[tokio::test]
async fn an_owner_may_read_and_forward_but_not_approve() {
    let partner = Partner::new();
    let main = iam(&partner.emulator, MAIN);
    main.create_user().user_name("bob").send().await.unwrap();
    let may = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:AssociateDelegationRequest","Resource":"*"}}"#;
    main.put_user_policy().user_name("bob").policy_name("p").policy_document(may).send().await.unwrap();
    let key = main.create_access_key().user_name("bob").send().await.unwrap().access_key.unwrap();
    let bob = partner.emulator.iam_as(&KeyPair::new(key.access_key_id, key.secret_access_key));
    let id = partner.wish("flow-1", 300, Some(MAIN)).await.unwrap();
    let early = bob.get_delegation_request().delegation_request_id(&id).send().await;
    assert_eq!(crate::harness::failure(early).0, "AccessDenied");
    bob.associate_delegation_request().delegation_request_id(&id).send().await.unwrap();
    let checked = bob.get_delegation_request().delegation_request_id(&id).delegation_permission_check(true);
    let checked = checked.send().await.unwrap();
    assert_eq!(checked.permission_check_result.unwrap().as_str(), "DENIED");
    bob.update_delegation_request().delegation_request_id(&id).send().await.unwrap();
    let accepted = bob.accept_delegation_request().delegation_request_id(&id).send().await;
    assert_eq!(crate::harness::failure(accepted).0, "AccessDenied");
    // By the key of its condition a policy can let owners go on.
    let owner = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:AcceptDelegationRequest","Resource":"*",
        "Condition":{"ArnEquals":{"iam:DelegationRequestOwner":"arn:aws:iam::111122223333:user/bob"}}}}"#;
    main.put_user_policy().user_name("bob").policy_name("p").policy_document(owner).send().await.unwrap();
    bob.accept_delegation_request().delegation_request_id(&id).send().await.unwrap();
}

#[tokio::test]
async fn only_partners_ask_and_each_workflow_asks_once() {
    let partner = Partner::new();
    partner.wish("flow-1", 300, None).await.unwrap();
    let again = partner.wish("flow-1", 300, None).await;
    fails(again, "EntityAlreadyExists", "A delegation request with workflow id flow-1 already exists.");
}

#[tokio::test]
async fn a_role_is_acquired_from_a_template() {
    let partner = Partner::new();
    let iam = iam(&partner.emulator, MAIN);
    let acquire = |team: &str| {
        let team = ReplacementValueEntry::builder().values(team).build().unwrap();
        iam.acquire_role().template_arn(ROLE_TEMPLATE).replacement_values("team", team).send()
    };
    let role = acquire("red").await.unwrap().role.unwrap();
    assert_eq!(role.arn, format!("arn:aws:iam::{MAIN}:role/hosts/host-red"));
    let read = iam.get_role().role_name("host-red").send().await.unwrap().role.unwrap();
    assert_eq!((read.tags()[0].value(), read.source_role_template().unwrap().template_minor_version()), ("red", 3));
    let inline = iam.get_role_policy().role_name("host-red").policy_name("rules").send().await.unwrap();
    assert!(inline.policy_document.contains("logs"), "{inline:?}");
    let attached = iam.list_attached_role_policies().role_name("host-red").send().await.unwrap();
    assert_eq!(attached.attached_policies()[0].policy_name(), Some("ReadOnlyAccess"));
    fails(
        acquire("red").await,
        "NameConflict",
        "The role name host-red conflicts with an existing role in the account.",
    );
    let missing = iam.acquire_role().template_arn(ROLE_TEMPLATE).send().await;
    fails(missing, "InvalidInput", "The role template needs a value for the parameter team.");
    // What fails on the way leaves nothing.
    let long = "x".repeat(64);
    assert_eq!(crate::harness::failure(acquire(&long).await).0, "InvalidInput");
    assert_eq!(iam.list_roles().path_prefix("/hosts/").send().await.unwrap().roles().len(), 1);
}
