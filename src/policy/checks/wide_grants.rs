//! Statements that grant an action of IAM on more roles than anyone meant; two families ask it of two actions.

use super::{Context, Rule};
use crate::base::wildcard;
use crate::policy::ast::Statement;
use crate::policy::diagnostic::{Fix, Reach};
use crate::policy::edit;
use crate::policy::operator::{BaseOperator, Operator};
use crate::policy::syntax::NodeId;

/// The action that is granted too widely, and what is said of each way to do so.
pub(super) struct WideGrant {
    pub(super) action: &'static str,
    /// The condition key that narrows the grant to services.
    pub(super) narrowed_by: &'static str,
    pub(super) not_resource: &'static Rule,
    pub(super) star_action_and_not_resource: &'static Rule,
    pub(super) not_action_and_not_resource: &'static Rule,
    pub(super) star_resource: &'static Rule,
    pub(super) star_action_and_resource: &'static Rule,
    pub(super) star_resource_and_not_action: &'static Rule,
}

/// How a statement names the action.
#[derive(Clone, Copy)]
enum Named {
    Exactly(NodeId),
    ByPattern(NodeId),
    ByNotAction(NodeId),
}

/// Looks through the statements that allow something.
pub(super) fn check(context: &mut Context<'_, '_>, grant: &WideGrant) {
    if !context.kind.is_identity_based() {
        return;
    }
    let policy = context.policy;
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        let Some(named) = named(statement, grant.action) else { continue };
        if is_narrowed(context, statement, grant.narrowed_by) {
            continue;
        }
        if let Some(list) = &statement.not_resource {
            let (rule, action) = match named {
                Named::Exactly(node) => (grant.not_resource, node),
                Named::ByPattern(node) => (grant.star_action_and_not_resource, node),
                Named::ByNotAction(node) => (grant.not_action_and_not_resource, node),
            };
            if !list.has("*") {
                context.report(rule, &[action, list.node], &[]);
            }
        } else if let Some(resource) = star_resource(statement) {
            let (rule, action) = match named {
                Named::Exactly(node) => (grant.star_resource, node),
                Named::ByPattern(node) => (grant.star_action_and_resource, node),
                Named::ByNotAction(node) => (grant.star_resource_and_not_action, node),
            };
            context.report(rule, &[action, resource], &[]);
            // Requests of other actions do not carry the key: a condition on it would deny them all.
            let is_alone = statement.action.as_ref().is_some_and(|list| list.items.len() == 1);
            if statement.condition.is_none() && is_alone && matches!(named, Named::Exactly(_)) {
                let member = format!(
                    "\"Condition\": {{\"StringEquals\": {{\"{}\": \"ec2.amazonaws.com\"}}}}",
                    grant.narrowed_by
                );
                let edit = edit::last_member(&context.policy.tree, statement.node, &member);
                context.fix(
                    Fix::new(format!("Add a condition on `{}`", grant.narrowed_by), vec![edit]).within(Reach::Here),
                );
            }
        }
    }
}

fn named(statement: &Statement<'_>, action: &str) -> Option<Named> {
    if let Some(list) = &statement.action {
        let exact = list.items.iter().find(|item| item.value.eq_ignore_ascii_case(action));
        let pattern = || {
            let matches =
                |text: &str| text == "*" || wildcard::is_pattern(text) && wildcard::matches_ignore_case(text, action);
            list.items.iter().find(|item| matches(item.as_str()))
        };
        return exact
            .map(|item| Named::Exactly(item.node))
            .or_else(|| pattern().map(|item| Named::ByPattern(item.node)));
    }
    let list = statement.not_action.as_ref()?;
    let spared =
        list.items.iter().any(|item| item.value == "*" || wildcard::matches_ignore_case(item.as_str(), action));
    (!spared).then_some(Named::ByNotAction(list.node))
}

/// The first resource that leaves the role's name wholly open; `role/Service*` follows a naming convention.
fn star_resource(statement: &Statement<'_>) -> Option<NodeId> {
    let open = |text: &str| {
        let resource = text.splitn(6, ':').nth(5);
        let name = resource.map_or(text, |resource| resource.strip_prefix("role/").unwrap_or(resource));
        !name.is_empty() && name.bytes().all(|b| matches!(b, b'*' | b'?'))
    };
    statement.resource.iter().flat_map(|list| &list.items).find(|item| open(item.as_str())).map(|item| item.node)
}

/// Whether a condition on the narrowing key must hold, with services written out.
///
/// The service reads a list behind `…IfExists` as no limit, and one service in a plain string as a limit.
fn is_narrowed(context: &Context<'_, '_>, statement: &Statement<'_>, by: &str) -> bool {
    context.keys_of(statement).filter(|key| key.is(by)).any(|key| {
        let must_hold = |operator: &Operator| !operator.if_exists || !key.entry.is_array;
        let operator = key.operator().filter(|operator| must_hold(operator) && !operator.base.is_negated());
        operator.is_some_and(|operator| operator.base != BaseOperator::Null)
            && !key.entry.values.iter().any(|value| value.as_str().starts_with('*'))
    })
}

#[cfg(test)]
mod tests {
    use crate::policy::validate::{Options, validate};

    #[track_caller]
    fn check(condition: &str, expected: &[&str]) {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {{{condition}}}}}"#
        );
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
        let report = validate(&text, &Options { aws_only: true, ..Options::default() });
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, expected, "{condition}");
    }

    #[test]
    fn a_role_is_passed_to_named_services_only_where_the_key_must_hold() {
        let wide = ["PASS_ROLE_WITH_STAR_IN_RESOURCE"];
        check(r#""StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}"#, &[]);
        check(r#""StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}"#, &wide);
        check(r#""Null": {"iam:PassedToService": "false"}"#, &wide);
        check(r#""StringEqualsIfExists": {"iam:PassedToService": "lambda.amazonaws.com"}"#, &[]);
        check(r#""StringEqualsIfExists": {"iam:PassedToService": ["ec2.amazonaws.com"]}"#, &wide);
    }

    #[test]
    fn a_condition_is_only_added_where_no_other_action_is_denied_by_it() {
        for (actions, fixed) in [(r#""iam:PassRole""#, true), (r#"["s3:GetObject", "iam:PassRole"]"#, false)] {
            let statement = format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": "*"}}"#);
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
            let report = validate(&text, &Options { aws_only: true, ..Options::default() });
            let found =
                report.findings.iter().find(|finding| finding.code == "PASS_ROLE_WITH_STAR_IN_RESOURCE").unwrap();
            assert_eq!(found.fix.is_some(), fixed, "{actions}");
        }
    }
}
