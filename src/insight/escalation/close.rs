//! The change that closes a path: what its first step needs is taken away, from the policy or from whoever takes it.

use serde_json::json;

use super::{Path, PathStep, Verdict};
use crate::base::arn::Arn;
use crate::insight::changes::{Fix, free_name, holders, members, who_has, without_action};
use crate::model::{Account, Document, Fact};
use crate::plan::Plan;
use crate::plan::builders::{edit_policy, put_inline};
use crate::policy::evaluate::Layer;

/// The changes each of which closes a path, the one that affects the fewest first; none where it is blocked already.
pub fn closings(account: &Account, path: &Path) -> Vec<Fix> {
    let Some(step) = path.steps.first().filter(|_| path.verdict != Verdict::Blocked) else { return Vec::new() };
    let Some(action) = step.actions.first().copied() else { return Vec::new() };
    let mut fixes: Vec<Fix> = shortened(account, path, step, action).into_iter().collect();
    fixes.extend(denied(account, path, step, action));
    fixes.sort_by_key(|fix| fix.affects.len());
    fixes
}

/// Takes the action out of the one statement that allows it, where that lists it.
fn shortened(account: &Account, path: &Path, step: &PathStep, action: &str) -> Option<Fix> {
    let [statement] = step.statements.as_slice() else { return None };
    if !matches!(statement.layer, Layer::Identity | Layer::Group) {
        return None;
    }
    let title = |policy: &str| format!("Remove {action} from statement {} of policy {policy}", statement.statement + 1);
    let shorter = |document: &Document| without_action(document, statement.statement, action);
    if let Ok(arn) = Arn::parse(&statement.policy) {
        if arn.account() == "aws" {
            return None;
        }
        let held = account.policy(&arn)?.document();
        let plan = edit_policy(account, &arn, &shorter(held.known()?)?, true).ok()?;
        return Some(fix(title(arn.name()), plan, who_has(account, &arn, &path.from)));
    }
    for (owner, policies) in holders(account, &path.from) {
        let mut inline = policies.known().into_iter().flatten();
        let Some(document) = inline
            .find(|one| one.name.as_str() == &*statement.policy)
            .and_then(|one| one.document.known())
            .and_then(shorter)
        else {
            continue;
        };
        let plan = put_inline(account, &owner, &statement.policy, &document).ok()?;
        let others = members(account, &owner).into_iter().filter(|name| !path.from.ends_with(name.as_str()));
        return Some(fix(title(&statement.policy), plan, others.collect()));
    }
    None
}

/// Denies the action to whoever takes the path: that holds whatever allows it.
fn denied(account: &Account, path: &Path, step: &PathStep, action: &str) -> Option<Fix> {
    let (owner, inline) = holders(account, &path.from).into_iter().next()?;
    let name = free_name(inline_or_none(inline)?, "Deny", action);
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": action, "Resource": &*step.resource}]});
    let plan = put_inline(account, &owner, &name, &Document::new(document.to_string())).ok()?;
    let name = path.from.rsplit('/').next().unwrap_or_default();
    let on = if &*step.resource == "*" { String::new() } else { format!(" on {}", step.resource) };
    Some(fix(format!("Deny {action}{on} to {name}"), plan, Vec::new()))
}

/// Inline policies whose names are known, or of which there are none.
fn inline_or_none<T>(policies: &Fact<Vec<T>>) -> Option<&Fact<Vec<T>>> {
    policies.is_settled().then_some(policies)
}

fn fix(title: String, plan: Plan, affects: Vec<String>) -> Fix {
    Fix { title, plan: Some(plan), affects }
}
