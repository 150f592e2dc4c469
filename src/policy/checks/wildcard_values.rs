//! Wildcards in condition values: where `*` and `?` are wildcards and where they are plain characters.

use super::context::KnownKey;
use super::{Context, Example, Family, KeyUse, Rule};
use crate::policy::diagnostic::{Edit, FindingType, Fix, Reach};
use crate::policy::operator::{BaseOperator, Operator, Qualifier};

/// Wildcards in condition values.
pub const FAMILY: Family = Family {
    name: "Wildcards in condition values",
    rules: &[
        &WILDCARD_WITHOUT_LIKE_OPERATOR,
        &EQUIVALENT_TO_NULL_FALSE,
        &EQUIVALENT_TO_NULL_TRUE,
        &REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION,
        &REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let Some(operator) = key.operator() else { continue };
        match operator.base {
            BaseOperator::StringEquals
            | BaseOperator::StringNotEquals
            | BaseOperator::StringEqualsIgnoreCase
            | BaseOperator::StringNotEqualsIgnoreCase => plain_wildcards(context, key, operator),
            BaseOperator::StringLike
            | BaseOperator::ArnLike
            | BaseOperator::StringNotLike
            | BaseOperator::ArnNotLike => {
                only_a_star(context, key, operator);
            }
            _ => {}
        }
    }
    context.keys = keys;
}

fn plain_wildcards(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    for value in &key.entry.values {
        if outside_variables(value.as_str()).any(|part| part.contains(['*', '?'])) {
            context.report(&WILDCARD_WITHOUT_LIKE_OPERATOR, &[value.text.node], &[]);
            let base = match operator.base {
                BaseOperator::StringEquals => BaseOperator::StringLike,
                BaseOperator::StringNotEquals => BaseOperator::StringNotLike,
                _ => continue,
            };
            context.fix_string(key.block.name.node, &Operator { base, ..operator }.name());
        }
    }
}

/// The parts of a text that are not inside `${…}`.
fn outside_variables(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = text.split("${");
    let first = parts.next();
    first.into_iter().chain(parts.map(|part| part.split_once('}').map_or("", |(_, after)| after)))
}

/// A pattern that every value matches says something about the key's presence only.
fn only_a_star(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    let [value] = key.entry.values.as_slice() else { return };
    if value.as_str() != "*" {
        return;
    }
    let present = matches!(key.known, KnownKey::Global(global) if global.presence == "every request");
    let vacuous = operator.if_exists || operator.qualifier == Some(Qualifier::ForAllValues);
    let node = value.text.node;
    let parts = [key.name(), key.block.name.as_str(), key.name()];
    match (operator.base.is_negated(), present) {
        (false, _) if vacuous || present => {
            context.report(&REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION, &[key.entry.name.node], &parts);
            context.fix_remove("Remove the key", &[key.entry.name.node]);
        }
        (false, false) => {
            context.report(&EQUIVALENT_TO_NULL_FALSE, &[node], &parts);
            to_null(context, key, "false");
        }
        (true, true) => {
            context.report(&REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION, &[key.entry.name.node], &parts);
        }
        (true, false) => {
            context.report(&EQUIVALENT_TO_NULL_TRUE, &[node], &parts);
            to_null(context, key, "true");
        }
        (false, true) => {}
    }
}

/// Offers `Null`, when the key is alone under its operator and `Null` is not there yet.
fn to_null(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, value: &str) {
    let has_null = key.statement.condition.iter().flat_map(|c| &c.blocks).any(|block| block.name.value == "Null");
    if key.block.entries.len() == 1 && !has_null {
        let tree = &context.policy.tree;
        let edit = |node, text: &str| Edit { span: tree.span(node), text: format!("\"{text}\"") };
        let edits = vec![edit(key.block.name.node, "Null"), edit(key.entry.node, value)];
        context.fix(Fix::new(format!("Use `Null` with `{value}`"), edits).within(Reach::Kind));
    }
}

const WILDCARD_WITHOUT_LIKE_OPERATOR: Rule = Rule {
    code: "WILDCARD_WITHOUT_LIKE_OPERATOR",
    kind: FindingType::Warning,
    title: "Wildcard without like operator",
    message: "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition operator to include Like.",
    about: "The operator takes `*` and `?` as plain characters.",
    cure: "Use the `Like` form of the operator.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringEquals": {"s3:prefix": "home/*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringLike": {"s3:prefix": "home/*"}}}"#,
    ),
};

const EQUIVALENT_TO_NULL_FALSE: Rule = Rule {
    code: "EQUIVALENT_TO_NULL_FALSE",
    kind: FindingType::Suggestion,
    title: "Equivalent to null false",
    message: "We recommend replacing the key {{key}} in the condition block of {{operator}} with {{{recommendedKey}}: false} to ensure better enforcement of the condition.",
    about: "A pattern of only `*` asks whether the key is there, which `Null` says plainly.",
    cure: "Use `Null` with `false`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringLike": {"aws:PrincipalTag/team": "*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:PrincipalTag/team": "false"}}}"#,
    ),
};

const EQUIVALENT_TO_NULL_TRUE: Rule = Rule {
    code: "EQUIVALENT_TO_NULL_TRUE",
    kind: FindingType::Suggestion,
    title: "Equivalent to null true",
    message: "We recommend replacing the key {{key}} in the condition block of {{operator}} with {{{recommendedKey}}: true} to ensure better enforcement of the condition.",
    about: "A negated pattern of only `*` asks whether the key is absent, which `Null` says plainly.",
    cure: "Use `Null` with `true`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringNotLike": {"aws:PrincipalTag/team": "*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:PrincipalTag/team": "true"}}}"#,
    ),
};

const REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION: Rule = Rule {
    code: "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    kind: FindingType::Suggestion,
    title: "Redundant key due to wildcard in condition",
    message: "The key {{key}} in the condition block of {{operator}} is redundant because it is always matched. Remove this key to simplify the condition.",
    about: "The key is matched whether it is there or not, so the condition changes nothing.",
    cure: "Remove the key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringLikeIfExists": {"aws:PrincipalTag/team": "*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringLikeIfExists": {"aws:PrincipalTag/team": "red"}}}"#,
    ),
};

const REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION: Rule = Rule {
    code: "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    kind: FindingType::Suggestion,
    title: "Redundant statement due to wildcard in condition",
    message: "The key {{key}} in the condition block of {{operator}} does not match any values. Remove this key to simplify the condition.",
    about: "Every request has this key, so a negated pattern of only `*` is never met and the statement does nothing.",
    cure: "Remove the key or the statement.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringNotLike": {"aws:RequestedRegion": "*"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringNotLike": {"aws:RequestedRegion": "us-*"}}}"#,
    ),
};
