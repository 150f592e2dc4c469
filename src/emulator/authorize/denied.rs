//! What AWS says when it refuses.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>; the ARN of the
//! policy that denies, since 2026, from the AWS Security Blog.

use super::own::{Confinement, Sources};
use crate::base::work::GaveUp;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::store::State;
use crate::policy::evaluate::{Decision, Layer, Verdict};

/// `AccessDenied` for an action on a resource.
pub fn failure(
    request: &Request<'_>,
    state: &State,
    (action, resource): (&str, &str),
    verdict: &Verdict,
    sources: &Sources<'_>,
) -> Failure {
    let resource = shown(state, action, resource);
    let caller = &request.caller.arn;
    let reason = match verdict.decision {
        Decision::ExplicitDeny => {
            let policy = explicit(verdict.blocked_by.first());
            let named = verdict.matched.first().and_then(|place| sources.at(place)?.arn);
            let named = named.map(|arn| format!(": {arn}")).unwrap_or_default();
            format!(" with an explicit deny in {policy}{named}")
        }
        // STS does not tell which side did not let the caller in.
        _ if action.starts_with("sts:") && !action.starts_with("sts:Get") => String::new(),
        _ => format!(" because no {} allows the {action} action", implicit(verdict.blocked_by.first())),
    };
    Failure::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource}{reason}"
    ))
}

/// `AccessDenied` for what a session of the root user is not confined to.
pub fn by_confinement(
    request: &Request<'_>,
    (action, resource): (&str, &str),
    confinement: Confinement<'_>,
) -> Failure {
    let caller = &request.caller.arn;
    let reason = match confinement {
        Confinement::Task(task) => format!("with an explicit deny in a session policy: {task}"),
        Confinement::Delegation(_) => format!("because no session policy allows the {action} action"),
    };
    Failure::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}"
    ))
}

/// What cannot be decided is refused.
pub fn too_complex(gave_up: GaveUp) -> Failure {
    Failure::access_denied(gave_up.to_string())
}

fn explicit(layer: Option<&Layer>) -> &'static str {
    match layer {
        Some(Layer::Boundary) => "a permissions boundary",
        Some(Layer::Session) => "a session policy",
        Some(Layer::Scp) => "a service control policy",
        Some(Layer::Rcp) => "a resource control policy",
        Some(Layer::Trust) => "the role trust policy",
        Some(Layer::Resource) => "a resource-based policy",
        _ => "an identity-based policy",
    }
}

fn implicit(layer: Option<&Layer>) -> &'static str {
    match layer {
        Some(Layer::Boundary) => "permissions boundary",
        Some(Layer::Session) => "session policy",
        Some(Layer::Scp) => "service control policy",
        Some(Layer::Rcp) => "resource control policy",
        Some(Layer::Trust) => "role trust policy",
        Some(Layer::Resource) => "resource-based policy",
        _ => "identity-based policy",
    }
}

/// The resource as AWS names it: what does not exist has no ARN yet, but a kind and a name.
fn shown(state: &State, action: &str, arn: &str) -> String {
    let makes = ["iam:Create", "iam:Upload", "iam:List"].iter().any(|verb| action.starts_with(verb));
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let (kind, path) = resource.split_once('/').unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let missing = !name.is_empty()
        && !makes
        && match kind {
            "user" => state.users.named(name).is_none(),
            "role" => state.roles.named(name).is_none(),
            "group" => state.groups.named(name).is_none(),
            "instance-profile" => state.instance_profiles.named(name).is_none(),
            _ => false,
        };
    if missing && action.starts_with("iam:") {
        return format!("{} {name}", kind.replace('-', " "));
    }
    arn.to_owned()
}
