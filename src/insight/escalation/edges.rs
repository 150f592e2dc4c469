//! The single steps of escalation: from whom to whom, by which technique, and what stands in the way.

mod roles;
mod widen;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::capability::{Block, Capability, Facts};
use super::techniques::{Gain, PAIRS, Technique};
use super::{LARGE, PathStep, Verdict};
use crate::base::work::GaveUp;
use crate::insight::access::Access;
use crate::insight::callers::{CallerKind, home};
use crate::insight::effective::administers_when;
use crate::insight::who_can::may_assume;
use crate::model::{Group, Role, TrustedEntity, User};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{Layer, Statement, Ways};

/// The policies of AWS that an attacker attaches.
const POWERFUL: [&str; 2] = ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/IAMFullAccess"];

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
    /// Whether everybody whom it does not name itself needs a permission, for certain.
    pub(super) asks_for_permission: bool,
    /// By their ARNs.
    pub(super) names: Vec<&'a str>,
}

impl LetsIn<'_> {
    /// Whether somebody gets in only by a permission of its own, and has none.
    pub(super) fn is_shut_to(&self, id: &str, capability: &mut Capability, role: &str) -> Result<bool, GaveUp> {
        let is_asked = !self.anyone && self.asks_for_permission && !self.names.contains(&id);
        Ok(is_asked && capability.cannot_assume(role)?)
    }
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
    /// The groups that make an administrator of a member, perhaps under a condition.
    administrators: Vec<&'a Arc<Group>>,
    /// Whom trust policies name themselves, or let in whoever they are: they need no permission of their own.
    named: HashSet<Box<str>>,
    /// Whether a trust policy lets everybody in.
    lets_anyone_in: bool,
    /// The roles that trust the account and ask for nothing more.
    trusting: HashSet<&'a str>,
    /// Whether it is looked where a group leads that makes no administrator: not in a large account.
    follows_groups: bool,
    /// The policies that make an administrator of whoever gets one.
    powerful: Vec<&'a str>,
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
            follows_groups: account.users().rows().len() + account.roles().rows().len() <= LARGE,
            powerful: POWERFUL.to_vec(),
            grown: RefCell::default(),
        };
        let gives_iam = |one: &Statement| one.effect() == Effect::Allow && one.is_about_all_of("iam") == Some(true);
        for policy in account.policies().rows() {
            if access.managed(&policy.arn).is_some_and(|compiled| compiled.statements().iter().any(gives_iam)) {
                world.powerful.push(policy.arn.as_str());
            }
        }
        let users = world.users.keys().map(|id| (*id, CallerKind::User));
        world.targets = users.chain(world.roles.keys().map(|id| (*id, CallerKind::Role))).collect();
        world.targets.sort_unstable();
        for group in account.groups().rows() {
            if !administers_when(&mut access.member(group))?.is_never() {
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
        capability.usable().len() > 1 || capability.may_assume() || self.named.contains(id) || self.lets_anyone_in
    }

    /// Whom somebody may take over, as far as it can be told without looking at whom.
    pub(super) fn takes(&self, capability: &Capability, id: &str) -> Takes {
        let usable = capability.usable();
        let any = |wanted: fn(&Gain) -> bool| usable.iter().any(|technique| wanted(&technique.gain));
        Takes {
            users: any(|gain| matches!(gain, Gain::Credentials(_))),
            roles: any(|gain| matches!(gain, Gain::Trust | Gain::Pass(_))),
            machines: any(|gain| matches!(gain, Gain::Existing(_))),
            assumes: capability.may_assume(),
            is_named: self.named.contains(id) || self.lets_anyone_in,
        }
    }

    /// Whom the trust policy of a role may let in.
    pub(super) fn lets_in(&self, target: &str) -> LetsIn<'a> {
        let role: Option<&'a Arc<Role>> = self.roles.get(target).copied();
        let mut found = LetsIn { asks_for_permission: true, ..LetsIn::default() };
        let Some(trust) = role.and_then(|role| role.facts.trust.known()) else { return found };
        found.permitted = trust.document.text().contains("NotPrincipal");
        found.asks_for_permission = !found.permitted;
        for entity in &trust.entities {
            match entity {
                TrustedEntity::Principal(arn) if arn.service() == "iam" => found.names.push(arn.as_str()),
                TrustedEntity::Service(_) | TrustedEntity::Provider(_) => {}
                TrustedEntity::Account(number) => found.permitted |= number.as_str() == &*self.own,
                TrustedEntity::Anyone => found.anyone = true,
                TrustedEntity::Principal(_) | TrustedEntity::Gone(_) | TrustedEntity::Other(_) => {
                    found.permitted = true;
                    found.asks_for_permission = false;
                }
            }
        }
        found
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
        let mut is_tagged = false;
        for action in actions {
            let mut one = capability.on(action, target, facts)?;
            if one.is_never() {
                one = capability.on_tagged(action, target, facts)?;
                is_tagged |= !one.is_never();
            }
            if one.is_never() && refused.is_none() {
                refused = capability.block(action, target, facts)?;
            }
            when = when.and(one);
        }
        let step = PathStep {
            technique: technique.id,
            actions: actions.iter().copied().chain(is_tagged.then_some("iam:TagUser")).collect(),
            resource: target.into(),
            target: target.into(),
            why: tagged_first(technique.what, is_tagged),
            when: when.clone(),
            statements: Vec::new(),
        };
        Ok(if when.is_never() { blocked(refused, vec![step]) } else { Some(edge(vec![step], false)) })
    }
}

/// What is done, where a tag that the policy asks for may have to be set first.
fn tagged_first(what: &str, is_tagged: bool) -> String {
    if is_tagged { format!("sets the tag that its policy asks for, then {what}") } else { what.to_owned() }
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
