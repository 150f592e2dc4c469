//! The single steps of escalation: from whom to whom, by which technique, and what stands in the way.

mod roles;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::capability::{Block, Capability, Facts};
use super::techniques::{Gain, Holder, PAIRS, Technique, Widening};
use super::{PathStep, Verdict};
use crate::base::arn::Arn;
use crate::base::work::GaveUp;
use crate::catalog::Catalog;
use crate::insight::access::{Access, EffectivePermissions};
use crate::insight::callers::{CallerKind, home};
use crate::insight::effective::{is_administrator, is_unlimited};
use crate::insight::who_can::may_assume;
use crate::model::{Fact, Group, Role, TrustedEntity, User};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{Layer, Statement, Ways};

/// The policy that an attacker attaches.
const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A step with how far it can be taken.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) verdict: Verdict,
    pub(super) steps: Vec<PathStep>,
    pub(super) block: Option<Block>,
}

/// Whom a trust policy may let in.
#[derive(Debug, Default)]
pub(super) struct LetsIn<'a> {
    /// Whoever it is.
    pub(super) anyone: bool,
    /// Whoever has a permission for it.
    pub(super) permitted: bool,
    /// By their ARNs.
    pub(super) names: Vec<&'a str>,
}

/// Whom somebody may take over, by what its policies mention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    /// Users, by their credentials.
    pub(super) users: bool,
    /// Roles, by passing them or changing their trust policies.
    pub(super) roles: bool,
    /// Roles, through what has them already.
    pub(super) machines: bool,
    /// Roles that trust the account.
    pub(super) assumes: bool,
    /// Whether a trust policy names it.
    pub(super) is_named: bool,
}

impl Takes {
    /// Whether it may take over anybody of a kind.
    pub(super) fn may_take(self, kind: CallerKind) -> bool {
        match kind {
            CallerKind::User => self.users,
            _ => self.roles || self.machines || self.assumes || self.is_named,
        }
    }
}

/// What is worked out once for the whole account.
pub(super) struct World<'a> {
    access: &'a Access<'a>,
    own: Box<str>,
    users: HashMap<&'a str, &'a Arc<User>>,
    roles: HashMap<&'a str, &'a Arc<Role>>,
    /// All users and roles in order.
    targets: Vec<(&'a str, CallerKind)>,
    /// Which services each role lets in, and when.
    services: HashMap<&'a str, Vec<(Box<str>, Ways)>>,
    /// The groups that make an administrator of a member.
    administrators: Vec<&'a Arc<Group>>,
    /// Whom trust policies name themselves, or let in whoever they are: they need no permission of their own.
    named: HashSet<Box<str>>,
    /// Whether a trust policy lets everybody in.
    lets_anyone_in: bool,
    /// The roles that trust the account and ask for nothing more.
    trusting: HashSet<&'a str>,
    /// What would be left of a boundary, an organization and denials if somebody's policies allowed everything.
    grown: RefCell<HashMap<Box<str>, Growth>>,
}

/// Whether somebody would be an administrator whose policies allow everything.
#[derive(Debug, Clone)]
enum Growth {
    Yes,
    When(Ways),
    Blocked(Block),
}

impl<'a> World<'a> {
    pub(super) fn new(access: &'a Access<'a>) -> Result<Self, GaveUp> {
        let account = access.account();
        let mut world = Self {
            access,
            own: home(account).map(|(_, number)| number).unwrap_or_default(),
            users: account.users().rows().iter().map(|user| (user.arn.as_str(), user)).collect(),
            roles: account.roles().rows().iter().map(|role| (role.arn.as_str(), role)).collect(),
            targets: Vec::new(),
            services: HashMap::new(),
            administrators: Vec::new(),
            named: HashSet::new(),
            lets_anyone_in: false,
            trusting: HashSet::new(),
            grown: RefCell::default(),
        };
        let users = world.users.keys().map(|id| (*id, CallerKind::User));
        world.targets = users.chain(world.roles.keys().map(|id| (*id, CallerKind::Role))).collect();
        world.targets.sort_unstable();
        for group in account.groups().rows() {
            if is_administrator(&mut access.member(group))? {
                world.administrators.push(group);
            }
        }
        for role in account.roles().rows() {
            let services = world.services_of(role)?;
            world.services.insert(role.arn.as_str(), services);
            if world.trusts_the_account(role) {
                world.trusting.insert(role.arn.as_str());
            }
            for entity in role.facts.trust.known().into_iter().flat_map(|trust| &trust.entities) {
                world.lets_anyone_in |= *entity == TrustedEntity::Anyone;
                if let TrustedEntity::Principal(arn) = entity {
                    world.named.insert(arn.as_str().into());
                }
            }
        }
        Ok(world)
    }

