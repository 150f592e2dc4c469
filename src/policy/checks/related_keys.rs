//! Condition keys that need company: keys that work only with another key, with certain actions or with certain services.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::base::wildcard;
use crate::catalog::rules;
use crate::policy::ast::Effect;
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::BaseOperator;

/// Condition keys that need company.
pub const FAMILY: Family = Family {
    name: "Condition keys that need company",
    rules: &[
        &MISSING_PAIRED_CONDITION_KEYS,
        &MISSING_ACTION_FOR_CONDITION_KEY,
        &UNSUPPORTED_ACTION_FOR_CONDITION_KEY,
        &USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES,
        &UNTRUSTWORTHY_CONDITION_KEY,
        &DYNAMODB_ATTRIBUTES_WITHOUT_SELECT,
        &S3_PREFIX_IN_NEGATIVE_CONTEXT,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let others = || keys.iter().filter(|other| other.statement.node == key.statement.node);
        company(context, key, others());
        needed_actions(context, key);
        some_services(context, key);
        if rules::holds(rules::UNTRUSTWORTHY, key.name()) {
            context.report(&UNTRUSTWORTHY_CONDITION_KEY, &[key.entry.name.node], &[key.name()]);
        }
        if key.is("s3:prefix") {
            negative_prefix(context, key);
        }
    }
    context.keys = keys;
}

/// Keys that need another key in the same statement.
fn company<'k, 'a: 'k, 't: 'a>(
    context: &mut Context<'_, '_>,
    key: &KeyUse<'_, '_>,
    mut others: impl Iterator<Item = &'k KeyUse<'a, 't>>,
) {
    let node = [key.entry.name.node];
    if let Some((name, wanted)) = rules::PAIRED.iter().find(|(name, _)| key.is(name)) {
        if !others.any(|other| rules::holds(wanted, other.name())) {
            context.report(&MISSING_PAIRED_CONDITION_KEYS, &node, &[name, &wanted.join(", ")]);
        }
    } else if key.is("dynamodb:Attributes") && key.statement.allows() {
        let selects = |other: &KeyUse<'_, '_>| {
            other.is("dynamodb:Select")
                && other.entry.values.iter().any(|value| value.as_str() == "SPECIFIC_ATTRIBUTES")
        };
        if !others.any(selects) {
            context.report(&DYNAMODB_ATTRIBUTES_WITHOUT_SELECT, &node, &[]);
        }
    }
}

/// Keys that are filled for a few actions only.
fn needed_actions(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let Some(list) = &key.statement.action else { return };
    let node = key.entry.name.node;
    if let Some((_, wanted)) = rules::NEEDS_ACTION.iter().find(|(name, _)| key.is(name)) {
        let listed = |action: &str| {
            list.items.iter().any(|item| item.value == "*" || wildcard::matches_ignore_case(item.as_str(), action))
        };
        if !wanted.iter().any(|action| listed(action)) {
            let first = wanted.first().copied().unwrap_or_default();
            context.report(&MISSING_ACTION_FOR_CONDITION_KEY, &[node], &[first, key.name(), first]);
        }
        return;
    }
    if key.is("s3:prefix") || key.is("s3:delimiter") || key.is("s3:max-keys") {
        let unsupported: Vec<_> = context
            .actions_of(key.statement)
            .filter(|action| !action.is_pattern())
            .filter(|action| {
                let known = context.catalog.action(action.text.as_str());
                known.is_some_and(|known| !known.supports(key.name()))
            })
            .collect();
        if !unsupported.is_empty() {
            let names: Vec<&str> = unsupported.iter().map(|action| action.text.as_str()).collect();
            let nodes: Vec<_> = unsupported.iter().map(|action| action.text.node).chain([node]).collect();
            context.report(&UNSUPPORTED_ACTION_FOR_CONDITION_KEY, &nodes, &[&names.join(", "), key.name()]);
        }
    }
}

/// Keys of VPC endpoints that only some services fill.
fn some_services(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    if !rules::holds(rules::OF_SOME_SERVICES, key.name()) {
        return;
    }
    let unfilled = |action: super::ActionUse<'_, '_>| {
        action.is_everything() || !rules::fills_vpce_key(key.name(), action.prefix, action.name)
    };
    if key.statement.not_action.is_some() || context.actions_of(key.statement).any(unfilled) {
        context.report(&USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES, &[key.entry.name.node], &[key.name()]);
    }
}

