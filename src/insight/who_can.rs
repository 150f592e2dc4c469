//! Who can do something: everybody whom the policies of an account let, by themselves or through roles.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::access::{Access, EffectivePermissions};
use super::callers::{Caller, CallerKind, home};
use super::effective::administers_when;
use super::unread;
use crate::base::arn::Arn;
use crate::base::wildcard;
use crate::base::work::GaveUp;
use crate::model::{Account, ResourceRef, Role, Tags, Trust, TrustedEntity};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{Compiled, Decision, Layer, Part, Prospect, Ways};

/// The most chains of roles that are told of one caller.
const CHAINS: usize = 10;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ask {
    /// The action, such as `s3:GetObject`.
    pub action: String,
    /// The resource, which may be a pattern; `*` for any.
    pub resource: String,
    /// Condition keys of the request with their values.
    pub context: Vec<(String, Vec<String>)>,
    /// The text of the policy on the resource, where there is one that is known.
    pub resource_policy: Option<String>,
}

/// A statement by where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRef {
    /// The ARN of a managed policy, the name of an inline one, the ARN of the role for a trust policy.
    pub policy: Box<str>,
    /// The kind of policy.
    pub layer: Layer,
    /// The number of the statement, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
}

/// What one caller can do of what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is allowed and when; empty where nothing is.
    pub parts: Vec<Part>,
    /// When anything is allowed.
    pub when: Ways,
    /// The decision where nothing is.
    pub refusal: Decision,
    /// The layers that refuse.
    pub blocked_by: Vec<Layer>,
    /// The statements that decide.
    pub statements: Vec<StatementRef>,
    /// What could not be read, in words.
    pub not_read: Vec<String>,
    /// What is not part of the answer, in words.
    pub not_evaluated: Vec<String>,
}

/// Somebody who can do what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The ARN, the name of a service or provider, the number of an account, or `*`.
    pub principal: Box<str>,
    /// What it is.
    pub kind: CallerKind,
    /// Under which conditions.
    pub when: Ways,
    /// Which part of the asked resources.
    pub parts: Vec<Part>,
    /// Whether it needs no role for it.
    pub direct: bool,
    /// The roles that it assumes one after the other to do it; none where it is not asked for.
    pub through: Vec<Vec<Box<str>>>,
    /// The statements that allow it.
    pub statements: Vec<StatementRef>,
    /// Under which conditions it is an administrator; none where it is not.
    pub administers: Option<Ways>,
}

/// Everybody who can do what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holders {
    /// Who can.
    pub holders: Vec<Holder>,
    /// What could not be read.
    pub not_read: Vec<String>,
    /// What is not part of the answer.
    pub not_evaluated: Vec<String>,
}

impl Ask {
    /// A question about an action on a resource.
    pub fn new(action: &str, resource: &str) -> Self {
        Self { action: action.to_owned(), resource: resource.to_owned(), ..Self::default() }
    }

    fn service(&self) -> &str {
        self.action.split(':').next().unwrap_or_default()
    }

    fn assumes(&self) -> bool {
        self.action.to_ascii_lowercase().starts_with("sts:")
    }
}

impl Answer {
    /// Whether what was not read could allow what nothing that was read allows.
    pub fn is_unknown(&self) -> bool {
        self.parts.is_empty() && self.refusal != Decision::ExplicitDeny && !self.not_read.is_empty()
    }
}

/// Decides what one caller can do of what is asked.
pub fn can(access: &Access<'_>, caller: &Caller, ask: &Ask) -> Result<Answer, GaveUp> {
    let policies = Policies::of(access, ask);
    let mut powers = caller.powers.clone();
    powers.give(&ask.context);
    let decided = decide(access, &mut powers, ask, &policies)?;
    let mut not_evaluated = policies.not_evaluated;
    match caller.kind {
        CallerKind::Account => not_evaluated.push(format!("the policies of account {}", caller.id)),
        CallerKind::Anyone => not_evaluated.push("the policies of other accounts".to_owned()),
        _ => {}
    }
    let not_read = powers.unknown.clone();
    Ok(Answer {
        when: decided.prospect.when(),
        parts: decided.prospect.parts,
        refusal: decided.prospect.refusal,
        blocked_by: decided.prospect.blocked_by,
        statements: decided.statements,
        not_read,
        not_evaluated,
    })
}