    /// Whether a role lets in whoever of the account has a permission for it, whatever the context.
    fn trusts_the_account(&self, role: &Role) -> bool {
        let (Some(trust), Some(compiled)) = (role.facts.trust.known(), self.access.trust(role)) else { return false };
        let is_own =
            |entity: &TrustedEntity| matches!(entity, TrustedEntity::Account(number) if number.as_str() == &*self.own);
        !trust.document.text().contains("NotPrincipal")
            && trust.entities.iter().all(is_own)
            && compiled
                .statements()
                .iter()
                .all(|one| one.effect() == Effect::Allow && one.is_unconditional() && one.is_about("sts:assumerole"))
    }

    /// Whether somebody would be an administrator whose policies allow everything.
    fn growth_of(&self, target: &str) -> Result<Growth, GaveUp> {
        if let Some(known) = self.grown.borrow().get(target) {
            return Ok(known.clone());
        }
        let powers = match (self.users.get(target), self.roles.get(target)) {
            (Some(user), _) => self.access.user(user),
            (None, Some(role)) => self.access.role(role),
            (None, None) => return Ok(Growth::Yes),
        };
        let grown = growth(powers)?;
        self.grown.borrow_mut().insert(target.into(), grown.clone());
        Ok(grown)
    }

    /// The services and pools that a role lets in. A condition on the account that the service acts for holds.
    fn services_of(&self, role: &Role) -> Result<Vec<(Box<str>, Ways)>, GaveUp> {
        let Some(trust) = role.facts.trust.known() else { return Ok(Vec::new()) };
        let mut services = Vec::new();
        for mut caller in self.access.outsiders(trust) {
            let is_pool = caller.kind == CallerKind::Federated && &*caller.id == "cognito-identity.amazonaws.com";
            if caller.kind == CallerKind::Service || is_pool {
                caller.powers.give(&[("aws:SourceAccount".to_owned(), vec![self.own.to_string()])]);
                let when = may_assume(self.access, caller.kind, &mut caller.powers, role)?;
                if !when.is_never() {
                    services.push((caller.id.clone(), when));
                }
            }
        }
        Ok(services)
    }

    /// Whether somebody can do any of what the techniques need: most can do nothing of it.
    pub(super) fn may_escalate(&self, capability: &Capability, id: &str) -> bool {
        capability.usable().len() > 1
            || capability.mentions("sts:AssumeRole")
            || self.named.contains(id)
            || self.lets_anyone_in
    }

    /// Whom somebody may take over, as far as it can be told without looking at whom.
    pub(super) fn takes(&self, capability: &Capability, id: &str) -> Takes {
        let usable = capability.usable();
        let any = |wanted: fn(&Gain) -> bool| usable.iter().any(|technique| wanted(&technique.gain));
        Takes {
            users: any(|gain| matches!(gain, Gain::Credentials(_))),
            roles: any(|gain| matches!(gain, Gain::Trust | Gain::Pass(_))),
            machines: any(|gain| matches!(gain, Gain::Existing(_))),
            assumes: capability.mentions("sts:AssumeRole"),
            is_named: self.named.contains(id) || self.lets_anyone_in,
        }
    }

