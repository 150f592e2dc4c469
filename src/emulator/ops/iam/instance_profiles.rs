//! Instance profiles: the roles of EC2 instances.

use serde_json::{Value, json};

use super::named::{self, arn, created, edit, existing, find, free, listed};
use super::roles;
use super::tags::{self, Keys};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{InstanceProfile, Role};
use crate::emulator::store::table::fold;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateInstanceProfile, create, created::<InstanceProfile>),
    reads(Iam::GetInstanceProfile, get, existing::<InstanceProfile>),
    reads(Iam::ListInstanceProfiles, list, listed::<InstanceProfile>),
    reads(Iam::ListInstanceProfilesForRole, list_for_role, existing::<Role>),
    writes(Iam::AddRoleToInstanceProfile, add_role, existing::<InstanceProfile>),
    writes(Iam::RemoveRoleFromInstanceProfile, remove_role, existing::<InstanceProfile>),
    writes(Iam::DeleteInstanceProfile, delete, existing::<InstanceProfile>),
    reads(Iam::ListInstanceProfileTags, list_tags, existing::<InstanceProfile>),
    writes(Iam::TagInstanceProfile, tag, existing::<InstanceProfile>),
    writes(Iam::UntagInstanceProfile, untag, existing::<InstanceProfile>),
];

/// An instance profile as lists show it: with its role, without tags.
pub fn brief(request: &Request<'_>, state: &State, profile: &InstanceProfile) -> Value {
    let roles: Vec<Value> =
        profile.roles.iter().filter_map(|id| state.roles.get(id)).map(|role| roles::core(request, role)).collect();
    json!({
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": arn(request, profile),
        "CreateDate": profile.created.to_string(),
        "Roles": roles,
    })
}

/// The profiles that hold a role.
pub fn of_role<'s>(state: &'s State, role: &'s str) -> impl Iterator<Item = &'s InstanceProfile> {
    state.instance_profiles.iter().filter(move |profile| profile.roles.iter().any(|id| id == role))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = request.text("InstanceProfileName");
    free::<InstanceProfile>(state, name)?;
    request.within(quota::INSTANCE_PROFILES, state.instance_profiles.len() + 1)?;
    let profile = InstanceProfile {
        id: request.environment.ids.unique("AIPA"),
        name: name.to_owned(),
        path: named::path(request).to_owned(),
        created: request.now,
        tags: tags::given(request, Keys::Folded)?,
        ..InstanceProfile::default()
    };
    let mut shown = brief(request, state, &profile);
    shown["Tags"] = tags::show(&profile.tags);
    state.instance_profiles.put(profile);
    Ok(json!({"InstanceProfile": shown}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let profile = find::<InstanceProfile>(request, state)?;
    let mut shown = brief(request, state, profile);
    shown["Tags"] = tags::show_all(&profile.tags);
    Ok(json!({"InstanceProfile": shown}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    named::list::<InstanceProfile>(request, state, "InstanceProfiles", |profile| brief(request, state, profile))
}

fn list_for_role(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let role = find::<Role>(request, state)?;
    let profiles: Vec<(String, &InstanceProfile)> =
        of_role(state, &role.id).map(|profile| (fold(&profile.name), profile)).collect();
    let rows = profiles.iter().map(|(key, profile)| (key.as_str(), *profile));
    paging::slice(request, "InstanceProfiles", rows, |profile| brief(request, state, profile))
}

fn add_role(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<InstanceProfile>(request, state)?;
    let role = find::<Role>(request, state)?.id.clone();
    edit(request, state, |profile: &mut InstanceProfile| {
        // Quotas switched off or not, a profile never holds two roles: EC2 could not choose.
        if profile.roles.len() >= quota::ROLES_PER_PROFILE.value {
            let quota = quota::ROLES_PER_PROFILE;
            return Err(Failure::limit_exceeded(format!("Cannot exceed quota for {}: {}", quota.name, quota.value)));
        }
        profile.roles.push(role);
        Ok(())
    })?;
    Ok(json!({}))
}

fn remove_role(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    find::<InstanceProfile>(request, state)?;
    let role = find::<Role>(request, state)?.clone();
    edit(request, state, |profile: &mut InstanceProfile| {
        let at = profile.roles.iter().position(|id| *id == role.id).ok_or_else(|| {
            let message = format!("Role {} in Instance Profile {} cannot be found.", role.name, profile.name);
            Failure::no_such_entity(message)
        })?;
        profile.roles.remove(at);
        Ok(())
    })?;
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let profile = find::<InstanceProfile>(request, state)?;
    if !profile.roles.is_empty() {
        return Err(Failure::delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    let id = profile.id.clone();
    state.instance_profiles.remove(&id);
    Ok(json!({}))
}

fn list_tags(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    tags::list(request, &find::<InstanceProfile>(request, state)?.tags)
}

fn tag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |profile: &mut InstanceProfile| tags::merge(request, &mut profile.tags, Keys::Folded))?;
    Ok(json!({}))
}

fn untag(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |profile: &mut InstanceProfile| {
        tags::remove(request, &mut profile.tags, Keys::Folded);
        Ok(())
    })?;
    Ok(json!({}))
}
