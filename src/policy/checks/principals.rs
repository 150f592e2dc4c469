//! Principals: who can be named, how, and in which kind of policy.

use super::{Context, Example, Family, Rule};
use crate::base::nearest::nearest;
use crate::policy::PolicyKind;
use crate::policy::ast::{Principal, PrincipalGroup, PrincipalKind};
use crate::policy::diagnostic::{FindingType, Reach};

/// Principals.
pub const FAMILY: Family = Family {
    name: "Principals",
    rules: &[
        &INVALID_PRINCIPAL_FORMAT,
        &INVALID_PRINCIPAL_KEY,
        &UNSUPPORTED_PRINCIPAL,
        &UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
        &FEDERATED_PRINCIPAL_NOT_SUPPORTED,
        &ALLOW_WITH_NOT_PRINCIPAL,
        &INVALID_ROLE_REFERENCE,
        &INVALID_USER_REFERENCE,
    ],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    for statement in &policy.statements {
        for principal in statement.principal.iter().chain(&statement.not_principal) {
            if context.kind.is_identity_based() {
                context.report(&UNSUPPORTED_PRINCIPAL, &[principal.key], &["IDENTITY_POLICY"]);
                context.fix_remove("Remove the principal", &[principal.key]);
            } else if context.kind != PolicyKind::Scp {
                one(context, principal);
            }
        }
        if let Some(principal) = &statement.not_principal
            && statement.allows()
        {
            context.report(&ALLOW_WITH_NOT_PRINCIPAL, &[principal.key], &[]);
        }
    }
}

fn one(context: &mut Context<'_, '_>, principal: &Principal<'_>) {
    if let Some(text) = principal.plain.as_ref().filter(|text| text.value != "*") {
        context.report(&INVALID_PRINCIPAL_FORMAT, &[text.node], &[]);
        let span = text.span;
        let kind = if text.value.contains(".amazonaws.com") { "Service" } else { "AWS" };
        let text = format!("{{\"{kind}\": {}}}", span.of(context.policy.tree.text()));
        let edit = crate::policy::diagnostic::Edit { span, text };
        context.fix(crate::policy::diagnostic::Fix::new(format!("Name it as `{kind}`"), vec![edit]));
    }
    for group in &principal.groups {
        match group.kind {
            None => {
                context.report(&INVALID_PRINCIPAL_KEY, &[group.name.node], &[group.name.as_str()]);
                let kinds = ["AWS", "Service", "Federated", "CanonicalUser"];
                if let Some(meant) = nearest(group.name.as_str(), kinds.into_iter()) {
                    context.fix_string(group.name.node, meant);
                    context.fix_within(Reach::Anywhere);
                }
            }
            Some(kind) => entries(context, group, kind),
        }
    }
}

fn entries(context: &mut Context<'_, '_>, group: &PrincipalGroup<'_>, kind: PrincipalKind) {
    if kind == PrincipalKind::Federated && context.kind != PolicyKind::Trust {
        for entry in &group.list.items {
            context.report(&FEDERATED_PRINCIPAL_NOT_SUPPORTED, &[entry.node], &[]);
        }
        return;
    }
    for entry in &group.list.items {
        let text = entry.as_str();
        let whole = kind == PrincipalKind::Aws && text == "*";
        if !whole && text.contains(['*', '?']) {
            context.report(&UNSUPPORTED_WILDCARD_IN_PRINCIPAL, &[entry.node], &[group.name.as_str()]);
        }
        let is_id = |prefix: &str| {
            text.starts_with(prefix) && text.len() >= 16 && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if kind == PrincipalKind::Aws && is_id("AROA") {
            context.report(&INVALID_ROLE_REFERENCE, &[entry.node], &[text]);
        } else if kind == PrincipalKind::Aws && is_id("AIDA") {
            context.report(&INVALID_USER_REFERENCE, &[entry.node], &[text]);
        }
    }
}

const INVALID_PRINCIPAL_FORMAT: Rule = Rule {
    code: "INVALID_PRINCIPAL_FORMAT",
    kind: FindingType::Error,
    title: "Invalid principal format",
    message: "The Principal element contents are not valid. Specify a key-value pair in the Principal element.",
    about: r#"A principal is an object of kinds and names; the only plain text is `"*"`."#,
    cure: r#"Write the kind before the name, such as `{"AWS": "111122223333"}`."#,
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": "111122223333", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_PRINCIPAL_KEY: Rule = Rule {
    code: "INVALID_PRINCIPAL_KEY",
    kind: FindingType::Error,
    title: "Invalid principal key",
    message: "The principal key {{principal-key}} is not valid.",
    about: "The kinds of principals are AWS, CanonicalUser, Federated and Service.",
    cure: "Take one of the four; names are case-sensitive.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Aws": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const UNSUPPORTED_PRINCIPAL: Rule = Rule {
    code: "UNSUPPORTED_PRINCIPAL",
    kind: FindingType::Error,
    title: "Unsupported principal",
    message: "The policy type {{policy_type}} does not support the Principal element. Remove the Principal element.",
    about: "This kind of policy applies to what it is attached to; it has no principal.",
    cure: "Remove the element.",
    bad: Example::identity(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Rule = Rule {
    code: "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    kind: FindingType::Error,
    title: "Unsupported wildcard in principal",
    message: "Wildcards (*, ?) are not supported with the principal key {{principal_key}}. Replace the wildcard with a valid principal value.",
    about: "A principal is `*` or a whole name; patterns are not supported.",
    cure: "Write the names out, or use a condition on `aws:PrincipalArn`.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app-*"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const FEDERATED_PRINCIPAL_NOT_SUPPORTED: Rule = Rule {
    code: "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
    kind: FindingType::Error,
    title: "Federated principal not supported",
    message: "The policy type does not support a federated identity provider in the principal element. Use a supported principal.",
    about: "Only role trust policies know identity providers as principals.",
    cure: "Name the role that the provider's users assume.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const ALLOW_WITH_NOT_PRINCIPAL: Rule = Rule {
    code: "ALLOW_WITH_NOT_PRINCIPAL",
    kind: FindingType::SecurityWarning,
    title: "Allow with NotPrincipal",
    message: "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.",
    about: "Everyone but those named is allowed, anonymous callers included.",
    cure: "Name the principals in `Principal`.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_ROLE_REFERENCE: Rule = Rule {
    code: "INVALID_ROLE_REFERENCE",
    kind: FindingType::Warning,
    title: "Invalid role reference",
    message: "The Principal element includes the IAM role ID {{roleid}}. We recommend that you use a role ARN instead.",
    about: "AWS replaces the ARN of a deleted role with its unique ID.",
    cure: "Write the ARN of the role.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEEXAMPLE123"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const INVALID_USER_REFERENCE: Rule = Rule {
    code: "INVALID_USER_REFERENCE",
    kind: FindingType::Warning,
    title: "Invalid user reference",
    message: "The Principal element includes the IAM user ID {{userid}}. We recommend that you use a user ARN instead.",
    about: "AWS replaces the ARN of a deleted user with its unique ID.",
    cure: "Write the ARN of the user.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "AIDAEXAMPLEEXAMPLE123"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