    /// Whom the trust policy of a role may let in.
    pub(super) fn lets_in(&self, target: &str) -> LetsIn<'a> {
        let role: Option<&'a Arc<Role>> = self.roles.get(target).copied();
        let mut found = LetsIn::default();
        let Some(trust) = role.and_then(|role| role.facts.trust.known()) else { return found };
        found.permitted = trust.document.text().contains("NotPrincipal");
        for entity in &trust.entities {
            match entity {
                TrustedEntity::Principal(arn) if arn.service() == "iam" => found.names.push(arn.as_str()),
                TrustedEntity::Service(_) | TrustedEntity::Provider(_) => {}
                TrustedEntity::Account(number) => found.permitted |= number.as_str() == &*self.own,
                TrustedEntity::Anyone => found.anyone = true,
                TrustedEntity::Principal(_) | TrustedEntity::Gone(_) | TrustedEntity::Other(_) => {
                    found.permitted = true;
                }
            }
        }
        found
    }

    /// The techniques that make the permissions of a target grow.
    pub(super) fn widen(
        &self,
        capability: &mut Capability,
        target: &str,
        kind: CallerKind,
    ) -> Result<Vec<Edge>, GaveUp> {
        let mut edges = Vec::new();
        for technique in capability.usable().iter().copied() {
            match technique.gain {
                Gain::Own(Widening::Boundary(_), action) if !capability.mentions(action) => {}
                Gain::Own(Widening::Boundary(holder), action) => {
                    edges.extend(self.without_boundary(capability, technique, (holder, action), target)?);
                }
                Gain::Own(widening, action) if capability.mentions(action) => {
                    for resource in self.holders(widening, target, kind) {
                        edges.extend(self.widened(capability, technique, (action, resource), target)?);
                    }
                }
                Gain::Group if kind == CallerKind::User && capability.mentions("iam:AddUserToGroup") => {
                    edges.extend(self.joined(capability, technique, target)?);
                }
                _ => {}
            }
        }
        Ok(edges)
    }

    /// On what a widening of somebody's permissions works.
    fn holders<'t>(&self, widening: Widening, target: &'t str, kind: CallerKind) -> Vec<&'t str>
    where
        'a: 't,
    {
        let user = self.users.get(target);
        let groups = || {
            let names = user.and_then(|user| user.facts.groups.known());
            names.into_iter().flatten().filter_map(|name| self.access.account().groups().get(name))
        };
        match (widening, kind) {
            (Widening::Policies(Holder::User), CallerKind::User)
            | (Widening::Policies(Holder::Role), CallerKind::Role) => vec![target],
            (Widening::Policies(Holder::Group), CallerKind::User) => groups().map(|group| group.arn.as_str()).collect(),
            (Widening::Policy, _) => {
                let own = match (user, self.roles.get(target)) {
                    (Some(user), _) => user.facts.attached.known(),
                    (None, Some(role)) => role.facts.attached.known(),
                    (None, None) => None,
                };
                let of_groups = groups().filter_map(|group| group.facts.attached.known()).flatten();
                let all = own.into_iter().flatten().chain(of_groups).filter(|policy| policy.arn.account() != "aws");
                all.map(|policy| policy.arn.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn facts_of(&self, target: &str) -> (Option<&'a crate::model::Tags>, Option<&'a Fact<Arn>>) {
        match (self.users.get(target), self.roles.get(target)) {
            (Some(user), _) => (user.facts.tags.known(), Some(&user.facts.boundary)),
            (None, Some(role)) => (role.facts.tags.known(), Some(&role.facts.boundary)),
            (None, None) => (None, None),
        }
    }

    fn widened(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        (action, resource): (&'static str, &str),
        target: &str,
    ) -> Result<Option<Edge>, GaveUp> {
        let (tags, boundary) = self.facts_of(resource);
        let bound = boundary.and_then(Fact::known).map(Arn::as_str);
        let mut context = Vec::new();
        if boundary.is_some_and(Fact::is_settled) {
            context.push(("iam:PermissionsBoundary", bound));
        }
        if action.starts_with("iam:Attach") {
            context.push(("iam:PolicyARN", Some(ADMINISTRATOR_ACCESS)));
        }
        let when = capability.on(action, resource, Facts { tags, context: &context })?;
        let step = |when: Ways| PathStep {
            technique: technique.id,
            actions: vec![action],
            resource: resource.into(),
            target: target.into(),
            why: technique.what.to_owned(),
            when,
            statements: Vec::new(),
        };
        if when.is_never() {
            let block = capability.block(action, resource, Facts { tags, context: &context })?;
            return Ok(blocked(block, vec![step(Ways::always())]));
        }
        let growth = match technique.gain {
            Gain::Own(_, "iam:SetDefaultPolicyVersion") => match self.other_version(resource, target)? {
                Some(growth) => growth,
                None => return Ok(None),
            },
            _ => self.growth_of(target)?,
        };
        Ok(Some(match growth {
            Growth::Yes => edge(vec![step(when)], false),
            Growth::When(ways) => edge(vec![step(when.and(ways))], false),
            Growth::Blocked(block) => {
                return Ok(Some(Edge { verdict: Verdict::Blocked, steps: vec![step(when)], block: Some(block) }));
            }
        }))
    }

    /// Whether a version that is not in force would make an administrator of whoever has the policy.
    fn other_version(&self, policy: &str, target: &str) -> Result<Option<Growth>, GaveUp> {
        let Ok(arn) = Arn::parse(policy) else { return Ok(None) };
        let Some(held) = self.access.account().policy(&arn) else { return Ok(None) };
        for (version, document) in &held.facts.documents {
            let Some(document) = document.known().filter(|_| *version != held.default_version) else { continue };
            let Some(compiled) = self.access.document(document) else { continue };
            let powers = match (self.users.get(target), self.roles.get(target)) {
                (Some(user), _) => self.access.user(user),
                (None, Some(role)) => self.access.role(role),
                (None, None) => continue,
            };
            let gives_iam = |one: &Statement| one.effect() == Effect::Allow && one.is_about_all_of("iam") == Some(true);
            if compiled.statements().iter().any(gives_iam) {
                return growth_of(powers.and_policy(compiled), false).map(Some);
            }
        }
        Ok(None)
    }

    fn without_boundary(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        (holder, action): (Holder, &'static str),
        target: &str,
    ) -> Result<Option<Edge>, GaveUp> {
        let powers = match (holder, self.users.get(target), self.roles.get(target)) {
            (Holder::User, Some(user), _) if user.facts.boundary.known().is_some() => self.access.user(user),
            (Holder::Role, _, Some(role)) if role.facts.boundary.known().is_some() => self.access.role(role),
            _ => return Ok(None),
        };
        if !is_administrator(&mut powers.without_boundary())? {
            return Ok(None);
        }
        let (tags, boundary) = self.facts_of(target);
        let context = [("iam:PermissionsBoundary", boundary.and_then(Fact::known).map(Arn::as_str))];
        let facts = Facts { tags, context: &context };
        let when = capability.on(action, target, facts)?;
        let step = PathStep {
            technique: technique.id,
            actions: vec![action],
            resource: target.into(),
            target: target.into(),
            why: technique.what.to_owned(),
            when: when.clone(),
            statements: Vec::new(),
        };
        if when.is_never() {
            return Ok(blocked(capability.block(action, target, facts)?, vec![step]));
        }
        Ok(Some(edge(vec![step], false)))
    }

    /// Joining a group that makes an administrator of the user.
    fn joined(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        target: &str,
    ) -> Result<Option<Edge>, GaveUp> {
        const ACTION: &str = "iam:AddUserToGroup";
        let Some(user) = self.users.get(target) else { return Ok(None) };
        let mut stopped = None;
        for group in &self.administrators {
            if user.facts.groups.known().is_some_and(|own| own.contains(&group.name)) {
                continue;
            }
            let when = capability.on(ACTION, group.arn.as_str(), Facts::default())?;
            let step = |when: Ways| PathStep {
                technique: technique.id,
                actions: vec![ACTION],
                resource: group.arn.as_str().into(),
                target: target.into(),
                why: format!("{} that administers", technique.what),
                when,
                statements: Vec::new(),
            };
            if when.is_never() {
                stopped = stopped.or(blocked(
                    capability.block(ACTION, group.arn.as_str(), Facts::default())?,
                    vec![step(Ways::always())],
                ));
                continue;
            }
            let mut joined = User::clone(user);
            if let Fact::Known(groups, _) = &mut joined.facts.groups {
                groups.push(group.name.clone());
            }
            match growth_of(self.access.user(&joined), false)? {
                Growth::Yes => return Ok(Some(edge(vec![step(when)], false))),
                Growth::When(ways) => return Ok(Some(edge(vec![step(when.and(ways))], false))),
                Growth::Blocked(block) => {
                    stopped = Some(Edge { verdict: Verdict::Blocked, steps: vec![step(when)], block: Some(block) });
                }
            }
        }
        Ok(stopped)
    }

    /// Making somebody else's permissions grow, and taking them over.
    pub(super) fn grow_others(
        &self,
        capability: &mut Capability,
        id: &str,
        own: CallerKind,
        most: usize,
    ) -> Result<Vec<(Edge, Box<str>)>, GaveUp> {
        let widens = capability.usable().iter().any(|one| matches!(one.gain, Gain::Own(..) | Gain::Group));
        let mut edges = Vec::new();
        if !widens || most == 0 {
            return Ok(edges);
        }
        let takes = self.takes(capability, id);
        for (target, kind) in &self.targets {
            if edges.len() >= most {
                break;
            }
            if *target == id || !takes.may_take(*kind) {
                continue;
            }
            let wider = self.widen(capability, target, *kind)?;
            let wider: Vec<Edge> = wider.into_iter().filter(|edge| edge.verdict != Verdict::Blocked).collect();
            if wider.is_empty() {
                continue;
            }
            let taken = self.become_it(capability, id, own, target, false)?;
            for first in &wider {
                for second in taken.iter().filter(|edge| edge.verdict != Verdict::Unknown) {
                    edges.push((joined_edge(first, second), (*target).into()));
                }
            }
        }
        Ok(edges)
    }

    /// How somebody gets the permissions that a target has.
    pub(super) fn become_it(
        &self,
        capability: &mut Capability,
        id: &str,
        kind: CallerKind,
        target: &str,
        with_blocked: bool,
    ) -> Result<Vec<Edge>, GaveUp> {
        let mut edges = Vec::new();
        if id == target {
            return Ok(edges);
        }
        if self.users.contains_key(target) {
            for technique in capability.usable().iter().copied() {
                if let Gain::Credentials(actions) = technique.gain {
                    edges.extend(self.credentials(capability, technique, actions, target)?);
                }
            }
        } else if let Some(role) = self.roles.get(target) {
            for technique in capability.usable().iter().copied() {
                let edge = match technique.gain {
                    Gain::Trust => Self::trust(capability, technique, role)?,
                    Gain::Assume => self.assume(capability, technique, (id, kind), role)?,
                    Gain::Pass(services) => self.pass(capability, technique, services, role)?,
                    Gain::Existing(services) => self.existing(capability, technique, services, role)?,
                    Gain::Own(..) | Gain::Group | Gain::Credentials(_) => None,
                };
                edges.extend(edge);
            }
        }
        edges.retain(|edge| with_blocked || edge.verdict != Verdict::Blocked);
        Ok(edges)
    }

    fn credentials(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        actions: &'static [&'static str],
        target: &str,
    ) -> Result<Option<Edge>, GaveUp> {
        if !actions.iter().all(|action| capability.mentions(action)) {
            return Ok(None);
        }
        let Some(user) = self.users.get(target) else { return Ok(None) };
        let has_password = user.facts.has_password().known().copied();
        let is_moot = match technique.id {
            "iam-004" => has_password == Some(true),
            "iam-006" => has_password == Some(false),
            // Replacing a key is only another way where a user has as many as there may be.
            "iam-003" => user.facts.keys.known().is_none_or(|keys| keys.len() < 2),
            "iam-002" => user.facts.keys.known().is_some_and(|keys| keys.len() >= 2),
            _ => false,
        };
        if is_moot {
            return Ok(None);
        }
        let facts = Facts { tags: user.facts.tags.known(), context: &[] };
        let mut when = Ways::always();
        let mut refused = None;
        for action in actions {
            let one = capability.on(action, target, facts)?;
            if one.is_never() && refused.is_none() {
                refused = capability.block(action, target, facts)?;
            }
            when = when.and(one);
        }
        let step = PathStep {
            technique: technique.id,
            actions: actions.to_vec(),
            resource: target.into(),
            target: target.into(),
            why: technique.what.to_owned(),
            when: when.clone(),
            statements: Vec::new(),
        };
        Ok(if when.is_never() { blocked(refused, vec![step]) } else { Some(edge(vec![step], false)) })
    }
}

fn edge(steps: Vec<PathStep>, is_unknown: bool) -> Edge {
    let certain = steps.iter().all(|step| step.when.is_always());
    let possible = !steps.iter().any(|step| step.when.is_never());
    let verdict = match (is_unknown, certain, possible) {
        (_, _, false) => Verdict::Blocked,
        (true, ..) => Verdict::Unknown,
        (false, true, _) => Verdict::Open,
        (false, false, _) => Verdict::Conditional,
    };
    Edge { verdict, steps, block: None }
}

/// A step that something else than the lack of a permission stands in the way of.
fn blocked(block: Option<Block>, steps: Vec<PathStep>) -> Option<Edge> {
    let block = block.filter(|block| block.layer != Layer::Identity || block.statement.is_some())?;
    Some(Edge { verdict: Verdict::Blocked, steps, block: Some(block) })
}

/// Two steps on the same target, which the catalogue may have as one.
fn joined_edge(first: &Edge, second: &Edge) -> Edge {
    let ids = |edge: &Edge| edge.steps.first().map_or("", |step| step.technique);
    let pair = PAIRS.iter().find(|(one, two, _)| *one == ids(first) && *two == ids(second));
    let mut steps: Vec<PathStep> = first.steps.iter().chain(&second.steps).cloned().collect();
    if let Some((.., id)) = pair {
        for step in &mut steps {
            step.technique = id;
        }
    }
    Edge { verdict: first.verdict.max(second.verdict), steps, block: None }
}

/// What is left if somebody's policies allowed everything.
fn growth(powers: EffectivePermissions) -> Result<Growth, GaveUp> {
    growth_of(powers, true)
}

fn growth_of(powers: EffectivePermissions, with_everything: bool) -> Result<Growth, GaveUp> {
    if with_everything && powers.is_unbound() {
        return Ok(Growth::Yes);
    }
    let mut powers = if with_everything { powers.and_everything() } else { powers };
    if is_administrator(&mut powers)? {
        return Ok(Growth::Yes);
    }
    let catalog = Catalog::bundled();
    let Some(service) = catalog.service("iam") else { return Ok(Growth::Yes) };
    let mut when = Ways::always();
    // Where statements do not tell the actions of IAM apart, one stands for all.
    let is_alike = powers.policies().statements().all(|statement| statement.treats_alike("iam"));
    let count = if is_alike { 1 } else { usize::MAX };
    for action in catalog.actions_of(service).take(count) {
        let prospect = powers.prospect(&action.full_name(), "*")?;
        let whole = prospect.parts.iter().filter(|part| &*part.resource == "*" && part.except.is_empty());
        let ways = whole.map(|part| part.when.clone()).fold(Ways::never(), Ways::or);
        if ways.is_never() || !is_unlimited(&prospect) && when.sets().len() > 16 {
            let layer = prospect.blocked_by.first().copied().unwrap_or(Layer::Identity);
            let statement =
                prospect.matched.first().filter(|_| !prospect.is_possible()).map(|place| powers.reference(place));
            return Ok(Growth::Blocked(Block { layer, statement }));
        }
        when = when.and(ways);
    }
    Ok(if when.is_never() {
        Growth::Blocked(Block { layer: Layer::Identity, statement: None })
    } else {
        Growth::When(when)
    })
}
