//! The operations of STS.

pub(crate) mod assume_role;
pub(crate) mod assume_root;
pub(crate) mod authorization_message;
pub(crate) mod delegated_token;
pub(crate) mod federation_token;
pub(crate) mod identity;
pub(crate) mod saml;
pub(crate) mod scoped;
pub(crate) mod session;
pub(crate) mod session_token;
pub(crate) mod web_identity;
pub(crate) mod web_identity_token;

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
