//! Condition operators: whether operators exist and are combined in a way that means something.

use super::{Context, Example, Family, Rule};
use crate::base::nearest::nearest;
use crate::policy::ast::ConditionBlock;
use crate::policy::diagnostic::{FindingType, Reach};
use crate::policy::operator::{BaseOperator, Operator, OperatorClass};

/// Condition operators.
pub const FAMILY: Family = Family {
    name: "Condition operators",
    rules: &[&INVALID_CONDITION_OPERATOR, &NULL_WITH_IF_EXISTS, &NULL_WITH_QUALIFIER, &INVALID_VARIABLE_FOR_OPERATOR],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for block in policy.statements.iter().filter_map(|s| s.condition.as_ref()).flat_map(|c| &c.blocks) {
        match block.operator {
            None => unknown(context, block),
            Some(operator) => known(context, block, operator),
        }
    }
}

fn unknown(context: &mut Context<'_, '_>, block: &ConditionBlock<'_>) {
    let written = block.name.as_str();
    context.report(&INVALID_CONDITION_OPERATOR, &[block.name.node], &[written]);
    let names = BaseOperator::ALL.iter().map(|(name, _)| *name);
    let (qualifier, base) = written.split_once(':').map_or((None, written), |(q, base)| (Some(q), base));
    let (base, suffix) = base.strip_suffix("IfExists").map_or((base, ""), |base| (base, "IfExists"));
    let qualifier = qualifier.map(|q| nearest(q, ["ForAllValues", "ForAnyValue"].into_iter()));
    if let (Some(base), Some(Some(qualifier))) = (nearest(base, names), qualifier.map_or(Some(Some("")), Some)) {
        let colon = if qualifier.is_empty() { "" } else { ":" };
        context.fix_string(block.name.node, &[qualifier, colon, base, suffix].concat());
        context.fix_within(Reach::Anywhere);
    }
}

fn known(context: &mut Context<'_, '_>, block: &ConditionBlock<'_>, operator: Operator) {
    let node = block.name.node;
    if operator.base == BaseOperator::Null {
        if operator.if_exists {
            context.report(&NULL_WITH_IF_EXISTS, &[node], &[]);
            context.fix_string(node, &Operator { if_exists: false, ..operator }.name());
        }
        if operator.qualifier.is_some() {
            context.report(&NULL_WITH_QUALIFIER, &[node], &[]);
            context.fix_string(node, &Operator { qualifier: None, ..operator }.name());
        }
    }
    if !matches!(operator.class(), OperatorClass::String | OperatorClass::Arn) {
        for value in block.entries.iter().flat_map(|entry| &entry.values) {
            if value.as_str().contains("${") {
                context.report(&INVALID_VARIABLE_FOR_OPERATOR, &[value.text.node], &[]);
            }
        }
    }
}

const INVALID_CONDITION_OPERATOR: Rule = Rule {
    code: "INVALID_CONDITION_OPERATOR",
    kind: FindingType::Error,
    title: "Invalid condition operator",
    message: "The condition operator {{operator}} is not valid. Use a valid condition operator.",
    about: "There is no condition operator of this name; names are case-sensitive.",
    cure: "Take one of the 27 operators, with `IfExists` behind or a qualifier before it.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEqual": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const NULL_WITH_IF_EXISTS: Rule = Rule {
    code: "NULL_WITH_IF_EXISTS",
    kind: FindingType::Error,
    title: "Null with if exists",
    message: "The Null condition operator cannot be used with the IfExists suffix. Update the operator or the suffix.",
    about: r#"`Null` asks whether a key is there; "if it is there" contradicts that."#,
    cure: "Remove `IfExists`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"NullIfExists": {"aws:TokenIssueTime": "true"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:TokenIssueTime": "true"}}}"#,
    ),
};

const NULL_WITH_QUALIFIER: Rule = Rule {
    code: "NULL_WITH_QUALIFIER",
    kind: FindingType::Suggestion,
    title: "Null with qualifier",
    message: "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers because they always return a true or false respectively.",
    about: "`Null` with `ForAllValues` is always true, with `ForAnyValue` always false.",
    cure: "Remove the qualifier.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAllValues:Null": {"aws:TagKeys": "true"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"Null": {"aws:TagKeys": "true"}}}"#,
    ),
};

const INVALID_VARIABLE_FOR_OPERATOR: Rule = Rule {
    code: "INVALID_VARIABLE_FOR_OPERATOR",
    kind: FindingType::Error,
    title: "Invalid variable for operator",
    message: "Policy variables can only be used with String and ARN operators.",
    about: "Variables are replaced only in the values of String and Arn operators; elsewhere they are plain text.",
    cure: "Use a String or Arn operator, or write the value.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"DateLessThan": {"aws:CurrentTime": "${aws:TokenIssueTime}"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}}}"#,
    ),
};
