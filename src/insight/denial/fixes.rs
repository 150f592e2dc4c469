//! What would allow a refused request, the least first.

use serde_json::{Value, json};

use super::{Explanation, same};
use crate::base::arn::Arn;
use crate::insight::access::Access;
use crate::insight::callers::{Caller, CallerKind};
use crate::insight::references::affected;
use crate::insight::who_can::Ask;
use crate::model::{Account, Document, Fact, InlinePolicy};
use crate::plan::Plan;
use crate::plan::builders::{Owner, edit_policy, edit_trust, put_inline};
use crate::policy::evaluate::Layer;

/// A change that would allow the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// The change, where this program can make it.
    pub plan: Option<Plan>,
    /// Who else it would give or take something.
    pub affects: Vec<String>,
}

/// Works out the changes.
pub(super) fn fixes(access: &Access<'_>, caller: &Caller, told: &Explanation, ask: &Ask) -> Vec<Fix> {
    let account = access.account();
    let mut fixes = Vec::new();
    if let Some(when) = &told.when {
        let need = |need: &crate::policy::evaluate::Need| {
            format!("{} {} {}", need.key, need.operator.name(), need.values.join(" or "))
        };
        if let Some(set) = when.sets().first() {
            let conditions: Vec<String> = set.iter().map(need).collect();
            fixes.push(advice(format!("Make the request so that {}", conditions.join(" and "))));
        }
    }
    let Some(layer) = told.layer else { return fixes };
    let denied = told.refusal.explicit == Some(true);
    match (layer, denied) {
        (Layer::Identity | Layer::Group, false) => allow(account, caller, ask, &mut fixes),
        (Layer::Identity | Layer::Group | Layer::Boundary, true) => without_denial(account, caller, told, &mut fixes),
        (Layer::Boundary, false) => widen_boundary(account, caller, ask, &mut fixes),
        (Layer::Trust, _) => trust(account, caller, ask, told, &mut fixes),
        (Layer::Scp, _) => fixes.push(advice(organization("service control policy", told, denied))),
        (Layer::Rcp, _) => fixes.push(advice(organization("resource control policy", told, denied))),
        (Layer::Session, _) => {
            fixes.push(advice(format!("Start the session with a session policy that allows {}", ask.action)));
        }
        (Layer::VpcEndpoint, _) => {
            fixes.push(advice(format!("Allow {} in the policy of the VPC endpoint", ask.action)));
        }
        (Layer::Resource, _) => {
            let verb = if denied { "Remove the denial of" } else { "Allow" };
            fixes.push(advice(format!("{verb} {} for {} in the policy of {}", ask.action, caller.id, ask.resource)));
        }
        (Layer::Service, _) => {}
    }
    fixes
}

fn advice(title: String) -> Fix {
    Fix { title, plan: None, affects: Vec::new() }
}

fn organization(kind: &str, told: &Explanation, denied: bool) -> String {
    let named = told.policy.as_deref().map(|policy| format!(" {policy}")).unwrap_or_default();
    let action = told.refusal.action.as_deref().unwrap_or_default();
    let verb = if denied { "does not deny" } else { "allows" };
    format!("Ask the administrator of the organization to change the {kind}{named} so that it {verb} {action}")
}

/// A statement that allows just what was asked.
fn statement(ask: &Ask) -> Value {
    json!({"Effect": "Allow", "Action": ask.action, "Resource": ask.resource})
}

fn owner(caller: &Caller) -> Option<Owner> {
    let name = caller.id.rsplit('/').next()?;
    match caller.kind {
        CallerKind::User => Some(Owner::User(name.into())),
        CallerKind::Role => Some(Owner::Role(name.into())),
        _ => None,
    }
}

/// A name for an inline policy that nobody has yet.
fn free_name(policies: &Fact<Vec<InlinePolicy>>, action: &str) -> String {
    let base = format!("Allow-{}", action.replace([':', '*'], "-"));
    let taken = |name: &str| policies.known().is_some_and(|list| list.iter().any(|one| one.name.as_str() == name));
    let numbered = (2..100).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}

/// Gives the permission to the caller alone, or to a group of it.
fn allow(account: &Account, caller: &Caller, ask: &Ask, fixes: &mut Vec<Fix>) {
    let Some(owner) = owner(caller) else { return };
    let document = Document::new(json!({"Version": "2012-10-17", "Statement": [statement(ask)]}).to_string());
    let name = caller.id.rsplit('/').next().unwrap_or_default();
    let inline = match caller.kind {
        CallerKind::User => account.users().get(name).map(|user| &user.facts.inline),
        _ => account.roles().get(name).map(|role| &role.facts.inline),
    };
    let on = if ask.resource == "*" { String::new() } else { format!(" on {}", ask.resource) };
    let policy = inline.map_or_else(|| "Allow".to_owned(), |inline| free_name(inline, &ask.action));
    fixes.push(Fix {
        title: format!("Allow {}{on} for {} {name} alone", ask.action, caller.kind.word()),
        plan: put_inline(account, &owner, &policy, &document).ok(),
        affects: Vec::new(),
    });
    let groups = account.users().get(name).filter(|_| caller.kind == CallerKind::User);
    for group in groups.and_then(|user| user.facts.groups.known()).into_iter().flatten() {
        let Some(held) = account.groups().get(group) else { continue };
        let policy = free_name(&held.facts.inline, &ask.action);
        let members = account.members(group);
        let others = members.known().map_or(&[][..], |members| members).iter().filter(|member| member.as_str() != name);
        fixes.push(Fix {
            title: format!("Allow {}{on} for all members of group {group}", ask.action),
            plan: put_inline(account, &Owner::Group(group.to_string()), &policy, &document).ok(),
            affects: others.map(|member| format!("user {member}")).collect(),
        });
    }
}

