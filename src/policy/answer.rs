//! Findings in the words of the `ValidatePolicy` API.
//!
//! Source: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html>

use serde_json::{Value, json};

use super::PolicyKind;
use super::checks;
use super::diagnostic::{Finding, FindingType, Location};
use super::lines::{LineIndex, Position};
use super::syntax::PathItem;
use super::validate::{Options, validate};

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

/// The type that the API knows a kind of policy by, and the type of the resource where it goes with one.
///
/// What caps an identity is checked as what grants to one. A policy of a VPC endpoint has no type there.
pub fn policy_type(kind: PolicyKind) -> Option<(&'static str, Option<&'static str>)> {
    match kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => Some(("IDENTITY_POLICY", None)),
        PolicyKind::Resource => Some(("RESOURCE_POLICY", None)),
        PolicyKind::Trust => Some(("RESOURCE_POLICY", Some("AWS::IAM::AssumeRolePolicyDocument"))),
        PolicyKind::Scp => Some(("SERVICE_CONTROL_POLICY", None)),
        PolicyKind::Rcp => Some(("RESOURCE_CONTROL_POLICY", None)),
        PolicyKind::Vpce => None,
    }
}

/// A finding as the API gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// How much it matters.
    pub kind: FindingType,
    /// The issue code, which may be newer than our table.
    pub code: String,
    /// The message.
    pub details: String,
    /// Where the first of its places begins: line from 1, column from 0, in characters.
    pub place: (usize, usize),
    /// The paths of its places.
    paths: Vec<Value>,
}

impl Reported {
    /// Reads a finding; none where it has no shape that is known.
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str();
        let locations = value.get("locations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let start = locations.first().and_then(|place| place.pointer("/span/start"));
        let number = |name: &str| start?.get(name)?.as_u64().and_then(|number| usize::try_from(number).ok());
        Some(Self {
            kind: FindingType::ALL.into_iter().find(|kind| text("findingType") == Some(kind.name()))?,
            code: text("issueCode")?.to_owned(),
            details: text("findingDetails").unwrap_or_default().to_owned(),
            place: (number("line").unwrap_or(1), number("column").unwrap_or(0)),
            paths: locations.iter().map(|place| place.get("path").cloned().unwrap_or_default()).collect(),
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        self.code == other.code && self.paths == other.paths
    }
}

/// The service's findings on a text beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// How many both have, in the same words.
    pub agreed: usize,
    /// What both have in other words or with another type: the service's, then ours.
    pub otherwise: Vec<(Reported, Reported)>,
    /// What only the service has.
    pub only_theirs: Vec<Reported>,
    /// What only we have.
    pub only_ours: Vec<Reported>,
}

impl Comparison {
    /// Whether there is no difference at all.
    pub fn is_equal(&self) -> bool {
        self.otherwise.is_empty() && self.only_theirs.is_empty() && self.only_ours.is_empty()
    }
}

/// Compares what the API said of a text with what our checks for AWS's codes say.
pub fn compare(text: &str, kind: PolicyKind, account: Option<String>, theirs: &[Value]) -> Comparison {
    // A cap is asked about as what it caps, so that is what ours is.
    let kind = if kind.is_identity_based() { PolicyKind::Identity } else { kind };
    let options = Options { kind: Some(kind), account, aws_only: true, ..Options::default() };
    let mut ours: Vec<Reported> =
        findings(text, &validate(text, &options).findings).iter().filter_map(Reported::read).collect();
    let mut found = Comparison::default();
    for their in theirs.iter().filter_map(Reported::read) {
        let same =
            |exact: bool| ours.iter().position(|own| own.is_same(&their) && (!exact || own.details == their.details));
        let Some(at) = same(true).or_else(|| same(false)) else {
            found.only_theirs.push(their);
            continue;
        };
        let own = ours.remove(at);
        if own.details == their.details && own.kind == their.kind {
            found.agreed += 1;
        } else {
            found.otherwise.push((their, own));
        }
    }
    found.only_ours = ours;
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Alow", "Action": "s3:Nope", "Resource": "*"}}"#;

    fn ours() -> Vec<Value> {
        let options = Options { kind: Some(PolicyKind::Identity), aws_only: true, ..Options::default() };
        findings(TEXT, &validate(TEXT, &options).findings)
    }

    fn compared(theirs: &[Value]) -> Comparison {
        compare(TEXT, PolicyKind::Boundary, None, theirs)
    }

    #[test]
    fn the_same_findings_are_no_difference() {
        let found = compared(&ours());
        assert!(found.is_equal() && found.agreed == ours().len() && found.agreed >= 2, "{found:?}");
    }

    #[test]
    fn what_only_one_side_has_and_what_is_told_otherwise_are_apart() {
        let mut theirs = ours();
        let gone = theirs.remove(0);
        theirs[0]["findingDetails"] = "Other words.".into();
        theirs.push(json!({"findingType": "WARNING", "issueCode": "NEWER_THAN_US", "findingDetails": "x",
            "locations": [{"path": [], "span": {"start": {"line": 3, "column": 4, "offset": 9}}}]}));
        theirs.push(json!({"shape": "unknown"}));
        let found = compared(&theirs);
        assert_eq!(found.only_ours.iter().map(|own| own.code.as_str()).collect::<Vec<_>>(), [&gone["issueCode"]]);
        assert_eq!(found.only_theirs.iter().map(|own| own.code.as_str()).collect::<Vec<_>>(), ["NEWER_THAN_US"]);
        assert_eq!(found.only_theirs[0].place, (3, 4));
        assert_eq!((found.otherwise.len(), found.agreed), (1, ours().len() - 2));
    }

    #[test]
    fn every_kind_but_that_of_an_endpoint_has_a_type() {
        for (name, kind) in PolicyKind::ALL {
            assert_eq!(policy_type(kind).is_none(), name == "vpce");
        }
    }
}
