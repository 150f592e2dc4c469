//! Statements that do more or less than they seem.

use super::super::{Context, Example, Family, Rule};
use crate::policy::ast::Statement;
use crate::policy::canonical::StatementForm;
use crate::policy::covering;
use crate::policy::diagnostic::FindingType;

/// Statements that do more or less than they seem.
pub const FAMILY: Family = Family {
    name: "Statements that do more or less than they seem",
    rules: &[&DEAD_STATEMENT, &ALLOW_WITH_NOT_ACTION, &ALLOW_WITH_NOT_RESOURCE],
    check,
};

/// Pairs of entries that are compared at most, over all statements.
const MOST_PAIRS: usize = 100_000;

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        if let Some(list) = statement.not_action.as_ref().filter(|list| !list.items.is_empty()) {
            context.report(&ALLOW_WITH_NOT_ACTION, &[list.node], &[]);
        }
        if let Some(list) = statement.not_resource.as_ref().filter(|list| !list.items.is_empty()) {
            context.report(&ALLOW_WITH_NOT_RESOURCE, &[list.node], &[]);
        }
    }
    dead(context);
}

/// What an explicit Deny takes back whole was never given.
fn dead(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    let entries = |s: &Statement<'_>| s.actions_of_both().count() + s.resources_of_both().count();
    let (allows, denies): (Vec<_>, Vec<_>) =
        policy.statements.iter().filter(|s| s.effect().is_some()).partition(|statement| statement.allows());
    let count = |list: &[&Statement<'_>]| list.iter().map(|s| entries(s)).sum::<usize>();
    if denies.is_empty() || count(&allows).saturating_mul(count(&denies)) > MOST_PAIRS {
        return;
    }
    let denies: Vec<_> = denies.into_iter().map(|deny| (deny, StatementForm::of(deny))).collect();
    for allow in allows {
        let form = StatementForm::of(allow);
        if let Some((deny, _)) = denies.iter().find(|(_, deny)| covering::statement(deny, &form)) {
            context.report(&DEAD_STATEMENT, &[allow.node, deny.node], &[]);
            context.fix_remove("Remove the statement", &[allow.node]);
        }
    }
}

const DEAD_STATEMENT: Rule = Rule {
    code: "dead-statement",
    kind: FindingType::Warning,
    title: "Statement without effect",
    message: "This Allow has no effect: a Deny of the same policy takes all of it back.",
    about: "An explicit Deny wins over every Allow, so what it covers whole is never allowed.",
    cure: "Remove the Allow, or narrow the Deny.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}"#,
    ),
};

const ALLOW_WITH_NOT_ACTION: Rule = Rule {
    code: "allow-with-not-action",
    kind: FindingType::Warning,
    title: "Allow with NotAction",
    message: "Allow with NotAction grants every other action there is, and every one that AWS will add.",
    about: "What is not listed is allowed, for all services, today's and tomorrow's.",
    cure: "List what is allowed in `Action`, or turn the statement into a Deny with `Action`.",
    bad: Example::identity(r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#),
};

const ALLOW_WITH_NOT_RESOURCE: Rule = Rule {
    code: "allow-with-not-resource",
    kind: FindingType::Warning,
    title: "Allow with NotResource",
    message: "Allow with NotResource grants the actions on every other resource, including those of other accounts that allow it.",
    about: "What is not listed is allowed, for resources that exist and those that will.",
    cure: "List the resources in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
