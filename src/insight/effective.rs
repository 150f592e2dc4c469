//! What somebody can do: the services and access levels that are left after boundary, organization and denials.

use std::collections::BTreeMap;

use super::access::EffectivePermissions;
use crate::base::work::GaveUp;
use crate::catalog::service::Service;
use crate::catalog::{AccessLevel, Catalog};
use crate::policy::ast::Effect;
use crate::policy::evaluate::{Layer, Place, Prospect, Ways};

/// The most resources that are named for a service.
const NAMED: usize = 20;

/// How much of an access level somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// No action of it.
    None,
    /// Some actions of it.
    Limited,
    /// All actions of it.
    Full,
}

impl Extent {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Limited => "limited",
            Self::Full => "full",
        }
    }
}

/// What somebody can do in a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccess {
    /// The prefix of its actions.
    pub service: Box<str>,
    /// How much of each access level that the service has.
    pub levels: Vec<(AccessLevel, Extent)>,
    /// How many actions are allowed at all.
    pub actions: usize,
    /// The resources, as patterns; `*` alone is all.
    pub resources: Vec<Box<str>>,
    /// Whether some of it depends on conditions.
    pub conditional: bool,
    /// The statements that allow it.
    pub statements: Vec<Place>,
}

/// What somebody can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveAccess {
    /// Whether all of IAM is left, so that the rest can be had too.
    pub administrator: bool,
    /// Service by service.
    pub services: Vec<ServiceAccess>,
}

/// Works out what somebody can do.
pub fn effective_access(powers: &mut EffectivePermissions) -> Result<EffectiveAccess, GaveUp> {
    let catalog = Catalog::bundled();
    let mut services = Vec::new();
    for entry in catalog.services() {
        let Some(service) = catalog.service(&entry.prefix) else { continue };
        let shape = Shape::of(powers, service.prefix());
        if shape == Shape::Nothing {
            continue;
        }
        services.extend(of_service(powers, service, shape)?);
    }
    Ok(EffectiveAccess { administrator: is_administrator(powers)?, services })
}

/// What few but administrators can; asked first, it answers for nearly everybody.
const RARE: [&str; 3] = ["iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:CreateUser"];

