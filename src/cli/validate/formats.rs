//! Findings for code scanning, test reports and the annotations of GitHub.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Checked;
use crate::base::text::visible;
use crate::policy::checks;
use crate::policy::diagnostic::{Finding, FindingType};
use crate::policy::lines::{LineIndex, Position};

/// The place of a finding.
pub fn place(index: &LineIndex<'_>, finding: &Finding) -> (Position, Position) {
    index.positions(finding.locations.first().map(|location| location.span).unwrap_or_default())
}

/// The findings as SARIF 2.1.0.
pub fn sarif(checked: &[Checked]) -> Value {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    let mut results = Vec::new();
    for one in checked {
        let index = LineIndex::new(&one.text);
        for finding in &one.report.findings {
            let link = checks::rule(finding.code).map(checks::Rule::learn_more).unwrap_or_default();
            rules.entry(finding.code).or_insert_with(|| {
                let mut rule = json!({"id": finding.code, "defaultConfiguration": {"level": level(finding.kind)}});
                if link.starts_with("https://") {
                    rule["helpUri"] = link.into();
                }
                rule
            });
            let (start, end) = place(&index, finding);
            results.push(json!({
                "ruleId": finding.code,
                "level": level(finding.kind),
                "message": {"text": finding.details},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": one.file},
                    "region": {"startLine": start.line, "startColumn": start.column + 1,
                               "endLine": end.line, "endColumn": end.column + 1},
                }}],
            }));
        }
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "iamtui", "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>()}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(kind: FindingType) -> &'static str {
    match kind {
        FindingType::Error => "error",
        FindingType::SecurityWarning | FindingType::Warning => "warning",
        FindingType::Suggestion => "note",
    }
}

/// The findings as the XML of `JUnit`: a suite for each policy, a failed case for each finding.
pub fn junit(checked: &[Checked]) -> String {
    let safe = crate::insight::report::html::safe;
    let (mut suites, mut all) = (String::new(), 0);
    for one in checked {
        let index = LineIndex::new(&one.text);
        let count = one.report.findings.len();
        all += count;
        let cases = count.max(1);
        let file = safe(&one.file);
        let _ = writeln!(suites, "  <testsuite name=\"{file}\" tests=\"{cases}\" failures=\"{count}\">");
        if count == 0 {
            let _ = writeln!(suites, "    <testcase name=\"valid\" classname=\"{file}\"/>");
        }
        for finding in &one.report.findings {
            let line = place(&index, finding).0.line;
            let _ = writeln!(
                suites,
                "    <testcase name=\"{} line {line}\" classname=\"{file}\"><failure type=\"{}\" message=\"{}\"/></testcase>",
                finding.code,
                finding.kind.name(),
                safe(&finding.details),
            );
        }
        suites.push_str("  </testsuite>\n");
    }
    let tests: usize = checked.iter().map(|one| one.report.findings.len().max(1)).sum();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"iamtui validate\" tests=\"{tests}\" failures=\"{all}\">\n{suites}</testsuites>\n"
    )
}

/// One annotation a line, as a workflow of GitHub writes them to its log.
pub fn github(one: &Checked) -> Vec<String> {
    let index = LineIndex::new(&one.text);
    let message = |text: &str| visible(text).replace('%', "%25");
    let property = |text: &str| message(text).replace(':', "%3A").replace(',', "%2C");
    let line = |finding: &Finding| {
        let (start, end) = place(&index, finding);
        let command = match finding.kind {
            FindingType::Error => "error",
            FindingType::SecurityWarning | FindingType::Warning => "warning",
            FindingType::Suggestion => "notice",
        };
        format!(
            "::{command} file={},line={},endLine={},col={},title={}::{}",
            property(&one.file),
            start.line,
            end.line,
            start.column + 1,
            property(finding.code),
            message(&finding.details)
        )
    };
    one.report.findings.iter().map(line).collect()
}
