//! Ready-made conditions and statements, put in where the cursor is.

use super::PolicyKind;
use super::ast::Policy;
use super::blocks::{add_statement, set_condition};
use super::diagnostic::Fix;

/// A ready-made piece.
#[derive(Debug, Clone, Copy)]
pub struct Snippet {
    /// A few words.
    pub title: &'static str,
    /// What it does and what to fill in.
    pub about: &'static str,
    /// What it is made of.
    pub piece: Piece,
}

/// What a snippet is made of.
#[derive(Debug, Clone, Copy)]
pub enum Piece {
    /// Conditions of the statement under the cursor: operator, key, value.
    Conditions(&'static [(&'static str, &'static str, &'static str)]),
    /// A statement of its own.
    Statement(&'static str),
}

const fn conditions(
    title: &'static str,
    about: &'static str,
    conditions: &'static [(&'static str, &'static str, &'static str)],
) -> Snippet {
    Snippet { title, about, piece: Piece::Conditions(conditions) }
}

const fn statement(title: &'static str, about: &'static str, json: &'static str) -> Snippet {
    Snippet { title, about, piece: Piece::Statement(json) }
}

const IDENTITY: &[Snippet] = &[
    conditions(
        "Only from these addresses",
        "The request must come from a range of public addresses; calls that a service makes are not affected.",
        &[("IpAddress", "aws:SourceIp", "203.0.113.0/24"), ("Bool", "aws:ViaAWSService", "false")],
    ),
    conditions(
        "Only with MFA",
        "The session must have been opened with a multi-factor device.",
        &[("Bool", "aws:MultiFactorAuthPresent", "true")],
    ),
    conditions(
        "Only with MFA of the last hour",
        "The device must have been used less than 3,600 seconds ago.",
        &[("NumericLessThan", "aws:MultiFactorAuthAge", "3600")],
    ),
    conditions(
        "Only between two times",
        "The statement applies from the first time to the second one.",
        &[
            ("DateGreaterThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"),
            ("DateLessThan", "aws:CurrentTime", "2027-02-01T00:00:00Z"),
        ],
    ),
    conditions(
        "Only resources of one's own team",
        "The resource's tag must be the same as the principal's.",
        &[("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")],
    ),
    conditions(
        "Only with a tag on what is made",
        "The request must set this tag.",
        &[("StringEquals", "aws:RequestTag/team", "${aws:PrincipalTag/team}")],
    ),
    conditions(
        "Only resources of one's own organization",
        "The resource must belong to an account of this organization.",
        &[("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}")],
    ),
    conditions(
        "Only in one Region",
        "The request must go to this Region.",
        &[("StringEquals", "aws:RequestedRegion", "eu-central-1")],
    ),
    statement(
        "Deny all but some Regions",
        "Global services are left out, since their requests go to us-east-1.",
        r#"{"Sid":"DenyOtherRegions","Effect":"Deny","NotAction":["iam:*","organizations:*","route53:*","cloudfront:*","support:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1"]}}}"#,
    ),
    statement(
        "Deny everything without MFA",
        "All but what is needed to sign in with a device, and to set one up.",
        r#"{"Sid":"DenyWithoutMfa","Effect":"Deny","NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","iam:GetUser","iam:ListMFADevices","iam:ListVirtualMFADevices","iam:ResyncMFADevice","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ),
    statement(
        "Deny requests without TLS",
        "Requests that are not encrypted in transit are denied.",
        r#"{"Sid":"DenyWithoutTls","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
    ),
];

const TRUST: &[Snippet] = &[
    conditions(
        "Only for this account's service (confused deputy)",
        "The service must act for a resource of this account.",
        &[("StringEquals", "aws:SourceAccount", "123456789012")],
    ),
    conditions(
        "Only for one resource (confused deputy)",
        "The service must act for this resource.",
        &[("ArnLike", "aws:SourceArn", "arn:aws:sns:eu-central-1:123456789012:topic")],
    ),
    conditions(
        "Only with an external id",
        "The caller must send this external ID; for third parties.",
        &[("StringEquals", "sts:ExternalId", "choose-an-id")],
    ),
    conditions(
        "Only with MFA",
        "The session that assumes the role must have been opened with a multi-factor device.",
        &[("Bool", "aws:MultiFactorAuthPresent", "true")],
    ),
    conditions(
        "Only from one's own organization",
        "The principal's account must belong to this organization.",
        &[("StringEquals", "aws:PrincipalOrgID", "o-exampleorgid")],
    ),
    statement(
        "GitHub Actions of one repository",
        "Fill in the account, the owner, the repository and the branch.",
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:owner/repository:ref:refs/heads/main"}}}"#,
    ),
    statement(
        "Another account",
        "Its administrators decide who of it may assume the role; they must say an external id.",
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"choose-an-id"}}}"#,
    ),
];

