//! Roles: their making, trust, description, deletion and tags.

use serde_json::{Value, json};

use super::attachments::blocks;
use super::documents;
use super::named::{self, Holder, arn, by_arn, created, edit, existing, find, free, listed};
use super::tags::{self, Keys};
use super::{boundaries, login_profiles, principals};
use super::{reads, writes};
use crate::api::Iam;
use crate::base::arn::Arn;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{Role, RoleSource, User};
use crate::policy;
use crate::policy::ast::PrincipalKind;
use crate::policy::malformed::DocumentUse;

/// The handlers of this resource; service-linked roles have a file of their own.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateRole, create, created::<Role>),
    reads(Iam::GetRole, get, existing::<Role>),
    reads(Iam::ListRoles, list, listed::<Role>),
    writes(Iam::UpdateRole, update, existing::<Role>),
    writes(Iam::UpdateRoleDescription, describe, existing::<Role>),
    writes(Iam::UpdateAssumeRolePolicy, trust, existing::<Role>),
    writes(Iam::DeleteRole, delete, existing::<Role>),
    reads(Iam::ListRoleTags, list_tags, existing::<Role>),
    writes(Iam::TagRole, tag, existing::<Role>),
    writes(Iam::UntagRole, untag, existing::<Role>),
];

/// The seconds that a session lasts at most when nothing is said.
const MAX_SESSION: u64 = 3600;

/// A role as instance profiles show it: the least.
pub fn core(request: &Request<'_>, role: &Role) -> Value {
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": arn(request, role),
        "CreateDate": role.created.to_string(),
        "AssumeRolePolicyDocument": documents::show(&role.trust),
    })
}

/// A role as `ListRoles` shows it: without boundary, tags and last use.
fn brief(request: &Request<'_>, role: &Role) -> Value {
    let mut shown = core(request, role);
    shown["Description"] = json!(role.description);
    shown["MaxSessionDuration"] = json!(role.max_session);
    shown["MaxSigninSessionDuration"] = json!(role.max_signin);
    shown
}

/// The last use as `GetRole` shows it; an empty structure where there was none.
pub fn last_used(role: &Role) -> Value {
    role.last_used
        .as_ref()
        .map_or(json!({}), |last| json!({"LastUsedDate": last.at.to_string(), "Region": last.region}))
}

pub(super) fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let (name, path) = (request.text("RoleName"), named::path(request));
    let document = checked_trust(request, state, request.text("AssumeRolePolicyDocument"))?;
    free::<Role>(state, name)?;
    if path.starts_with("/aws-service-role/") {
        return Err(Failure::invalid_input("The path /aws-service-role/ is reserved for service-linked roles."));
    }
    request.within(quota::ROLES, state.roles.len() + 1)?;
    let role = Role {
        id: request.environment.ids.unique("AROA"),
        name: name.to_owned(),
        path: path.to_owned(),
        created: request.now,
        trust: document.to_owned(),
        description: request.maybe("Description").map(str::to_owned),
        max_session: request.number("MaxSessionDuration").unwrap_or(MAX_SESSION),
        max_signin: request.number("MaxSigninSessionDuration"),
        tags: tags::given(request, Keys::Folded)?,
        boundary: boundaries::given(request, state)?,
        ..Role::default()
    };
    let mut shown = core(request, &role);
    shown["PermissionsBoundary"] = boundaries::show(role.boundary.as_deref());
    shown["Tags"] = tags::show(&role.tags);
    shown["MaxSigninSessionDuration"] = json!(role.max_signin);
    state.roles.put(role);
    Ok(json!({"Role": shown}))
}

/// A trust policy, refused where its grammar, its size or one of its principals is wrong.
fn checked_trust<'a>(request: &Request<'_>, state: &State, document: &'a str) -> Result<&'a str, Failure> {
    documents::check(document, DocumentUse::Trust)?;
    documents::fits(request, document, quota::TRUST_SIZE)?;
    let policy = policy::read(document);
    let principals = policy.statements.iter().filter_map(|statement| statement.principal.as_ref());
    for principal in principals.flat_map(|principal| principal.of_kind(PrincipalKind::Aws)) {
        let text = principal.as_str();
        if !is_principal(request, state, text) {
            return Err(Failure::malformed_policy(format!("Invalid principal in policy: \"AWS\":\"{text}\"")));
        }
    }
    Ok(document)
}

/// Whether a principal can exist: it is of this partition; of this account it must exist, of others nothing is known.
fn is_principal(request: &Request<'_>, state: &State, principal: &str) -> bool {
    let Ok(arn) = Arn::parse(principal) else { return true };
    if arn.partition() != "aws" {
        return false;
    }
    if arn.account() != request.account || arn.service() != "iam" {
        return true;
    }
    match arn.resource_type() {
        "user" => by_arn::<User>(request, state, principal).is_some(),
        "role" => by_arn::<Role>(request, state, principal).is_some(),
        _ => principal == request.arn("root"),
    }
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let role = find::<Role>(request, state)?;
    let mut shown = brief(request, role);
    shown["PermissionsBoundary"] = boundaries::show(role.boundary.as_deref());
    shown["Tags"] = tags::show(&role.tags);
    shown["RoleLastUsed"] = last_used(role);
    shown["SourceRoleTemplate"] = role.source.as_ref().map_or(Value::Null, source);
    Ok(json!({"Role": shown}))
}

/// The template of a role that was acquired.
pub(super) fn source(source: &RoleSource) -> Value {
    json!({"TemplateArn": source.template, "TemplateMinorVersion": source.minor})
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    named::list::<Role>(request, state, "Roles", |role| brief(request, role))
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    // The description alone may be changed on a service-linked role.
    let longer = request.number("MaxSessionDuration");
    edit(request, state, |role: &mut Role| {
        let signin = login_profiles::signin_duration(request, role.max_signin)?;
        if longer.is_some() || signin != role.max_signin {
            role.guard()?;
        }
        role.max_signin = signin;
        role.max_session = longer.unwrap_or(role.max_session);
        if let Some(description) = request.maybe("Description") {
            role.description = Some(description.to_owned());
        }
        Ok(())
    })?;
    Ok(json!({}))
}

fn describe(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let shown = edit(request, state, |role: &mut Role| {
        role.description = Some(request.text("Description").to_owned());
        let mut shown = core(request, role);
        shown["Description"] = json!(role.description);
        Ok(shown)
    })?;
    Ok(json!({"Role": shown}))
}

fn trust(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<Role>(request, state)?.guard()?;
    let document = checked_trust(request, state, request.text("PolicyDocument"))?;
    edit(request, state, |role: &mut Role| {
        document.clone_into(&mut role.trust);
        Ok(json!({}))
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let role = find::<Role>(request, state)?;
    role.guard()?;
    if state.instance_profiles.iter().any(|profile| profile.roles.contains(&role.id)) {
        return Err(Failure::delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    blocks(role)?;
    let role = role.clone();
    principals::gone(request, state, &role);
    state.roles.remove(&role.id);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find::<Role>(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    // A service-linked role is its service's, but its tags are the account's.
    edit(request, state, |role: &mut Role| tags::merge(request, &mut role.tags, Keys::Folded))?;
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |role: &mut Role| {
        tags::remove(request, &mut role.tags, Keys::Folded);
        Ok(json!({}))
    })
}
