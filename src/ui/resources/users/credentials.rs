//! What a user signs in and signs requests with.

use jiff::Timestamp;

use crate::backend::{Load, UserPart};
use crate::model::{AccessKey, Fact, MfaDevice, Status, User};
use crate::plan::builders::length;
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::View;
use crate::ui::resources::Tab;
use crate::ui::selection::TabItem;
use crate::ui::time;

/// Its title.
pub const TITLE: &str = "Security credentials";

/// The tab.
pub const TAB: Tab<User> = Tab { title: TITLE, short: "Credentials", count: |_, _| None, content, loads };

/// What the tab shows.
pub fn content(user: &User, view: &View<'_>) -> Content {
    let mut content = Content::new();
    console(user, view, &mut content);
    mfa(user, &mut content);
    keys(user, view, &mut content);
    service_credentials(user, &mut content);
    ssh_keys(user, &mut content);
    certificates(user, view, &mut content);
    content
}

/// What the tab reads.
pub fn loads(user: &User, _: &View<'_>) -> Vec<Load> {
    [
        UserPart::Login,
        UserPart::Mfa,
        UserPart::Keys,
        UserPart::ServiceCredentials,
        UserPart::SshKeys,
        UserPart::Certificates,
    ]
    .map(|part| Load::User(user.name.clone(), part))
    .into_iter()
    // Only the report tells how old a password is.
    .chain((user.facts.has_password().known() == Some(&true)).then_some(Load::Report))
    .collect()
}

fn console(user: &User, view: &View<'_>, content: &mut Content) {
    let facts = &user.facts;
    content.heading("Console sign-in");
    content.field("Console access", super::console(user, view));
    if facts.has_password().known() == Some(&false) {
        return;
    }
    let account = match view.account.alias() {
        Fact::Known(alias, _) => alias.to_string(),
        _ => user.arn.account().to_owned(),
    };
    content.field("Sign-in link", Cell::text(format!("https://{account}.signin.aws.amazon.com/console")));
    content.field("Password", super::password_age(user, view));
    let reset = Cell::wide(&facts.login, "–", |login| {
        Cell::text(if login.reset_required { "Must be changed at the next sign-in" } else { "Need not be changed" })
    });
    content.field("Next sign-in", reset);
    content.field("Last sign-in", super::sign_in(user, view));
    let longest = Cell::wide(&facts.login, "–", |login| {
        login.max_signin.map_or_else(|| Cell::absent("not set"), |seconds| Cell::text(length(seconds)))
    });
    content.field("Longest session", longest);
}

/// A heading with how many there are of how many there may be.
fn counted<T>(title: &str, list: &Fact<Vec<T>>, most: i64) -> String {
    list.known().map_or_else(|| title.to_owned(), |list| format!("{title} ({} of {most})", list.len()))
}

/// A quota of the account; AWS's default where it is not known.
fn quota(view: &View<'_>, key: &str, default: i64) -> i64 {
    view.account.summary().known().and_then(|summary| summary.get(key)).unwrap_or(default)
}

fn day(at: Option<Timestamp>) -> Cell {
    at.map_or_else(|| Cell::absent("–"), |at| Cell::text(time::date(at)))
}

fn state(status: Status) -> Cell {
    match status {
        Status::Active => Cell::new("Active", Look::Good),
        Status::Inactive => Cell::absent("Inactive"),
        Status::Expired => Cell::new("Expired", Look::Warning),
    }
}

fn mfa(user: &User, content: &mut Content) {
    const COLUMNS: &[Column] = &[
        Column::new("Identifier", 30),
        Column::new("Type", 24),
        Column::new("Certified", 12),
        Column::new("Created", 11),
    ];
    content.heading(counted("Multi-factor authentication", &user.facts.mfa, 8));
    content.facts(&user.facts.mfa, COLUMNS, "There is no MFA device.", |device: &MfaDevice| {
        let certified = Cell::of(&device.certifications, "–", |pairs| {
            let names: Vec<&str> = pairs.iter().map(|(kind, _)| &**kind).collect();
            if names.is_empty() { Cell::absent("–") } else { Cell::text(names.join(", ")) }
        });
        let known = device.kind() == crate::model::MfaKind::SecurityKey;
        let cells = vec![
            Cell::text(device.serial.to_string()),
            Cell::text(device.kind().label()),
            if known { certified } else { Cell::absent("–") },
            day(device.enabled),
        ];
        Row::new(cells).item(TabItem::Mfa(user.name.clone(), device.serial.clone()))
    });
}

fn keys(user: &User, view: &View<'_>, content: &mut Content) {
    const COLUMNS: &[Column] = &[
        Column::new("Access key ID", 21),
        Column::new("Status", 9),
        Column::new("Age", 13),
        Column::new("Last used", 14),
        Column::new("Where", 20),
    ];
    content.heading(counted("Access keys", &user.facts.keys, quota(view, "AccessKeysPerUserQuota", 2)));
    content.facts(&user.facts.keys, COLUMNS, "There are no access keys.", |key: &AccessKey| {
        let active = key.status == Status::Active;
        let age = match key.created {
            Some(at) if active => super::aged(at, view),
            Some(at) => Cell::new(time::age(at, view.now), Look::Absent),
            None => Cell::absent("–"),
        };
        let used = Cell::of(&key.last_used, "Never", |usage| Cell::text(time::ago(usage.at, view.now)));
        let place = Cell::of(&key.last_used, "–", |usage| Cell::text(format!("{} {}", usage.service, usage.region)));
        let cells = vec![Cell::text(key.id.to_string()), state(key.status), age, used, place];
        Row::new(cells).item(TabItem::AccessKey(user.name.clone(), key.id.clone()))
    });
    descriptions(user, content);
}

