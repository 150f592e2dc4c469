//! Passing roles: who may hand which role to a service: the usual way to more permissions than one has.

use super::wide_grants::{self, WideGrant};
use super::{Context, Example, Family, Rule};
use crate::policy::diagnostic::FindingType;

/// Passing roles.
pub const FAMILY: Family = Family {
    name: "Passing roles",
    rules: &[
        &PASS_ROLE_WITH_NOT_RESOURCE,
        &PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
        &PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE,
        &PASS_ROLE_WITH_STAR_IN_RESOURCE,
        &PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE,
        &PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    wide_grants::check(context, &GRANT);
}

const GRANT: WideGrant = WideGrant {
    action: "iam:PassRole",
    narrowed_by: "iam:PassedToService",
    not_resource: &PASS_ROLE_WITH_NOT_RESOURCE,
    star_action_and_not_resource: &PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
    not_action_and_not_resource: &PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE,
    star_resource: &PASS_ROLE_WITH_STAR_IN_RESOURCE,
    star_action_and_resource: &PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE,
    star_resource_and_not_action: &PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
};

const PASS_ROLE_WITH_NOT_RESOURCE: Rule = Rule {
    code: "PASS_ROLE_WITH_NOT_RESOURCE",
    kind: FindingType::SecurityWarning,
    title: "Pass role with NotResource",
    message: "Using the iam:PassRole action with NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs instead.",
    about: "With `NotResource` the statement lets one pass any role, and with it any permission, to a service.",
    cure: "Name the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}"#,
    ),
};

const PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE: Rule = Rule {
    code: "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    kind: FindingType::SecurityWarning,
    title: "Pass role with star in action and NotResource",
    message: "Using an action with a wildcard (*) and NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs instead.",
    about: "The wildcard in the action takes in `iam:PassRole`; with `NotResource` the statement lets one pass any role, and with it any permission, to a service.",
    cure: "Name the actions, and the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:Get*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
};

const PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE: Rule = Rule {
    code: "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    kind: FindingType::SecurityWarning,
    title: "Pass role with NotAction and NotResource",
    message: "Using NotAction with NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple resources.. We recommend that you specify resource ARNs instead.",
    about: "`NotAction` takes in `iam:PassRole`; with `NotResource` the statement lets one pass any role, and with it any permission, to a service.",
    cure: "Add the action to `NotAction`, or name the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
};

const PASS_ROLE_WITH_STAR_IN_RESOURCE: Rule = Rule {
    code: "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    kind: FindingType::SecurityWarning,
    title: "Pass role with star in resource",
    message: "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
    about: "The wildcard in the resource lets one pass any role, and with it any permission, to a service.",
    cure: "Name the roles, or add a condition on `iam:PassedToService`.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/Service*"}"#,
    ),
};

const PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE: Rule = Rule {
    code: "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
    kind: FindingType::SecurityWarning,
    title: "Pass role with star in action and resource",
    message: "Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
    about: "The wildcard in the action takes in `iam:PassRole`; with a wildcard as resource the statement lets one pass any role, and with it any permission, to a service.",
    cure: "Name the actions and the roles.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}"#),
};

const PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION: Rule = Rule {
    code: "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    kind: FindingType::SecurityWarning,
    title: "Pass role with star in resource and NotAction",
    message: "Using a resource with wildcards (*) and NotAction can be overly permissive because it allows iam:PassRole permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
    about: "`NotAction` takes in `iam:PassRole`; with a wildcard as resource the statement lets one pass any role, and with it any permission, to a service.",
    cure: "Add the action to `NotAction`.",
    bad: Example::identity(r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#),
};
