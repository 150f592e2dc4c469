//! Analyzers of IAM Access Analyzer, their archive rules, and what is said of their findings.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::AccessAnalyzer;
use crate::base::arn::Arn;
use crate::model::{Account, Analyzer, AnalyzerKind, ArchiveRule, FindingId, FindingStatus};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::settled;

/// The most findings that one call is about.
const MOST: usize = 100;

/// An analyzer that is to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateAnalyzer {
    /// Its name.
    pub name: String,
    /// What it looks for.
    pub kind: AnalyzerKind,
    /// Whether it looks at the whole organization.
    pub is_organization: bool,
    /// After how many days something counts as unused.
    pub age: u32,
}

impl CreateAnalyzer {
    /// What AWS charges for such an analyzer, in a sentence: the list price, which some Regions differ from.
    pub const fn price(kind: AnalyzerKind) -> &'static str {
        match kind {
            AnalyzerKind::External => "External access analyzers are free.",
            AnalyzerKind::Internal => "AWS bills USD 9.00 a month for each resource that it monitors.",
            AnalyzerKind::Unused => "AWS bills USD 0.20 a month for each user and role that it analyzes.",
            AnalyzerKind::Other => "The price of this type is not known.",
        }
    }

    /// The plan.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let known = settled(account.analyzers(), || "the analyzers of this Region".to_owned())?;
        let known = known.map_or(&[][..], Vec::as_slice);
        if known.iter().any(|analyzer| *analyzer.name == *self.name) {
            return Err(PlanError::Exists { kind: "analyzer", name: self.name.clone() });
        }
        let same = |other: &&std::sync::Arc<Analyzer>| {
            (other.kind, other.is_organization) == (self.kind, self.is_organization)
        };
        if let Some(other) = known.iter().find(same).filter(|_| self.kind == AnalyzerKind::External) {
            return Err(PlanError::Refused {
                what: format!("this Region has the analyzer `{}` of that type already, and AWS allows one", other.name),
                hint: "Use that one, or delete it first.",
            });
        }
        let kind = self.kind.written(self.is_organization).unwrap_or_default();
        let configuration =
            (self.kind == AnalyzerKind::Unused).then(|| json!({"unusedAccess": {"unusedAccessAge": self.age}}));
        let call = Call::new(AccessAnalyzer::CreateAnalyzer)
            .with("analyzerName", self.name.as_str())
            .with("type", kind)
            .with_some("configuration", configuration);
        let undo = Call::new(AccessAnalyzer::DeleteAnalyzer).with("analyzerName", self.name.as_str());
        let mut plan = Plan::new(format!("create analyzer {}", self.name));
        let mut step = Step::new(call, Self::price(self.kind)).undo(Inverse::of([undo]));
        if self.kind != AnalyzerKind::External {
            step = step.risk("AWS bills for it until it is deleted");
        }
        plan.push(step);
        Ok(plan.seeing(account))
    }
}

/// The plan that deletes an analyzer with its rules and findings.
pub fn delete_analyzer(account: &Account, arn: &Arn) -> Result<Plan, PlanError> {
    let analyzer = analyzer(account, arn)?;
    let call = Call::new(AccessAnalyzer::DeleteAnalyzer).with("analyzerName", &*analyzer.name);
    let mut plan = Plan::new(format!("delete analyzer {}", analyzer.name));
    let rules: Vec<Value> = analyzer
        .rules
        .known()
        .into_iter()
        .flatten()
        .map(|rule| json!({"ruleName": &*rule.name, "filter": rule.filter}))
        .collect();
    let undo = analyzer.kind.written(analyzer.is_organization).map(|kind| {
        let age = analyzer.age.map(|age| json!({"unusedAccess": {"unusedAccessAge": age}}));
        Call::new(AccessAnalyzer::CreateAnalyzer)
            .with("analyzerName", &*analyzer.name)
            .with("type", kind)
            .with_some("configuration", age)
            .with_some("archiveRules", (!rules.is_empty()).then_some(rules))
    });
    let undo = match undo {
        Some(undo) => Inverse::losing([undo], "which findings were archived by hand"),
        None => Inverse::never("this program does not know its type"),
    };
    plan.push(Step::new(call, "its archive rules and findings are deleted with it").undo(undo));
    Ok(plan.seeing(account))
}

