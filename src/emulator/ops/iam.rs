//! The operations of IAM, by resource.

pub mod access_keys;
pub mod aliases;
pub mod boundaries;
pub mod credential_report;
pub mod login_profiles;
pub mod mfa;
pub mod named;
pub mod oidc_providers;
pub mod owner;
pub mod password_policy;
pub mod saml_providers;
pub mod server_certificates;
pub mod service_credentials;
pub mod signing_certificates;
pub mod ssh_keys;
pub mod tags;
pub mod users;
