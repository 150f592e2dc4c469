//! What the operations do: one file per resource, each with its rows of the table.

#![allow(clippy::unnecessary_wraps, reason = "every row of the table answers with a result")]

pub mod iam;
pub mod sts;

use super::registry::Operation;

/// Every list of rows; a new file adds its line here.
pub const ALL: &[&[Operation]] = &[
    iam::access_keys::OPERATIONS,
    iam::account::OPERATIONS,
    iam::aliases::OPERATIONS,
    iam::attachments::OPERATIONS,
    iam::boundaries::OPERATIONS,
    iam::credential_report::OPERATIONS,
    iam::details::OPERATIONS,
    iam::groups::OPERATIONS,
    iam::inline::OPERATIONS,
    iam::instance_profiles::OPERATIONS,
    iam::login_profiles::OPERATIONS,
    iam::mfa::OPERATIONS,
    iam::oidc_providers::OPERATIONS,
    iam::password_policy::OPERATIONS,
    iam::policies::OPERATIONS,
    iam::roles::OPERATIONS,
    iam::saml_providers::OPERATIONS,
    iam::server_certificates::OPERATIONS,
    iam::service_credentials::OPERATIONS,
    iam::service_linked::OPERATIONS,
    iam::signing_certificates::OPERATIONS,
    iam::simulate::OPERATIONS,
    iam::ssh_keys::OPERATIONS,
    iam::users::OPERATIONS,
    iam::versions::OPERATIONS,
    sts::assume_role::OPERATIONS,
    sts::federation_token::OPERATIONS,
    sts::identity::OPERATIONS,
    sts::lone::OPERATIONS,
    sts::saml::OPERATIONS,
    sts::scoped::OPERATIONS,
    sts::session_token::OPERATIONS,
    sts::web_identity::OPERATIONS,
];