/// Listing is only held to a prefix by an Allow that names it or a Deny of all others.
fn negative_prefix(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let base = key.operator().map(|operator| operator.base);
    let positive = matches!(base, Some(BaseOperator::StringLike | BaseOperator::StringEquals));
    let negative = matches!(base, Some(BaseOperator::StringNotLike | BaseOperator::StringNotEquals));
    let bad = match key.statement.effect() {
        Some(Effect::Deny) => positive,
        Some(Effect::Allow) => negative,
        None => false,
    };
    if bad {
        context.report(&S3_PREFIX_IN_NEGATIVE_CONTEXT, &[key.entry.name.node], &[]);
    }
}

const MISSING_PAIRED_CONDITION_KEYS: Rule = Rule {
    code: "MISSING_PAIRED_CONDITION_KEYS",
    kind: FindingType::SecurityWarning,
    title: "Missing paired condition keys",
    message: "Using the condition key {{conditionKeyName}} can be overly permissive without also using the following condition keys: {{recommendedKeys}}. Condition keys like this one are more secure when paired with a related key. We recommend that you add the related condition keys to the same condition block.",
    about: "Private addresses exist in every VPC, so the address alone says little.",
    cure: "Add `aws:SourceVpc`, `aws:SourceVpce` or `aws:SourceVpcArn` to the same condition.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.1.1.1"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.1.1.1"}, "StringEquals": {"aws:SourceVpc": "vpc-111bbb22"}}}"#,
    ),
};

const MISSING_ACTION_FOR_CONDITION_KEY: Rule = Rule {
    code: "MISSING_ACTION_FOR_CONDITION_KEY",
    kind: FindingType::Error,
    title: "Missing action for condition key",
    message: "The {{actionName}} action must be in the action block to allow setting values for the condition key {{keyName}}. Add {{actionName}} to the action block.",
    about: "The key is only filled for an action that the statement does not list.",
    cure: "Add the action that is named.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::111122223333:role/app", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
    ),
};

const UNSUPPORTED_ACTION_FOR_CONDITION_KEY: Rule = Rule {
    code: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
    kind: FindingType::Error,
    title: "Unsupported action for condition key",
    message: "The following actions: {{actions}} are not supported by the condition key {{key}}. The condition will not be evaluated for these actions. We recommend that you move these actions to a different statement without this condition key.",
    about: "The key is never filled for the listed actions: an Allow does not allow them, a Deny does not deny them.",
    cure: "Put these actions into a statement without the key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "home/"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringEquals": {"s3:prefix": "home/"}}}"#,
    ),
};

const USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES: Rule = Rule {
    code: "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    kind: FindingType::Warning,
    title: "Use condition key only with supported services",
    message: "The condition key {{key}} works only with specific AWS services and must be scoped to supported services in your policies.",
    about: "Only some services fill the key; for all others the condition fails.",
    cure: "List actions of supported services only.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:VpceAccount": "111122223333"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:VpceAccount": "111122223333"}}}"#,
    ),
};

const UNTRUSTWORTHY_CONDITION_KEY: Rule = Rule {
    code: "UNTRUSTWORTHY_CONDITION_KEY",
    kind: FindingType::SecurityWarning,
    title: "Untrustworthy condition key",
    message: "The {{key}} condition key is not recommended for access control as it can be spoofed/manipulated by the caller.",
    about: "The caller can set this value freely.",
    cure: "Use a key that AWS fills.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:Referer": "https://example.com/"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
    ),
};

const DYNAMODB_ATTRIBUTES_WITHOUT_SELECT: Rule = Rule {
    code: "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    kind: FindingType::SecurityWarning,
    title: "DynamoDB attributes without select",
    message: "Restricting dynamodb:Attributes without also setting dynamodb:Select to SPECIFIC_ATTRIBUTES allows all attributes to be returned on read requests that omit a projection expression. We recommend that you also set dynamodb:Select to SPECIFIC_ATTRIBUTES.",
    about: "A request without a projection returns all attributes, whatever this key says.",
    cure: r#"Add `"StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}` to the statement."#,
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "arn:aws:dynamodb:us-east-1:111122223333:table/t", "Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id"]}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "arn:aws:dynamodb:us-east-1:111122223333:table/t", "Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id"]}, "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}}}"#,
    ),
};

const S3_PREFIX_IN_NEGATIVE_CONTEXT: Rule = Rule {
    code: "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    kind: FindingType::SecurityWarning,
    title: "S3 prefix in negative context",
    message: "Using the s3:prefix condition key in a Deny statement or with a negated string operator does not block listing the objects under the matching prefixes. A request that specifies a shorter prefix does not match the condition and can still list those objects. To restrict listing to specific prefixes, use s3:prefix with StringLike in an Allow statement, or use a Deny statement with StringNotLike.",
    about: "A request with a shorter prefix does not match and still lists the objects.",
    cure: "Allow with `StringLike`, or deny with `StringNotLike`.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringLike": {"s3:prefix": "secret/*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringLike": {"s3:prefix": "home/*"}}}"#,
    ),
};
