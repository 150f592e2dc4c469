//! The effect of a change on all principals: who gains and who loses which permissions, and which escalation paths open or
//! close.

mod decisions;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::access::{Access, EffectivePermissions};
use super::effective::is_administrator;
use super::escalation::{Path, Route, Verdict, escalation};
use super::unread;
use super::who_can::{Ask, who_can};
use crate::base::work::{self, GaveUp};
use crate::catalog::Catalog;
use crate::model::{Account, ResourceRef, Role, User};
use crate::policy::evaluate::Compiled;

use decisions::{Decisions, Sets};

/// The most users and roles whose escalation paths are compared one by one.
const FOLLOWED: usize = 50;

/// Actions by service.
pub type Actions = BTreeMap<Box<str>, Vec<Box<str>>>;

/// The change for principals who have the same policies before and the same after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Who.
    pub who: Vec<Box<str>>,
    /// What becomes allowed.
    pub gained: Actions,
    /// What is no longer allowed.
    pub lost: Actions,
    /// What is allowed on other resources, or under other conditions.
    pub changed: Actions,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// Who gains or loses permissions.
    pub changes: Vec<Changed>,
    /// Who becomes an administrator.
    pub new_administrators: Vec<Box<str>>,
    /// Who is no longer an administrator.
    pub former_administrators: Vec<Box<str>>,
    /// Paths that can be taken only after it.
    pub opened: Vec<Path>,
    /// Paths that can be taken only before it.
    pub closed: Vec<Path>,
    /// The roles whose trust policies change.
    pub assumable: Vec<Retrusted>,
    /// What was not read of those whom the change reaches: what it does to them may be more than is told.
    pub not_read: Vec<String>,
    /// What is not part of the answer.
    pub not_evaluated: Vec<String>,
}

/// A role with who may assume it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrusted {
    /// The role.
    pub role: Box<str>,
    /// Who may only after the change.
    pub gained: Vec<Box<str>>,
    /// Who may only before it.
    pub lost: Vec<Box<str>>,
}

/// Compares what all principals can do before and after a change.
pub fn impact(before: &Account, after: &Account) -> Result<Impact, GaveUp> {
    let (old, new) = (Access::new(before), Access::new(after));
    let mut found = Impact::default();
    let (classes, gaps) = classes(&old, &new);
    found.not_read = unread::shortened(gaps);
    let trusts = retrusted(before, after);
    if !classes.is_empty() || !trusts.is_empty() {
        found.not_evaluated.push("service control policies and resource control policies".to_owned());
        let followed = classes.iter().take(FOLLOWED).filter_map(|class| class.who.first().cloned()).collect();
        let route = Route { only: trusts.is_empty().then_some(followed), ..Route::default() };
        let (changes, paths) = work::beside(
            || classes.into_iter().try_for_each(|class| found.take(class)),
            || compare_paths(before, after, &route),
        );
        changes?;
        (found.opened, found.closed) = paths?;
    }
    for role in trusts {
        let ask = Ask::new("sts:AssumeRole", role.arn.as_str());
        let may = |access: &Access<'_>| -> Result<BTreeSet<Box<str>>, GaveUp> {
            // Nobody may assume a role that is not there; asked about, it would be taken for one of another account.
            if access.account().roles().get(&role.name).is_none() {
                return Ok(BTreeSet::new());
            }
            Ok(who_can(access, &ask, false)?.holders.into_iter().map(|holder| holder.principal).collect())
        };
        let (was, is) = (may(&old)?, may(&new)?);
        let only = |one: &BTreeSet<Box<str>>, other: &BTreeSet<Box<str>>| one.difference(other).cloned().collect();
        let (gained, lost) = (only(&is, &was), only(&was, &is));
        found.assumable.push(Retrusted { role: role.arn.as_str().into(), gained, lost });
    }
    Ok(found)
}

/// Users and roles whom the same policies decide for, before and after.
struct Class {
    who: Vec<Box<str>>,
    before: EffectivePermissions,
    after: EffectivePermissions,
}

