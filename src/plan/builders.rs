//! The builders of plans: pure functions from what is asked and what is known to the steps.
//!
//! A builder refuses what the service would refuse, where what is known is enough to say so, and refuses to
//! guess: a fact that no read has covered is told as [`PlanError::Unknown`], so that it is read first.

mod access_keys;
mod account_settings;
mod analyzers;
mod attach;
mod clone;
mod console_access;
mod create_group;
mod create_policy;
mod create_role;
mod create_user;
mod delete_group;
mod delete_policy;
mod delete_role;
mod delete_user;
mod disable_user;
mod documents;
mod edit_policy;
mod edit_role;
mod edit_trust;
mod enable_user;
#[cfg(test)]
pub(in crate::plan) mod fixture;
mod grant;
mod identity_providers;
mod instance_profiles;
mod lock_out;
mod loosen;
mod members;
mod mentions;
mod mfa;
mod rename;
mod revoke;
mod server_certificates;
mod service_credentials;
mod service_linked_role;
mod signin_sessions;
mod tags;
mod uploads;
mod versions;

use serde_json::{Value, json};

use crate::base::arn::Arn;
use crate::base::nearest::nearest;
use crate::model::{Account, Entity, Fact, Group, Listing, ResourceRef, Role, Tag, User};
use crate::policy::size::Quota;

use super::{Call, Inverse, Plan, PlanError, Step};

pub use access_keys::{
    create_access_key, delete_access_key, describe_access_key, rotate_access_key, switch_access_key,
};
pub use account_settings::{
    TokenVersion, delete_alias, expiring, password_policy_input, reset_password_policy, set_alias, set_password_policy,
    set_token_version, switch_outbound_federation, switch_root_feature, whole_password_policy,
};
pub use analyzers::{CreateAnalyzer, archive_findings, create_archive_rule, delete_analyzer, delete_archive_rule};
pub use attach::{
    attach, detach, put_boundaries, put_boundary, put_inline, remove_boundaries, remove_boundary, remove_inline,
};
pub use clone::clone_entity;
pub use console_access::{Sessions, change_password, disable_console, enable_console, limit_signin, reset_console};
pub use create_group::{CreateGroup, create_groups};
pub use create_policy::CreatePolicy;
pub use create_role::{CreateRole, Trusted};
pub use create_user::{ConsolePassword, CreateUser};
pub use delete_group::delete_groups;
pub use delete_policy::delete_policies;
pub use delete_role::{OwnProfile, delete_roles};
pub use delete_user::{DeleteUser, delete_users};
pub use disable_user::{DENY_ALL, disable_roles, disable_users};
pub use edit_policy::edit_policy;
pub use edit_role::{SigninLimit, edit_role};
pub use edit_trust::edit_trust;
pub use enable_user::enable_users;
pub use grant::{Given, Grant, grants};
pub use identity_providers::{
    CreateOidcProvider, CreateSamlProvider, add_audiences, delete_providers, provider_arn, remove_audience,
    replace_metadata, set_thumbprints,
};
pub use instance_profiles::{CreateInstanceProfile, delete_instance_profiles, remove_profile_role, set_profile_role};
pub use lock_out::{LockOut, halves};
pub use loosen::{deleted_policies, loosened};
pub use members::{add_members, move_members, remove_members};
pub use mentions::{mentions, mentions_by_text};
pub use mfa::{AssignMfa, NewDevice, delete_unassigned, remove_mfa, resync_mfa, taken, unassigned};
pub use rename::{rename_certificate, rename_group, rename_user};
pub use revoke::{REVOKE, revocation, revoke_sessions};
pub use server_certificates::{UploadCertificate, delete_server_certificates};
pub use service_credentials::{
    SERVICES, Service, create_service_credential, delete_service_credential, reset_service_credential,
    switch_service_credential,
};
pub use service_linked_role::CreateServiceLinkedRole;
pub use signin_sessions::revoke_signin_sessions;
pub use tags::{change_mfa_tags, change_tags, edit_mfa_tags, edit_tags};
pub use uploads::{
    delete_certificate, delete_ssh_key, switch_certificate, switch_ssh_key, upload_certificate, upload_ssh_key,
};
pub use versions::{delete_versions, set_default_version, version_to_delete};

/// Something that policies are attached to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// An IAM user.
    User(String),
    /// A user group.
    Group(String),
    /// A role.
    Role(String),
}

impl Owner {
    /// The entity as an owner; a managed policy is none.
    pub fn of(entity: &ResourceRef) -> Option<Self> {
        match entity {
            ResourceRef::User(name) => Some(Self::User(name.to_string())),
            ResourceRef::Group(name) => Some(Self::Group(name.to_string())),
            ResourceRef::Role(name) => Some(Self::Role(name.to_string())),
            _ => None,
        }
    }

    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    /// The call that attaches a managed policy.
    pub fn attach(&self, policy: impl Into<Value>) -> Call {
        match self {
            Self::User(name) => Call::attach_user_policy(name.as_str(), policy),
            Self::Group(name) => Call::attach_group_policy(name.as_str(), policy),
            Self::Role(name) => Call::attach_role_policy(name.as_str(), policy),
        }
    }

