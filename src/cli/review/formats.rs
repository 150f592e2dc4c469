//! A review for other programs and as a document.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::insight::report::html::{self, safe};
use crate::insight::report::markdown::plain;
use crate::insight::review::{ALL, Check, Found, Review, Severity};

/// The review as SARIF 2.1.0.
pub fn sarif(review: &Review) -> Value {
    let rule = |check: &&Check| {
        json!({
            "id": check.id,
            "shortDescription": {"text": check.title},
            "fullDescription": {"text": check.why},
            "help": {"text": check.fix},
            "properties": {"tags": check.references, "security-severity": score(check.severity)},
            "defaultConfiguration": {"level": level(check.severity)},
        })
    };
    let result = |one: &Found| {
        json!({
            "ruleId": one.check.id,
            "level": level(one.check.severity),
            "message": {"text": format!("{} {}", one.finding.resource, one.finding.evidence)},
            "locations": [{
                "logicalLocations": [{"fullyQualifiedName": one.finding.resource, "kind": "resource"}],
            }],
            "partialFingerprints": {"finding/v1": format!("{}|{}", one.check.id, one.finding.resource)},
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "iamtui",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ALL.iter().map(rule).collect::<Vec<_>>(),
            }},
            "results": review.findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// How code scanning orders findings, from 0 to 10.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}

/// The findings of each check, the worst first.
fn by_check(review: &Review) -> Vec<(&'static Check, Vec<&Found>)> {
    let mut groups: Vec<(&'static Check, Vec<&Found>)> = Vec::new();
    for one in &review.findings {
        match groups.last_mut() {
            Some((check, list)) if check.id == one.check.id => list.push(one),
            _ => groups.push((one.check, vec![one])),
        }
    }
    groups
}

/// The review as Markdown.
pub fn markdown(review: &Review) -> String {
    let mut out = format!("# Security review\n\nScore: {}\n", scored(review));
    for (check, list) in by_check(review) {
        let _ = write!(out, "\n## {} ({})\n\n", check.title, check.severity.word());
        let _ = write!(out, "{} {}\n\n", check.why, check.fix);
        for one in list {
            let _ = writeln!(out, "- {} {}", plain(&one.finding.resource), plain(&one.finding.evidence));
        }
        let _ = write!(out, "\nReferences: {}\n", check.references.join(", "));
    }
    let _ = write!(out, "\n## Passed\n\n");
    for id in &review.passed {
        let _ = writeln!(out, "- {id}");
    }
    let _ = write!(out, "\n## Not checked\n\n");
    for (id, reason) in &review.not_checked {
        let _ = writeln!(out, "- {id}: {}", plain(reason));
    }
    out
}

/// The score in words.
fn scored(review: &Review) -> String {
    review.score.map_or_else(|| "none, policies were not read".to_owned(), |score| format!("{score} of 100"))
}

/// The review as a page of its own.
pub fn page(review: &Review) -> String {
    let mut out = format!("<p>Score: {}</p>\n", scored(review));
    for (check, list) in by_check(review) {
        let word = check.severity.word();
        let _ = writeln!(out, "<h2>{} <small class=\"{word}\">{word}</small></h2>", safe(check.title));
        let _ = writeln!(out, "<p>{} {}</p>\n<ul>", safe(check.why), safe(check.fix));
        for one in list {
            let _ =
                writeln!(out, "<li><code>{}</code> {}</li>", safe(&one.finding.resource), safe(&one.finding.evidence));
        }
        let _ = writeln!(out, "</ul>\n<p><small>{}</small></p>", safe(&check.references.join(", ")));
    }
    let _ = writeln!(out, "<h2>Passed</h2>\n<p>{}</p>\n<h2>Not checked</h2>\n<ul>", safe(&review.passed.join(", ")));
    for (id, reason) in &review.not_checked {
        let _ = writeln!(out, "<li>{}: {}</li>", safe(id), safe(reason));
    }
    out.push_str("</ul>\n");
    html::around("Security review", "", &out)
}
