//! Undoing what somebody else has deleted and created anew, or changed: nothing of it is sent.

#![expect(clippy::unnecessary_wraps, reason = "every case is a plan that a builder may refuse")]

use std::time::Duration;

use iamtui::base::arn::Arn;
use iamtui::model::Account;
use iamtui::plan::builders::{CreateOidcProvider, CreateSamlProvider};
use iamtui::plan::journal::{End, State};
use iamtui::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step, output};
use secrecy::ExposeSecret as _;

use super::Console;
use super::stale::{Client, apply_to, furnish, loads, run, trust};
use crate::harness::{ACCOUNT, Emulator};

type Build = fn(&Account) -> Result<Plan, PlanError>;

/// Applies a plan and undoes it after a change by another client: what is different then is named, and nothing is sent.
/// Without the change the undo completes.
#[track_caller]
fn check(plan: Build, change: impl AsyncFnOnce(&Client), resource: &str) {
    undone(plan, async |_: &Client| {}, "");
    undone(plan, change, resource);
}

#[track_caller]
fn undone(plan: Build, change: impl AsyncFnOnce(&Client), resource: &str) {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(furnish(&iam));
    let root = &emulator.handle.root;
    let mut console = Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret());
    for load in loads() {
        console.loaded(&load);
    }
    let plan = plan(&console.account).unwrap();
    plan.check().unwrap();
    let done = apply_to(&console, plan);
    assert_eq!(done.end, Some(End::Complete), "{done:?}");
    run(change(&iam));
    let writes = || {
        let calls = emulator.handle.calls().into_iter().map(|call| call.operation);
        calls.filter(|name| !["Get", "List"].iter().any(|verb| name.starts_with(verb))).count()
    };
    let before = writes();
    let (undo, _) = done.undo();
    undo.check().unwrap();
    let undone = apply_to(&console, undo);
    if resource.is_empty() {
        assert_eq!(undone.end, Some(End::Complete), "{undone:?}");
        return;
    }
    let first = undone.plan().steps.iter().find_map(|step| match undone.state(&step.id) {
        State::Failed { code, message } => Some((code.clone(), message.clone())),
        _ => None,
    });
    let (code, message) = first.expect(resource);
    assert_eq!(code, "changed since the plan", "{message}");
    assert!(message.starts_with(resource), "{message}");
    assert_eq!(writes(), before, "{resource}: something was sent");
}

/// Dates of the service have whole seconds: what is created now is not of the same second.
async fn later() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

fn arn(resource: &str) -> String {
    Arn::iam("aws", ACCOUNT, resource).unwrap().as_str().to_owned()
}

fn oidc(account: &Account) -> Result<Plan, PlanError> {
    let (url, audiences) = ("https://new.example.com".to_owned(), vec!["app".to_owned()]);
    CreateOidcProvider { url, audiences, thumbprints: Vec::new(), tags: Vec::new() }.plan(account)
}

async fn another_oidc(iam: &Client, audience: &str) {
    let delete = iam.delete_open_id_connect_provider();
    delete.open_id_connect_provider_arn(arn("oidc-provider/new.example.com")).send().await.unwrap();
    let create = iam.create_open_id_connect_provider().url("https://new.example.com");
    create.client_id_list(audience).send().await.unwrap();
}

#[test]
fn an_openid_connect_provider_of_somebody_else_is_not_deleted() {
    let provider = "identity provider new.example.com";
    check(
        oidc,
        async |iam: &Client| {
            later().await;
            another_oidc(iam, "app").await;
        },
        provider,
    );
    check(
        oidc,
        async |iam: &Client| {
            let add = iam.add_client_id_to_open_id_connect_provider().client_id("other");
            add.open_id_connect_provider_arn(arn("oidc-provider/new.example.com")).send().await.unwrap();
        },
        &format!("the audiences of {provider}"),
    );
}

/// A metadata document of an entity.
fn metadata(entity: &str) -> String {
    let filling = "x".repeat(1000);
    format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"><!--{filling}--></EntityDescriptor>"#
    )
}

fn saml(account: &Account) -> Result<Plan, PlanError> {
    let metadata = metadata("https://idp.example.com");
    CreateSamlProvider { name: "corp".to_owned(), metadata, tags: Vec::new() }.plan(account)
}

