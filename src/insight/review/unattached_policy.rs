//! Policies of nobody.

use super::{Check, Finding, Looked, Reads, Scene, Severity};
use crate::plan::builders::delete_policies;

pub(super) const CHECK: Check = Check {
    id: "unattached-policy",
    title: "Every customer managed policy is in use",
    why: "An unattached policy is untested, and may be attached later because of its name.",
    fix: "Delete the policy.",
    references: &[
        "AWS best practice: Regularly review and remove unused users, roles, permissions, policies, and credentials",
    ],
    severity: Severity::Low,
    reads: Reads::ManagedPolicies,
    look,
};

fn look(scene: &Scene<'_>) -> Looked {
    let references = scene.account.references();
    let policies = scene.account.policies().rows().iter();
    let unused = policies.filter(|policy| match (policy.attachments.known(), policy.boundary_uses.known()) {
        (Some(attached), Some(bounded)) => attached + bounded == 0,
        (Some(attached), None) => *attached == 0 && references.uses(&policy.arn).is_none(),
        (None, _) => references.uses(&policy.arn).is_none(),
    });
    let found = unused.map(|policy| {
        let plan = delete_policies(scene.account, std::slice::from_ref(&policy.arn));
        Finding::new(policy.arn.as_str(), "is not attached and is not used as a permissions boundary").settled_by(plan)
    });
    Ok(found.collect())
}
