//! `GetScopedCredentials`: narrower or shorter credentials for the session that asks, who stays who it is.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html>. The operation is younger
//! than all recordings: codes are those of the service model, the texts of refusals are ours.

use serde_json::{Value, json};

use super::reads;
use super::session::{issue, packed_size, sized};
use crate::api::Sts;
use crate::emulator::caller::{Principal, Session};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;
use crate::emulator::store::records::Moment;
use crate::policy::malformed::{self, DocumentUse};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Sts::GetScopedCredentials, get, everything)];

/// How often a session can be scoped down by a policy.
const MOST_SCOPES: usize = 3;

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let mut session = calling(request)?;
    let (policy, seconds) = (request.maybe("Policy"), request.number("DurationSeconds"));
    if policy.is_none() && seconds.is_none() {
        return Err(Failure::validation("At least one of Policy and DurationSeconds must be specified."));
    }
    if let Some(policy) = policy {
        malformed::check(policy, DocumentUse::Session).map_err(|wrong| Failure::malformed_policy(wrong.message))?;
        if session.scopes.len() == MOST_SCOPES {
            let told = format!("The session already has {MOST_SCOPES} scope-down policies, which is the maximum.");
            return Err(Failure::access_denied(told));
        }
        session.scopes.push(policy.to_owned());
    }
    if let Some(seconds) = seconds {
        let expires = Moment(request.now.0.saturating_add_unsigned(seconds));
        if expires > session.expires {
            let told = "The requested DurationSeconds exceeds the remaining lifetime of the calling session.";
            return Err(Failure::new("InsufficientSessionLifetime", 400, told));
        }
        session.expires = expires;
    }
    packed_size(&session)?;
    let (scopes, source_identity) = (session.scopes.len(), session.source_identity.clone());
    Ok(sized(json!({
        "Credentials": issue(request, state, session),
        "SessionInfo": {"ScopedSessionId": request.caller.user_id, "Arn": request.caller.arn},
        "ScopedPoliciesCount": scopes,
        "SourceIdentity": source_identity,
    })))
}

/// The session that asks. It keeps the time of its making too, so that what revokes older sessions revokes this one.
fn calling(request: &Request<'_>) -> Result<Session, Failure> {
    match &request.caller.session {
        Some(session) if request.caller.principal != Principal::Root => {
            Ok(Session { filler: String::new(), ..session.clone() })
        }
        _ => Err(Failure::access_denied("Cannot call GetScopedCredentials with user or root credentials")),
    }
}
