//! Qualifiers: keys with several values need a qualifier, keys with one value must not have it.

use super::{Context, Example, Family, KeyUse, Rule};
use crate::policy::diagnostic::FindingType;
use crate::policy::operator::{Operator, OperatorClass, Qualifier};

/// Qualifiers.
pub const FAMILY: Family = Family {
    name: "ForAllValues and ForAnyValue",
    rules: &[
        &MISSING_QUALIFIER,
        &FORALLVALUES_WITH_SINGLE_VALUED_KEY,
        &FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE,
        &CONFIRM_AUDIENCE_CLAIM_TYPE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let keys = std::mem::take(&mut context.keys);
    for key in &keys {
        let Some(operator) = key.operator().filter(|operator| operator.class() != OperatorClass::Null) else {
            continue;
        };
        let node = key.entry.name.node;
        match (operator.qualifier, key.is_multi()) {
            (None, Some(true)) => {
                context.report(&MISSING_QUALIFIER, &[node], &[key.name()]);
                let qualifier =
                    Some(if key.statement.allows() { Qualifier::ForAllValues } else { Qualifier::ForAnyValue });
                rename(context, key, Operator { qualifier, ..operator });
            }
            (Some(Qualifier::ForAllValues), Some(false)) if !is_audience(key.name()) => {
                context.report(&FORALLVALUES_WITH_SINGLE_VALUED_KEY, &[node], &[key.name()]);
                rename(context, key, Operator { qualifier: None, ..operator });
            }
            (Some(Qualifier::ForAnyValue), _) if is_audience(key.name()) => {
                context.report(&FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE, &[node], &[key.name()]);
                rename(context, key, Operator { qualifier: None, ..operator });
            }
            (Some(Qualifier::ForAllValues), _) if is_audience(key.name()) => {
                context.report(&CONFIRM_AUDIENCE_CLAIM_TYPE, &[node], &[key.name(), "aud"]);
                rename(context, key, Operator { qualifier: None, ..operator });
            }
            _ => {}
        }
    }
    context.keys = keys;
}

/// Whether a key is the audience claim of a web identity's token.
fn is_audience(key: &str) -> bool {
    key.rsplit_once(':').is_some_and(|(issuer, claim)| claim.eq_ignore_ascii_case("aud") && issuer.contains('.'))
}

/// Offers another operator, when the key is alone under this one.
fn rename(context: &mut Context<'_, '_>, key: &KeyUse<'_, '_>, operator: Operator) {
    if key.block.entries.len() == 1 {
        context.fix_string(key.block.name.node, &operator.name());
    }
}

const MISSING_QUALIFIER: Rule = Rule {
    code: "MISSING_QUALIFIER",
    kind: FindingType::Error,
    title: "Missing qualifier",
    message: "The request context key {{key}} has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers in your policy.",
    about: "The key may have several values in a request; without a qualifier the result is not defined.",
    cure: "Put `ForAnyValue:` or `ForAllValues:` before the operator.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": "team"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}}"#,
    ),
};

const FORALLVALUES_WITH_SINGLE_VALUED_KEY: Rule = Rule {
    code: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    kind: FindingType::SecurityWarning,
    title: "ForAllValues with single valued key",
    message: "Using ForAllValues qualifier with the single-valued condition key {{key}} can be overly permissive. We recommend that you remove ForAllValues:.",
    about: "`ForAllValues` is true when the key is absent, so an Allow with it lets such requests through.",
    cure: "Remove the qualifier.",
    bad: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}"#,
    ),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}"#,
    ),
};

const FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE: Rule = Rule {
    code: "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    kind: FindingType::SecurityWarning,
    title: "ForAnyValue with audience claim type",
    message: "Using ForAnyValue qualifier with the single-valued condition key {{key}} can be overly permissive. We recommend that you remove ForAnyValue:.",
    about: "The audience of a web identity token is single-valued.",
    cure: "Remove the qualifier.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"ForAnyValue:StringEquals": {"accounts.google.com:aud": "app"}}}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"accounts.google.com:aud": "app"}}}"#,
    ),
};

const CONFIRM_AUDIENCE_CLAIM_TYPE: Rule = Rule {
    code: "CONFIRM_AUDIENCE_CLAIM_TYPE",
    kind: FindingType::Suggestion,
    title: "Confirm audience claim type",
    message: r#"The "{{key}}" ({{audienceType}}) claim key identifies the recipients that the JSON web token is intended for. Because this claim is single-valued, do not use a qualifier."#,
    about: "Most providers issue tokens with one audience; then a qualifier is wrong.",
    cure: "Remove the qualifier if tokens of the provider have one audience.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.example.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"ForAllValues:StringEquals": {"idp.example.com:aud": "app"}}}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.example.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"idp.example.com:aud": "app"}}}"#,
    ),
};
