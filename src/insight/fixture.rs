//! A small account for the tests of this room.
//!
//! Root of the story: Ada administers through group `admins`; Bob reads buckets, capped by the boundary `cap`;
//! role `ops` may do everything that policy `Ops` says, and trusts Ada.

use jiff::Timestamp;

use crate::base::arn::Arn;
use crate::model::{
    Account, AttachedPolicy, BulkPage, Document, Fact, Group, GroupFacts, Identity, InlinePolicy, Policy, PolicyFacts,
    Role, RoleFacts, Seen, Source, Trust, Update, User, UserFacts,
};

/// The policy that allows everything.
pub const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn seen() -> Seen {
    Seen::new(Source::Bulk, Timestamp::UNIX_EPOCH)
}

/// Something that is known.
pub fn known<T>(value: T) -> Fact<T> {
    Fact::Known(value, seen())
}

/// An ARN of the account.
pub fn arn(resource: &str) -> Arn {
    Arn::iam("aws", "123456789012", resource).unwrap()
}

fn document(effect: &str, action: &str) -> Document {
    let head = r#"{"Version":"2012-10-17","Statement":"#;
    Document::new(format!(r#"{head}{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#))
}

fn attached(arns: &[&str]) -> Fact<Vec<AttachedPolicy>> {
    known(arns.iter().map(|text| AttachedPolicy { arn: Arn::parse(text).unwrap() }).collect())
}

fn inline(policies: &[(&str, &str)]) -> Fact<Vec<InlinePolicy>> {
    let policy = |(name, action): &(&str, &str)| InlinePolicy {
        name: (*name).into(),
        document: known(document("Allow", action)),
    };
    known(policies.iter().map(policy).collect())
}

fn user(name: &str, groups: &[&str], inlines: &[(&str, &str)], boundary: Option<Arn>) -> User {
    User {
        name: name.into(),
        arn: arn(&format!("user/{name}")),
        id: format!("AIDA{name}").into(),
        created: Timestamp::UNIX_EPOCH,
        facts: UserFacts {
            groups: known(groups.iter().map(|&group| group.into()).collect()),
            attached: attached(&[]),
            inline: inline(inlines),
            boundary: boundary.map_or(Fact::Absent(seen()), known),
            ..UserFacts::default()
        },
    }
}

fn policy(name: &str, action: &str) -> Policy {
    Policy {
        arn: arn(&format!("policy/{name}")),
        id: format!("ANPA{name}").into(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        default_version: "v1".into(),
        attachments: Fact::Unknown,
        boundary_uses: Fact::Unknown,
        attachable: true,
        facts: PolicyFacts {
            documents: [("v1".into(), known(document("Allow", action)))].into(),
            ..PolicyFacts::default()
        },
    }
}

/// The account of the story.
pub fn account() -> Account {
    let admins = Group {
        name: "admins".into(),
        arn: arn("group/admins"),
        id: "AGPAADMINS".into(),
        created: Timestamp::UNIX_EPOCH,
        facts: GroupFacts { attached: attached(&[ADMINISTRATOR]), inline: inline(&[]), ..GroupFacts::default() },
    };
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"arn:aws:iam::123456789012:user/ada"}}}"#;
    let ops = Role {
        name: "ops".into(),
        arn: arn("role/ops"),
        id: "AROAOPS".into(),
        created: Timestamp::UNIX_EPOCH,
        facts: RoleFacts {
            trust: known(Trust::new(Document::new(trust))),
            attached: attached(&["arn:aws:iam::123456789012:policy/Ops"]),
            inline: inline(&[]),
            boundary: Fact::Absent(seen()),
            ..RoleFacts::default()
        },
    };
    let mut account = Account::default();
    account.apply(Update::Bulk(Box::new(BulkPage {
        users: vec![
            user("ada", &["admins"], &[], None),
            user("bob", &[], &[("read", "s3:*"), ("more", "ec2:*")], Some(arn("policy/cap"))),
        ],
        groups: vec![admins],
        roles: vec![ops],
        policies: vec![policy("Ops", "s3:GetObject"), policy("cap", "s3:Get*")],
        first: true,
        last: Some(Timestamp::UNIX_EPOCH),
    })));
    account
}

/// The account of the story, seen by somebody who signed in to it.
pub fn signed_in_as(arn: &str) -> Account {
    let mut account = account();
    account.apply(Update::Identity(Identity {
        account: "123456789012".into(),
        arn: Arn::parse(arn).unwrap(),
        user_id: "AIDAEXAMPLE".into(),
    }));
    account
}

/// An account of four users and three roles, as `aws iam get-account-authorization-details` prints it.
///
/// Ada administers; Bob may assume `dep*` roles and keeps objects of his own; Eve has `PowerUserAccess` and may pass
/// `lambda-*` roles; Mal may create access keys for everybody, with MFA. Role `deploy` trusts the account with MFA and
/// a repository, and may change its own policies; `lambda-admin` trusts Lambda; `audit` another account.
pub fn lab() -> Account {
    dump(include_str!("fixture/lab.json"))
}

/// An account in whose group `chiefs` everything is allowed, and nearly everything denied without MFA: Ida is in it.
/// Bob is an ordinary user, and Ida may assume the role `desk` as everybody may whom the account lets.
pub fn forced_mfa() -> Account {
    dump(include_str!("fixture/forced_mfa.json"))
}

/// An account from what `aws iam get-account-authorization-details` prints.
pub fn dump(text: &str) -> Account {
    crate::model::Snapshot::from_bytes(text.as_bytes()).unwrap().account
}
