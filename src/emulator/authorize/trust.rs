//! Whether a role lets a caller in: its trust policy and the caller's own policies together.

use super::context::{caller, principal, resource_tags};
use super::denied;
use super::own::{Sources, capped};
use crate::emulator::caller::Principal;
use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::ops::sts::assume_role::role;
use crate::emulator::store::{State, World};
use crate::policy::evaluate::{self, evaluate};

/// Refuses `AssumeRole` unless both sides allow every action that the request needs.
///
/// What the operation itself refuses in its own words (no ARN, the root user) is left to it.
pub fn check(request: &Request<'_>, state: &State, world: &World) -> Result<(), Failure> {
    let Some((account, role)) = role(request, world) else { return Ok(()) };
    if request.caller.principal == Principal::Root {
        return Ok(());
    }
    let documents = &request.environment.documents;
    let sources = Sources::of(request, state);
    let policies =
        evaluate::PolicySet { resource: Some(documents.compiled(&role.trust)), ..sources.policies(documents) };
    let policies = capped(policies, request, account);
    let arn = request.text("RoleArn");
    let mut question = resource_tags(question(request, state, arn), &role.tags);
    for action in actions(request) {
        question.set_action(action);
        let verdict = evaluate(&question, &policies).map_err(denied::too_complex)?;
        if !verdict.is_allowed() {
            return Err(denied::failure(request, state, (action, arn), &verdict, &sources));
        }
    }
    Ok(())
}

/// The actions that the request needs on the role.
pub fn actions(request: &Request<'_>) -> impl Iterator<Item = &'static str> {
    let actions = [
        ("sts:AssumeRole", true),
        ("sts:TagSession", !request.list("Tags").is_empty() || hands_on_tags(request)),
        ("sts:SetSourceIdentity", source_identity(request).is_some()),
    ];
    actions.into_iter().filter(|(_, needed)| *needed).map(|(action, _)| action)
}

/// Whether the caller's session has tags that go on to the next.
fn hands_on_tags(request: &Request<'_>) -> bool {
    request.caller.session.as_ref().is_some_and(|session| !session.transitive.is_empty())
}

/// The source identity that the new session will have.
fn source_identity<'a>(request: &Request<'a>) -> Option<&'a str> {
    let before = request.caller.session.as_ref().and_then(|session| session.source_identity.as_deref());
    request.maybe("SourceIdentity").or(before)
}

fn question(request: &Request<'_>, state: &State, role: &str) -> evaluate::Request {
    let question = evaluate::Request::new(principal(request.caller, state), "sts:AssumeRole", role);
    let mut question = caller(question, request, state).with("sts:RoleSessionName", [request.text("RoleSessionName")]);
    // A code with the request counts as a session with MFA does; a wrong one is refused by the operation.
    if request.maybe("TokenCode").is_some() {
        question = question.with("aws:MultiFactorAuthPresent", ["true"]).with("aws:MultiFactorAuthAge", ["0"]);
    }
    for (key, value) in
        [("sts:ExternalId", request.maybe("ExternalId")), ("sts:SourceIdentity", source_identity(request))]
    {
        if let Some(value) = value {
            question = question.with(key, [value]);
        }
    }
    let transitive: Vec<&str> = request.texts("TransitiveTagKeys").collect();
    if !transitive.is_empty() {
        question = question.with("sts:TransitiveTagKeys", transitive);
    }
    super::context::asked_tags(question, request)
}
