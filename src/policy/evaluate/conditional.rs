//! What AWS would answer when not all of a request is known: for which resources, and under which conditions.
//!
//! A condition key that the request does not give, and that requests of its kind may have, is open: what asks for it is
//! kept as a condition of the answer. A key that such requests never have is absent, as in [`super::evaluate`].

mod keys;
mod resources;

use std::sync::Arc;

use crate::base::wildcard;
use crate::base::work::{self, GaveUp};
use crate::catalog::Catalog;
use crate::policy::ast::Effect;
use crate::policy::operator::{BaseOperator, Operator};

use super::Decision;
use super::compile::{Compiled, Statement};
use super::conditions::Condition;
use super::layers::{Demand, Layer, Place, PolicySet, grant, is_always_allowed};
use super::matching::Grant;
use super::owned;
use super::request::{Principal, Request};
use super::ways::{Need, Ways};

pub use keys::Openness;
use resources::{Reach, candidates};

/// A part of the asked resources for which there is one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The resource, or a pattern of resources.
    pub resource: Box<str>,
    /// Patterns of those among them for which this is not the answer.
    pub except: Vec<Box<str>>,
    /// When the request is allowed; never "never".
    pub when: Ways,
}

/// The answer to a request of which not all is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect {
    /// What is allowed, and when; empty where nothing is.
    pub parts: Vec<Part>,
    /// The decision where nothing is allowed.
    pub refusal: Decision,
    /// The layers that denied or did not allow, where nothing is allowed.
    pub blocked_by: Vec<Layer>,
    /// The statements that grant, or where nothing is allowed those that deny.
    pub matched: Vec<Place>,
}

impl Prospect {
    /// Whether something is allowed under some condition.
    pub fn is_possible(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Whether something is allowed whatever the context.
    pub fn is_certain(&self) -> bool {
        self.parts.iter().any(|part| part.when.is_always())
    }

    /// When anything is allowed.
    pub fn when(&self) -> Ways {
        self.parts.iter().map(|part| part.when.clone()).fold(Ways::never(), Ways::or)
    }
}

/// Decides a request whose resource may be a pattern and whose context may be incomplete.
pub fn prospect(request: &Request, policies: &PolicySet, open: Openness) -> Result<Prospect, GaveUp> {
    work::within(work::DECISION, || decide(request, policies, open))
}

/// A statement about the action and the caller, with the conditions that are left of it.
struct Concerned<'a> {
    place: Place,
    statement: &'a Statement,
    grant: Grant,
    when: Ways,
}

struct Run<'a> {
    request: &'a Request,
    policies: &'a PolicySet,
    open: Openness,
    demand: Demand,
    statements: Vec<Concerned<'a>>,
    is_pattern: bool,
}

/// What became of one resource or pattern.
struct Outcome {
    when: Ways,
    except: Vec<Box<str>>,
    /// Whether it would be allowed but for statements that deny.
    denied: bool,
    blocked_by: Vec<Layer>,
    allows: Vec<Place>,
    denies: Vec<Place>,
}

fn decide(request: &Request, policies: &PolicySet, open: Openness) -> Prospect {
    let whole = |when: Ways| Part { resource: request.resource().text().into(), except: Vec::new(), when };
    let none =
        Prospect { parts: Vec::new(), refusal: Decision::ImplicitDeny, blocked_by: Vec::new(), matched: Vec::new() };
    if is_always_allowed(request) {
        return Prospect { parts: vec![whole(Ways::always())], ..none };
    }
    if owned::is_refused(request) {
        return Prospect { blocked_by: vec![Layer::Service], ..none };
    }
    let action = Catalog::bundled().action(request.action());
    let takes_resources = action.is_none_or(|action| action.resources().next().is_some());
    let is_pattern = takes_resources && request.resource().text().contains(['*', '?']);
    let mut run = Run { request, policies, open, demand: Demand::of(request), statements: Vec::new(), is_pattern };
    run.collect();
    let asked: Vec<Box<str>> =
        if is_pattern { candidates(&run, action) } else { vec![request.resource().text().into()] };
    let mut found = none;
    let mut parts: Vec<Part> = Vec::new();
    for resource in asked {
        let outcome = run.outcome(&resource);
        if outcome.when.is_never() {
            if parts.is_empty() && (found.blocked_by.is_empty() || outcome.denied) {
                found.refusal = if outcome.denied { Decision::ExplicitDeny } else { Decision::ImplicitDeny };
                found.blocked_by = outcome.blocked_by;
                found.matched = outcome.denies;
            }
            continue;
        }
        if parts.is_empty() {
            found.matched.clear();
        }
        for place in outcome.allows {
            if !found.matched.contains(&place) {
                found.matched.push(place);
            }
        }
        parts.push(Part { resource, except: outcome.except, when: outcome.when });
    }
    if !parts.is_empty() {
        found.blocked_by.clear();
        found.parts = resources::widest(parts);
    }
    found
}