/// Those whom a change reaches, and what was not read of them.
fn classes(old: &Access<'_>, new: &Access<'_>) -> (Vec<Class>, BTreeSet<String>) {
    let (mut found, mut gaps): (Vec<Class>, BTreeSet<String>) = Default::default();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for principal in touched(old.account(), new.account()) {
        let powers = |access: &Access<'_>| access.of(&principal).unwrap_or_default();
        let (before, after) = (powers(old), powers(new));
        gaps.extend(before.unknown.iter().chain(&after.unknown).cloned());
        let arn = new.account().arn(&principal).or_else(|| old.account().arn(&principal));
        let Some(arn) = arn.map(|arn| Box::<str>::from(arn.as_str())) else { continue };
        let key = Key::of(&before, &after);
        if let Some(class) = places.get(&key).and_then(|at| found.get_mut(*at)) {
            class.who.push(arn);
            continue;
        }
        if key.is_shared {
            places.insert(key, found.len());
        }
        found.push(Class { who: vec![arn], before, after });
    }
    (found, gaps)
}

impl Impact {
    /// Takes in what a change does to some principals.
    fn take(&mut self, Class { who, mut before, mut after }: Class) -> Result<(), GaveUp> {
        // Of whose policies not all were read, it is not known whether it is an administrator already, or still.
        match (is_administrator(&mut before)?, is_administrator(&mut after)?) {
            (false, true) if before.unknown.is_empty() => self.new_administrators.extend_from_slice(&who),
            (true, false) if after.unknown.is_empty() => self.former_administrators.extend_from_slice(&who),
            _ => {}
        }
        let changed = compared(&mut before, &mut after)?;
        if !(changed.gained.is_empty() && changed.lost.is_empty() && changed.changed.is_empty()) {
            self.changes.push(Changed { who, ..changed });
        }
        Ok(())
    }
}

/// Which policies decide for somebody, by where they lie.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    policies: [Vec<usize>; 2],
    /// Whether they say the same for all who have them: none asks who that is.
    is_shared: bool,
}

impl Key {
    fn of(before: &EffectivePermissions, after: &EffectivePermissions) -> Self {
        let of = |powers: &EffectivePermissions| {
            let set = powers.policies();
            let own = set.identity.iter().chain(&set.groups);
            let mut all: Vec<usize> = own.map(|policy| Arc::as_ptr(policy) as usize).collect();
            all.push(0);
            all.extend(set.boundary.iter().map(|policy| Arc::as_ptr(policy) as usize));
            all
        };
        let asks_who = |powers: &EffectivePermissions| {
            let set = powers.policies();
            let all = set.identity.iter().chain(&set.groups).chain(&set.boundary);
            all.flat_map(|policy| policy.context_keys()).any(|key| {
                let key = key.to_ascii_lowercase();
                key.starts_with("aws:principal") || matches!(&*key, "aws:username" | "aws:userid")
            })
        };
        Self { policies: [of(before), of(after)], is_shared: !asks_who(before) && !asks_who(after) }
    }
}

/// The users and roles whose policies, boundary or tags are not the same.
fn touched(before: &Account, after: &Account) -> Vec<ResourceRef> {
    let mut policies: BTreeSet<&str> = BTreeSet::new();
    for policy in after.policies().rows() {
        if before.policy(&policy.arn).is_none_or(|old| old.document() != policy.document()) {
            policies.insert(policy.arn.as_str());
        }
    }
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    for group in after.groups().rows() {
        let same = before.groups().get(&group.name).is_some_and(|old| Arc::ptr_eq(old, group));
        let has = |policy: &crate::model::AttachedPolicy| policies.contains(policy.arn.as_str());
        if !same || group.facts.attached.known().into_iter().flatten().any(has) {
            groups.insert(group.name.as_str());
        }
    }
    let is_changed = |user: &User| {
        let attached = user.facts.attached.known().into_iter().flatten();
        attached.map(|policy| &policy.arn).chain(user.facts.boundary.known()).any(|arn| policies.contains(arn.as_str()))
            || user.facts.groups.known().into_iter().flatten().any(|group| groups.contains(group.as_str()))
    };
    let mut found = Vec::new();
    for user in after.users().rows() {
        let same = before.users().get(&user.name).is_some_and(|old| Arc::ptr_eq(old, user));
        if !same || is_changed(user) {
            found.push(ResourceRef::User(user.name.clone()));
        }
    }
    let gone = before.users().rows().iter().filter(|user| after.users().get(&user.name).is_none());
    found.extend(gone.map(|user| ResourceRef::User(user.name.clone())));
    let is_changed = |role: &Role| {
        let attached = role.facts.attached.known().into_iter().flatten();
        attached.map(|policy| &policy.arn).chain(role.facts.boundary.known()).any(|arn| policies.contains(arn.as_str()))
    };
    for role in after.roles().rows() {
        let same = before.roles().get(&role.name).is_some_and(|old| Arc::ptr_eq(old, role));
        if !same || is_changed(role) {
            found.push(ResourceRef::Role(role.name.clone()));
        }
    }
    let gone = before.roles().rows().iter().filter(|role| after.roles().get(&role.name).is_none());
    found.extend(gone.map(|role| ResourceRef::Role(role.name.clone())));
    found
}

