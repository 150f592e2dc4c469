//! Deleting managed policies of the account, wherever they are attached.

use crate::backend::{GroupPart, Load, PolicyPart};
use crate::base::arn::Arn;
use crate::base::error::UserError;
use crate::input::ItemAction;
use crate::model::{Fact, PolicyKind, ResourceRef};
use crate::plan::builders::delete_policies;
use crate::theme::Look;
use crate::ui::page::View;
use crate::ui::place::Kind;

use super::delete_group::held;
use super::offer::needed;
use super::summary::{Lines, Summary};
use super::{Command, Fit};

/// Deletes the selected policies.
pub const COMMAND: Command = Command {
    name: "delete policy",
    help: "Detach and delete the selected customer managed policies.",
    key: Some(ItemAction::Delete),
    fit: |selection| if selection.is(Kind::Policies) { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let arn = |entity: &ResourceRef| if let ResourceRef::Policy(arn) = entity { Some(arn.clone()) } else { None };
        let arns: Vec<Arn> = selection.entities.iter().filter_map(arn).collect();
        if let Some(aws) = arns.iter().find(|arn| PolicyKind::of(arn) != PolicyKind::Customer) {
            let told = UserError::new(format!("Policy {} is managed by AWS.", aws.name()));
            return Err(told.hint("AWS managed policies cannot be deleted, only detached."));
        }
        let parts = [PolicyPart::Overview, PolicyPart::Versions, PolicyPart::Entities];
        let wants = arns.iter().flat_map(|arn| parts.clone().map(|part| Load::Policy(arn.clone(), part)));
        let wants: Vec<Load> = wants.collect();
        let told = arns.clone();
        let title = format!("Delete {}", selection.describe());
        let flow = Summary::new(
            title,
            "Policies",
            move |view| lines(&told, view),
            move |_, view| delete_policies(view.account, &arns),
        );
        Ok(flow.wants(needed(wants)).more(documents_and_members).wizard())
    },
};

/// The documents of the versions, which undo restores, and the members of the groups, who lose the policy too.
fn documents_and_members(loads: &[Load], view: &View<'_>) -> Vec<Load> {
    loads.iter().flat_map(|load| more(load, view)).collect()
}

fn more(load: &Load, view: &View<'_>) -> Vec<Load> {
    let Load::Policy(arn, part) = load else { return Vec::new() };
    let Some(policy) = view.account.policy(arn) else { return Vec::new() };
    match part {
        PolicyPart::Versions => Load::unread_documents(policy),
        PolicyPart::Entities => {
            let groups = policy.facts.entities.known().into_iter().flat_map(|uses| &uses.groups);
            let unread = groups.filter(|group| view.account.members(group).is_unknown());
            unread.map(|group| Load::Group(group.clone(), GroupPart::Overview)).collect()
        }
        _ => Vec::new(),
    }
}

fn lines(arns: &[Arn], view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    for arn in arns {
        let Some(policy) = view.account.policy(arn) else {
            lines.push((format!("{}: no longer exists", arn.name()), Look::Absent));
            continue;
        };
        lines.push((policy.name().to_owned(), Look::Text));
        let uses = &policy.facts.entities;
        let users = uses.as_ref().map(|uses| uses.users.clone());
        lines.push(held("users it is detached from", &users, ToString::to_string));
        let groups = uses.as_ref().map(|uses| uses.groups.clone());
        lines.push(held("groups that lose it", &groups, ToString::to_string));
        for group in groups.known().into_iter().flatten() {
            let members = view.account.members(group).map(<[_]>::to_vec);
            lines.push(held(&format!("users who lose it through group {group}"), &members, ToString::to_string));
        }
        let roles = uses.as_ref().map(|uses| uses.roles.clone());
        lines.push(held("roles that lose it", &roles, ToString::to_string));
        if let Fact::Known(uses, _) = uses {
            let count = uses.bounded_users.len() + uses.bounded_roles.len();
            if count > 0 {
                lines.push((
                    format!("  ▲ {count} lose it as their boundary: their permissions can grow"),
                    Look::Warning,
                ));
            }
        }
        lines.push(held("versions", &policy.facts.versions, |version| version.id.to_string()));
    }
    lines
}
