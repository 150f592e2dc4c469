//! Plans that are older than the account: another client changes what a plan saw, and nothing of it is sent.

use std::sync::{Arc, Mutex};

use aws_sdk_iam::types::{StatusType, Tag as SdkTag};
use iamtui::backend::apply::{Front, Job, Progress, Resumes, apply};
use iamtui::backend::{GroupPart, Load, PolicyPart, RolePart, UserPart};
use iamtui::base::arn::Arn;
use iamtui::model::{Account, Document, ResourceRef, Tag};
use iamtui::plan::builders::{self, ConsolePassword, Owner};
use iamtui::plan::journal::{Begin, End, Entry, Journal, JournalId, Run, State, runs};
use iamtui::plan::{Call, Plan, PlanError, SecretFrom, Step};
use secrecy::ExposeSecret as _;

use super::Console;
use crate::harness::{ACCOUNT, Emulator};

const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const OTHER: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;
const NEW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// Entries in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Journal for Lines {
    fn write(&mut self, entry: &Entry) -> std::io::Result<()> {
        self.0.lock().unwrap().push(entry.to_line());
        Ok(())
    }
}

pub(super) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

pub(super) fn trust(service: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

fn cap() -> Arn {
    Arn::iam("aws", ACCOUNT, "policy/cap").unwrap()
}

fn provider() -> Arn {
    Arn::iam("aws", ACCOUNT, "oidc-provider/id.example.com").unwrap()
}

/// The other client.
pub(super) type Client = aws_sdk_iam::Client;

/// A user, a group and a role with one of each thing that plans change.
pub(super) async fn furnish(iam: &Client) {
    let policy = |name: &'static str| iam.create_policy().policy_name(name).policy_document(DOCUMENT).send();
    policy("cap").await.unwrap();
    policy("lid").await.unwrap();
    let version = iam.create_policy_version().policy_arn(cap().as_str()).policy_document(OTHER);
    version.send().await.unwrap();
    iam.create_group().group_name("ops").send().await.unwrap();
    iam.create_group().group_name("dev").send().await.unwrap();
    let tag = SdkTag::builder().key("team").value("blue").build().unwrap();
    iam.create_user().user_name("bob").permissions_boundary(cap().as_str()).tags(tag).send().await.unwrap();
    iam.add_user_to_group().user_name("bob").group_name("ops").send().await.unwrap();
    iam.attach_user_policy().user_name("bob").policy_arn(READ).send().await.unwrap();
    iam.put_user_policy().user_name("bob").policy_name("notes").policy_document(DOCUMENT).send().await.unwrap();
    iam.create_login_profile().user_name("bob").password("Correct-Horse-1").send().await.unwrap();
    iam.create_access_key().user_name("bob").send().await.unwrap();
    let role = iam.create_role().role_name("web").assume_role_policy_document(trust("ec2.amazonaws.com"));
    role.send().await.unwrap();
    iam.put_role_policy().role_name("web").policy_name("notes").policy_document(DOCUMENT).send().await.unwrap();
    iam.update_account_password_policy().minimum_password_length(10).send().await.unwrap();
    iam.create_account_alias().account_alias("acme").send().await.unwrap();
    let provider = iam.create_open_id_connect_provider().url("https://id.example.com").client_id_list("app");
    provider.send().await.unwrap();
}

/// All that builders look at.
pub(super) fn loads() -> Vec<Load> {
    let users = [
        UserPart::Overview,
        UserPart::Permissions,
        UserPart::Groups,
        UserPart::Login,
        UserPart::Mfa,
        UserPart::Keys,
        UserPart::SshKeys,
        UserPart::Certificates,
        UserPart::ServiceCredentials,
    ];
    let lists = [Load::Identity, Load::Users, Load::Groups, Load::Roles, Load::Policies, Load::Bulk];
    let mut loads = Vec::from(lists);
    loads.extend(users.map(|part| Load::User("bob".into(), part)));
    for group in ["ops", "dev"] {
        loads.extend([GroupPart::Overview, GroupPart::Permissions].map(|part| Load::Group(group.into(), part)));
    }
    let role = [RolePart::Overview, RolePart::Permissions, RolePart::InstanceProfiles];
    loads.extend(role.map(|part| Load::Role("web".into(), part)));
    loads.extend([Load::PasswordPolicy, Load::Alias, Load::Summary, Load::OutboundFederation]);
    loads.extend([Load::OidcProviders, Load::OidcProvider(provider())]);
    let policy = [PolicyPart::Overview, PolicyPart::Versions, PolicyPart::Entities];
    loads.extend(policy.map(|part| Load::Policy(cap(), part)));
    loads
}

pub(super) fn apply_to(console: &Console, plan: Plan) -> Run {
    let lines = Lines::default();
    let begin = Begin { plan, caller: format!("arn:aws:iam::{ACCOUNT}:root"), ..Begin::default() };
    let book = JournalId { endpoint: "test".into(), account: ACCOUNT.into() };
    let (resumes, secrets, unsure) = (Resumes::Nothing, Vec::new(), Vec::new());
    let job = Job { run: "r1".into(), book, begin, resumes, secrets, unsure };
    let (_answers, answered) = tokio::sync::mpsc::unbounded_channel();
    let front = Front::of(|_: Progress| {}, Arc::new(|_| {}), answered);
    let session = console.session.clone();
    run(async { apply(&session, job, Box::new(lines.clone()), front).await });
    let lines = lines.0.lock().unwrap();
    runs(lines.iter().map(String::as_str)).remove(0)
}

/// A plan, a change by another client, and what the plan says of it: nothing of it is sent.
#[track_caller]
fn check(
    plan: impl Fn(&Account) -> Result<Plan, PlanError>,
    change: impl AsyncFnOnce(&Client, &Account),
    resource: &str,
) {
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
    run(change(&iam, &console.account));
    let writes = || {
        let calls = emulator.handle.calls().into_iter().map(|call| call.operation);
        calls.filter(|name| !["Get", "List"].iter().any(|verb| name.starts_with(verb))).count()
    };
    let before = writes();
    let run = apply_to(&console, plan);
    assert_eq!(run.end, Some(End::Failed), "{resource}");
    let failed = run.plan().steps.iter().find_map(|step| match run.state(&step.id) {
        State::Failed { code, message } => Some((code.as_str(), message.as_str())),
        _ => None,
    });
    let (code, message) = failed.unwrap();
    assert_eq!(code, "changed since the plan", "{message}");
    assert!(message.starts_with(resource) && message.contains(": the plan saw "), "{message}");
    assert!(message.contains(", now it is "), "{message}");
    assert_eq!(writes(), before, "{resource}: something was sent");
    assert!(run.undo().0.steps.is_empty(), "{resource}: something is to be undone");
}

/// The other client deletes a user and creates another of its name, who has all that the first one had.
async fn another_bob(iam: &Client, _: &Account) {
    iam.update_user().user_name("bob").new_user_name("robert").send().await.unwrap();
    iam.create_user().user_name("bob").send().await.unwrap();
}

async fn another_web(iam: &Client, _: &Account) {
    iam.delete_role_policy().role_name("web").policy_name("notes").send().await.unwrap();
    iam.delete_role().role_name("web").send().await.unwrap();
    let role = iam.create_role().role_name("web").assume_role_policy_document(trust("ec2.amazonaws.com"));
    role.send().await.unwrap();
}

async fn another_path(iam: &Client, _: &Account) {
    iam.update_user().user_name("bob").new_path("/left/").send().await.unwrap();
}

async fn another_description(iam: &Client, _: &Account) {
    iam.update_role().role_name("web").description("theirs").send().await.unwrap();
}

async fn another_trust(iam: &Client, _: &Account) {
    let update = iam.update_assume_role_policy().role_name("web");
    update.policy_document(trust("ecs-tasks.amazonaws.com")).send().await.unwrap();
}

async fn another_audience(iam: &Client, _: &Account) {
    let add = iam.add_client_id_to_open_id_connect_provider().client_id("other");
    add.open_id_connect_provider_arn(provider().as_str()).send().await.unwrap();
}

async fn another_ops(iam: &Client, _: &Account) {
    iam.update_group().group_name("ops").new_group_name("old").send().await.unwrap();
    iam.create_group().group_name("ops").send().await.unwrap();
}

async fn changed_notes(iam: &Client, _: &Account) {
    iam.put_user_policy().user_name("bob").policy_name("notes").policy_document(OTHER).send().await.unwrap();
}

async fn another_default(iam: &Client, _: &Account) {
    iam.set_default_policy_version().policy_arn(cap().as_str()).version_id("v2").send().await.unwrap();
}

async fn another_boundary(iam: &Client, _: &Account) {
    let lid = Arn::iam("aws", ACCOUNT, "policy/lid").unwrap();
    iam.put_user_permissions_boundary().user_name("bob").permissions_boundary(lid.as_str()).send().await.unwrap();
}

async fn another_tag(iam: &Client, _: &Account) {
    let tag = SdkTag::builder().key("team").value("red").build().unwrap();
    iam.tag_user().user_name("bob").tags(tag).send().await.unwrap();
}

async fn inactive_key(iam: &Client, account: &Account) {
    let key = key(account);
    iam.update_access_key().user_name("bob").access_key_id(key).status(StatusType::Inactive).send().await.unwrap();
}

fn key(account: &Account) -> String {
    account.users().get("bob").unwrap().facts.keys.known().unwrap()[0].id.to_string()
}

fn bob() -> Owner {
    Owner::User("bob".into())
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_stranger_of_the_same_name_is_left_alone() {
    let bob_is = "user bob";
    check(|account| builders::delete_users(account, &["bob".into()]), another_bob, bob_is);
    check(|account| builders::disable_users(account, &names(&["bob"])), another_bob, bob_is);
    check(|account| builders::rename_user(account, "bob", Some("rob"), None), another_bob, bob_is);
    check(|account| builders::create_access_key(account, "bob", ""), another_bob, bob_is);
    check(|account| builders::rotate_access_key(account, "bob", &key(account)), another_bob, bob_is);
    check(|account| builders::add_members(account, &names(&["bob"]), &names(&["dev"])), another_bob, bob_is);
    check(|account| builders::attach(account, &names(&[cap().as_str()]), &[bob()]), another_bob, bob_is);
    check(|account| builders::put_inline(account, &bob(), "more", &Document::new(NEW)), another_bob, bob_is);
    let console = ConsolePassword { from: SecretFrom::Generate, reset: true };
    check(|account| builders::reset_console(account, "bob", console, None), another_bob, bob_is);
    check(
        |account| builders::delete_roles(account, &names(&["web"]), builders::OwnProfile::Kept),
        another_web,
        "role web",
    );
    let web = Owner::Role("web".into());
    check(|account| builders::attach(account, &names(&[READ]), std::slice::from_ref(&web)), another_web, "role web");
    check(|account| builders::delete_groups(account, &names(&["ops"])), another_ops, "group ops");
    check(|account| builders::rename_group(account, "ops", Some("sre"), None), another_ops, "group ops");
}

#[test]
fn a_document_that_somebody_else_changed_is_neither_overwritten_nor_deleted() {
    let notes = "inline policy notes of user bob";
    check(|account| builders::put_inline(account, &bob(), "notes", &Document::new(NEW)), changed_notes, notes);
    check(|account| builders::remove_inline(account, &bob(), "notes"), changed_notes, notes);
    let other = Document::new(trust("lambda.amazonaws.com"));
    check(
        |account| builders::edit_trust(account, "web", &other),
        async |iam: &Client, _: &Account| {
            let update = iam.update_assume_role_policy().role_name("web");
            update.policy_document(trust("ecs-tasks.amazonaws.com")).send().await.unwrap();
        },
        "the trust policy of role web",
    );
    let default = "the default version of policy cap";
    check(|account| builders::edit_policy(account, &cap(), &Document::new(NEW), true), another_default, default);
    check(|account| builders::set_default_version(account, &cap(), &"v2".into()), another_default, default);
}

#[test]
fn both_documents_are_shown() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(furnish(&iam));
    let root = &emulator.handle.root;
    let mut console = Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret());
    for load in loads() {
        console.loaded(&load);
    }
    let plan = builders::put_inline(&console.account, &bob(), "notes", &Document::new(NEW)).unwrap();
    run(changed_notes(&iam, &console.account));
    let run = apply_to(&console, plan);
    let State::Failed { message, .. } = run.state(&run.plan().steps[0].id) else { panic!("not failed") };
    assert!(message.contains(DOCUMENT) && message.contains(OTHER), "{message}");
}

