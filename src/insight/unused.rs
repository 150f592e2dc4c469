//! What of an account nobody has used for some time, and the plan that disables it.
//!
//! The same rule is the property `unused` of lists, the page of unused things and the clean-up: since when something was
//! not used, from its last use, or from its creation where there is none.

use jiff::Timestamp;

use super::review::key_made_at;
use crate::base::arn::Arn;
use crate::model::{
    Account, Fact, Group, Policy, Progress, ReportRow, ResourceRef, Role, TrustedEntity, User, UserName,
};
use crate::plan::builders::{
    DENY_ALL, delete_groups, delete_policies, delete_providers, disable_console, disable_roles, disable_users,
    switch_access_key,
};
use crate::plan::{Plan, PlanError};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What kind of thing is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnusedKind {
    /// A user: neither password nor key.
    User,
    /// A role that nobody assumed.
    Role,
    /// An active access key of a user who is active otherwise.
    AccessKey,
    /// A password of a user who is active otherwise.
    Password,
    /// A policy that is attached to nothing.
    Policy,
    /// A group without members.
    Group,
    /// An identity provider that no role trusts.
    Provider,
}

impl UnusedKind {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::User, Self::Role, Self::AccessKey, Self::Password, Self::Policy, Self::Group, Self::Provider];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::User => "Users without activity",
            Self::Role => "Roles that nobody assumed",
            Self::AccessKey => "Active access keys without use, of users who are active",
            Self::Password => "Passwords without use, of users who are active",
            Self::Policy => "Customer managed policies that are attached to nothing",
            Self::Group => "Groups without members",
            Self::Provider => "Identity providers that no role trusts",
        }
    }

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::AccessKey => "access-key",
            Self::Password => "password",
            Self::Policy => "policy",
            Self::Group => "group",
            Self::Provider => "provider",
        }
    }

    /// Whether it can be disabled, so that everything can be put back; the others can only be deleted.
    pub const fn can_be_disabled(self) -> bool {
        matches!(self, Self::User | Self::Role | Self::AccessKey | Self::Password)
    }
}

/// Something that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// What it is.
    pub kind: UnusedKind,
    /// The resource, or whose it is.
    pub of: ResourceRef,
    /// Of an access key, when it was made: the credential report does not tell IDs.
    pub made: Option<Timestamp>,
    /// Its last use; none: it was never used, as far as AWS keeps that.
    pub last: Option<Timestamp>,
    /// For how many days it was not used.
    pub days: i64,
    /// Whether it is disabled already.
    pub is_disabled: bool,
}

/// What is not used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The things, those of one kind together, the longest unused first.
    pub rows: Vec<Unused>,
    /// What was not read, in words.
    pub not_read: Vec<&'static str>,
}

/// Since when a user is not active: the last activity, else its creation; none where that is not known.
pub fn user_since(user: &User) -> Option<Timestamp> {
    match user.facts.last_activity() {
        Fact::Known(at, _) => Some(at),
        Fact::Absent(_) => Some(user.created),
        Fact::Unknown | Fact::Denied(_) => None,
    }
}

/// The same of a role; roles of AWS services are theirs.
pub fn role_since(role: &Role) -> Option<Timestamp> {
    if role.is_service_linked() || role.path().starts_with("/aws-reserved/") {
        return None;
    }
    match &role.facts.last_used {
        Fact::Known(last, _) => Some(last.at),
        Fact::Absent(_) => Some(role.created),
        Fact::Unknown | Fact::Denied(_) => None,
    }
}

/// Since when a policy can be attached to nothing: since its last edit at most.
pub fn policy_since(account: &Account, policy: &Policy) -> Option<Timestamp> {
    let uses = match (policy.attachments.known(), policy.boundary_uses.known()) {
        (Some(attached), Some(bounded)) => *attached + *bounded,
        (Some(attached), None) if *attached > 0 => *attached,
        _ if !is_whole(account) => return None,
        _ => u32::from(account.references().uses(&policy.arn).is_some()),
    };
    (uses == 0 && policy.arn.account() != "aws").then_some(policy.updated)
}

