//! The read-only gate: no mutating call leaves a read-only session.
//!
//! A call mutates when its access level in the service model is Write, Permissions management or Tagging.
//! Report jobs and the calls of signing in are let through by name.

use crate::model::{ErrorKind, LoadError};

/// The access levels of AWS's service model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It lists.
    List,
    /// It reads.
    Read,
    /// It changes.
    Write,
    /// It changes who may do what.
    PermissionsManagement,
    /// It changes tags.
    Tagging,
}

impl Access {
    /// Whether a call of this level changes the account.
    pub fn mutates(self) -> bool {
        !matches!(self, Self::List | Self::Read)
    }
}

/// Calls that change nothing that an administrator would miss, whatever their level in the service model.
const HARMLESS: &[&str] = &[
    "GenerateCredentialReport",
    "GenerateOrganizationsAccessReport",
    "GenerateServiceLastAccessedDetails",
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "GetSessionToken",
];

/// Lets a call pass, or says why it must not be sent.
pub fn check(read_only: bool, operation: &'static str, access: Access) -> Result<(), LoadError> {
    if read_only && access.mutates() && !HARMLESS.contains(&operation) {
        return Err(LoadError::new(ErrorKind::ReadOnly, operation));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_only_session_lets_reads_and_report_jobs_pass_and_nothing_else() {
        for (operation, access, passes) in [
            ("ListUsers", Access::List, true),
            ("GetUser", Access::Read, true),
            ("GenerateCredentialReport", Access::Write, true),
            ("AssumeRole", Access::Write, true),
            ("DeleteUser", Access::Write, false),
            ("AttachUserPolicy", Access::PermissionsManagement, false),
            ("TagUser", Access::Tagging, false),
        ] {
            assert_eq!(check(true, operation, access).is_ok(), passes, "{operation}");
            assert!(check(false, operation, access).is_ok(), "{operation}");
        }
    }
}
