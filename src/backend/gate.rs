//! The read-only gate: no mutating call leaves a read-only session.
//!
//! A call mutates when its access level in the service model is Write, Permissions management or Tagging.
//! Report jobs and the calls of signing in are let through by name. `sts:DecodeAuthorizationMessage` is not: AWS classifies
//! it as a write, and a session that is asked to be read-only takes AWS's word for it.

use super::ReadOnlyReason;
use crate::api::{Iam, Operation, Sts};
use crate::model::{ErrorKind, LoadError};

/// Lets a call pass, or says why it must not be sent.
pub(super) fn check(read_only: Option<&ReadOnlyReason>, operation: Operation) -> Result<(), LoadError> {
    match read_only {
        Some(reason) if mutates(operation) => Err(refused(reason, operation)),
        _ => Ok(()),
    }
}

/// What a read-only session says instead of sending a call.
pub(super) fn refused(reason: &ReadOnlyReason, operation: impl Into<Box<str>>) -> LoadError {
    LoadError::new(ErrorKind::ReadOnly, operation).detail(&reason.to_string())
}

/// Whether a call changes anything that an administrator would miss.
pub(super) fn mutates(operation: Operation) -> bool {
    let harmless = matches!(
        operation,
        Operation::Iam(
            Iam::GenerateCredentialReport
                | Iam::GenerateOrganizationsAccessReport
                | Iam::GenerateServiceLastAccessedDetails
        ) | Operation::Sts(
            Sts::AssumeRole | Sts::AssumeRoleWithSAML | Sts::AssumeRoleWithWebIdentity | Sts::GetSessionToken
        ) | Operation::SsoOidc(_)
    );
    !harmless && operation.access().mutates()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::AccessAnalyzer;

    #[track_caller]
    fn check_that(operation: impl Into<Operation>, passes: bool) {
        let operation = operation.into();
        assert_eq!(check(Some(&ReadOnlyReason::Asked), operation).is_ok(), passes, "{operation}");
        assert!(check(None, operation).is_ok(), "{operation}");
    }

    #[test]
    fn a_read_only_session_lets_reads_and_report_jobs_pass_and_nothing_else() {
        for operation in
            [Iam::ListUsers, Iam::GetUser, Iam::GetAccountAuthorizationDetails, Iam::GenerateCredentialReport]
        {
            check_that(operation, true);
        }
        check_that(Sts::GetCallerIdentity, true);
        check_that(Sts::AssumeRole, true);
        // AWS classifies it as a write; who asks for read-only is promised that no write is sent, whatever it does.
        check_that(Sts::DecodeAuthorizationMessage, false);
        check_that(AccessAnalyzer::ValidatePolicy, true);
        for operation in [Iam::DeleteUser, Iam::AttachUserPolicy, Iam::TagUser, Iam::AcquireRole] {
            check_that(operation, false);
        }
        check_that(Sts::AssumeRoot, false);
    }

    #[test]
    fn every_operation_that_changes_the_account_is_held_back() {
        let changing = Iam::ALL.iter().copied().filter(|operation| operation.change().is_some());
        assert!(changing.inspect(|operation| check_that(*operation, false)).count() > 100);
    }
}
