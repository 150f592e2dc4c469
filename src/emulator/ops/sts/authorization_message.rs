//! `DecodeAuthorizationMessage`: what a denial kept from who was denied.

use serde_json::{Value, json};

use super::reads;
use crate::api::Sts;
use crate::emulator::authorize::encoded;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Sts::DecodeAuthorizationMessage, decode, everything)];

fn decode(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let message = encoded::decode(request.text("EncodedMessage"), &state.account().token_secret);
    let invalid = || Failure::new("InvalidAuthorizationMessageException", 400, "Message is not valid");
    Ok(json!({"DecodedMessage": message.ok_or_else(invalid)?}))
}
