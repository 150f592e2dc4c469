//! How somebody gets from the permissions they have to those of an administrator, or of somebody else.

mod capability;
pub mod close;
mod edges;
pub(crate) mod render;
pub(crate) mod techniques;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use super::access::Access;
use super::callers::{Caller, CallerKind};
use super::effective::administers_when;
use super::unread;
use super::who_can::StatementRef;
use crate::base::work::{self, GaveUp};
use crate::policy::evaluate::Ways;

pub use capability::Block;
use capability::{Capability, Facts, Mentions};
use edges::{Edge, LetsIn, Takes, World};

/// The most paths that begin at one principal, and the most at all.
const PATHS_OF_ONE: usize = 60;
const PATHS: usize = 20_000;
/// The same in a large account, unless one principal is asked about.
const PATHS_OF_ONE_AMONG_MANY: usize = 3;
/// The most paths of a large account whose statements are named.
const NAMED: usize = 500;
/// The number of principals from which on an account is large.
const LARGE: usize = 600;
/// The longest chain.
const LONGEST: usize = 8;

/// Whether a path can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It can.
    Open,
    /// It can where conditions hold.
    Conditional,
    /// It depends on something that was not read.
    Unknown,
    /// It cannot: something stands in the way of what a policy allows.
    Blocked,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Conditional => "conditional",
            Self::Unknown => "unknown",
            Self::Blocked => "blocked",
        }
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The technique.
    pub technique: &'static str,
    /// The actions that it takes.
    pub actions: Vec<&'static str>,
    /// What the main action works on.
    pub resource: Box<str>,
    /// Whose permissions the step gives, or makes grow.
    pub target: Box<str>,
    /// What is done, in words.
    pub why: String,
    /// Under which conditions.
    pub when: Ways,
    /// The statements that allow it, without which it could not be taken.
    pub statements: Vec<StatementRef>,
}

/// A way from somebody to the permissions of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Where it begins.
    pub from: Box<str>,
    /// Where it ends: a principal, or `admin` where permissions grow until nothing is left.
    pub to: Box<str>,
    /// Whether it can be taken.
    pub verdict: Verdict,
    /// Its steps.
    pub steps: Vec<PathStep>,
    /// What stands in the way.
    pub blocked_by: Option<Block>,
}

/// Where paths may begin and end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// Only from this principal.
    pub from: Option<Box<str>>,
    /// To this principal instead of administrators.
    pub to: Option<Box<str>>,
    /// Only what these can do without taking over anybody who is no goal.
    pub only: Option<BTreeSet<Box<str>>>,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Escalation {
    /// Who is an administrator already.
    pub administrators: Vec<Box<str>>,
    /// Who is one under a condition, such as a session with MFA.
    pub conditional: Vec<(Box<str>, Ways)>,
    /// The paths, the worst first.
    pub paths: Vec<Path>,
    /// What could not be read.
    pub not_read: Vec<String>,
    /// What is not part of the answer.
    pub not_evaluated: Vec<String>,
}

/// The word for the end of a path on which somebody's own permissions grow.
pub const ADMIN: &str = "admin";

/// Finds the paths of an account.
pub fn escalation(access: &Access<'_>, route: &Route) -> Result<Escalation, GaveUp> {
    let mut found = Escalation::default();
    if access.guardrails().is_none() {
        found.not_evaluated.push("service control policies and resource control policies".to_owned());
    }
    found.not_evaluated.push("resource-based policies, and which functions, instances and projects exist".to_owned());
    let mut callers: Vec<Caller> = access.callers();
    callers.retain(|caller| caller.kind != CallerKind::Root);
    found.not_read = unread::among(access.account(), &callers);
    let mut mentions = Mentions::default();
    for caller in &mut callers {
        if !mentions.may_administer(&caller.powers) {
            continue;
        }
        let when = administers_when(&mut caller.powers)?;
        if when.is_always() {
            found.administrators.push(caller.id.clone());
        } else if !when.is_never() {
            found.conditional.push((caller.id.clone(), when));
        }
    }
    let world = World::new(access)?;
    let mut search = Search::new(&world, (callers, mentions), &found, route);
    search.run(&mut found.paths)?;
    found.paths.sort_by(|one, two| {
        (one.verdict, one.steps.len(), &one.from, &one.to).cmp(&(two.verdict, two.steps.len(), &two.from, &two.to))
    });
    let most = if search.is_large { NAMED } else { usize::MAX };
    for path in found.paths.iter_mut().take(most) {
        search.name_statements(path)?;
    }
    Ok(found)
}

