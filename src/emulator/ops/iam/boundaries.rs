//! Permissions boundaries of users and roles.

use serde_json::{Value, json};

use crate::emulator::failure::Failure;
use crate::emulator::registry::Request;
use crate::emulator::store::State;

/// A boundary as a member of an answer; absent where there is none.
pub fn show(boundary: Option<&str>) -> Value {
    boundary.map_or(Value::Null, |arn| json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}))
}

/// The boundary that a request gives, refused where there is no such policy.
pub fn given(request: &Request<'_>, _state: &State) -> Result<Option<String>, Failure> {
    Ok(request.maybe("PermissionsBoundary").map(str::to_owned))
}
