//! Inline policies of users, groups and roles.

use serde_json::{Value, json};

use super::documents;
use super::named::{Holder, edit, existing, find};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, Permissions, Role, User};
use crate::policy::malformed::DocumentUse;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::PutUserPolicy, put::<User>, existing::<User>),
    reads(Iam::GetUserPolicy, get::<User>, existing::<User>),
    reads(Iam::ListUserPolicies, list::<User>, existing::<User>),
    writes(Iam::DeleteUserPolicy, delete::<User>, existing::<User>),
    writes(Iam::PutGroupPolicy, put::<Group>, existing::<Group>),
    reads(Iam::GetGroupPolicy, get::<Group>, existing::<Group>),
    reads(Iam::ListGroupPolicies, list::<Group>, existing::<Group>),
    writes(Iam::DeleteGroupPolicy, delete::<Group>, existing::<Group>),
    writes(Iam::PutRolePolicy, put::<Role>, existing::<Role>),
    reads(Iam::GetRolePolicy, get::<Role>, existing::<Role>),
    reads(Iam::ListRolePolicies, list::<Role>, existing::<Role>),
    writes(Iam::DeleteRolePolicy, delete::<Role>, existing::<Role>),
];

fn missing<H: Holder>(name: &str) -> Failure {
    Failure::no_such_entity(format!("The {} policy with name {name} cannot be found.", H::LABEL))
}

pub(super) fn put<H: Holder>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let (name, document) = (request.text("PolicyName"), request.text("PolicyDocument"));
    find::<H>(request, state)?.guard()?;
    documents::check(document, DocumentUse::Inline)?;
    edit(request, state, |holder: &mut H| {
        holder.permissions_mut().inline.insert(name.to_owned(), document.to_owned());
        let size: usize = holder.permissions().inline.values().map(|document| documents::size(document)).sum();
        if request.environment.quotas && size > H::INLINE.value {
            let message =
                format!("Maximum policy size of {} bytes exceeded for {} {}", H::INLINE.value, H::LABEL, holder.name());
            return Err(Failure::limit_exceeded(message));
        }
        Ok(())
    })?;
    Ok(json!({}))
}

fn get<H: Holder>(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let name = request.text("PolicyName");
    let holder = find::<H>(request, state)?;
    let document = holder.permissions().inline.get(name).ok_or_else(|| missing::<H>(name))?;
    Ok(json!({H::PARAM: holder.name(), "PolicyName": name, "PolicyDocument": documents::show(document)}))
}

fn list<H: Holder>(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let inline = &find::<H>(request, state)?.permissions().inline;
    paging::slice(request, "PolicyNames", inline.keys().map(|name| (name.as_str(), name)), |name| json!(name))
}

fn delete<H: Holder>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("PolicyName");
    find::<H>(request, state)?.guard()?;
    edit(request, state, |holder: &mut H| {
        holder.permissions_mut().inline.remove(name).map(drop).ok_or_else(|| missing::<H>(name))
    })?;
    Ok(json!({}))
}

/// All inline policies with their documents as a member of a larger answer.
pub fn show_all(permissions: &Permissions) -> Value {
    let show =
        |(name, document): (&String, &String)| json!({"PolicyName": name, "PolicyDocument": documents::show(document)});
    permissions.inline.iter().map(show).collect()
}
