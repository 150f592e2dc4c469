//! The operations of IAM, by resource.

pub(crate) mod access_keys;
pub(crate) mod account;
pub(crate) mod account_properties;
pub(crate) mod aliases;
pub(crate) mod attachments;
pub(crate) mod boundaries;
pub(crate) mod credential_report;
pub(crate) mod delegation_requests;
pub(crate) mod details;
pub(crate) mod documents;
pub(crate) mod groups;
pub(crate) mod inline;
pub(crate) mod instance_profiles;
pub(crate) mod last_accessed;
pub(crate) mod login_profiles;
pub(crate) mod mfa;
pub(crate) mod named;
pub(crate) mod oidc_providers;
pub(crate) mod organizations_report;
pub(crate) mod outbound_federation;
pub(crate) mod owner;
pub(crate) mod password_policy;
pub(crate) mod policies;
pub(crate) mod principals;
pub(crate) mod propagation;
pub(crate) mod role_templates;
pub(crate) mod roles;
pub(crate) mod root_access;
pub(crate) mod saml_providers;
pub(crate) mod server_certificates;
pub(crate) mod service_credentials;
pub(crate) mod service_linked;
pub(crate) mod signing_certificates;
pub(crate) mod simulate;
pub(crate) mod ssh_keys;
pub(crate) mod tags;
pub(crate) mod users;
pub(crate) mod versions;

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