/// Since when a group can have no members: since its creation at most.
pub fn group_since(account: &Account, group: &Group) -> Option<Timestamp> {
    let members = account.members(&group.name);
    let is_empty = match members {
        Fact::Known(members, _) => members.is_empty(),
        Fact::Absent(_) => true,
        Fact::Unknown | Fact::Denied(_) if is_whole(account) => account.references().members(&group.name).is_empty(),
        Fact::Unknown | Fact::Denied(_) => return None,
    };
    is_empty.then_some(group.created)
}

/// Since when no role can trust an identity provider: since its creation at most.
pub fn provider_since(account: &Account, arn: &Arn, created: Option<Timestamp>) -> Option<Timestamp> {
    let are_read =
        account.roles().is_complete() && account.roles().rows().iter().all(|role| !role.facts.trust.is_unknown());
    if !are_read {
        return None;
    }
    let trusted = account.references().trusted().any(|(entity, roles)| {
        matches!(entity, TrustedEntity::Provider(provider) if **provider == *arn.as_str()) && !roles.is_empty()
    });
    (!trusted).then_some(created?)
}

/// Whether all users, groups and roles were read with what they hold.
fn is_whole(account: &Account) -> bool {
    matches!(account.bulk(), Progress::Complete { .. })
}

/// Whole days from then to now.
pub fn days(since: Timestamp, now: Timestamp) -> i64 {
    (now.as_second() - since.as_second()).max(0) / DAY
}

/// What nobody has used for more than some days.
pub fn unused(account: &Account, now: Timestamp, more_than: i64) -> Found {
    let mut found = Found::default();
    let mut take = |kind, of: ResourceRef, since: Option<Timestamp>, last: Option<Timestamp>, made, is_disabled| {
        if let Some(days) = since.map(|since| days(since, now)).filter(|days| *days > more_than) {
            found.rows.push(Unused { kind, of, made, last, days, is_disabled });
        }
    };
    let denied = |owner: &Fact<Vec<crate::model::InlinePolicy>>| {
        owner.known().into_iter().flatten().any(|policy| policy.name.as_str() == DENY_ALL)
    };
    for user in account.users().rows() {
        let last = user.facts.last_activity().known().copied();
        let of = ResourceRef::User(user.name.clone());
        take(UnusedKind::User, of, user_since(user), last, None, denied(&user.facts.inline));
    }
    for role in account.roles().rows() {
        let last = role.facts.last_used.known().map(|last| last.at);
        let of = ResourceRef::Role(role.name.clone());
        take(UnusedKind::Role, of, role_since(role), last, None, denied(&role.facts.inline));
    }
    for policy in account.policies().rows() {
        take(
            UnusedKind::Policy,
            ResourceRef::Policy(policy.arn.clone()),
            policy_since(account, policy),
            None,
            None,
            false,
        );
    }
    for group in account.groups().rows() {
        take(UnusedKind::Group, ResourceRef::Group(group.name.clone()), group_since(account, group), None, None, false);
    }
    for provider in account.oidc_providers().rows() {
        let since = provider_since(account, &provider.arn, provider.facts.created.known().copied());
        take(UnusedKind::Provider, ResourceRef::Provider(provider.arn.clone()), since, None, None, false);
    }
    for provider in account.saml_providers().rows() {
        let since = provider_since(account, &provider.arn, provider.created);
        take(UnusedKind::Provider, ResourceRef::Provider(provider.arn.clone()), since, None, None, false);
    }
    let idle: Vec<ResourceRef> =
        found.rows.iter().filter(|row| row.kind == UnusedKind::User).map(|row| row.of.clone()).collect();
    match account.report() {
        Some(report) => {
            for row in report.rows.iter().filter(|row| !row.is_root()) {
                let of = ResourceRef::User(UserName::from(&*row.user));
                // Of a user who is not active at all, the user is told.
                if !idle.contains(&of) && account.contains(&of) {
                    found.rows.extend(credentials(row, &of, now, more_than));
                }
            }
        }
        None => found.not_read.push("the credential report: passwords, access keys and the activity of users"),
    }
    if !is_whole(account) {
        found.not_read.push("the policies of all users, groups and roles");
    }
    found.rows.sort_by(|one, other| {
        one.kind.cmp(&other.kind).then(other.days.cmp(&one.days)).then_with(|| one.of.cmp(&other.of))
    });
    found
}

