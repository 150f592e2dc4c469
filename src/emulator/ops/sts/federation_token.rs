//! `GetFederationToken`: temporary credentials for somebody whom the caller's own program has signed in.

use serde_json::{Value, json};

use super::reads;
use super::session::{begin, issue, long_term, packed_size, scope, sized, token_seconds};
use crate::api::Sts;
use crate::emulator::caller::Bearer;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Sts::GetFederationToken, get, federated)];

fn federated(request: &Request<'_>, _state: &State) -> String {
    format!("arn:aws:sts::{}:federated-user/{}", request.account, request.text("Name"))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let bearer = long_term(request)?;
    let seconds = token_seconds(request, &bearer);
    let maker = match bearer {
        Bearer::User(id) => id,
        _ => "root".to_owned(),
    };
    let name = request.text("Name");
    let mut session = begin(request, Bearer::Federated(name.to_owned(), maker), seconds);
    scope(request, &mut session)?;
    let packed = packed_size(&session)?;
    Ok(sized(json!({
        "Credentials": issue(request, state, session),
        "FederatedUser": {
            "FederatedUserId": format!("{}:{name}", request.account),
            "Arn": federated(request, state),
        },
        // AssumeRole leaves it out where there is nothing to pack; this operation says zero.
        "PackedPolicySize": packed.unwrap_or_default(),
    })))
}
