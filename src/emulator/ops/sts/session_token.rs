//! `GetSessionToken`: temporary credentials for a user's own, with MFA where it is given.

use serde_json::{Value, json};

use super::session::{begin, issue, long_term, sized, token_seconds};
use super::writes;
use crate::api::Sts;
use crate::emulator::caller::Bearer;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::mfa;
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    // No permission is needed for it, as AWS says of this operation.
    writes(Sts::GetSessionToken, get, everything).unchecked(),
];

fn get(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let bearer = long_term(request)?;
    let user = match &bearer {
        Bearer::User(id) => Some(id.clone()),
        _ => None,
    };
    let mut session = begin(request, bearer.clone(), token_seconds(request, &bearer));
    if request.maybe("SerialNumber").is_some() || request.maybe("TokenCode").is_some() {
        mfa::verify(request, state, user.as_deref())?;
        session.mfa = Some(request.now);
    }
    Ok(sized(json!({"Credentials": issue(request, state, session)})))
}