/// Finds everybody who can do what is asked, by themselves and, if wanted, through roles.
pub fn who_can(access: &Access<'_>, ask: &Ask, through_roles: bool) -> Result<Holders, GaveUp> {
    let policies = Policies::of(access, ask);
    let mut found = Holders { not_evaluated: policies.not_evaluated.clone(), ..Holders::default() };
    let mut callers: Vec<Caller> = access.callers();
    found.not_read = unread::among(access.account(), &callers);
    let own = callers.len();
    for trust in policies.trusts(access, ask) {
        for outsider in access.outsiders(&trust) {
            if !callers.iter().rev().take(64).any(|caller| caller.id == outsider.id) {
                callers.push(outsider);
            }
        }
    }
    let mut speak = Speak::new(ask, &policies);
    for (number, caller) in callers.iter_mut().enumerate() {
        caller.powers.give(&ask.context);
        if !speak.may_be_allowed(caller) {
            continue;
        }
        let decided = decide(access, &mut caller.powers, ask, &policies)?;
        if decided.prospect.is_possible() {
            found.holders.push(Holder {
                principal: caller.id.clone(),
                kind: caller.kind,
                when: decided.prospect.when(),
                parts: decided.prospect.parts,
                direct: true,
                through: Vec::new(),
                statements: decided.statements,
                // The policies of others are not known, and taken to allow everything.
                administers: if number < own { administers(caller)? } else { None },
            });
        }
    }
    if through_roles {
        chains(access, callers, &mut found)?;
    }
    Ok(found)
}

/// Under which conditions a user or role is an administrator.
fn administers(caller: &mut Caller) -> Result<Option<Ways>, GaveUp> {
    if !matches!(caller.kind, CallerKind::User | CallerKind::Role) {
        return Ok(None);
    }
    let when = administers_when(&mut caller.powers)?;
    Ok((!when.is_never()).then_some(when))
}

/// Which policies allow what is asked to anybody at all: most callers have none that does.
struct Speak {
    /// The action in lower case; none where more than the caller's own policies may allow it.
    action: Option<String>,
    /// The answers, by where the policy lies: policies are shared by many.
    known: HashMap<usize, bool>,
}

impl Speak {
    fn new(ask: &Ask, policies: &Policies<'_>) -> Self {
        let by_own_alone = policies.resource.is_none() && policies.roles.is_empty() && ask.service() != "sts";
        Self { action: by_own_alone.then(|| ask.action.to_ascii_lowercase()), known: HashMap::new() }
    }

    /// Whether any statement of a caller allows the action, whatever else there is.
    fn may_be_allowed(&mut self, caller: &Caller) -> bool {
        let Some(action) = &self.action else { return true };
        if !matches!(caller.kind, CallerKind::User | CallerKind::Role) {
            return true;
        }
        let set = caller.powers.policies();
        set.identity.iter().chain(&set.groups).any(|policy| {
            let allows = || {
                let mut statements = policy.statements().iter();
                statements.any(|one| one.effect() == Effect::Allow && one.is_about(action))
            };
            *self.known.entry(Arc::as_ptr(policy) as usize).or_insert_with(allows)
        })
    }
}

/// The policies on what is asked about.
struct Policies<'a> {
    /// The roles that are to be assumed, where that is what is asked.
    roles: Vec<&'a Arc<Role>>,
    resource: Option<Arc<Compiled>>,
    tags: Option<&'a Tags>,
    /// The trust policy of a role of another account is taken to let everybody in.
    is_foreign_role: bool,
    not_evaluated: Vec<String>,
}

/// A decision with the statements that it rests on.
struct Decided {
    prospect: Prospect,
    statements: Vec<StatementRef>,
}

impl<'a> Policies<'a> {
    fn of(access: &Access<'a>, ask: &Ask) -> Self {
        let account = access.account();
        let mut not_evaluated = Vec::new();
        if access.guardrails().is_none() {
            not_evaluated.push("service control policies and resource control policies".to_owned());
        }
        let resource = ask.resource_policy.as_deref().and_then(|text| access.compiled(text));
        let mut roles: Vec<&Arc<Role>> = Vec::new();
        let mut is_foreign_role = false;
        if ask.assumes() && ask.resource != "*" || ask.action.to_ascii_lowercase().starts_with("sts:assumerole") {
            let all = account.roles().rows().iter();
            roles = all.filter(|role| wildcard::matches(&ask.resource, role.arn.as_str())).collect();
            let arn = Arn::parse(&ask.resource).ok();
            is_foreign_role = roles.is_empty() && arn.is_some_and(|arn| arn.resource_type() == "role");
            if is_foreign_role && resource.is_none() {
                not_evaluated.push(format!("the trust policy of {}", ask.resource));
            }
        } else if !matches!(ask.service(), "iam" | "sts" | "organizations") && resource.is_none() {
            not_evaluated.push(format!("resource-based policies of {}", ask.service()));
        }
        let tags = named(account, &ask.resource).and_then(|one| account.tags(&one)).and_then(|tags| tags.known());
        Self { roles, resource, tags, is_foreign_role, not_evaluated }
    }

