//! One row a builder: an account that it fits, its plan, and what a template can express of it.

use std::collections::BTreeMap;

use iamtui::base::arn::Arn;
use iamtui::model::{Account, Document, PasswordPolicy, ResourceRef, Tag};
use iamtui::plan::builders::*;
use iamtui::plan::{Call, Plan, PlanError, SecretFrom};
use jiff::Timestamp;
use serde_json::json;

use super::PASSWORD;
use crate::harness::ACCOUNT;

/// What is public beside the builders: what they take, and what is known of what they made. Builders among them change
/// what no account of IAM holds: sign-in sessions, which begin with a person, and analyzers with their rules and findings;
/// or they need an organization (`switch_root_feature`).
pub const NO_BUILDERS: &[&str] = &[
    "ConsolePassword",
    "CreateAnalyzer",
    "DENY_ALL",
    "DeleteUser",
    "Given",
    "NewDevice",
    "OwnProfile",
    "REVOKE",
    "SERVICES",
    "Service",
    "Sessions",
    "SigninLimit",
    "TokenVersion",
    "Trusted",
    "archive_findings",
    "create_archive_rule",
    "delete_analyzer",
    "delete_archive_rule",
    "deleted_policies",
    "expiring",
    "halves",
    "loosened",
    "mentions",
    "mentions_by_text",
    "password_policy_input",
    "provider_arn",
    "revocation",
    "revoke_signin_sessions",
    "switch_root_feature",
    "taken",
    "unassigned",
    "version_to_delete",
    "whole_password_policy",
];

/// An account before a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nothing is there.
    Empty,
    /// There is one of everything.
    Company,
}

/// What CloudFormation can express of a plan.
#[derive(Debug, Clone, Copy)]
pub enum Template {
    /// All of it, on an empty account.
    Whole,
    /// All of it but this, which it says.
    But(&'static str),
    /// Nothing: each step is left out for this reason.
    Lacks(&'static str),
    /// What is there already, to be imported as it shall be.
    Imports,
}

/// A builder with a plan of it.
pub struct Row {
    pub builder: &'static str,
    pub ground: Ground,
    pub plan: fn(&Account) -> Plan,
    pub template: Template,
    /// Who is signed in, where it is not the root user.
    pub signer: Option<&'static str>,
}

impl Row {
    /// The same row, with a user of this name signed in, who has a password and may do everything.
    const fn by(self, signer: &'static str) -> Self {
        Self { signer: Some(signer), ..self }
    }
}

pub const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const LIST: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const TRUST_LAMBDA: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");
const PRIVATE_KEY: &str = include_str!("../fixtures/certificate-key.pem");
const SSH_KEY: &str = include_str!("../fixtures/ssh-key.pub");
const AWS_READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const URL: &str = "https://id.example.com";

const REMOVED: &str = "what is declared nowhere is removed by removing it";
const NONE: &str = "there is no resource for it";
const NO_SIGNIN: &str = "its longest sign-in session has no property there";
const NO_RESOURCE: &str = "CloudFormation has no resource for it";
const ONLY_OWN: &str = "a template attaches policies only to what it creates";

pub fn arn(resource: &str) -> Arn {
    Arn::iam("aws", ACCOUNT, resource).unwrap()
}

/// The serial number of a virtual MFA device.
pub fn device(name: &str) -> String {
    arn(&format!("mfa/{name}")).to_string()
}

pub fn own(policy: &str) -> String {
    arn(&format!("policy/{policy}")).to_string()
}

pub fn metadata(id: &str) -> String {
    format!("<EntityDescriptor entityID=\"{id}\">{}</EntityDescriptor>", "x".repeat(1000))
}

impl Ground {
    /// The calls that lead to it.
    pub fn calls(self) -> Vec<Call> {
        match self {
            Self::Empty => Vec::new(),
            Self::Company => company(),
        }
    }
}

fn company() -> Vec<Call> {
    let users = ["ada", "bob", "eve"].map(Call::create_user);
    let mut calls: Vec<Call> = users.into_iter().collect();
    calls.extend([
        Call::create_group("Developers"),
        Call::create_group("Operators"),
        Call::create_policy("cap", READ),
        Call::create_policy_version(own("cap"), LIST),
        Call::create_policy("spare", READ),
        Call::create_role("ops", TRUST).with("Description", "operates"),
        Call::create_role("idle", TRUST),
        Call::add_user_to_group("Developers", "bob"),
        Call::attach_group_policy("Developers", AWS_READ),
        Call::attach_user_policy("bob", own("cap")),
        Call::attach_role_policy("ops", own("cap")),
        Call::put_user_policy("bob", "notes", READ),
        Call::put_user_policy("eve", DENY_ALL, DENY_DOCUMENT),
        Call::put_user_boundary("bob", own("spare")),
        Call::tag_user("bob", json!([{"Key": "team", "Value": "blue"}])),
        Call::create_login_profile("bob").with("Password", PASSWORD),
        Call::create_access_key("bob"),
        Call::upload_ssh_key("bob", SSH_KEY.trim()),
        Call::upload_signing_certificate("bob", CERTIFICATE),
        Call::create_service_credential("bob", "codecommit.amazonaws.com"),
        Call::create_virtual_mfa_device("left-over"),
        Call::create_instance_profile("ops"),
        Call::add_role_to_instance_profile("ops", "ops"),
        Call::create_instance_profile("bare"),
        Call::create_oidc_provider(URL).with("ClientIDList", json!(["app", "web"])),
        Call::create_saml_provider(metadata("one"), "Partner"),
        Call::upload_server_certificate("site", CERTIFICATE, PRIVATE_KEY),
        Call::create_account_alias("acme"),
        Call::update_password_policy().with("MinimumPasswordLength", 14),
    ]);
    calls
}

/// What denies everything to a user that is disabled.
const DENY_DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"Disabled","Effect":"Deny","Action":"*","Resource":"*"}]}"#;

