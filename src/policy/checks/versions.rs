//! The version of the language: `Version` names the version of the policy language, not of the policy.

use super::{Context, Example, Family, Rule};
use crate::policy::diagnostic::{FindingType, Fix, Reach};
use crate::policy::edit;
use crate::policy::syntax::NodeKind;

/// The version of the language.
pub const FAMILY: Family =
    Family { name: "The version of the language", rules: &[&INVALID_VERSION, &MISSING_VERSION], check };

fn check(context: &mut Context<'_, '_>) {
    let tree = &context.policy.tree;
    match &context.policy.version {
        Some(version) if !matches!(version.as_str(), "2012-10-17" | "2008-10-17") => {
            context.report(&INVALID_VERSION, &[version.node], &[version.as_str(), "2012-10-17, 2008-10-17"]);
            context.fix_string(version.node, "2012-10-17");
            context.fix_within(Reach::Anywhere);
        }
        None if tree.kind(tree.root()) == NodeKind::Object && tree.get(tree.root(), "Version").is_none() => {
            context.report_whole(&MISSING_VERSION, &[]);
            let edit = edit::first_member(tree, tree.root(), "\"Version\": \"2012-10-17\"");
            // Variables are plain text in the older version.
            let reach = if tree.text().contains("${") { Reach::Kind } else { Reach::Anywhere };
            context.fix(Fix::new("Add `\"Version\": \"2012-10-17\"`", vec![edit]).within(reach));
        }
        _ => {}
    }
}

const INVALID_VERSION: Rule = Rule {
    code: "INVALID_VERSION",
    kind: FindingType::Error,
    title: "Invalid version",
    message: "The version {{version}} is not valid. Use one of the following versions: {{versions}}",
    about: "There are two versions of the language; a date of your own is not one.",
    cure: "Write `2012-10-17`.",
    bad: Example::document(
        r#"{"Version": "2026-01-01", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
    good: Example::document(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
};

const MISSING_VERSION: Rule = Rule {
    code: "MISSING_VERSION",
    kind: FindingType::Warning,
    title: "Missing version",
    message: "We recommend that you specify the Version element to help you with debugging permission issues.",
    about: "Without `Version` the policy is read as `2008-10-17`, in which variables are plain text.",
    cure: r#"Add `"Version": "2012-10-17"` as the first element."#,
    bad: Example::document(
        r#"{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
    good: Example::document(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
};
