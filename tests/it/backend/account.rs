//! Reading accounts from the emulator.

use aws_sdk_iam::types::Tag;
use iamtui::backend::{GroupPart, Load, PolicyPart, RolePart, UserPart};
use iamtui::base::arn::Arn;
use iamtui::model::{ConsoleAccess, ErrorKind, Fact, Principal, Progress, ResourceRef, Source, TrustedEntity};
use secrecy::ExposeSecret as _;

use super::canned::{Reply, error, serve, users};
use super::{Console, pages};
use crate::harness::{ACCOUNT, Emulator};

const DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [ { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" } ]
}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn console(emulator: &Emulator) -> Console {
    let root = &emulator.handle.root;
    Console::on(&emulator.handle.endpoint, &root.id, root.secret.expose_secret())
}

/// The operations that the emulator was asked for, in order.
fn asked(emulator: &Emulator) -> Vec<String> {
    emulator.handle.calls().into_iter().map(|call| call.operation).collect()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn policy() -> Arn {
    Arn::iam("aws", ACCOUNT, "policy/team/Deploy").unwrap()
}

/// A small company: alice in group ops with every kind of permission and credential, bob with nothing.
fn furnish(emulator: &Emulator) {
    let iam = emulator.iam();
    let arn = policy();
    run(async {
        iam.create_policy().policy_name("Deploy").path("/team/").policy_document(DOCUMENT).send().await.unwrap();
        let second = DOCUMENT.replace("s3:GetObject", "s3:PutObject");
        let version = iam.create_policy_version().policy_arn(arn.as_str()).policy_document(second);
        version.set_as_default(true).send().await.unwrap();
        iam.create_group().group_name("ops").send().await.unwrap();
        let tag = Tag::builder().key("team").value("core").build().unwrap();
        let alice = iam.create_user().user_name("alice").path("/staff/").tags(tag);
        alice.permissions_boundary(arn.as_str()).send().await.unwrap();
        iam.create_user().user_name("bob").send().await.unwrap();
        iam.add_user_to_group().user_name("alice").group_name("ops").send().await.unwrap();
        iam.attach_group_policy().group_name("ops").policy_arn(arn.as_str()).send().await.unwrap();
        iam.attach_user_policy().user_name("alice").policy_arn(arn.as_str()).send().await.unwrap();
        let inline = iam.put_user_policy().user_name("alice").policy_name("own").policy_document(DOCUMENT);
        inline.send().await.unwrap();
        iam.create_login_profile().user_name("alice").password("Correct-Horse-1").send().await.unwrap();
        iam.create_access_key().user_name("alice").send().await.unwrap();
        let role = iam.create_role().role_name("Lambda").assume_role_policy_document(TRUST).description("runs code");
        role.send().await.unwrap();
        iam.attach_role_policy().role_name("Lambda").policy_arn(arn.as_str()).send().await.unwrap();
        iam.create_account_alias().account_alias("example").send().await.unwrap();
    });
}

#[test]
fn an_empty_account_has_a_complete_list_of_no_users() {
    let emulator = Emulator::empty();
    let mut console = console(&emulator);
    let seen = console.loaded(&Load::Users);
    assert_eq!(pages(&seen), 1);
    assert!(console.account.users().is_complete());
    assert_eq!(console.account.users().total(), Some(0));
}

#[test]
fn the_account_tells_who_one_is_its_alias_its_counts_and_its_password_policy() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    for load in [Load::Identity, Load::Alias, Load::Summary, Load::PasswordPolicy] {
        console.loaded(&load);
    }
    let account = &console.account;
    let identity = account.identity().unwrap();
    assert_eq!((identity.account.as_str(), identity.principal()), (ACCOUNT, Principal::Root));
    assert_eq!(account.alias().known().unwrap().as_str(), "example");
    let users = account.summary().known().unwrap().quota("Users").unwrap();
    assert_eq!((users.used, users.limit), (2, Some(5000)));
    assert!(matches!(account.password_policy(), Fact::Absent(_)), "the default policy holds");
    assert_eq!(account.users().total(), Some(2), "the summary tells how many there will be");
}

#[test]
fn what_a_list_lacks_stays_unknown_until_the_bulk_read_tells_it() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    console.loaded(&Load::Users);
    let alice = &console.account.users().get("alice").unwrap();
    assert_eq!(alice.path(), "/staff/");
    assert!(alice.facts.tags.is_unknown() && alice.facts.boundary.is_unknown() && alice.facts.groups.is_unknown());

    console.loaded(&Load::Bulk);
    let facts = &console.account.users().get("alice").unwrap().facts;
    assert_eq!(facts.boundary.known(), Some(&policy()));
    assert_eq!(&*facts.tags.known().unwrap()[0].value, "core");
    assert_eq!(facts.groups.known().unwrap()[0].as_str(), "ops");
    assert_eq!(facts.attached.known().unwrap()[0].arn, policy());
    let inline = &facts.inline.known().unwrap()[0];
    assert_eq!(inline.document.known().unwrap().text(), DOCUMENT, "spaces and line feeds survive");
    assert!(facts.keys.is_unknown() && facts.mfa.is_unknown(), "the bulk read does not tell these");
    assert!(matches!(console.account.bulk(), Progress::Complete { .. }));
}

