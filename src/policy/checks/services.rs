//! Services and actions: whether services and actions exist.

use super::{ActionUse, Context, Example, Family, ResourceUse, Rule};
use crate::catalog::suggest;
use crate::policy::arn_pattern::is_open;
use crate::policy::diagnostic::FindingType;

/// Services and actions.
pub const FAMILY: Family = Family {
    name: "Services and actions",
    rules: &[&INVALID_ACTION, &INVALID_SERVICE_IN_ACTION, &INVALID_SERVICE, &WILDCARD_IN_SERVICE_NAME],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let actions = std::mem::take(&mut context.actions);
    let mut budget = MOST_SCANNED;
    for used in &actions {
        action(context, used, &mut budget);
    }
    context.actions = actions;
    let resources = std::mem::take(&mut context.resources);
    for used in &resources {
        arn_service(context, used);
    }
    context.resources = resources;
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        key_service(context, key);
    }
    context.keys = keys;
}

fn action(context: &mut Context<'_, '_>, used: &ActionUse<'_, '_>, budget: &mut usize) {
    let node = used.text.node;
    let written = used.text.as_str();
    if used.is_everything() || written.contains("${") {
        return;
    }
    if used.prefix.contains(['*', '?']) {
        return context.report(&WILDCARD_IN_SERVICE_NAME, &[node], &[]);
    }
    let Some(service) = used.service else {
        let rule = if used.prefix.is_empty() { &INVALID_ACTION } else { &INVALID_SERVICE_IN_ACTION };
        return unknown(context, rule, used);
    };
    let found = if used.name.contains(['*', '?']) {
        // A bomb of patterns is let through rather than matched.
        *budget = budget.saturating_sub(service.action_count());
        if *budget == 0 {
            return;
        }
        used.name == "*" || context.catalog.matching(written).next().is_some()
    } else {
        service.has_action(used.name)
    };
    if !found {
        unknown(context, &INVALID_ACTION, used);
    }
}

/// Actions of services that patterns are matched with at most.
const MOST_SCANNED: usize = 400_000;

fn unknown(context: &mut Context<'_, '_>, rule: &'static Rule, used: &ActionUse<'_, '_>) {
    if context.is_full() {
        return;
    }
    let written = used.text.as_str();
    // Without a suggestion the service leaves the question out. It suggests only actions that an API operation of
    // this name is authorised by; our own guesses are a fix.
    let stated = suggest::action_of_operation(written);
    let text = rule.fill(&[written, stated.unwrap_or_default()]);
    let text = if stated.is_some() { text } else { text.split(" Did you mean").next().unwrap_or_default().to_owned() };
    context.report_text(rule, &[used.text.node], text);
    if let Some(meant) = context.catalog.suggest_action(written) {
        context.fix_string(used.text.node, &meant);
    }
}

fn arn_service(context: &mut Context<'_, '_>, used: &ResourceUse<'_, '_>) {
    let Some(arn) = used.arn.filter(|arn| arn.prefix() == "arn" && arn.count() > 2) else { return };
    let service = arn.service();
    if service.contains(['*', '?']) {
        // `*` alone says openly that all services are meant.
        if service != "*" {
            context.report(&WILDCARD_IN_SERVICE_NAME, &[used.text.node], &[]);
        }
    } else if !is_open(service) && !service.is_empty() && !context.catalog.has_arn_service(service) {
        context.report(&INVALID_SERVICE, &[used.text.node], &[service]);
        if let Some(meant) = context.catalog.suggest_service(service) {
            context.fix_string(used.text.node, &used.text.value.replacen(service, meant, 1));
        }
    }
}

/// A condition key of a service that does not exist. Providers of web identities have keys of their own, which
/// begin with a domain.
fn key_service(context: &mut Context<'_, '_>, key: &super::KeyUse<'_, '_>) {
    let Some((prefix, _)) = key.name().split_once(':') else { return };
    let is_domain = prefix.contains(['.', '/']);
    let is_global = prefix.eq_ignore_ascii_case("aws");
    if !is_global && !is_domain && !prefix.is_empty() && context.catalog.key_service(key.name()).is_none() {
        context.report(&INVALID_SERVICE, &[key.entry.name.node], &[prefix]);
        if let Some(meant) = context.catalog.suggest_service(prefix) {
            context.fix_string(key.entry.name.node, &key.name().replacen(prefix, meant, 1));
        }
    }
}

const INVALID_ACTION: Rule = Rule {
    code: "INVALID_ACTION",
    kind: FindingType::Error,
    title: "Invalid action",
    message: "The action {{action}} does not exist. Did you mean {{valid_action}}?",
    about: "The service has no such action, so the statement allows or denies nothing with it.",
    cure: "Take an action of the service authorization reference; the API operation may have another name.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObjectx", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_SERVICE_IN_ACTION: Rule = Rule {
    code: "INVALID_SERVICE_IN_ACTION",
    kind: FindingType::Error,
    title: "Invalid service in action",
    message: "The service {{service}} specified in the action does not exist. Did you mean {{service2}}?",
    about: "No service has this prefix.",
    cure: "Take the prefix from the service authorization reference.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s33:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

pub(super) const INVALID_SERVICE: Rule = Rule {
    code: "INVALID_SERVICE",
    kind: FindingType::Error,
    title: "Invalid service",
    message: "The service {{service}} does not exist. Use a valid service name.",
    about: "No service has this name.",
    cure: "Correct the name of the service in the ARN, the condition key or the value.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s33:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const WILDCARD_IN_SERVICE_NAME: Rule = Rule {
    code: "WILDCARD_IN_SERVICE_NAME",
    kind: FindingType::Suggestion,
    title: "Wildcard in service name",
    message: "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other AWS services with similar names.",
    about: "A wildcard in the name of a service includes unintended and future services.",
    cure: "Write the services out.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s*:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
