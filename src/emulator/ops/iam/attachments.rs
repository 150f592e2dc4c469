//! Attaching managed policies to users, groups and roles, and asking who has one.

use serde_json::{Value, json};

use super::named::{Entity, Holder, edit, existing, find};
use super::owner::in_order;
use super::policies::{self, Managed, is_policy_arn};
use super::{reads, writes};
use crate::api::Iam;
use crate::base::arn::Arn;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::store::State;
use crate::emulator::store::records::{Group, Permissions, Role, User};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::AttachUserPolicy, attach::<User>, existing::<User>),
    writes(Iam::DetachUserPolicy, detach::<User>, existing::<User>),
    reads(Iam::ListAttachedUserPolicies, list::<User>, existing::<User>),
    writes(Iam::AttachGroupPolicy, attach::<Group>, existing::<Group>),
    writes(Iam::DetachGroupPolicy, detach::<Group>, existing::<Group>),
    reads(Iam::ListAttachedGroupPolicies, list::<Group>, existing::<Group>),
    writes(Iam::AttachRolePolicy, attach::<Role>, existing::<Role>),
    writes(Iam::DetachRolePolicy, detach::<Role>, existing::<Role>),
    reads(Iam::ListAttachedRolePolicies, list::<Role>, existing::<Role>),
    reads(Iam::ListEntitiesForPolicy, entities, policies::named),
];

pub(super) fn attach<H: Holder>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let arn = request.text("PolicyArn");
    let holder = find::<H>(request, state)?;
    holder.guard()?;
    if !is_policy_arn(arn) {
        return Err(Failure::validation(format!("ARN {arn} is not valid.")));
    }
    match Managed::find(request, state, arn) {
        None => return Err(not_attachable(arn)),
        Some(Managed::Aws(policy)) if policy.path.starts_with("/aws-service-role/") => {
            let message = format!("Cannot attach a Service Role Policy to a Customer {}.", capital(H::LABEL));
            return Err(Failure::new("PolicyNotAttachable", 400, message));
        }
        Some(_) => {}
    }
    if holder.permissions().attached.iter().any(|attached| attached == arn) {
        return Ok(json!({}));
    }
    request.within(H::ATTACHED, holder.permissions().attached.len() + 1)?;
    edit(request, state, |holder: &mut H| {
        holder.permissions_mut().attached.push(arn.to_owned());
        Ok(())
    })?;
    Ok(json!({}))
}

fn not_attachable(arn: &str) -> Failure {
    Failure::no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn detach<H: Holder>(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let arn = request.text("PolicyArn");
    find::<H>(request, state)?.guard()?;
    if !is_policy_arn(arn) {
        return Err(Failure::validation(format!("ARN {arn} is not valid.")));
    }
    edit(request, state, |holder: &mut H| {
        let attached = &mut holder.permissions_mut().attached;
        let at = attached
            .iter()
            .position(|attached| attached == arn)
            .ok_or_else(|| Failure::no_such_entity(format!("Policy {arn} was not found.")))?;
        attached.remove(at);
        Ok(())
    })?;
    Ok(json!({}))
}

fn list<H: Holder>(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let prefix = request.maybe("PathPrefix").unwrap_or("/");
    let attached = find::<H>(request, state)?.permissions().attached.iter().filter_map(|arn| Arn::parse(arn).ok());
    let rows: Vec<Arn> = attached.filter(|arn| arn.path().starts_with(prefix)).collect();
    in_order(request, "AttachedPolicies", &rows, |arn| show(arn.as_str()))
}

/// All attached policies as a member of a larger answer.
pub fn show_all(permissions: &Permissions) -> Value {
    permissions.attached.iter().map(|arn| show(arn)).collect()
}

fn show(arn: &str) -> Value {
    json!({"PolicyName": arn.rsplit('/').next().unwrap_or_default(), "PolicyArn": arn})
}

/// An entity that uses a policy, with the list of the answer that it belongs to.
struct Using<'s> {
    list: &'static str,
    name: (&'static str, &'s str),
    id: (&'static str, &'s str),
}

fn entities(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let arn = request.text("PolicyArn");
    policies::find(request, state).map_err(|failure| match failure.code {
        "NoSuchEntity" => not_attachable(arn),
        _ => failure,
    })?;
    let filter = request.maybe("EntityFilter");
    let wants = |kind: &str| filter.is_none_or(|filter| filter == kind);
    let prefix = request.maybe("PathPrefix").unwrap_or("/");
    let usage = request.maybe("PolicyUsageFilter");
    let uses = |permissions: &Permissions, boundary: Option<&String>| {
        let attached = permissions.attached.iter().any(|attached| attached == arn);
        let bounded = boundary.is_some_and(|boundary| boundary == arn);
        match usage {
            Some("PermissionsPolicy") => attached,
            Some("PermissionsBoundary") => bounded,
            _ => attached || bounded,
        }
    };
    let mut rows: Vec<(String, Using<'_>)> = Vec::new();
    if wants("Group") {
        for group in state.groups.iter().filter(|g| g.path.starts_with(prefix) && uses(&g.permissions, None)) {
            rows.push(using("PolicyGroups", ("GroupName", &group.name), ("GroupId", &group.id)));
        }
    }
    if wants("User") {
        let bound = |user: &User| uses(&user.permissions, user.boundary.as_ref());
        for user in state.users.iter().filter(|user| user.path.starts_with(prefix) && bound(user)) {
            rows.push(using("PolicyUsers", ("UserName", &user.name), ("UserId", &user.id)));
        }
    }
    if wants("Role") {
        let bound = |role: &Role| uses(&role.permissions, role.boundary.as_ref());
        for role in state.roles.iter().filter(|role| role.path.starts_with(prefix) && bound(role)) {
            rows.push(using("PolicyRoles", ("RoleName", &role.name), ("RoleId", &role.id)));
        }
    }
    rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let mut out = json!({"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []});
    let paged = paging::slice(request, "rows", rows.iter().map(|(key, row)| (key.as_str(), row)), |row| {
        if let Some(list) = out[row.list].as_array_mut() {
            list.push(json!({row.name.0: row.name.1, row.id.0: row.id.1}));
        }
        Value::Null
    })?;
    for member in ["IsTruncated", "Marker"] {
        out[member] = paged[member].clone();
    }
    Ok(out)
}

fn using<'s>(list: &'static str, name: (&'static str, &'s str), id: (&'static str, &'s str)) -> (String, Using<'s>) {
    (format!("{list}/{}", crate::emulator::store::table::fold(name.1)), Using { list, name, id })
}

/// Whether anything of an entity stands in the way of its deletion: attached policies first, then inline ones.
pub fn blocks<H: Holder + Entity>(holder: &H) -> Result<(), Failure> {
    let permissions = holder.permissions();
    if !permissions.attached.is_empty() {
        return Err(Failure::delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !permissions.inline.is_empty() {
        return Err(Failure::delete_conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}
