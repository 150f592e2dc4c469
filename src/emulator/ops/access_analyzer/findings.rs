//! Findings: computed from the account when they are asked for, archived by rules or by hand.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{FORM, external, not_found, reads, unused, writes};
use crate::api::AccessAnalyzer;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::protocol::signature::hex;
use crate::emulator::store::State;
use crate::emulator::store::analyzers::Analyzer;

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    reads(AccessAnalyzer::ListFindings, list, analyzer_arn),
    reads(AccessAnalyzer::ListFindingsV2, list_v2, analyzer_arn),
    reads(AccessAnalyzer::GetFinding, get, analyzer_arn),
    reads(AccessAnalyzer::GetFindingV2, get_v2, analyzer_arn),
    writes(AccessAnalyzer::UpdateFindings, update, analyzer_arn),
];

/// A finding before its analyzer has said whether it is archived.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What tells it from all others of the analyzer.
    pub key: String,
    /// `ExternalAccess`, `UnusedIAMRole`, …
    pub kind: &'static str,
    /// The ARN of the resource.
    pub resource: String,
    /// The type of the resource.
    pub resource_type: &'static str,
    /// The account of the resource.
    pub owner: String,
    /// What the first version of the API and filters see beside that; empty for findings of unused access.
    pub external: Map<String, Value>,
    /// The details as the second version has them.
    pub details: Vec<Value>,
}

/// Permission column: the analyzer whose ARN a request names.
fn analyzer_arn(request: &Request<'_>, _state: &State) -> String {
    request.text("analyzerArn").to_owned()
}

/// The analyzer whose ARN a request names.
pub fn analyzer<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s Analyzer, Failure> {
    let arn = FORM.text(request.input, "analyzerArn")?;
    state.analyzers.get(arn).ok_or_else(|| not_found(&format!("The analyzer {arn}")))
}

/// A finding as it is shown, with what filters ask for.
struct Shown {
    id: String,
    finding: Finding,
    status: &'static str,
}

/// All findings of an analyzer.
fn all(request: &Request<'_>, state: &State, analyzer: &Analyzer) -> Result<Vec<Shown>, Failure> {
    let found = if analyzer.zone.is_unused() {
        unused::findings(request, state, analyzer)?
    } else {
        external::findings(request, state, analyzer)
    };
    Ok(found
        .into_iter()
        .map(|finding| {
            let id = id(analyzer, &finding);
            let by_rule = || analyzer.rules.values().any(|rule| fits(&rule.filter, &facts(&id, &finding, None)));
            let archived = analyzer.archived.contains(&id) || !analyzer.activated.contains(&id) && by_rule();
            Shown { status: if archived { "ARCHIVED" } else { "ACTIVE" }, id, finding }
        })
        .collect())
}

