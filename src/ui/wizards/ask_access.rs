//! Questions about access: who can, what somebody can do, who can escalate, the security review.

use crate::input::ItemAction;
use crate::insight::describe::Asked;
use crate::model::ResourceRef;
use crate::ui::layers::access::AccessAnswer;
use crate::ui::selection::Selection;

use super::{Command, Fit, nothing};

/// Who can do something with the selected role, policy or user, by themselves or through roles.
pub const WHO_CAN: Command = Command {
    name: "who can",
    help: "List who can do an action with the selected user, group, role or policy, also through roles.",
    key: Some(ItemAction::WhoCan),
    fit: |selection| match selection.one() {
        Some(ResourceRef::User(_) | ResourceRef::Group(_) | ResourceRef::Role(_) | ResourceRef::Policy(_)) => Fit::Also,
        _ => Fit::No,
    },
    open: |selection, view| {
        let Some(entity) = selection.one() else { return nothing() };
        let action = match entity {
            ResourceRef::User(_) => "iam:CreateAccessKey",
            ResourceRef::Group(_) => "iam:AddUserToGroup",
            ResourceRef::Role(_) => "sts:AssumeRole",
            _ => "iam:CreatePolicyVersion",
        };
        let Some(arn) = view.account.arn(entity) else { return nothing() };
        Ok(Box::new(AccessAnswer::who_can(action, arn.as_str())))
    },
};

/// What the selected user, group or role can do.
pub const ACCESS: Command = Command {
    name: "show access",
    help: "Show what a user, group or role can do: services and access levels, after boundary and denials.",
    key: None,
    fit: |selection| if principal(selection).is_some() { Fit::Also } else { Fit::No },
    open: |selection, _| {
        let Some(entity) = principal(selection) else { return nothing() };
        Ok(Box::new(AccessAnswer::new(format!("Access of {}", entity.name()), Asked::Access(entity.clone()))))
    },
};

/// Who can get the permissions of an administrator.
pub const ESCALATION: Command = Command {
    name: "escalation",
    help: "Show who can get the permissions of an administrator, and how.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| Ok(Box::new(AccessAnswer::new("Privilege escalation", Asked::Escalation))),
};

/// The account against the best practices.
pub const REVIEW: Command = Command {
    name: "review account",
    help: "Check the account against the best practices of AWS and the CIS benchmark.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| Ok(Box::new(AccessAnswer::review())),
};

/// Which statements of the policies are as wanted.
pub const FIND: Command = Command {
    name: "find",
    help: "Find statements in all policies: by action, effect, resource, principal or condition.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| Ok(Box::new(AccessAnswer::find())),
};

/// What would be decided for principals, actions, a resource and a request.
pub const SIMULATE: Command = Command {
    name: "simulate",
    help: "Simulate requests: who, what, on what, under which conditions, and without or with a policy.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |selection, _| {
        let who = principal(selection).filter(|one| !matches!(one, ResourceRef::Group(_)));
        Ok(Box::new(AccessAnswer::simulate(who.map_or("", ResourceRef::name))))
    },
};

/// Why a request was refused, and what would allow it.
pub const EXPLAIN_DENIAL: Command = Command {
    name: "explain denial",
    help: "Explain an AccessDenied error: which policy refused, and what would allow the request.",
    key: None,
    fit: |_| Fit::Anywhere,
    open: |_, _| Ok(Box::new(AccessAnswer::denial())),
};

/// A question with its text.
pub type Ask = fn(&str) -> AccessAnswer;

/// The questions that may be typed behind the name of their command, as in `find s3:DeleteBucket`.
pub const TYPED: [(&Command, Ask); 4] = [
    (&FIND, |text| AccessAnswer::find().asking(text)),
    (&SIMULATE, |text| AccessAnswer::simulate("").asking(text)),
    (&WHO_CAN, |text| AccessAnswer::who_can("", "*").asking(text)),
    (&EXPLAIN_DENIAL, |text| AccessAnswer::denial().asking(text)),
];

/// The user, group or role that is selected.
pub(super) fn principal(selection: &Selection) -> Option<&ResourceRef> {
    selection.one().filter(|one| matches!(one, ResourceRef::User(_) | ResourceRef::Group(_) | ResourceRef::Role(_)))
}
