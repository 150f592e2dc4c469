//! The operations of IAM, by resource.

pub mod access_keys;
pub mod account;
pub mod account_properties;
pub mod aliases;
pub mod attachments;
pub mod boundaries;
pub mod credential_report;
pub mod delegation_requests;
pub mod details;
pub mod documents;
pub mod groups;
pub mod inline;
pub mod instance_profiles;
pub mod last_accessed;
pub mod login_profiles;
pub mod mfa;
pub mod named;
pub mod oidc_providers;
pub mod organizations_report;
pub mod outbound_federation;
pub mod owner;
pub mod password_policy;
pub mod policies;
pub mod principals;
pub mod propagation;
pub mod role_templates;
pub mod roles;
pub mod root_access;
pub mod saml_providers;
pub mod server_certificates;
pub mod service_credentials;
pub mod service_linked;
pub mod signing_certificates;
pub mod simulate;
pub mod ssh_keys;
pub mod tags;
pub mod users;
pub mod versions;

use serde_json::Value;

use crate::api::{Iam, Operation};
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;

/// A handler that only reads.
const fn reads(
    operation: Iam,
    run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::read(Operation::Iam(operation), run, resource)
}

/// A handler that changes something.
const fn writes(
    operation: Iam,
    run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
    resource: fn(&Request<'_>, &State) -> String,
) -> Handler {
    Handler::write(Operation::Iam(operation), run, resource)
}