/// An id that stays the same for as long as the finding is there.
fn id(analyzer: &Analyzer, finding: &Finding) -> String {
    let digest = Sha256::digest(format!("{}\0{}\0{}", analyzer.arn, finding.resource, finding.key));
    let hex = hex(&digest);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// What criteria can be about, by name.
fn facts(id: &str, finding: &Finding, status: Option<&str>) -> Map<String, Value> {
    let mut facts = Map::new();
    facts.insert("id".to_owned(), id.into());
    facts.insert("findingType".to_owned(), finding.kind.into());
    facts.insert("resource".to_owned(), finding.resource.as_str().into());
    facts.insert("resourceType".to_owned(), finding.resource_type.into());
    facts.insert("resourceOwnerAccount".to_owned(), finding.owner.as_str().into());
    if let Some(status) = status {
        facts.insert("status".to_owned(), status.into());
    }
    for (name, value) in &finding.external {
        match value {
            Value::Object(members) if name == "principal" || name == "condition" => {
                facts.extend(members.iter().map(|(member, value)| (format!("{name}.{member}"), value.clone())));
            }
            value => drop(facts.insert(name.clone(), value.clone())),
        }
    }
    facts
}

/// Whether a value is a map of criteria.
pub fn is_filter(filter: &Value) -> bool {
    let is_criterion = |criterion: &Value| {
        criterion.as_object().is_some_and(|members| {
            !members.is_empty()
                && members.iter().all(|(name, value)| match name.as_str() {
                    "eq" | "neq" | "contains" => value.is_array(),
                    "exists" => value.is_boolean(),
                    _ => false,
                })
        })
    };
    filter.as_object().is_some_and(|criteria| !criteria.is_empty() && criteria.values().all(is_criterion))
}

/// Whether all criteria hold.
fn fits(filter: &Value, facts: &Map<String, Value>) -> bool {
    let holds = |(name, criterion): (&String, &Value)| {
        let values: Vec<String> = match facts.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().map(text).collect(),
            Some(value) => vec![text(value)],
        };
        let wanted = |member: &str| -> Option<Vec<String>> {
            Some(criterion.get(member)?.as_array()?.iter().map(text).collect())
        };
        let any = |wanted: &[String]| wanted.iter().any(|wanted| values.contains(wanted));
        let part = |wanted: &[String]| wanted.iter().any(|wanted| values.iter().any(|value| value.contains(wanted)));
        wanted("eq").is_none_or(|wanted| any(&wanted))
            && wanted("neq").is_none_or(|wanted| !any(&wanted))
            && wanted("contains").is_none_or(|wanted| part(&wanted))
            && criterion.get("exists").and_then(Value::as_bool).is_none_or(|exists| exists != values.is_empty())
    };
    filter.as_object().into_iter().flatten().all(holds)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What both versions show of a finding.
fn core(request: &Request<'_>, analyzer: &Analyzer, shown: &Shown) -> Value {
    json!({
        "id": shown.id,
        "resource": shown.finding.resource,
        "resourceType": shown.finding.resource_type,
        "resourceOwnerAccount": shown.finding.owner,
        "status": shown.status,
        "createdAt": analyzer.created.to_string(),
        "analyzedAt": request.now.to_string(),
        "updatedAt": analyzer.created.to_string(),
    })
}

fn first_version(request: &Request<'_>, analyzer: &Analyzer, shown: &Shown) -> Value {
    let mut finding = core(request, analyzer, shown);
    if let Some(members) = finding.as_object_mut() {
        members.extend(shown.finding.external.clone());
    }
    finding
}

fn second_version(request: &Request<'_>, analyzer: &Analyzer, shown: &Shown) -> Value {
    let mut finding = core(request, analyzer, shown);
    finding["findingType"] = shown.finding.kind.into();
    finding
}

type Show = fn(&Request<'_>, &Analyzer, &Shown) -> Value;

fn page(request: &Request<'_>, state: &State, analyzer: &Analyzer, show: Show) -> Result<Value, Failure> {
    let filter =
        request.value("filter").filter(|filter| filter.as_object().is_some_and(|criteria| !criteria.is_empty()));
    if filter.is_some_and(|filter| !is_filter(filter)) {
        return Err(FORM.refuse("filter must have criteria of eq, neq, contains or exists."));
    }
    let mut found = all(request, state, analyzer)?;
    let asked = |one: &Shown| filter.is_none_or(|filter| fits(filter, &facts(&one.id, &one.finding, Some(one.status))));
    found.retain(asked);
    let sort = request.value("sort").and_then(|sort| sort.get("attributeName")?.as_str());
    if let Some(name) = sort {
        found.sort_by_key(|one| facts(&one.id, &one.finding, Some(one.status)).get(name).map(text));
    }
    let order = request.value("sort").and_then(|sort| sort.get("orderBy")?.as_str());
    if order == Some("DESC") {
        found.reverse();
    }
    let seal = format!("{}{filter:?}{sort:?}{order:?}", analyzer.arn);
    FORM.page(request.input, "findings", found.iter().map(|one| show(request, analyzer, one)).collect(), &seal)
}

/// The analyzer, which must look for external access: the first version of the API knows no other findings.
fn of_external<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s Analyzer, Failure> {
    let analyzer = analyzer(request, state)?;
    if analyzer.zone.is_unused() {
        let told = "The operation does not support analyzers of unused access. Use the second version of it.";
        return Err(FORM.refuse(told));
    }
    Ok(analyzer)
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    page(request, state, of_external(request, state)?, first_version)
}

fn list_v2(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    page(request, state, analyzer(request, state)?, second_version)
}

fn find(request: &Request<'_>, state: &State, analyzer: &Analyzer) -> Result<Shown, Failure> {
    let id = FORM.text(request.input, "id")?;
    let found = all(request, state, analyzer)?.into_iter().find(|one| one.id == id);
    found.ok_or_else(|| not_found(&format!("The finding {id}")))
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let analyzer = of_external(request, state)?;
    Ok(json!({"finding": first_version(request, analyzer, &find(request, state, analyzer)?)}))
}

fn get_v2(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let analyzer = analyzer(request, state)?;
    let shown = find(request, state, analyzer)?;
    let mut finding = second_version(request, analyzer, &shown);
    finding["findingDetails"] = shown.finding.details.into();
    Ok(finding)
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let status = FORM.one_of(request.input, "status", &["ACTIVE", "ARCHIVED"])?;
    let mut analyzer = analyzer(request, state)?.clone();
    let resource = request.maybe("resourceArn");
    let asked: Vec<&str> = request.texts("ids").collect();
    let known = all(request, state, &analyzer)?;
    if let Some(missing) = asked.iter().find(|id| !known.iter().any(|one| one.id == **id)) {
        return Err(not_found(&format!("The finding {missing}")));
    }
    let meant = |one: &&Shown| asked.contains(&one.id.as_str()) || resource == Some(one.finding.resource.as_str());
    for one in known.iter().filter(meant) {
        let (to, from) = match status {
            "ARCHIVED" => (&mut analyzer.archived, &mut analyzer.activated),
            _ => (&mut analyzer.activated, &mut analyzer.archived),
        };
        from.remove(&one.id);
        to.insert(one.id.clone());
    }
    state.analyzers.put(analyzer);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(filter: &Value, expected: bool) {
        let facts = json!({"resource": "arn:role/night", "isPublic": true, "action": ["a", "b"]});
        assert_eq!(fits(filter, facts.as_object().unwrap()), expected, "{filter}");
    }

    #[test]
    fn criteria_hold_together() {
        check(&json!({"resource": {"contains": ["night"]}}), true);
        check(&json!({"resource": {"contains": ["day", "night"]}, "isPublic": {"eq": ["true"]}}), true);
        check(&json!({"isPublic": {"eq": ["false"]}}), false);
        check(&json!({"action": {"neq": ["b"]}}), false);
        check(&json!({"condition.x": {"exists": false}}), true);
        check(&json!({"action": {"exists": false}}), false);
        assert!(!is_filter(&json!({})) && !is_filter(&json!({"a": {"eq": "b"}})) && !is_filter(&json!({"a": {}})));
    }
}