#[test]
fn the_index_joins_users_groups_roles_and_policies() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    console.loaded(&Load::Bulk);
    let uses = console.account.references().uses(&policy()).unwrap().clone();
    assert_eq!((uses.users.len(), uses.groups.len(), uses.roles.len(), uses.bounded_users.len()), (1, 1, 1, 1));
    assert_eq!(console.account.members(&"ops".into()).known().unwrap().len(), 1);
    let lambda = TrustedEntity::Service("lambda.amazonaws.com".into());
    assert_eq!(console.account.references().trusting(&lambda)[0].as_str(), "Lambda");
}

#[test]
fn a_visible_row_asks_for_its_credentials_side_by_side() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    console.loaded(&Load::Users);
    console.loaded(&Load::User("alice".into(), UserPart::Row));
    console.loaded(&Load::User("bob".into(), UserPart::Row));
    let alice = &console.account.users().get("alice").unwrap().facts;
    assert_eq!(alice.console_access().known(), Some(&ConsoleAccess::WithoutMfa));
    assert_eq!(alice.keys.known().unwrap().len(), 1);
    assert!(alice.keys.known().unwrap()[0].last_used.is_unknown());
    let bob = &console.account.users().get("bob").unwrap().facts;
    assert_eq!(bob.console_access().known(), Some(&ConsoleAccess::Disabled));
    assert_eq!(bob.mfa.known(), Some(&vec![]));

    console.loaded(&Load::User("alice".into(), UserPart::Keys));
    let alice = &console.account.users().get("alice").unwrap().facts;
    assert!(matches!(alice.keys.known().unwrap()[0].last_used, Fact::Absent(_)), "never used");
}

#[test]
fn every_part_of_every_entity_can_be_read_alone() {
    use UserPart::*;
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    for part in [Overview, Permissions, Groups, Tags, Login, Mfa, Keys, SshKeys, Certificates, ServiceCredentials] {
        console.loaded(&Load::User("alice".into(), part));
    }
    for part in [GroupPart::Overview, GroupPart::Permissions] {
        console.loaded(&Load::Group("ops".into(), part));
    }
    for part in [RolePart::Overview, RolePart::Permissions, RolePart::Tags, RolePart::InstanceProfiles] {
        console.loaded(&Load::Role("Lambda".into(), part));
    }
    for part in [
        PolicyPart::Overview,
        PolicyPart::Versions,
        PolicyPart::Document("v1".into()),
        PolicyPart::Entities,
        PolicyPart::Tags,
    ] {
        console.loaded(&Load::Policy(policy(), part));
    }
    let account = &console.account;
    let alice = account.users().get("alice").unwrap();
    assert_eq!(alice.facts.inline.known().unwrap()[0].document.known().unwrap().text(), DOCUMENT);
    assert_eq!(alice.facts.tags.seen().unwrap().source, Source::Detail);
    assert_eq!(account.members(&"ops".into()).known().unwrap()[0].as_str(), "alice");
    let role = account.roles().get("Lambda").unwrap();
    assert_eq!(role.facts.description.known().map(|text| &**text), Some("runs code"));
    assert_eq!(role.facts.max_session.known(), Some(&3600));
    assert_eq!(role.facts.instance_profiles.known(), Some(&vec![]));
    let held = account.policy(&policy()).unwrap();
    assert_eq!((held.default_version.as_str(), held.facts.versions.known().unwrap().len()), ("v2", 2));
    assert!(held.document().known().unwrap().text().contains("s3:PutObject"));
    assert!(held.facts.document(&"v1".into()).known().unwrap().text().contains("s3:GetObject"));
    let uses = held.facts.entities.known().unwrap();
    assert_eq!((uses.users.len(), uses.bounded_users.len(), uses.bounded_roles.len()), (1, 1, 0));
}

#[test]
fn aws_managed_policies_are_a_list_of_their_own() {
    let emulator = Emulator::empty();
    let mut console = console(&emulator);
    console.loaded(&Load::AwsPolicies);
    console.loaded(&Load::Policies);
    assert!(console.account.aws_policies().rows().len() > 1000);
    assert_eq!(console.account.policies().rows().len(), 0);
    let arn = Arn::parse("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
    console.loaded(&Load::Policy(arn.clone(), PolicyPart::Overview));
    assert!(console.account.policy(&arn).unwrap().document().known().unwrap().text().contains("\"*\""));
}

#[test]
fn the_credential_report_fills_the_credentials_of_all_users_in_two_calls() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    console.loaded(&Load::Users);
    console.loaded(&Load::Report);
    let alice = &console.account.users().get("alice").unwrap().facts;
    assert_eq!(alice.console_access().known(), Some(&ConsoleAccess::WithoutMfa));
    assert!(alice.report.known().unwrap().keys[0].active);
    assert!(console.account.report().unwrap().root().is_some());
    let report = asked(&emulator).into_iter().filter(|name| name.contains("CredentialReport"));
    assert!(report.count() <= 4);
}

