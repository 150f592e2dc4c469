//! Outbound identity federation: whether the account vouches for its callers elsewhere, and under which issuer.

use serde_json::{Value, json};

use super::named::everything;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::EnableOutboundWebIdentityFederation, enable, everything),
    writes(Iam::DisableOutboundWebIdentityFederation, disable, everything),
    reads(Iam::GetOutboundWebIdentityFederationInfo, info, everything),
];

/// The switch that holds the issuer while the feature is enabled.
const SWITCH: &str = "outbound-web-identity-federation";

/// The switch that remembers the issuer: an account gets the same one back.
const ISSUER: &str = "outbound-web-identity-issuer";

/// The issuer of the account's tokens, while it vouches for its callers elsewhere.
pub fn issuer(state: &State) -> Option<&str> {
    state.account().switches.get(SWITCH).map(String::as_str)
}

fn is_enabled(state: &State) -> bool {
    issuer(state).is_some()
}

fn enable(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    if is_enabled(state) {
        let told = "Outbound web identity federation is already enabled for this account.";
        return Err(Failure::new("FeatureEnabled", 409, told));
    }
    let known = state.account().switches.get(ISSUER).cloned();
    let issuer =
        known.unwrap_or_else(|| format!("https://{}.tokens.sts.global.api.aws", request.environment.ids.uuid()));
    state.change_account(|account| {
        account.switches.insert(SWITCH.to_owned(), issuer.clone());
        account.switches.insert(ISSUER.to_owned(), issuer.clone());
    });
    Ok(json!({"IssuerIdentifier": issuer}))
}

fn disable(_request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    if !is_enabled(state) {
        return Err(disabled());
    }
    state.change_account(|account| drop(account.switches.remove(SWITCH)));
    Ok(json!({}))
}

fn info(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let issuer = issuer(state).ok_or_else(disabled)?;
    Ok(json!({"IssuerIdentifier": issuer, "JwtVendingEnabled": true}))
}

fn disabled() -> Failure {
    Failure::new("FeatureDisabled", 404, "Outbound web identity federation is not enabled for this account.")
}
