//! The layers of policies and the order in which AWS lets them decide.

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::policy::ast::Effect;

use super::compile::{Compiled, Statement};
use super::matching::Grant;
use super::owned;
use super::request::{Principal, Request};
use super::{Decision, Verdict};

/// A kind of policy in its place in the evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Resource control policies of the resource's organisation.
    Rcp,
    /// Service control policies of the caller's organisation.
    Scp,
    /// The policy of the VPC endpoint that the request came through.
    VpcEndpoint,
    /// The policy on the resource.
    Resource,
    /// The trust policy of the role that is to be assumed.
    Trust,
    /// Policies on the user or role.
    Identity,
    /// Policies on the user's groups; a block by them is one by [`Layer::Identity`].
    Group,
    /// The permissions boundary of the user or role.
    Boundary,
    /// The policies that were passed when the session was made.
    Session,
    /// The service itself, which lets nobody change what AWS owns.
    Service,
}

impl Layer {
    /// The name on the wire, as the kinds of policies are named everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rcp => "rcp",
            Self::Scp => "scp",
            Self::VpcEndpoint => "vpce",
            Self::Resource => "resource",
            Self::Trust => "trust",
            Self::Identity => "identity",
            Self::Group => "group",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Service => "service",
        }
    }

    /// Whether the layer has a say in a request.
    pub fn applies_to(self, request: &Request) -> bool {
        let principal = request.principal();
        match self {
            // A root user, a service, a provider and an anonymous caller have no policies of their own.
            Self::Identity | Self::Group | Self::Boundary | Self::Session => matches!(
                principal,
                Principal::User { .. }
                    | Principal::Role { .. }
                    | Principal::Session { .. }
                    | Principal::FederatedUser { .. }
            ),
            // SCPs bind the principals of member accounts, the root user included.
            Self::Scp => {
                principal.account().is_some()
                    && !principal.is_service_linked()
                    && !request.is_management(principal.account())
            }
            // RCPs bind whoever reaches for a resource of a member account, at the services that know them.
            Self::Rcp => {
                !principal.is_service_linked()
                    && !request.is_management(request.resource_account())
                    && knows_rcps(request.folded_action())
            }
            Self::VpcEndpoint | Self::Resource | Self::Trust | Self::Service => true,
        }
    }

    /// Whether statements of this layer say whom they are about.
    pub(super) fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Rcp | Self::VpcEndpoint)
    }

    /// Whether a statement without principals is about everyone: a cap that AWS would have refused caps all.
    pub(super) fn is_about_everyone(self) -> bool {
        matches!(self, Self::Rcp | Self::VpcEndpoint)
    }

    /// Whether a statement without resources is about the resource that the policy is attached to.
    pub(super) fn implies_resource(self) -> bool {
        matches!(self, Self::Resource | Self::Trust)
    }
}

/// Whether resource control policies can restrict the service of an action.
fn knows_rcps(folded_action: &str) -> bool {
    let prefix = folded_action.split(':').next().unwrap_or_default();
    Catalog::bundled().rcp_services().iter().any(|service| service == prefix)
}

/// All policies that bear on a request; a layer without policies has no say, but for what is noted.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    /// Policies of the user or role: what they do not allow is denied.
    pub identity: Vec<Arc<Compiled>>,
    /// Policies of the user's groups.
    pub groups: Vec<Arc<Compiled>>,
    /// The permissions boundary of the user or role.
    pub boundary: Option<Arc<Compiled>>,
    /// The policies passed to the session: together they cap it. A federated user's session without any
    /// can do nothing of its own.
    pub session: Vec<Arc<Compiled>>,
    /// The policies by which a session was scoped down since (`GetScopedCredentials`): each must allow.
    pub scopes: Vec<Arc<Compiled>>,
    /// The policy on the resource; for `sts:Assume…` on a role, its trust policy.
    pub resource: Option<Arc<Compiled>>,
    /// Service control policies by level, the organisation's root first: each level must allow.
    pub scps: Vec<Vec<Arc<Compiled>>>,
    /// Resource control policies by level, likewise.
    pub rcps: Vec<Vec<Arc<Compiled>>>,
    /// Policies of VPC endpoints on the way: each must allow.
    pub endpoints: Vec<Arc<Compiled>>,
}

