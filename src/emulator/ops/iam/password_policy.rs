//! The account's password policy.

use serde_json::{Map, Value, json};

use super::named::everything;
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(Iam::GetAccountPasswordPolicy, get, everything),
    writes(Iam::UpdateAccountPasswordPolicy, update, everything),
    writes(Iam::DeleteAccountPasswordPolicy, delete, everything),
];

const SWITCHES: [&str; 5] = [
    "RequireSymbols",
    "RequireNumbers",
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "AllowUsersToChangePassword",
];

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    match &state.account().password_policy {
        Some(policy) => Ok(json!({"PasswordPolicy": policy})),
        None => Err(Failure::no_such_entity(format!(
            "The Password Policy with domain name {} cannot be found.",
            request.account
        ))),
    }
}

/// Sets the whole policy: what a request leaves out goes back to its default.
fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut policy = Map::new();
    policy.insert("MinimumPasswordLength".into(), request.number("MinimumPasswordLength").unwrap_or(6).into());
    for switch in SWITCHES {
        policy.insert(switch.into(), request.flag(switch).into());
    }
    let age = request.number("MaxPasswordAge").filter(|age| *age > 0);
    policy.insert("ExpirePasswords".into(), age.is_some().into());
    let optional = [
        ("MaxPasswordAge", age.map(Value::from)),
        ("PasswordReusePrevention", request.number("PasswordReusePrevention").map(Value::from)),
        ("HardExpiry", request.value("HardExpiry").cloned()),
    ];
    policy.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    state.change_account(|account| account.password_policy = Some(Value::Object(policy)));
    Ok(json!({}))
}

fn delete(_request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    match state.change_account(|account| account.password_policy.take()) {
        Some(_) => Ok(json!({})),
        None => Err(Failure::no_such_entity("The account policy with name PasswordPolicy cannot be found.")),
    }
}