impl<'a> Run<'a> {
    fn collect(&mut self) {
        let resource = self.demand.layer;
        let own = [Layer::Identity, Layer::Group, Layer::Boundary, Layer::Session];
        let layers = [Layer::Rcp, Layer::Scp, Layer::VpcEndpoint, resource];
        for layer in layers.into_iter().chain(own).filter(|layer| layer.applies_to(self.request)) {
            for (level, policies) in self.policies.levels(layer).into_iter().enumerate() {
                self.collect_policies(layer, level, policies);
            }
        }
    }

    fn collect_policies(&mut self, layer: Layer, level: usize, policies: &'a [Arc<Compiled>]) {
        for (policy, compiled) in policies.iter().enumerate() {
            for statement in compiled.statements() {
                work::spend(1);
                if !statement.actions.concern(self.request.folded_action()) {
                    continue;
                }
                let Some(grant) = grant(layer, statement, self.request, self.policies.boundary.is_some()) else {
                    continue;
                };
                let when = self.conditions(statement);
                if !when.is_never() {
                    let place = Place { layer, level, policy, statement: statement.index() };
                    self.statements.push(Concerned { place, statement, grant, when });
                }
            }
        }
    }

    /// What is left of a statement's conditions.
    fn conditions(&self, statement: &Statement) -> Ways {
        let mut when = Ways::always();
        for condition in &statement.conditions {
            when = when.and(self.condition(condition));
            if when.is_never() {
                break;
            }
        }
        when
    }

    fn is_open(&self, key: &str, folded: &str) -> bool {
        let context = self.request.context();
        context.written(key, folded).is_none() && self.open.may_have(self.request, folded)
    }

    fn condition(&self, condition: &Condition) -> Ways {
        let context = self.request.context();
        let open_variable =
            || condition.variables().any(|(key, folded, default)| !default && self.is_open(key, folded));
        if !self.is_open(&condition.key, &condition.folded_key) {
            if !open_variable() || condition.test(context).holds() != condition.operator.base.is_negated() {
                return Ways::known(condition.test(context).holds());
            }
            return self.turned(condition);
        }
        let Operator { qualifier, base, if_exists } = condition.operator;
        let mut values: Vec<Box<str>> = Vec::new();
        for number in 0..condition.written.len() {
            if let Some(text) = condition.expanded(number, context) {
                values.push(text.into());
            } else if open_variable()
                && let Some(written) = condition.written.get(number)
            {
                values.push(written.clone());
            }
        }
        if &*condition.folded_key == "aws:userid"
            && let Some(known) = self.user_id(base, qualifier.is_none(), &values)
        {
            return Ways::known(known);
        }
        // A positive operator that asks for any value at all asks for the key.
        if base != BaseOperator::Null && qualifier.is_none() && !base.is_negated() && values.iter().any(|v| &**v == "*")
        {
            let takes_all = base.takes_wildcards();
            if takes_all {
                return if if_exists { Ways::always() } else { Ways::of(Need::presence(&condition.key, true)) };
            }
        }
        if values.is_empty() {
            return match (base.is_negated(), if_exists) {
                (true, _) => Ways::always(),
                (false, true) => Ways::of(Need::presence(&condition.key, false)),
                (false, false) => Ways::never(),
            };
        }
        Ways::of(Need::new(condition.operator, &condition.key, values))
    }