/// Where a statement stands in a [`PolicySet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The layer.
    pub layer: Layer,
    /// The level of an SCP or RCP, from 0; of a session 0 for the policies passed to it, from 1 for its scopes.
    pub level: usize,
    /// The number of the policy in its layer and level, from 0.
    pub policy: usize,
    /// The number of the statement in the policy, from 0.
    pub statement: usize,
}

impl PolicySet {
    /// The policies of a layer by level; most layers have one.
    pub(super) fn levels(&self, layer: Layer) -> Vec<&[Arc<Compiled>]> {
        match layer {
            Layer::Identity => vec![&self.identity],
            Layer::Group => vec![&self.groups],
            Layer::Boundary => vec![self.boundary.as_slice()],
            Layer::Session => {
                let scopes = self.scopes.iter().map(std::slice::from_ref);
                std::iter::once(self.session.as_slice()).chain(scopes).collect()
            }
            Layer::Resource | Layer::Trust => vec![self.resource.as_slice()],
            Layer::VpcEndpoint => vec![&self.endpoints],
            Layer::Scp => self.scps.iter().map(Vec::as_slice).collect(),
            Layer::Rcp => self.rcps.iter().map(Vec::as_slice).collect(),
            Layer::Service => Vec::new(),
        }
    }

    /// All statements.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let layers = [
            Layer::Rcp,
            Layer::Scp,
            Layer::VpcEndpoint,
            Layer::Resource,
            Layer::Identity,
            Layer::Group,
            Layer::Boundary,
        ];
        let all = layers.into_iter().chain([Layer::Session]).flat_map(|layer| self.levels(layer)).flatten();
        all.flat_map(|compiled| compiled.statements())
    }

    /// Whether any policy asks for a condition key. Where none does, a request needs no context.
    pub fn asks_for_context(&self) -> bool {
        let single = self.boundary.iter().chain(&self.resource);
        let lists = [&self.identity, &self.groups, &self.session, &self.scopes, &self.endpoints];
        let all = lists.into_iter().chain(&self.scps).chain(&self.rcps).flatten().chain(single);
        all.into_iter().any(|compiled| compiled.context_keys().next().is_some())
    }

    /// The statement at a place.
    pub fn statement(&self, place: &Place) -> Option<&Statement> {
        self.levels(place.layer).get(place.level)?.get(place.policy)?.statements().get(place.statement)
    }
}

/// What the resource side demands of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Demand {
    /// The layer that the resource's policy stands for.
    pub(super) layer: Layer,
    /// Whether that policy must name the caller or its account, in the same account too.
    pub(super) required: bool,
}

impl Demand {
    pub(super) fn of(request: &Request) -> Self {
        let action = request.folded_action();
        let arn = request.resource().arn();
        let assumes = action.starts_with("sts:")
            && arn.is_some_and(|arn| arn.service() == "iam" && arn.resource_type() == "role");
        if assumes {
            return Self { layer: Layer::Trust, required: true };
        }
        // A KMS key's policy decides alone whether identity policies count at all
        // (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html). Aliases have none.
        let key = action.starts_with("kms:")
            && arn.is_some_and(|arn| arn.service() == "kms" && arn.resource().starts_with("key/"));
        Self { layer: Layer::Resource, required: key }
    }
}

/// Operations that need no permission and that no policy can deny
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>; "you cannot use policies
/// to control authentication operations", the page on `GetSessionToken`).
pub(super) fn is_always_allowed(request: &Request) -> bool {
    match request.folded_action() {
        "sts:getcalleridentity" => !matches!(request.principal(), Principal::Anonymous | Principal::Federated(_)),
        "sts:getsessiontoken" => matches!(request.principal(), Principal::User { .. } | Principal::Root { .. }),
        _ => false,
    }
}

/// One evaluation under way.
struct Run<'a> {
    request: &'a Request,
    bounded: bool,
    allows: Vec<Place>,
    denies: Vec<Place>,
    missing: Vec<Box<str>>,
    /// The same, folded.
    noted: HashSet<Box<str>>,
}