#[test]
fn what_else_was_changed_meanwhile_stops_a_plan_too() {
    let boundary = "the permissions boundary of user bob";
    check(|account| builders::remove_boundary(account, &bob()), another_boundary, boundary);
    check(|account| builders::put_boundary(account, &bob(), READ), another_boundary, boundary);
    let tag = |value: &str| [Tag { key: "team".into(), value: value.into() }];
    let user = || ResourceRef::User("bob".into());
    check(|account| builders::edit_tags(account, &user(), &tag("green")), another_tag, "tag team of user bob");
    check(|account| builders::edit_tags(account, &user(), &[]), another_tag, "tag team of user bob");
    let detached = async |iam: &Client, _: &Account| {
        iam.detach_user_policy().user_name("bob").policy_arn(READ).send().await.unwrap();
    };
    let attachment = "the attachment of policy ReadOnlyAccess to user bob";
    check(|account| builders::detach(account, &names(&[READ]), &[bob()]), detached, attachment);
    let attached = async |iam: &Client, _: &Account| {
        iam.attach_group_policy().group_name("ops").policy_arn(READ).send().await.unwrap();
    };
    let attachment = "the attachment of policy ReadOnlyAccess to group ops";
    let ops = Owner::Group("ops".into());
    check(|account| builders::attach(account, &names(&[READ]), std::slice::from_ref(&ops)), attached, attachment);
    let left = async |iam: &Client, _: &Account| {
        iam.remove_user_from_group().user_name("bob").group_name("ops").send().await.unwrap();
    };
    let member = "the membership of user bob in group ops";
    check(|account| builders::remove_members(account, &names(&["bob"]), &names(&["ops"])), left, member);
    let joined = async |iam: &Client, _: &Account| {
        iam.add_user_to_group().user_name("bob").group_name("dev").send().await.unwrap();
    };
    let member = "the membership of user bob in group dev";
    check(|account| builders::add_members(account, &names(&["bob"]), &names(&["dev"])), joined, member);
    let emulator_key = |account: &Account| builders::delete_access_key(account, "bob", &key(account));
    check(emulator_key, inactive_key, "access key");
}

