//! The account in numbers.

use serde_json::{Map, Value, json};

use super::named::everything;
use super::reads;
use crate::api::Iam;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::quota;
use crate::emulator::store::State;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[reads(Iam::GetAccountSummary, summary, everything)];

fn summary(_request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let account = state.account();
    let versions: usize = state.policies.iter().map(|policy| policy.versions.len()).sum();
    let in_use = state.virtual_mfa.iter().filter(|device| device.owner.is_some()).count();
    let counts = [
        ("Users", state.users.len()),
        ("Groups", state.groups.len()),
        ("Roles", state.roles.len()),
        ("Policies", state.policies.len()),
        ("InstanceProfiles", state.instance_profiles.len()),
        ("ServerCertificates", state.server_certificates.len()),
        ("Providers", state.oidc_providers.len() + state.saml_providers.len()),
        ("PolicyVersionsInUse", versions),
        ("MFADevices", state.virtual_mfa.len()),
        ("MFADevicesInUse", in_use),
        ("AccountMFAEnabled", usize::from(!account.root_mfa.is_empty())),
        ("AccountAccessKeysPresent", usize::from(!account.root_keys.is_empty())),
        ("AccountSigningCertificatesPresent", 0),
        ("AccountPasswordPresent", usize::from(!account.root_without_password)),
        ("GlobalEndpointTokenVersion", usize::from(account.token_version)),
    ];
    let mut map = Map::new();
    for (name, count) in counts {
        map.insert(name.to_owned(), json!(count));
    }
    for quota in quota::TOLD {
        map.insert(quota.summary.to_owned(), json!(quota.value));
    }
    Ok(json!({"SummaryMap": map}))
}
