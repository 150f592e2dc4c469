//! The checks against the policies that AWS itself wrote.

use std::collections::BTreeSet;

use iamtui::catalog::managed::managed_policies;
use iamtui::policy::PolicyKind;
use iamtui::policy::diagnostic::FindingType;
use iamtui::policy::validate::{Options, validate};

/// Errors that the service itself reports of policies of AWS: they follow from what the catalogue knows today of
/// services, actions, condition keys and service principals, and not from how a policy is written.
const OF_THE_CATALOGUE: &[&str] = &[
    "INVALID_ACTION",
    "INVALID_SERVICE",
    "INVALID_SERVICE_CONDITION_KEY",
    "INVALID_SERVICE_IN_ACTION",
    "INVALID_SERVICE_PRINCIPAL_FORMAT",
    "MISSING_QUALIFIER",
];

#[test]
fn no_aws_managed_policy_gets_an_error_from_the_checks_of_grammar() {
    let options = Options { kind: Some(PolicyKind::Identity), aws_only: true, ..Options::default() };
    let mut wrong = BTreeSet::new();
    for policy in managed_policies() {
        let document = policy.document();
        for finding in validate(document, &options).findings {
            // AWS writes variables as values of `aws:RequestedRegion`, which its own check refuses since March 2026.
            let is_variable = finding.code == "INVALID_REGION" && finding.details.contains("${");
            if finding.kind == FindingType::Error && !OF_THE_CATALOGUE.contains(&finding.code) && !is_variable {
                wrong.insert(format!("{}: {}: {}", policy.name, finding.code, finding.details));
            }
        }
    }
    assert!(managed_policies().len() > 1_500);
    assert_eq!(wrong, BTreeSet::new());
}