/// The best that is known of a principal: how it gets to the goal.
#[derive(Clone)]
struct Best {
    cost: (Verdict, usize),
    path: Vec<PathStep>,
    to: Box<str>,
}

struct Search<'a> {
    world: &'a World<'a>,
    ids: Vec<Box<str>>,
    kinds: Vec<CallerKind>,
    capabilities: Vec<Capability>,
    by_id: HashMap<Box<str>, usize>,
    /// The goals, with whom their trust policies let in.
    goals: BTreeMap<usize, LetsIn<'a>>,
    administrators: BTreeSet<usize>,
    /// Who is an administrator under a condition, where any administrator is the goal.
    conditional: BTreeMap<usize, Ways>,
    route: Route,
    /// Whether there are so many principals that not all paths of each are of use.
    is_large: bool,
}

impl<'a> Search<'a> {
    fn new(
        world: &'a World<'a>,
        (callers, mut mentions): (Vec<Caller>, Mentions),
        known: &Escalation,
        route: &Route,
    ) -> Self {
        let ids: Vec<Box<str>> = callers.iter().map(|caller| caller.id.clone()).collect();
        let by_id: HashMap<Box<str>, usize> = ids.iter().cloned().zip(0..).collect();
        let number = |id: &str| by_id.get(id).copied();
        let administrators: BTreeSet<usize> = known.administrators.iter().filter_map(|id| number(id)).collect();
        let is_to_any = route.to.as_deref().is_none_or(|to| to == ADMIN);
        let conditional = known.conditional.iter().filter(|_| is_to_any);
        let conditional = conditional.filter_map(|(id, when)| Some((number(id)?, when.clone()))).collect();
        let goals: BTreeSet<usize> = match &route.to {
            Some(to) if &**to != ADMIN => number(to).into_iter().collect(),
            _ => administrators.clone(),
        };
        let lets_in = |at: usize| ids.get(at).map(|id| world.lets_in(id)).unwrap_or_default();
        let goals = goals.into_iter().map(|at| (at, lets_in(at))).collect();
        let kinds = callers.iter().map(|caller| caller.kind).collect();
        let capabilities = callers.into_iter().map(|caller| Capability::new(caller.powers, &mut mentions)).collect();
        let is_large = ids.len() > LARGE && route.from.is_none();
        Self {
            world,
            ids,
            kinds,
            capabilities,
            by_id,
            goals,
            administrators,
            conditional,
            route: route.clone(),
            is_large,
        }
    }

