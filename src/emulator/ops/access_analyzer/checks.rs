//! Custom checks: does a policy grant more than another, some actions, or access for everybody?
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html>.

use serde_json::{Value, json};

use super::{FORM, everything, reads};
use crate::api::AccessAnalyzer;
use crate::base::work::GaveUp;
use crate::catalog::resource_policies::holder_of;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::policy;
use crate::policy::access_check::{self, Granting};
use crate::policy::evaluate::Compiled;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(AccessAnalyzer::CheckNoNewAccess, no_new_access, everything),
    reads(AccessAnalyzer::CheckAccessNotGranted, access_not_granted, everything),
    reads(AccessAnalyzer::CheckNoPublicAccess, no_public_access, everything),
];

/// The most actions, and the most resources, of one check.
const MOST: usize = 100;

/// A policy of the request that can be read.
fn document<'a>(request: &Request<'a>, name: &str) -> Result<&'a str, Failure> {
    let text = FORM.text(request.input, name)?;
    let unfit =
        |error| Failure::new("InvalidParameterException", 400, format!("{name} is not a valid policy: {error}"));
    Compiled::new(text).map_err(unfit)?;
    Ok(text)
}

fn kind(request: &Request<'_>) -> Result<(), Failure> {
    FORM.one_of(request.input, "policyType", &["IDENTITY_POLICY", "RESOURCE_POLICY"]).map(drop)
}

/// The answer: what a result is called, and the statements that are the reason.
fn answer(found: Result<Vec<Granting>, GaveUp>, pass: &str, fail: &str, why: &str) -> Result<Value, Failure> {
    let found = found.map_err(|gave_up| Failure::new("UnprocessableEntityException", 422, gave_up.to_string()))?;
    let reason = |one: &Granting| {
        let place = match &one.sid {
            Some(sid) => format!("sid: {sid}"),
            None => format!("index: {}", one.index),
        };
        json!({"description": format!("{why} {place}."), "statementIndex": one.index, "statementId": one.sid})
    };
    let reasons: Vec<Value> = found.iter().map(reason).map(without_null_id).collect();
    Ok(if found.is_empty() {
        json!({"result": "PASS", "message": pass})
    } else {
        json!({"result": "FAIL", "message": fail, "reasons": reasons})
    })
}

fn without_null_id(mut reason: Value) -> Value {
    if let Some(members) = reason.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    reason
}

fn no_new_access(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let (new, old) = (document(request, "newPolicyDocument")?, document(request, "existingPolicyDocument")?);
    kind(request)?;
    answer(
        access_check::new_access(&policy::read(new), &policy::read(old)),
        "The modified permissions do not grant new access compared to your existing policy.",
        "The modified permissions grant new access compared to your existing policy.",
        "New access in the statement with",
    )
}

fn access_not_granted(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let text = document(request, "policyDocument")?;
    kind(request)?;
    let [asked] = request.list("access") else {
        return Err(FORM.refuse("access must have exactly one element."));
    };
    let list = |name: &str| -> Vec<&str> {
        asked.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let (actions, resources) = (list("actions"), list("resources"));
    if actions.is_empty() && resources.is_empty() || actions.len() > MOST || resources.len() > MOST {
        return Err(FORM.refuse(format!("access must name actions or resources, at most {MOST} of each.")));
    }
    let (listed, within) = if actions.is_empty() { ("resources", "resources") } else { ("actions", "actions") };
    answer(
        access_check::granted(&policy::read(text), &actions, &resources),
        &format!("The policy document does not grant access to perform one or more of the listed {listed}."),
        &format!("The policy document grants access to perform one or more of the listed {listed}."),
        &format!("One or more of the listed {within} in the statement with"),
    )
}

fn no_public_access(request: &Request<'_>, _state: &State) -> Result<Value, Failure> {
    let text = document(request, "policyDocument")?;
    let kind = FORM.text(request.input, "resourceType")?;
    if holder_of(kind).is_none() {
        return Err(FORM.refuse(format!("resourceType {kind} is not supported.")));
    }
    answer(
        Ok(access_check::public(&policy::read(text))),
        "The resource policy does not grant public access for the given resource type.",
        "The resource policy grants public access for the given resource type.",
        "Public access granted in the statement with",
    )
}
