//! Role templates, from which services of AWS let accounts create roles.
//!
//! Only services make templates, and which there are is not published: here there are none.

use serde_json::Value;

use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] =
    &[reads(Iam::GetRoleTemplateVersion, get, template), writes(Iam::AcquireRole, acquire, template)];

fn template(request: &Request<'_>, _state: &State) -> String {
    request.text("TemplateArn").to_owned()
}

fn missing(request: &Request<'_>) -> Failure {
    Failure::no_such_entity(format!("The role template {} cannot be found.", request.text("TemplateArn")))
}

fn get(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    Err(missing(request))
}

fn acquire(request: &Request<'_>, _state: &mut State) -> Result<Value, Failure> {
    Err(missing(request))
}