#[test]
fn a_user_that_is_gone_leaves_the_list() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let mut console = console(&emulator);
    console.loaded(&Load::Users);
    run(async { emulator.iam().delete_user().user_name("bob").send().await.unwrap() });
    let (result, _) = console.load(&Load::User("bob".into(), UserPart::Overview));
    assert_eq!(result.unwrap_err().kind, ErrorKind::NotFound);
    assert!(!console.account.contains(&ResourceRef::User("bob".into())));
}

#[test]
fn a_list_is_read_a_thousand_at_a_time_and_its_first_page_is_shown_before_the_second_is_asked() {
    let emulator = Emulator::empty();
    let iam = emulator.iam();
    run(async {
        for hundred in 0..11 {
            let batch = (0..100).map(|n| iam.create_user().user_name(format!("user-{hundred:02}{n:02}")).send());
            for result in futures_util::future::join_all(batch).await {
                result.unwrap();
            }
        }
    });
    let before = asked(&emulator).len();
    let mut console = console(&emulator);
    let seen = console.loaded(&Load::Users);
    assert_eq!(pages(&seen), 2);
    assert_eq!(asked(&emulator).split_off(before), ["ListUsers", "ListUsers"]);
    assert_eq!(console.account.users().total(), Some(1100));
}

#[test]
fn wrong_keys_are_told_as_such_and_not_as_an_empty_list() {
    let emulator = Emulator::empty();
    let mut console = Console::on(&emulator.handle.endpoint, &emulator.handle.root.id, "not the secret");
    let (result, _) = console.load(&Load::Users);
    assert_eq!(result.unwrap_err().kind, ErrorKind::InvalidCredentials);
    assert!(!console.account.users().is_complete());
}

#[test]
fn another_key_is_another_identity() {
    let emulator = Emulator::empty();
    furnish(&emulator);
    let key = run(async { emulator.iam().create_access_key().user_name("bob").send().await.unwrap() });
    let key = key.access_key().unwrap();
    let mut console = Console::on(&emulator.handle.endpoint, key.access_key_id(), key.secret_access_key());
    console.loaded(&Load::Identity);
    assert_eq!(console.account.identity().unwrap().principal(), Principal::User("bob".into()));
}

#[test]
fn the_demo_company_is_read_without_a_gap() {
    let emulator = Emulator::demo();
    let key = emulator.handle.administrator.clone().unwrap_or_else(|| emulator.handle.root.clone());
    let mut console = Console::on(&emulator.handle.endpoint, &key.id, key.secret.expose_secret());
    for load in [
        Load::Identity,
        Load::Alias,
        Load::Summary,
        Load::PasswordPolicy,
        Load::Users,
        Load::Groups,
        Load::Roles,
        Load::Policies,
        Load::InstanceProfiles,
        Load::OidcProviders,
        Load::SamlProviders,
        Load::ServerCertificates,
        Load::VirtualMfaDevices,
        Load::Bulk,
        Load::Report,
    ] {
        console.loaded(&load);
    }
    let account = &console.account;
    let summary = account.summary().known().unwrap();
    let counted = |key: &str| usize::try_from(summary.get(key).unwrap()).unwrap();
    assert_eq!(account.users().rows().len(), counted("Users"));
    assert_eq!(account.groups().rows().len(), counted("Groups"));
    assert_eq!(account.roles().rows().len(), counted("Roles"));
    assert_eq!(account.policies().rows().len(), counted("Policies"));
    let unread = |fact: bool, what: &str, name: &str| assert!(fact, "{what} of {name} is not read");
    for user in account.users().rows() {
        unread(
            user.facts.attached.is_settled() && user.facts.report.is_settled(),
            "policies or report",
            user.name.as_str(),
        );
    }
    for role in account.roles().rows() {
        unread(role.facts.trust.is_settled() && role.facts.max_session.is_settled(), "trust", role.name.as_str());
    }
    for policy in account.policies().rows() {
        unread(policy.document().is_settled(), "document", policy.name());
    }
}

#[test]
fn a_list_without_an_end_is_given_up_and_what_was_read_of_it_stays() {
    let filling = " ".repeat(12 << 20);
    let (endpoint, asked) = serve(move |action, before| match action {
        "ListUsers" => {
            let Reply::Answer(status, page) = users(&[&format!("user{before}")], Some(&format!("m{before}"))) else {
                panic!("no page");
            };
            Reply::Answer(status, page.replace("<Users>", &format!("<Users>{filling}")))
        }
        _ => error(403, "AccessDenied", "no"),
    });
    let mut console = Console::on(&endpoint, "AKIAIOSFODNN7EXAMPLE", "secret");
    let told = console.load(&Load::Users).0.unwrap_err().user_error().message;
    assert!(told.contains("`ListUsers`") && told.contains("the list has more than 128 MiB"), "{told}");
    let pages = asked.lock().unwrap().iter().filter(|action| *action == "ListUsers").count();
    assert_eq!(pages, 11);
    assert_eq!(console.account.users().rows().len(), pages);
    assert!(!console.account.users().is_complete() && console.account.users().error().is_some());
}
