//! Changes that an answer proposes, each as a plan, and the edits of documents that they are made of.

use serde_json::{Value, json};

use super::references::affected;
use crate::base::arn::Arn;
use crate::model::{Account, Document, Fact, InlinePolicy};
use crate::plan::Plan;
use crate::plan::builders::Owner;

/// A change that would settle something.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// The change, where this program can make it.
    pub plan: Option<Plan>,
    /// Who else it would give or take something.
    pub affects: Vec<String>,
}

/// A change that somebody else has to make.
pub(super) fn advice(title: String) -> Fix {
    Fix { title, plan: None, affects: Vec::new() }
}

/// A name for an inline policy that nobody has yet.
pub(super) fn free_name(policies: &Fact<Vec<InlinePolicy>>, verb: &str, action: &str) -> String {
    let base = format!("{verb}-{}", action.replace([':', '*'], "-"));
    let taken = |name: &str| policies.known().is_some_and(|list| list.iter().any(|one| one.name.as_str() == name));
    let numbered = (2..100).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}

/// A user or role, by its ARN, and the groups of the user, each with its inline policies; itself first.
pub(super) fn holders<'a>(account: &'a Account, id: &str) -> Vec<(Owner, &'a Fact<Vec<InlinePolicy>>)> {
    let name = id.rsplit('/').next().unwrap_or_default();
    let mut holders = Vec::new();
    if let Some(role) = account.roles().get(name).filter(|role| role.arn.as_str() == id) {
        holders.push((Owner::Role(role.name.to_string()), &role.facts.inline));
    } else if let Some(user) = account.users().get(name).filter(|user| user.arn.as_str() == id) {
        holders.push((Owner::User(user.name.to_string()), &user.facts.inline));
        for group in user.facts.groups.known().into_iter().flatten() {
            let held = account.groups().get(group);
            holders.extend(held.map(|held| (Owner::Group(held.name.to_string()), &held.facts.inline)));
        }
    }
    holders
}

/// Who has what a group has.
pub(super) fn members(account: &Account, owner: &Owner) -> Vec<String> {
    match owner {
        Owner::Group(group) => {
            let members = account.members(&group.as_str().into());
            members.known().map_or(&[][..], |members| members).iter().map(|name| format!("user {name}")).collect()
        }
        Owner::User(_) | Owner::Role(_) => Vec::new(),
    }
}

/// A document without one of its statements; none where nothing would be left, or it cannot be read.
pub(super) fn without(document: &Document, statement: usize) -> Option<Document> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let list = value.get_mut("Statement")?.as_array_mut()?;
    if list.len() < 2 || statement >= list.len() {
        return None;
    }
    list.remove(statement);
    Some(Document::new(value.to_string()))
}

/// A document with one more statement.
pub(super) fn with(document: &Document, statement: Value) -> Option<Document> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let held = value.get_mut("Statement")?;
    match held {
        Value::Array(list) => list.push(statement),
        single => *single = json!([single.take(), statement]),
    }
    Some(Document::new(value.to_string()))
}

/// A document one of whose statements does not list an action any more; none where the statement means it by a wildcard,
/// or where nothing would be left.
pub(super) fn without_action(document: &Document, statement: usize, action: &str) -> Option<Document> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let all = value.get_mut("Statement")?;
    let one = match all {
        Value::Array(list) => list.get_mut(statement)?,
        single => single,
    };
    let listed = one.get_mut("Action")?;
    let before = listed.as_array().map_or(1, Vec::len);
    if let Value::Array(list) = listed {
        list.retain(|entry| !entry.as_str().is_some_and(|entry| entry.eq_ignore_ascii_case(action)));
        if list.len() == before {
            return None;
        }
        if !list.is_empty() {
            return Some(Document::new(value.to_string()));
        }
    } else if !listed.as_str().is_some_and(|entry| entry.eq_ignore_ascii_case(action)) {
        return None;
    }
    without(document, statement)
}

/// Everybody but one who has a managed policy, also as a permissions boundary.
pub(super) fn who_has(account: &Account, policy: &Arn, id: &str) -> Vec<String> {
    let affected = affected(account, policy);
    let all = affected.attached.iter().chain(&affected.through_groups).chain(&affected.bounded);
    all.filter(|one| account.arn(one).is_none_or(|arn| arn.as_str() != id))
        .map(|one| format!("{} {}", one.kind().singular(), one.name()))
        .collect()
}
