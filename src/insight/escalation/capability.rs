//! What somebody can do of what escalation needs, asked once for all targets and again where a target decides.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::super::access::EffectivePermissions;
use super::super::who_can::StatementRef;
use super::techniques::{ALL, Gain, Technique};
use crate::base::wildcard;
use crate::base::work::GaveUp;
use crate::model::Tags;
use crate::policy::ast::Effect;
use crate::policy::covering;
use crate::policy::evaluate::{Compiled, Layer, Need, Part, Place, Prospect, Ways};
use crate::policy::operator::{BaseOperator, Operator};

/// What assumes a role.
const ASSUME: &str = "sts:AssumeRole";

/// A set of actions that techniques take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ActionSet([u64; 4]);

impl ActionSet {
    fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn contains(self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn union(self, other: Self) -> Self {
        let mut all = self;
        for (word, more) in all.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        all
    }

    fn includes(self, other: Self) -> bool {
        self.union(other) == self
    }
}

/// The actions that techniques take, each once with its number and in lower case, and those of each technique.
struct Numbered {
    numbers: HashMap<&'static str, usize>,
    folded: Vec<String>,
    techniques: Vec<(&'static Technique, ActionSet)>,
}

static NUMBERED: LazyLock<Numbered> = LazyLock::new(|| {
    let mut all = Numbered { numbers: HashMap::new(), folded: Vec::new(), techniques: Vec::new() };
    for technique in ALL {
        let mut actions = ActionSet::default();
        for action in technique.actions() {
            let number = *all.numbers.entry(action).or_insert_with(|| {
                all.folded.push(action.to_ascii_lowercase());
                all.folded.len() - 1
            });
            actions.insert(number);
        }
        all.techniques.push((technique, actions));
    }
    all
});

/// The actions of the techniques that each policy allows in some way: policies are shared by many.
#[derive(Default)]
pub struct Mentions(HashMap<usize, ActionSet>);

impl Mentions {
    /// Whether somebody's policies mention what only administrators can do as a whole.
    pub fn may_administer(&mut self, powers: &EffectivePermissions) -> bool {
        let own = powers.policies().identity.iter().chain(&powers.policies().groups);
        let all = own.map(|policy| self.of(policy)).fold(ActionSet::default(), ActionSet::union);
        ["iam:PutRolePolicy", "iam:AttachUserPolicy"]
            .iter()
            .all(|action| NUMBERED.numbers.get(action).is_some_and(|number| all.contains(*number)))
    }

    fn of(&mut self, policy: &Arc<Compiled>) -> ActionSet {
        let mentioned = || {
            let mut mentioned = ActionSet::default();
            for statement in policy.statements().iter().filter(|one| one.effect() == Effect::Allow) {
                for (number, action) in NUMBERED.folded.iter().enumerate() {
                    if !mentioned.contains(number) && statement.is_about(action) {
                        mentioned.insert(number);
                    }
                }
            }
            mentioned
        };
        *self.0.entry(Arc::as_ptr(policy) as usize).or_insert_with(mentioned)
    }
}

/// Somebody's powers with the answers that were worked out.
pub struct Capability {
    powers: EffectivePermissions,
    /// The answers for everything, by action and service: few, so that looking through them is fast.
    known: Vec<Known>,
    /// Whether any statement allows assuming roles: asked for every pair of a principal and a role.
    may_assume: bool,
    usable: Rc<[&'static Technique]>,
    /// Whether it is to be found out what stands in the way of what a policy allows.
    pub explains: bool,
}

/// An action and the service that a role is passed to, if any, with what is allowed of it.
type Known = ((&'static str, &'static str), Vec<Part>);

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
    pub context: &'f [(&'f str, Option<&'f str>)],
}

impl Capability {
    /// The capability of somebody.
    pub fn new(powers: EffectivePermissions, mentions: &mut Mentions) -> Self {
        let own = powers.policies().identity.iter().chain(&powers.policies().groups);
        let mentioned = own.map(|policy| mentions.of(policy)).fold(ActionSet::default(), ActionSet::union);
        // Who is named by a trust policy needs no permission of its own to assume the role.
        let is_usable = |(technique, actions): &&(&Technique, ActionSet)| {
            technique.gain == Gain::Assume || mentioned.includes(*actions)
        };
        let usable = NUMBERED.techniques.iter().filter(is_usable).map(|(technique, _)| *technique).collect();
        let may_assume = NUMBERED.numbers.get(ASSUME).is_some_and(|number| mentioned.contains(*number));
        Self { powers, known: Vec::new(), may_assume, usable, explains: true }
    }

    /// The powers behind it.
    pub fn powers(&mut self) -> &mut EffectivePermissions {
        &mut self.powers
    }

    /// Whether any statement allows assuming roles, whatever else there is.
    pub fn may_assume(&self) -> bool {
        self.may_assume
    }

    /// The techniques all of whose actions some statement allows.
    pub fn usable(&self) -> Rc<[&'static Technique]> {
        Rc::clone(&self.usable)
    }

    /// When its own policies let it assume a role, unless only a whole decision tells.
    pub fn assumes(&mut self, role: &str) -> Result<Option<Ways>, GaveUp> {
        Ok(match rough(self.parts(ASSUME, "")?, role) {
            Rough::When(ways) => Some(ways),
            Rough::Never | Rough::Depends => None,
        })
    }

