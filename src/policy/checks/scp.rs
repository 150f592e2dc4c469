//! Service control policies: what only the policies of an organization must not have.

use super::{Context, Example, Family, Rule};
use crate::policy::PolicyKind;
use crate::policy::diagnostic::FindingType;

/// Service control policies.
pub const FAMILY: Family = Family {
    name: "Service control policies",
    rules: &[&SCP_SYNTAX_ERROR_PRINCIPAL, &SCP_SYNTAX_ERROR_ACTION_WILDCARD],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    if context.kind != PolicyKind::Scp {
        return;
    }
    let policy = context.policy;
    for statement in &policy.statements {
        for principal in statement.principal.iter().chain(&statement.not_principal) {
            context.report(&SCP_SYNTAX_ERROR_PRINCIPAL, &[principal.key], &[]);
            context.fix_remove("Remove the element", &[principal.key]);
        }
        for action in statement.actions_of_both() {
            let text = action.as_str();
            let inside = text.strip_suffix('*').unwrap_or(text);
            if inside.contains(['*', '?']) {
                context.report(&SCP_SYNTAX_ERROR_ACTION_WILDCARD, &[action.node], &[text]);
            }
        }
    }
}

const SCP_SYNTAX_ERROR_PRINCIPAL: Rule = Rule {
    code: "SCP_SYNTAX_ERROR_PRINCIPAL",
    kind: FindingType::Error,
    title: "SCP syntax error principal",
    message: "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element.",
    about: "A service control policy is about the accounts it is attached to.",
    cure: "Remove the element; use a condition on `aws:PrincipalArn`.",
    bad: Example::scp(r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#),
    good: Example::scp(r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#),
};

const SCP_SYNTAX_ERROR_ACTION_WILDCARD: Rule = Rule {
    code: "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    kind: FindingType::Error,
    title: "SCP syntax error action wildcard",
    message: "SCP actions can include wildcards (*) only at the end of a string. Update {{action}}.",
    about: "Until September 2025 a wildcard was taken only at the end of an action; AWS has lifted that, so this check is off unless it is switched on.",
    cure: "Move the wildcard to the end.",
    bad: Example::scp(r#"{"Effect": "Deny", "Action": "s3:*Object", "Resource": "*"}"#),
    good: Example::scp(r#"{"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}"#),
};
