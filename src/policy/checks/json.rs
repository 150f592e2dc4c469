//! The text as JSON: whether the text is JSON at all; as long as it is not, nothing else is checked.

use super::{Context, Example, Family, Rule};
use crate::policy::diagnostic::FindingType;
use crate::policy::lines::LineIndex;
use crate::policy::repair::repair;

/// The text as JSON.
pub const FAMILY: Family = Family { name: "The text as JSON", rules: &[&JSON_SYNTAX_ERROR], check };

/// Says the first error only: the ones behind it mostly follow from it.
fn check(context: &mut Context<'_, '_>) {
    let tree = &context.policy.tree;
    let Some(error) = tree.errors().first() else { return };
    let position = LineIndex::new(tree.text()).position(error.span.start as usize);
    let parts = [position.offset.to_string(), position.line.to_string(), position.column.to_string()];
    context.report_whole(&JSON_SYNTAX_ERROR, &[&parts[0], &parts[1], &parts[2]]);
    let Some(finding) = context.findings.last_mut() else { return };
    finding.fix = repair(tree);
    if let Some(location) = finding.locations.first_mut() {
        location.span = error.span;
    }
}

const JSON_SYNTAX_ERROR: Rule = Rule {
    code: "JSON_SYNTAX_ERROR",
    kind: FindingType::Error,
    title: "Json syntax error",
    message: "Fix the JSON syntax error at index {{index}} line {{line}} column {{column}}.",
    about: "The text is not JSON, so nothing of it can be read as a policy.",
    cure: "Look at the place that is named: mostly a comma, a quote or a closing bracket is missing.",
    bad: Example::document(r#"{"Version": "2012-10-17", "Statement": [}"#),
    good: Example::document(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::amzn-bucket/*"}]}"#,
    ),
};
