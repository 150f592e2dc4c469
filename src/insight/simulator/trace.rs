//! Why each statement did or did not match a request.

use crate::base::work::GaveUp;
use crate::insight::access::EffectivePermissions;
use crate::insight::who_can::{Ask, StatementRef};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{ConditionResult, ConditionTrace, ElementTrace, StatementTrace};

/// A statement that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// The statement.
    pub statement: StatementRef,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whether it is about the request, and its conditions hold with the keys that were given.
    pub applies: bool,
    /// Why, as the end of a sentence.
    pub why: String,
}

/// Every statement of somebody's policies, those that apply first.
pub fn considered(powers: &EffectivePermissions, ask: &Ask) -> Result<Vec<Considered>, GaveUp> {
    let mut asking = powers.clone();
    asking.give(&ask.context);
    let trace = asking.explain(&ask.action, &ask.resource)?;
    let told = |one: &StatementTrace| Considered {
        statement: powers.reference(&one.place),
        effect: one.effect,
        applies: one.applies,
        why: why(one, ask),
    };
    let mut all: Vec<Considered> = trace.statements.iter().map(told).collect();
    all.sort_by_key(|one| !one.applies);
    Ok(all)
}

fn why(one: &StatementTrace, ask: &Ask) -> String {
    if !one.layer_applies {
        return "policies of its kind do not count for this request".to_owned();
    }
    if !one.action.concerns {
        return match (&one.action.pattern, one.action.negated) {
            (Some(pattern), true) => format!("its NotAction {pattern} leaves out {}", ask.action),
            _ => format!("it does not name {}", ask.action),
        };
    }
    if !one.resource.concerns {
        return resource(&one.resource, &ask.resource);
    }
    if one.names_principals && one.principal.is_none() {
        return "it does not name who asks".to_owned();
    }
    if let Some(failed) = one.conditions.iter().find(|condition| !condition.result.holds()) {
        return condition(failed);
    }
    let of = |element: &ElementTrace| element.pattern.as_deref().filter(|_| !element.negated).map(str::to_owned);
    let action = of(&one.action).unwrap_or_else(|| "it".to_owned());
    let on = of(&one.resource).map(|pattern| format!(" on {pattern}")).unwrap_or_default();
    let when = if one.conditions.is_empty() { "" } else { ", and its conditions hold" };
    format!("{action} matches{on}{when}")
}

fn resource(element: &ElementTrace, asked: &str) -> String {
    if let Some((written, None)) = element.expansions.iter().find(|(_, value)| value.is_none()) {
        return format!("its resource {written} has a variable without a value");
    }
    match (&element.pattern, element.negated) {
        (Some(pattern), true) => format!("its NotResource {pattern} leaves out {asked}"),
        _ if asked.contains(['*', '?']) => format!("it is about other resources, or about some of {asked} only"),
        _ => format!("it does not name {asked}"),
    }
}

fn condition(failed: &ConditionTrace) -> String {
    let values: Vec<&str> = failed.values.iter().map(|value| &*value.written).collect();
    let wanted = format!("{} {} {}", failed.key, failed.operator.name(), values.join(" or "));
    match (failed.result, &failed.given) {
        (ConditionResult::FailsSeveral, _) => {
            format!("its condition {wanted} needs ForAllValues or ForAnyValue for several values")
        }
        (_, Some(given)) => format!("its condition {wanted} fails: the request has {}", given.join(", ")),
        (_, None) => format!("its condition {wanted} fails: the request does not give {}", failed.key),
    }
}
