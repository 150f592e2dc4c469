//! Service-linked roles: who may create roles that belong to a service.

use super::wide_grants::{self, WideGrant};
use super::{Context, Example, Family, Rule};
use crate::policy::diagnostic::FindingType;

/// Service-linked roles.
pub const FAMILY: Family = Family {
    name: "Service-linked roles",
    rules: &[
        &CREATE_SLR_WITH_NOT_RESOURCE,
        &CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
        &CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE,
        &CREATE_SLR_WITH_STAR_IN_RESOURCE,
        &CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
        &CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    wide_grants::check(context, &GRANT);
}

const GRANT: WideGrant = WideGrant {
    action: "iam:CreateServiceLinkedRole",
    narrowed_by: "iam:AWSServiceName",
    not_resource: &CREATE_SLR_WITH_NOT_RESOURCE,
    star_action_and_not_resource: &CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE,
    not_action_and_not_resource: &CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE,
    star_resource: &CREATE_SLR_WITH_STAR_IN_RESOURCE,
    star_action_and_resource: &CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
    star_resource_and_not_action: &CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION,
};

const CREATE_SLR_WITH_NOT_RESOURCE: Rule = Rule {
    code: "CREATE_SLR_WITH_NOT_RESOURCE",
    kind: FindingType::Warning,
    title: "Create SLR with NotResource",
    message: "Using the iam:CreateServiceLinkedRole action with NotResource can allow creation of unintended service-linked roles for multiple resources. We recommend that you specify resource ARNs instead.",
    about: "With `NotResource` the statement allows the creation of unintended service-linked roles.",
    cure: "Name the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::111122223333:role/app"}"#,
    ),
};

const CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE: Rule = Rule {
    code: "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    kind: FindingType::Warning,
    title: "Create SLR with star in action and NotResource",
    message: "Using an action with a wildcard(*) and NotResource can allow creation of unintended service-linked roles because it can allow iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs instead.",
    about: "The wildcard in the action includes `iam:CreateServiceLinkedRole`; with `NotResource` the statement allows the creation of unintended service-linked roles.",
    cure: "Name the actions, and the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:Get*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
};

const CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE: Rule = Rule {
    code: "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    kind: FindingType::Warning,
    title: "Create SLR with NotAction and NotResource",
    message: "Using NotAction with NotResource can allow creation of unintended service-linked roles because it allows iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs instead.",
    about: "`NotAction` includes `iam:CreateServiceLinkedRole`; with `NotResource` the statement allows the creation of unintended service-linked roles.",
    cure: "Add the action to `NotAction`, or name the roles in `Resource`.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#,
    ),
};

const CREATE_SLR_WITH_STAR_IN_RESOURCE: Rule = Rule {
    code: "CREATE_SLR_WITH_STAR_IN_RESOURCE",
    kind: FindingType::Warning,
    title: "Create SLR with star in resource",
    message: "Using the iam:CreateServiceLinkedRole action with wildcards (*) in the resource can allow creation of unintended service-linked roles. We recommend that you specify resource ARNs instead.",
    about: "The wildcard in the resource allows the creation of unintended service-linked roles.",
    cure: "Name the roles, or add a condition on `iam:AWSServiceName`.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::111122223333:role/Service*"}"#,
    ),
};

const CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE: Rule = Rule {
    code: "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    kind: FindingType::Warning,
    title: "Create SLR with star in action and resource",
    message: "Using wildcards (*) in the action and the resource can allow creation of unintended service-linked roles because it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs instead.",
    about: "The wildcard in the action includes `iam:CreateServiceLinkedRole`; with a wildcard as resource the statement allows the creation of unintended service-linked roles.",
    cure: "Name the actions and the roles.",
    bad: Example::identity(r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}"#),
};

const CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION: Rule = Rule {
    code: "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    kind: FindingType::Warning,
    title: "Create SLR with star in resource and NotAction",
    message: "Using a resource with wildcards (*) and NotAction can allow creation of unintended service-linked roles because it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs instead.",
    about: "`NotAction` includes `iam:CreateServiceLinkedRole`; with a wildcard as resource the statement allows the creation of unintended service-linked roles.",
    cure: "Add the action to `NotAction`.",
    bad: Example::identity(r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#),
    good: Example::identity(r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#),
};