/// The plan that archives findings, or that makes archived ones active again; those that are so already are left out.
pub fn archive_findings(account: &Account, ids: &[FindingId], archive: bool) -> Result<Plan, PlanError> {
    let (from, to) = if archive { (FindingStatus::Active, "ARCHIVED") } else { (FindingStatus::Archived, "ACTIVE") };
    let mut by_analyzer: BTreeMap<&Arn, Vec<&str>> = BTreeMap::new();
    for id in ids {
        let finding = account.finding(id).ok_or_else(|| PlanError::Absent {
            kind: "finding",
            name: id.id.to_string(),
            meant: None,
        })?;
        if finding.status == from {
            by_analyzer.entry(&id.analyzer).or_default().push(&id.id);
        }
    }
    let verb = if archive { "archive" } else { "unarchive" };
    let count: usize = by_analyzer.values().map(Vec::len).sum();
    if count == 0 {
        let state = if archive { "active" } else { "archived" };
        return Err(PlanError::Nothing(format!("none of the selected findings is {state}")));
    }
    let mut plan = Plan::new(format!("{verb} {count} {}", if count == 1 { "finding" } else { "findings" }));
    let back = if archive { "ACTIVE" } else { "ARCHIVED" };
    for (analyzer, ids) in by_analyzer {
        for part in ids.chunks(MOST) {
            let call = |status: &str| {
                Call::new(AccessAnalyzer::UpdateFindings)
                    .with("analyzerArn", analyzer.as_str())
                    .with("status", status)
                    .with("ids", part.to_vec())
            };
            let why = if archive { "the access stays as it is: it is meant to be so" } else { "" };
            plan.push(Step::new(call(to), why).undo(Inverse::of([call(back)])));
        }
    }
    Ok(plan.seeing(account))
}

/// The plan that creates an archive rule, and applies it to the findings that are there where that is wanted.
pub fn create_archive_rule(
    account: &Account,
    arn: &Arn,
    name: &str,
    filter: &Map<String, Value>,
    apply: bool,
) -> Result<Plan, PlanError> {
    let analyzer = analyzer(account, arn)?;
    if analyzer.rules.known().into_iter().flatten().any(|rule| *rule.name == *name) {
        return Err(PlanError::Exists { kind: "archive rule", name: name.to_owned() });
    }
    if filter.is_empty() {
        return Err(PlanError::Refused {
            what: "an archive rule without criteria would archive everything".to_owned(),
            hint: "Give one criterion at least.",
        });
    }
    let mut plan = Plan::new(format!("create archive rule {name} of analyzer {}", analyzer.name));
    let why = "new findings that match are archived";
    plan.push(Step::new(put_rule(analyzer, name, filter), why).undo(Inverse::of([drop_rule(analyzer, name)])));
    if apply {
        let call = Call::new(AccessAnalyzer::ApplyArchiveRule)
            .with("analyzerArn", analyzer.arn.as_str())
            .with("ruleName", name);
        plan.push(Step::new(call, "findings that are there are archived too").undo(Inverse::of([])));
    }
    Ok(plan.seeing(account))
}

/// The plan that deletes an archive rule.
pub fn delete_archive_rule(account: &Account, arn: &Arn, name: &str) -> Result<Plan, PlanError> {
    let analyzer = analyzer(account, arn)?;
    let rules = settled(&analyzer.rules, || format!("the archive rules of analyzer {}", analyzer.name))?;
    let rule: &ArchiveRule = rules
        .into_iter()
        .flatten()
        .find(|rule| *rule.name == *name)
        .ok_or_else(|| PlanError::Absent { kind: "archive rule", name: name.to_owned(), meant: None })?;
    let mut plan = Plan::new(format!("delete archive rule {name} of analyzer {}", analyzer.name));
    let why = "new findings that match stay active; what it archived stays archived";
    plan.push(Step::new(drop_rule(analyzer, name), why).undo(Inverse::of([put_rule(analyzer, name, &rule.filter)])));
    Ok(plan.seeing(account))
}

fn put_rule(analyzer: &Analyzer, name: &str, filter: &Map<String, Value>) -> Call {
    Call::new(AccessAnalyzer::CreateArchiveRule)
        .with("analyzerName", &*analyzer.name)
        .with("ruleName", name)
        .with("filter", filter.clone())
}

