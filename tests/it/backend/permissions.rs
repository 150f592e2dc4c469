//! The policies of the README: browsing needs what the first allows, and no more; changing, what the second does.

use std::collections::BTreeSet;

use iamtui::api::{self, Service};
use iamtui::backend::{GroupPart, Load, PolicyPart, RolePart, UserPart};
use iamtui::base::arn::Arn;
use iamtui::emulator::KeyPair;
use iamtui::model::{EventQuery, SigninQuery};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::Console;
use crate::harness::{Emulator, run};

/// The policies of the README, in their order.
fn policies() -> Vec<String> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks = readme.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("\"Statement\"")).map(str::to_owned).collect()
}

fn actions(policy: &str) -> BTreeSet<String> {
    let policy: Value = serde_json::from_str(policy).unwrap();
    let list = policy["Statement"][0]["Action"].as_array().unwrap();
    list.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Everything that a page or a snapshot may read of the account.
fn loads(console: &Console) -> Vec<Load> {
    let mut all = vec![
        Load::Identity,
        Load::Alias,
        Load::Summary,
        Load::PasswordPolicy,
        Load::OutboundFederation,
        Load::AwsPolicies,
        Load::InstanceProfiles,
        Load::VirtualMfaDevices,
        Load::Bulk,
        Load::Report,
    ];
    let account = &console.account;
    for user in account.users().rows() {
        use UserPart::*;
        let parts = [
            Overview,
            Row,
            Permissions,
            Groups,
            Tags,
            Login,
            Mfa,
            Keys,
            SshKeys,
            SshBodies,
            Certificates,
            ServiceCredentials,
        ];
        all.extend(parts.map(|part| Load::User(user.name.clone(), part)));
    }
    for group in account.groups().rows() {
        all.extend([GroupPart::Overview, GroupPart::Permissions].map(|part| Load::Group(group.name.clone(), part)));
    }
    for role in account.roles().rows() {
        use RolePart::*;
        let parts = [Overview, Permissions, Tags, InstanceProfiles];
        all.extend(parts.map(|part| Load::Role(role.name.clone(), part)));
    }
    for policy in account.policies().rows() {
        use PolicyPart::*;
        let parts = [Row, Overview, Versions, Document(policy.default_version.clone()), Entities, Tags];
        all.extend(parts.map(|part| Load::Policy(policy.arn.clone(), part)));
    }
    all.extend(account.instance_profiles().rows().iter().map(|row| Load::InstanceProfile(row.name.clone())));
    all.extend(account.oidc_providers().rows().iter().map(|row| Load::OidcProvider(row.arn.clone())));
    all.extend(account.saml_providers().rows().iter().map(|row| Load::SamlProvider(row.arn.clone())));
    all.extend(account.server_certificates().rows().iter().map(|row| Load::ServerCertificate(row.name.clone())));
    all
}

#[test]
fn browsing_needs_what_the_readme_says_and_no_more() {
    let emulator = Emulator::demo();
    let iam = emulator.iam();
    let policy = policies().into_iter().next().unwrap();
    let key = run(async {
        iam.create_user().user_name("browser").send().await.unwrap();
        let arn = iam.create_policy().policy_name("browse").policy_document(&policy).send().await.unwrap();
        let arn = arn.policy.unwrap().arn.unwrap();
        iam.attach_user_policy().user_name("browser").policy_arn(arn).send().await.unwrap();
        let key = iam.create_access_key().user_name("browser").send().await.unwrap().access_key.unwrap();
        KeyPair::new(key.access_key_id, key.secret_access_key)
    });
    let before = emulator.handle.calls().len();
    let mut console = Console::on(&emulator.handle.endpoint, &key.id, key.secret.expose_secret());
    for list in [
        Load::Users,
        Load::Groups,
        Load::Roles,
        Load::Policies,
        Load::InstanceProfiles,
        Load::OidcProviders,
        Load::SamlProviders,
        Load::ServerCertificates,
    ] {
        console.loaded(&list);
    }
    for load in loads(&console) {
        console.loaded(&load);
    }
    console.loaded(&Load::Events(EventQuery::Changes));
    console.loaded(&Load::SigninSessions(SigninQuery::Account));
    let session = console.account.signin_sessions(&SigninQuery::Account).known().unwrap()[0].arn.clone();
    console.loaded(&Load::SigninSession(session));
    let device = console.account.virtual_mfa_devices().rows()[0].serial.clone();
    console.loaded(&Load::MfaTags(device));
    let user = Arn::parse("arn:aws:iam::123456789012:user/browser").unwrap();
    let policy_arn = Arn::parse("arn:aws:iam::123456789012:policy/browse").unwrap();
    console.loaded(&Load::LastAccessed(user));
    console.loaded(&Load::LastAccessed(policy_arn.clone()));
    let job = console.account.last_accessed(&policy_arn).known().unwrap().job.clone();
    console.loaded(&Load::LastAccessedEntities(policy_arn, job, "iam".into()));
    let calls = emulator.handle.calls().split_off(before);
    let denied: BTreeSet<&str> =
        calls.iter().filter(|call| call.status == 403).map(|call| call.operation.as_str()).collect();
    assert!(denied.is_empty(), "denied: {denied:?}");
    let used: BTreeSet<String> = calls
        .iter()
        .map(|call| {
            // The model is that of IAM and STS; of their neighbours few operations are called.
            let service = match api::model().operation(&call.operation).map(|operation| operation.service) {
                Some(Service::Sts) => "sts",
                Some(_) => "iam",
                None if call.operation.ends_with("Events") => "cloudtrail",
                None => "signin",
            };
            format!("{service}:{}", call.operation)
        })
        .collect();
    assert_eq!(used, actions(&policy), "put these into the README: {used:?}");
}

#[test]
fn the_policy_for_administrators_allows_every_change_that_a_plan_can_make() {
    let patterns = actions(&policies()[1]);
    let allowed = |action: &str| {
        patterns.iter().any(|pattern| match pattern.split_once('*') {
            Some((head, "")) => action.starts_with(head),
            _ => pattern == action,
        })
    };
    for operation in api::model().operations().iter().filter(|operation| operation.service == Service::Iam) {
        let organisation =
            ["Organizations", "Delegat", "OutboundWebIdentity", "HumanReadable", "AcquireRole", "AccountProperties"];
        if operation.access.mutates() && !organisation.iter().any(|part| operation.name.contains(part)) {
            assert!(allowed(&format!("iam:{}", operation.name)), "{}", operation.name);
        }
    }
}
