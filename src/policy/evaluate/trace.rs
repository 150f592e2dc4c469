//! Why a request was decided as it was, statement by statement; made only when somebody asks.

use crate::base::work::{self, GaveUp};
use crate::policy::ast::Effect;
use crate::policy::operator::Operator;

use super::Verdict;
use super::compile::Statement;
use super::conditions::{Condition, ConditionResult};
use super::layers::{Demand, Layer, Place, PolicySet, decide, grant};
use super::matching::Grant;
use super::request::Request;

/// A verdict with every statement that had a say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The decision.
    pub verdict: Verdict,
    /// Every statement of every policy, in the order of evaluation.
    pub statements: Vec<StatementTrace>,
}

/// Why a statement applies or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementTrace {
    /// Where the statement stands.
    pub place: Place,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whether its layer has a say in this request at all; an exempt layer's statements do not apply.
    pub layer_applies: bool,
    /// The action.
    pub action: ElementTrace,
    /// The resource.
    pub resource: ElementTrace,
    /// The principal, in layers that name them.
    pub principal: Option<Grant>,
    /// Whether the layer names principals.
    pub names_principals: bool,
    /// The conditions in order.
    pub conditions: Vec<ConditionTrace>,
    /// Whether the statement applies to the request.
    pub applies: bool,
}

/// How an element with patterns fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementTrace {
    /// Whether the element is about the request; a `Not…` element is where no pattern fits.
    pub concerns: bool,
    /// Whether it is the `Not…` form.
    pub negated: bool,
    /// The pattern that fits, as written.
    pub pattern: Option<Box<str>>,
    /// Patterns with variables, each with its expansion; none where a variable has no value.
    pub expansions: Vec<(Box<str>, Option<String>)>,
}

/// How a condition fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionTrace {
    /// The operator.
    pub operator: Operator,
    /// The key as written.
    pub key: Box<str>,
    /// The values of the request; none where it does not have the key.
    pub given: Option<Vec<Box<str>>>,
    /// What it came to.
    pub result: ConditionResult,
    /// The values of the policy.
    pub values: Vec<ValueTrace>,
}

/// How a value of a condition fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueTrace {
    /// The value as written.
    pub written: Box<str>,
    /// The value with its variables put in; none where a variable has no value.
    pub expanded: Option<String>,
    /// The values of the request that fit it, the operator's negation left aside.
    pub fits: Vec<Box<str>>,
}

/// Decides a request and tells for each statement why it applies or not.
pub fn explain(request: &Request, policies: &PolicySet) -> Result<Trace, GaveUp> {
    work::within(work::COMMAND, || explained(request, policies))
}

fn explained(request: &Request, policies: &PolicySet) -> Trace {
    let verdict = decide(request, policies);
    let mut statements = Vec::new();
    let own = [Layer::Identity, Layer::Group, Layer::Boundary, Layer::Session];
    let layers = [Layer::Rcp, Layer::Scp, Layer::VpcEndpoint, Demand::of(request).layer];
    for layer in layers.into_iter().chain(own) {
        for (level, list) in policies.levels(layer).into_iter().enumerate() {
            for (policy, compiled) in list.iter().enumerate() {
                for statement in compiled.statements().iter().take_while(|_| !work::is_spent()) {
                    let place = Place { layer, level, policy, statement: statement.index() };
                    statements.push(trace(place, statement, request, policies.boundary.is_some()));
                }
            }
        }
    }
    Trace { verdict, statements }
}

fn trace(place: Place, statement: &Statement, request: &Request, bounded: bool) -> StatementTrace {
    let context = request.context();
    let actions = &statement.actions;
    let fitting = actions.find(request.folded_action());
    let action = ElementTrace {
        concerns: fitting.is_some() != actions.negated,
        negated: actions.negated,
        pattern: fitting.and_then(|number| actions.written.get(number).cloned()),
        expansions: Vec::new(),
    };
    let resource = match &statement.resources {
        Some(resources) => {
            let fitting = resources.find(request.resource(), context);
            ElementTrace {
                concerns: fitting.is_some() != resources.negated,
                negated: resources.negated,
                pattern: fitting.and_then(|number| resources.written.get(number).cloned()),
                expansions: resources.expansions(context),
            }
        }
        None => ElementTrace {
            concerns: place.layer.implies_resource(),
            negated: false,
            pattern: None,
            expansions: Vec::new(),
        },
    };
    let principal = grant(place.layer, statement, request, bounded);
    let conditions: Vec<_> = statement.conditions.iter().map(|condition| condition_trace(condition, request)).collect();
    let layer_applies = place.layer.applies_to(request);
    let applies = layer_applies
        && action.concerns
        && resource.concerns
        && principal.is_some()
        && conditions.iter().all(|condition| condition.result.holds());
    StatementTrace {
        place,
        sid: statement.sid.clone(),
        effect: statement.effect,
        layer_applies,
        action,
        resource,
        principal,
        names_principals: place.layer.names_principals(),
        conditions,
        applies,
    }
}

fn condition_trace(condition: &Condition, request: &Request) -> ConditionTrace {
    let context = request.context();
    let given = context.written(&condition.key, &condition.folded_key);
    let values = condition.written.iter().enumerate().map(|(number, written)| ValueTrace {
        written: written.clone(),
        expanded: condition.expanded(number, context),
        fits: given
            .unwrap_or_default()
            .iter()
            .filter(|value| condition.fits(number, value, context))
            .cloned()
            .collect(),
    });
    ConditionTrace {
        operator: condition.operator,
        key: condition.key.clone(),
        given: given.map(<[_]>::to_vec),
        result: condition.test(context),
        values: values.collect(),
    }
}
