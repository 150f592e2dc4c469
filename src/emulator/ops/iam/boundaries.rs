//! Permissions boundaries of users and roles.

use serde_json::{Value, json};

use super::named::{Holder, edit, existing, find};
use super::policies::{Managed, is_policy_arn};
use super::writes;
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::records::{Role, User};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::PutUserPermissionsBoundary, put::<User>, existing::<User>),
    writes(Iam::DeleteUserPermissionsBoundary, delete::<User>, existing::<User>),
    writes(Iam::PutRolePermissionsBoundary, put::<Role>, existing::<Role>),
    writes(Iam::DeleteRolePermissionsBoundary, delete::<Role>, existing::<Role>),
];

/// An entity that can have a boundary; groups cannot.
trait Bounded: Holder {
    fn boundary(&mut self) -> &mut Option<String>;
}

impl Bounded for User {
    fn boundary(&mut self) -> &mut Option<String> {
        &mut self.boundary
    }
}

impl Bounded for Role {
    fn boundary(&mut self) -> &mut Option<String> {
        &mut self.boundary
    }
}

/// A boundary as a member of an answer; absent where there is none.
pub fn show(boundary: Option<&str>) -> Value {
    boundary.map_or(Value::Null, |arn| json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}))
}

/// The boundary that a request gives, refused where there is no such policy.
pub fn given(request: &Request<'_>, state: &State) -> Result<Option<String>, Failure> {
    let Some(arn) = request.maybe("PermissionsBoundary") else { return Ok(None) };
    if !is_policy_arn(arn) {
        return Err(Failure::invalid_input(format!("ARN {arn} is not valid.")));
    }
    if Managed::find(request, state, arn).is_none() {
        return Err(Failure::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable.")));
    }
    Ok(Some(arn.to_owned()))
}

fn put<B: Bounded>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<B>(request, state)?.guard()?;
    let arn = given(request, state)?;
    edit(request, state, |entity: &mut B| {
        *entity.boundary() = arn;
        Ok(())
    })?;
    Ok(json!({}))
}

fn delete<B: Bounded>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<B>(request, state)?.guard()?;
    edit(request, state, |entity: &mut B| {
        *entity.boundary() = None;
        Ok(())
    })?;
    Ok(json!({}))
}
