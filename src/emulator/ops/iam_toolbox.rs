//! The IAM toolbox: how a request was decided that was denied, by the id that its denial carries.
//!
//! Source: <https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/Welcome.html>. AWS records a denial some moments
//! after it; here it can be read at once.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::{IamToolbox, Operation};
use crate::emulator::authorizations::Authorization;
use crate::emulator::failure::Failure;
use crate::emulator::neighbours::Form;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::named::everything;
use crate::emulator::store::State;

/// The handlers of this service.
pub const HANDLERS: &[Handler] = &[
    Handler::read(Operation::IamToolbox(IamToolbox::GetRequestAuthorizationDetails), details, everything),
    Handler::read(Operation::IamToolbox(IamToolbox::GetRequestAuthorizationPolicy), policy, everything),
];

/// How the service refuses input and pages; nobody chooses the size of its pages.
const FORM: Form = Form { invalid: "ValidationException", size: "", token: "nextToken", most: 100 };

/// The longest URI of a policy.
const LONGEST_URI: usize = 2048;

fn unfit(member: &str, constraint: &str) -> Failure {
    let told = format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}");
    FORM.refuse(told)
}

/// What was decided of the request of an id, for whoever may know it: the account, or the organization, of whoever was
/// denied, in the Region of the denial.
fn found(request: &Request<'_>) -> Result<Arc<Authorization>, Failure> {
    let id = request.text("authorizationId");
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    if id.is_empty() || !id.bytes().all(is_digit) {
        let told = "Member must satisfy regular expression pattern: [0123456789abcdefghijklmnopqrstuvwxyz]+";
        return Err(unfit("authorizationId", told));
    }
    if id.len() > 256 {
        return Err(unfit("authorizationId", "Member must have length less than or equal to 256"));
    }
    let environment = request.environment;
    let may_know = |known: &Authorization| match &known.organization {
        Some(id) => {
            environment.organization.as_ref().is_some_and(|own| own.id == **id && own.member(request.account).is_some())
        }
        None => *known.account == *request.account,
    };
    let known = environment.authorizations.find(id, request.now);
    let known = known.filter(|known| may_know(known) && known.region == request.caller.origin.region);
    known.ok_or_else(|| not_found("The authorization details do not exist in this Region or have expired."))
}

fn not_found(told: &str) -> Failure {
    Failure::new("ResourceNotFoundException", 404, told)
}

fn details(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let found = found(request)?;
    let unread = |_| Failure::service("The authorization details cannot be read.");
    let mut known: Value = serde_json::from_str(&found.details).map_err(unread)?;
    let evaluations = match known["evaluations"].take() {
        Value::Array(evaluations) => evaluations,
        _ => Vec::new(),
    };
    let mut page = FORM.page(request.input, "evaluations", evaluations, request.text("authorizationId"))?;
    page["requestContext"] = known["requestContext"].take();
    page["policies"] = known["policies"].take();
    Ok(page)
}

fn policy(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let uri = request.text("policyUri");
    if uri.is_empty() {
        let told = if request.maybe("policyUri").is_none() {
            "Member must not be null"
        } else {
            "Member must have length greater than or equal to 1"
        };
        return Err(unfit("policyUri", told));
    }
    if uri.len() > LONGEST_URI {
        return Err(unfit("policyUri", "Member must have length less than or equal to 2048"));
    }
    let found = found(request)?;
    let document = found.documents.iter().find(|(known, _)| **known == *uri);
    let document = document.and_then(|(_, document)| serde_json::from_str::<Value>(document).ok());
    let document = document.ok_or_else(|| not_found("The policy was not evaluated for this request."))?;
    Ok(json!({"policyDocument": document}))
}