/// Takes the statement that denies out of its policy.
fn without_denial(account: &Account, caller: &Caller, told: &Explanation, fixes: &mut Vec<Fix>) {
    let Some(statement) = told.statement.as_ref().filter(|one| told.layer.is_none_or(|layer| same(layer, one.layer)))
    else {
        return;
    };
    let sid = statement.sid.as_deref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
    let title =
        format!("Remove the denying statement {}{sid} from policy {}", statement.statement + 1, statement.policy);
    if let Ok(arn) = Arn::parse(&statement.policy) {
        if arn.account() == "aws" {
            fixes.push(advice(format!("Detach policy {} from whoever gives it to {}", statement.policy, caller.id)));
            return;
        }
        let held = account.policy(&arn).map(|policy| policy.document());
        let document = held.as_ref().and_then(Fact::known).and_then(|document| without(document, statement.statement));
        let plan = document.and_then(|document| edit_policy(account, &arn, &document, true).ok());
        fixes.push(Fix { title, plan, affects: who_has(account, &arn, caller) });
        return;
    }
    for (owner, policies) in holders(account, caller) {
        let Some(inline) =
            policies.known().and_then(|list| list.iter().find(|one| one.name.as_str() == &*statement.policy))
        else {
            continue;
        };
        let document = inline.document.known().and_then(|document| without(document, statement.statement));
        let plan = document.and_then(|document| put_inline(account, &owner, &statement.policy, &document).ok());
        let affects = match &owner {
            Owner::Group(group) => {
                let members = account.members(&group.as_str().into());
                members.known().map_or(&[][..], |members| members).iter().map(|name| format!("user {name}")).collect()
            }
            _ => Vec::new(),
        };
        fixes.push(Fix { title: title.clone(), plan, affects });
    }
}

/// The caller and its groups, each with its inline policies.
fn holders<'a>(account: &'a Account, caller: &Caller) -> Vec<(Owner, &'a Fact<Vec<InlinePolicy>>)> {
    let name = caller.id.rsplit('/').next().unwrap_or_default();
    let mut holders = Vec::new();
    if caller.kind == CallerKind::Role {
        holders.extend(account.roles().get(name).map(|role| (Owner::Role(role.name.to_string()), &role.facts.inline)));
    } else if let Some(user) = account.users().get(name) {
        holders.push((Owner::User(user.name.to_string()), &user.facts.inline));
        for group in user.facts.groups.known().into_iter().flatten() {
            let held = account.groups().get(group);
            holders.extend(held.map(|held| (Owner::Group(held.name.to_string()), &held.facts.inline)));
        }
    }
    holders
}

/// A document without one of its statements; none where nothing would be left, or it cannot be read.
fn without(document: &Document, statement: usize) -> Option<Document> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let list = value.get_mut("Statement")?.as_array_mut()?;
    if list.len() < 2 || statement >= list.len() {
        return None;
    }
    list.remove(statement);
    Some(Document::new(value.to_string()))
}

/// A document with one more statement.
fn with(document: &Document, statement: Value) -> Option<Document> {
    let mut value: Value = serde_json::from_str(document.text()).ok()?;
    let held = value.get_mut("Statement")?;
    match held {
        Value::Array(list) => list.push(statement),
        single => *single = json!([single.take(), statement]),
    }
    Some(Document::new(value.to_string()))
}

fn who_has(account: &Account, policy: &Arn, caller: &Caller) -> Vec<String> {
    let affected = affected(account, policy);
    let all = affected.attached.iter().chain(&affected.through_groups).chain(&affected.bounded);
    all.filter(|one| account.arn(one).is_none_or(|arn| arn.as_str() != &*caller.id))
        .map(|one| format!("{} {}", one.kind().singular(), one.name()))
        .collect()
}

fn widen_boundary(account: &Account, caller: &Caller, ask: &Ask, fixes: &mut Vec<Fix>) {
    let name = caller.id.rsplit('/').next().unwrap_or_default();
    let boundary = match caller.kind {
        CallerKind::User => account.users().get(name).and_then(|user| user.facts.boundary.known()),
        _ => account.roles().get(name).and_then(|role| role.facts.boundary.known()),
    };
    let Some(arn) = boundary else { return };
    let held = account.policy(arn).map(|policy| policy.document());
    let document = held.as_ref().and_then(Fact::known).and_then(|document| with(document, statement(ask)));
    fixes.push(Fix {
        title: format!("Allow {} on {} in the permissions boundary {}", ask.action, ask.resource, arn.name()),
        plan: document.and_then(|document| edit_policy(account, arn, &document, true).ok()),
        affects: who_has(account, arn, caller),
    });
}

fn trust(account: &Account, caller: &Caller, ask: &Ask, told: &Explanation, fixes: &mut Vec<Fix>) {
    let Ok(arn) = Arn::parse(&ask.resource) else { return };
    let Some(role) = account.roles().get(arn.name()).filter(|role| role.arn == arn) else {
        fixes.push(advice(format!("Let {} assume {} in the trust policy of that role", caller.id, ask.resource)));
        return;
    };
    let entry = json!({"Effect": "Allow", "Principal": {"AWS": &*caller.id}, "Action": ask.action});
    let document = role.facts.trust.known().and_then(|trust| match told.statement.as_ref() {
        Some(denying) if told.refusal.explicit == Some(true) => without(&trust.document, denying.statement),
        _ => with(&trust.document, entry),
    });
    fixes.push(Fix {
        title: format!("Let {} assume role {}", caller.id, role.name),
        plan: document.and_then(|document| edit_trust(account, role.name.as_str(), &document).ok()),
        affects: Vec::new(),
    });
}
