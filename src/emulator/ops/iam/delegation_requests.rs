//! Delegation requests, by which partners of AWS ask for temporary access.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html>. An account has to be
//! registered as a partner's, with its policy templates, before it can create one. None is here: there are no requests.

use serde_json::{Value, json};

use super::named::everything;
use super::owner::in_order;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreateDelegationRequest, create, everything),
    reads(Iam::ListDelegationRequests, list, everything),
    reads(Iam::GetDelegationRequest, get, named),
    writes(Iam::AssociateDelegationRequest, change, named),
    writes(Iam::AcceptDelegationRequest, change, named),
    writes(Iam::UpdateDelegationRequest, change, named),
    writes(Iam::RejectDelegationRequest, change, named),
    writes(Iam::SendDelegationToken, change, named),
    reads(Iam::GetHumanReadableSummary, summary, summarised),
];

fn named(request: &Request<'_>, _state: &State) -> String {
    request.arn(&format!("delegation-request/{}", request.text("DelegationRequestId")))
}

fn summarised(request: &Request<'_>, _state: &State) -> String {
    request.text("EntityArn").to_owned()
}

fn missing(id: &str) -> Failure {
    Failure::no_such_entity(format!("The delegation request with id {id} cannot be found."))
}

fn create(request: &Request<'_>, _state: &mut State) -> Result<Value, Failure> {
    let account = request.account;
    let told = format!("The account {account} is not registered as a partner that can create delegation requests.");
    Err(Failure::access_denied(told))
}

fn list(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    // The filter and the marker are read as those of every list are, whatever they leave of nothing.
    let (_owner, none): (_, &[Value]) = (request.maybe("OwnerId"), &[]);
    in_order(request, "DelegationRequests", none, Value::clone)?;
    Ok(json!({"DelegationRequests": none, "isTruncated": false}))
}

fn get(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    Err(missing(request.text("DelegationRequestId")))
}

fn change(request: &Request<'_>, _state: &mut State) -> Result<Value, Failure> {
    Err(missing(request.text("DelegationRequestId")))
}

fn summary(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let arn = request.text("EntityArn");
    let id = arn.split_once(":delegation-request/").map(|(_, id)| id);
    Err(id.map_or_else(|| Failure::invalid_input(format!("The entity {arn} has no summary.")), missing))
}
