//! What would allow a refused request, the least first.

use serde_json::{Value, json};

use super::{Explanation, same};
use crate::base::arn::Arn;
use crate::insight::access::Access;
use crate::insight::callers::{Caller, CallerKind};
use crate::insight::changes::{Fix, advice, free_name, holders, members, who_has, with, without};
use crate::insight::who_can::Ask;
use crate::model::{Account, Document, Fact};
use crate::plan::builders::{Owner, edit_policy, edit_trust, put_inline};
use crate::policy::evaluate::Layer;

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
    let policy = inline.map_or_else(|| "Allow".to_owned(), |inline| free_name(inline, "Allow", &ask.action));
    fixes.push(Fix {
        title: format!("Allow {}{on} for {} {name} alone", ask.action, caller.kind.word()),
        plan: put_inline(account, &owner, &policy, &document).ok(),
        affects: Vec::new(),
    });
    let groups = account.users().get(name).filter(|_| caller.kind == CallerKind::User);
    for group in groups.and_then(|user| user.facts.groups.known()).into_iter().flatten() {
        let Some(held) = account.groups().get(group) else { continue };
        let policy = free_name(&held.facts.inline, "Allow", &ask.action);
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
        fixes.push(Fix { title, plan, affects: who_has(account, &arn, &caller.id) });
        return;
    }
    for (owner, policies) in holders(account, &caller.id) {
        let Some(inline) =
            policies.known().and_then(|list| list.iter().find(|one| one.name.as_str() == &*statement.policy))
        else {
            continue;
        };
        let document = inline.document.known().and_then(|document| without(document, statement.statement));
        let plan = document.and_then(|document| put_inline(account, &owner, &statement.policy, &document).ok());
        fixes.push(Fix { title: title.clone(), plan, affects: members(account, &owner) });
    }
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
        affects: who_has(account, arn, &caller.id),
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