fn drop_rule(analyzer: &Analyzer, name: &str) -> Call {
    Call::new(AccessAnalyzer::DeleteArchiveRule).with("analyzerName", &*analyzer.name).with("ruleName", name)
}

fn analyzer<'a>(account: &'a Account, arn: &Arn) -> Result<&'a Analyzer, PlanError> {
    settled(account.analyzers(), || "the analyzers of this Region".to_owned())?;
    let found = account.analyzer(arn).map(AsRef::as_ref);
    found.ok_or_else(|| PlanError::Absent { kind: "analyzer", name: arn.name().to_owned(), meant: None })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Fact, Finding, FindingKind, Seen, Source, Update};

    fn arn() -> Arn {
        Arn::parse("arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/own").unwrap()
    }

    fn id(id: &str) -> FindingId {
        FindingId { analyzer: arn(), id: id.into() }
    }

    fn account() -> Account {
        let seen = Seen::new(Source::List, jiff::Timestamp::UNIX_EPOCH);
        let finding = |name: &str, status| {
            Arc::new(Finding {
                id: id(name),
                kind: FindingKind::External,
                resource: "arn:aws:iam::123456789012:role/a".into(),
                resource_type: "AWS::IAM::Role".into(),
                owner: "123456789012".into(),
                status,
                updated: None,
                error: None,
            })
        };
        let findings = [finding("1", FindingStatus::Active), finding("2", FindingStatus::Archived)];
        let analyzer = Analyzer {
            arn: arn(),
            name: "own".into(),
            kind: AnalyzerKind::External,
            is_organization: false,
            status: "ACTIVE".into(),
            created: None,
            analyzed: None,
            age: None,
            rules: Fact::Known(Vec::new(), seen),
            findings: Fact::Known(Arc::from(findings), seen),
        };
        let mut account = Account::default();
        account.apply(Update::Analyzers(Fact::Known(vec![Arc::new(analyzer)], seen)));
        account
    }

    #[track_caller]
    fn check(plan: Result<Plan, PlanError>, expected: &[&str]) {
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return assert_eq!(vec![error.to_string().as_str()], expected),
        };
        plan.check().unwrap();
        let read = Plan::parse(&plan.to_json().to_string()).unwrap();
        assert_eq!(read.steps, plan.steps, "a plan comes back from its file");
        assert_eq!(plan.steps.iter().map(Step::title).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn only_findings_that_change_are_in_the_plan() {
        check(archive_findings(&account(), &[id("1"), id("2")], true), &["archive finding 1 of analyzer own"]);
        check(archive_findings(&account(), &[id("1"), id("2")], false), &["unarchive finding 2 of analyzer own"]);
        check(
            archive_findings(&account(), &[id("2")], true),
            &["none of the selected findings is active: nothing to do"],
        );
    }

    #[test]
    fn an_analyzer_is_created_once_and_its_price_is_told() {
        let create = |name: &str, kind| CreateAnalyzer { name: name.to_owned(), kind, is_organization: false, age: 90 };
        check(create("own", AnalyzerKind::Unused).plan(&account()), &["there is an analyzer `own` already"]);
        check(
            create("new", AnalyzerKind::External).plan(&account()),
            &["this Region has the analyzer `own` of that type already, and AWS allows one"],
        );
        let plan = create("new", AnalyzerKind::Unused).plan(&account()).unwrap();
        assert_eq!(plan.steps[0].why, "AWS bills USD 0.20 a month for each user and role that it analyzes.");
        assert_eq!(plan.needs(), ["access-analyzer:CreateAnalyzer"]);
        check(Ok(plan), &["create analyzer new"]);
        check(delete_analyzer(&account(), &arn()), &["delete analyzer own"]);
        assert_eq!(delete_analyzer(&account(), &arn()).unwrap().confirmation().unwrap().word, "own");
    }

    #[test]
    fn a_rule_is_created_and_applied() {
        let filter = json!({"resource": {"contains": ["night"]}});
        let filter = filter.as_object().unwrap();
        check(
            create_archive_rule(&account(), &arn(), "night", filter, true),
            &["create archive rule night of analyzer own", "apply archive rule night to the findings of analyzer own"],
        );
        check(
            create_archive_rule(&account(), &arn(), "night", &Map::new(), true),
            &["an archive rule without criteria would archive everything"],
        );
        check(delete_archive_rule(&account(), &arn(), "night"), &["there is no archive rule `night`"]);
    }
}
