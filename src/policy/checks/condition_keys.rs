//! Condition keys: whether condition keys exist and are written as AWS writes them.

use super::context::KnownKey;
use super::{Context, Example, Family, KeyUse, Rule};
use crate::policy::ast::ConditionBlock;
use crate::policy::diagnostic::FindingType;

/// Condition keys.
pub const FAMILY: Family = Family {
    name: "Condition keys",
    rules: &[
        &INVALID_CONDITION_KEY_FORMAT,
        &INVALID_GLOBAL_CONDITION_KEY,
        &INVALID_SERVICE_CONDITION_KEY,
        &UNSUPPORTED_GLOBAL_CONDITION_KEY,
        &DEPRECATED_GLOBAL_CONDITION_KEY,
        &MISSING_TAG_KEY_IN_CONDITION,
        &DUPLICATE_KEYS_WITH_DIFFERENT_CASE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        one_key(context, key);
    }
    context.keys = keys;
    let policy = context.policy;
    for block in policy.statements.iter().filter_map(|s| s.condition.as_ref()).flat_map(|c| &c.blocks) {
        duplicates(context, block);
    }
}

fn one_key(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let node = key.entry.name.node;
    let name = key.name();
    let Some((prefix, rest)) = name.split_once(':').filter(|(prefix, rest)| !prefix.is_empty() && !rest.is_empty())
    else {
        context.report(&INVALID_CONDITION_KEY_FORMAT, &[node], &[]);
        return suggest(context, key);
    };
    if key.is("aws:ARN") {
        context.report(&UNSUPPORTED_GLOBAL_CONDITION_KEY, &[node], &[]);
        context.fix_string(node, "aws:PrincipalArn");
        context.report(&DEPRECATED_GLOBAL_CONDITION_KEY, &[node], &[]);
        return context.fix_string(node, "aws:PrincipalArn");
    }
    if lacks_tag_key(rest) {
        let with_slash = if name.ends_with('/') { name.to_owned() } else { format!("{name}/") };
        return context.report(&MISSING_TAG_KEY_IN_CONDITION, &[node], &[&with_slash, &with_slash]);
    }
    if !matches!(key.known, KnownKey::Unknown) {
        return;
    }
    if prefix.eq_ignore_ascii_case("aws") {
        context.report(&INVALID_GLOBAL_CONDITION_KEY, &[node], &[name]);
        suggest(context, key);
    } else if !prefix.contains(['.', '/']) && context.catalog.key_service(name).is_some() {
        context.report(&INVALID_SERVICE_CONDITION_KEY, &[node], &[name, prefix]);
        suggest(context, key);
    }
}

/// Whether a key of tags ends where the tag's own key should begin.
fn lacks_tag_key(rest: &str) -> bool {
    ["RequestTag", "ResourceTag", "PrincipalTag"].iter().any(|start| {
        rest.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
            && matches!(rest.get(start.len()..), Some("" | "/"))
    })
}

fn suggest(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    if context.is_full() {
        return;
    }
    let meant = if key.name().contains(':') {
        context.catalog.suggest_key(key.name())
    } else {
        context.catalog.suggest_key(&format!("aws:{}", key.name()))
    };
    if let Some(meant) = meant.filter(|meant| !meant.contains("${")) {
        context.fix_string(key.entry.name.node, &meant);
    }
}

fn duplicates(context: &mut Context<'_, '_>, block: &ConditionBlock<'_>) {
    let mut names: Vec<_> =
        block.entries.iter().map(|entry| (&entry.name, entry.name.value.to_ascii_lowercase())).collect();
    names.sort_by(|(a, lower), (b, other)| lower.cmp(other).then(a.node.cmp(&b.node)));
    for same in names.chunk_by(|(_, a), (_, b)| a == b).filter(|same| same.len() > 1) {
        let nodes: Vec<_> = same.iter().map(|(name, _)| name.node).collect();
        let last = same.last().map_or("", |(name, _)| name.as_str());
        context.report(&DUPLICATE_KEYS_WITH_DIFFERENT_CASE, &nodes, &[last]);
    }
}

const INVALID_CONDITION_KEY_FORMAT: Rule = Rule {
    code: "INVALID_CONDITION_KEY_FORMAT",
    kind: FindingType::Error,
    title: "Invalid condition key format",
    message: "The condition key format is not valid. Use the format service:keyname.",
    about: "A condition key is a service prefix, a colon and a name.",
    cure: "Write the prefix, such as `aws:` or `s3:`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"SourceAccount": "111122223333"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const INVALID_GLOBAL_CONDITION_KEY: Rule = Rule {
    code: "INVALID_GLOBAL_CONDITION_KEY",
    kind: FindingType::Error,
    title: "Invalid global condition key",
    message: "The condition key {{key}} does not exist. Use a valid condition key.",
    about: "There is no global condition key of this name, so the condition can never be met as meant.",
    cure: "Correct the name.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccnt": "111122223333"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const INVALID_SERVICE_CONDITION_KEY: Rule = Rule {
    code: "INVALID_SERVICE_CONDITION_KEY",
    kind: FindingType::Error,
    title: "Invalid service condition key",
    message: "The condition key {{key}} does not exist in the service {{service}}. Use a valid condition key.",
    about: "The service has no condition key of this name.",
    cure: "Correct the name.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"s3:prefx": "x"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket", "Condition": {"StringEquals": {"s3:prefix": "x"}}}"#,
    ),
};

const UNSUPPORTED_GLOBAL_CONDITION_KEY: Rule = Rule {
    code: "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    kind: FindingType::Error,
    title: "Unsupported global condition key",
    message: "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead.",
    about: "`aws:ARN` is not filled by AWS any more.",
    cure: "Use `aws:PrincipalArn` for who asks, `aws:SourceArn` for what a service asks for.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ArnEquals": {"aws:ARN": "arn:aws:iam::111122223333:role/app"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app"}}}"#,
    ),
};

const DEPRECATED_GLOBAL_CONDITION_KEY: Rule = Rule {
    code: "DEPRECATED_GLOBAL_CONDITION_KEY",
    kind: FindingType::Warning,
    title: "Deprecated global condition key",
    message: "We recommend that you update aws:ARN to use the newer condition key aws:PrincipalArn.",
    about: "`aws:ARN` has been replaced.",
    cure: "Use `aws:PrincipalArn`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ArnEquals": {"aws:ARN": "arn:aws:iam::111122223333:role/app"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app"}}}"#,
    ),
};

const MISSING_TAG_KEY_IN_CONDITION: Rule = Rule {
    code: "MISSING_TAG_KEY_IN_CONDITION",
    kind: FindingType::Error,
    title: "Missing tag key in condition",
    message: "The condition key {{conditionKeyName}} must include a tag key to control access based on tags. Use the format {{conditionKeyName}}tag-key and specify a key name for tag-key.",
    about: "A condition on tags must say which tag.",
    cure: "Append the key of the tag.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:RequestTag/": "x"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag/team": "x"}}}"#,
    ),
};

const DUPLICATE_KEYS_WITH_DIFFERENT_CASE: Rule = Rule {
    code: "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    kind: FindingType::Error,
    title: "Duplicate keys with different case",
    message: "The condition key {{key}} appears more than once with different capitalization in the same condition block. Remove the duplicate condition keys.",
    about: "Condition keys are not case-sensitive, so this is the same key twice in one operator.",
    cure: "Merge the values under one key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333", "aws:sourceaccount": "444455556666"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", "444455556666"]}}}"#,
    ),
};
