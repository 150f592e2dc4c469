//! Versions of managed policies: five at most, their numbers never given twice.

use serde_json::{Value, json};

use super::documents;
use super::policies::{Managed, find, find_own, is_policy_arn, named};
use super::{reads, writes};
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::paging;
use crate::emulator::quota;
use crate::emulator::store::State;
use crate::emulator::store::records::{Policy, PolicyVersion};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(Iam::CreatePolicyVersion, create, named),
    reads(Iam::GetPolicyVersion, get, named),
    reads(Iam::ListPolicyVersions, list, named),
    writes(Iam::SetDefaultPolicyVersion, set_default, named),
    writes(Iam::DeletePolicyVersion, delete, named),
];

/// A version as lists show it: without its document.
pub fn brief(policy: &Policy, version: &PolicyVersion) -> Value {
    json!({
        "VersionId": format!("v{}", version.number),
        "IsDefaultVersion": version.number == policy.default_version,
        "CreateDate": version.created.to_string(),
    })
}

fn missing(request: &Request<'_>) -> Failure {
    let (arn, version) = (request.text("PolicyArn"), request.text("VersionId"));
    Failure::no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

/// `v3` as 3; a suffix after a dot names nothing that exists here.
fn number(request: &Request<'_>) -> Option<u32> {
    request.text("VersionId").strip_prefix('v')?.parse().ok()
}

/// Finds a version of the account's own policy; a missing policy is told as a missing version.
fn find_version<'s>(
    request: &Request<'_>,
    state: &'s State,
    doing: &str,
) -> Result<(&'s Policy, &'s PolicyVersion), Failure> {
    let policy = find_own(request, state, doing).map_err(|failure| match failure.code {
        "NoSuchEntity" => missing(request),
        _ => failure,
    })?;
    let version = number(request).and_then(|number| policy.version(number)).ok_or_else(|| missing(request))?;
    Ok((policy, version))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let mut policy = find_own(request, state, "update policies")?.clone();
    let document = documents::managed(request)?;
    if request.environment.quotas && policy.versions.len() >= quota::VERSIONS_PER_POLICY.value {
        return Err(Failure::limit_exceeded(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
             version.",
        ));
    }
    let version = PolicyVersion { number: policy.next_version, created: request.now, document: document.to_owned() };
    policy.next_version += 1;
    policy.updated = request.now;
    if request.flag("SetAsDefault") {
        policy.default_version = version.number;
    }
    let shown = brief(&policy, &version);
    policy.versions.push(version);
    state.policies.put(policy);
    Ok(json!({"PolicyVersion": shown}))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let arn = request.text("PolicyArn");
    if !is_policy_arn(arn) {
        return Err(Failure::validation(format!("ARN {arn} is not valid.")));
    }
    match Managed::find(request, state, arn) {
        Some(Managed::Own(policy)) => {
            let version = number(request).and_then(|number| policy.version(number)).ok_or_else(|| missing(request))?;
            let mut shown = brief(policy, version);
            shown["Document"] = documents::show(&version.document);
            Ok(json!({"PolicyVersion": shown}))
        }
        // Of AWS's policies only the version in force is known.
        Some(Managed::Aws(policy)) if policy.version == request.text("VersionId") => Ok(json!({"PolicyVersion": {
            "Document": documents::show(policy.document()),
            "VersionId": policy.version,
            "IsDefaultVersion": true,
            "CreateDate": policy.updated,
        }})),
        _ => Err(missing(request)),
    }
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    match find(request, state)? {
        Managed::Own(policy) => {
            // Newest first, so keys count downwards.
            let keys: Vec<String> =
                policy.versions.iter().rev().map(|version| format!("{:010}", u32::MAX - version.number)).collect();
            let rows = keys.iter().map(String::as_str).zip(policy.versions.iter().rev());
            paging::slice(request, "Versions", rows, |version| brief(policy, version))
        }
        Managed::Aws(policy) => {
            let rows = std::iter::once((policy.version.as_str(), policy));
            paging::slice(
                request,
                "Versions",
                rows,
                |policy| json!({"VersionId": policy.version, "IsDefaultVersion": true, "CreateDate": policy.updated}),
            )
        }
    }
}

fn set_default(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let (policy, version) = find_version(request, state, "update policies")?;
    let changed = Policy { default_version: version.number, updated: request.now, ..policy.clone() };
    state.policies.put(changed);
    Ok(json!({}))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let (policy, version) = find_version(request, state, "delete policy versions for policies")?;
    if version.number == policy.default_version {
        return Err(Failure::delete_conflict("Cannot delete the default version of a policy."));
    }
    let (number, mut changed) = (version.number, policy.clone());
    changed.versions.retain(|version| version.number != number);
    changed.updated = request.now;
    state.policies.put(changed);
    Ok(json!({}))
}