impl Run<'_> {
    /// Evaluates policies of which each statement counts, as if they were one: what is the most direct grant?
    fn together(&mut self, layer: Layer, level: usize, policies: &[Arc<Compiled>]) -> Option<Grant> {
        let mut most = None;
        for (policy, compiled) in policies.iter().enumerate() {
            for statement in compiled.statements() {
                let Some(grant) = self.statement(layer, statement) else { continue };
                let place = Place { layer, level, policy, statement: statement.index() };
                match statement.effect() {
                    Effect::Allow => {
                        self.allows.push(place);
                        most = most.max(Some(grant));
                    }
                    Effect::Deny => self.denies.push(place),
                }
            }
        }
        most
    }

    /// Whether each level allows; where there are none, nothing is capped.
    fn each(&mut self, layer: Layer, levels: &[Vec<Arc<Compiled>>]) -> bool {
        if levels.is_empty() || !layer.applies_to(self.request) {
            return true;
        }
        let mut allowed = true;
        for (level, policies) in levels.iter().enumerate() {
            allowed &= self.together(layer, level, policies).is_some();
        }
        allowed
    }

    /// Whether a statement applies to the request, and how directly it names the caller.
    fn statement(&mut self, layer: Layer, statement: &Statement) -> Option<Grant> {
        let request = self.request;
        let context = request.context();
        if !statement.actions.concern(request.folded_action()) {
            return None;
        }
        let grant = grant(layer, statement, request, self.bounded)?;
        let concerns_resource = match &statement.resources {
            Some(resources) => resources.concern(request.resource(), context),
            None => layer.implies_resource(),
        };
        if !concerns_resource {
            // The resource may be meant by a variable that has no value.
            if let Some(resources) = &statement.resources {
                for (key, folded, _) in resources.variables().filter(|(_, _, default)| !default) {
                    self.note_missing(key, folded);
                }
            }
            return None;
        }
        let mut holds = true;
        for condition in &statement.conditions {
            holds &= condition.test(context).holds();
            self.note_missing(&condition.key, &condition.folded_key);
            for (key, folded, default) in condition.variables() {
                if !default {
                    self.note_missing(key, folded);
                }
            }
        }
        holds.then_some(grant)
    }

    fn note_missing(&mut self, key: &str, folded: &str) {
        let known = folded.is_empty() || self.request.context().get(folded).is_some();
        if !known && !self.noted.contains(folded) {
            self.noted.insert(folded.into());
            self.missing.push(key.into());
        }
    }
}

/// How directly a statement of a layer names the caller; statements of most layers are about whoever has them.
pub(super) fn grant(layer: Layer, statement: &Statement, request: &Request, bounded: bool) -> Option<Grant> {
    if !layer.names_principals() {
        return Some(Grant::Direct);
    }
    match &statement.principals {
        Some(principals) => principals.grant(request, bounded),
        None => layer.is_about_everyone().then_some(Grant::Direct),
    }
}

/// Decides a request; see [`super::evaluate`].
pub(super) fn decide(request: &Request, policies: &PolicySet) -> Verdict {
    if is_always_allowed(request) {
        return Verdict {
            decision: Decision::Allowed,
            blocked_by: Vec::new(),
            matched: Vec::new(),
            missing_context: Vec::new(),
        };
    }
    let mut run = Run {
        request,
        bounded: policies.boundary.is_some(),
        allows: Vec::new(),
        denies: Vec::new(),
        missing: Vec::new(),
        noted: HashSet::new(),
    };
    let demand = Demand::of(request);
    let mut blocked = Vec::new();
    let mut must = |layer: Layer, allowed: bool| {
        if !allowed {
            blocked.push(layer);
        }
    };
    must(Layer::Service, !owned::is_refused(request));
    must(Layer::Rcp, run.each(Layer::Rcp, &policies.rcps));
    must(Layer::Scp, run.each(Layer::Scp, &policies.scps));
    let mut endpoints = true;
    for endpoint in &policies.endpoints {
        endpoints &= run.together(Layer::VpcEndpoint, 0, std::slice::from_ref(endpoint)).is_some();
    }
    must(Layer::VpcEndpoint, endpoints);
    let resource = run.together(demand.layer, 0, policies.resource.as_slice());
    let own = run.own_policies(policies);
    must(Layer::Session, run.within_scopes(policies));
    for layer in access(request, demand, resource, own) {
        if !blocked.contains(&layer) {
            blocked.push(layer);
        }
    }
    run.verdict(blocked)
}

