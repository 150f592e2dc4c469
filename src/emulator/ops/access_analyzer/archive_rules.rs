//! Archive rules: criteria by which findings are archived.

use serde_json::{Value, json};

use super::analyzers::{find, is_name};
use super::findings::is_filter;
use super::{FORM, arn, not_found, reads, writes};
use crate::api::AccessAnalyzer;
use crate::emulator::failure::Failure;
use crate::emulator::operation::{Handler, Request};
use crate::emulator::store::State;
use crate::emulator::store::analyzers::{Analyzer, ArchiveRule};

/// The handlers of this resource.
pub const HANDLERS: &[Handler] = &[
    writes(AccessAnalyzer::CreateArchiveRule, create, named),
    reads(AccessAnalyzer::GetArchiveRule, get, named),
    reads(AccessAnalyzer::ListArchiveRules, list, super::analyzers::named),
    writes(AccessAnalyzer::UpdateArchiveRule, update, named),
    writes(AccessAnalyzer::DeleteArchiveRule, delete, named),
    writes(AccessAnalyzer::ApplyArchiveRule, apply, applied),
];

fn named(request: &Request<'_>, _state: &State) -> String {
    let (analyzer, rule) = (request.text("analyzerName"), request.text("ruleName"));
    arn(request, &format!("analyzer/{analyzer}/archive-rule/{rule}"))
}

fn applied(request: &Request<'_>, _state: &State) -> String {
    format!("{}/archive-rule/{}", request.text("analyzerArn"), request.text("ruleName"))
}

/// Refuses a name and criteria of which a rule cannot be made.
pub fn check(name: &str, filter: &Value) -> Result<(), Failure> {
    if !is_name(name) {
        return Err(FORM.refuse(format!("ruleName {name} is not valid.")));
    }
    if is_filter(filter) {
        Ok(())
    } else {
        Err(FORM.refuse("filter must have criteria of eq, neq, contains or exists."))
    }
}

fn show(name: &str, rule: &ArchiveRule) -> Value {
    json!({
        "ruleName": name,
        "filter": rule.filter,
        "createdAt": rule.created.to_string(),
        "updatedAt": rule.updated.to_string(),
    })
}

fn rule<'a>(analyzer: &'a Analyzer, name: &str) -> Result<&'a ArchiveRule, Failure> {
    analyzer.rules.get(name).ok_or_else(|| not_found(&format!("The archive rule {name}")))
}

fn edit(
    request: &Request<'_>,
    state: &mut State,
    edit: impl FnOnce(&mut Analyzer, &str) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let name = FORM.text(request.input, "ruleName")?;
    let mut analyzer = find(request, state)?.clone();
    edit(&mut analyzer, name)?;
    state.analyzers.put(analyzer);
    Ok(json!({}))
}

fn create(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |analyzer, name| {
        let filter = request.value("filter").cloned().unwrap_or_default();
        check(name, &filter)?;
        if analyzer.rules.contains_key(name) {
            return Err(Failure::new("ConflictException", 409, format!("The archive rule {name} already exists.")));
        }
        let rule = ArchiveRule { filter, created: request.now, updated: request.now };
        analyzer.rules.insert(name.to_owned(), rule);
        Ok(())
    })
}

fn get(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let name = FORM.text(request.input, "ruleName")?;
    Ok(json!({"archiveRule": show(name, rule(find(request, state)?, name)?)}))
}

fn list(request: &Request<'_>, state: &State) -> Result<Value, Failure> {
    let analyzer = find(request, state)?;
    let rows = analyzer.rules.iter().map(|(name, rule)| show(name, rule)).collect();
    FORM.page(request.input, "archiveRules", rows, &analyzer.arn)
}

fn update(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |analyzer, name| {
        let filter = request.value("filter").cloned().unwrap_or_default();
        check(name, &filter)?;
        let created = rule(analyzer, name)?.created;
        analyzer.rules.insert(name.to_owned(), ArchiveRule { filter, created, updated: request.now });
        Ok(())
    })
}

fn delete(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    edit(request, state, |analyzer, name| {
        rule(analyzer, name)?;
        analyzer.rules.remove(name);
        Ok(())
    })
}

/// Rules hold for findings that are there already as soon as they are made, so nothing is left to do but to look
/// whether there is such a rule.
fn apply(request: &Request<'_>, state: &mut State) -> Result<Value, Failure> {
    let name = FORM.text(request.input, "ruleName")?;
    rule(super::findings::analyzer(request, state)?, name)?;
    Ok(json!({}))
}
