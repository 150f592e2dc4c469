//! The read-only gate: no mutating call leaves a read-only session.
//!
//! A call mutates when its access level in the service model is Write, Permissions management or Tagging.
//! Report jobs and the calls of signing in are let through by name.

use crate::api;
use crate::model::{ErrorKind, LoadError};

/// Calls that change nothing that an administrator would miss, whatever their level in the service model.
const HARMLESS: &[&str] = &[
    "GenerateCredentialReport",
    "GenerateOrganizationsAccessReport",
    "GenerateServiceLastAccessedDetails",
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "GetSessionToken",
    "ValidatePolicy",
];

/// Lets a call pass, or says why it must not be sent.
pub(super) fn check(read_only: bool, operation: &'static str) -> Result<(), LoadError> {
    if read_only && mutates(operation) { Err(LoadError::new(ErrorKind::ReadOnly, operation)) } else { Ok(()) }
}

/// Whether a call changes anything.
pub(super) fn mutates(operation: &str) -> bool {
    // An operation that the service model does not know might do anything.
    !HARMLESS.contains(&operation) && api::model().operation(operation).is_none_or(|known| known.access.mutates())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_only_session_lets_reads_and_report_jobs_pass_and_nothing_else() {
        for (operation, passes) in [
            ("ListUsers", true),
            ("GetUser", true),
            ("GetAccountAuthorizationDetails", true),
            ("GetCallerIdentity", true),
            ("GenerateCredentialReport", true),
            ("AssumeRole", true),
            ("ValidatePolicy", true),
            ("DeleteUser", false),
            ("AttachUserPolicy", false),
            ("TagUser", false),
            ("NeverHeardOf", false),
        ] {
            assert_eq!(check(true, operation).is_ok(), passes, "{operation}");
            assert!(check(false, operation).is_ok(), "{operation}");
        }
    }
}
