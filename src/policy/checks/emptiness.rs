//! Empty lists and objects: elements that are there and say nothing.

use super::{Context, Example, Family, Rule};
use crate::policy::ast::{List, Principal};
use crate::policy::diagnostic::{FindingType, Reach};
use crate::policy::operator::Qualifier;
use crate::policy::syntax::{NodeId, NodeKind, Tree};

/// Empty lists and objects.
pub const FAMILY: Family = Family {
    name: "Empty lists and objects",
    rules: &[
        &EMPTY_ARRAY_ACTION,
        &EMPTY_ARRAY_RESOURCE,
        &EMPTY_ARRAY_PRINCIPAL,
        &EMPTY_OBJECT_PRINCIPAL,
        &EMPTY_OBJECT_CONDITION,
        &EMPTY_ARRAY_CONDITION,
        &EMPTY_ARRAY_CONDITION_FORALLVALUES,
        &EMPTY_ARRAY_CONDITION_FORANYVALUE,
        &EMPTY_ARRAY_CONDITION_IFEXISTS,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    let tree = &policy.tree;
    for statement in &policy.statements {
        for list in statement.action.iter().chain(&statement.not_action) {
            empty_list(context, list, &EMPTY_ARRAY_ACTION);
        }
        for list in statement.resource.iter().chain(&statement.not_resource) {
            empty_list(context, list, &EMPTY_ARRAY_RESOURCE);
        }
        for principal in statement.principal.iter().chain(&statement.not_principal) {
            empty_principal(context, principal);
        }
        if let Some(condition) = &statement.condition {
            if condition.blocks.is_empty() {
                context.report(&EMPTY_OBJECT_CONDITION, &[condition.node], &[]);
                context.fix_remove("Remove the condition", &[condition.key]);
                context.fix_within(Reach::Anywhere);
            }
            for block in condition.blocks.iter().filter(|block| is_empty_node(tree, block.node)) {
                context.report(&EMPTY_OBJECT_CONDITION, &[block.node], &[]);
                context.fix_remove("Remove the operator", &[block.name.node]);
                context.fix_within(Reach::Anywhere);
            }
        }
    }
    let keys = std::mem::take(&mut context.keys);
    for key in keys.iter().filter(|key| key.entry.is_array && is_empty_node(tree, key.entry.node)) {
        let operator = key.operator();
        let rule = match operator.and_then(|operator| operator.qualifier) {
            Some(Qualifier::ForAllValues) => &EMPTY_ARRAY_CONDITION_FORALLVALUES,
            Some(Qualifier::ForAnyValue) => &EMPTY_ARRAY_CONDITION_FORANYVALUE,
            None if operator.is_some_and(|operator| operator.if_exists) => &EMPTY_ARRAY_CONDITION_IFEXISTS,
            None => &EMPTY_ARRAY_CONDITION,
        };
        context.report(rule, &[key.entry.node], &[key.name()]);
        // Without the key an Allow would hold for everybody.
        if !key.statement.allows() {
            context.fix_remove("Remove the key", &[key.entry.name.node]);
        }
    }
    context.keys = keys;
}

fn is_empty_node(tree: &Tree<'_>, node: NodeId) -> bool {
    matches!(tree.kind(node), NodeKind::Array | NodeKind::Object) && tree.children(node).next().is_none()
}

fn empty_list(context: &mut Context<'_, '_>, list: &List<'_>, rule: &'static Rule) {
    let tree = &context.policy.tree;
    if is_empty_node(tree, list.node) {
        context.report(rule, &[list.node], &[]);
    }
}

fn empty_principal(context: &mut Context<'_, '_>, principal: &Principal<'_>) {
    let tree = &context.policy.tree;
    if is_empty_node(tree, principal.node) {
        context.report(&EMPTY_OBJECT_PRINCIPAL, &[principal.node], &[]);
    }
    for group in &principal.groups {
        empty_list(context, &group.list, &EMPTY_ARRAY_PRINCIPAL);
    }
}

const EMPTY_ARRAY_ACTION: Rule = Rule {
    code: "EMPTY_ARRAY_ACTION",
    kind: FindingType::Suggestion,
    title: "Empty array action",
    message: "This statement includes no actions and does not affect the policy. Specify actions.",
    about: "The list of actions is empty.",
    cure: "Add actions or remove the statement.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": [], "Resource": "arn:aws:s3:::amzn-bucket/*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const EMPTY_ARRAY_RESOURCE: Rule = Rule {
    code: "EMPTY_ARRAY_RESOURCE",
    kind: FindingType::Suggestion,
    title: "Empty array resource",
    message: "This statement includes no resources and does not affect the policy. Specify resources.",
    about: "The list of resources is empty.",
    cure: "Add resources or remove the statement.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": []}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const EMPTY_ARRAY_PRINCIPAL: Rule = Rule {
    code: "EMPTY_ARRAY_PRINCIPAL",
    kind: FindingType::Suggestion,
    title: "Empty array principal",
    message: "This statement includes no principals and does not affect the policy. Specify principals.",
    about: "The list of principals is empty.",
    cure: "Add principals or remove the statement.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": []}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const EMPTY_OBJECT_PRINCIPAL: Rule = Rule {
    code: "EMPTY_OBJECT_PRINCIPAL",
    kind: FindingType::Suggestion,
    title: "Empty object principal",
    message: "This statement includes no principals and does not affect the policy. Specify principals.",
    about: "The principal is empty.",
    cure: "Add principals or remove the statement.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const EMPTY_OBJECT_CONDITION: Rule = Rule {
    code: "EMPTY_OBJECT_CONDITION",
    kind: FindingType::Suggestion,
    title: "Empty object condition",
    message: "This condition block is empty and it does not affect the policy. Specify conditions.",
    about: "The condition is empty.",
    cure: "Add conditions or remove the element.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const EMPTY_ARRAY_CONDITION: Rule = Rule {
    code: "EMPTY_ARRAY_CONDITION",
    kind: FindingType::Suggestion,
    title: "Empty array condition",
    message: "There are no values for the condition key {{key}} and it does not affect the policy. Specify conditions.",
    about: "The key has no values, so the condition can never be met.",
    cure: "Add values or remove the key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": []}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const EMPTY_ARRAY_CONDITION_FORALLVALUES: Rule = Rule {
    code: "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    kind: FindingType::Suggestion,
    title: "Empty array condition ForAllValues",
    message: "The ForAllValues prefix with an empty condition key matches only if the key {{key}} is missing from the request context. To determine if the request context is empty, we recommend that you use the Null condition operator with the value of true instead.",
    about: "With `ForAllValues` and no values only requests without the key match.",
    cure: "Use `Null` with `true`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": []}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:TagKeys": "true"}}}"#,
    ),
};

const EMPTY_ARRAY_CONDITION_FORANYVALUE: Rule = Rule {
    code: "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    kind: FindingType::Suggestion,
    title: "Empty array condition ForAnyValue",
    message: "The ForAnyValue prefix with an empty condition key {{key}} never matches the request context and it does not affect the policy. Specify conditions.",
    about: "With `ForAnyValue` and no values nothing matches.",
    cure: "Add values or remove the key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": []}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}}"#,
    ),
};

const EMPTY_ARRAY_CONDITION_IFEXISTS: Rule = Rule {
    code: "EMPTY_ARRAY_CONDITION_IFEXISTS",
    kind: FindingType::Suggestion,
    title: "Empty array condition IfExists",
    message: "The IfExists suffix with an empty condition key matches only if the key {{key}} is missing from the request context. To determine if the request context is empty, we recommend that you use the Null condition operator with the value of true instead.",
    about: "With `IfExists` and no values only requests without the key match.",
    cure: "Use `Null` with `true`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": []}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:SourceAccount": "true"}}}"#,
    ),
};
