//! Findings in the words of the `ValidatePolicy` API.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html>

use serde_json::{Value, json};

use super::checks;
use super::diagnostic::{Finding, Location};
use super::lines::{LineIndex, Position};
use super::syntax::PathItem;

/// The findings on a text as the API gives them.
pub fn findings(text: &str, findings: &[Finding]) -> Vec<Value> {
    if findings.is_empty() {
        return Vec::new();
    }
    let index = LineIndex::new(text);
    let one = |finding: &Finding| {
        let link = checks::rule(finding.code).map(checks::Rule::learn_more).unwrap_or_default();
        let locations: Vec<Value> = finding.locations.iter().map(|place| location(&index, place)).collect();
        json!({
            "findingType": finding.kind.name(),
            "issueCode": finding.code,
            "findingDetails": finding.details,
            "learnMoreLink": link,
            "locations": locations,
        })
    };
    findings.iter().map(one).collect()
}

fn location(index: &LineIndex<'_>, place: &Location) -> Value {
    let (start, end) = index.positions(place.span);
    let path: Vec<Value> = place.path.iter().map(path_item).collect();
    json!({"path": path, "span": {"start": position(start), "end": position(end)}})
}

fn path_item(item: &PathItem) -> Value {
    match item {
        PathItem::Value(name) => json!({"value": name}),
        PathItem::Index(number) => json!({"index": number}),
        PathItem::Key(name) => json!({"key": name}),
        PathItem::Substring(start, length) => json!({"substring": {"start": start, "length": length}}),
    }
}

fn position(place: Position) -> Value {
    json!({"line": place.line, "column": place.column, "offset": place.offset})
}
