//! Whether actions, resources and condition keys of a statement go together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::context::KnownKey;
use super::super::{ActionUse, Context, Example, Family, KeyUse, Rule, added};
use crate::base::wildcard;
use crate::catalog::{Action, Service};
use crate::policy::PolicyKind;
use crate::policy::ast::Statement;
use crate::policy::diagnostic::FindingType;

/// Whether actions, resources and condition keys go together.
pub const FAMILY: Family = Family {
    name: "Whether actions, resources and condition keys go together",
    rules: &[&ACTION_RESOURCE_MISMATCH, &CONDITION_KEY_WITHOUT_ACTION, &MISSING_DEPENDENT_ACTION],
    check,
};

/// Actions that are matched against resources, keys and statements at most.
const MOST_ACTIONS: usize = 3_000;

/// Resources whose types are looked for at most; the longest policy that AWS takes has room for some hundreds.
const MOST_RESOURCES: usize = 1_500;

fn check(context: &mut Context<'_, '_>) {
    if context.actions.len() > MOST_ACTIONS || context.kind == PolicyKind::Trust {
        return;
    }
    let policy = context.policy;
    if context.resources.len() <= MOST_RESOURCES {
        for statement in &policy.statements {
            mismatches(context, statement);
        }
    }
    if context.kind == PolicyKind::Resource {
        return;
    }
    let keys = std::mem::take(&mut context.keys);
    // Statements that are alike are looked at once.
    let mut filled = BTreeMap::new();
    for key in &keys {
        without_action(context, key, &mut filled);
    }
    context.keys = keys;
    if context.kind == PolicyKind::Identity {
        dependents(context);
    }
}

/// Actions that work on none of the resources of their statement.
fn mismatches(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let Some(resources) = statement.resource.as_ref().filter(|list| !list.items.is_empty()) else { return };
    if statement.action.is_none() || resources.items.iter().any(|item| is_wide(item.as_str())) {
        return;
    }
    let exact: Vec<ActionUse<'_, '_>> =
        context.actions_of(statement).filter(|action| !action.is_pattern() && action.service.is_some()).collect();
    // The types that the resources can be of are the same for all actions of a service.
    let mut types: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for used in exact {
        let Some((service, action)) = used.service.zip(context.catalog.action(used.text.as_str())) else { continue };
        let found = || resources.items.iter().flat_map(|item| service.types_named(item.as_str())).collect();
        let works_on_some = action.resources().next().is_some();
        let near = if works_on_some {
            let found = types.entry(service.prefix()).or_insert_with(found);
            if action.resources().any(|link| found.contains(&link.number)) {
                continue;
            }
            resources.items.iter().find_map(|item| neighbour(service, action, item.as_str()))
        } else {
            None
        };
        let wanted = near.clone().unwrap_or_else(|| fitting(action));
        context.report(&ACTION_RESOURCE_MISMATCH, &[used.text.node, resources.node], &[used.text.as_str(), &wanted]);
        // Every resource of a type is more than anybody asked for; what stands around the one that is named is not.
        if let Some(near) = near {
            let fix = added(context, resources, &[&near], format!("Add the resource `{near}`"));
            context.fix(fix);
        }
    }
}

/// What stands around a resource or in it where the action works on that: the bucket of an object, a bucket's objects.
fn neighbour(service: &Service, action: Action<'_>, resource: &str) -> Option<String> {
    let around = resource.split_once('/').map(|(around, _)| around.to_owned());
    around.into_iter().chain([format!("{resource}/*")]).find(|near| {
        let types = service.types_named(near);
        action.resources().any(|link| types.contains(&link.number))
    })
}

/// Whether a resource may be of any service, or is one that AWS owns: transforms, images and the like, which the
/// reference does not list with the actions that work on them.
fn is_wide(resource: &str) -> bool {
    let mut fields = resource.split(':').skip(2);
    let (service, account) = (fields.next(), fields.nth(1));
    resource == "*"
        || resource.starts_with("${")
        || service.is_none_or(|service| service.contains(['*', '?']))
        || account == Some("aws")
}

