//! Who is let in: everyone, or an account that acts for many.

use super::super::{Context, Example, Family, Rule};
use crate::catalog::rules;
use crate::policy::PolicyKind;
use crate::policy::ast::{PrincipalKind, Statement, Text};
use crate::policy::diagnostic::{Edit, FindingType, Fix, Reach};
use crate::policy::edit;

/// Who is let in.
pub const FAMILY: Family =
    Family { name: "Who is let in", rules: &[&PUBLIC_PRINCIPAL, &MISSING_EXTERNAL_ID, &NO_PRINCIPAL], check };

/// Keys that hold a grant to everyone to somebody after all, beside the sensitive ones.
const NARROWING: &[&str] = &[
    "aws:PrincipalArn",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalTag/${TagKey}",
    "aws:ResourceOrgPaths",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgPaths",
    "aws:SourceVpcArn",
    "aws:userid",
    "aws:username",
    "kms:CallerAccount",
    "kms:ViaService",
    "lambda:FunctionUrlAuthType",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "sns:Endpoint",
];

fn check(context: &mut Context<'_, '_>) {
    let policy = context.policy;
    policy.statements.iter().for_each(|statement| forms(context, statement));
    for statement in policy.statements.iter().filter(|statement| statement.allows()) {
        match context.kind {
            PolicyKind::Resource => public(context, statement),
            PolicyKind::Trust => {
                public(context, statement);
                external_id(context, statement);
            }
            _ => {}
        }
    }
}

/// What cannot be a principal, whatever accounts there are.
fn forms(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let principals = statement.principal.iter().chain(&statement.not_principal);
    let values = principals.flat_map(|principal| principal.of_kind(PrincipalKind::Aws));
    // A wrong account is named as such.
    let formless =
        |text: &str| !PrincipalKind::Aws.has_form_of(text) && super::principals::wrong_account(text).is_none();
    for value in values.filter(|value| formless(value.as_str())) {
        context.report(&NO_PRINCIPAL, &[value.node], &[value.as_str()]);
    }
}

fn public(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let Some(principal) = statement.principal.as_ref().filter(|principal| principal.is_everyone()) else { return };
    let narrow = context.keys_of(statement).any(|key| {
        let positive = key.operator().is_some_and(|operator| !operator.base.is_negated() && !operator.if_exists);
        positive && (rules::holds(rules::SENSITIVE, key.name()) || rules::holds(NARROWING, key.name()))
    });
    if !narrow {
        context.report(&PUBLIC_PRINCIPAL, &[principal.node], &[]);
    }
}

/// An account as principal means whoever that account lets; with an external id it acts for one customer only.
fn external_id(context: &mut Context<'_, '_>, statement: &Statement<'_>) {
    let asked = context.keys_of(statement).any(|key| {
        key.is("sts:ExternalId")
            || key.is("aws:PrincipalOrgID")
            || key.is("aws:PrincipalOrgPaths")
            || key.is("aws:PrincipalArn")
    });
    if asked {
        return;
    }
    let accounts: Vec<&Text<'_>> = statement
        .principal
        .iter()
        .flat_map(|p| p.of_kind(PrincipalKind::Aws))
        .filter(|text| is_foreign(context, text))
        .collect();
    for account in accounts {
        context.report(&MISSING_EXTERNAL_ID, &[account.node], &[account.as_str()]);
        if statement.condition.is_none() {
            let member = "\"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"choose-one\"}}";
            let edit: Edit = edit::last_member(&context.policy.tree, statement.node, member);
            context.fix(Fix::new("Add a condition on `sts:ExternalId`", vec![edit]).within(Reach::Kind));
        }
    }
}

/// Whether a principal is a whole account that is not known to be one's own.
fn is_foreign(context: &Context<'_, '_>, principal: &Text<'_>) -> bool {
    let text = principal.as_str();
    let is_number = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let account = if is_number { Some(text) } else { text.strip_suffix(":root").and_then(|arn| arn.split(':').nth(4)) };
    account.is_some_and(|account| context.account != Some(account))
}

const PUBLIC_PRINCIPAL: Rule = Rule {
    code: "public-principal",
    kind: FindingType::SecurityWarning,
    title: "Open to everyone",
    message: "The statement lets in everyone, and no condition narrows it to an account, an organization or a network.",
    about: "`*` as principal is every AWS account, and for most resources everyone without one too.",
    cure: "Name the principals, or add a condition on `aws:PrincipalOrgID`, `aws:SourceAccount` or `aws:SourceVpce`.",
    bad: Example::resource(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}"#,
    ),
};

const MISSING_EXTERNAL_ID: Rule = Rule {
    code: "missing-external-id",
    kind: FindingType::Suggestion,
    title: "Account without an external id",
    message: "The account {{principal}} may assume the role for anyone it serves. If it is not yours, ask for an external id.",
    about: "An account that serves many customers can be led to use one customer's role for another: the confused deputy.",
    cure: "Add a condition on `sts:ExternalId` with a value that the other side gives you.",
    bad: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}"#,
    ),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "7f3c"}}}"#,
    ),
};

const NO_PRINCIPAL: Rule = Rule {
    code: "no-principal",
    kind: FindingType::Error,
    title: "Not a principal",
    message: "`{{principal}}` is no principal: AWS refuses the policy when it is saved.",
    about: "An AWS principal is an account id, the ARN of an account, user, role or session, or `*`. A name alone is none.",
    cure: "Write the whole ARN, such as `arn:aws:iam::111122223333:user/alice`.",
    bad: Example::trust(r#"{"Effect": "Allow", "Principal": {"AWS": "user/alice"}, "Action": "sts:AssumeRole"}"#),
    good: Example::trust(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "Action": "sts:AssumeRole"}"#,
    ),
};
