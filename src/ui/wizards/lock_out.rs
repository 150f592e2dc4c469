//! Locking a user or role out at once, as in an incident.

use crate::backend::{Load, UserPart};
use crate::insight::{assumable_roles, assumed_lately};
use crate::model::{EventQuery, Identity, Principal, ResourceRef, RoleName, SigninOwner, SigninQuery};
use crate::plan::builders::{self, Owner};
use crate::plan::{Plan, PlanError};
use crate::theme::Look;
use crate::ui::page::View;
use crate::ui::selection::Selection;
use crate::ui::time;

use super::attach_policy::{overview_of, permissions_of};
use super::offer::{later, needed};
use super::summary::{Lines, Summary};
use super::{Command, Fit, modifiable, nothing};

/// Locks out the selected user or role.
pub const COMMAND: Command = Command {
    name: "lock out",
    help: "Lock out the selected user or role: deny everything, revoke sessions, deactivate credentials.",
    key: None,
    fit: |selection: &Selection| match selection.one() {
        Some(ResourceRef::Role(_) | ResourceRef::User(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        modifiable(selection, view)?;
        let Some(entity) = selection.one().cloned() else { return nothing() };
        let Some(owner) = Owner::of(&entity) else { return nothing() };
        let told = owner.clone();
        let flow = Summary::new(
            format!("Lock out {}", selection.describe()),
            "Change",
            move |view| lines(&told, &entity, view),
            move |way, view| plan(&owner, way, view),
        );
        let flow = match selection.one() {
            Some(ResourceRef::User(_)) => flow.ways(WAYS, "The denial blocks what its groups allow already."),
            _ => flow,
        };
        // Who could be assumed, and who was, is only told: nothing waits for that.
        let events = match selection.one() {
            Some(ResourceRef::User(name)) => Some(Load::Events(EventQuery::By(name.clone()))),
            _ => None,
        };
        let signed_in = selection.one().and_then(SigninOwner::of_entity);
        let signed_in = signed_in.map(|owner| Load::SigninSessions(SigninQuery::Of(owner)));
        let told: Vec<Load> = [Load::Roles, Load::Bulk].into_iter().chain(events).chain(signed_in).collect();
        Ok(flow.wants(needed(wants(selection)).chain(later(&told))).more(sessions_of_assumed).wizard())
    },
};

const WAYS: &[&str] = &["keep the groups", "remove from groups too", "and revoke sessions of roles it assumed"];

/// What is read of a user; of a role all is read with its policies.
const PARTS: [UserPart; 6] = [
    UserPart::Groups,
    UserPart::Login,
    UserPart::Keys,
    UserPart::SshKeys,
    UserPart::Certificates,
    UserPart::ServiceCredentials,
];

/// The sign-in sessions of the roles that the user assumed lately.
fn sessions_of_assumed(first: &[Load], view: &View<'_>) -> Vec<Load> {
    let user = first.iter().find_map(|load| match load {
        Load::Events(EventQuery::By(name)) => Some(name),
        _ => None,
    });
    let roles = user.and_then(|user| assumed_lately(view.account, user)).unwrap_or_default();
    roles.into_iter().map(|(role, _)| Load::SigninSessions(SigninQuery::Of(SigninOwner::Role(role)))).collect()
}

fn wants(selection: &Selection) -> Vec<Load> {
    let Some(entity) = selection.one() else { return Vec::new() };
    let parts = match entity {
        ResourceRef::User(name) => PARTS.map(|part| Load::User(name.clone(), part)).to_vec(),
        _ => Vec::new(),
    };
    [overview_of(entity), permissions_of(entity)].into_iter().flatten().chain(parts).collect()
}

fn plan(owner: &Owner, way: usize, view: &View<'_>) -> Result<Plan, PlanError> {
    let (owner, leave_groups) = (owner.clone(), way >= 1);
    let roles = match &owner {
        Owner::User(name) if way == 2 => assumed_lately(view.account, &name.as_str().into()).unwrap_or_default(),
        _ => Vec::new(),
    };
    let roles = roles.into_iter().map(|(role, _)| role.to_string()).collect();
    builders::LockOut { owner, leave_groups, roles, before: view.now }.plan(view.account)
}

/// What will be done, what of it comes back, and whose sessions go on.
fn lines(owner: &Owner, entity: &ResourceRef, view: &View<'_>) -> Lines {
    let mut lines = Lines::new();
    match plan(owner, 0, view) {
        Ok(plan) => {
            lines.extend(plan.steps.iter().map(|step| (step.title(), Look::Text)));
            let (back, gone) = builders::halves(&plan);
            lines.push((format!("Undo reverses {} of {} steps.", back.len(), plan.steps.len()), Look::Muted));
            lines.extend(gone.into_iter().map(|step| (format!("Not restored by undo: {step}."), Look::Warning)));
        }
        Err(error) => lines.push((error.user_error().message, Look::Unknown)),
    }
    let own = view.account.identity().map(Identity::principal);
    let is_own = match (&own, owner) {
        (Some(Principal::AssumedRole { role, .. }), Owner::Role(name)) => role.as_str() == name,
        (Some(Principal::User(user)), Owner::User(name)) => user.as_str() == name,
        _ => false,
    };
    if is_own {
        lines.push(("▲ This locks out yourself.".to_owned(), Look::Danger));
    }
    let assumed = match entity {
        ResourceRef::User(name) => assumed_lately(view.account, name),
        _ => Some(Vec::new()),
    };
    for (role, at) in assumed.iter().flatten() {
        let told =
            format!("▲ It assumed role {role} {}: `Change` can revoke those sessions too.", time::ago(*at, view.now));
        lines.push((told, Look::Warning));
    }
    if assumed.is_none() {
        let told = "Which roles it assumed lately is not known: its events in CloudTrail were not read.";
        lines.push((told.to_owned(), Look::Unknown));
    }
    let (assumable, is_sure) = assumable_roles(view.account, entity);
    let lately = |role: &RoleName| assumed.iter().flatten().any(|(known, _)| known == role);
    for found in assumable.into_iter().filter(|found| !lately(&found.role)) {
        let told = format!("▲ Sessions of role {found} go on: revoke them there.");
        lines.push((told, Look::Warning));
    }
    if !is_sure {
        lines.push(("Which roles it can assume is not known for sure.".to_owned(), Look::Unknown));
    }
    lines
}