/// The ARN that an action works on, open in all that varies, of a type that it needs where it needs one; `*` where it
/// works on none.
fn fitting(action: Action<'_>) -> String {
    let needed = action.resources().find(|link| link.required);
    let format = needed.into_iter().chain(action.resources()).find_map(|link| link.resource.arns.first());
    format.map_or_else(|| "*".to_owned(), |format| format.pattern.replacen("arn:*:", "arn:aws:", 1))
}

/// A key of a service that none of the statement's actions ever fills.
fn without_action<'a>(
    context: &mut Context<'a, '_>,
    key: &KeyUse<'a, '_>,
    known: &mut BTreeMap<(&'a str, &'a str), bool>,
) {
    let KnownKey::Service(_) = key.known else { return };
    let Some(list) = key.statement.action.as_ref().filter(|list| !list.items.is_empty()) else { return };
    let mut filled = |used: ActionUse<'a, '_>| {
        // Of an unknown action nothing is known.
        let unknown = used.is_everything() || used.service.is_none();
        let any =
            || context.catalog.matching(used.text.as_str()).any(|action| action.supports(key.entry.name.as_str()));
        unknown || *known.entry((used.text.as_str(), key.entry.name.as_str())).or_insert_with(any)
    };
    // Nearly always an action of the key's own service fills it: the others are asked only where none does.
    let prefix = key.name().split(':').next().unwrap_or_default();
    let is_own = |used: &ActionUse<'_, '_>| used.prefix.eq_ignore_ascii_case(prefix);
    let any = context.actions_of(key.statement).filter(is_own).any(&mut filled)
        || context.actions_of(key.statement).filter(|used| !is_own(used)).any(filled);
    if !any {
        context.report(&CONDITION_KEY_WITHOUT_ACTION, &[key.entry.name.node, list.node], &[key.name()]);
    }
}

/// Actions that AWS says are needed with one that is allowed.
fn dependents(context: &mut Context<'_, '_>) {
    let allowed: Vec<ActionUse<'_, '_>> =
        context.actions.iter().filter(|used| !used.negated && used.statement.allows()).copied().collect();
    if context.policy.statements.iter().any(|s| s.allows() && s.not_action.is_some())
        || allowed.iter().any(ActionUse::is_everything)
    {
        return;
    }
    for used in allowed.iter().filter(|used| !used.is_pattern()) {
        let Some(action) = context.catalog.action(used.text.as_str()) else { continue };
        let has = |wanted: &str| {
            let (prefix, _) = wanted.split_once(':').unwrap_or_default();
            allowed.iter().any(|other| {
                other.prefix.eq_ignore_ascii_case(prefix) && wildcard::matches_ignore_case(other.text.as_str(), wanted)
            })
        };
        let missing: Vec<&str> = action.dependents().filter(|wanted| !has(wanted)).collect();
        if !missing.is_empty() {
            let names = missing.join(", ");
            context.report(&MISSING_DEPENDENT_ACTION, &[used.text.node], &[used.text.as_str(), &names]);
            let everywhere = used.statement.resource.as_ref().is_some_and(|list| list.has("*"));
            // Elsewhere the statement may be too narrow for them; and what lets one act with the permissions of others
            // is not given on everything by a key.
            let is_harmless = missing.iter().all(|name| !name.starts_with("iam:") && !name.starts_with("sts:"));
            if let Some(list) = used.statement.action.as_ref().filter(|_| everywhere && is_harmless) {
                let fix = added(context, list, &missing, format!("Add {names}"));
                context.fix(fix);
            }
        }
    }
}