    /// Whether a condition on the user id of a role's session holds, of which the role's own id is known: it stands
    /// before the colon.
    fn user_id(&self, base: BaseOperator, is_single: bool, values: &[Box<str>]) -> Option<bool> {
        if !is_single || !matches!(self.request.principal(), Principal::Role { .. }) {
            return None;
        }
        let of_role = format!("{}:*", self.request.unique_id()?);
        let is_likeness = base.class() == crate::policy::operator::OperatorClass::String;
        if is_likeness && base.takes_wildcards() && values.iter().any(|value| wildcard::covers(value, &of_role)) {
            return Some(!base.is_negated());
        }
        let may_fit = |value: &str| {
            if base.takes_wildcards() { wildcard::overlap(value, &of_role) } else { wildcard::matches(&of_role, value) }
        };
        (is_likeness && !values.iter().any(|value| may_fit(value))).then_some(base.is_negated())
    }

    /// A condition whose key is known and whose value is a variable that is open: the condition is on the variable.
    fn turned(&self, condition: &Condition) -> Ways {
        let given = self.request.context().written(&condition.key, &condition.folded_key);
        let single = match (condition.written.as_slice(), given) {
            ([written], Some([value])) => written
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'))
                .filter(|key| !key.contains(['$', '\'']))
                .map(|key| (key, value)),
            _ => None,
        };
        match single {
            Some((key, value)) => {
                let operator = Operator { if_exists: false, ..condition.operator };
                Ways::of(Need::new(operator, key, vec![value.clone()]))
            }
            None => Ways::of(Need::new(condition.operator, &condition.key, condition.written.clone())),
        }
    }

    fn outcome(&self, resource: &str) -> Outcome {
        let mut except: Vec<Box<str>> = Vec::new();
        let mut denies = Ways::never();
        let mut sums = Sums::new(self.policies);
        let (mut allowing, mut denying) = (Vec::new(), Vec::new());
        for one in &self.statements {
            let (reach, exceptions) = resources::reach(self, one.statement, one.place.layer, resource);
            let when = match reach {
                Reach::None => continue,
                Reach::Whole => one.when.clone(),
                Reach::When(ways) => one.when.clone().and(ways),
                // A part that is denied is left out of what is allowed; a part that is allowed is a candidate itself.
                Reach::Part(patterns) => {
                    if one.statement.effect() == Effect::Deny {
                        except.extend(
                            patterns.into_iter().filter(|pattern| !except.contains(pattern)).collect::<Vec<_>>(),
                        );
                        denying.push(one.place);
                    }
                    continue;
                }
            };
            match one.statement.effect() {
                Effect::Allow => {
                    except.extend(exceptions);
                    if matches!(one.place.layer, Layer::Identity | Layer::Group | Layer::Resource | Layer::Trust) {
                        allowing.push(one.place);
                    }
                    sums.add(one, when);
                }
                Effect::Deny => {
                    denying.push(one.place);
                    denies = denies.or(when);
                }
            }
        }
        let (passes, mut blocked_by) = self.passes(sums);
        let possible = !passes.is_never();
        let when = passes.and(denies.negated());
        let denied = when.is_never() && (possible || denies.is_always());
        if denied {
            blocked_by.clear();
            for place in &denying {
                let layer = if place.layer == Layer::Group { Layer::Identity } else { place.layer };
                if !blocked_by.contains(&layer) {
                    blocked_by.push(layer);
                }
            }
        }
        except.dedup();
        Outcome { when, except, denied, blocked_by, allows: allowing, denies: denying }
    }

