//! The analyzers of IAM Access Analyzer in the session's Region, with their archive rules and findings.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::permitted;
use crate::api::AccessAnalyzer;
use crate::backend::run::Run;
use crate::backend::services::access_analyzer::ask;
use crate::base::arn::Arn;
use crate::model::{
    Analyzer, AnalyzerKind, ArchiveRule, ErrorKind, Fact, Finding, FindingDetail, FindingId, FindingKind,
    FindingStatus, LoadError, Source, Update,
};

pub(super) async fn analyzers(run: &Run) -> Result<(), LoadError> {
    let mut found = rows(run, AccessAnalyzer::ListAnalyzers, "analyzers", json!({}), analyzer).await?;
    for analyzer in &mut found {
        let named = json!({"analyzerName": &*analyzer.name});
        let rules = rows(run, AccessAnalyzer::ListArchiveRules, "archiveRules", named, archive_rule).await;
        analyzer.rules = permitted(rules, run.seen(Source::List))?;
        let of = json!({"analyzerArn": analyzer.arn.as_str()});
        let arn = analyzer.arn.clone();
        let findings = rows(run, AccessAnalyzer::ListFindingsV2, "findings", of, |row| finding(&arn, row)).await;
        analyzer.findings = permitted(findings, run.seen(Source::List))?.map(Arc::from);
    }
    let analyzers = found.into_iter().map(Arc::new).collect();
    run.read(Update::Analyzers(Fact::Known(analyzers, run.seen(Source::List))));
    Ok(())
}

pub(super) async fn detail(run: &Run, id: &FindingId) -> Result<(), LoadError> {
    let input = object(json!({"analyzerArn": id.analyzer.as_str(), "id": &*id.id}));
    let read = ask(run, AccessAnalyzer::GetFindingV2, &input).await;
    let detail = permitted(read, run.seen(Source::Detail))?;
    run.read(Update::FindingDetail(id.clone(), detail.map(|answer| Box::new(FindingDetail::read(&answer)))));
    Ok(())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// All rows of a list; one that has no shape that is known is an error and never left out in silence.
async fn rows<T>(
    run: &Run,
    operation: AccessAnalyzer,
    member: &str,
    input: Value,
    row: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, LoadError> {
    let mut answer = ask(run, operation, &object(input)).await?;
    let list = answer.remove(member).unwrap_or_default();
    let rows: Option<Vec<T>> = list.as_array().into_iter().flatten().map(row).collect();
    rows.ok_or_else(|| LoadError::new(ErrorKind::Garbled, operation.name()).detail("a row has another shape"))
}

fn text<'a>(row: &'a Value, name: &str) -> Option<&'a str> {
    row.get(name)?.as_str()
}

fn moment(row: &Value, name: &str) -> Option<Timestamp> {
    text(row, name)?.parse().ok()
}

fn analyzer(row: &Value) -> Option<Analyzer> {
    let (kind, is_organization) = AnalyzerKind::read(text(row, "type")?);
    let age = row.pointer("/configuration/unusedAccess/unusedAccessAge").and_then(Value::as_u64);
    Some(Analyzer {
        arn: Arn::parse(text(row, "arn")?).ok()?,
        name: text(row, "name")?.into(),
        kind,
        is_organization,
        status: text(row, "status").unwrap_or_default().into(),
        created: moment(row, "createdAt"),
        analyzed: moment(row, "lastResourceAnalyzedAt"),
        age: age.and_then(|age| u32::try_from(age).ok()),
        rules: Fact::Unknown,
        findings: Fact::Unknown,
    })
}

fn archive_rule(row: &Value) -> Option<ArchiveRule> {
    Some(ArchiveRule {
        name: text(row, "ruleName")?.into(),
        filter: row.get("filter")?.as_object()?.clone(),
        updated: moment(row, "updatedAt"),
    })
}

fn finding(analyzer: &Arn, row: &Value) -> Option<Arc<Finding>> {
    Some(Arc::new(Finding {
        id: FindingId { analyzer: analyzer.clone(), id: text(row, "id")?.into() },
        kind: FindingKind::read(text(row, "findingType").unwrap_or("ExternalAccess")),
        resource: text(row, "resource").unwrap_or_default().into(),
        resource_type: text(row, "resourceType").unwrap_or_default().into(),
        owner: text(row, "resourceOwnerAccount").unwrap_or_default().into(),
        status: FindingStatus::read(text(row, "status")?),
        updated: moment(row, "updatedAt"),
        error: text(row, "error").map(Into::into),
    }))
}