const ACTION_RESOURCE_MISMATCH: Rule = Rule {
    code: "action-resource-mismatch",
    kind: FindingType::Warning,
    title: "Action and resource do not fit",
    message: "The action {{action}} works on none of these resources. It works on {{resource}}.",
    about: "An action is only allowed or denied on resources of the types that it works on; some work on none and need `*`.",
    cure: "Add a resource of the right type, or move the action into a statement of its own.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::amzn-bucket"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-bucket"}"#,
    ),
};

const CONDITION_KEY_WITHOUT_ACTION: Rule = Rule {
    code: "condition-key-without-action",
    kind: FindingType::Warning,
    title: "Condition key that no action fills",
    message: "None of the listed actions puts the key {{key}} into the request.",
    about: "A key that is never there makes a condition that is never met, or with a negated operator always.",
    cure: "Remove the key, or list the actions that fill it.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"ec2:InstanceType": "t3.micro"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*", "Condition": {"StringEquals": {"ec2:InstanceType": "t3.micro"}}}"#,
    ),
};

const MISSING_DEPENDENT_ACTION: Rule = Rule {
    code: "missing-dependent-action",
    kind: FindingType::Suggestion,
    title: "Action that needs others",
    message: "The action {{action}} may also need {{actions}}, which this policy does not allow.",
    about: "Some operations call others with the caller's permissions, always or with some parameters, and fail without them.",
    cure: "Allow the named actions here or in another policy of the same identity.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}"#),
};

#[cfg(test)]
mod tests {
    use crate::policy::validate::{Options, validate};

    #[track_caller]
    fn check(actions: &str, resources: &str, expected: &[(&str, &str)]) {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": {actions}, "Resource": {resources}}}]}}"#
        );
        told(&text, &Options::default(), expected);
    }

    #[track_caller]
    fn told(text: &str, options: &Options, expected: &[(&str, &str)]) {
        let report = validate(text, options);
        let found = report.findings.iter().filter(|finding| finding.code == "action-resource-mismatch");
        let told = found.map(|finding| {
            let action = finding.locations[0].span.of(text).trim_matches('"');
            (action, finding.fix.as_ref().map_or("", |fix| fix.title.as_str()))
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_listed_action_wants_a_resource_of_its_own_type() {
        let both = r#"["s3:GetObject", "s3:ListBucket"]"#;
        check(both, r#""arn:aws:s3:::a/*""#, &[("s3:ListBucket", "Add the resource `arn:aws:s3:::a`")]);
        check(both, r#""arn:aws:s3:::a""#, &[("s3:GetObject", "Add the resource `arn:aws:s3:::a/*`")]);
        check(both, r#"["arn:aws:s3:::a", "arn:aws:s3:::a/*"]"#, &[]);
        check(both, r#""arn:aws:s3:::a*""#, &[]);
        check(r#"["s3:GetObject", "s3:List*"]"#, r#""arn:aws:s3:::a/*""#, &[]);
    }

    #[test]
    fn a_bucket_policy_wants_a_fitting_resource_too() {
        let bucket = Options {
            kind: Some(crate::policy::PolicyKind::Resource),
            holder: crate::catalog::resource_policies::holder_of("AWS::S3::Bucket"),
            ..Options::default()
        };
        let text = |resource: &str| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "111122223333"}}, "Action": "s3:ListBucket", "Resource": "{resource}"}}]}}"#
            )
        };
        told(&text("arn:aws:s3:::demo/*"), &bucket, &[("s3:ListBucket", "Add the resource `arn:aws:s3:::demo`")]);
        told(&text("arn:aws:s3:::demo"), &bucket, &[]);
    }

    #[test]
    fn what_aws_owns_may_fit_actions_that_the_reference_does_not_list_with_it() {
        let transform = r#""arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31""#;
        check(r#""cloudformation:CreateChangeSet""#, transform, &[]);
    }

    #[test]
    fn all_resources_of_a_type_are_not_offered() {
        check(
            r#""ec2:StartInstances""#,
            r#""arn:aws:ec2:us-east-1:111122223333:volume/*""#,
            &[("ec2:StartInstances", "")],
        );
    }
}
