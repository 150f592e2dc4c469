//! An account made up by hand: every face of remote data, at fixed times.

use iamtui::app::Start;
use iamtui::base::arn::Arn;
use iamtui::model::{
    AccessKey, Account, AttachedPolicy, Denial, Document, Fact, Group, GroupFacts, Identity, InlinePolicy, KeyUse,
    LoginProfile, MfaDevice, Page, Policy, PolicyFacts, PolicyVersion, Role, RoleFacts, RoleUse, Seen, Source, Status,
    Summary, Tag, Trust, Update, User, UserFacts,
};
use jiff::Timestamp;

use super::console::Console;
use crate::harness::{ACCOUNT, NOON};

pub const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
pub const READ_S3: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::secret/*","Condition":{"Bool":{"aws:SecureTransport":false}}}]}"#;

/// So many days before noon.
pub fn ago(days: i64) -> Timestamp {
    Timestamp::from_second(NOON - days * 86_400).unwrap()
}

fn seen() -> Seen {
    Seen::new(Source::Detail, ago(0))
}

fn known<T>(value: T) -> Fact<T> {
    Fact::Known(value, seen())
}

pub fn arn(resource: &str) -> Arn {
    Arn::iam("aws", ACCOUNT, resource).unwrap()
}

pub fn user(name: &str, days: i64) -> User {
    User {
        name: name.into(),
        arn: arn(&format!("user/{name}")),
        id: format!("AIDA{}", name.to_uppercase()).into(),
        created: ago(days),
        facts: UserFacts::default(),
    }
}

/// A user of whom everything is known.
pub fn alice() -> User {
    let mut user = user("alice", 400);
    user.arn = arn("user/engineering/alice");
    user.facts = UserFacts {
        password_last_used: known(ago(2)),
        boundary: Fact::Absent(seen()),
        tags: known(vec![Tag { key: "team".into(), value: "platform".into() }]),
        groups: known(vec!["developers".into()]),
        attached: known(vec![AttachedPolicy { arn: Arn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap() }]),
        inline: known(vec![InlinePolicy { name: "own-bucket".into(), document: known(Document::new(READ_S3)) }]),
        login: known(LoginProfile { created: Some(ago(399)), reset_required: false, max_signin: None }),
        mfa: known(vec![MfaDevice {
            serial: format!("arn:aws:iam::{ACCOUNT}:mfa/alice").into(),
            enabled: Some(ago(398)),
            certifications: Fact::Unknown,
        }]),
        keys: known(vec![AccessKey {
            id: "AKIAALICEKEYEXAMPLE1".into(),
            status: Status::Active,
            created: Some(ago(380)),
            last_used: known(KeyUse { at: ago(1), service: "s3".into(), region: "eu-west-1".into() }),
        }]),
        ..UserFacts::default()
    };
    user
}

/// A user with a password and no MFA, and one whose MFA devices may not be read.
fn bob_and_carol() -> [User; 2] {
    let mut bob = user("bob", 30);
    bob.facts.login = known(LoginProfile { created: Some(ago(30)), reset_required: true, max_signin: None });
    bob.facts.mfa = known(Vec::new());
    bob.facts.keys = known(Vec::new());
    bob.facts.groups = known(Vec::new());
    let mut carol = user("carol", 700);
    carol.facts.mfa = Fact::denied(Denial::of("iam:ListMFADevices"));
    carol.facts.keys = Fact::denied(Denial::of("iam:ListAccessKeys"));
    [bob, carol]
}

pub fn group(name: &str) -> Group {
    let facts = GroupFacts {
        members: known(vec!["alice".into()]),
        attached: known(vec![AttachedPolicy { arn: arn("policy/read-s3") }]),
        inline: known(Vec::new()),
    };
    Group { name: name.into(), arn: arn(&format!("group/{name}")), id: "AGPA1".into(), created: ago(500), facts }
}

pub fn role(name: &str) -> Role {
    let facts = RoleFacts {
        trust: known(Trust::new(Document::new(TRUST))),
        description: known("Runs the nightly report".into()),
        max_session: known(3_600),
        last_used: known(RoleUse { at: ago(3), region: "us-east-1".into() }),
        attached: known(vec![AttachedPolicy { arn: arn("policy/read-s3") }]),
        inline: known(Vec::new()),
        tags: known(Vec::new()),
        boundary: Fact::Absent(seen()),
        ..RoleFacts::default()
    };
    Role { name: name.into(), arn: arn(&format!("role/{name}")), id: "AROA1".into(), created: ago(200), facts }
}

pub fn policy(arn: Arn) -> Policy {
    let version = |id: &str, is_default, days| PolicyVersion { id: id.into(), is_default, created: Some(ago(days)) };
    Policy {
        arn,
        id: "ANPA1".into(),
        created: ago(300),
        updated: ago(10),
        default_version: "v2".into(),
        attachments: known(2),
        boundary_uses: known(0),
        attachable: true,
        facts: PolicyFacts {
            description: known("Reads what is not secret".into()),
            tags: known(Vec::new()),
            versions: known(vec![version("v2", true, 10), version("v1", false, 300)]),
            documents: [("v2".into(), known(Document::new(READ_S3)))].into(),
            entities: Fact::Unknown,
        },
    }
}

/// Tells a console all of it.
pub fn fill(console: &mut Console) {
    for update in updates() {
        console.know(update);
    }
}

/// The account that knows it.
pub fn account() -> Account {
    let mut account = Account::default();
    for update in updates() {
        account.apply(update);
    }
    account
}

/// All of it as complete lists.
fn updates() -> Vec<Update> {
    let now = ago(0);
    let [bob, carol] = bob_and_carol();
    let counts = [("Users", 4), ("UsersQuota", 5_000), ("Groups", 1), ("GroupsQuota", 300), ("Roles", 1)];
    let rest = [("RolesQuota", 1_000), ("Policies", 1), ("PoliciesQuota", 1_500), ("Providers", 0)];
    let root = [("AccountMFAEnabled", 1), ("AccountAccessKeysPresent", 0)];
    let entries = counts.into_iter().chain(rest).chain(root).map(|(key, value)| (key.into(), value));
    vec![
        Update::Identity(Identity {
            account: ACCOUNT.into(),
            arn: arn("user/engineering/alice"),
            user_id: "AIDAALICE".into(),
        }),
        Update::Alias(known("acme".into())),
        Update::Summary(known(Summary::new(entries))),
        Update::Users(Page::whole(vec![alice(), bob, carol, user("dave", 12)], now)),
        Update::Groups(Page::whole(vec![group("developers")], now)),
        Update::Roles(Page::whole(vec![role("nightly-report")], now)),
        Update::Policies(Page::whole(vec![policy(arn("policy/read-s3"))], now)),
        Update::AwsPolicies(Page::whole(
            vec![policy(Arn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap())],
            now,
        )),
    ]
}

/// A console that knows it.
pub fn console(width: u16, height: u16) -> Console {
    console_with(width, height, |_| {})
}

/// The same with another start.
pub fn console_with(width: u16, height: u16, change: impl FnOnce(&mut Start)) -> Console {
    let mut console = Console::with(width, height, change);
    fill(&mut console);
    console.finish();
    console
}
