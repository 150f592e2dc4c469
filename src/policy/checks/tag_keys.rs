//! Tag keys that actions do not support: a condition on tags works only for actions that put tags into the request.

use super::{ActionUse, Context, Example, Family, KeyUse, Rule};
use crate::policy::ast::Effect;
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::{BaseOperator, Operator, Qualifier};

/// Tag keys that actions do not support.
pub const FAMILY: Family = Family {
    name: "Tag keys that actions do not support",
    rules: &[
        &DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        &DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        &ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        &ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let is_tag = key.name().get(..16).is_some_and(|start| start.eq_ignore_ascii_case("aws:ResourceTag/"));
        let is_null = key.operator().is_none_or(|operator| operator.base == BaseOperator::Null);
        if is_tag && !is_null {
            one_key(context, key);
        }
    }
    context.keys = keys;
}

fn one_key(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>) {
    let Some(effect) = key.statement.effect() else { return };
    if effect == Effect::Deny && key.operator().is_some_and(reaches_untagged) {
        return;
    }
    let node = key.entry.name.node;
    if let Some(list) = &key.statement.not_action {
        let rule = match effect {
            Effect::Allow => &ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
            Effect::Deny => &DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        };
        return context.report(rule, &[list.node, node], &[key.name()]);
    }
    let unsupported: Vec<ActionUse<'_, '_>> =
        context.actions_of(key.statement).filter(|action| lacks_tag(context, *action, key.name())).collect();
    if unsupported.is_empty() {
        return;
    }
    let mut services: Vec<&str> = unsupported.iter().map(|action| action.prefix).collect();
    services.sort_unstable();
    services.dedup();
    let nodes: Vec<_> = unsupported.iter().map(|action| action.text.node).chain([node]).collect();
    let services = services.join(", ");
    match effect {
        Effect::Deny => {
            let rule = &DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE;
            context.report(rule, &nodes, &[key.name(), &services]);
        }
        Effect::Allow => {
            let rule = &ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE;
            // The service words it a little otherwise than its documentation.
            let text = rule.fill(&[key.name(), &services]).replace("the tag condition key", "the condition key");
            context.report_text(rule, &nodes, text.replace(". Actions for the", ". The actions for the"));
        }
    }
}

/// Whether a condition holds where the tag is not in the request: then a Deny reaches these actions too. That of all
/// values none is negated says nothing of a request without any.
fn reaches_untagged(operator: Operator) -> bool {
    operator.base.is_negated() && operator.qualifier != Some(Qualifier::ForAnyValue)
}

/// Whether an action that an entry stands for never has the tag in its request. Actions that create what they
/// tag are spared: they carry tags of their own.
fn lacks_tag(context: &Context<'_, '_>, action: ActionUse<'_, '_>, key: &str) -> bool {
    if action.is_everything() || action.service.is_none() || action.prefix.contains(['*', '?']) {
        return false;
    }
    let mut actions = context.catalog.matching(action.text.as_str());
    actions.any(|action| !action.supports(key) && !action.supports("aws:RequestTag/x"))
}

const DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    code: "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    kind: FindingType::SecurityWarning,
    title: "Deny with unsupported tag condition key for service",
    message: "Using the effect Deny with the tag condition key {{conditionKeyName}} and actions for services with the following prefixes can be overly permissive: {{serviceNames}}. Actions for the listed services are not denied by this statement. We recommend that you move these actions to a different statement without this condition key.",
    about: "The listed actions never carry the tag, so the Deny does not reach them.",
    cure: "Deny these actions in a statement without the key.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
};

const DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    code: "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    kind: FindingType::SecurityWarning,
    title: "Deny NotAction with unsupported tag condition key for service",
    message: "Using the effect Deny with NotAction and the tag condition key {{conditionKeyName}} can be overly permissive because some service actions are not denied by this statement. This is because the condition key doesn't apply to some service actions. We recommend that you use Action instead of NotAction.",
    about: "Some of the actions that `NotAction` leaves never carry the tag, so the Deny does not reach them.",
    cure: "List the actions in `Action`.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
};

const ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    code: "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    kind: FindingType::Suggestion,
    title: "Allow with unsupported tag condition key for service",
    message: "Using the effect Allow with the tag condition key {{conditionKeyName}} and actions for services with the following prefixes does not affect the policy: {{serviceNames}}. Actions for the listed service are not allowed by this statement. We recommend that you move these actions to a different statement without this condition key.",
    about: "The listed actions never carry the tag, so they are not allowed.",
    cure: "Allow these actions in a statement without the key.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
};

const ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    code: "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    kind: FindingType::Suggestion,
    title: "Allow NotAction with unsupported tag condition key for service",
    message: "Using the effect Allow with NotAction and the tag condition key {{conditionKeyName}} allows only service actions that support the condition key. The condition key doesn't apply to some service actions. We recommend that you use Action instead of NotAction.",
    about: "Some of the actions that `NotAction` leaves never carry the tag, so they are not allowed.",
    cure: "List the actions in `Action`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}"#,
    ),
};

#[cfg(test)]
mod tests {
    use crate::policy::validate::{Options, validate};

    #[track_caller]
    fn check(effect: &str, operator: &str, told: bool) {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "{effect}", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {{"{operator}": {{"aws:ResourceTag/team": "red"}}}}}}]}}"#
        );
        let report = validate(&text, &Options { aws_only: true, ..Options::default() });
        let found = report.findings.iter().any(|finding| finding.code.contains("UNSUPPORTED_TAG_CONDITION_KEY"));
        assert_eq!(found, told, "{effect} {operator}");
    }

    #[test]
    fn a_deny_of_all_but_some_tags_reaches_what_has_no_tag() {
        check("Deny", "StringNotEquals", false);
        check("Deny", "StringNotLikeIfExists", false);
        check("Deny", "ForAllValues:StringNotEquals", false);
        check("Deny", "ForAnyValue:StringNotEquals", true);
        check("Deny", "StringEquals", true);
        check("Deny", "StringEqualsIfExists", true);
        check("Allow", "StringNotEquals", true);
    }
}
