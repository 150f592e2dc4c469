//! Policies on resources: what fits the resource that a policy is attached to.

use super::{Context, Example, Family, Rule};
use crate::base::wildcard;
use crate::catalog::rules;
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;

/// Policies on resources.
pub const FAMILY: Family = Family {
    name: "Policies on resources",
    rules: &[&UNSUPPORTED_ACTION_IN_POLICY, &UNSUPPORTED_RESOURCE_ARN_IN_POLICY, &IRRELEVANT_CONDITION_KEY_IN_POLICY],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let Some(holder) = context.holder.filter(|_| context.kind == PolicyKind::Resource) else { return };
    let actions = context.actions.clone();
    for action in actions.iter().filter(|action| !action.is_everything()) {
        let own =
            holder.prefixes.iter().any(|prefix| *prefix == "*" || wildcard::matches_ignore_case(action.prefix, prefix));
        if !own {
            context.report(&UNSUPPORTED_ACTION_IN_POLICY, &[action.text.node], &[action.text.as_str(), holder.kind]);
        }
    }
    let resources = context.resources.clone();
    for resource in resources.iter().filter(|resource| resource.arn.is_some() && !resource.text.value.contains("${")) {
        let fits = holder.arns.iter().any(|arn| wildcard::overlap(arn, resource.text.as_str()));
        if !fits && !holder.arns.is_empty() {
            context.report(&UNSUPPORTED_RESOURCE_ARN_IN_POLICY, &[resource.text.node], &[holder.kind]);
        }
    }
    let keys = context.keys.clone();
    for key in &keys {
        let irrelevant = rules::IRRELEVANT.iter().any(|(name, holders)| key.is(name) && holders.contains(&holder.kind));
        if irrelevant {
            let node = key.entry.name.node;
            context.report(&IRRELEVANT_CONDITION_KEY_IN_POLICY, &[node], &[key.name(), holder.kind]);
            // The key may name another account, and then an Allow would hold for nobody before and for all after.
            if !key.statement.allows() {
                context.fix_remove("Remove the key", &[node]);
            }
        }
    }
}

const UNSUPPORTED_ACTION_IN_POLICY: Rule = Rule {
    code: "UNSUPPORTED_ACTION_IN_POLICY",
    kind: FindingType::Error,
    title: "Unsupported action in policy",
    message: "The action {{action}} is not supported for the resource-based policy attached to the resource type {{resourceType}}.",
    about: "A resource-based policy can only contain actions on that type of resource.",
    cure: "Remove the action, or put it into an identity policy.",
    bad: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const UNSUPPORTED_RESOURCE_ARN_IN_POLICY: Rule = Rule {
    code: "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
    kind: FindingType::Error,
    title: "Unsupported resource ARN in policy",
    message: "The resource ARN is not supported for the resource-based policy attached to the resource type {{resourceType}}.",
    about: "A resource-based policy can only name the resource that it is attached to.",
    cure: "Write the ARN of the resource that the policy is attached to.",
    bad: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:sqs:us-east-1:111122223333:queue"}"#,
    ),
    good: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const IRRELEVANT_CONDITION_KEY_IN_POLICY: Rule = Rule {
    code: "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    kind: FindingType::Suggestion,
    title: "Irrelevant condition key in policy",
    message: "The condition key {{condition-key}} is not relevant for the {{resource-type}} policy.  Use this key in an identity-based policy to govern access to this resource.",
    about: "The owner of the resource is known here, so the key has no effect.",
    cure: "Remove the key; use it in identity policies.",
    bad: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"s3:ResourceAccount": "111122223333"}}}"#,
    ),
    good: Example::bucket(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
