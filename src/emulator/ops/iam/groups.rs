//! Groups and who belongs to them.

use serde_json::{Value, json};

use super::attachments::blocks;
use super::named::{self, arn, created, edit, existing, find, free, listed, renames, row};
use super::users;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, User};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateGroup, create, created::<Group>),
    reads(Iam::GetGroup, get, existing::<Group>),
    reads(Iam::ListGroups, list, listed::<Group>),
    writes(Iam::UpdateGroup, update, existing::<Group>),
    writes(Iam::DeleteGroup, delete, existing::<Group>),
    writes(Iam::AddUserToGroup, add, existing::<Group>),
    writes(Iam::RemoveUserFromGroup, remove, existing::<Group>),
    reads(Iam::ListGroupsForUser, list_for_user, existing::<User>),
];

/// A group as every answer shows it.
pub fn show(request: &Request<'_>, group: &Group) -> Value {
    row([
        ("Path", group.path.as_str().into()),
        ("GroupName", group.name.as_str().into()),
        ("GroupId", group.id.as_str().into()),
        ("Arn", arn(request, group).into()),
        ("CreateDate", group.created.to_string().into()),
    ])
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("GroupName");
    free::<Group>(state, name)?;
    request.within(quota::GROUPS, state.groups.len() + 1)?;
    let group = Group {
        id: request.environment.ids.unique("AGPA"),
        name: name.to_owned(),
        path: named::path(request).to_owned(),
        created: request.now,
        ..Group::default()
    };
    let shown = show(request, &group);
    state.groups.put(group);
    Ok(json!({"Group": shown}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let group = find::<Group>(request, state)?;
    let marker = paging::marker(request)?;
    let members = state.users.after(marker.as_deref()).filter(|(_, user)| user.groups.contains(&group.id));
    let mut out = paging::page(request, "Users", members, |user| users::brief(request, user));
    out["Group"] = show(request, group);
    Ok(out)
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    named::list::<Group>(request, state, "Groups", |group| show(request, group))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut group = find::<Group>(request, state)?.clone();
    if let Some(name) = request.maybe("NewGroupName") {
        renames(state, &group, name)?;
        name.clone_into(&mut group.name);
    }
    if let Some(path) = request.maybe("NewPath") {
        path.clone_into(&mut group.path);
    }
    state.groups.put(group);
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let group = find::<Group>(request, state)?;
    if state.users.iter().any(|user| user.groups.contains(&group.id)) {
        return Err(Failure::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    blocks(group)?;
    let id = group.id.clone();
    state.groups.remove(&id);
    Ok(json!({}))
}

fn add(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<User>(request, state)?;
    let group = find::<Group>(request, state)?.id.clone();
    edit(request, state, |user: &mut User| {
        user.groups.insert(group);
        request.within(quota::GROUPS_PER_USER, user.groups.len())
    })?;
    Ok(json!({}))
}

fn remove(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<User>(request, state)?;
    let group = find::<Group>(request, state)?.id.clone();
    // Removing who is no member succeeds.
    edit(request, state, |user: &mut User| {
        user.groups.remove(&group);
        Ok(())
    })?;
    Ok(json!({}))
}

/// The groups of a user in the order of their names.
pub fn of_user<'s>(state: &'s State, user: &User) -> Vec<&'s Group> {
    let mut groups: Vec<&Group> = user.groups.iter().filter_map(|id| state.groups.get(id)).collect();
    groups.sort_unstable_by_key(|group| crate::emulator::store::table::fold(&group.name));
    groups
}

fn list_for_user(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let groups = of_user(state, find::<User>(request, state)?);
    let keys: Vec<String> = groups.iter().map(|group| crate::emulator::store::table::fold(&group.name)).collect();
    let rows = keys.iter().map(String::as_str).zip(groups);
    paging::slice(request, "Groups", rows, |group| show(request, group))
}
