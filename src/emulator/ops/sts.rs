//! The operations of STS.

pub mod assume_role;
pub mod assume_root;
pub mod authorization_message;
pub mod delegated_token;
pub mod federation_token;
pub mod identity;
pub mod saml;
pub mod scoped;
pub mod session;
pub mod session_token;
pub mod web_identity;
pub mod web_identity_token;

use serde_json::Value;

use crate::api::{Operation, Sts};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// A handler that only reads.
const fn reads(
    operation: Sts,
    run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::read(Operation::Sts(operation), run, resource)
}

/// A handler that changes something.
const fn writes(
    operation: Sts,
    run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::write(Operation::Sts(operation), run, resource)
}
