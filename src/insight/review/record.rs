//! What is kept of a review: its score and what it found, to be compared with the next one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ALL, Check, Review, Severity};

/// How a reference to AWS's page of best practices begins.
const PRACTICE: &str = "AWS best practice: ";

/// A review as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// When it was made.
    pub at: Timestamp,
    /// Its score.
    pub score: Option<u32>,
    /// What was found: the check, and what it is about.
    pub findings: BTreeSet<(Box<str>, Box<str>)>,
    /// The checks that were not made.
    pub not_checked: BTreeSet<Box<str>>,
    /// The worst of what was found of each resource.
    marks: BTreeMap<Box<str>, Severity>,
}

/// What is not as it was at the time of another review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// What was not found then.
    pub new: Vec<(Box<str>, Box<str>)>,
    /// What was found then only.
    pub settled: Vec<(Box<str>, Box<str>)>,
}

fn check(id: &str) -> Option<&'static Check> {
    ALL.iter().find(|check| check.id == id).copied()
}

impl Record {
    /// What is kept of a review.
    pub fn of(review: &Review, at: Timestamp) -> Self {
        let findings = review.findings.iter();
        let findings = findings.map(|one| (one.check.id.into(), one.finding.resource.as_str().into()));
        let not_checked = review.not_checked.iter().map(|(id, _)| (*id).into());
        Self::new(at, review.score, findings.collect(), not_checked.collect())
    }

    fn new(
        at: Timestamp,
        score: Option<u32>,
        findings: BTreeSet<(Box<str>, Box<str>)>,
        not_checked: BTreeSet<Box<str>>,
    ) -> Self {
        let mut marks: BTreeMap<Box<str>, Severity> = BTreeMap::new();
        for (id, resource) in &findings {
            let Some(severity) = check(id).map(|check| check.severity) else { continue };
            let worst = marks.entry(resource.clone()).or_insert(severity);
            *worst = severity.max(*worst);
        }
        Self { at, score, findings, not_checked, marks }
    }

    /// The worst of what was found of a user, group, role or policy; what is good to know is no mark.
    pub fn mark(&self, arn: &str) -> Option<Severity> {
        self.marks.get(arn).copied().filter(|severity| *severity > Severity::Low)
    }

    /// How many findings there are of each severity, the worst first; none of those of which there are none.
    pub fn counts(&self) -> Vec<(Severity, usize)> {
        let count = |severity: Severity| {
            let of = |(id, _): &&(Box<str>, Box<str>)| check(id).is_some_and(|check| check.severity == severity);
            (severity, self.findings.iter().filter(of).count())
        };
        let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        all.map(count).into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// The headings of AWS's page of best practices that the checks stand for, each with its findings; none where it was
    /// not checked.
    pub fn practices(&self) -> Vec<(&'static str, Option<usize>)> {
        let mut all: BTreeMap<&'static str, Option<usize>> = BTreeMap::new();
        for check in ALL {
            let found = self.findings.iter().filter(|(id, _)| **id == *check.id).count();
            let is_checked = !self.not_checked.contains(check.id);
            for heading in check.references.iter().filter_map(|reference| reference.strip_prefix(PRACTICE)) {
                let known = all.entry(heading).or_default();
                if is_checked {
                    *known = Some(known.unwrap_or_default() + found);
                }
            }
        }
        all.into_iter().collect()
    }

    /// What is not as it was at an earlier review. What was not checked at one of the two times did not change.
    pub fn since(&self, before: &Self) -> Changes {
        let only = |one: &Self, other: &Self| {
            let new = one.findings.difference(&other.findings).filter(|(id, _)| !other.not_checked.contains(id));
            new.cloned().collect()
        };
        Changes { new: only(self, before), settled: only(before, self) }
    }

    /// The record for a file.
    pub fn to_json(&self) -> Value {
        json!({"at": self.at.to_string(), "score": self.score,
               "findings": self.findings.iter().map(|(check, resource)| json!([check, resource])).collect::<Vec<_>>(),
               "not_checked": self.not_checked})
    }

    /// Reads a record; none where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let finding = |one: &Value| Some((one.get(0)?.as_str()?.into(), one.get(1)?.as_str()?.into()));
        let findings = value.get("findings")?.as_array()?.iter().map(finding).collect::<Option<_>>()?;
        let not_checked = value.get("not_checked")?.as_array()?.iter().filter_map(Value::as_str).map(Into::into);
        let score = match value.get("score")? {
            Value::Null => None,
            score => Some(u32::try_from(score.as_u64()?).ok().filter(|score| *score <= 100)?),
        };
        Some(Self::new(value.get("at")?.as_str()?.parse().ok()?, score, findings, not_checked.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::Access;
    use crate::insight::fixture::lab;
    use crate::insight::review::review;

    fn record() -> Record {
        let at = "2026-11-30T12:00:00Z".parse().unwrap();
        Record::of(&review(&Access::new(&lab()), at).unwrap(), at)
    }

    #[test]
    fn a_record_is_read_as_it_was_kept() {
        let record = record();
        assert_eq!(Record::from_json(&record.to_json()), Some(record.clone()));
        for (name, damaged) in [("score", json!(400)), ("at", json!("yesterday")), ("findings", json!([["root-mfa"]]))]
        {
            let mut value = record.to_json();
            value[name] = damaged;
            assert_eq!(Record::from_json(&value), None, "{name}");
        }
        assert_eq!(record.mark("arn:aws:iam::123456789012:role/deploy"), Some(Severity::Critical));
        assert_eq!(record.mark("arn:aws:iam::123456789012:user/nobody"), None);
    }

    #[test]
    fn what_is_new_and_what_is_settled_is_told() {
        let before = record();
        let mut now = before.clone();
        let gone = now.findings.pop_first().unwrap();
        now.findings.insert(("two-active-keys".into(), "user".into()));
        let changes = now.since(&before);
        assert_eq!(changes.settled, [gone]);
        // That check could not be made then: it tells of no change.
        assert_eq!(changes.new.len(), usize::from(!before.not_checked.contains("two-active-keys")));
    }

    #[test]
    fn each_heading_of_the_best_practices_has_its_findings() {
        let practices = record().practices();
        let least = practices.iter().find(|(heading, _)| *heading == "Apply least-privilege permissions").unwrap();
        assert!(least.1.is_some_and(|found| found > 0), "{practices:?}");
        let mfa = practices.iter().find(|(heading, _)| heading.starts_with("Require multi-factor")).unwrap();
        assert_eq!(mfa.1, None, "nothing of it could be checked without the credential report");
    }
}