/// The console keeps a key's description as a tag of the user that is named like the key.
fn descriptions(user: &User, content: &mut Content) {
    let (Some(keys), Some(tags)) = (user.facts.keys.known(), user.facts.tags.known()) else { return };
    for key in keys {
        if let Some(tag) = tags.iter().find(|tag| *tag.key == *key.id.as_str()) {
            content.note(Cell::new(format!("{}: {}", key.id, tag.value), Look::Muted));
        }
    }
}

/// The console's name of the credentials for a service.
fn service(name: &str) -> &str {
    match name {
        "codecommit.amazonaws.com" => "HTTPS Git for CodeCommit",
        "cassandra.amazonaws.com" => "Amazon Keyspaces",
        "bedrock.amazonaws.com" => "API key for Bedrock",
        "logs.amazonaws.com" => "API key for CloudWatch Logs",
        other => other,
    }
}

fn service_credentials(user: &User, content: &mut Content) {
    const COLUMNS: &[Column] = &[
        Column::new("User name", 20),
        Column::new("For", 28),
        Column::new("Status", 9),
        Column::new("Created", 11),
        Column::new("Expires", 11),
    ];
    let list = &user.facts.service_credentials;
    let title = "API keys and credentials for services";
    content.heading(list.known().map_or_else(|| title.to_owned(), |list| format!("{title} ({})", list.len())));
    content.facts(list, COLUMNS, "There are none.", |held| {
        let name = held.user.as_deref().unwrap_or(&held.id);
        let expires = held.expires.map_or_else(|| Cell::absent("Never"), |at| Cell::text(time::date(at)));
        let cells = vec![
            Cell::text(name.to_owned()),
            Cell::text(service(&held.service).to_owned()),
            state(held.status),
            day(held.created),
            expires,
        ];
        Row::new(cells).item(TabItem::ServiceCredential(user.name.clone(), held.id.clone()))
    });
}

fn ssh_keys(user: &User, content: &mut Content) {
    const COLUMNS: &[Column] = &[Column::new("SSH key ID", 40), Column::new("Status", 9), Column::new("Uploaded", 11)];
    content.heading(counted("SSH public keys for CodeCommit", &user.facts.ssh_keys, 5));
    content.facts(&user.facts.ssh_keys, COLUMNS, "There are none.", |key| {
        Row::new(vec![Cell::text(key.id.to_string()), state(key.status), day(key.uploaded)])
            .item(TabItem::SshKey(user.name.clone(), key.id.clone()))
    });
}

fn certificates(user: &User, view: &View<'_>, content: &mut Content) {
    const COLUMNS: &[Column] =
        &[Column::new("Certificate ID", 40), Column::new("Status", 9), Column::new("Uploaded", 11)];
    content.heading(counted(
        "X.509 signing certificates",
        &user.facts.certificates,
        quota(view, "SigningCertificatesPerUserQuota", 2),
    ));
    content.facts(&user.facts.certificates, COLUMNS, "There are none.", |held| {
        Row::new(vec![Cell::text(held.id.to_string()), state(held.status), day(held.uploaded)])
            .item(TabItem::Certificate(user.name.clone(), held.id.clone()))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, KeyUse, LoginProfile, Tag, Update, UserFacts};
    use crate::ui::resources::fixture::{check, look, now, seen, user};

    #[track_caller]
    fn check_of(facts: UserFacts, lines: &[&str]) {
        let mut account = Account::default();
        account.apply(Update::User(Box::new(user("alice", facts))));
        check(look(&account, |view| content(account.users().get("alice").unwrap(), view)), lines);
    }

    #[test]
    fn every_kind_of_credential_has_its_panel() {
        let day = |days: i64| Some(Timestamp::from_second(now().as_second() - days * 86_400).unwrap());
        let usage = KeyUse { at: day(2).unwrap(), service: "s3".into(), region: "eu-west-1".into() };
        let key = AccessKey {
            id: "AKIAALICE".into(),
            status: Status::Active,
            created: day(400),
            last_used: Fact::Known(usage, seen()),
        };
        let device = MfaDevice {
            serial: "arn:aws:iam::123456789012:mfa/alice".into(),
            enabled: day(10),
            certifications: Fact::Unknown,
        };
        let tag = Tag { key: "AKIAALICE".into(), value: "laptop".into() };
        let facts = UserFacts {
            login: Fact::Known(LoginProfile { created: day(100), reset_required: true, max_signin: None }, seen()),
            mfa: Fact::Known(vec![device], seen()),
            keys: Fact::Known(vec![key], seen()),
            ssh_keys: Fact::Known(Vec::new(), seen()),
            tags: Fact::Known(vec![tag], seen()),
            ..UserFacts::default()
        };
        check_of(
            facts,
            &[
                "Console sign-in",
                "Console access Enabled with MFA",
                "Next sign-in Must be changed at the next sign-in",
                "Multi-factor authentication (1 of 8)",
                "arn:aws:iam::123456789012:mfa/alice Virtual – 2026-01-05",
                "Access keys (1 of 2)",
                "AKIAALICE Active ▲ 400 days 2 days ago s3 eu-west-1",
                "AKIAALICE: laptop",
                "API keys and credentials for services",
                "…",
                "SSH public keys for CodeCommit (0 of 5)",
                "There are none.",
            ],
        );
    }

    #[test]
    fn without_a_password_there_is_nothing_to_say_of_signing_in() {
        let facts = UserFacts { login: Fact::Absent(seen()), ..UserFacts::default() };
        check_of(facts, &["Console access Disabled", "", "Multi-factor authentication", "…"]);
    }
}
