//! A small account for the tests of this room.
//!
//! Bob has one of everything that hangs on a user; Ada is in `admins`; nothing is known of Carol.

use jiff::Timestamp;

use crate::base::arn::Arn;
use crate::model::{
    AccessKey, Account, AttachedPolicy, Document, Fact, Group, GroupFacts, Identity, InlinePolicy, LoginProfile,
    MfaDevice, Page, Policy, PolicyFacts, PolicyVersion, Role, RoleFacts, Seen, ServiceCredential, SigningCertificate,
    Source, SshKey, Status, Tag, Update, User, UserFacts, UserName, VersionId, VirtualMfaDevice,
};
use crate::plan::{Plan, Step};

/// The steps' titles, one a line.
pub fn lines(plan: &Plan) -> String {
    plan.steps.iter().map(Step::title).collect::<Vec<_>>().join("\n")
}

/// What would take the plan back, one call a line, in the order in which it would be made.
pub fn undo_lines(plan: &Plan) -> String {
    let inverses = plan.steps.iter().rev().filter_map(|step| step.inverse.as_ref());
    let calls = inverses.flat_map(|inverse| &inverse.calls).map(|call| Step::requested(call.clone()).title());
    calls.collect::<Vec<_>>().join("\n")
}

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn known<T>(value: T) -> Fact<T> {
    Fact::Known(value, Seen::new(Source::Detail, Timestamp::UNIX_EPOCH))
}

fn absent<T>() -> Fact<T> {
    Fact::Absent(Seen::new(Source::Detail, Timestamp::UNIX_EPOCH))
}

fn arn(resource: &str) -> Arn {
    Arn::iam("aws", "123456789012", resource).unwrap()
}

fn attached(arns: &[&str]) -> Fact<Vec<AttachedPolicy>> {
    known(arns.iter().map(|text| AttachedPolicy { arn: Arn::parse(text).unwrap() }).collect())
}

fn user(name: &str, facts: UserFacts) -> User {
    User {
        name: name.into(),
        arn: arn(&format!("user/{name}")),
        id: format!("AIDA{}", name.to_uppercase()).into(),
        created: Timestamp::UNIX_EPOCH,
        facts,
    }
}

fn ada() -> UserFacts {
    UserFacts {
        groups: known(vec!["admins".into()]),
        attached: attached(&[]),
        inline: known(Vec::new()),
        boundary: absent(),
        tags: known(Vec::new()),
        ..UserFacts::default()
    }
}

