//! Statement ids: the names that statements may have.

use std::collections::HashSet;

use super::context::quoted;
use super::{Context, Example, Family, Rule};
use crate::policy::PolicyKind;
use crate::policy::ast::Text;
use crate::policy::diagnostic::{Edit, FindingType, Fix, Reach};

/// Statement ids.
pub const FAMILY: Family = Family {
    name: "Statement ids",
    rules: &[&UNIQUE_SIDS_REQUIRED, &UNIQUE_SIDS_RECOMMENDED, &UNSUPPORTED_SID, &EMPTY_SID_VALUE],
    check,
};

fn check(context: &mut Context<'_, '_>) {
    let of_iam = !matches!(context.kind, PolicyKind::Resource | PolicyKind::Vpce);
    let sids: Vec<&Text<'_>> = context.policy.statements.iter().filter_map(|s| s.sid.as_ref()).collect();
    for sid in &sids {
        if sid.value.is_empty() {
            context.report(&EMPTY_SID_VALUE, &[sid.node], &[]);
            context.fix_remove("Remove the empty id", &[sid.node]);
            context.fix_within(Reach::Anywhere);
        } else if of_iam && !sid.value.bytes().all(|b| b.is_ascii_alphanumeric()) {
            context.report(&UNSUPPORTED_SID, &[sid.node], &[]);
            let kept: String = sid.value.chars().filter(char::is_ascii_alphanumeric).collect();
            context.fix_string(sid.node, &kept);
            context.fix_within(Reach::Anywhere);
        }
    }
    let taken: HashSet<&str> = sids.iter().map(|sid| sid.as_str()).collect();
    let mut sorted = sids;
    sorted.retain(|sid| !sid.value.is_empty());
    sorted.sort_by(|a, b| a.value.cmp(&b.value).then(a.node.cmp(&b.node)));
    let rule = if of_iam { &UNIQUE_SIDS_REQUIRED } else { &UNIQUE_SIDS_RECOMMENDED };
    for same in sorted.chunk_by(|a, b| a.value == b.value).filter(|same| same.len() > 1) {
        let nodes: Vec<_> = same.iter().map(|sid| sid.node).collect();
        context.report(rule, &nodes, &[]);
        context.fix(numbered(same, &taken));
    }
}

/// Puts numbers behind the later ones of the same ids, so that none is like another.
fn numbered(same: &[&Text<'_>], taken: &HashSet<&str>) -> Fix {
    let mut number = 1;
    let later = same.iter().skip(1).map(|sid| {
        let mut name;
        loop {
            number += 1;
            name = format!("{}{number}", sid.as_str());
            if !taken.contains(name.as_str()) {
                break;
            }
        }
        Edit { span: sid.span, text: quoted(&name) }
    });
    Fix::new("Number the later ids", later.collect())
}

const UNIQUE_SIDS_REQUIRED: Rule = Rule {
    code: "UNIQUE_SIDS_REQUIRED",
    kind: FindingType::Error,
    title: "Unique Sids required",
    message: "Duplicate statement IDs are not supported for this policy type. Update the Sid value.",
    about: "IAM wants statement ids that are unique within the policy.",
    cure: "Rename or remove the later ids.",
    bad: Example::identity(
        r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, {"Sid": "A", "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}"#,
    ),
    good: Example::identity(
        r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, {"Sid": "B", "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}"#,
    ),
};

const UNIQUE_SIDS_RECOMMENDED: Rule = Rule {
    code: "UNIQUE_SIDS_RECOMMENDED",
    kind: FindingType::Warning,
    title: "Unique Sids recommended",
    message: "We recommend that you use statement IDs that are unique to your policy. Update the Sid value.",
    about: "The service accepts statements with the same ID, but they cannot be told apart.",
    cure: "Rename or remove the later ids.",
    bad: Example::resource(
        r#"{"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}, {"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
    good: Example::resource(
        r#"{"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};

const UNSUPPORTED_SID: Rule = Rule {
    code: "UNSUPPORTED_SID",
    kind: FindingType::Error,
    title: "Unsupported Sid",
    message: "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]",
    about: "IAM takes only ASCII letters and digits in statement ids.",
    cure: "Remove blanks, dashes and other characters.",
    bad: Example::identity(r#"{"Sid": "read only", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(r#"{"Sid": "ReadOnly", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
};

const EMPTY_SID_VALUE: Rule = Rule {
    code: "EMPTY_SID_VALUE",
    kind: FindingType::Suggestion,
    title: "Empty Sid value",
    message: "Add a value to the empty string in the Sid element.",
    about: "An empty id names nothing.",
    cure: "Write an id or remove the element.",
    bad: Example::identity(r#"{"Sid": "", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#),
    good: Example::identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}"#,
    ),
};
