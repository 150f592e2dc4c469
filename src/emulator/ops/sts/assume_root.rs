//! `AssumeRoot`: the management account acts as the root user of a member account, for one task.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>. The task is a policy of AWS that
//! denies all that is no part of it.

use serde_json::{Value, json};

use super::session::{begin, issue, sized};
use crate::api::{Operation, Sts};
use crate::emulator::caller::{Bearer, Principal};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::root_access::Feature;
use crate::emulator::store::{State, World};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[Handler::across(Operation::Sts(Sts::AssumeRoot), assume).on(target)];

/// Seconds that a session lasts at most, and if nothing is said.
const LONGEST: u64 = 900;

/// The tasks, each with the feature that the organization must have enabled.
const TASKS: &[(&str, Feature)] = &[
    ("arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials", Feature::RootCredentialsManagement),
    ("arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword", Feature::RootCredentialsManagement),
    ("arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials", Feature::RootCredentialsManagement),
    ("arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy", Feature::RootSessions),
    ("arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy", Feature::RootSessions),
];

/// Permission column: the root user that is meant, who may be named by the number of the account alone.
fn target(request: &Request<'_>, _state: &State) -> String {
    let target = request.text("TargetPrincipal");
    if target.starts_with("arn:") { target.to_owned() } else { format!("arn:aws:iam::{target}:root") }
}

/// The policy of the task that a request names.
pub fn task<'a>(request: &Request<'a>) -> &'a str {
    request.value("TaskPolicyArn").and_then(|policy| policy.get("arn")?.as_str()).unwrap_or_default()
}

fn assume(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    if request.caller.principal == Principal::Root {
        return Err(Failure::access_denied("Roles may not be assumed by root accounts."));
    }
    let root = request.text("TargetPrincipal");
    let account = root.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root")).unwrap_or(root);
    let task = task(request);
    let (_, feature) = TASKS
        .iter()
        .find(|(arn, _)| *arn == task)
        .ok_or_else(|| Failure::validation(format!("{task} is not a policy for a task of a root user.")))?;
    let denied = || {
        let (caller, target) = (&request.caller.arn, format!("arn:aws:iam::{account}:root"));
        let told = format!("User: {caller} is not authorized to perform: sts:AssumeRoot on resource: {target}");
        Failure::access_denied(told)
    };
    let organization = request.environment.organization.as_ref();
    let organization = organization.filter(|organization| organization.management == request.account);
    let is_member = organization.is_some_and(|known| account != known.management && known.member(account).is_some());
    let enabled = world.get(request.account).is_some_and(|state| feature.is_enabled(state));
    let state = world.get(account).filter(|_| is_member && enabled).ok_or_else(denied)?;
    let seconds = request.number("DurationSeconds").unwrap_or(LONGEST);
    let mut session = begin(request, Bearer::AssumedRoot(task.to_owned()), seconds);
    session.source_identity = request.caller.session.as_ref().and_then(|before| before.source_identity.clone());
    Ok(sized(json!({
        "SourceIdentity": session.source_identity,
        "Credentials": issue(&request.about(account), state, session),
    })))
}
