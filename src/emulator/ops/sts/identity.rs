//! Who a caller is, and whose an access key is.

use serde_json::{Value, json};

use super::reads;
use crate::api::Sts;
use crate::emulator::failure::Failure;
use crate::emulator::ids::account_of;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    // No permission is needed to learn one's own name, and no policy can deny it.
    reads(Sts::GetCallerIdentity, caller, everything).unchecked(),
    reads(Sts::GetAccessKeyInfo, key_info, everything),
];

fn caller(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    Ok(json!({
        "UserId": request.caller.user_id,
        "Account": request.account,
        "Arn": request.caller.arn,
    }))
}

/// A generated key carries its account; a key that was given by hand is known by its owner.
fn key_info(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let id = request.text("AccessKeyId");
    let own = state.users.keyed(id).is_some() || state.account.keyed(id).is_some();
    let account = if own { Some(request.account.to_owned()) } else { account_of(id) };
    let invalid = || Failure::validation(format!("The AccessKeyId {id} is invalid."));
    Ok(json!({"Account": account.ok_or_else(invalid)?}))
}
