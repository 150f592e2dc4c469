//! The text as JSON: whether the text is JSON at all; as long as it is not, nothing else is checked.

use super::{Context, Example, Family, Rule};
use crate::policy::diagnostic::FindingType;
use crate::policy::lines::LineIndex;
use crate::policy::repair::repair;
use crate::policy::syntax::Span;

/// The text as JSON.
pub const FAMILY: Family = Family { name: "The text as JSON", rules: &[&JSON_SYNTAX_ERROR], check };

/// Says the first error only: the ones behind it mostly follow from it.
///
/// The place is that of the cure where there is one, else where a reader of JSON cannot go on: a bracket that is
/// missing at the end is not an error of the bracket that begins the text, although only that one is left without its
/// other half.
fn check(context: &mut Context<'_, '_>) {
    let tree = &context.policy.tree;
    let Some(error) = tree.errors().first() else { return };
    let fix = repair(tree);
    let place = fix
        .as_ref()
        .and_then(|fix| fix.edits.first())
        .map_or_else(|| stop(tree.text()).unwrap_or(error.span), |edit| seen(tree.text(), edit.span));
    let position = LineIndex::new(tree.text()).position(place.start as usize);
    let parts = [position.offset.to_string(), position.line.to_string(), position.column.to_string()];
    context.report_whole(&JSON_SYNTAX_ERROR, &[&parts[0], &parts[1], &parts[2]]);
    let Some(finding) = context.findings.last_mut() else { return };
    finding.fix = fix;
    if let Some(location) = finding.locations.first_mut() {
        location.span = place;
    }
}

/// The character at which a reader of JSON cannot go on; the last one where the text ends too early.
fn stop(text: &str) -> Option<Span> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let line = text.split_inclusive('\n').take(error.line().checked_sub(1)?).map(str::len).sum::<usize>();
    let near = (line + error.column().saturating_sub(1)).min(text.trim_end().len().checked_sub(1)?);
    let start = (0..=near).rev().find(|at| text.is_char_boundary(*at))?;
    let end = start + text.get(start..)?.chars().next()?.len_utf8();
    Some(Span::new(start, end))
}

/// The place of an edit, with the character before it where something is to be inserted: there is what one sees.
fn seen(text: &str, span: Span) -> Span {
    let start = span.start as usize;
    let before = text.get(..start).and_then(|before| before.chars().next_back()).filter(|_| span.is_empty());
    before.map_or(span, |ch| Span::new(start - ch.len_utf8(), start))
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
