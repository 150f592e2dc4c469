//! The operations of IAM Access Analyzer: custom checks of policies, analyzers with their archive rules, findings.
//!
//! `ValidatePolicy` stands apart, in `emulator::analyzer`: it tells what is wrong with a request field by field.

pub(crate) mod analyzers;
pub(crate) mod archive_rules;
pub(crate) mod checks;
pub(crate) mod external;
pub(crate) mod findings;
pub(crate) mod unused;

use serde_json::Value;

use crate::api::{AccessAnalyzer, Operation};
use crate::emulator::failure::Failure;
use crate::emulator::neighbours::Form;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// How the service pages and refuses input.
const FORM: Form = Form { invalid: "ValidationException", size: "maxResults", token: "nextToken", most: 100 };

/// A handler that only reads.
const fn reads(
    operation: AccessAnalyzer,
    run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::read(Operation::AccessAnalyzer(operation), run, resource)
}

/// A handler that changes something.
const fn writes(
    operation: AccessAnalyzer,
    run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::write(Operation::AccessAnalyzer(operation), run, resource)
}

/// An ARN of the service in the Region of the request.
fn arn(request: &Request<'_>, resource: &str) -> String {
    format!("arn:aws:access-analyzer:{}:{}:{resource}", request.caller.origin.region, request.account)
}

/// Permission column: AWS names all of the Region's for what has no resource type.
fn everything(request: &Request<'_>, _state: &State) -> String {
    arn(request, "*")
}

fn not_found(what: &str) -> Failure {
    Failure::new("ResourceNotFoundException", 404, format!("{what} does not exist."))
}
