//! What AWS would refuse is refused in words, before anything is sent.

use std::collections::BTreeSet;

use iamtui::base::arn::Arn;
use iamtui::model::{Account, Document, PasswordPolicy, ResourceRef, Tag};
use iamtui::plan::builders::*;
use iamtui::plan::{Plan, PlanError, SecretFrom};

use super::Place;
use super::rows::{Ground, ROWS, arn, device, key, metadata, moment, names, own, tag, user};

type Refusal = (&'static str, fn(&Account) -> Result<Plan, PlanError>);

const CONSOLE: ConsolePassword = ConsolePassword { from: SecretFrom::Generate, reset: true };
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const LINKED: &str = "AWSServiceRoleForAutoScaling";

fn aws() -> Arn {
    ADMINISTRATOR.parse().unwrap()
}

fn new_user(name: &str) -> CreateUser {
    CreateUser { names: names(&[name]), ..CreateUser::default() }
}

fn new_role(name: &str) -> CreateRole {
    CreateRole {
        name: name.to_owned(),
        path: None,
        description: String::new(),
        max_session: None,
        max_signin: None,
        trust: Trusted::service("ec2.amazonaws.com", false),
        policies: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        instance_profile: false,
    }
}

fn lock_out(owner: Owner) -> LockOut {
    LockOut { owner, leave_groups: false, roles: Vec::new(), before: moment() }
}

fn new_policy(name: &str, document: &str) -> CreatePolicy {
    CreatePolicy {
        name: name.to_owned(),
        path: None,
        description: String::new(),
        document: Document::new(document),
        tags: Vec::new(),
        attach: Vec::new(),
        split: false,
    }
}

/// Each builder with what it refuses: names, limits, what is AWS's, what is linked to a service, what is not there.
const REFUSALS: &[Refusal] = &[
    ("CreateUser", |a| new_user("BOB").plan(a)),
    ("CreateUser", |a| new_user("b b").plan(a)),
    ("CreateUser", |a| new_user(&"x".repeat(65)).plan(a)),
    ("CreateUser", |a| CreateUser { groups: names(&["nobody"]), ..new_user("x") }.plan(a)),
    ("CreateUser", |a| {
        CreateUser { tags: vec![Tag { key: "aws:x".into(), value: "".into() }], ..new_user("x") }.plan(a)
    }),
    ("CreateUser", |a| {
        CreateUser { policies: (0..11).map(|n| format!("arn:aws:iam::aws:policy/P{n}")).collect(), ..new_user("x") }
            .plan(a)
    }),
    ("CreateGroup", |a| CreateGroup { name: "developers".into(), ..CreateGroup::default() }.plan(a)),
    ("CreateGroup", |a| CreateGroup { name: "x".into(), members: names(&["zoe"]), ..CreateGroup::default() }.plan(a)),
    ("create_groups", |a| create_groups(a, &[])),
    ("CreateRole", |a| new_role("OPS").plan(a)),
    ("CreateRole", |a| new_role("o p").plan(a)),
    ("CreateRole", |a| CreateRole { max_session: Some(100), ..new_role("x") }.plan(a)),
    ("CreateRole", |a| CreateRole { description: "x".repeat(1001), ..new_role("x") }.plan(a)),
    ("CreatePolicy", |a| new_policy("cap", super::rows::READ).plan(a)),
    ("CreatePolicy", |a| new_policy("x", "{").plan(a)),
    ("CreatePolicy", |a| new_policy("x", &super::rows::READ.replace("GetObject", &"x".repeat(7000))).plan(a)),
    ("CreateServiceLinkedRole", |a| {
        CreateServiceLinkedRole {
            service: "nothing.amazonaws.com".into(),
            suffix: None,
            description: String::new(),
            tags: Vec::new(),
        }
        .plan(a)
    }),
    ("CreateOidcProvider", |a| {
        CreateOidcProvider {
            url: "http://id.example.org".into(),
            audiences: names(&["x"]),
            thumbprints: Vec::new(),
            tags: Vec::new(),
        }
        .plan(a)
    }),
    ("CreateOidcProvider", |a| {
        CreateOidcProvider {
            url: "https://id.example.com".into(),
            audiences: names(&["x"]),
            thumbprints: Vec::new(),
            tags: Vec::new(),
        }
        .plan(a)
    }),
    ("CreateSamlProvider", |a| {
        CreateSamlProvider { name: "Partner".into(), metadata: metadata("x"), tags: Vec::new() }.plan(a)
    }),
    ("CreateSamlProvider", |a| {
        CreateSamlProvider { name: "x".into(), metadata: "short".into(), tags: Vec::new() }.plan(a)
    }),
    ("CreateInstanceProfile", |a| {
        CreateInstanceProfile { name: "OPS".into(), path: None, role: None, tags: Vec::new() }.plan(a)
    }),
    ("UploadCertificate", |a| {
        UploadCertificate { name: "site".into(), path: None, body: "x".into(), chain: None, tags: Vec::new() }.plan(a)
    }),
    ("AssignMfa", |a| {
        AssignMfa {
            user: "zoe".into(),
            device: NewDevice::Virtual { name: "x".into(), replace: false },
            tags: Vec::new(),
        }
        .plan(a)
    }),
    ("AssignMfa", |a| {
        AssignMfa {
            user: "ada".into(),
            device: NewDevice::Virtual { name: "PHONE".into(), replace: false },
            tags: Vec::new(),
        }
        .plan(a)
    }),
    ("attach", |a| attach(a, &[own("cap")], &[user("bob")])),
    ("attach", |a| attach(a, &[own("none")], &[user("ada")])),
    ("attach", |a| attach(a, &[own("cap")], &[Owner::Role(LINKED.into())])),
    ("attach", |a| {
        attach(a, &["arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy".into()], &[user("ada")])
    }),
    ("detach", |a| detach(a, &[own("spare")], &[user("ada")])),
    ("detach", |a| {
        detach(
            a,
            &["arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy".into()],
            &[Owner::Role(LINKED.into())],
        )
    }),
    ("put_inline", |a| {
        put_inline(a, &user("ada"), "x", &Document::new(super::rows::READ.replace("GetObject", &"x".repeat(2048))))
    }),
    ("put_inline", |a| put_inline(a, &Owner::Role(LINKED.into()), "x", &Document::new(super::rows::READ))),
    ("remove_inline", |a| remove_inline(a, &user("ada"), "none")),
    ("put_boundary", |a| put_boundary(a, &Owner::Group("Developers".into()), &own("cap"))),
    ("put_boundary", |a| put_boundary(a, &Owner::Role(LINKED.into()), &own("cap"))),
    ("remove_boundary", |a| remove_boundary(a, &user("ada"))),
    ("add_members", |a| add_members(a, &names(&["bob"]), &names(&["Developers"]))),
    ("add_members", |a| add_members(a, &names(&["zoe"]), &names(&["Developers"]))),
    ("remove_members", |a| remove_members(a, &names(&["ada"]), &names(&["Developers"]))),
    ("create_access_key", |a| create_access_key(a, "zoe", "")),
    ("switch_access_key", |a| switch_access_key(a, "bob", "AKIANONE", true)),
    ("switch_access_key", |a| switch_access_key(a, "bob", &key(a), true)),
    ("delete_access_key", |a| delete_access_key(a, "ada", "AKIANONE")),
    ("describe_access_key", |a| describe_access_key(a, "bob", &key(a), &"x".repeat(257))),
    ("enable_console", |a| enable_console(a, "bob", CONSOLE)),
    ("reset_console", |a| reset_console(a, "ada", CONSOLE, None)),
    ("disable_console", |a| disable_console(a, "ada", None)),
    ("create_service_credential", |a| create_service_credential(a, "zoe", SERVICES[2], None)),
    ("edit_policy", |a| edit_policy(a, &aws(), &Document::new(super::rows::READ), true)),
    ("edit_policy", |a| edit_policy(a, &arn("policy/cap"), &Document::new("{"), true)),
    ("edit_role", |a| edit_role(a, LINKED, None, Some(7200), None)),
    ("edit_role", |a| edit_role(a, "ops", None, Some(50_000), None)),
    ("edit_trust", |a| edit_trust(a, LINKED, &Document::new(super::rows::READ))),
    ("edit_trust", |a| edit_trust(a, "ops", &Document::new("[]"))),
    ("delete_policies", |a| delete_policies(a, &[aws()])),
    ("delete_roles", |a| delete_roles(a, &names(&["none"]), OwnProfile::Kept)),
    ("delete_users", |a| delete_users(a, &[DeleteUser::from("zoe")])),
    ("delete_groups", |a| delete_groups(a, &names(&["none"]))),
    ("disable_roles", |a| disable_roles(a, &names(&["nobody"]))),
    ("disable_users", |a| disable_users(a, &names(&["zoe"]))),
    ("enable_users", |a| enable_users(a, &names(&["ada"]))),
    ("delete_versions", |a| delete_versions(a, &arn("policy/cap"), &["v1".into()])),
    ("delete_versions", |a| delete_versions(a, &aws(), &["v1".into()])),
    ("set_default_version", |a| set_default_version(a, &arn("policy/cap"), &"v1".into())),
    ("set_default_version", |a| set_default_version(a, &aws(), &"v1".into())),
    ("rename_user", |a| rename_user(a, "ada", Some("bob"), None)),
    ("rename_group", |a| rename_group(a, "Developers", Some("o p"), None)),
    ("rename_certificate", |a| rename_certificate(a, "none", Some("x"), None)),
    ("set_alias", |a| set_alias(a, "123456789012")),
    ("set_alias", |a| set_alias(a, "a--b")),
    ("set_password_policy", |a| {
        let policy = PasswordPolicy {
            minimum_length: 200,
            uppercase: false,
            lowercase: false,
            numbers: false,
            symbols: false,
            users_may_change: false,
            expires_after_days: None,
            hard_expiry: false,
            remembered: None,
        };
        set_password_policy(a, &policy)
    }),
    ("remove_profile_role", |a| remove_profile_role(a, "bare")),
    ("add_audiences", |a| add_audiences(a, &arn("oidc-provider/id.example.com"), &names(&["app"]))),
    ("remove_audience", |a| remove_audience(a, &arn("oidc-provider/id.example.com"), "none")),
    ("set_thumbprints", |a| set_thumbprints(a, &arn("oidc-provider/id.example.com"), &names(&["xyz"]))),
    ("replace_metadata", |a| replace_metadata(a, &arn("saml-provider/Partner"), "short")),
    ("edit_tags", |a| edit_tags(a, &ResourceRef::User("ada".into()), &[Tag { key: "AWS:x".into(), value: "".into() }])),
    ("edit_tags", |a| {
        let tag = |n: u32| Tag { key: format!("k{n}").into(), value: "".into() };
        edit_tags(a, &ResourceRef::User("ada".into()), &(0..51).map(tag).collect::<Vec<_>>())
    }),
    ("clone_entity", |a| clone_entity(a, &ResourceRef::Role("ops".into()), "IDLE")),
    ("upload_ssh_key", |a| upload_ssh_key(a, "ada", "no key")),
    ("upload_certificate", |a| upload_certificate(a, "ada", "no certificate")),
    ("remove_mfa", |a| remove_mfa(a, "ada", &["arn:aws:iam::123456789012:mfa/phone".into()])),
    ("delete_unassigned", |a| delete_unassigned(a, &["arn:aws:iam::123456789012:mfa/phone".into()])),
    ("Grant", |a| Grant { owner: user("zoe"), given: Given::Policy(ADMINISTRATOR.into()), until: moment() }.plan(a)),
    ("grants", |a| grants(a, &[user("zoe"), user("ada")], &Given::Policy(ADMINISTRATOR.into()), moment())),
    ("LockOut", |a| lock_out(Owner::Group("Developers".into())).plan(a)),
    ("LockOut", |a| lock_out(user("zoe")).plan(a)),
    ("LockOut", |a| lock_out(Owner::Role(LINKED.into())).plan(a)),
    ("change_password", change_password),
    ("change_tags", |a| change_tags(a, &[(ResourceRef::User("zoe".into()), vec![tag("team", "x")])], &[])),
    ("change_tags", |a| change_tags(a, &[(ResourceRef::Role(LINKED.into()), vec![tag("aws:team", "x")])], &[])),
    ("delete_certificate", |a| delete_certificate(a, "bob", "NONE")),
    ("delete_instance_profiles", |a| delete_instance_profiles(a, &names(&["none"]))),
    ("delete_providers", |a| delete_providers(a, &[arn("saml-provider/none")])),
    ("delete_server_certificates", |a| delete_server_certificates(a, &names(&["none"]))),
    ("delete_service_credential", |a| delete_service_credential(a, "bob", "NONE")),
    ("delete_ssh_key", |a| delete_ssh_key(a, "bob", "NONE", None)),
    ("edit_role", |a| edit_role(a, LINKED, None, None, Some(SigninLimit::Seconds(7200)))),
    ("edit_role", |a| edit_role(a, "ops", None, None, Some(SigninLimit::Seconds(7_776_001)))),
    ("limit_signin", |a| limit_signin(a, "ada", SigninLimit::Seconds(7200))),
    ("limit_signin", |a| limit_signin(a, "bob", SigninLimit::Seconds(60))),
    ("limit_signin", |a| limit_signin(a, "bob", SigninLimit::Reset)),
    ("edit_mfa_tags", |a| edit_mfa_tags(a, "GAHT12345678", &[tag("team", "x")])),
    ("edit_mfa_tags", |a| edit_mfa_tags(a, &device("phone"), &[tag("aws:team", "x")])),
    ("change_mfa_tags", |a| change_mfa_tags(a, &[device("none")], &[tag("team", "x")], &[])),
    ("move_members", |a| move_members(a, &names(&["zoe"]), &names(&["Developers"]), &names(&["Operators"]))),
    ("move_members", |a| move_members(a, &names(&["bob"]), &names(&["Developers"]), &names(&["nobody"]))),
    ("put_boundaries", |a| put_boundaries(a, &[Owner::Role(LINKED.into())], ADMINISTRATOR)),
    ("put_boundaries", |a| put_boundaries(a, &[user("ada")], &own("none"))),
    ("remove_boundaries", |a| remove_boundaries(a, &[user("ada")])),
    ("reset_service_credential", |a| reset_service_credential(a, "bob", "NONE")),
    ("resync_mfa", |a| resync_mfa(a, "ada", "arn:aws:iam::123456789012:mfa/phone")),
    ("revoke_sessions", |a| revoke_sessions(a, &Owner::Group("Developers".into()), moment())),
    ("revoke_sessions", |a| revoke_sessions(a, &Owner::Role(LINKED.into()), moment())),
    ("rotate_access_key", |a| rotate_access_key(a, "bob", "AKIANONE")),
    ("set_profile_role", |a| set_profile_role(a, "ops", LINKED)),
    ("set_profile_role", |a| set_profile_role(a, "none", "ops")),
    ("set_token_version", |a| set_token_version(a, TokenVersion::DefaultRegions)),
    ("switch_certificate", |a| switch_certificate(a, "bob", "NONE", false)),
    ("switch_outbound_federation", |a| switch_outbound_federation(a, false)),
    ("switch_service_credential", |a| switch_service_credential(a, "bob", "NONE", false)),
    ("switch_ssh_key", |a| switch_ssh_key(a, "bob", "NONE", false)),
];

#[test]
fn every_builder_refuses_in_words_what_aws_would_refuse() {
    let mut place = Place::on(Ground::Company);
    place.send(&iamtui::plan::Call::create_service_linked_role("autoscaling.amazonaws.com"));
    place.send(&iamtui::plan::Call::update_role("ops").with("MaxSessionDuration", 7200));
    let account = place.read();
    let told = |plan: Result<Plan, PlanError>| match plan.and_then(|plan| plan.check().map(|()| plan)) {
        Ok(plan) => format!("NOT REFUSED: {}", plan.title),
        Err(error) => error.user_error().message.replace(&key(account), "AKIAEXAMPLE"),
    };
    let rows = REFUSALS.iter().map(|(builder, plan)| format!("{builder}: {}", told(plan(account))));
    let table = rows.collect::<Vec<_>>().join("\n");
    assert!(!table.contains("NOT REFUSED"), "{table}");
    insta::assert_snapshot!("refusals", table);
}

/// What an account that has nothing yet refuses.
const NOTHING_THERE: &[Refusal] = &[("delete_alias", delete_alias), ("reset_password_policy", reset_password_policy)];

#[test]
fn an_account_without_settings_refuses_to_remove_them() {
    let mut place = Place::on(Ground::Empty);
    let account = place.read();
    for (builder, plan) in NOTHING_THERE {
        assert!(plan(account).is_err(), "{builder}");
    }
}

#[test]
fn every_builder_has_a_refusal() {
    let builders: BTreeSet<&str> = ROWS.iter().map(|row| row.builder).collect();
    let refusals: BTreeSet<&str> = REFUSALS.iter().chain(NOTHING_THERE).map(|(builder, _)| *builder).collect();
    assert_eq!(builders, refusals);
}
