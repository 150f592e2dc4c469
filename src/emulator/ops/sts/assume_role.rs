//! `AssumeRole`: temporary credentials of a role, for whom its trust policy lets in.

use std::sync::Arc;

use serde_json::{Value, json};

use super::session::{HOUR, assumed, begin, issue, packed_size, scope, sized};
use crate::api::{Operation, Sts};
use crate::emulator::caller::{Bearer, Principal, Session};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::mfa;
use crate::emulator::ops::iam::named::by_arn;
use crate::emulator::ops::iam::tags::Keys;
use crate::emulator::store::World;
use crate::emulator::store::records::{Role, Tag};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[Handler::across(Operation::Sts(Sts::AssumeRole), assume)
    .without(&[("ProvidedContexts", "Only AWS can read the context assertions that it has signed.")])];

/// The role that a request asks for, by its whole ARN, with the account that it is in.
pub fn role<'w>(request: &Request<'_>, world: &'w World) -> Option<(&'w Arc<str>, &'w Role)> {
    let arn = request.text("RoleArn");
    let (account, state) = world.get_key_value(arn.split(':').nth(4)?)?;
    let role = by_arn(&request.about(account), state, arn)?;
    Some((account, role))
}

/// What AWS says of a role that does not exist too, so that nobody can find out which do.
fn denied(request: &Request<'_>) -> Failure {
    let (caller, role) = (&request.caller.arn, request.text("RoleArn"));
    Failure::access_denied(format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"))
}

fn assume(request: &Request<'_>, world: &mut World) -> Result<Value, Failure> {
    let asked = request.text("RoleArn");
    if !is_arn(asked) {
        return Err(Failure::validation(format!("{asked} is invalid")));
    }
    if request.caller.principal == Principal::Root {
        return Err(Failure::access_denied("Roles may not be assumed by root accounts."));
    }
    let (account, role) = role(request, world).ok_or_else(|| denied(request))?;
    let (account, role) = (Arc::clone(account), role.clone());
    let name = request.text("RoleSessionName");
    let seconds = seconds(request, &role)?;
    let mut session = begin(request, Bearer::Role(role.id.clone(), name.to_owned()), seconds);
    scope(request, &mut session)?;
    inherit(request, &mut session)?;
    if request.maybe("SerialNumber").is_some() || request.maybe("TokenCode").is_some() {
        let Principal::User { id, .. } = &request.caller.principal else {
            return Err(denied(request));
        };
        // The device is the caller's, in whichever account the role is.
        let own = world.get_mut(request.account).ok_or_else(|| denied(request))?;
        mfa::verify(request, own, Some(id))?;
        session.mfa = Some(request.now);
    }
    let packed = packed_size(&session)?;
    let there = request.about(&account);
    let state = world.get(&account).ok_or_else(|| denied(request))?;
    Ok(sized(json!({
        "SourceIdentity": session.source_identity,
        "Credentials": issue(&there, state, session),
        "AssumedRoleUser": assumed(&there, &role, name),
        "PackedPolicySize": packed,
    })))
}

/// Six parts, of which partition, service and resource are not empty.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, service, _, _, resource]
        if !partition.is_empty() && !service.is_empty() && !resource.is_empty())
}

/// The lifetime of the session, refused beyond the role's and beyond an hour for a role that assumes a role.
pub fn seconds(request: &Request<'_>, role: &Role) -> Result<u64, Failure> {
    let seconds = request.number("DurationSeconds").unwrap_or(HOUR);
    if matches!(request.caller.principal, Principal::Role { .. }) && seconds > HOUR {
        return Err(Failure::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if seconds > role.max_session.max(HOUR) {
        let told = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Failure::validation(told));
    }
    Ok(seconds)
}

/// Takes over what a session hands on to the next: transitive tags and the source identity.
fn inherit(request: &Request<'_>, session: &mut Session) -> Result<(), Failure> {
    let has = |session: &Session, key: &str| session.tags.iter().any(|tag| Keys::Folded.same(&tag.key, key));
    if !session.transitive.iter().all(|key| has(session, key)) {
        let told = "The specified transitive tag key must be included in the requested tags.";
        return Err(Failure::new("InvalidParameterValue", 400, told));
    }
    session.source_identity = request.maybe("SourceIdentity").map(str::to_owned);
    let Some(before) = &request.caller.session else { return Ok(()) };
    for key in &before.transitive {
        if has(session, key) {
            let told = "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
                        tag key from the calling session.";
            return Err(Failure::new("InvalidParameterValue", 400, told));
        }
    }
    let goes_on = |tag: &&Tag| before.transitive.iter().any(|key| Keys::Folded.same(key, &tag.key));
    session.tags.extend(before.tags.iter().filter(goes_on).cloned());
    session.transitive.extend(before.transitive.iter().cloned());
    if session.source_identity.is_none() {
        session.source_identity.clone_from(&before.source_identity);
    }
    Ok(())
}