    /// The call that detaches a managed policy.
    pub fn detach(&self, policy: impl Into<Value>) -> Call {
        match self {
            Self::User(name) => Call::detach_user_policy(name.as_str(), policy),
            Self::Group(name) => Call::detach_group_policy(name.as_str(), policy),
            Self::Role(name) => Call::detach_role_policy(name.as_str(), policy),
        }
    }

    /// What limits the size of its inline policies.
    pub fn inline_quota(&self) -> Quota {
        match self {
            Self::User(_) => Quota::InlineOfUser,
            Self::Group(_) => Quota::InlineOfGroup,
            Self::Role(_) => Quota::InlineOfRole,
        }
    }

    /// The call that writes an inline policy.
    pub fn put_inline(&self, policy: &str, document: &str) -> Call {
        match self {
            Self::User(name) => Call::put_user_policy(name.as_str(), policy, document),
            Self::Group(name) => Call::put_group_policy(name.as_str(), policy, document),
            Self::Role(name) => Call::put_role_policy(name.as_str(), policy, document),
        }
    }

    /// The call that deletes an inline policy.
    pub fn delete_inline(&self, policy: &str) -> Call {
        match self {
            Self::User(name) => Call::delete_user_policy(name.as_str(), policy),
            Self::Group(name) => Call::delete_group_policy(name.as_str(), policy),
            Self::Role(name) => Call::delete_role_policy(name.as_str(), policy),
        }
    }
}

/// One plan for several things: what needs nothing is left out, unless that is all of them.
fn each<T>(things: &[T], title: String, plan: impl Fn(&T) -> Result<Plan, PlanError>) -> Result<Plan, PlanError> {
    if let [one] = things {
        return plan(one);
    }
    let mut whole = Plan::new(title);
    let mut idle = None;
    for thing in things {
        match plan(thing) {
            Ok(part) => part.steps.into_iter().for_each(|step| drop(whole.push(step))),
            Err(PlanError::Nothing(why)) => idle = Some(why),
            Err(error) => return Err(error),
        }
    }
    match idle {
        Some(why) if whole.steps.is_empty() => Err(PlanError::Nothing(why)),
        _ => Ok(whole),
    }
}

/// One plan of several that do not depend on each other.
pub fn together(title: String, parts: Vec<Plan>) -> Result<Plan, PlanError> {
    let made = parts.iter().find_map(|part| part.made.clone());
    let mut whole = Plan { made, ..Plan::new(title) };
    for step in parts.into_iter().flat_map(|part| part.steps) {
        whole.push(step);
    }
    if whole.steps.is_empty() { Err(PlanError::Nothing("nothing is listed".to_owned())) } else { Ok(whole) }
}

/// A step that attaches a managed policy.
fn attach_step(owner: &Owner, policy: &str, why: impl Into<String>) -> Step {
    Step::new(owner.attach(policy), why).undo(Inverse::of([owner.detach(policy)]))
}

/// A step that puts a user into a group.
fn join_step(user: &str, group: &str, why: impl Into<String>) -> Step {
    Step::new(Call::add_user_to_group(group, user), why).undo(Inverse::of([Call::remove_user_from_group(group, user)]))
}

/// A step that takes a user out of a group.
fn leave_step(user: &str, group: &str, why: impl Into<String>) -> Step {
    Step::new(Call::remove_user_from_group(group, user), why)
        .risk(format!("{user} loses what {group} allows"))
        .undo(Inverse::of([Call::add_user_to_group(group, user)]))
}

/// Tags as a call takes them.
pub(in crate::plan) fn tags_value(tags: &[Tag]) -> Value {
    tags.iter().map(|tag| json!({ "Key": tag.key, "Value": tag.value })).collect()
}

/// The user of this name.
fn user<'a>(account: &'a Account, name: &str) -> Result<&'a User, PlanError> {
    find(account.users(), "user", name).map(|user| &**user)
}

/// The group of this name.
fn group<'a>(account: &'a Account, name: &str) -> Result<&'a Group, PlanError> {
    find(account.groups(), "group", name).map(|group| &**group)
}

/// The role of this name, where it may be changed: of a service-linked role AWS refuses every change.
fn own_role<'a>(account: &'a Account, name: &str) -> Result<&'a Role, PlanError> {
    let role = role(account, name)?;
    if role.is_service_linked() {
        return Err(PlanError::Refused {
            what: format!("role {name} belongs to an AWS service and cannot be changed"),
            hint: "Only the service that it is linked to changes or deletes it.",
        });
    }
    Ok(role)
}

/// The role of this name.
fn role<'a>(account: &'a Account, name: &str) -> Result<&'a Role, PlanError> {
    find(account.roles(), "role", name).map(|role| &**role)
}

fn find<'a, T>(rows: &'a Listing<T>, kind: &'static str, name: &str) -> Result<&'a std::sync::Arc<T>, PlanError>
where
    T: Entity,
    T::Key: std::borrow::Borrow<str> + AsRef<str>,
{
    rows.get(name).ok_or_else(|| {
        let names = rows.rows().iter().map(|row| row.key().as_ref());
        PlanError::Absent { kind, name: name.to_owned(), meant: nearest(name, names).map(str::to_owned) }
    })
}