    /// When the layers let the request pass, denials aside, and which of them never do.
    fn passes(&self, sums: Sums) -> (Ways, Vec<Layer>) {
        let mut blocked = Vec::new();
        let mut all = Ways::always();
        let mut must = |layer: Layer, when: Ways| {
            if when.is_never() && !blocked.contains(&layer) {
                blocked.push(layer);
            }
            all = std::mem::take(&mut all).and(when);
        };
        for (layer, levels) in [(Layer::Rcp, &sums.rcps), (Layer::Scp, &sums.scps)] {
            for level in levels.iter().filter(|_| layer.applies_to(self.request)) {
                must(layer, level.clone());
            }
        }
        for endpoint in sums.endpoints {
            must(Layer::VpcEndpoint, endpoint);
        }
        let own = Layer::Identity.applies_to(self.request);
        let free = |when: Ways, counts: bool| if own && counts { when } else { Ways::always() };
        let boundary = free(sums.boundary, self.policies.boundary.is_some());
        let federated = matches!(self.request.principal(), Principal::FederatedUser { .. });
        let session = free(sums.session, federated || !self.policies.session.is_empty());
        for scope in sums.scopes {
            must(Layer::Session, free(scope, true));
        }
        let identity = free(sums.identity, true);
        let caps = boundary.clone().and(session.clone());
        let [account, role, direct] = sums.resource;
        let any = account.clone().or(role.clone()).or(direct.clone());
        let named = match self.request.principal() {
            Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => {
                must(self.demand.layer, any);
                return (all, blocked);
            }
            Principal::Root { .. } if self.demand.layer == Layer::Trust => Ways::never(),
            _ => any,
        };
        let cross = self.request.is_cross_account();
        if cross || self.demand.required {
            must(self.demand.layer, named.clone());
        }
        let lacks_identity = cross || direct.is_never() && role.is_never();
        let lacking = [
            (Layer::Identity, identity.is_never() && lacks_identity),
            (Layer::Boundary, boundary.is_never() && (cross || direct.is_never())),
            (Layer::Session, session.is_never() && (cross || direct.is_never())),
        ];
        let through_account = if self.demand.required { named } else { Ways::always() };
        let own_way = through_account.and(identity).and(caps.clone());
        let access = if cross { own_way } else { direct.or(role.and(caps)).or(own_way) };
        all = all.and(access);
        blocked.extend(lacking.into_iter().filter(|(_, lacks)| *lacks).map(|(layer, _)| layer));
        (all, blocked)
    }
}

/// When the statements of each layer allow.
struct Sums {
    rcps: Vec<Ways>,
    scps: Vec<Ways>,
    endpoints: Vec<Ways>,
    identity: Ways,
    boundary: Ways,
    session: Ways,
    scopes: Vec<Ways>,
    /// By how directly the caller is named: by its account, by its role, itself.
    resource: [Ways; 3],
}

impl Sums {
    fn new(policies: &PolicySet) -> Self {
        let never = |count: usize| vec![Ways::never(); count];
        Self {
            rcps: never(policies.rcps.len()),
            scps: never(policies.scps.len()),
            endpoints: never(policies.endpoints.len()),
            identity: Ways::never(),
            boundary: Ways::never(),
            session: Ways::never(),
            scopes: never(policies.scopes.len()),
            resource: [Ways::never(), Ways::never(), Ways::never()],
        }
    }

    fn add(&mut self, one: &Concerned<'_>, when: Ways) {
        let place = one.place;
        let sum = match place.layer {
            Layer::Rcp => self.rcps.get_mut(place.level),
            Layer::Scp => self.scps.get_mut(place.level),
            Layer::VpcEndpoint => self.endpoints.get_mut(place.policy),
            Layer::Identity | Layer::Group => Some(&mut self.identity),
            Layer::Boundary => Some(&mut self.boundary),
            Layer::Session => match place.level.checked_sub(1) {
                None => Some(&mut self.session),
                Some(scope) => self.scopes.get_mut(scope),
            },
            Layer::Resource | Layer::Trust => self.resource.get_mut(match one.grant {
                Grant::Account => 0,
                Grant::Role => 1,
                Grant::Direct => 2,
            }),
            Layer::Service => None,
        };
        if let Some(sum) = sum {
            *sum = std::mem::take(sum).or(when);
        }
    }
}

#[cfg(test)]
mod tests;