#[test]
fn what_an_undo_of_a_deletion_would_bring_back_is_as_the_plan_saw_it() {
    let bob = |account: &Account| builders::delete_users(account, &["bob".into()]);
    check(bob, another_path, "the path of user bob");
    check(bob, another_boundary, "the permissions boundary of user bob");
    check(bob, another_tag, "the tags of user bob");
    let web = |account: &Account| builders::delete_roles(account, &names(&["web"]), builders::OwnProfile::Kept);
    check(web, another_trust, "the trust policy of role web");
    check(web, another_description, "the description of role web");
    check(
        web,
        async |iam: &Client, _: &Account| {
            let tag = SdkTag::builder().key("team").value("red").build().unwrap();
            iam.tag_role().role_name("web").tags(tag).send().await.unwrap();
        },
        "the tags of role web",
    );
    check(
        |account| builders::delete_groups(account, &names(&["dev"])),
        async |iam: &Client, _: &Account| {
            iam.update_group().group_name("dev").new_path("/left/").send().await.unwrap();
        },
        "the path of group dev",
    );
    let provider_is = "the audiences of identity provider id.example.com";
    check(|account| builders::delete_providers(account, &[provider()]), another_audience, provider_is);
}

#[test]
fn a_policy_that_a_new_user_or_role_is_bounded_by_is_the_version_that_the_plan_saw() {
    let default = "the default version of policy cap";
    let bounded = |call: Call| {
        let plan = Plan { steps: vec![Step::requested(call)], ..Plan::new("create") };
        move |account: &Account| Ok(plan.clone().seeing(account))
    };
    let boundary = |call: Call| call.with("PermissionsBoundary", cap().as_str());
    check(bounded(boundary(Call::create_user("zoe"))), another_default, default);
    check(bounded(boundary(Call::create_role("job", trust("ec2.amazonaws.com")))), another_default, default);
    check(bounded(Call::attach_user_policy("bob", cap().as_str())), another_default, default);
}

