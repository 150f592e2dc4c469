//! `GetDelegatedAccessToken`: credentials for the trade-in token of an accepted delegation request.
//!
//! IAM sends such a token to a partner by Amazon SNS, and no account here is a partner: none was ever sent.

use serde_json::Value;

use super::reads;
use crate::api::Sts;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Sts::GetDelegatedAccessToken, get, everything)];

fn get(_request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    Err(Failure::new("ExpiredTradeInTokenException", 400, "The trade-in token is invalid or has expired."))
}
