//! Deleting users with all that hangs on them, or disabling them instead.

use crate::backend::{Load, UserPart};
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Denial, Fact, Status, User, UserFacts};
use crate::plan::builders::{DeleteUser, delete_users, disable_users, enable_users, mentions};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::resources::users::is_disabled;
use crate::ui::time;

use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit};

/// Deletes the selected users.
pub const COMMAND: Command = Command {
    name: "delete user",
    help: "Delete the selected users and everything that belongs to them, or disable them.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Users) { Fit::Also } else { Fit::No },
    open: |selection, _| Ok(flow(format!("Delete {}", selection.describe()), selection.names()).wizard()),
};

/// Disables the selected users.
pub const DISABLE: Command = Command {
    name: "disable user",
    help: "Disable the selected users: deny everything, deactivate keys, delete the password.",
    key: None,
    fit: |selection| if selection.is(Kind::Users) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let users = selection.names();
        let told = users.clone();
        let title = format!("Disable {}", selection.describe());
        let wants = users.iter().flat_map(|user| [UserPart::Keys, UserPart::Login].map(|part| load(user, part)));
        let wants: Vec<Load> = wants.collect();
        let flow = Summary::new(
            title,
            "Users",
            move |view| lines(&told, view),
            move |_, view| disable_users(view.account, &users),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

/// Enables the selected users again.
pub const ENABLE: Command = Command {
    name: "enable user",
    help: "Enable the selected users: delete the inline policy that denies everything.",
    key: None,
    fit: |selection| if selection.is(Kind::Users) && selection.is_disabled { Fit::Also } else { Fit::No },
    open: |selection, view| {
        let users = selection.names();
        let able = users.iter().find(|name| {
            let user = view.account.users().get(name.as_str());
            user.is_some_and(|user| user.facts.inline.known().is_some() && !is_disabled(user))
        });
        if let Some(name) = able {
            return Err(UserError::new(format!("user {name} is not disabled")));
        }
        let told = users.clone();
        let wants: Vec<Load> = users.iter().map(|user| load(user, UserPart::Permissions)).collect();
        let flow = Summary::new(
            format!("Enable {}", selection.describe()),
            "Users",
            move |view| lines(&told, view),
            move |_, view| enable_users(view.account, &users),
        );
        Ok(flow.wants(needed(wants)).wizard())
    },
};

/// All that is read of a user before it is deleted.
const PARTS: [UserPart; 9] = [
    UserPart::Overview,
    UserPart::Permissions,
    UserPart::Groups,
    UserPart::Login,
    UserPart::Mfa,
    UserPart::Keys,
    UserPart::SshBodies,
    UserPart::Certificates,
    UserPart::ServiceCredentials,
];

fn load(user: &str, part: UserPart) -> Load {
    Load::User(user.into(), part)
}

fn flow(title: String, users: Vec<String>) -> Summary {
    let wants: Vec<Load> = users.iter().flat_map(|user| PARTS.map(|part| load(user, part))).collect();
    let told = users.clone();
    let plan = move |way: usize, view: &View<'_>| match way {
        0 => {
            let users: Vec<DeleteUser> = users.iter().map(|name| with_ssh_keys(name, view)).collect();
            delete_users(view.account, &users)
        }
        _ => disable_users(view.account, &users),
    };
    Summary::new(title, "Users", move |view| lines(&told, view), plan)
        .ways(
            &["delete", "disable instead"],
            "Disabling denies everything and keeps keys and devices. A deleted user can only be restored in part.",
        )
        .wants(needed(wants))
}

/// A user to delete, with the texts of its SSH keys so that undo can upload them again.
fn with_ssh_keys(name: &str, view: &View<'_>) -> DeleteUser {
    let user = view.account.users().get(name);
    let keys = user.and_then(|user| user.facts.ssh_keys.known()).into_iter().flatten();
    let known = keys.filter_map(|key| Some((key.id.to_string(), key.body.known()?.to_string())));
    DeleteUser { name: name.to_owned(), ssh_keys: known.collect() }
}

fn lines(users: &[String], view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    for name in users {
        match view.account.users().get(name.as_str()) {
            Some(user) => told(user, view, &mut lines),
            None => lines.push((format!("{name}: no longer exists"), Look::Absent)),
        }
    }
    lines
}

fn told(user: &User, view: &View<'_>, lines: &mut Lines) {
    let activity = match user.facts.last_activity() {
        Fact::Known(at, _) => (format!("last active {}", time::ago(at, view.now)), Look::Text),
        Fact::Absent(_) => ("never active".to_owned(), Look::Text),
        Fact::Denied(denial) if denial.is_not_held() => (format!("last activity {denial}"), Cell::role_of(&denial)),
        Fact::Denied(denial) => ("last activity cannot be read".to_owned(), Cell::role_of(&denial)),
        Fact::Unknown => ("last activity not known".to_owned(), Look::Unknown),
    };
    lines.push((format!("{}: {}", user.name, activity.0), activity.1));
    let (has, unread, gone) = belongings(&user.facts);
    if !has.is_empty() {
        lines.push((format!("  {}", has.join(", ")), Look::Text));
    } else if unread.is_empty() && gone.is_empty() {
        lines.push(("  nothing else belongs to it".to_owned(), Look::Muted));
    }
    if !unread.is_empty() {
        lines.push((format!("  not read: {}", unread.join(", ")), Look::Unknown));
    }
    lines.extend(gone.into_iter().map(|line| (format!("  {line}"), Look::Muted)));
    for mention in mentions(view.account, &user.arn) {
        lines.push((format!("  ▲ {mention} refers to it"), Look::Warning));
    }
}

/// What hangs on a user, what of it is not known, and what the endpoint cannot tell.
fn belongings(facts: &UserFacts) -> (Vec<String>, Vec<&'static str>, Vec<String>) {
    let (mut has, mut unread, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let mut not_held = Vec::new();
    let mut lacks = |denial: Option<&Denial>, what: &'static str| match denial {
        Some(denial) if denial.is_not_held() => not_held.push(what),
        Some(denial) if denial.is_unsupported() => gone.push(format!("{} left out: {what}; {denial}", denial.mark())),
        _ => unread.push(what),
    };
    match &facts.login {
        Fact::Known(..) => has.push("a console password".to_owned()),
        Fact::Absent(_) => {}
        other => lacks(other.denial(), "password"),
    }
    match &facts.keys {
        Fact::Known(keys, _) if !keys.is_empty() => {
            let active = keys.iter().filter(|key| key.status == Status::Active).count();
            has.push(format!("{} ({active} active)", several(keys.len(), "access key", "access keys")));
        }
        Fact::Known(..) | Fact::Absent(_) => {}
        other => lacks(other.denial(), "access keys"),
    }
    let mut count = |length: Result<usize, Option<&Denial>>, one: &'static str, many: &'static str| match length {
        Ok(0) => {}
        Ok(length) => has.push(several(length, one, many)),
        Err(denial) => lacks(denial, many),
    };
    count(length(&facts.mfa), "MFA device", "MFA devices");
    count(length(&facts.groups), "group", "groups");
    count(length(&facts.attached), "policy", "policies");
    count(length(&facts.inline), "inline policy", "inline policies");
    count(length(&facts.ssh_keys), "SSH key", "SSH keys");
    count(length(&facts.certificates), "certificate", "certificates");
    count(length(&facts.service_credentials), "service credential", "service credentials");
    if !not_held.is_empty() {
        gone.push(format!("? not in this snapshot: {}", not_held.join(", ")));
    }
    (has, unread, gone)
}

fn length<T>(fact: &Fact<Vec<T>>) -> Result<usize, Option<&Denial>> {
    match fact {
        Fact::Known(list, _) => Ok(list.len()),
        Fact::Absent(_) => Ok(0),
        Fact::Unknown | Fact::Denied(_) => Err(fact.denial()),
    }
}

fn several(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