pub fn made(plan: Result<Plan, PlanError>) -> Plan {
    plan.unwrap_or_else(|error| panic!("{:?}", error.user_error()))
}

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn user(name: &str) -> Owner {
    Owner::User(name.to_owned())
}

pub fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.into(), value: value.into() }
}

/// The time of dated policies; the same in every account.
pub fn moment() -> Timestamp {
    Timestamp::from_second(1_900_000_000).unwrap()
}

/// The id of what bob has of a kind.
fn bobs(account: &Account, which: fn(&iamtui::model::UserFacts) -> Option<String>) -> String {
    which(&account.users().get("bob").unwrap().facts).unwrap()
}

pub fn key(account: &Account) -> String {
    bobs(account, |facts| facts.keys.known()?.first().map(|key| key.id.to_string()))
}

fn ssh(account: &Account) -> String {
    bobs(account, |facts| facts.ssh_keys.known()?.first().map(|key| key.id.to_string()))
}

fn certificate(account: &Account) -> String {
    bobs(account, |facts| facts.certificates.known()?.first().map(|own| own.id.to_string()))
}

fn credential(account: &Account) -> String {
    bobs(account, |facts| facts.service_credentials.known()?.first().map(|own| own.id.to_string()))
}

const fn row(builder: &'static str, ground: Ground, template: Template, plan: fn(&Account) -> Plan) -> Row {
    Row { builder, ground, plan, template, signer: None }
}

use Ground::{Company, Empty};
use Template::{But, Imports, Lacks, Whole};

