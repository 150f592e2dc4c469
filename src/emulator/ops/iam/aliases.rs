//! What there is once in an account: its alias, and the preferences of STS.

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
    writes(Iam::CreateAccountAlias, create_alias, everything),
    writes(Iam::DeleteAccountAlias, delete_alias, everything),
    reads(Iam::ListAccountAliases, list_aliases, everything),
    writes(Iam::SetSecurityTokenServicePreferences, set_preferences, everything),
];

/// An account has one alias: a new one takes the place of the old one.
fn create_alias(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let alias = request.text("AccountAlias").to_owned();
    if state.account().alias.as_ref() == Some(&alias) {
        return Err(Failure::already_exists(format!("The account alias {alias} already exists.")));
    }
    state.change_account(|account| account.alias = Some(alias));
    Ok(json!({}))
}

fn delete_alias(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let alias = request.text("AccountAlias");
    if state.account().alias.as_deref() != Some(alias) {
        return Err(Failure::no_such_entity(format!("The account alias with name {alias} cannot be found.")));
    }
    state.change_account(|account| account.alias = None);
    Ok(json!({}))
}

fn list_aliases(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    in_order(request, "AccountAliases", state.account().alias.as_slice(), |alias| json!(alias))
}

fn set_preferences(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let version = if request.text("GlobalEndpointTokenVersion") == "v2Token" { 2 } else { 1 };
    state.change_account(|account| account.token_version = version);
    Ok(json!({}))
}