const RESOURCE: &[Snippet] = &[
    statement(
        "Deny requests without TLS",
        "Requests that are not encrypted in transit are denied.",
        r#"{"Sid":"DenyWithoutTls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
    ),
    conditions(
        "Only principals of one's own organization",
        "The principal's account must belong to this organization.",
        &[("StringEquals", "aws:PrincipalOrgID", "o-exampleorgid")],
    ),
    conditions(
        "Only for this account's service (confused deputy)",
        "The service must act for a resource of this account.",
        &[("StringEquals", "aws:SourceAccount", "123456789012")],
    ),
    conditions(
        "Only from these addresses",
        "The request must come from a range of public addresses.",
        &[("IpAddress", "aws:SourceIp", "203.0.113.0/24")],
    ),
];

/// The snippets that make sense in a kind of policy.
pub fn of(kind: PolicyKind) -> &'static [Snippet] {
    match kind {
        PolicyKind::Trust => TRUST,
        PolicyKind::Resource | PolicyKind::Rcp | PolicyKind::Vpce => RESOURCE,
        _ => IDENTITY,
    }
}

impl Snippet {
    /// The text with the snippet in it; conditions go to the statement around the offset, or to the last one.
    pub fn apply(&self, text: &str, offset: usize) -> Option<String> {
        match self.piece {
            Piece::Statement(json) => {
                let policy = super::read(text);
                let fix = add_statement(&policy, statement_at(&policy, offset), json)?;
                Some(fix.apply(text))
            }
            Piece::Conditions(list) => {
                let mut text = text.to_owned();
                for (operator, key, value) in list {
                    let next = {
                        let policy = super::read(&text);
                        let index = statement_at(&policy, offset)?;
                        one(&policy, index, operator, key, value)?.apply(&text)
                    };
                    text = next;
                }
                Some(text)
            }
        }
    }
}

fn one(policy: &Policy<'_>, index: usize, operator: &str, key: &str, value: &str) -> Option<Fix> {
    set_condition(policy, index, operator, key, &[value.to_owned()])
}

/// The number of the statement around an offset, or of the last one that begins before it.
pub fn statement_at(policy: &Policy<'_>, offset: usize) -> Option<usize> {
    let begun = policy.statements.iter().rev().find(|s| policy.tree.span(s.node).start as usize <= offset);
    begun.or(policy.statements.first()).map(|statement| statement.index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diagnostic::FindingType;
    use crate::policy::validate::{Options, validate};

    const DOCUMENT: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}"#;

    #[test]
    fn every_snippet_leaves_a_policy_without_errors() {
        let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
        let resource = DOCUMENT.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
        for (kind, text) in
            [(PolicyKind::Identity, DOCUMENT), (PolicyKind::Trust, trust), (PolicyKind::Resource, &resource)]
        {
            for snippet in of(kind) {
                let after = snippet.apply(text, text.len() / 2).unwrap();
                let report = validate(&after, &Options { kind: Some(kind), ..Options::default() });
                let errors: Vec<_> = report.findings.iter().filter(|f| f.kind == FindingType::Error).collect();
                assert!(errors.is_empty(), "{}: {errors:?}\n{after}", snippet.title);
            }
        }
    }

    #[test]
    fn conditions_go_to_the_statement_under_the_cursor() {
        let two = DOCUMENT.replace("}]}", "}, {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}");
        let mfa = of(PolicyKind::Identity).iter().find(|s| s.title == "Only with MFA").unwrap();
        let at = two.find("Deny").unwrap();
        let after = mfa.apply(&two, at).unwrap();
        assert!(
            after.ends_with(r#""Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}"#)
        );
    }
}