    /// Works back from the goals: who gets there in one step, then who gets to those.
    fn run(&mut self, paths: &mut Vec<Path>) -> Result<(), GaveUp> {
        let mut best: Vec<Option<Best>> = vec![None; self.ids.len()];
        let mut heap: BinaryHeap<Reverse<((Verdict, usize), usize)>> = BinaryHeap::new();
        let mut direct: Vec<Vec<(Edge, Box<str>)>> = vec![Vec::new(); self.ids.len()];
        for at in self.conditional.keys() {
            if let Some(id) = self.ids.get(*at).cloned() {
                let there = Best { cost: (Verdict::Conditional, 0), path: Vec::new(), to: id };
                offer(&mut best, &mut heap, *at, there);
            }
        }
        for from in 0..self.ids.len() {
            let is_left_out = match (&self.route.only, self.ids.get(from)) {
                (Some(only), Some(id)) => !only.contains(id),
                _ => false,
            };
            if is_left_out || self.goals.contains_key(&from) || self.administrators.contains(&from) {
                continue;
            }
            let mut edges = self.first_edges(from)?;
            // Who is an administrator under a condition is told as that; only a way without the condition is news.
            if self.conditional.contains_key(&from) {
                edges.retain(|(edge, _)| edge.verdict == Verdict::Open);
            }
            for (edge, to) in &edges {
                offer(
                    &mut best,
                    &mut heap,
                    from,
                    Best { cost: (edge.verdict, edge.steps.len()), path: edge.steps.clone(), to: to.clone() },
                );
            }
            if let Some(slot) = direct.get_mut(from) {
                *slot = edges;
            }
        }
        if self.route.only.is_none() || !self.is_large {
            self.spread(&mut best, &mut heap)?;
        }
        for (from, (best, direct)) in best.iter().zip(direct).enumerate() {
            let Some(id) = self.ids.get(from) else { continue };
            if self.route.from.as_ref().is_some_and(|wanted| wanted != id) || paths.len() >= PATHS {
                continue;
            }
            let mut own: Vec<Path> = direct
                .into_iter()
                .map(|(edge, to)| Path {
                    from: id.clone(),
                    to,
                    verdict: edge.verdict,
                    steps: edge.steps,
                    blocked_by: edge.block,
                })
                .collect();
            let reached = own.iter().any(|path| best.as_ref().is_some_and(|best| path.verdict <= best.cost.0));
            if let Some(best) = best.as_ref().filter(|best| !reached && !best.path.is_empty()) {
                own.push(Path {
                    from: id.clone(),
                    to: best.to.clone(),
                    verdict: best.cost.0,
                    steps: best.path.clone(),
                    blocked_by: None,
                });
            }
            own.sort_by_key(|path| (path.verdict, path.steps.len()));
            own.truncate(if self.is_large { PATHS_OF_ONE_AMONG_MANY } else { PATHS_OF_ONE });
            paths.extend(own);
        }
        Ok(())
    }

    /// Names the statements that allow each step: who takes a step is who was taken over by the one before.
    fn name_statements(&self, path: &mut Path) -> Result<(), GaveUp> {
        let mut who = self.by_id.get(&path.from);
        for step in &mut path.steps {
            if let (Some(capability), Some(action)) =
                (who.and_then(|at| self.capabilities.get(*at)), step.actions.first())
                && *action != "sts:AssumeRole"
            {
                step.statements = capability.sources(action, &step.resource, Facts::default())?;
            }
            who = self.by_id.get(&step.target);
        }
        Ok(())
    }

    /// What gets somebody to a goal without anybody in between.
    fn first_edges(&mut self, from: usize) -> Result<Vec<(Edge, Box<str>)>, GaveUp> {
        work::spend(1);
        let mut edges: Vec<(Edge, Box<str>)> = Vec::new();
        let (Some(id), Some(kind)) = (self.ids.get(from).cloned(), self.kinds.get(from).copied()) else {
            return Ok(edges);
        };
        let Some(capability) = self.capabilities.get_mut(from) else { return Ok(edges) };
        if !self.world.may_escalate(capability, &id) {
            return Ok(edges);
        }
        if self.route.to.as_deref().is_none_or(|to| to == ADMIN) {
            for edge in self.world.widen(capability, &id, kind)? {
                edges.push((edge, ADMIN.into()));
            }
            capability.explains = false;
            // In a large account one path of somebody is enough: the others would be told thousands of times.
            let most = match self.is_large {
                true if edges.iter().any(|(edge, _)| edge.verdict <= Verdict::Conditional) => 0,
                true => 1,
                false => PATHS_OF_ONE,
            };
            let others = self.world.grow_others(capability, &id, kind, most)?;
            capability.explains = true;
            for (edge, target) in others {
                // Who is an administrator already needs not be made one.
                if !self.by_id.get(&target).is_some_and(|target| self.administrators.contains(target)) {
                    edges.push((edge, ADMIN.into()));
                }
            }
        }
        let takes = self.world.takes(capability, &id);
        for (goal, lets_in) in &self.goals {
            let Some(target) = self.ids.get(*goal) else { continue };
            if !self.kinds.get(*goal).is_some_and(|kind| takes.may_take(*kind)) {
                continue;
            }
            // Among many, what blocks a way is of use only to whom no way is known.
            capability.explains = !self.is_large || edges.is_empty();
            let by_assuming = !takes.roles && !takes.machines && self.kinds.get(*goal) == Some(&CallerKind::Role);
            if by_assuming && !capability.explains && lets_in.is_shut_to(&id, capability, target)? {
                continue;
            }
            for edge in self.world.become_it(capability, &id, kind, target, true)? {
                edges.push((edge, target.clone()));
            }
        }
        capability.explains = false;
        Ok(edges)
    }

