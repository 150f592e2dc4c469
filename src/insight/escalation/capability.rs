//! What somebody can do of what escalation needs, asked once for all targets and again where a target decides.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::super::access::EffectivePermissions;
use super::super::who_can::StatementRef;
use super::techniques::{ALL, Gain, Technique};
use crate::base::wildcard;
use crate::base::work::GaveUp;
use crate::model::Tags;
use crate::policy::ast::Effect;
use crate::policy::covering;
use crate::policy::evaluate::{Compiled, Layer, Part, Place, Prospect, Statement, Ways};

/// The actions of the techniques that each policy allows in some way: policies are shared by many.
#[derive(Default)]
pub struct Mentions(HashMap<usize, Rc<HashSet<&'static str>>>);

impl Mentions {
    fn of(&mut self, policy: &Arc<Compiled>) -> Rc<HashSet<&'static str>> {
        let mentioned = || {
            let allows: Vec<&Statement> =
                policy.statements().iter().filter(|one| one.effect() == Effect::Allow).collect();
            let all = ALL.iter().flat_map(Technique::actions);
            Rc::new(all.filter(|action| allows.iter().any(|one| one.is_about(&action.to_ascii_lowercase()))).collect())
        };
        Rc::clone(self.0.entry(Arc::as_ptr(policy) as usize).or_insert_with(mentioned))
    }
}

/// Somebody's powers with the answers that were worked out.
pub struct Capability {
    powers: EffectivePermissions,
    known: HashMap<(&'static str, &'static str), Vec<Part>>,
    mentioned: HashSet<&'static str>,
    usable: Rc<[&'static Technique]>,
    /// Whether it is to be found out what stands in the way of what a policy allows.
    pub explains: bool,
}

/// Who refuses, and by which statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The kind of policy.
    pub layer: Layer,
    /// The statement that denies, where one does.
    pub statement: Option<StatementRef>,
}

/// What is known of a target that conditions may ask for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'f> {
    /// Its tags.
    pub tags: Option<&'f Tags>,
    /// Keys of the request with their values; no value: the request does not have the key.
    pub context: &'f [(&'static str, Option<&'f str>)],
}

impl Capability {
    /// The capability of somebody.
    pub fn new(powers: EffectivePermissions, mentions: &mut Mentions) -> Self {
        let own = powers.policies().identity.iter().chain(&powers.policies().groups);
        let mentioned: HashSet<&'static str> =
            own.flat_map(|policy| mentions.of(policy).iter().copied().collect::<Vec<_>>()).collect();
        // Who is named by a trust policy needs no permission of its own to assume the role.
        let is_usable = |technique: &&Technique| {
            technique.gain == Gain::Assume || technique.actions().all(|action| mentioned.contains(action))
        };
        let usable = ALL.iter().filter(is_usable).collect();
        Self { powers, known: HashMap::new(), mentioned, usable, explains: true }
    }

    /// The powers behind it.
    pub fn powers(&mut self) -> &mut EffectivePermissions {
        &mut self.powers
    }

    /// Whether any statement allows an action, whatever else there is.
    pub fn mentions(&self, action: &str) -> bool {
        self.mentioned.contains(action)
    }

    /// The techniques all of whose actions some statement allows.
    pub fn usable(&self) -> Rc<[&'static Technique]> {
        Rc::clone(&self.usable)
    }

    /// Whether no policy of its own lets it assume a role.
    pub fn cannot_assume(&mut self, role: &str) -> Result<bool, GaveUp> {
        Ok(matches!(rough(self.parts("sts:AssumeRole", "")?, role), Rough::Never))
    }

    fn parts(&mut self, action: &'static str, service: &'static str) -> Result<&[Part], GaveUp> {
        if !self.known.contains_key(&(action, service)) {
            let parts = if !self.mentioned.contains(action) {
                Vec::new()
            } else if service.is_empty() {
                self.powers.prospect(action, "*")?.parts
            } else {
                let context = [("iam:PassedToService".to_owned(), vec![service.to_owned()])];
                let mut powers = self.powers.clone();
                powers.give(&context);
                powers.prospect(action, "*")?.parts
            };
            self.known.insert((action, service), parts);
        }
        Ok(self.known.get(&(action, service)).map_or(&[], Vec::as_slice))
    }

    /// When an action is allowed on anything.
    pub fn anywhere(&mut self, action: &'static str) -> Result<Ways, GaveUp> {
        let parts = self.parts(action, "")?;
        Ok(parts.iter().map(|part| part.when.clone()).fold(Ways::never(), Ways::or))
    }

    /// When a role can be passed to a service.
    pub fn passes(&mut self, role: &str, service: &'static str, tags: Option<&Tags>) -> Result<Ways, GaveUp> {
        match rough(self.parts("iam:PassRole", service)?, role) {
            Rough::Never => Ok(Ways::never()),
            Rough::Always => Ok(Ways::always()),
            Rough::Depends => {
                let context = [("iam:PassedToService", Some(service))];
                Ok(self.exactly("iam:PassRole", role, Facts { tags, context: &context })?.when())
            }
        }
    }

    /// When an action is allowed on a target.
    pub fn on(&mut self, action: &'static str, target: &str, facts: Facts<'_>) -> Result<Ways, GaveUp> {
        match rough(self.parts(action, "")?, target) {
            Rough::Never => Ok(Ways::never()),
            Rough::Always => Ok(Ways::always()),
            Rough::Depends => Ok(self.exactly(action, target, facts)?.when()),
        }
    }

    /// The whole answer for one target.
    pub fn exactly(&self, action: &str, target: &str, facts: Facts<'_>) -> Result<Prospect, GaveUp> {
        let mut powers = self.powers.clone();
        for (key, value) in facts.context {
            powers.give(&[((*key).to_owned(), value.iter().map(|value| (*value).to_owned()).collect())]);
        }
        powers.prospect_on(action, target, None, facts.tags)
    }

    /// The statements that allow an action on a target.
    pub fn sources(&self, action: &str, target: &str, facts: Facts<'_>) -> Result<Vec<StatementRef>, GaveUp> {
        let prospect = self.exactly(action, target, facts)?;
        Ok(prospect.matched.iter().map(|place| self.reference(place)).collect())
    }

    /// A statement with the name of its policy.
    pub fn reference(&self, place: &Place) -> StatementRef {
        self.powers.reference(place)
    }

    /// Who refuses an action that would be allowed otherwise.
    pub fn block(&self, action: &str, target: &str, facts: Facts<'_>) -> Result<Option<Block>, GaveUp> {
        if !self.explains {
            return Ok(None);
        }
        let prospect = self.exactly(action, target, facts)?;
        if prospect.is_possible() {
            return Ok(None);
        }
        let Some(layer) = prospect.blocked_by.first().copied() else { return Ok(None) };
        let statement = prospect.matched.first().map(|place| self.reference(place));
        Ok(Some(Block { layer, statement }))
    }
}

/// What the answer for everything says of one target.
enum Rough {
    Never,
    Always,
    /// The target has to be asked about.
    Depends,
}

fn rough(parts: &[Part], target: &str) -> Rough {
    let covers = |pattern: &str| covering::resource(pattern, target) || wildcard::matches(pattern, target);
    let mut touching = parts.iter().filter(|part| covers(&part.resource)).peekable();
    if touching.peek().is_none() {
        return Rough::Never;
    }
    if touching.any(|part| part.when.is_always() && !part.except.iter().any(|pattern| covers(pattern))) {
        return Rough::Always;
    }
    Rough::Depends
}