/// Refuses a name that is taken: names that differ only in case are the same.
fn free<T>(rows: &Listing<T>, kind: &'static str, name: &str) -> Result<(), PlanError>
where
    T: Entity,
    T::Key: AsRef<str>,
{
    match rows.rows().iter().find(|row| row.key().as_ref().eq_ignore_ascii_case(name)) {
        Some(row) => Err(PlanError::Exists { kind, name: row.key().as_ref().to_owned() }),
        None => Ok(()),
    }
}

/// What a fact says; nothing where it is absent, an error where it is not known.
fn settled<T>(fact: &Fact<T>, what: impl Fn() -> String) -> Result<Option<&T>, PlanError> {
    match fact {
        Fact::Known(value, _) => Ok(Some(value)),
        Fact::Absent(_) => Ok(None),
        Fact::Unknown => Err(PlanError::Unknown(what())),
        Fact::Denied(denial) if denial.is_unsupported() => {
            Err(PlanError::Unsupported { what: what(), operation: denial.action.to_string() })
        }
        Fact::Denied(denial) if denial.is_not_held() => Err(PlanError::NotHeld(what())),
        Fact::Denied(denial) => Err(PlanError::Denied { what: what(), action: denial.action.to_string() }),
    }
}

/// The rows of a list that a fact holds; none where it is absent.
fn rows<T>(fact: &Fact<Vec<T>>, what: impl Fn() -> String) -> Result<&[T], PlanError> {
    Ok(settled(fact, what)?.map_or(&[], Vec::as_slice))
}

/// Like [`settled`], for what a deletion takes along: what the endpoint has no operation to tell is left out, and the
/// guard `left-out` says so.
fn held<T>(fact: &Fact<T>, what: impl Fn() -> String) -> Result<Option<&T>, PlanError> {
    match fact.denial() {
        Some(denial) if denial.is_unsupported() => Ok(None),
        _ => settled(fact, what),
    }
}

/// Like [`rows`], for what a deletion takes along.
fn held_rows<T>(fact: &Fact<Vec<T>>, what: impl Fn() -> String) -> Result<&[T], PlanError> {
    Ok(held(fact, what)?.map_or(&[], Vec::as_slice))
}

/// The partition that ARNs of the account carry.
fn partition(account: &Account) -> &str {
    account.identity().map_or("aws", |identity| identity.partition())
}

/// A length of time in words: `1 hour`, `30 days`.
pub fn length(seconds: u32) -> String {
    let of = |number: u32, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match seconds {
        _ if seconds >= 2 * 86_400 && seconds.is_multiple_of(86_400) => of(seconds / 86_400, "day"),
        _ if seconds >= 3600 && seconds.is_multiple_of(3600) => of(seconds / 3600, "hour"),
        _ if seconds >= 60 && seconds.is_multiple_of(60) => of(seconds / 60, "minute"),
        _ => of(seconds, "second"),
    }
}

/// Checks a policy's ARN, and that a policy of the account is there where all of them are known.
fn policy_arn(account: &Account, text: &str) -> Result<Arn, PlanError> {
    let absent = |meant: Option<&str>| PlanError::Absent {
        kind: "policy",
        name: text.to_owned(),
        meant: meant.map(str::to_owned),
    };
    let arn = Arn::parse(text).map_err(|_| absent(None))?;
    let own = arn.account() != "aws";
    if own && account.policies().is_complete() && account.policies().get(&arn).is_none() {
        let names = account.policies().rows().iter().map(|policy| policy.arn.as_str());
        return Err(absent(nearest(text, names)));
    }
    let is_of_service = !own && arn.resource().starts_with("policy/aws-service-role/");
    if is_of_service || account.policy(&arn).is_some_and(|policy| !policy.can_be_attached()) {
        return Err(PlanError::Refused {
            what: format!("policy {} can only be attached to service-linked roles", arn.name()),
            hint: "Choose another policy; this one can be attached only by its service.",
        });
    }
    Ok(arn)
}

/// Refuses what would pass a quota of the account; where the quota is not known, AWS's default holds.
fn within(account: &Account, quota: &str, default: u64, count: usize, what: &str) -> Result<(), PlanError> {
    let limit = limit(account, quota, default);
    if count as u64 > limit { Err(PlanError::Limit { what: what.to_owned(), limit }) } else { Ok(()) }
}

/// A quota of the account; where it is not known, AWS's default.
fn limit(account: &Account, quota: &str, default: u64) -> u64 {
    let told = account.summary().known().and_then(|summary| summary.get(quota));
    told.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(default)
}

/// Several names in one title: `user Jesse`, `users Jesse and Alice`, `5 users`.
fn listed(noun: &str, names: &[String]) -> String {
    match names {
        [one] => format!("{noun} {one}"),
        [one, other] => format!("{noun}s {one} and {other}"),
        more => format!("{} {noun}s", more.len()),
    }
}
