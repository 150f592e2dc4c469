//! A verdict and its trace, as JSON and as text.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::policy::ast::Effect;
use crate::policy::evaluate::{
    ConditionResult, ConditionTrace, ElementTrace, Grant, Place, Request, StatementTrace, Trace, Verdict,
};

use super::super::output::Output;
use super::case::Policies;

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    }
}

fn result(result: ConditionResult) -> &'static str {
    match result {
        ConditionResult::Holds => "holds",
        ConditionResult::Fails => "fails",
        ConditionResult::HoldsAbsent => "holds, since the key is absent",
        ConditionResult::FailsAbsent => "fails, since the key is absent",
        ConditionResult::FailsSeveral => "fails: several values need ForAllValues or ForAnyValue",
    }
}

fn grant(grant: Grant) -> &'static str {
    match grant {
        Grant::Direct => "named itself",
        Grant::Role => "named by its role",
        Grant::Account => "named by its account",
    }
}

/// The verdict as one JSON object.
pub(super) fn json(verdict: &Verdict, policies: &Policies, trace: Option<&Trace>) -> Value {
    let matched: Vec<Value> = verdict.matched.iter().map(|place| json_place(place, policies)).collect();
    let mut value = json!({
        "decision": verdict.decision.as_str(),
        "blocked_by": verdict.blocked_by.iter().map(|layer| layer.as_str()).collect::<Vec<_>>(),
        "matched": matched,
        "missing_context": verdict.missing_context,
    });
    if let (Some(trace), Some(members)) = (trace, value.as_object_mut()) {
        let statements = trace.statements.iter().map(|statement| json_statement(statement, policies)).collect();
        members.insert("trace".to_owned(), Value::Array(statements));
    }
    value
}

fn json_place(place: &Place, policies: &Policies) -> Value {
    let mut value = json!({
        "policy": policies.name(place),
        "layer": place.layer.as_str(),
        "statement": place.statement,
    });
    if let (Some(statement), Some(members)) = (policies.set.statement(place), value.as_object_mut()) {
        let (start, end) = (statement.start(), statement.end());
        members.insert("sid".to_owned(), json!(statement.sid()));
        members.insert("effect".to_owned(), json!(effect(statement.effect())));
        members.insert("start".to_owned(), json!({"line": start.line, "column": start.column}));
        members.insert("end".to_owned(), json!({"line": end.line, "column": end.column}));
    }
    value
}

fn json_statement(statement: &StatementTrace, policies: &Policies) -> Value {
    let element = |element: &ElementTrace| {
        json!({"concerns": element.concerns, "negated": element.negated, "pattern": element.pattern,
               "expansions": element.expansions.iter().map(|(written, expanded)| json!({"written": written, "expanded": expanded})).collect::<Vec<_>>()})
    };
    let mut value = json_place(&statement.place, policies);
    if let Some(members) = value.as_object_mut() {
        members.insert("applies".to_owned(), json!(statement.applies));
        members.insert("layer_applies".to_owned(), json!(statement.layer_applies));
        members.insert("action".to_owned(), element(&statement.action));
        members.insert("resource".to_owned(), element(&statement.resource));
        if statement.names_principals {
            members.insert("principal".to_owned(), json!(statement.principal.map(grant)));
        }
        let conditions = statement.conditions.iter().map(|condition| {
            let values = condition
                .values
                .iter()
                .map(|value| json!({"written": value.written, "expanded": value.expanded, "fits": value.fits}));
            json!({"operator": condition.operator.name(), "key": condition.key, "given": condition.given,
                   "result": result(condition.result), "values": values.collect::<Vec<_>>()})
        });
        members.insert("conditions".to_owned(), Value::Array(conditions.collect()));
    }
    value
}

/// The verdict for people.
pub(super) fn text(request: &Request, verdict: &Verdict, policies: &Policies, trace: Option<&Trace>, out: &mut Output) {
    out.text(&format!("{}: {} on {}", verdict.decision.as_str(), request.action(), request.resource().text()));
    if !verdict.blocked_by.is_empty() {
        let layers: Vec<&str> = verdict.blocked_by.iter().map(|layer| layer.as_str()).collect();
        out.text(&format!("blocked by: {}", layers.join(", ")));
    }
    for place in &verdict.matched {
        out.text(&format!("matched: {}", told_place(place, policies)));
    }
    if !verdict.missing_context.is_empty() {
        out.text(&format!("missing context: {}", verdict.missing_context.join(", ")));
    }
    for statement in trace.map_or(&[][..], |trace| &trace.statements) {
        told_statement(statement, policies, out);
    }
}

fn told_place(place: &Place, policies: &Policies) -> String {
    let mut told = format!("{} {} statement {}", place.layer.as_str(), policies.name(place), place.statement + 1);
    if let Some(statement) = policies.set.statement(place) {
        if let Some(sid) = statement.sid() {
            let _ = write!(told, " `{sid}`");
        }
        let _ = write!(told, ": {} (line {})", effect(statement.effect()), statement.start().line);
    }
    told
}

fn told_statement(statement: &StatementTrace, policies: &Policies, out: &mut Output) {
    let applies = match (statement.applies, statement.layer_applies) {
        (true, _) => "applies",
        (false, true) => "does not apply",
        (false, false) => "does not apply: this layer has no say here",
    };
    out.text("");
    out.text(&format!("{} {applies}", told_place(&statement.place, policies)));
    told_element("action", &statement.action, out);
    told_element("resource", &statement.resource, out);
    if statement.names_principals {
        out.text(&format!("  principal  {}", statement.principal.map_or("somebody else", grant)));
    }
    for condition in &statement.conditions {
        told_condition(condition, out);
    }
}

fn told_element(name: &str, element: &ElementTrace, out: &mut Output) {
    let verdict = if element.concerns { "yes" } else { "no" };
    let why = match (&element.pattern, element.negated) {
        (Some(pattern), false) => format!("{pattern} fits"),
        (Some(pattern), true) => format!("excepted by {pattern}"),
        (None, true) => "none of the exceptions fits".to_owned(),
        (None, false) if element.concerns => "the one it is attached to".to_owned(),
        (None, false) => "nothing listed fits".to_owned(),
    };
    out.text(&format!("  {name:<10} {verdict}: {why}"));
    for (written, expanded) in &element.expansions {
        let expanded = expanded.as_deref().unwrap_or("nothing, since the variable has no value");
        out.text(&format!("             {written} expands to {expanded}"));
    }
}

fn told_condition(condition: &ConditionTrace, out: &mut Output) {
    let given = condition.given.as_ref().map_or_else(|| "absent".to_owned(), |values| values.join(", "));
    let operator = condition.operator.name();
    out.text(&format!("  condition  {operator} {} ({given}): {}", condition.key, result(condition.result)));
    for value in &condition.values {
        let stands_for = match &value.expanded {
            None => " (a variable without a value)".to_owned(),
            Some(expanded) if **expanded != *value.written => format!(" (expands to {expanded})"),
            Some(_) => String::new(),
        };
        let fits = if value.fits.is_empty() { "no".to_owned() } else { format!("fits {}", value.fits.join(", ")) };
        out.text(&format!("             {}{stands_for}: {fits}", value.written));
    }
}
