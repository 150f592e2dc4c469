//! `AssumeRole`: temporary credentials of a role, for whom its trust policy lets in.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::session::{HOUR, begin, issue, packed_size, scope};
use crate::emulator::authorize::Enforce;
use crate::emulator::caller::{Bearer, Principal, Session};
use crate::emulator::failure::Failure;
use crate::emulator::ops::iam::mfa;
use crate::emulator::ops::iam::named::arn;
use crate::emulator::registry::{Operation, Request};
use crate::emulator::store::State;
use crate::emulator::store::records::Role;
use crate::policy::evaluate::{self, Compiled, PolicySet, evaluate};

/// The rows of this resource.
pub const OPERATIONS: &[Operation] = &[
    // The trust policy decides together with the caller's own policies, so the check stands here.
    Operation::write("AssumeRole", assume, role_arn).unchecked(),
];

fn role_arn(request: &Request<'_>, _state: &State) -> String {
    request.text("RoleArn").to_owned()
}

fn denied(request: &Request<'_>, action: &str) -> Failure {
    let (caller, role) = (&request.caller.arn, request.text("RoleArn"));
    Failure::access_denied(format!("User: {caller} is not authorized to perform: {action} on resource: {role}"))
}

fn assume(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let asked = request.text("RoleArn");
    if !is_arn(asked) {
        return Err(Failure::validation(format!("{asked} is invalid")));
    }
    if request.caller.principal == Principal::Root {
        return Err(Failure::access_denied("Roles may not be assumed by root accounts."));
    }
    let name = asked.rsplit('/').next().unwrap_or_default();
    let found = state.roles.named(name).filter(|role| arn(request, *role) == asked);
    let role = found.ok_or_else(|| denied(request, "sts:AssumeRole"))?.clone();
    let name = request.text("RoleSessionName");
    let seconds = seconds(request, &role)?;
    let mut session = begin(request, Bearer::Role(role.id.clone(), name.to_owned()), seconds);
    scope(request, &mut session)?;
    inherit(request, &mut session)?;
    if request.maybe("SerialNumber").is_some() || request.maybe("TokenCode").is_some() {
        let Principal::User { id, .. } = &request.caller.principal else {
            return Err(denied(request, "sts:AssumeRole"));
        };
        mfa::verify(request, state, Some(id))?;
        session.mfa = Some(request.now);
    }
    trusted(request, state, &role, &session)?;
    let packed = packed_size(&session)?;
    Ok(json!({
        "SourceIdentity": session.source_identity,
        "Credentials": issue(request, state, session),
        "AssumedRoleUser": {
            "AssumedRoleId": format!("{}:{name}", role.id),
            "Arn": format!("arn:aws:sts::{}:assumed-role/{}/{name}", request.world.account, role.name),
        },
        "PackedPolicySize": packed,
    }))
}

/// Six parts, of which partition, service and resource are not empty.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, service, _, _, resource]
        if !partition.is_empty() && !service.is_empty() && !resource.is_empty())
}

/// The lifetime of the session, refused beyond the role's and beyond an hour for a role that assumes a role.
fn seconds(request: &Request<'_>, role: &Role) -> Result<u64, Failure> {
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
    let has = |session: &Session, key: &str| session.tags.iter().any(|tag| tag.key.eq_ignore_ascii_case(key));
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
    session.tags.extend(before.tags.iter().filter(|tag| before.transitive.contains(&tag.key)).cloned());
    session.transitive.extend(before.transitive.iter().cloned());
    if session.source_identity.is_none() {
        session.source_identity.clone_from(&before.source_identity);
    }
    Ok(())
}

/// Asks the trust policy for every action that the request needs.
fn trusted(request: &Request<'_>, state: &State, role: &Role, session: &Session) -> Result<(), Failure> {
    if request.world.enforce == Enforce::Off {
        return Ok(());
    }
    let denied = |action: &str| denied(request, action);
    let policies = PolicySet {
        // Whether the caller's own policies allow it is asked where all calls are authorised.
        identity: EVERYTHING.iter().cloned().collect(),
        resource: Some(Arc::new(Compiled::new(&role.trust).map_err(|_| denied("sts:AssumeRole"))?)),
        ..PolicySet::default()
    };
    let principal = evaluate::Principal::from_arn(&request.caller.arn).map_err(|_| denied("sts:AssumeRole"))?;
    let mut question = context(request, state, session, principal);
    let actions = [
        ("sts:AssumeRole", true),
        ("sts:TagSession", !request.list("Tags").is_empty()),
        ("sts:SetSourceIdentity", request.maybe("SourceIdentity").is_some()),
    ];
    for (action, _) in actions.into_iter().filter(|(_, needed)| *needed) {
        question.set_action(action);
        if !evaluate(&question, &policies).is_allowed() {
            return Err(denied(action));
        }
    }
    Ok(())
}

/// A policy that allows everything.
static EVERYTHING: LazyLock<Option<Arc<Compiled>>> = LazyLock::new(|| {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    Compiled::new(text).ok().map(Arc::new)
});

/// What a trust policy's conditions can ask about.
fn context(
    request: &Request<'_>,
    state: &State,
    session: &Session,
    principal: evaluate::Principal,
) -> evaluate::Request {
    let mut question = evaluate::Request::new(principal, "sts:AssumeRole", request.text("RoleArn"))
        .with_unique_id(request.caller.user_id.split(':').next().unwrap_or_default())
        .with("sts:RoleSessionName", [request.text("RoleSessionName")])
        .with("aws:MultiFactorAuthPresent", [if mfa_age(request, session).is_some() { "true" } else { "false" }]);
    if let Some(age) = mfa_age(request, session) {
        question = question.with("aws:MultiFactorAuthAge", [age.to_string()]);
    }
    if let Some(id) = request.maybe("ExternalId") {
        question = question.with("sts:ExternalId", [id]);
    }
    if let Some(identity) = request.maybe("SourceIdentity") {
        question = question.with("sts:SourceIdentity", [identity]);
    }
    let asked = session.tags.iter().take(request.list("Tags").len());
    for tag in asked.clone() {
        question = question.with(&format!("aws:RequestTag/{}", tag.key), [tag.value.as_str()]);
    }
    if asked.len() > 0 {
        question = question.with("aws:TagKeys", asked.map(|tag| tag.key.as_str()));
        question = question.with("sts:TransitiveTagKeys", request.texts("TransitiveTagKeys"));
    }
    let own = match &request.caller.principal {
        Principal::User { id, .. } => state.users.get(id).map(|user| &user.tags),
        Principal::Role { id, .. } => state.roles.get(id).map(|role| &role.tags),
        _ => None,
    };
    for tag in own.into_iter().flatten() {
        question = question.with(&format!("aws:PrincipalTag/{}", tag.key), [tag.value.as_str()]);
    }
    question
}

/// Seconds since the caller gave a code: now, or when its session was made.
fn mfa_age(request: &Request<'_>, session: &Session) -> Option<i64> {
    let before = request.caller.session.as_ref().and_then(|session| session.mfa);
    session.mfa.or(before).map(|at| request.now.0 - at.0)
}
