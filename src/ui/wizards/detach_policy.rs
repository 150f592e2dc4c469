//! Detaching managed policies, and deleting inline ones.

use std::collections::BTreeMap;

use crate::backend::{Load, PolicyPart};
use crate::input::ItemAction;
use crate::model::{AttachedPolicy, Fact, ResourceRef};
use crate::plan::builders::{Owner, detach, remove_inline};
use crate::theme::Look;
use crate::ui::form::pick::Item;
use crate::ui::page::View;
use crate::ui::selection::TabItem;
use crate::ui::wizard::Wizard;

use super::attach_policy::{has_policies, overview_of, owners, permissions, permissions_of};
use super::offer::{self, Offer, needed};
use super::picking::Picking;
use super::summary::Summary;
use super::{Command, Fit, modifiable, nothing};

/// Detaches policies from the selected users, groups or roles.
pub const POLICIES: Command = Command {
    name: "detach policies",
    help: "Detach managed policies from the selected users, groups or roles.",
    key: None,
    fit: |selection| if has_policies(selection) { Fit::Also } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let owners = owners(selection);
        let about: Vec<String> = owners.iter().map(|owner| format!("{} {}", owner.kind(), owner.name())).collect();
        let entities = selection.entities.clone();
        let flow = Picking::new(
            format!("Detach policies from {}", selection.describe()),
            ("Policies", "Space selects, typing filters."),
            move |view| attached_to(&entities, view),
            move |picked, view| detach(view.account, picked, &owners),
        );
        Ok(Box::new(Wizard::new(flow.about("From", &about).wants(needed(permissions(selection))))))
    },
};

/// Detaches the selected policies from entities that have them.
pub const ENTITIES: Command = Command {
    name: "detach from entities",
    help: "Detach the selected policy from users, groups and roles.",
    key: None,
    fit: |selection| match selection.one() {
        Some(ResourceRef::Policy(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, _| {
        let Some(ResourceRef::Policy(policy)) = selection.one().cloned() else { return nothing() };
        let mut wants = vec![Load::Policy(policy.clone(), PolicyPart::Entities)];
        wants.extend_from_slice(offer::OWNERS);
        let (of, about) = (policy.clone(), [policy.name().to_owned()]);
        let flow = Picking::new(
            format!("Detach {} from entities", selection.describe()),
            ("Users, groups, roles", "Space selects, typing filters."),
            move |view| having(&of, view),
            move |picked, view| {
                let owners: Vec<Owner> = picked.iter().filter_map(|key| offer::owner(key)).collect();
                detach(view.account, &[policy.as_str().to_owned()], &owners)
            },
        );
        Ok(Box::new(Wizard::new(flow.about("Policy", &about).wants(needed(wants)))))
    },
};

/// Detaches the policy under the cursor.
pub const ATTACHED: Command = Command {
    name: "detach policy",
    help: "Detach the policy in the selected row.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Attached(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Attached(owner, policy)) = selection.item.clone() else { return nothing() };
        let wants: Vec<Load> = [overview_of(&owner), permissions_of(&owner)].into_iter().flatten().collect();
        let Some(of) = Owner::of(&owner) else { return nothing() };
        let line = format!("{} {} loses the permissions and denials of {}.", of.kind(), of.name(), policy.name());
        Summary::new(
            format!("Detach policy {} from {} {}", policy.name(), of.kind(), of.name()),
            "Policy",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| detach(view.account, &[policy.as_str().to_owned()], std::slice::from_ref(&of)),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// Deletes the inline policy under the cursor.
pub const INLINE: Command = Command {
    name: "delete inline policy",
    help: "Delete the selected inline policy; undo restores it.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Inline(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Inline(owner, name)) = selection.item.clone() else { return nothing() };
        let wants: Vec<Load> = [overview_of(&owner), permissions_of(&owner)].into_iter().flatten().collect();
        let Some(of) = Owner::of(&owner) else { return nothing() };
        let line = format!("{} {} loses the permissions and denials of {name}.", of.kind(), of.name());
        Summary::new(
            format!("Delete inline policy {name} of {} {}", of.kind(), of.name()),
            "Inline policy",
            move |_| vec![(line.clone(), Look::Text)],
            move |_, view| remove_inline(view.account, &of, name.as_str()),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

/// The policies attached to an entity.
fn attached<'a>(entity: &ResourceRef, view: &'a View<'_>) -> Option<&'a Fact<Vec<AttachedPolicy>>> {
    let account = view.account;
    match entity {
        ResourceRef::User(name) => account.users().get(name).map(|user| &user.facts.attached),
        ResourceRef::Group(name) => account.groups().get(name).map(|group| &group.facts.attached),
        ResourceRef::Role(name) => account.roles().get(name).map(|role| &role.facts.attached),
        _ => None,
    }
}

/// The policies that any of the entities has, with how many of them have it.
fn attached_to(entities: &[ResourceRef], view: &View<'_>) -> Offer {
    let mut found: BTreeMap<&AttachedPolicy, usize> = BTreeMap::new();
    let mut status = String::new();
    for entity in entities {
        match attached(entity, view) {
            Some(Fact::Known(list, _)) => list.iter().for_each(|policy| *found.entry(policy).or_default() += 1),
            Some(Fact::Absent(_)) => {}
            other => status = offer::pending(other),
        }
    }
    let item = |(policy, count): (&AttachedPolicy, usize)| Item {
        key: policy.arn.as_str().to_owned(),
        label: policy.name().to_owned(),
        note: if entities.len() > 1 { format!("attached to {count} of {}", entities.len()) } else { String::new() },
        ..Item::default()
    };
    (found.into_iter().map(item).collect(), status)
}

/// The entities that a policy is attached to.
fn having(policy: &crate::base::arn::Arn, view: &View<'_>) -> Offer {
    let entities = view.account.policy(policy).map(|policy| &policy.facts.entities);
    let Some(uses) = entities.and_then(Fact::known) else { return (Vec::new(), offer::pending(entities)) };
    let item = |kind: &str, name: &str, note: &str| Item {
        key: format!("{kind} {name}"),
        label: name.to_owned(),
        note: note.to_owned(),
        ..Item::default()
    };
    let users = uses.users.iter().map(|name| item("user", name.as_str(), "User"));
    let groups = uses.groups.iter().map(|name| item("group", name.as_str(), "User group"));
    let roles = uses.roles.iter().map(|name| item("role", name.as_str(), "Role"));
    (users.chain(groups).chain(roles).collect(), String::new())
}
