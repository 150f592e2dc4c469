//! What nobody has switched on: there are no messages to decode, the root users of an organization's accounts are not
//! managed centrally, and the account does not vouch for its callers elsewhere.

use serde_json::Value;

use super::reads;
use crate::api::Sts;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::ops::iam::outbound_federation::is_enabled;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Sts::DecodeAuthorizationMessage, decode, everything),
    reads(Sts::AssumeRoot, assume_root, target),
    reads(Sts::GetWebIdentityToken, web_identity_token, everything),
];

/// Only messages that AWS's own services have written can be decoded, and none of them runs here.
fn decode(_request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    Err(Failure::new("InvalidAuthorizationMessageException", 400, "Message is not valid"))
}

/// The root user of the account that is meant, which may be named by its number alone.
fn target(request: &Request<'_>, _state: &State) -> String {
    let target = request.text("TargetPrincipal");
    if target.starts_with("arn:") { target.to_owned() } else { format!("arn:aws:iam::{target}:root") }
}

/// It takes an organization that manages the root users of its accounts, which no operation here can begin.
fn assume_root(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let (caller, target) = (&request.caller.arn, target(request, state));
    Err(Failure::access_denied(format!(
        "User: {caller} is not authorized to perform: sts:AssumeRoot on resource: {target}"
    )))
}

fn web_identity_token(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    if is_enabled(state) {
        let told = "This emulator does not sign tokens: nobody could fetch the keys to check them with.";
        return Err(Failure::new("NotImplemented", 501, told));
    }
    let told = "The outbound web identity federation feature is not enabled for this account.";
    Err(Failure::new("OutboundWebIdentityFederationDisabledException", 403, told))
}
