//! Trusted identity propagation of identity providers: the context provider, and the instance of IAM Identity Center.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProvider.html>. The texts of
//! the refusals are ours: no recording of AWS's exists.

use serde_json::{Value, json};

use crate::emulator::failure::Failure;
use crate::emulator::operation::Request;
use crate::emulator::store::credentials::Propagation;

/// What a request that makes a provider asks for.
pub fn given(request: &Request<'_>) -> Result<Propagation, Failure> {
    let asked = Propagation {
        context: request.value("ContextProvider").map(checked).transpose()?,
        instance: request.maybe("IdentityCenterInstanceArn").map(str::to_owned),
    };
    if asked.instance.is_some() && asked.context.is_none() {
        return Err(Failure::invalid_input("An IAM Identity Center instance requires a context provider."));
    }
    Ok(asked)
}

/// Changes a provider's: one thing per request, and the association goes before the context provider does.
pub fn change(request: &Request<'_>, held: &mut Propagation) -> Result<(), Failure> {
    let (context, instance) = (request.value("ContextProvider"), request.maybe("IdentityCenterInstanceArn"));
    let (no_context, no_instance) =
        (request.flag("RemoveContextProvider"), request.flag("RemoveIdentityCenterInstance"));
    let refuse = |message: &str| Err(Failure::invalid_input(message));
    match (context, no_context, instance, no_instance) {
        (None, false, None, false) => {}
        (Some(_), true, ..) => return refuse("Specify either ContextProvider or RemoveContextProvider, but not both."),
        (_, _, Some(_), true) => {
            return refuse("Specify either IdentityCenterInstanceArn or RemoveIdentityCenterInstance, but not both.");
        }
        (Some(context), false, None, false) => held.context = Some(checked(context)?),
        (None, true, None, false) if held.instance.is_some() => {
            return refuse("Remove the IAM Identity Center instance before you remove the context provider.");
        }
        (None, true, None, false) => held.context = None,
        (None, false, Some(_), false) if held.context.is_none() => {
            return refuse("An IAM Identity Center instance requires a context provider.");
        }
        (None, false, Some(instance), false) => held.instance = Some(instance.to_owned()),
        (None, false, None, true) => held.instance = None,
        _ => return refuse("Change either the context provider or the IAM Identity Center instance, but not both."),
    }
    Ok(())
}

/// The members that the answer about a provider has of it; absent where nothing is set.
pub fn show(held: &Propagation, shown: &mut Value) {
    shown["ContextProvider"] = json!(held.context);
    shown["IdentityCenterInstanceArn"] = json!(held.instance);
}

/// A context provider whose keys are well-formed and whose subject has one type.
fn checked(context: &Value) -> Result<Value, Failure> {
    if context.get("SubjectTypeValue").is_some() && context.get("SubjectTypeSourceKey").is_some() {
        return Err(Failure::invalid_input("Specify either SubjectTypeValue or SubjectTypeSourceKey, but not both."));
    }
    let mapped = context.get("KeyDefinitionList").and_then(Value::as_array).into_iter().flatten();
    let keys = mapped.chain([context]).flat_map(|held| {
        ["SourceKey", "TargetKey", "SubjectSourceKey", "SubjectTypeSourceKey"].map(|name| held.get(name))
    });
    for key in keys.flatten().filter_map(Value::as_str) {
        if !is_key(key) {
            return Err(Failure::invalid_input(format!("The key {key} is invalid.")));
        }
    }
    Ok(context.clone())
}

/// ASCII letters, digits, `_.:/=+-@#`, and single spaces between them.
fn is_key(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:/=+-@#".contains(c);
    key.split(' ').all(|word| !word.is_empty() && word.chars().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_single_spaces_inside_only() {
        for (key, fits) in [("sub", true), ("a b#c", true), (" a", false), ("a  b", false), ("a*", false)] {
            assert_eq!(is_key(key), fits, "{key}");
        }
    }
}
