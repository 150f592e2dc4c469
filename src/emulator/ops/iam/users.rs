//! Users: their making, renaming, deletion and tags.

use serde_json::{Value, json};

use super::attachments::blocks;
use super::boundaries;
use super::named::{self, arn, created, edit, existing, find, free, listed, renames, row};
use super::principals;
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::caller::Principal;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::User;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateUser, create, created::<User>),
    reads(Iam::GetUser, get, existing::<User>),
    reads(Iam::ListUsers, list, listed::<User>),
    writes(Iam::UpdateUser, update, existing::<User>),
    writes(Iam::DeleteUser, delete, existing::<User>),
    reads(Iam::ListUserTags, list_tags, existing::<User>),
    writes(Iam::TagUser, tag, existing::<User>),
    writes(Iam::UntagUser, untag, existing::<User>),
];

/// A user as lists show it: without boundary and tags.
pub fn brief(request: &Request<'_>, user: &User) -> Value {
    row([
        ("Path", user.path.as_str().into()),
        ("UserName", user.name.as_str().into()),
        ("UserId", user.id.as_str().into()),
        ("Arn", arn(request, user).into()),
        ("CreateDate", user.created.to_string().into()),
        ("PasswordLastUsed", user.password_last_used.map(|at| at.to_string()).into()),
    ])
}

fn full(request: &Request<'_>, user: &User) -> Value {
    let mut shown = brief(request, user);
    shown["PermissionsBoundary"] = boundaries::show(user.boundary.as_deref());
    shown["Tags"] = tags::show(&user.tags);
    shown
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("UserName");
    free::<User>(state, name)?;
    request.within(quota::USERS, state.users.len() + 1)?;
    let user = User {
        id: request.environment.ids.unique("AIDA"),
        name: name.to_owned(),
        path: named::path(request).to_owned(),
        created: request.now,
        tags: tags::given(request, Keys::Folded)?,
        boundary: boundaries::given(request, state)?,
        ..User::default()
    };
    let shown = full(request, &user);
    state.users.put(user);
    Ok(json!({"User": shown}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    if request.maybe("UserName").is_none() && request.caller.principal == Principal::Root {
        return Ok(json!({"User": root(request, state)}));
    }
    Ok(json!({"User": full(request, find::<User>(request, state)?)}))
}

/// The root user as `GetUser` tells of it.
fn root(request: &Request<'_>, state: &State) -> Value {
    let account = state.account();
    json!({
        "Path": "/",
        "UserName": account.alias.as_deref().unwrap_or(&account.number),
        "UserId": account.number,
        "Arn": request.caller.arn,
        "CreateDate": account.created.to_string(),
        "PasswordLastUsed": account.root_password_last_used.map(|at| at.to_string()),
    })
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    named::list::<User>(request, state, "Users", |user| brief(request, user))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let before = find::<User>(request, state)?.clone();
    let mut user = before.clone();
    if let Some(name) = request.maybe("NewUserName") {
        renames(state, &user, name)?;
        name.clone_into(&mut user.name);
    }
    if let Some(path) = request.maybe("NewPath") {
        path.clone_into(&mut user.path);
    }
    principals::moved(request, state, &before, &user);
    state.users.put(user);
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let user = find::<User>(request, state)?;
    let blockers = [
        (!user.access_keys.is_empty(), "must delete access keys first."),
        (user.login_profile.is_some(), "must delete login profile first."),
        (!user.mfa.is_empty(), "must delete MFA device first."),
        (!user.signing_certificates.is_empty(), "must delete signing certificates first."),
        (!user.ssh_keys.is_empty() || !user.service_credentials.is_empty(), "must remove referenced objects first."),
        (!user.groups.is_empty(), "must remove users from group first."),
    ];
    if let Some((_, first)) = blockers.iter().find(|(blocks, _)| *blocks) {
        return Err(Failure::delete_conflict(format!("Cannot delete entity, {first}")));
    }
    blocks(user)?;
    let user = user.clone();
    principals::gone(request, state, &user);
    state.users.remove(&user.id);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find::<User>(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| tags::merge(request, &mut user.tags, Keys::Folded))?;
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |user: &mut User| {
        tags::remove(request, &mut user.tags, Keys::Folded);
        Ok(())
    })?;
    Ok(json!({}))
}
