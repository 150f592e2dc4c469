//! The steps that make somebody's permissions grow: policies, versions, boundaries, groups.

use super::super::PathStep;
use super::super::capability::{Block, Capability, Facts, Mentions};
use super::super::techniques::{Gain, Holder, Technique, Widening};
use super::{Edge, POWERFUL, Verdict, World, blocked, edge};
use crate::base::arn::Arn;
use crate::base::work::GaveUp;
use crate::insight::access::EffectivePermissions;
use crate::insight::callers::CallerKind;
use crate::insight::effective::{Limits, is_administrator, limits};
use crate::model::{Fact, Group, User};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{Layer, Statement, Ways};

use super::Growth;

impl<'a> World<'a> {
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

    /// The techniques that make the permissions of a target grow.
    pub(in super::super) fn widen(
        &self,
        capability: &mut Capability,
        target: &str,
        kind: CallerKind,
    ) -> Result<Vec<Edge>, GaveUp> {
        let mut edges = Vec::new();
        for technique in capability.usable().iter().copied() {
            match technique.gain {
                Gain::Own(Widening::Boundary(holder), action) => {
                    edges.extend(self.without_boundary(capability, technique, (holder, action), target)?);
                }
                Gain::Own(Widening::Policies(Holder::User | Holder::Role), action)
                    if !capability.explains && capability.cannot(action, target)? => {}
                Gain::Own(widening, action) => {
                    for resource in self.holders(widening, target, kind) {
                        edges.extend(self.widened(capability, technique, (action, resource), target)?);
                    }
                }
                Gain::Group if kind == CallerKind::User => {
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
        let attaches = action.starts_with("iam:Attach");
        if attaches {
            context.push(("iam:PolicyARN", Some(POWERFUL[0])));
        }
        let mut when = capability.on(action, resource, Facts { tags, context: &context })?;
        // Where not every policy may be attached, another one may do.
        for policy in self.powerful.iter().skip(1).filter(|_| attaches) {
            if !when.is_never() {
                break;
            }
            context.pop();
            context.push(("iam:PolicyARN", Some(policy)));
            when = capability.on(action, resource, Facts { tags, context: &context })?;
        }
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
            match growth_of(self.access.user(&member(user, group)), false)? {
                Growth::Yes => return Ok(Some(edge(vec![step(when)], false))),
                Growth::When(ways) => return Ok(Some(edge(vec![step(when.and(ways))], false))),
                Growth::Blocked(block) => {
                    stopped = Some(Edge { verdict: Verdict::Blocked, steps: vec![step(when)], block: Some(block) });
                }
            }
        }
        if let Some(edge) = self.led_on(capability, technique, user, target)? {
            return Ok(Some(edge));
        }
        Ok(stopped)
    }

    /// Joining a group that lets the user make its own permissions grow.
    fn led_on(
        &self,
        capability: &mut Capability,
        technique: &'static Technique,
        user: &User,
        target: &str,
    ) -> Result<Option<Edge>, GaveUp> {
        const ACTION: &str = "iam:AddUserToGroup";
        if !self.follows_groups {
            return Ok(None);
        }
        let mut best: Option<Edge> = None;
        for group in self.access.account().groups().rows() {
            let is_own = user.facts.groups.known().is_some_and(|own| own.contains(&group.name));
            if is_own || self.administrators.iter().any(|other| other.arn == group.arn) {
                continue;
            }
            let when = capability.on(ACTION, group.arn.as_str(), Facts::default())?;
            if when.is_never() {
                continue;
            }
            let joined = member(user, group);
            let mut then = Capability::new(self.access.user(&joined), &mut Mentions::default());
            then.explains = false;
            let first = PathStep {
                technique: technique.id,
                actions: vec![ACTION],
                resource: group.arn.as_str().into(),
                target: target.into(),
                why: technique.what.to_owned(),
                when,
                statements: Vec::new(),
            };
            for next in then.usable().iter().copied().filter(|next| !capability.usable().contains(next)) {
                let Gain::Own(widening, action) = next.gain else { continue };
                for resource in self.holders(widening, target, CallerKind::User) {
                    let Some(grown) = self.widened(&mut then, next, (action, resource), target)? else { continue };
                    let mut steps = vec![first.clone()];
                    steps.extend(grown.steps);
                    let found = edge(steps, grown.verdict == Verdict::Unknown);
                    if best.as_ref().is_none_or(|best| found.verdict < best.verdict) {
                        best = Some(found);
                    }
                }
            }
        }
        Ok(best.filter(|edge| edge.verdict != Verdict::Blocked))
    }
}

/// A user who is in one more group.
fn member(user: &User, group: &Group) -> User {
    let mut joined = User::clone(user);
    if let Fact::Known(groups, _) = &mut joined.facts.groups {
        groups.push(group.name.clone());
    }
    joined
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
    Ok(match limits(&mut powers)? {
        Limits::None => Growth::Yes,
        Limits::When(ways) => Growth::When(ways),
        Limits::By(prospect) => {
            let layer = prospect.blocked_by.first().copied().unwrap_or(Layer::Identity);
            let statement = prospect.matched.first().filter(|_| !prospect.is_possible());
            Growth::Blocked(Block { layer, statement: statement.map(|place| powers.reference(place)) })
        }
    })
}
