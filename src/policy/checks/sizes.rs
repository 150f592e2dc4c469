//! Size of the policy: how long a policy may be, counted as the service counts.

use super::{Context, Example, Family, Rule};
use crate::catalog::resource_policies::{self, Size as Limit};
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;
use crate::policy::size::{Quota, Size};

/// Size of the policy.
pub const FAMILY: Family = Family {
    name: "Size of the policy",
    rules: &[
        &POLICY_SIZE_EXCEEDS_SCP_QUOTA,
        &POLICY_SIZE_EXCEEDS_RCP_QUOTA,
        &POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA,
        &POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA,
        &POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA,
    ],
    check,
};

/// What `ValidatePolicy` compares identity policies with: more than a managed policy may have.
const IDENTITY_LIMIT: usize = 10_240;

fn check(context: &mut Context<'_, '_>) {
    let size = Size::of_tree(&context.policy.tree);
    let (rule, used, limit) = match context.kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => {
            (&POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA, size.compact, IDENTITY_LIMIT)
        }
        PolicyKind::Trust => (&POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA, size.compact, Quota::Trust.limit()),
        PolicyKind::Scp => (&POLICY_SIZE_EXCEEDS_SCP_QUOTA, size.chars, Quota::Scp.limit()),
        PolicyKind::Rcp => (&POLICY_SIZE_EXCEEDS_RCP_QUOTA, size.chars, Quota::Rcp.limit()),
        PolicyKind::Resource | PolicyKind::Vpce => {
            (&POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA, size.chars, resource_limit(context))
        }
    };
    if used > limit {
        context.report_whole(rule, &[&used.to_string(), &limit.to_string()]);
    }
}

/// The quota of the resource's type; of an unknown one, that of the service its first action is of.
fn resource_limit(context: &Context<'_, '_>) -> usize {
    const USUAL: usize = 20_480;
    let first = context.actions.first().map_or("", |action| action.prefix);
    let holder = context.holder.or_else(|| resource_policies::holders_of_prefix(first).next());
    match holder.map(|holder| holder.size) {
        Some(Limit::Bytes(limit)) => limit,
        _ => USUAL,
    }
}

const POLICY_SIZE_EXCEEDS_SCP_QUOTA: Rule = Rule {
    code: "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    kind: FindingType::Error,
    title: "Policy size exceeds SCP quota",
    message: "The {{policySize}} characters in the service control policy (SCP) exceed the {{policySizeQuota}} character maximum for SCPs. We recommend that you use multiple granular policies.",
    about: "A service control policy has a limited number of characters, white space included.",
    cure: "Remove white space and statement ids, use wildcards, or split the policy.",
    bad: Example::long(PolicyKind::Scp),
    good: Example::scp(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#),
};

const POLICY_SIZE_EXCEEDS_RCP_QUOTA: Rule = Rule {
    code: "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    kind: FindingType::Error,
    title: "Policy size exceeds RCP quota",
    message: "The {{policySize}} characters in the resource control policy (RCP) exceed the {{policySizeQuota}} character maximum for RCPs. We recommend that you use multiple granular policies.",
    about: "A resource control policy has a limited number of characters, white space included.",
    cure: "Remove white space and statement ids, use wildcards, or split the policy.",
    bad: Example::long(PolicyKind::Rcp),
    good: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
};

const POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA: Rule = Rule {
    code: "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    kind: FindingType::Warning,
    title: "Policy size exceeds identity policy quota",
    message: "The {{policySize}} characters in the identity policy, excluding whitespace, exceed the {{policySizeQuota}} character maximum for inline and managed policies. We recommend that you use multiple granular policies.",
    about: "An identity policy has a limited number of characters, white space not counted.",
    cure: "Use wildcards, remove statement ids, or split the policy.",
    bad: Example::long(PolicyKind::Identity),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA: Rule = Rule {
    code: "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
    kind: FindingType::Warning,
    title: "Policy size exceeds resource policy quota",
    message: "The {{policySize}} characters in the resource policy exceed the {{policySizeQuota}} character maximum for resource policies. We recommend that you use multiple granular policies.",
    about: "A policy on a resource has a limited number of characters.",
    cure: "Use wildcards, or conditions instead of long lists of principals.",
    bad: Example::long(PolicyKind::Resource),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA: Rule = Rule {
    code: "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
    kind: FindingType::Warning,
    title: "Policy size exceeds role trust policy quota",
    message: "The characters in the role trust policy, excluding whitespace, exceed the character maximum. We recommend that you request a role trust policy length quota increase using Service Quotas and AWS Support Center. If the quotas have already been increased, then you can ignore this warning.",
    about: "A role trust policy has 2,048 characters, white space not counted; up to 4,096 on request.",
    cure: "Use conditions instead of long lists of principals, or ask for a higher quota.",
    bad: Example::long(PolicyKind::Trust),
    good: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
};