#[test]
fn a_setting_that_somebody_else_changed_is_not_written_over() {
    check(
        builders::reset_password_policy,
        async |iam: &Client, _: &Account| {
            iam.update_account_password_policy().minimum_password_length(12).send().await.unwrap();
        },
        "the password policy of the account",
    );
    check(
        |account| builders::set_alias(account, "acme-2"),
        async |iam: &Client, _: &Account| {
            iam.create_account_alias().account_alias("acme-1").send().await.unwrap();
        },
        "the account alias",
    );
    check(
        |account| builders::edit_role(account, "web", Some("mine"), None, None),
        async |iam: &Client, _: &Account| {
            iam.update_role().role_name("web").description("theirs").send().await.unwrap();
        },
        "the description of role web",
    );
    check(
        |account| builders::remove_audience(account, &provider(), "app"),
        async |iam: &Client, _: &Account| {
            let arn = provider();
            let add = iam.add_client_id_to_open_id_connect_provider().client_id("other");
            add.open_id_connect_provider_arn(arn.as_str()).send().await.unwrap();
            let remove = iam.remove_client_id_from_open_id_connect_provider().client_id("app");
            remove.open_id_connect_provider_arn(arn.as_str()).send().await.unwrap();
        },
        "audience app of identity provider id.example.com",
    );
}