/// The password and the keys of a user that are not used, as the credential report tells.
fn credentials(row: &ReportRow, of: &ResourceRef, now: Timestamp, more_than: i64) -> Vec<Unused> {
    let mut found = Vec::new();
    let mut take = |kind, last: Option<Timestamp>, made: Option<Timestamp>| {
        let Some(days) = last.or(made).map(|since| days(since, now)) else { return };
        if days > more_than {
            found.push(Unused { kind, of: of.clone(), made, last, days, is_disabled: false });
        }
    };
    if row.password_enabled == Some(true) {
        take(UnusedKind::Password, row.password_last_used, row.password_changed.or(row.created));
    }
    for key in row.keys.iter().filter(|key| key.active) {
        take(UnusedKind::AccessKey, key.last_used, key.rotated);
    }
    found
}

/// The plan that disables what can be disabled, and deletes the rest; what is disabled already is left alone.
pub fn clean_up(account: &Account, rows: &[Unused]) -> Result<Plan, PlanError> {
    let rows: Vec<&Unused> = rows.iter().filter(|row| !row.is_disabled).collect();
    let mut plan = Plan::new(match rows.len() {
        1 => "clean up 1 unused thing".to_owned(),
        count => format!("clean up {count} unused things"),
    });
    for row in rows {
        for step in one(account, row)?.steps {
            plan.push(step);
        }
    }
    if plan.steps.is_empty() {
        return Err(PlanError::Nothing("there is nothing unused that is not disabled already".to_owned()));
    }
    Ok(plan.seeing(account))
}

fn one(account: &Account, row: &Unused) -> Result<Plan, PlanError> {
    let name = row.of.name();
    let names = [name.to_owned()];
    match (&row.of, row.kind) {
        (ResourceRef::Policy(arn), _) => delete_policies(account, std::slice::from_ref(arn)),
        (ResourceRef::Provider(arn), _) => delete_providers(account, std::slice::from_ref(arn)),
        (ResourceRef::Group(_), _) => delete_groups(account, &names),
        (ResourceRef::Role(_), _) => disable_roles(account, &names),
        (_, UnusedKind::Password) => disable_console(account, name, None),
        (_, UnusedKind::AccessKey) => {
            let what = || format!("the access keys of {name}");
            let user = account.users().get(name).ok_or_else(|| PlanError::Unknown(what()))?;
            user.facts.keys.known().ok_or_else(|| PlanError::Unknown(what()))?;
            match key_made_at(Some(user), row.made) {
                Some(key) => switch_access_key(account, name, key.id.as_str(), false),
                // It went, or was deactivated, since the report was made.
                None => Ok(Plan::default()),
            }
        }
        _ => disable_users(account, &names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::lab;

    const NOW: &str = "2027-06-01T00:00:00Z";

    #[test]
    fn what_nobody_used_is_found_and_nothing_younger() {
        let account = lab();
        let now: Timestamp = NOW.parse().unwrap();
        let found = unused(&account, now, 0);
        for row in &found.rows {
            assert!(row.days > 0, "{row:?}");
            let older = unused(&account, now, row.days);
            assert!(!older.rows.contains(row), "{row:?}");
        }
    }

    #[test]
    fn days_are_whole_and_never_negative() {
        let now: Timestamp = NOW.parse().unwrap();
        assert_eq!(days(now, now), 0);
        assert_eq!(days("2027-05-30T12:00:00Z".parse().unwrap(), now), 1);
        assert_eq!(days("2028-01-01T00:00:00Z".parse().unwrap(), now), 0);
    }
}