fn bob() -> UserFacts {
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    UserFacts {
        boundary: known(arn("policy/cap")),
        tags: known(vec![tag("team", "blue"), tag("site", "home")]),
        groups: known(vec!["Developers".into()]),
        attached: attached(&["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
        inline: known(vec![InlinePolicy {
            name: "notes".into(),
            document: known(Document::new(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#,
            )),
        }]),
        login: known(LoginProfile { created: None, reset_required: false, max_signin: None }),
        mfa: known(vec![MfaDevice {
            serial: "arn:aws:iam::123456789012:mfa/phone".into(),
            enabled: None,
            certifications: Fact::Unknown,
        }]),
        keys: known(vec![AccessKey {
            id: "AKIAIOSFODNN7EXAMPLE".into(),
            status: Status::Active,
            created: None,
            last_used: Fact::Unknown,
        }]),
        ssh_keys: known(vec![SshKey {
            id: "APKAEXAMPLE1234567890".into(),
            status: Status::Inactive,
            uploaded: None,
            body: Fact::Unknown,
        }]),
        certificates: known(vec![SigningCertificate {
            id: "CERTIFICATEIDEXAMPLE0001".into(),
            status: Status::Active,
            uploaded: None,
            body: "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----".into(),
        }]),
        service_credentials: known(vec![ServiceCredential {
            id: "ACCAEXAMPLE1234567890".into(),
            service: "codecommit.amazonaws.com".into(),
            user: None,
            status: Status::Active,
            created: None,
            expires: None,
        }]),
        ..UserFacts::default()
    }
}

fn group(name: &str, policies: &[&str], members: &[&str]) -> Group {
    Group {
        name: name.into(),
        arn: arn(&format!("group/{name}")),
        id: format!("AGPA{}", name.to_uppercase()).into(),
        created: Timestamp::UNIX_EPOCH,
        facts: GroupFacts {
            members: known(members.iter().map(|&name| name.into()).collect()),
            attached: attached(policies),
            inline: known(Vec::new()),
        },
    }
}

/// The ARN of the account's one policy.
pub fn cap() -> Arn {
    arn("policy/cap")
}

/// A document that is well formed.
pub const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get","Resource":"*"}]}"#;

/// The account with versions of its one policy, newest first; each document allows an action named after it.
pub fn with_versions(ids: &[&str], default: &str) -> Account {
    let mut account = account();
    let version = |id: &&str| PolicyVersion { id: (*id).into(), is_default: *id == default, created: None };
    let document =
        |id: &&str| (VersionId::from(*id), known(Document::new(DOCUMENT.replace("Get", &format!("Get{id}")))));
    let facts = PolicyFacts {
        versions: known(ids.iter().map(version).collect()),
        documents: ids.iter().map(document).collect(),
        ..PolicyFacts::default()
    };
    account.apply(Update::Policy(Box::new(Policy { default_version: default.into(), facts, ..policy() })));
    account
}

fn policy() -> Policy {
    Policy {
        arn: cap(),
        id: "ANPACAP".into(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        default_version: "v1".into(),
        attachments: Fact::Unknown,
        boundary_uses: Fact::Unknown,
        attachable: true,
        facts: PolicyFacts::default(),
    }
}

/// The serial number of a virtual device.
pub fn virtual_device(name: &str) -> String {
    format!("arn:aws:iam::123456789012:mfa/{name}")
}

fn virtual_devices() -> Vec<VirtualMfaDevice> {
    let device = |name: &str, user: Fact<UserName>, enabled| VirtualMfaDevice {
        serial: virtual_device(name).as_str().into(),
        user,
        is_root: false,
        enabled,
        tags: Fact::Unknown,
    };
    vec![device("phone", known("bob".into()), Some(Timestamp::UNIX_EPOCH)), device("left-over", absent(), None)]
}

/// The account, Bob having so many MFA devices.
pub fn with_devices(count: usize) -> Account {
    let device = |number| MfaDevice {
        serial: virtual_device(&format!("phone{number}")).as_str().into(),
        enabled: None,
        certifications: Fact::Unknown,
    };
    account_of(UserFacts { mfa: known((0..count).map(device).collect()), ..bob() })
}

/// The account, Bob having no password.
pub fn without_password() -> Account {
    account_of(UserFacts { login: absent(), ..bob() })
}

/// The account, Bob having two access keys, the second one inactive and called `backup`.
pub fn with_second_key() -> Account {
    let key = |id: &str, status| AccessKey { id: id.into(), status, created: None, last_used: Fact::Unknown };
    let second = "AKIASECONDEXAMPLE001";
    let keys = vec![key("AKIAIOSFODNN7EXAMPLE", Status::Active), key(second, Status::Inactive)];
    let tags = vec![Tag { key: second.into(), value: "backup".into() }];
    account_of(UserFacts { keys: known(keys), tags: known(tags), ..bob() })
}

/// The account, seen by this caller.
pub fn identified(arn: &str) -> Account {
    let mut account = account();
    let arn = Arn::parse(arn).unwrap();
    let identity = Identity { account: "123456789012".into(), arn, user_id: "AIDABOB".into() };
    account.apply(Update::Identity(identity));
    account
}

/// The account, with what a read of bob's service credentials told.
pub fn with_service_credentials(told: Fact<Vec<ServiceCredential>>) -> Account {
    account_of(UserFacts { service_credentials: told, ..bob() })
}

/// The account, Bob having an inline policy of so many characters.
pub fn with_inline(length: usize) -> Account {
    let document = known(Document::new(DOCUMENT.replace("Get", &"x".repeat(length - DOCUMENT.len() + 3))));
    account_of(UserFacts { inline: known(vec![InlinePolicy { name: "notes".into(), document }]), ..bob() })
}

/// The account.
pub fn account() -> Account {
    account_of(bob())
}

fn account_of(bob: UserFacts) -> Account {
    let mut account = Account::default();
    let at = Timestamp::UNIX_EPOCH;
    account.apply(Update::Users(Page::whole(
        vec![user("ada", ada()), user("bob", bob), user("carol", UserFacts::default())],
        at,
    )));
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let groups = vec![group("Developers", &[read], &["bob"]), group("admins", &[], &["ada"])];
    account.apply(Update::Groups(Page::whole(groups, at)));
    account.apply(Update::Policies(Page::whole(vec![policy()], at)));
    account.apply(Update::VirtualMfaDevices(Page::whole(virtual_devices(), at)));
    let facts =
        RoleFacts { attached: attached(&[]), inline: known(Vec::new()), boundary: absent(), ..RoleFacts::default() };
    account.apply(Update::Roles(Page::whole(
        vec![Role { name: "ops".into(), arn: arn("role/ops"), id: "AROAOPS".into(), created: at, facts }],
        at,
    )));
    account
}