    /// Whether no policy of its own lets it assume a role.
    pub fn cannot_assume(&mut self, role: &str) -> Result<bool, GaveUp> {
        self.cannot(ASSUME, role)
    }

    /// Whether no policy of its own allows an action on a target.
    pub fn cannot(&mut self, action: &'static str, target: &str) -> Result<bool, GaveUp> {
        Ok(!self.parts(action, "")?.iter().any(|part| covers(&part.resource, target)))
    }

    fn parts(&mut self, action: &'static str, service: &'static str) -> Result<&[Part], GaveUp> {
        let at = self.known.iter().position(|(of, _)| *of == (action, service));
        if at.is_none() {
            let parts = if action == ASSUME && !self.may_assume {
                Vec::new()
            } else if service.is_empty() {
                self.powers.prospect(action, "*")?.parts
            } else {
                let context = [("iam:PassedToService".to_owned(), vec![service.to_owned()])];
                let mut powers = self.powers.clone();
                powers.give(&context);
                powers.prospect(action, "*")?.parts
            };
            self.known.push(((action, service), parts));
        }
        let known = at.map_or_else(|| self.known.last(), |at| self.known.get(at));
        Ok(known.map_or(&[], |(_, parts)| parts.as_slice()))
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
            Rough::When(ways) => Ok(ways),
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
            Rough::When(ways) => Ok(ways),
            Rough::Depends => Ok(self.exactly(action, target, facts)?.when()),
        }
    }

    /// The same where the target has to be given a tag first, which the policies ask for and let be set; never where no
    /// tag would help.
    pub fn on_tagged(&mut self, action: &'static str, target: &str, facts: Facts<'_>) -> Result<Ways, GaveUp> {
        let tagging = match target.splitn(6, ':').nth(5).and_then(|rest| rest.split('/').next()) {
            Some("user") => "iam:TagUser",
            Some("role") => "iam:TagRole",
            _ => return Ok(Ways::never()),
        };
        if facts.tags.is_none() || self.cannot(tagging, target)? {
            return Ok(Ways::never());
        }
        let free = self.exactly(action, target, Facts { tags: None, ..facts })?.when();
        let mut when = Ways::never();
        for set in free.sets() {
            let (tags, others): (Vec<&Need>, Vec<&Need>) = set.iter().partition(|need| tag_key(need).is_some());
            let mut ways = others.into_iter().cloned().map(Ways::of).fold(Ways::always(), Ways::and);
            for need in tags {
                let Some((key, value)) = tag_key(need).zip(settable(need)) else {
                    ways = Ways::never();
                    break;
                };
                let asked = format!("aws:RequestTag/{key}");
                let context = [(asked.as_str(), Some(&*value)), ("aws:TagKeys", Some(key))];
                ways = ways.and(self.exactly(tagging, target, Facts { tags: facts.tags, context: &context })?.when());
            }
            when = when.or(ways);
        }
        Ok(when)
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

/// The key of the tag that a condition on the target asks for.
fn tag_key(need: &Need) -> Option<&str> {
    let (start, key) = need.key.split_once('/')?;
    let is_tag = ["aws:ResourceTag", "iam:ResourceTag"].iter().any(|name| start.eq_ignore_ascii_case(name));
    is_tag.then_some(key)
}

/// A value of a tag that meets a condition, where setting the tag can.
fn settable(need: &Need) -> Option<String> {
    let Operator { qualifier: None, base, .. } = need.operator else { return None };
    let value = need.values.first()?;
    match base {
        BaseOperator::StringEquals | BaseOperator::StringEqualsIgnoreCase => Some(value.to_string()),
        BaseOperator::StringLike => Some(value.replace(['*', '?'], "x")),
        BaseOperator::Null if value.eq_ignore_ascii_case("false") => Some("x".to_owned()),
        _ => None,
    }
}

/// What the answer for everything says of one target.
enum Rough {
    Never,
    When(Ways),
    /// The target has to be asked about.
    Depends,
}

/// Whether a condition says the same of every target.
fn is_of_the_caller(need: &Need) -> bool {
    let key = need.key.to_ascii_lowercase();
    let of_target = ["aws:resource", "aws:requesttag", "aws:tagkeys"];
    let has_variable = need.values.iter().any(|value| value.contains("${"));
    key.starts_with("aws:") && !has_variable && !of_target.iter().any(|start| key.starts_with(start))
}

/// Whether a pattern of resources has a target in it.
fn covers(pattern: &str, target: &str) -> bool {
    pattern == "*" || covering::resource(pattern, target) || wildcard::matches(pattern, target)
}

fn rough(parts: &[Part], target: &str) -> Rough {
    let mut touching = parts.iter().filter(|part| covers(&part.resource, target)).peekable();
    if touching.peek().is_none() {
        return Rough::Never;
    }
    let mut when = Ways::never();
    for part in touching {
        if part.except.iter().any(|pattern| covers(pattern, target))
            || !part.when.sets().iter().flatten().all(is_of_the_caller)
        {
            return Rough::Depends;
        }
        when = when.or(part.when.clone());
        if when.is_always() {
            break;
        }
    }
    Rough::When(when)
}
