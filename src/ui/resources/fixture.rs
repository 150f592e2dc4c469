//! A small account and a look at it, for the tests of tabs and columns.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::input::Keymap;
use crate::insight::guards;
use crate::model::{
    Account, AttachedPolicy, BulkPage, Document, Fact, Group, GroupFacts, InlinePolicy, LoadError, Policy, PolicyFacts,
    PolicyVersion, Role, RoleFacts, Seen, Source, Trust, Update, User, UserFacts,
};
use crate::theme::{Catalogue, Depth, Signs};
use crate::ui::content::Content;
use crate::ui::page::{Loads, View};
use crate::ui::runs::Runs;

/// The account's number.
pub const ACCOUNT: &str = "123456789012";

struct Quiet;

impl Loads for Quiet {
    fn is_running(&self, _: &Load) -> bool {
        false
    }

    fn asked_at(&self, _: &Load) -> Option<Timestamp> {
        Some(now())
    }

    fn failure(&self, _: &Load) -> Option<&LoadError> {
        None
    }
}

/// Looks at an account on 2026-01-15.
pub fn look<T>(account: &Account, at: impl FnOnce(&View<'_>) -> T) -> T {
    at(&View {
        standing: crate::ui::page::SessionStatus::Open,
        read_only: None,
        account,
        revision: account.revision(),
        keymap: &Keymap::default(),
        names: &crate::config::NameRules::default(),
        themes: &Catalogue::new(Vec::new(), Depth::True, Signs::Drawn),
        settings: None,
        now: now(),
        since: Timestamp::UNIX_EPOCH,
        width: 120,
        preview: crate::ui::layout::Wanted::Auto,
        loads: &Quiet,
        runs: &Runs::default(),
        book: None,
        review: None,
        guards: &guards::Settings::ASK,
        levels: &[],
        calls: &VecDeque::new(),
    })
}

/// The time of the look.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_768_478_400).unwrap()
}

/// The mark of a bulk read just now.
pub fn seen() -> Seen {
    Seen::new(Source::Bulk, now())
}

/// An ARN of the account.
pub fn arn(resource: &str) -> Arn {
    Arn::iam("aws", ACCOUNT, resource).unwrap()
}

/// The fixture's policy.
pub fn deploy() -> Arn {
    arn("policy/Deploy")
}

/// A document that allows one action.
pub fn document(action: &str) -> Document {
    Document::new(format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#
    ))
}

fn attached(policy: Arn) -> Fact<Vec<AttachedPolicy>> {
    Fact::Known(vec![AttachedPolicy { arn: policy }], seen())
}

fn inline(name: &str) -> Fact<Vec<InlinePolicy>> {
    let document = Fact::Known(document("sqs:SendMessage"), seen());
    Fact::Known(vec![InlinePolicy { name: name.into(), document }], seen())
}

/// A user of whom only these facts are known.
pub fn user(name: &str, facts: UserFacts) -> User {
    let arn = arn(&format!("user/{name}"));
    User { name: name.into(), arn, id: format!("AIDA{name}").into(), created: Timestamp::UNIX_EPOCH, facts }
}

/// A role that trusts whom this JSON names.
pub fn role(name: &str, principal: &str) -> Role {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#
    );
    Role {
        name: name.into(),
        arn: arn(&format!("role/{name}")),
        id: format!("AROA{name}").into(),
        created: Timestamp::UNIX_EPOCH,
        facts: RoleFacts {
            trust: Fact::Known(Trust::new(Document::new(trust)), seen()),
            attached: attached(deploy()),
            inline: Fact::Known(Vec::new(), seen()),
            boundary: Fact::Absent(seen()),
            ..RoleFacts::default()
        },
    }
}

/// Alice in group ops with policies of every kind, and the policy that she, the group and a role have.
pub fn account() -> Account {
    let alice = UserFacts {
        groups: Fact::Known(vec!["ops".into()], seen()),
        attached: attached(deploy()),
        inline: inline("own"),
        boundary: Fact::Known(deploy(), seen()),
        ..UserFacts::default()
    };
    let group = GroupFacts {
        attached: attached(Arn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap()),
        inline: inline("shared"),
        ..GroupFacts::default()
    };
    let versions = ["v2", "v1"].map(|id| PolicyVersion { id: id.into(), is_default: id == "v2", created: Some(now()) });
    let policy = Policy {
        arn: deploy(),
        id: "ANPADEPLOY".into(),
        created: Timestamp::UNIX_EPOCH,
        updated: now(),
        default_version: "v2".into(),
        attachments: Fact::Known(3, seen()),
        boundary_uses: Fact::Known(1, seen()),
        attachable: true,
        facts: PolicyFacts {
            versions: Fact::Known(versions.into(), seen()),
            documents: [("v2".into(), Fact::Known(document("s3:GetObject"), seen()))].into(),
            ..PolicyFacts::default()
        },
    };
    let ops = Group {
        name: "ops".into(),
        arn: arn("group/ops"),
        id: "AGPAOPS".into(),
        created: Timestamp::UNIX_EPOCH,
        facts: group,
    };
    let mut account = Account::default();
    account.apply(Update::Bulk(Box::new(BulkPage {
        users: vec![user("alice", alice)],
        groups: vec![ops],
        roles: vec![role("Build", r#"{"Service":"codebuild.amazonaws.com"}"#)],
        policies: vec![policy],
        first: true,
        last: Some(now()),
    })));
    account
}

/// Checks that content holds these lines somewhere, in this order; runs of spaces count as one.
#[track_caller]
pub fn check(content: Content, lines: &[&str]) {
    let text = text(content);
    let mut rest = text.iter();
    for line in lines {
        assert!(rest.any(|held| held == line), "{line:?} is not in, or not there in\n{}", text.join("\n"));
    }
}

/// The lines of content as text; runs of spaces become one.
pub fn text(content: Content) -> Vec<String> {
    let words = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    content.text(100).into_iter().map(words).collect()
}