/// Every builder, in the order of their files.
pub const ROWS: &[Row] = &[
    row("create_access_key", Company, Lacks("the tag's key"), |a| made(create_access_key(a, "ada", "laptop"))),
    row("switch_access_key", Company, Lacks(NONE), |a| made(switch_access_key(a, "bob", &key(a), false))),
    row("describe_access_key", Company, Imports, |a| made(describe_access_key(a, "bob", &key(a), "laptop"))),
    row("delete_access_key", Company, Lacks(REMOVED), |a| made(delete_access_key(a, "bob", &key(a)))),
    row("rotate_access_key", Company, Lacks(""), |a| made(rotate_access_key(a, "bob", &key(a)))),
    row("set_password_policy", Empty, Lacks(NO_RESOURCE), |a| {
        let policy = PasswordPolicy {
            minimum_length: 14,
            uppercase: true,
            lowercase: true,
            numbers: true,
            symbols: false,
            users_may_change: true,
            expires_after_days: Some(90),
            hard_expiry: false,
            remembered: Some(5),
        };
        made(set_password_policy(a, &policy))
    }),
    row("reset_password_policy", Company, Lacks(REMOVED), |a| made(reset_password_policy(a))),
    row("set_alias", Empty, Lacks(NO_RESOURCE), |a| made(set_alias(a, "acme-2"))),
    row("delete_alias", Company, Lacks(REMOVED), |a| made(delete_alias(a))),
    row("set_token_version", Empty, Lacks(NO_RESOURCE), |a| made(set_token_version(a, TokenVersion::AllRegions))),
    row("switch_outbound_federation", Empty, Lacks(NO_RESOURCE), |a| made(switch_outbound_federation(a, true))),
    row("attach", Company, Lacks(ONLY_OWN), |a| made(attach(a, &[own("spare")], &[user("ada")]))),
    row("detach", Company, Lacks(REMOVED), |a| made(detach(a, &[own("cap")], &[user("bob")]))),
    row("put_inline", Company, Whole, |a| made(put_inline(a, &user("ada"), "read", &Document::new(READ)))),
    row("remove_inline", Company, Lacks(REMOVED), |a| made(remove_inline(a, &user("bob"), "notes"))),
    row("put_boundary", Company, Imports, |a| made(put_boundary(a, &user("ada"), &own("spare")))),
    row("put_boundaries", Company, Imports, |a| made(put_boundaries(a, &[user("ada"), user("eve")], &own("spare")))),
    row("remove_boundary", Company, Lacks(REMOVED), |a| made(remove_boundary(a, &user("bob")))),
    row("remove_boundaries", Company, Lacks(REMOVED), |a| made(remove_boundaries(a, &[user("bob")]))),
    row("clone_entity", Company, Whole, |a| made(clone_entity(a, &ResourceRef::Role("ops".into()), "ops-2"))),
    row("enable_console", Company, Lacks("template"), |a| {
        made(enable_console(a, "ada", ConsolePassword { from: SecretFrom::Prompt, reset: true }))
    }),
    row("reset_console", Company, Lacks(NONE), |a| {
        made(reset_console(a, "bob", ConsolePassword { from: SecretFrom::Prompt, reset: true }, None))
    }),
    row("disable_console", Company, Lacks(REMOVED), |a| made(disable_console(a, "bob", None))),
    row("CreateGroup", Empty, Whole, |a| {
        let path = Some("/teams/".to_owned());
        let group = CreateGroup { name: "Audit".into(), path, policies: vec![AWS_READ.into()], members: Vec::new() };
        made(group.plan(a))
    }),
    row("create_groups", Empty, Whole, |a| {
        let group = |name: &str| CreateGroup { name: name.into(), ..CreateGroup::default() };
        made(create_groups(a, &[group("Audit"), group("Admin")]))
    }),
    row("CreatePolicy", Company, But("no property for its tags"), |a| {
        let new = CreatePolicy {
            name: "read".into(),
            path: Some("/teams/".into()),
            description: "reads: \"all\" of it".into(),
            document: Document::new(READ),
            tags: vec![tag("team", "no")],
            attach: Vec::new(),
            split: false,
        };
        made(new.plan(a))
    }),
    row("CreateRole", Empty, Whole, |a| {
        let new = CreateRole {
            name: "web".into(),
            path: Some("/teams/".into()),
            description: "Allows EC2 instances to call AWS services on your behalf.".into(),
            max_session: Some(7200),
            max_signin: None,
            trust: Trusted::service("ec2.amazonaws.com", false),
            policies: vec![AWS_READ.into()],
            boundary: Some(AWS_READ.into()),
            tags: vec![tag("team", "blue")],
            instance_profile: true,
        };
        made(new.plan(a))
    }),
    row("CreateRole", Empty, But(NO_SIGNIN), |a| {
        let new = CreateRole {
            name: "desk".into(),
            path: None,
            description: String::new(),
            max_session: None,
            max_signin: Some(30 * 86_400),
            trust: Trusted::service("ec2.amazonaws.com", false),
            policies: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            instance_profile: false,
        };
        made(new.plan(a))
    }),
    row("edit_mfa_tags", Company, Lacks(NONE), |a| made(edit_mfa_tags(a, &device("phone"), &[tag("team", "blue")]))),
    row("change_mfa_tags", Company, Lacks(NONE), |a| {
        let devices = ["phone", "left-over"].map(device);
        made(change_mfa_tags(a, &devices, &[tag("team", "blue")], &[]))
    }),
    row("change_password", Empty, Lacks(NONE), |a| made(change_password(a))).by("me"),
    row("limit_signin", Company, Lacks(NO_SIGNIN), |a| made(limit_signin(a, "bob", SigninLimit::Seconds(7200)))),
    row("CreateUser", Empty, Whole, |a| {
        let group = CreateGroup { name: "Audit".into(), policies: vec![AWS_READ.into()], ..CreateGroup::default() };
        let new = CreateUser {
            names: names(&["Jesse", "Segun"]),
            path: Some("/dev/".into()),
            tags: vec![tag("team", "blue")],
            console: Some(ConsolePassword { from: SecretFrom::Prompt, reset: true }),
            new_groups: vec![group],
            policies: vec![AWS_READ.into()],
            boundary: Some(AWS_READ.into()),
            access_key: Some(String::new()),
            ..CreateUser::default()
        };
        made(new.plan(a))
    }),
    row("delete_groups", Company, Lacks(REMOVED), |a| made(delete_groups(a, &names(&["Developers"])))),
    row("delete_policies", Company, Lacks(REMOVED), |a| made(delete_policies(a, &[arn("policy/cap")]))),
    row("delete_roles", Company, Lacks(REMOVED), |a| made(delete_roles(a, &names(&["ops"]), OwnProfile::Deleted))),
    row("delete_users", Company, Lacks(REMOVED), |a| {
        made(delete_users(a, &[DeleteUser { name: "bob".into(), ssh_keys: BTreeMap::new() }]))
    }),
    row("disable_roles", Company, Whole, |a| made(disable_roles(a, &names(&["ops"])))),
    row("disable_users", Company, Lacks(""), |a| made(disable_users(a, &names(&["bob"])))),
    row("edit_policy", Company, Lacks(NONE), |a| {
        made(edit_policy(a, &arn("policy/spare"), &Document::new(LIST), true))
    }),
    row("edit_role", Company, Imports, |a| made(edit_role(a, "ops", Some("operates at night"), Some(7200), None))),
    row("edit_trust", Company, Lacks(NONE), |a| made(edit_trust(a, "ops", &Document::new(TRUST_LAMBDA)))),
    row("enable_users", Company, Lacks(REMOVED), |a| made(enable_users(a, &names(&["eve"])))),
    row("Grant", Company, Lacks(ONLY_OWN), |a| {
        let grant = Grant { owner: user("ada"), given: Given::Policy(AWS_READ.into()), until: moment() };
        made(grant.plan(a))
    }),
    row("grants", Company, Lacks(ONLY_OWN), |a| {
        made(grants(a, &[user("ada"), user("eve")], &Given::Policy(AWS_READ.into()), moment()))
    }),
    row("CreateOidcProvider", Empty, Whole, |a| {
        let new = CreateOidcProvider {
            url: "https://token.example.com".into(),
            audiences: names(&["sts.amazonaws.com", "app"]),
            thumbprints: vec!["a".repeat(40)],
            tags: vec![tag("team", "blue")],
        };
        made(new.plan(a))
    }),
    row("CreateSamlProvider", Empty, Whole, |a| {
        let new =
            CreateSamlProvider { name: "Okta".into(), metadata: metadata("it's"), tags: vec![tag("team", "blue")] };
        made(new.plan(a))
    }),
    row("add_audiences", Company, Lacks(NONE), |a| {
        made(add_audiences(a, &arn("oidc-provider/id.example.com"), &names(&["cli"])))
    }),
    row("remove_audience", Company, Lacks(REMOVED), |a| {
        made(remove_audience(a, &arn("oidc-provider/id.example.com"), "web"))
    }),
    row("set_thumbprints", Company, Lacks(NONE), |a| {
        made(set_thumbprints(a, &arn("oidc-provider/id.example.com"), &["b".repeat(40)]))
    }),
    row("replace_metadata", Company, Lacks(NONE), |a| {
        made(replace_metadata(a, &arn("saml-provider/Partner"), &metadata("two")))
    }),
    row("delete_providers", Company, Lacks(REMOVED), |a| made(delete_providers(a, &[arn("saml-provider/Partner")]))),
    row("CreateInstanceProfile", Company, Whole, |a| {
        let new = CreateInstanceProfile {
            name: "fleet".into(),
            path: Some("/teams/".into()),
            role: Some("idle".into()),
            tags: Vec::new(),
        };
        made(new.plan(a))
    }),
    row("set_profile_role", Company, Imports, |a| made(set_profile_role(a, "bare", "idle"))),
    row("remove_profile_role", Company, Lacks(REMOVED), |a| made(remove_profile_role(a, "ops"))),
    row("delete_instance_profiles", Company, Lacks(REMOVED), |a| made(delete_instance_profiles(a, &names(&["ops"])))),
    row("LockOut", Company, Lacks(""), |a| {
        let lock = LockOut { owner: user("bob"), leave_groups: true, roles: Vec::new(), before: moment() };
        made(lock.plan(a))
    }),
    row("add_members", Company, Whole, |a| made(add_members(a, &names(&["ada"]), &names(&["Operators"])))),
    row("remove_members", Company, Lacks(REMOVED), |a| {
        made(remove_members(a, &names(&["bob"]), &names(&["Developers"])))
    }),
    row("move_members", Company, Lacks(REMOVED), |a| {
        made(move_members(a, &names(&["bob"]), &names(&["Developers"]), &names(&["Operators"])))
    }),
    row("AssignMfa", Company, Lacks(""), |a| {
        let device = NewDevice::Virtual { name: "ada".into(), replace: false };
        made(AssignMfa { user: "ada".into(), device, tags: vec![tag("team", "blue")] }.plan(a))
    }),
    row("remove_mfa", Company, Lacks(REMOVED), |a| made(remove_mfa(a, "bob", &[arn("mfa/phone").to_string()]))),
    row("resync_mfa", Company, Lacks(""), |a| made(resync_mfa(a, "bob", arn("mfa/phone").as_str()))),
    row("delete_unassigned", Company, Lacks(REMOVED), |a| {
        made(delete_unassigned(a, &[arn("mfa/left-over").to_string()]))
    }),
    row("rename_user", Company, Lacks(NONE), |a| made(rename_user(a, "ada", Some("adele"), Some("/team/")))),
    row("rename_group", Company, Lacks(NONE), |a| made(rename_group(a, "Operators", Some("Ops"), None))),
    row("rename_certificate", Company, Lacks(NONE), |a| made(rename_certificate(a, "site", Some("shop"), None))),
    row("revoke_sessions", Company, Whole, |a| {
        made(revoke_sessions(a, &Owner::Role("ops".into()), Timestamp::from_second(1_700_000_000).unwrap()))
    }),
    row("UploadCertificate", Empty, Lacks("private key"), |a| {
        let new = UploadCertificate {
            name: "site".into(),
            path: None,
            body: CERTIFICATE.into(),
            chain: None,
            tags: vec![tag("team", "blue")],
        };
        made(new.plan(a))
    }),
    row("delete_server_certificates", Company, Lacks(REMOVED), |a| {
        made(delete_server_certificates(a, &names(&["site"])))
    }),
    row("create_service_credential", Company, Lacks(NONE), |a| {
        made(create_service_credential(a, "ada", SERVICES[2], None))
    }),
    row("switch_service_credential", Company, Lacks(NONE), |a| {
        made(switch_service_credential(a, "bob", &credential(a), false))
    }),
    row("reset_service_credential", Company, Lacks(NONE), |a| made(reset_service_credential(a, "bob", &credential(a)))),
    row("delete_service_credential", Company, Lacks(REMOVED), |a| {
        made(delete_service_credential(a, "bob", &credential(a)))
    }),
    row("CreateServiceLinkedRole", Empty, Whole, |a| {
        let new = CreateServiceLinkedRole {
            service: "autoscaling.amazonaws.com".into(),
            suffix: Some("blue".into()),
            description: "scales".into(),
            tags: Vec::new(),
        };
        made(new.plan(a))
    }),
    row("change_tags", Company, Imports, |a| {
        let wanted = [(ResourceRef::User("ada".into()), vec![tag("team", "red")])];
        made(change_tags(a, &wanted, &[]))
    }),
    row("edit_tags", Company, Imports, |a| made(edit_tags(a, &ResourceRef::Role("ops".into()), &[tag("team", "red")]))),
    row("upload_ssh_key", Company, Lacks(NONE), |a| made(upload_ssh_key(a, "ada", SSH_KEY.trim()))),
    row("switch_ssh_key", Company, Lacks(NONE), |a| made(switch_ssh_key(a, "bob", &ssh(a), false))),
    row("delete_ssh_key", Company, Lacks(REMOVED), |a| made(delete_ssh_key(a, "bob", &ssh(a), None))),
    row("upload_certificate", Company, Lacks(NONE), |a| made(upload_certificate(a, "ada", CERTIFICATE))),
    row("switch_certificate", Company, Lacks(NONE), |a| made(switch_certificate(a, "bob", &certificate(a), false))),
    row("delete_certificate", Company, Lacks(REMOVED), |a| made(delete_certificate(a, "bob", &certificate(a)))),
    row("set_default_version", Company, Lacks(NONE), |a| {
        made(set_default_version(a, &arn("policy/cap"), &"v2".into()))
    }),
    row("delete_versions", Company, Lacks(REMOVED), |a| made(delete_versions(a, &arn("policy/cap"), &["v2".into()]))),
];
