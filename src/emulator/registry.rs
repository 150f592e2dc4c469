//! The one table of operations, keyed by service and name.
//!
//! Each file under `ops` lists its own handlers in a constant `HANDLERS` beside their functions; this file lists those
//! constants. What the service model knows and this table lacks answers 501 with a clear text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::operation::Handler;
use super::ops::{access_analyzer, cloudtrail, iam, iam_toolbox, organizations, signin, sts, tagging};
use crate::api::Operation;

/// Every list of handlers; a new file adds its line here.
const HANDLERS: &[&[Handler]] = &[
    access_analyzer::analyzers::HANDLERS,
    access_analyzer::archive_rules::HANDLERS,
    access_analyzer::checks::HANDLERS,
    access_analyzer::findings::HANDLERS,
    cloudtrail::HANDLERS,
    iam::access_keys::HANDLERS,
    iam::account::HANDLERS,
    iam::account_properties::HANDLERS,
    iam::aliases::HANDLERS,
    iam::attachments::HANDLERS,
    iam::boundaries::HANDLERS,
    iam::credential_report::HANDLERS,
    iam::delegation_requests::HANDLERS,
    iam::details::HANDLERS,
    iam::groups::HANDLERS,
    iam::inline::HANDLERS,
    iam::instance_profiles::HANDLERS,
    iam::last_accessed::HANDLERS,
    iam::login_profiles::HANDLERS,
    iam::mfa::HANDLERS,
    iam::oidc_providers::HANDLERS,
    iam::organizations_report::HANDLERS,
    iam::outbound_federation::HANDLERS,
    iam::password_policy::HANDLERS,
    iam::policies::HANDLERS,
    iam::role_templates::HANDLERS,
    iam::roles::HANDLERS,
    iam::root_access::HANDLERS,
    iam::saml_providers::HANDLERS,
    iam::server_certificates::HANDLERS,
    iam::service_credentials::HANDLERS,
    iam::service_linked::HANDLERS,
    iam::signing_certificates::HANDLERS,
    iam::simulate::HANDLERS,
    iam::ssh_keys::HANDLERS,
    iam::users::HANDLERS,
    iam::versions::HANDLERS,
    iam_toolbox::HANDLERS,
    organizations::accounts::HANDLERS,
    organizations::policies::HANDLERS,
    organizations::structure::HANDLERS,
    signin::HANDLERS,
    sts::assume_role::HANDLERS,
    sts::assume_root::HANDLERS,
    sts::authorization_message::HANDLERS,
    sts::delegated_token::HANDLERS,
    sts::federation_token::HANDLERS,
    sts::identity::HANDLERS,
    sts::saml::HANDLERS,
    sts::scoped::HANDLERS,
    sts::session_token::HANDLERS,
    sts::web_identity::HANDLERS,
    sts::web_identity_token::HANDLERS,
    tagging::HANDLERS,
];

/// What answers an operation; `None` where nothing does.
pub fn handler(operation: Operation) -> Option<&'static Handler> {
    static BY_OPERATION: LazyLock<HashMap<Operation, &'static Handler>> =
        LazyLock::new(|| handlers().map(|handler| (handler.operation, handler)).collect());
    BY_OPERATION.get(&operation).copied()
}

/// All handlers.
pub fn handlers() -> impl Iterator<Item = &'static Handler> {
    HANDLERS.iter().flat_map(|handlers| handlers.iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_handler_has_an_operation_of_its_own() {
        let mut seen = HashSet::new();
        for handler in handlers() {
            assert!(seen.insert(handler.operation), "{} has two", handler.operation);
        }
    }
}
