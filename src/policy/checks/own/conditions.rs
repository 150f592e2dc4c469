//! Conditions on MFA that let in what they should keep out.

use super::super::{Context, Example, Family, KeyUse, Rule};
use crate::policy::ast::Effect;
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::{BaseOperator, Operator};

/// Conditions on MFA.
pub const FAMILY: Family =
    Family { name: "Conditions on MFA", rules: &[&MFA_ALLOW_IF_EXISTS, &MFA_DENY_WITHOUT_IF_EXISTS], check };

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in keys.iter().filter(|key| key.is("aws:MultiFactorAuthPresent")) {
        let Some(operator) = key.operator().filter(|operator| operator.base == BaseOperator::Bool) else { continue };
        let says = |word: &str| key.entry.values.iter().any(|value| value.as_str().eq_ignore_ascii_case(word));
        match key.statement.effect() {
            Some(Effect::Allow) if operator.if_exists && says("true") => {
                context.report(&MFA_ALLOW_IF_EXISTS, &[key.entry.name.node], &[]);
                rename(context, key, Operator { if_exists: false, ..operator });
            }
            Some(Effect::Deny) if !operator.if_exists && says("false") => {
                context.report(&MFA_DENY_WITHOUT_IF_EXISTS, &[key.entry.name.node], &[]);
                rename(context, key, Operator { if_exists: true, ..operator });
            }
            _ => {}
        }
    }
    context.keys = keys;
}

/// Offers another operator, when the key is alone under this one.
fn rename(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    if key.block.entries.len() == 1 {
        context.fix_string(key.block.name.node, &operator.name());
    }
}

const MFA_ALLOW_IF_EXISTS: Rule = Rule {
    code: "mfa-allow-if-exists",
    kind: FindingType::SecurityWarning,
    title: "MFA not asked of access keys",
    message: "With IfExists the condition is met by requests without the key: long-lived access keys pass without MFA.",
    about: "`aws:MultiFactorAuthPresent` is absent from requests with long-lived access keys, and `IfExists` is true for what is absent.",
    cure: "Use `Bool` in an Allow.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
    ),
};

const MFA_DENY_WITHOUT_IF_EXISTS: Rule = Rule {
    code: "mfa-deny-without-if-exists",
    kind: FindingType::SecurityWarning,
    title: "MFA not asked of access keys",
    message: "Without IfExists the condition is not met by requests without the key: long-lived access keys are not denied.",
    about: "`aws:MultiFactorAuthPresent` is absent from requests with long-lived access keys, and `Bool` is false for what is absent.",
    cure: "Use `BoolIfExists` in a Deny.",
    bad: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}"#,
    ),
};