/// What the caller's own policies say.
#[derive(Debug, Clone, Copy)]
struct Own {
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Own {
    /// The layers that do not allow, leaving out identity policies where the resource's policy does for them.
    fn lacking(self, identity_counts: bool) -> Vec<Layer> {
        [
            (Layer::Identity, self.identity || !identity_counts),
            (Layer::Boundary, self.boundary),
            (Layer::Session, self.session),
        ]
        .into_iter()
        .filter(|(_, allowed)| !allowed)
        .map(|(layer, _)| layer)
        .collect()
    }
}

impl Run<'_> {
    /// Whether each scope of the session allows. They narrow all that the session may do, granted by whom it will.
    fn within_scopes(&mut self, policies: &PolicySet) -> bool {
        let mut allowed = true;
        if Layer::Session.applies_to(self.request) {
            for (level, scope) in policies.scopes.iter().enumerate() {
                allowed &= self.together(Layer::Session, level + 1, std::slice::from_ref(scope)).is_some();
            }
        }
        allowed
    }

    fn own_policies(&mut self, policies: &PolicySet) -> Own {
        if !Layer::Identity.applies_to(self.request) {
            return Own { identity: true, boundary: true, session: true };
        }
        let identity = self.together(Layer::Identity, 0, &policies.identity);
        let group = self.together(Layer::Group, 0, &policies.groups);
        let boundary = self.together(Layer::Boundary, 0, policies.boundary.as_slice());
        let session = self.together(Layer::Session, 0, &policies.session);
        // "If you do not pass a policy, then the resulting federated user session has no permissions."
        let uncapped =
            policies.session.is_empty() && !matches!(self.request.principal(), Principal::FederatedUser { .. });
        Own {
            identity: identity.or(group).is_some(),
            boundary: policies.boundary.is_none() || boundary.is_some(),
            session: uncapped || session.is_some(),
        }
    }

    fn verdict(self, mut blocked: Vec<Layer>) -> Verdict {
        let denied = !self.denies.is_empty();
        let decision = match (denied, blocked.is_empty()) {
            (true, _) => Decision::ExplicitDeny,
            (false, true) => Decision::Allowed,
            (false, false) => Decision::ImplicitDeny,
        };
        if denied {
            blocked.clear();
            for place in &self.denies {
                let layer = if place.layer == Layer::Group { Layer::Identity } else { place.layer };
                if !blocked.contains(&layer) {
                    blocked.push(layer);
                }
            }
        }
        let matched = if denied { self.denies } else { self.allows };
        Verdict { decision, blocked_by: blocked, matched, missing_context: self.missing }
    }
}

/// The layers beside the caps that do not let the request pass.
fn access(request: &Request, demand: Demand, resource: Option<Grant>, own: Own) -> Vec<Layer> {
    let principal = request.principal();
    match principal {
        // They have no policies of their own: the resource's policy alone decides.
        Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => {
            return if resource.is_some() { Vec::new() } else { vec![demand.layer] };
        }
        // "Roles may not be assumed by root accounts", whatever they trust.
        Principal::Root { .. } if demand.layer == Layer::Trust => return vec![Layer::Trust],
        _ => {}
    }
    let cross = request.is_cross_account();
    match resource {
        None if cross || demand.required => {
            let mut layers = vec![demand.layer];
            layers.extend(own.lacking(cross));
            layers
        }
        // Across accounts both sides must allow, however directly the resource's policy names the caller.
        _ if cross => own.lacking(true),
        // What is given to the user, the session or everyone is not cut by an implicit deny elsewhere.
        Some(Grant::Direct) => Vec::new(),
        // What is given to the role is cut by boundary and session policies.
        Some(Grant::Role) => own.lacking(false),
        // What is given to the account is for its identity policies to hand out.
        Some(Grant::Account) | None => own.lacking(true),
    }
}
