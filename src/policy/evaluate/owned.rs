//! What AWS owns in every account: the services refuse to change it, whatever the policies say.

use crate::catalog::{AccessLevel, Catalog};

use super::request::Request;

/// Whether a service refuses a request because its resource belongs to AWS.
///
/// - AWS managed policies: "You cannot change the permissions defined in AWS managed policies"; nor can they be tagged.
/// - Roles under `/aws-reserved/`, which IAM Identity Center keeps, are protected: only AWS changes or passes them.
///   Whoever they trust may still assume them.
/// - Aliases of AWS managed keys: "The alias name cannot begin with `alias/aws/`".
///
/// Roles under `/aws-service-role/` are not among them: some of their attributes can be changed, and the service that
/// refuses the rest names the linked service in its answer.
pub(super) fn is_refused(request: &Request) -> bool {
    let Some(arn) = request.resource().arn() else { return false };
    let action = request.folded_action();
    let changes = || {
        Catalog::bundled().action(action).is_some_and(|action| match action.level() {
            AccessLevel::List | AccessLevel::Read => false,
            AccessLevel::Write | AccessLevel::PermissionsManagement | AccessLevel::Tagging => true,
        })
    };
    match (arn.service(), arn.resource_type()) {
        ("iam", "policy") => arn.account() == "aws" && action.starts_with("iam:") && changes(),
        ("iam", "role") => arn.resource().starts_with("role/aws-reserved/") && action.starts_with("iam:") && changes(),
        ("kms", "alias") => arn.resource().starts_with("alias/aws/") && action.starts_with("kms:") && changes(),
        _ => false,
    }
}
