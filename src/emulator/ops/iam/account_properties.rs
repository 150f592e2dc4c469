//! Properties of the account by namespace and name.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutAccountProperties.html>. Which properties AWS
//! knows is not published, so each of the right form is kept.

use serde_json::{Value, json};

use super::named::everything;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] =
    &[reads(Iam::GetAccountProperties, get, everything), writes(Iam::PutAccountProperties, put, everything)];

fn get(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    Ok(json!({"Properties": state.account().properties}))
}

fn put(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let given = request.value("Properties").and_then(Value::as_object);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (key, value) in given.into_iter().flatten() {
        let namespace = key.split_once('/').filter(|(space, name)| !space.is_empty() && !name.is_empty());
        let namespace = namespace.filter(|(_, name)| !name.contains('/')).map(|(namespace, _)| namespace);
        let Some(namespace) = namespace else {
            return Err(Failure::invalid_input(format!("The property key {key} must be Namespace/PropertyName.")));
        };
        if pairs.iter().any(|(other, _)| other.split('/').next() != Some(namespace)) {
            return Err(Failure::invalid_input("All properties of a request must belong to the same namespace."));
        }
        pairs.push((key.clone(), value.as_str().unwrap_or_default().to_owned()));
    }
    state.change_account(|account| account.properties.extend(pairs));
    Ok(json!({}))
}