/// The roles whose trust policies are not the same, those that come or go among them.
fn retrusted<'a>(before: &'a Account, after: &'a Account) -> Vec<&'a Arc<Role>> {
    let trust = |role: &Role| role.facts.trust.known().map(|trust| trust.document.clone());
    let changed = |role: &&Arc<Role>| {
        before.roles().get(&role.name).is_none_or(|old| !Arc::ptr_eq(old, role) && trust(old) != trust(role))
    };
    let gone = before.roles().rows().iter().filter(|role| after.roles().get(&role.name).is_none());
    after.roles().rows().iter().filter(changed).chain(gone).collect()
}

/// What a principal gains and loses. Only services that the changed policies name are compared, for speed.
pub fn compared(before: &mut EffectivePermissions, after: &mut EffectivePermissions) -> Result<Changed, GaveUp> {
    let all = |powers: &EffectivePermissions| -> Vec<Arc<Compiled>> {
        let set = powers.policies();
        set.identity.iter().chain(&set.groups).chain(&set.boundary).cloned().collect()
    };
    let (old, new) = (all(before), all(after));
    let differs = |one: &Arc<Compiled>, others: &[Arc<Compiled>]| !others.iter().any(|other| Arc::ptr_eq(one, other));
    let bounds = before.policies().boundary.is_some() != after.policies().boundary.is_some();
    let changed: Vec<&Arc<Compiled>> =
        old.iter().filter(|one| differs(one, &new)).chain(new.iter().filter(|one| differs(one, &old))).collect();
    let sets = Sets::of(before, after);
    let mut decisions = Decisions::new(before, after, &sets);
    let catalog = Catalog::bundled();
    let mut found = Changed::default();
    for entry in catalog.services() {
        let Some(service) = catalog.service(&entry.prefix) else { continue };
        let speaks = |policy: &&Arc<Compiled>| {
            policy.statements().iter().any(|one| one.is_about_all_of(service.prefix()) != Some(false))
        };
        // Setting or removing a boundary also changes the services that it does not name.
        if !bounds && !changed.iter().any(speaks) {
            continue;
        }
        let concerned = decisions.concerned(service);
        for action in catalog.actions_of(service) {
            let (was, is) = decisions.of(&concerned, action)?;
            let list = match (was.is_empty(), is.is_empty()) {
                (true, false) => Some(&mut found.gained),
                (false, true) => Some(&mut found.lost),
                _ if was != is => Some(&mut found.changed),
                _ => None,
            };
            if let Some(list) = list {
                list.entry(service.prefix().into()).or_default().push(action.name().into());
            }
        }
    }
    Ok(found)
}

