//! Checks that were given up: a policy can ask for more comparing than a check may do.

use super::super::{Context, Example, Family, Rule};
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;

/// Checks that were given up.
pub const FAMILY: Family = Family { name: "Checks that were given up", rules: &[&CHECK_GIVEN_UP], check };

/// Says which checks were given up, once all of them had their turn.
fn check(context: &mut Context<'_, '_>) {
    if !context.given_up.is_empty() {
        let names = context.given_up.join("; ");
        context.report_whole(&CHECK_GIVEN_UP, &[&names]);
    }
}

const CHECK_GIVEN_UP: Rule = Rule {
    code: "check-given-up",
    kind: FindingType::Warning,
    title: "Check given up",
    message: "The policy is too complex for some checks, which found nothing: {{checks}}.",
    about: "A check compares at most a certain number of entries, so that a policy of any size is checked at once.",
    cure: "Split the policy into smaller ones, or name fewer entries with wildcards.",
    bad: Example::complex(PolicyKind::Identity),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "arn:aws:s3:::amzn-bucket"}"#,
    ),
};
