//! What follows from a plan beyond its steps: who is affected, and how quotas change.

use std::collections::BTreeSet;

use crate::api::{Change, ChangeTarget, Iam};
use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::insight::{Mention, affected as by_policy, mentions};
use crate::model::{Progress, Quota, ResourceRef};
use crate::plan::{Call, Plan, Step};
use crate::theme::Look;
use crate::ui::page::View;

/// What is read so that the answers are whole.
pub(super) fn wants(plan: &Plan) -> Vec<(Load, Urgency)> {
    if plan.steps.iter().filter_map(Step::call).any(reaches_others) {
        vec![(Load::Bulk, Urgency::Visible)]
    } else {
        Vec::new()
    }
}

/// Whether a call changes something for others than whom it names.
fn reaches_others(call: &Call) -> bool {
    call.change().is_some_and(|change| {
        change.deletes_entity() || change.target == ChangeTarget::PolicyVersion || puts_on_group(&change)
    })
}

/// Whether a call changes the policies of a group, and so those of its members.
fn puts_on_group(change: &Change) -> bool {
    change.owner == Some(ChangeTarget::Group)
        && matches!(change.target, ChangeTarget::Policy | ChangeTarget::InlinePolicy)
}

/// Sentences on who is affected; they say where not all is known.
pub(super) fn affected(plan: &Plan, view: &View<'_>) -> Vec<String> {
    let account = view.account;
    let mut told = Vec::new();
    let mut seen = BTreeSet::new();
    for call in plan.steps.iter().filter_map(Step::call).filter(|call| reaches_others(call)) {
        let policy = call.text("PolicyArn").and_then(|arn| Arn::parse(arn).ok());
        let Some(change) = call.change() else { continue };
        let changes = change.target == ChangeTarget::PolicyVersion || call.iam() == Some(Iam::DeletePolicy);
        if let Some(arn) = policy.as_ref().filter(|arn| changes && seen.insert(arn.as_str().to_owned())) {
            let found = by_policy(account, arn);
            told.extend(sentence("has the policy", &found.attached));
            told.extend(sentence("has it through a group", &found.through_groups));
            told.extend(sentence("has it as permissions boundary", &found.bounded));
        }
        let group = call.text("GroupName").filter(|_| puts_on_group(&change));
        if let Some(group) = group.filter(|group| seen.insert(format!("group {group}"))) {
            let members = account.members(&group.into()).known().map(|members| members.to_vec()).unwrap_or_default();
            let members = members.into_iter().map(ResourceRef::User).collect();
            told.extend(sentence(&format!("is a member of {group}"), &members));
        }
        for arn in named(call, view).into_iter().filter(|arn| seen.insert(format!("named {arn}"))) {
            told.extend(
                mentions(account, arn.as_str())
                    .iter()
                    .map(|place| format!("{} is referred to in {}", arn.name(), words(place))),
            );
        }
    }
    if !wants(plan).is_empty() && !matches!(account.bulk(), Progress::Complete { .. }) {
        told.push("Only what is loaded so far: the account is not fully loaded.".to_owned());
    }
    told
}

/// The ARN of what a call deletes.
fn named(call: &Call, view: &View<'_>) -> Option<Arn> {
    view.account.arn(&call.deletes()?).cloned()
}

fn words(place: &Mention) -> String {
    match place {
        Mention::Policy(arn) => format!("policy {}", arn.name()),
        Mention::Inline(owner, policy) => format!("inline policy {policy} of {}", owner.name()),
        Mention::Trust(role) => format!("the trust policy of role {role}"),
    }
}

/// `alice, bob and 3 more: has the policy`, or nothing where nobody is.
fn sentence(what: &str, who: &BTreeSet<ResourceRef>) -> Option<String> {
    let names: Vec<&str> = who.iter().take(5).map(ResourceRef::name).collect();
    let more = match who.len().saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{}{more}: {what}", names.join(", ")))
}

/// The quotas of the account that the plan moves: what is used now, what will be, the limit.
pub(super) fn quotas(plan: &Plan, view: &View<'_>) -> Vec<(String, Look)> {
    const COUNTED: &[(&str, Iam, Iam)] = &[
        ("Users", Iam::CreateUser, Iam::DeleteUser),
        ("Groups", Iam::CreateGroup, Iam::DeleteGroup),
        ("Roles", Iam::CreateRole, Iam::DeleteRole),
        ("Policies", Iam::CreatePolicy, Iam::DeletePolicy),
        ("InstanceProfiles", Iam::CreateInstanceProfile, Iam::DeleteInstanceProfile),
    ];
    let Some(summary) = view.account.summary().known() else { return Vec::new() };
    let count = |operation: Iam| {
        let made = plan.steps.iter().filter(|step| step.call().is_some_and(|call| call.iam() == Some(operation)));
        i64::try_from(made.count()).unwrap_or(i64::MAX)
    };
    let mut told = Vec::new();
    for (key, makes, takes) in COUNTED {
        let change = count(*makes) - count(*takes);
        let Some(Quota { used, limit }) = summary.quota(key).filter(|_| change != 0) else { continue };
        let then = used + change;
        told.push(match limit {
            Some(limit) if then > limit => (format!("✗ {key}: {used} → {then}, at most {limit}"), Look::Bad),
            Some(limit) => (format!("{key}: {used} → {then} of {limit}"), Look::Text),
            None => (format!("{key}: {used} → {then}"), Look::Text),
        });
    }
    told
}