    /// The policies that may name somebody who is not of the account.
    fn trusts(&self, access: &Access<'_>, ask: &Ask) -> Vec<Trust> {
        let roles = self.roles.iter().filter_map(|role| role.facts.trust.known().cloned());
        let text = ask.resource_policy.as_deref().filter(|text| access.compiled(text).is_some());
        roles.chain(text.map(|text| Trust::new(crate::model::Document::new(text)))).collect()
    }
}

/// The resource of the account that an ARN names.
pub fn named(account: &Account, resource: &str) -> Option<ResourceRef> {
    account.resource_of(&Arn::parse(resource).ok()?)
}

fn decide(
    access: &Access<'_>,
    powers: &mut EffectivePermissions,
    ask: &Ask,
    policies: &Policies<'_>,
) -> Result<Decided, GaveUp> {
    if policies.roles.is_empty() {
        let mut policy = policies.resource.clone();
        if policies.is_foreign_role && policy.is_none() {
            policy = access.compiled(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#,
            );
        }
        let prospect = powers.prospect_on(&ask.action, &ask.resource, policy, policies.tags)?;
        let statements = sources(powers, &prospect, "the resource's policy");
        return Ok(Decided { prospect, statements });
    }
    let mut all: Option<Decided> = None;
    for role in &policies.roles {
        let decided = assume(access, powers, &ask.action, role)?;
        all = Some(match all {
            Some(mut so_far) if so_far.prospect.is_possible() => {
                if decided.prospect.is_possible() {
                    so_far.prospect.parts.extend(decided.prospect.parts);
                    so_far.statements.extend(decided.statements);
                }
                so_far
            }
            Some(so_far) if !decided.prospect.is_possible() => so_far,
            _ => decided,
        });
    }
    all.ok_or(GaveUp)
}

/// Decides whether a caller can assume a role.
fn assume(
    access: &Access<'_>,
    powers: &mut EffectivePermissions,
    action: &str,
    role: &Role,
) -> Result<Decided, GaveUp> {
    let trust = access.trust(role);
    let tags = role.facts.tags.known();
    let prospect = powers.prospect_on(action, role.arn.as_str(), trust, tags)?;
    let statements = sources(powers, &prospect, role.arn.as_str());
    Ok(Decided { prospect, statements })
}

/// When a caller can assume a role, by whichever action it takes.
pub fn may_assume(
    access: &Access<'_>,
    kind: CallerKind,
    powers: &mut EffectivePermissions,
    role: &Role,
) -> Result<Ways, GaveUp> {
    let actions: &[&str] = match kind {
        CallerKind::Federated => &["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"],
        _ => &["sts:AssumeRole"],
    };
    let mut when = Ways::never();
    for action in actions {
        when = when.or(assume(access, powers, action, role)?.prospect.when());
    }
    Ok(when)
}

/// The statements of an answer with the names of their policies.
fn sources(powers: &EffectivePermissions, prospect: &Prospect, resource: &str) -> Vec<StatementRef> {
    let one = |place: &crate::policy::evaluate::Place| {
        let (name, sid) = powers.source(place);
        let policy = match place.layer {
            Layer::Trust | Layer::Resource => resource.into(),
            Layer::Scp | Layer::Rcp => format!("level {} policy {}", place.level + 1, place.policy + 1).into(),
            _ => name.into(),
        };
        StatementRef { policy, layer: place.layer, statement: place.statement, sid: sid.map(Into::into) }
    };
    prospect.matched.iter().map(one).collect()
}