    /// Who may take over somebody, and whom as far as that is told by what their policies mention.
    fn takers(&self) -> Vec<(usize, Takes)> {
        let all = self.ids.iter().zip(&self.capabilities).enumerate();
        all.filter(|(at, (id, capability))| {
            !self.administrators.contains(at) && !self.goals.contains_key(at) && self.world.may_escalate(capability, id)
        })
        .map(|(at, (id, capability))| (at, self.world.takes(capability, id)))
        .collect()
    }

    fn spread(
        &mut self,
        best: &mut [Option<Best>],
        heap: &mut BinaryHeap<Reverse<((Verdict, usize), usize)>>,
    ) -> Result<(), GaveUp> {
        let mut done = vec![false; self.ids.len()];
        let mut takers = self.takers();
        while let Some(Reverse((cost, at))) = heap.pop() {
            if done.get(at).copied().unwrap_or(true) || cost.0 == Verdict::Blocked {
                continue;
            }
            if let Some(slot) = done.get_mut(at) {
                *slot = true;
            }
            let (Some(target), Some(Some(after))) = (self.ids.get(at).cloned(), best.get(at).cloned()) else {
                continue;
            };
            if after.path.len() >= LONGEST {
                continue;
            }
            // Nobody who gets there as well already needs the detour, nor one over what comes later.
            takers.retain(|(from, _)| {
                let known = best.get(*from).and_then(Option::as_ref).map(|best| best.cost.0);
                !done.get(*from).copied().unwrap_or(true) && known.is_none_or(|known| known > after.cost.0)
            });
            let is_user = self.kinds.get(at) == Some(&CallerKind::User);
            let lets_in = self.world.lets_in(&target);
            let named: Vec<usize> = lets_in.names.iter().filter_map(|name| self.by_id.get(*name).copied()).collect();
            for (from, takes) in &takers {
                let is_unknown = best.get(*from).and_then(Option::as_ref).is_some();
                // What exists leaves a way unknown at best.
                let by_machine = takes.machines && !is_unknown;
                let by_trust = takes.assumes && lets_in.permitted || lets_in.anyone || named.contains(from);
                let may_take = if is_user { takes.users } else { takes.roles || by_machine || by_trust };
                if !may_take {
                    continue;
                }
                let (Some(id), Some(kind)) = (self.ids.get(*from), self.kinds.get(*from).copied()) else { continue };
                let Some(capability) = self.capabilities.get_mut(*from) else { continue };
                capability.explains = false;
                work::spend(1);
                let by_assuming = !is_user && !takes.roles && !by_machine;
                if by_assuming && lets_in.is_shut_to(id, capability, &target)? {
                    continue;
                }
                for edge in self.world.become_it(capability, id, kind, &target, false)? {
                    let mut path = edge.steps;
                    // Who takes over an administrator under a condition is bound by the condition too.
                    if let (true, Some(last), Some(when)) =
                        (after.path.is_empty(), path.last_mut(), self.conditional.get(&at))
                    {
                        last.when = std::mem::take(&mut last.when).and(when.clone());
                    }
                    path.extend(after.path.iter().cloned());
                    let cost = (edge.verdict.max(after.cost.0), path.len());
                    offer(best, heap, *from, Best { cost, path, to: after.to.clone() });
                }
            }
        }
        Ok(())
    }
}

/// Keeps a path where it is better than what is known.
fn offer(best: &mut [Option<Best>], heap: &mut BinaryHeap<Reverse<((Verdict, usize), usize)>>, at: usize, path: Best) {
    if path.cost.0 == Verdict::Blocked {
        return;
    }
    let Some(slot) = best.get_mut(at) else { return };
    if slot.as_ref().is_none_or(|known| path.cost < known.cost) {
        heap.push(Reverse((path.cost, at)));
        *slot = Some(path);
    }
}

#[cfg(test)]
mod tests;
