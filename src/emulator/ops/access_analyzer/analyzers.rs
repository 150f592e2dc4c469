//! Analyzers: their making, reading and deletion.

use serde_json::{Value, json};

use super::{FORM, arn, everything, not_found, reads, writes};
use crate::api::AccessAnalyzer;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::ops::iam::root_access;
use crate::emulator::store::State;
use crate::emulator::store::analyzers::{Analyzer, ArchiveRule, Zone};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(AccessAnalyzer::CreateAnalyzer, create, named),
    reads(AccessAnalyzer::GetAnalyzer, get, named),
    reads(AccessAnalyzer::ListAnalyzers, list, everything),
    writes(AccessAnalyzer::DeleteAnalyzer, delete, named),
];

/// Days after which something counts as unused, where nothing is said, and the most that can be said.
const AGE: u64 = 90;
const OLDEST: u64 = 365;

/// Types as the API writes them; the last two ask for what this emulator does not look at.
const ZONES: &[(&str, Option<Zone>)] = &[
    ("ACCOUNT", Some(Zone::Account)),
    ("ORGANIZATION", Some(Zone::Organization)),
    ("ACCOUNT_UNUSED_ACCESS", Some(Zone::AccountUnusedAccess)),
    ("ORGANIZATION_UNUSED_ACCESS", Some(Zone::OrganizationUnusedAccess)),
    ("ACCOUNT_INTERNAL_ACCESS", None),
    ("ORGANIZATION_INTERNAL_ACCESS", None),
];

/// The ARN of the analyzer of a name.
pub fn arn_of(request: &Request<'_>, name: &str) -> String {
    arn(request, &format!("analyzer/{name}"))
}

/// Permission column: the analyzer that a request names.
pub fn named(request: &Request<'_>, _state: &State) -> String {
    arn_of(request, request.text("analyzerName"))
}

/// The analyzer that a request names.
pub fn find<'s>(request: &Request<'_>, state: &'s State) -> Result<&'s Analyzer, Failure> {
    let name = FORM.text(request.input, "analyzerName")?;
    state.analyzers.get(&arn_of(request, name)).ok_or_else(|| not_found(&format!("The analyzer {name}")))
}

/// Whether a name has the form that analyzers and rules want.
pub fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter))
        && name.len() <= 255
}

impl Zone {
    fn name(self) -> &'static str {
        ZONES.iter().find(|(_, zone)| *zone == Some(self)).map_or("", |(name, _)| name)
    }

    /// Whether it looks for what is not used.
    pub fn is_unused(self) -> bool {
        matches!(self, Self::AccountUnusedAccess | Self::OrganizationUnusedAccess)
    }
}

fn zone(request: &Request<'_>) -> Result<Zone, Failure> {
    let names: Vec<&str> = ZONES.iter().map(|(name, _)| *name).collect();
    let name = FORM.one_of(request.input, "type", &names)?;
    let zone = ZONES.iter().find(|(known, _)| *known == name).and_then(|(_, zone)| *zone);
    zone.ok_or_else(|| {
        let told = format!("This emulator does not support analyzers of the type {name}. Nothing was done.");
        Failure::new("NotImplemented", 501, told)
    })
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = FORM.text(request.input, "analyzerName")?;
    if !is_name(name) {
        return Err(FORM.refuse(format!("analyzerName {name} is not valid.")));
    }
    let zone = zone(request)?;
    if matches!(zone, Zone::Organization | Zone::OrganizationUnusedAccess) {
        root_access::managed(request).map_err(|_| {
            FORM.refuse("You must create an organization before you create an analyzer with the organization as the zone of trust.")
        })?;
    }
    let age = request.value("configuration").and_then(|one| one.pointer("/unusedAccess/unusedAccessAge")?.as_u64());
    let age = age.unwrap_or(AGE);
    if !(1..=OLDEST).contains(&age) {
        return Err(FORM.refuse(format!("unusedAccessAge must be a number from 1 to {OLDEST}.")));
    }
    let arn = arn_of(request, name);
    if state.analyzers.get(&arn).is_some() {
        return Err(Failure::new("ConflictException", 409, format!("The analyzer {name} already exists.")));
    }
    if state.analyzers.iter().any(|known| known.zone == zone && region(&known.arn) == region(&arn)) && !zone.is_unused()
    {
        let told = "You have reached the maximum number of analyzers of this type in the Region.";
        return Err(Failure::new("ServiceQuotaExceededException", 402, told));
    }
    let mut analyzer = Analyzer {
        arn: arn.clone(),
        short_name: name.to_owned(),
        zone,
        created: request.now,
        age,
        tags: request.value("tags").cloned().unwrap_or_else(|| json!({})),
        ..Analyzer::default()
    };
    for rule in request.list("archiveRules") {
        let name = FORM.text(rule, "ruleName")?;
        let filter = rule.get("filter").cloned().unwrap_or_default();
        super::archive_rules::check(name, &filter)?;
        let rule = ArchiveRule { filter, created: request.now, updated: request.now };
        analyzer.rules.insert(name.to_owned(), rule);
    }
    state.analyzers.put(analyzer);
    Ok(json!({"arn": arn}))
}

/// The Region of an ARN.
fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3)
}

fn show(request: &Request<'_>, analyzer: &Analyzer) -> Value {
    let mut shown = json!({
        "arn": analyzer.arn,
        "name": analyzer.short_name,
        "type": analyzer.zone.name(),
        "createdAt": analyzer.created.to_string(),
        // Findings are computed when they are asked for, so everything has just been analyzed.
        "lastResourceAnalyzedAt": request.now.to_string(),
        "tags": analyzer.tags,
        "status": "ACTIVE",
    });
    if analyzer.zone.is_unused() {
        shown["configuration"] = json!({"unusedAccess": {"unusedAccessAge": analyzer.age}});
    }
    shown
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    Ok(json!({"analyzer": show(request, find(request, state)?)}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let kind = request.maybe("type");
    let here = Some(request.caller.origin.region.as_str());
    let own = state.analyzers.iter().filter(|analyzer| region(&analyzer.arn) == here);
    let own = own.filter(|analyzer| kind.is_none_or(|kind| analyzer.zone.name() == kind));
    FORM.page(request.input, "analyzers", own.map(|analyzer| show(request, analyzer)).collect(), &format!("{kind:?}"))
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let arn = find(request, state)?.arn.clone();
    state.analyzers.remove(&arn);
    Ok(json!({}))
}