/// Whether a trust policy may let somebody in: a cheap look before the real decision.
pub fn may_name(trust: &Trust, (id, kind): (&str, CallerKind), own: &str) -> bool {
    trust.entities.iter().any(|entity| match entity {
        TrustedEntity::Anyone | TrustedEntity::Gone(_) | TrustedEntity::Other(_) => true,
        TrustedEntity::Account(number) => number.as_str() == own || id == number.as_str(),
        TrustedEntity::Principal(arn) => arn.as_str() == id || arn.service() == "sts" && kind == CallerKind::Role,
        TrustedEntity::Service(name) | TrustedEntity::Provider(name) => **name == *id,
    }) || trust.document.text().contains("NotPrincipal")
}

/// Walks back from the roles that can do it to whoever can assume them.
fn chains(access: &Access<'_>, mut callers: Vec<Caller>, found: &mut Holders) -> Result<(), GaveUp> {
    let account = access.account();
    let own = home(account).map(|(_, number)| number).unwrap_or_default();
    let mut known: BTreeSet<Box<str>> = callers.iter().map(|caller| caller.id.clone()).collect();
    let roles: HashMap<&str, &Arc<Role>> =
        account.roles().rows().iter().map(|role| (role.arn.as_str(), role)).collect();
    let mut rest = Rest::new();
    let mut queue: VecDeque<Box<str>> = VecDeque::new();
    for holder in found.holders.iter().filter(|holder| holder.kind == CallerKind::Role && holder.direct) {
        rest.insert(holder.principal.clone(), (None, holder.when.clone(), holder.parts.clone()));
        queue.push_back(holder.principal.clone());
    }
    let mut steps: Vec<(usize, Box<str>, Ways)> = Vec::new();
    while let Some(arn) = queue.pop_front() {
        let Some(role) = roles.get(&*arn) else { continue };
        let Some(trust) = role.facts.trust.known() else {
            found.not_read.push(format!("the trust policy of role {}", role.name));
            continue;
        };
        for outsider in access.outsiders(trust) {
            if known.insert(outsider.id.clone()) {
                callers.push(outsider);
            }
        }
        for (number, caller) in callers.iter_mut().enumerate() {
            if *caller.id == *arn || !may_name(trust, (&caller.id, caller.kind), &own) {
                continue;
            }
            let when = may_assume(access, caller.kind, &mut caller.powers, role)?;
            if when.is_never() {
                continue;
            }
            steps.push((number, arn.clone(), when.clone()));
            if caller.kind == CallerKind::Role && !rest.contains_key(&caller.id) && roles.contains_key(&*caller.id) {
                let (_, after, parts) = rest.get(&arn).cloned().unwrap_or_default();
                rest.insert(caller.id.clone(), (Some(arn.clone()), when.and(after), parts));
                queue.push_back(caller.id.clone());
            }
        }
    }
    tell_chains(&callers, steps, &rest, found);
    Ok(())
}

/// What each role needs on the way to the goal: the next role, and the conditions and parts of the whole rest.
type Rest = BTreeMap<Box<str>, (Option<Box<str>>, Ways, Vec<Part>)>;

/// Puts the chains that were found to whom they begin with.
fn tell_chains(callers: &[Caller], steps: Vec<(usize, Box<str>, Ways)>, rest: &Rest, found: &mut Holders) {
    for (number, first, when) in steps {
        let Some(caller) = callers.get(number) else { continue };
        let Some((_, after, parts)) = rest.get(&first) else { continue };
        let mut chain = vec![first.clone()];
        while let Some((Some(next), ..)) = chain.last().and_then(|role| rest.get(role)) {
            chain.push(next.clone());
        }
        if chain.contains(&caller.id) {
            continue;
        }
        let when = when.and(after.clone());
        if when.is_never() {
            continue;
        }
        let at = found.holders.iter().position(|holder| holder.principal == caller.id);
        match at.and_then(|at| found.holders.get_mut(at)) {
            Some(holder) => {
                holder.when = std::mem::take(&mut holder.when).or(when);
                for part in parts {
                    if !holder.parts.contains(part) {
                        holder.parts.push(part.clone());
                    }
                }
                if holder.through.len() < CHAINS {
                    holder.through.push(chain);
                }
            }
            None => found.holders.push(Holder {
                principal: caller.id.clone(),
                kind: caller.kind,
                when,
                parts: parts.clone(),
                direct: false,
                through: vec![chain],
                statements: Vec::new(),
                administers: None,
            }),
        }
    }
    for holder in &mut found.holders {
        holder.through.sort_by_key(Vec::len);
    }
}

#[cfg(test)]
mod tests;