/// The paths that can be taken only after, and those that can be taken only before.
fn compare_paths(before: &Account, after: &Account, route: &Route) -> Result<(Vec<Path>, Vec<Path>), GaveUp> {
    let open = |account: &Account| -> Result<Vec<Path>, GaveUp> {
        let mut paths = escalation(&Access::new(account), route)?.paths;
        paths.retain(|path| path.verdict <= Verdict::Conditional);
        Ok(paths)
    };
    let (was, is) = work::beside(|| open(before), || open(after));
    let (was, is) = (was?, is?);
    // One path per principal is enough: what counts is whether there is one.
    let only = |one: Vec<Path>, others: &[Path]| {
        let mut from: BTreeSet<Box<str>> = others.iter().map(|path| path.from.clone()).collect();
        one.into_iter().filter(|path| from.insert(path.from.clone())).collect()
    };
    Ok((only(is.clone(), &was), only(was, &is)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::describe::impact_lines;
    use crate::insight::fixture::{ADMINISTRATOR, signed_in_as};
    use crate::insight::forecast::Forecast;
    use crate::plan::{Call, Plan, Step};

    #[track_caller]
    fn check(calls: impl IntoIterator<Item = Call>, expected: &[&str]) {
        assert_eq!(told(&signed_in_as("arn:aws:iam::123456789012:user/ada"), calls), expected);
    }

    /// The account once the calls were made.
    fn after(before: &Account, calls: impl IntoIterator<Item = Call>) -> Account {
        let mut plan = Plan::new("");
        calls.into_iter().for_each(|call| {
            plan.push(Step::new(call, ""));
        });
        let mut forecast = Forecast::new(before);
        plan.steps.iter().for_each(|step| forecast.take(step));
        forecast.account().clone()
    }

    fn told(before: &Account, calls: impl IntoIterator<Item = Call>) -> Vec<String> {
        let found = impact(before, &after(before, calls)).unwrap();
        let mut told: Vec<String> = impact_lines(&found).into_iter().map(|line| line.text).collect();
        // What is said of every change says nothing of this one.
        told.retain(|line| line != "not evaluated: service control policies and resource control policies");
        told
    }

    #[test]
    fn who_gains_and_who_loses_is_told() {
        const PUT: &str = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}"#;
        check([], &[]);
        check([Call::put_role_policy("ops", "put", PUT)], &["role/ops", "+ sqs: SendMessage"]);
        check(
            [Call::put_role_policy("ops", "grow", PUT.replace("sqs:SendMessage", "iam:PutRolePolicy"))],
            &[
                "opens an escalation path: role/ops gets an administrator's permissions: writes an inline policy of the role",
                "role/ops",
                "+ iam: PutRolePolicy",
            ],
        );
    }

    /// A trust policy for one principal.
    fn trust(principal: &str) -> String {
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}}}}}"#)
    }

    #[test]
    fn a_role_that_comes_takes_nothing_from_anybody() {
        let lambda = trust(r#"{"Service": "lambda.amazonaws.com"}"#);
        check([Call::create_role("nightly", lambda)], &["+ may assume role/nightly: lambda.amazonaws.com"]);
        let account = trust(r#"{"AWS": "123456789012"}"#);
        check([Call::create_role("nightly", account)], &["+ may assume role/nightly: user/ada"]);
    }

    #[test]
    fn a_role_that_goes_is_lost_to_all_who_may_assume_it() {
        check([Call::delete_role("ops")], &["role/ops", "- s3: GetObject", "- may assume role/ops: user/ada"]);
        let both = trust(r#"{"AWS": "arn:aws:iam::123456789012:user/ada", "Service": "lambda.amazonaws.com"}"#);
        let before = signed_in_as("arn:aws:iam::123456789012:user/ada");
        let before = after(&before, [Call::update_trust_policy("ops", both)]);
        let told = told(&before, [Call::delete_role("ops")]);
        assert_eq!(told.last().unwrap(), "- may assume role/ops: user/ada, lambda.amazonaws.com");
    }

    #[test]
    fn everybody_who_becomes_an_administrator_is_told() {
        let before = signed_in_as("arn:aws:iam::123456789012:user/ada");
        let names: Vec<String> = (0..7).map(|number| format!("new-{number}")).collect();
        let before = after(&before, names.iter().map(|name| Call::create_user(name.as_str())));
        let told = told(&before, names.iter().map(|name| Call::attach_user_policy(name.as_str(), ADMINISTRATOR)));
        let named = told
            .iter()
            .filter(|line| line.starts_with("user/new-") && line.ends_with(" becomes an administrator"))
            .count();
        assert_eq!((named, told.iter().any(|line| line == "2 more: becomes an administrator")), (5, true), "{told:#?}");
    }

    #[test]
    fn what_was_not_read_of_those_whom_it_reaches_is_told() {
        let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
        let unread = "arn:aws:iam::123456789012:policy/Unread";
        let found = impact(&account, &after(&account, [Call::attach_role_policy("ops", unread)])).unwrap();
        let told: Vec<String> = impact_lines(&found).into_iter().map(|line| line.text).collect();
        assert_eq!(
            told,
            [
                format!("not read: policy {unread}"),
                "not evaluated: service control policies and resource control policies".to_owned(),
            ]
        );
    }

    #[test]
    fn an_administrator_is_told_as_one() {
        let account = signed_in_as("arn:aws:iam::123456789012:user/ada");
        let mut forecast = Forecast::new(&account);
        let step = Step::new(Call::attach_role_policy("ops", ADMINISTRATOR), "");
        forecast.take(&step);
        let found = impact(&account, forecast.account()).unwrap();
        assert_eq!(found.new_administrators, [Box::from("arn:aws:iam::123456789012:role/ops")]);
        assert_eq!(found.changes.len(), 1);
    }
}
