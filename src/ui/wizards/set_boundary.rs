//! Setting, changing and removing permissions boundaries.

use crate::backend::Load;
use crate::input::ItemAction;
use crate::model::Fact;
use crate::plan::PlanError;
use crate::plan::builders::{Owner, put_boundaries, remove_boundaries};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::selection::{Selection, TabItem};
use crate::ui::wizard::Wizard;

use super::attach_policy::{overview_of, owners};
use super::offer::{self, later, needed};
use super::picking::Picking;
use super::summary::{Lines, Summary};
use super::{Command, Fit, modifiable, nothing};

/// Sets or changes the permissions boundary of the selected users or roles.
pub const SET: Command = Command {
    name: "set boundary",
    help: "Set or change the permissions boundary of the selected user or role.",
    key: None,
    fit: |selection| if is_bounded(selection) { Fit::Also } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let owners = owners(selection);
        let about: Vec<String> = owners.iter().map(|owner| format!("{} {}", owner.kind(), owner.name())).collect();
        let flow = Picking::new(
            format!("Set the permissions boundary of {}", selection.describe()),
            (
                "Boundary policy",
                "Space selects one. A boundary allows nothing by itself; it sets the maximum permissions.",
            ),
            offer::boundaries,
            move |picked, view| match picked.first() {
                Some(policy) => put_boundaries(view.account, &owners, policy),
                None => Err(PlanError::Nothing("No policy is selected.".to_owned())),
            },
        );
        let wants = needed(overviews(selection)).chain(later(offer::POLICIES));
        Ok(Box::new(Wizard::new(flow.one().about("Of", &about).wants(wants))))
    },
};

/// Removes the permissions boundary of the selected users or roles.
pub const REMOVE: Command = Command {
    name: "remove boundary",
    help: "Remove the permissions boundary of the selected user or role; its permissions can grow.",
    key: None,
    fit: |selection| match selection.item {
        _ if !is_bounded(selection) => Fit::No,
        Some(TabItem::Boundary(..)) => Fit::No,
        _ => Fit::Also,
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let of = owners(selection);
        let told = of.clone();
        let flow = Summary::new(
            format!("Remove the permissions boundary of {}", selection.describe()),
            "Boundaries",
            move |view| told.iter().map(|owner| line(owner, view)).collect(),
            move |_, view| remove_boundaries(view.account, &of),
        );
        Ok(flow.wants(needed(overviews(selection))).wizard())
    },
};

/// Removes the permissions boundary under the cursor.
pub const BOUNDARY: Command = Command {
    name: "remove this boundary",
    help: "Remove the selected permissions boundary; permissions can grow.",
    key: Some(ItemAction::Delete),
    fit: |selection| if matches!(selection.item, Some(TabItem::Boundary(..))) { Fit::TabItem } else { Fit::No },
    open: |selection, view| {
        let Some(TabItem::Boundary(entity, _)) = selection.item.clone() else { return nothing() };
        let Some(owner) = Owner::of(&entity) else { return nothing() };
        let told = owner.clone();
        let wants: Vec<Load> = overview_of(&entity).into_iter().collect();
        Summary::new(
            format!("Remove the permissions boundary of {} {}", owner.kind(), owner.name()),
            "Boundary",
            move |view| -> Lines { vec![line(&told, view)] },
            move |_, view| remove_boundaries(view.account, std::slice::from_ref(&owner)),
        )
        .wants(needed(wants))
        .review_or_wizard(view)
    },
};

fn is_bounded(selection: &Selection) -> bool {
    selection.is(Kind::Users) || selection.is(Kind::Roles)
}

fn overviews(selection: &Selection) -> Vec<Load> {
    selection.entities.iter().filter_map(overview_of).collect()
}

/// What bounds an owner now.
fn line(owner: &Owner, view: &View<'_>) -> (String, Look) {
    let name = owner.name();
    let boundary = match owner {
        Owner::User(_) => view.account.users().get(name).map(|user| &user.facts.boundary),
        Owner::Role(_) => view.account.roles().get(name).map(|role| &role.facts.boundary),
        Owner::Group(_) => None,
    };
    let of = format!("{} {name}", owner.kind());
    match boundary {
        Some(Fact::Known(policy, _)) => (format!("{of}: {}", policy.name()), Look::Text),
        Some(Fact::Absent(_)) => (format!("{of}: none"), Look::Absent),
        Some(Fact::Denied(denial)) => (format!("{of}: {} {}", denial.mark(), denial.lacks()), Cell::role_of(denial)),
        Some(Fact::Unknown) | None => (format!("{of}: …"), Look::Unknown),
    }
}