#[test]
fn a_saml_provider_of_somebody_else_is_not_deleted() {
    let provider = "identity provider corp";
    check(
        saml,
        async |iam: &Client| {
            later().await;
            iam.delete_saml_provider().saml_provider_arn(arn("saml-provider/corp")).send().await.unwrap();
            let create = iam.create_saml_provider().name("corp");
            create.saml_metadata_document(metadata("https://other.example.com")).send().await.unwrap();
        },
        provider,
    );
    check(
        saml,
        async |iam: &Client| {
            let update = iam.update_saml_provider().saml_provider_arn(arn("saml-provider/corp"));
            update.saml_metadata_document(metadata("https://other.example.com")).send().await.unwrap();
        },
        &format!("the metadata document of {provider}"),
    );
}

fn zoe(account: &Account) -> Result<Plan, PlanError> {
    let tags = serde_json::json!([{ "Key": "team", "Value": "blue" }]);
    let user = Call::create_user("zoe").with("Tags", tags);
    let tag = Call::tag_user("zoe", serde_json::json!([{ "Key": "Floor", "Value": "2" }]));
    let mut plan = Plan::new("create user zoe");
    plan.push(Step::requested(user).undo(Inverse::of([Call::delete_user("zoe")])));
    let untag = Inverse::of([Call::untag_user("zoe", serde_json::json!(["Floor"]))]);
    plan.push(Step::requested(tag).undo(untag));
    let profile = Call::create_login_profile("zoe").with("Password", SecretFrom::Generate.value());
    plan.push(Step::requested(profile).undo(Inverse::of([Call::delete_login_profile("zoe")])));
    Ok(plan.seeing(account))
}

#[test]
fn a_password_that_somebody_else_has_set_is_not_deleted() {
    check(
        zoe,
        async |iam: &Client| {
            later().await;
            iam.delete_login_profile().user_name("zoe").send().await.unwrap();
            iam.create_login_profile().user_name("zoe").password("Correct-Horse-1").send().await.unwrap();
        },
        "the console password of user zoe",
    );
}

fn job(account: &Account) -> Result<Plan, PlanError> {
    let role = Call::create_role("job", trust("ec2.amazonaws.com")).with("Description", "mine");
    let mut plan = Plan::new("create role job");
    plan.push(Step::requested(role).undo(Inverse::of([Call::delete_role("job")])));
    Ok(plan.seeing(account))
}

#[test]
fn a_role_that_somebody_else_has_changed_is_not_deleted() {
    check(
        job,
        async |iam: &Client| {
            let update = iam.update_assume_role_policy().role_name("job");
            update.policy_document(trust("lambda.amazonaws.com")).send().await.unwrap();
        },
        "the trust policy of role job",
    );
    let read = arn("policy/lid");
    check(
        job,
        async |iam: &Client| {
            iam.put_role_permissions_boundary().role_name("job").permissions_boundary(read).send().await.unwrap();
        },
        "the permissions boundary of role job",
    );
}

fn profile(account: &Account) -> Result<Plan, PlanError> {
    let mut plan = Plan::new("create instance profile web");
    let create = Call::create_instance_profile("web");
    plan.push(Step::requested(create).undo(Inverse::of([Call::delete_instance_profile("web")])));
    Ok(plan.seeing(account))
}

fn linked(account: &Account) -> Result<Plan, PlanError> {
    let mut plan = Plan::new("create a service-linked role");
    let step = Step::requested(Call::create_service_linked_role("lex.amazonaws.com"));
    let undo = Inverse::of([Call::delete_service_linked_role(output(&step.id, "Role.RoleName"))]);
    plan.push(step.undo(undo));
    Ok(plan.seeing(account))
}

#[test]
fn an_instance_profile_or_a_service_linked_role_of_somebody_else_is_not_deleted() {
    check(
        profile,
        async |iam: &Client| {
            iam.delete_instance_profile().instance_profile_name("web").send().await.unwrap();
            iam.create_instance_profile().instance_profile_name("web").send().await.unwrap();
        },
        "instance profile web",
    );
    check(
        linked,
        async |iam: &Client| {
            let name = "AWSServiceRoleForLexBots";
            iam.delete_service_linked_role().role_name(name).send().await.unwrap();
            while iam.get_role().role_name(name).send().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            iam.create_service_linked_role().aws_service_name("lex.amazonaws.com").send().await.unwrap();
        },
        "role AWSServiceRoleForLexBots",
    );
}
