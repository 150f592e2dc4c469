//! Attaching managed policies, from the page of the policy and from those of users, groups and roles.

use crate::backend::{GroupPart, Load, RolePart, UserPart};
use crate::input::ItemAction;
use crate::model::ResourceRef;
use crate::plan::builders::{Owner, attach};
use crate::ui::place::Kind;
use crate::ui::selection::Selection;
use crate::ui::wizard::Wizard;

use super::offer::{self, later, needed};
use super::picking::Picking;
use super::{Command, Fit, modifiable};

/// Attaches policies to the selected users, groups or roles.
pub const POLICIES: Command = Command {
    name: "attach policies",
    help: "Attach managed policies to the selected users, groups or roles.",
    key: Some(ItemAction::Add),
    fit: |selection| if has_policies(selection) { Fit::on_tab(selection, "Permissions") } else { Fit::No },
    open: |selection, view| {
        modifiable(selection, view)?;
        let owners = owners(selection);
        let about: Vec<String> = owners.iter().map(|owner| format!("{} {}", owner.kind(), owner.name())).collect();
        let flow = Picking::new(
            format!("Attach policies to {}", selection.describe()),
            ("Policies", "Space selects, typing filters. Policies that are already attached stay."),
            offer::policies,
            move |picked, view| attach(view.account, picked, &owners),
        );
        let wants = needed(permissions(selection)).chain(later(offer::POLICIES)).chain(later(&[Load::Summary]));
        Ok(Box::new(Wizard::new(flow.about("To", &about).wants(wants))))
    },
};

/// Attach the selected policies to users, groups and roles.
pub const ENTITIES: Command = Command {
    name: "attach to entities",
    help: "Attach the selected policies to users, groups and roles.",
    key: Some(ItemAction::Add),
    fit: |selection| if selection.is(Kind::Policies) { Fit::on_tab(selection, "Entities attached") } else { Fit::No },
    open: |selection, _| {
        let policies = selection.names();
        let about: Vec<String> = selection.entities.iter().map(|entity| entity.name().to_owned()).collect();
        let flow = Picking::new(
            format!("Attach {} to entities", selection.describe()),
            ("Users, groups, roles", "Space selects, typing filters."),
            offer::owners,
            move |picked, view| {
                let owners: Vec<Owner> = picked.iter().filter_map(|key| offer::owner(key)).collect();
                attach(view.account, &policies, &owners)
            },
        );
        let wants = later(offer::OWNERS).chain(later(&[Load::Summary, Load::Bulk]));
        Ok(Box::new(Wizard::new(flow.about("Policies", &about).wants(wants))))
    },
};

/// Whether the selection holds what policies are attached to. Roles of services keep their own.
pub(super) fn has_policies(selection: &Selection) -> bool {
    [Kind::Users, Kind::Groups, Kind::Roles].into_iter().any(|kind| selection.is(kind))
}

/// The selected owners of policies.
pub(super) fn owners(selection: &Selection) -> Vec<Owner> {
    selection.entities.iter().filter_map(Owner::of).collect()
}

/// The reads of the selected owners' policies.
pub(super) fn permissions(selection: &Selection) -> Vec<Load> {
    selection.entities.iter().filter_map(permissions_of).collect()
}

/// The read of an owner's policies.
pub(super) fn permissions_of(entity: &ResourceRef) -> Option<Load> {
    match entity {
        ResourceRef::User(name) => Some(Load::User(name.clone(), UserPart::Permissions)),
        ResourceRef::Group(name) => Some(Load::Group(name.clone(), GroupPart::Permissions)),
        ResourceRef::Role(name) => Some(Load::Role(name.clone(), RolePart::Permissions)),
        _ => None,
    }
}

/// The read of an entity itself.
pub(super) fn overview_of(entity: &ResourceRef) -> Option<Load> {
    match entity {
        ResourceRef::User(name) => Some(Load::User(name.clone(), UserPart::Overview)),
        ResourceRef::Group(name) => Some(Load::Group(name.clone(), GroupPart::Overview)),
        ResourceRef::Role(name) => Some(Load::Role(name.clone(), RolePart::Overview)),
        _ => None,
    }
}
