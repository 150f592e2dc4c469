//! Resource control policies: what only the policies on an organization's resources must and must not have.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::catalog::rules;
use crate::policy::PolicyKind;
use crate::policy::ast::Statement;
use crate::policy::diagnostic::{FindingType, Reach};
use crate::policy::operator::BaseOperator;

/// Resource control policies.
pub const FAMILY: Family = Family {
    name: "Resource control policies",
    rules: &[
        &RCP_SYNTAX_ERROR_PRINCIPAL,
        &RCP_SYNTAX_ERROR_ALLOW,
        &RCP_SYNTAX_ERROR_NOTACTION,
        &RCP_SYNTAX_ERROR_ACTION,
        &RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY,
        &RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY,
        &RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Rcp {
        return;
    }
    let policy = context.policy;
    for statement in &policy.statements {
        grammar(context, statement);
        if statement.denies() {
            spared_services(context, statement);
        }
    }
}

fn grammar(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    if let Some(principal) = &statement.not_principal {
        context.report(&RCP_SYNTAX_ERROR_PRINCIPAL, &[principal.key], &[]);
    }
    if let Some(principal) = &statement.principal {
        let everyone = principal.plain.as_ref().is_some_and(|text| text.value == "*");
        if !everyone {
            context.report(&RCP_SYNTAX_ERROR_PRINCIPAL, &[principal.node], &[]);
            let span = context.policy.tree.span(principal.node);
            let edit = crate::policy::diagnostic::Edit { span, text: "\"*\"".to_owned() };
            context.fix(crate::policy::diagnostic::Fix::new("Write `\"*\"`", vec![edit]).within(Reach::Here));
        }
    }
    if let Some(list) = &statement.not_action {
        context.report(&RCP_SYNTAX_ERROR_NOTACTION, &[list.key], &[]);
    }
    let all_resources = statement.resource.as_ref().is_some_and(|list| list.has("*"));
    if statement.allows() {
        if !all_resources || statement.condition.is_some() {
            context.report(&RCP_SYNTAX_ERROR_ALLOW, &[statement.node], &[]);
        }
        return;
    }
    let actions: Vec<_> = context.actions_of(statement).filter(|action| !action.negated).collect();
    for action in actions {
        let supported = context.catalog.rcp_services().iter().any(|known| known.eq_ignore_ascii_case(action.prefix));
        if !supported {
            context.report(&RCP_SYNTAX_ERROR_ACTION, &[action.text.node], &[]);
        }
    }
}

/// A Deny on who asks hits AWS services too, and one on a service's source hits everyone else.
fn spared_services(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let keys: Vec<KeyUse<'_, '_>> = context.keys_of(statement).collect();
    let has = |name: &str, bases: &[BaseOperator], value: &str| {
        keys.iter().any(|key| {
            key.is(name)
                && key.operator().is_some_and(|operator| bases.contains(&operator.base))
                && key.entry.values.iter().any(|given| given.as_str().eq_ignore_ascii_case(value))
        })
    };
    let service = "aws:PrincipalIsAWSService";
    let checks_presence = has("aws:SourceAccount", &[BaseOperator::Null], "false")
        || has("aws:SourceArn", &[BaseOperator::Null], "false");
    for key in &keys {
        let negated = key.operator().is_some_and(|operator| operator.base.is_negated());
        let node = [key.entry.name.node];
        if negated
            && rules::holds(rules::RCP_PRINCIPAL_KEYS, key.name())
            && !has(service, &[BaseOperator::Bool], "false")
        {
            context.report(&RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY, &node, &[key.name()]);
        }
        if negated && rules::holds(rules::RCP_SERVICE_KEYS, key.name()) {
            if !has(service, &[BaseOperator::Bool], "true") {
                context.report(&RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY, &node, &[key.name()]);
            }
            if !checks_presence {
                context.report(&RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK, &node, &[key.name()]);
            }
        }
    }
}

const RCP_SYNTAX_ERROR_PRINCIPAL: Rule = Rule {
    code: "RCP_SYNTAX_ERROR_PRINCIPAL",
    kind: FindingType::Error,
    title: "RCP syntax error principal",
    message: r#"The Principal element contents are not valid. RCPs only support specifying all principals ("*") in the Principal element. The NotPrincipal element is not supported for RCPs."#,
    about: "A resource control policy is about everyone.",
    cure: r#"Write `"Principal": "*"` and use conditions."#,
    bad: Example::rcp(r#"{"Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}"#),
    good: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
};

const RCP_SYNTAX_ERROR_ALLOW: Rule = Rule {
    code: "RCP_SYNTAX_ERROR_ALLOW",
    kind: FindingType::Error,
    title: "RCP syntax error allow",
    message: r#"RCPs only support specifying all principals ("*") in the Principal element, all resources ("*") in the Resource element, and no Condition element with an effect of Allow."#,
    about: "The only Allow of a resource control policy is AWS's own `RCPFullAWSAccess`.",
    cure: "Use Deny.",
    bad: Example::rcp(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::amzn-bucket"}"#,
    ),
    good: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
};

const RCP_SYNTAX_ERROR_NOTACTION: Rule = Rule {
    code: "RCP_SYNTAX_ERROR_NOTACTION",
    kind: FindingType::Error,
    title: "RCP syntax error NotAction",
    message: "RCPs do not support the NotAction element. Update to use the Action element.",
    about: "A resource control policy lists actions.",
    cure: "Use `Action`.",
    bad: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}"#),
    good: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
};

const RCP_SYNTAX_ERROR_ACTION: Rule = Rule {
    code: "RCP_SYNTAX_ERROR_ACTION",
    kind: FindingType::Error,
    title: "RCP syntax error action",
    message: "RCPs only support specifying select service prefixes in the Action element. Learn more here.",
    about: "Resource control policies work for a list of services only.",
    cure: "Name actions of a supported service with its prefix.",
    bad: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "ec2:*", "Resource": "*"}"#),
    good: Example::rcp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
};

const RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY: Rule = Rule {
    code: "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    kind: FindingType::Warning,
    title: "RCP missing related principal condition key",
    message: r#"RCPs impact IAM roles, users, and AWS service principals. To prevent unintended impact to services acting on your behalf using a service principal, an additional statement should be added to the Condition block "BoolIfExists": { "aws:PrincipalIsAWSService": "false"} whenever a principal key {{conditionKeyName}} is used."#,
    about: "AWS services that act for you have no account or organization either, so this Deny hits them.",
    cure: r#"Add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}`."#,
    bad: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}}}"#,
    ),
    good: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#,
    ),
};

const RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY: Rule = Rule {
    code: "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    kind: FindingType::Warning,
    title: "RCP missing related service principal condition key",
    message: r#"RCPs impact IAM roles, users, and AWS service principals. To prevent unintended impact to your principals, an additional statement should be added to the Condition block "BoolIfExists": { "aws:PrincipalIsAWSService": "true"} whenever the key {{conditionKeyName}} is used."#,
    about: "Only AWS services carry this key, so this Deny hits everyone else.",
    cure: r#"Add `"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}`."#,
    bad: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcdefghij"}, "Null": {"aws:SourceAccount": "false"}}}"#,
    ),
    good: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcdefghij"}, "Null": {"aws:SourceAccount": "false"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
};

const RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK: Rule = Rule {
    code: "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    kind: FindingType::Warning,
    title: "RCP missing service condition key null check",
    message: r#"The specified service may have a service integration that does not require the use of the {{conditionKeyName}} condition key. To prevent unintended impact to services acting on your behalf using a service principal, an additional statement should be added to the Condition block "Null": { "aws:SourceAccount": "false"} or "Null": { "aws:SourceArn": "false"} whenever the key {{conditionKeyName}} is used."#,
    about: "Some services act without telling a source, so this Deny hits them.",
    cure: r#"Add `"Null": {"aws:SourceAccount": "false"}` or `"Null": {"aws:SourceArn": "false"}`."#,
    bad: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcdefghij"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
    good: Example::rcp(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcdefghij"}, "Null": {"aws:SourceAccount": "false"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}}"#,
    ),
};
