//! Services as principals: an AWS service that acts for a resource: for whose?

use super::{Context, Example, Family, Rule};
use crate::catalog::rules;
use crate::policy::PolicyKind;
use crate::policy::ast::{PrincipalKind, Statement};
use crate::policy::diagnostic::{FindingType, Fix, Reach};
use crate::policy::edit;

/// Services as principals.
pub const FAMILY: Family = Family {
    name: "Services as principals",
    rules: &[
        &RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL,
        &RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
        &UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Resource {
        return;
    }
    let policy = context.policy;
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        one(context, statement);
    }
}

fn one(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let services: Vec<_> =
        statement.principal.iter().flat_map(|principal| principal.of_kind(PrincipalKind::Service)).collect();
    if services.is_empty() {
        return;
    }
    let keys: Vec<_> = context.keys_of(statement).collect();
    let nodes: Vec<_> = services.iter().map(|service| service.node).collect();
    let narrow = keys.iter().any(|key| rules::holds(rules::SERVICE_SOURCE, key.name()));
    let untrusted = keys.iter().find(|key| rules::holds(rules::UNTRUSTWORTHY, key.name()));
    match untrusted {
        Some(key) if !narrow => {
            let prefix = services.first().map_or("", |service| service.value.split('.').next().unwrap_or_default());
            let rule = &RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL;
            context.report(rule, &[key.entry.name.node], &[prefix, key.name()]);
        }
        None if !narrow => {
            context.report(&RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL, &nodes, &[]);
            if statement.condition.is_none() {
                let member = "\"Condition\": {\"StringEquals\": {\"aws:SourceAccount\": \"111122223333\"}}";
                let edit = edit::last_member(&context.policy.tree, statement.node, member);
                context.fix(Fix::new("Add a condition on `aws:SourceAccount`", vec![edit]).within(Reach::Kind));
            }
        }
        _ => {}
    }
    let absent: Vec<_> =
        keys.iter().filter(|key| rules::holds(rules::NOT_FOR_SERVICE_PRINCIPALS, key.name())).collect();
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|key| key.name()).collect();
        let nodes: Vec<_> = absent.iter().map(|key| key.entry.name.node).collect();
        context.report(&UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL, &nodes, &[&names.join(", ")]);
    }
}

const RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL: Rule = Rule {
    code: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    kind: FindingType::SecurityWarning,
    title: "Restrict access to service principal",
    message: "Granting access to a service principal without specifying a source is overly permissive. Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths condition key to grant fine-grained access.",
    about: "The service may act for a resource of any account: the confused deputy.",
    cure: "Add a condition on `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL: Rule = Rule {
    code: "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    kind: FindingType::Suggestion,
    title: "Recommended condition key for service principal",
    message: "To restrict access to the service principal {{servicePrincipalPrefix}} operating on your behalf, we recommend aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths instead of {{key}}.",
    about: "The caller can set the key, or the key says little about the source.",
    cure: "Use `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:Referer": "111122223333"}}}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
    ),
};

const UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL: Rule = Rule {
    code: "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    kind: FindingType::Error,
    title: "Unsupported condition key for service principal",
    message: "The following condition keys are not supported when used with the service principal: {{conditionKeys}}.",
    about: "A service principal is in no account and no organization, so such a key is never there.",
    cure: "Use `aws:SourceOrgID`, or split the statement.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}}"#,
    ),
};
