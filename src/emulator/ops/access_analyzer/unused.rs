//! Findings of unused access: roles, keys, passwords and permissions that nobody has used for a while.

use serde_json::{Map, Value, json};

use super::findings::Finding;
use crate::emulator::authorize::own::Sources;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::ops::iam::last_accessed::services;
use crate::emulator::ops::iam::named::arn;
use crate::emulator::store::State;
use crate::emulator::store::activity::Activity;
use crate::emulator::store::analyzers::Analyzer;
use crate::emulator::store::credentials::Status;
use crate::emulator::store::records::{Moment, User};

const DAY: i64 = 24 * 60 * 60;

/// What is looked at: until when a use counts, and in which account.
struct Look<'a> {
    request: &'a Request<'a>,
    since: Moment,
}

/// The findings of an analyzer.
pub fn findings(request: &Request<'_>, state: &State, analyzer: &Analyzer) -> Result<Vec<Finding>, Failure> {
    let days = i64::try_from(analyzer.age).unwrap_or(i64::MAX / DAY);
    let look = Look { request, since: Moment(request.now.0.saturating_sub(days.saturating_mul(DAY))) };
    let mut found = Vec::new();
    for user in state.users.iter() {
        let arn = arn(request, user);
        found.extend(look.credentials(user, &arn));
        if user.created < look.since {
            let sources = Sources::of_user(request, state, user);
            found.extend(look.permissions(&arn, "AWS::IAM::User", &sources, state.activity.get(&user.id))?);
        }
    }
    // Service-linked roles are their services' own.
    for role in state.roles.iter().filter(|role| role.linked_to.is_none() && role.created < look.since) {
        let arn = arn(request, role);
        let last = role.last_used.as_ref().map(|last| last.at);
        if last.is_none_or(|last| last < look.since) {
            let details = json!({"unusedIamRoleDetails": last_accessed(last)});
            found.push(look.finding("role", "UnusedIAMRole", (&arn, "AWS::IAM::Role"), details));
            continue;
        }
        let sources = Sources::of_role(request, state, role);
        found.extend(look.permissions(&arn, "AWS::IAM::Role", &sources, state.activity.get(&role.id))?);
    }
    Ok(found)
}

fn last_accessed(at: Option<Moment>) -> Value {
    at.map_or_else(|| json!({}), |at| json!({"lastAccessed": at.to_string()}))
}

impl Look<'_> {
    fn finding(&self, key: &str, kind: &'static str, resource: (&str, &'static str), details: Value) -> Finding {
        Finding {
            key: format!("{kind} {key}"),
            kind,
            resource: resource.0.to_owned(),
            resource_type: resource.1,
            owner: self.request.account.to_owned(),
            external: Map::new(),
            details: vec![details],
        }
    }

    fn credentials(&self, user: &User, arn: &str) -> Vec<Finding> {
        let resource = (arn, "AWS::IAM::User");
        let unused = |made: Moment, last: Option<Moment>| last.unwrap_or(made) < self.since;
        let active = user.access_keys.iter().filter(|key| key.status == Status::Active);
        let mut found: Vec<Finding> = active
            .filter(|key| unused(key.created, key.last_used.as_ref().map(|last| last.at)))
            .map(|key| {
                let mut details = last_accessed(key.last_used.as_ref().map(|last| last.at));
                details["accessKeyId"] = key.id.as_str().into();
                let details = json!({"unusedIamUserAccessKeyDetails": details});
                self.finding(&key.id, "UnusedIAMUserAccessKey", resource, details)
            })
            .collect();
        if user.login_profile.as_ref().is_some_and(|profile| unused(profile.created, user.password_last_used)) {
            let details = json!({"unusedIamUserPasswordDetails": last_accessed(user.password_last_used)});
            found.push(self.finding("password", "UnusedIAMUserPassword", resource, details));
        }
        found
    }

    /// The services that are allowed and were not used: one finding for each entity.
    fn permissions(
        &self,
        arn: &str,
        kind: &'static str,
        sources: &Sources<'_>,
        activity: Option<&Activity>,
    ) -> Result<Option<Finding>, Failure> {
        let mut allowed = std::collections::BTreeSet::new();
        for policy in sources.identity.iter().chain(&sources.groups) {
            allowed.extend(services(policy.document).map_err(|gave_up| Failure::service(gave_up.to_string()))?);
        }
        let last = |service: &str| activity.and_then(|activity| activity.service(service)).map(|call| call.at);
        let unused = allowed.into_iter().filter(|service| last(service).is_none_or(|at| at < self.since));
        let details: Vec<Value> = unused
            .map(|service| {
                let mut details = last_accessed(last(&service));
                details["serviceNamespace"] = service.into();
                json!({"unusedPermissionDetails": details})
            })
            .collect();
        if details.is_empty() {
            return Ok(None);
        }
        let finding = self.finding("permissions", "UnusedPermission", (arn, kind), Value::Null);
        Ok(Some(Finding { details, ..finding }))
    }
}