/// Whether somebody can do everything in IAM, whatever the context: who can, can give themselves the rest.
pub fn is_administrator(powers: &mut EffectivePermissions) -> Result<bool, GaveUp> {
    for action in RARE {
        if !is_unlimited(&powers.prospect(action, "*")?) {
            return Ok(false);
        }
    }
    if Shape::of(powers, "iam") == Shape::Alike {
        return Ok(true);
    }
    let catalog = Catalog::bundled();
    let Some(service) = catalog.service("iam") else { return Ok(false) };
    for action in catalog.actions_of(service) {
        if !is_unlimited(&powers.prospect(&action.full_name(), "*")?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Under which conditions somebody can do everything in IAM; never where something of it is out of reach.
pub fn administers_when(powers: &mut EffectivePermissions) -> Result<Ways, GaveUp> {
    Ok(match limits(powers)? {
        Limits::None => Ways::always(),
        Limits::When(ways) => ways,
        Limits::By(_) => Ways::never(),
    })
}

/// What keeps somebody from doing everything in IAM.
#[derive(Debug, Clone)]
pub enum Limits {
    /// Nothing: it is an administrator.
    None,
    /// It can where these conditions hold.
    When(Ways),
    /// Something is out of reach, as this answer tells.
    By(Box<Prospect>),
}

/// The most sets of conditions that are still told as the conditions of an administrator.
const SETS: usize = 16;

/// Works out what keeps somebody from doing everything in IAM.
pub fn limits(powers: &mut EffectivePermissions) -> Result<Limits, GaveUp> {
    if is_administrator(powers)? {
        return Ok(Limits::None);
    }
    let catalog = Catalog::bundled();
    let Some(service) = catalog.service("iam") else { return Ok(Limits::None) };
    // Where statements do not tell the actions of IAM apart, one stands for all.
    let is_alike = powers.policies().statements().all(|statement| statement.treats_alike("iam"));
    let rare = catalog.actions_of(service).filter(|action| RARE.contains(&&*action.full_name()));
    let all = rare.chain(catalog.actions_of(service)).take(if is_alike { 1 } else { usize::MAX });
    let mut when = Ways::always();
    let mut last = None;
    for action in all {
        let prospect = powers.prospect(&action.full_name(), "*")?;
        let whole = prospect.parts.iter().filter(|part| &*part.resource == "*" && part.except.is_empty());
        let ways = whole.map(|part| part.when.clone()).fold(Ways::never(), Ways::or);
        if ways.is_never() || !ways.is_always() && when.sets().len() > SETS {
            return Ok(Limits::By(Box::new(prospect)));
        }
        if ways != when {
            when = when.and(ways);
        }
        last = Some(prospect);
    }
    Ok(match last {
        Some(last) if when.is_never() => Limits::By(Box::new(last)),
        _ => Limits::When(when),
    })
}

/// Whether all resources are allowed whatever the context.
pub fn is_unlimited(prospect: &Prospect) -> bool {
    prospect.parts.iter().any(|part| &*part.resource == "*" && part.except.is_empty() && part.when.is_always())
}

/// How somebody's policies look at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// No statement allows anything in it.
    Nothing,
    /// Every statement is about all of it or none of it, so that its actions have one answer.
    Alike,
    /// Some statement tells its actions, resources or requests apart.
    Mixed,
}

impl Shape {
    fn of(powers: &EffectivePermissions, service: &str) -> Self {
        if powers.is_root() {
            return Self::Mixed;
        }
        let mut alike = true;
        for statement in powers.policies().statements() {
            alike &= statement.is_about_all_of(service).is_some();
        }
        let own = powers.policies().identity.iter().chain(&powers.policies().groups);
        let allows = own
            .flat_map(|policy| policy.statements())
            .any(|statement| statement.effect() == Effect::Allow && statement.is_about_all_of(service) != Some(false));
        match (allows, alike) {
            (false, _) => Self::Nothing,
            (true, true) => Self::Alike,
            (true, false) => Self::Mixed,
        }
    }
}

fn of_service(
    powers: &mut EffectivePermissions,
    service: &Service,
    shape: Shape,
) -> Result<Option<ServiceAccess>, GaveUp> {
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut found = ServiceAccess {
        service: service.prefix().into(),
        levels: Vec::new(),
        actions: 0,
        resources: Vec::new(),
        conditional: false,
        statements: Vec::new(),
    };
    let mut common: Option<Prospect> = None;
    for action in Catalog::bundled().actions_of(service) {
        let level = AccessLevel::ALL.iter().position(|level| *level == action.level()).unwrap_or_default();
        let count = counts.entry(level).or_default();
        count.1 += 1;
        let prospect = match common.take() {
            Some(known) => known,
            None => powers.prospect(&action.full_name(), "*")?,
        };
        if counts_as(powers, &prospect) {
            count.0 += 1;
            found.add(&prospect);
        }
        if shape == Shape::Alike {
            common = Some(prospect);
        }
    }
    for (level, (allowed, all)) in counts {
        let extent = match allowed {
            0 => Extent::None,
            _ if allowed == all => Extent::Full,
            _ => Extent::Limited,
        };
        found.levels.extend(AccessLevel::ALL.get(level).map(|level| (*level, extent)));
    }
    if found.resources.iter().any(|resource| &**resource == "*") {
        found.resources.retain(|resource| &**resource == "*");
    }
    Ok((found.actions > 0).then_some(found))
}

/// Whether an action counts: what AWS lets everybody do is nobody's permission.
fn counts_as(powers: &EffectivePermissions, prospect: &Prospect) -> bool {
    let by_statement = prospect.matched.iter().any(|place| matches!(place.layer, Layer::Identity | Layer::Group));
    prospect.is_possible() && (by_statement || powers.is_root())
}

impl ServiceAccess {
    fn add(&mut self, prospect: &Prospect) {
        self.actions += 1;
        self.conditional |= !prospect.is_certain();
        for part in &prospect.parts {
            if self.resources.len() < NAMED && !self.resources.contains(&part.resource) {
                self.resources.push(part.resource.clone());
            }
        }
        for place in &prospect.matched {
            if !self.statements.contains(place) {
                self.statements.push(*place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::access::Access;
    use crate::insight::fixture::lab;
    use crate::model::ResourceRef;

    #[track_caller]
    fn check(principal: &ResourceRef, administrator: bool, expected: &[&str]) {
        let account = lab();
        let mut powers = Access::new(&account).of(principal).unwrap();
        let found = effective_access(&mut powers).unwrap();
        assert_eq!(found.administrator, administrator, "{principal:?}");
        let told = |one: &ServiceAccess| {
            let levels = one.levels.iter().filter(|(_, extent)| *extent != Extent::None);
            let levels: Vec<String> =
                levels.map(|(level, extent)| format!("{} {}", extent.word(), level.name())).collect();
            let conditional = if one.conditional { " conditional" } else { "" };
            format!("{}: {} on {}{conditional}", one.service, levels.join(", "), one.resources.join(" "))
        };
        let shown: Vec<String> = found.services.iter().map(told).collect();
        if !expected.is_empty() {
            assert_eq!(shown, expected, "{principal:?}");
        }
    }

    #[test]
    fn what_somebody_can_do_is_told_by_service_and_level() {
        check(
            &ResourceRef::User("bob".into()),
            false,
            &[
                "s3: limited Read, limited Write on arn:aws:s3:::data/bob/*",
                "sts: limited Write on arn:aws:iam::123456789012:role/dep*",
            ],
        );
    }

    #[test]
    fn an_administrator_is_who_can_do_everything_in_iam() {
        check(&ResourceRef::User("ada".into()), true, &[]);
        check(&ResourceRef::User("eve".into()), false, &[]);
        check(&ResourceRef::Role("lambda-admin".into()), true, &[]);
        check(&ResourceRef::Role("deploy".into()), false, &[]);
    }

    #[test]
    fn whoever_must_sign_in_with_mfa_is_an_administrator_under_that_condition() {
        let account = crate::insight::fixture::forced_mfa();
        let access = Access::new(&account);
        let when = |name: &str| {
            let mut powers = access.of(&ResourceRef::User(name.into())).unwrap();
            crate::insight::describe::conditions(&administers_when(&mut powers).unwrap())
        };
        assert_eq!(when("ida"), "aws:MultiFactorAuthPresent Bool true");
        assert_eq!(when("bob"), "");
    }
}
