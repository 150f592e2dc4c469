//! Members of groups, from either side.

use crate::model::{Account, Group, User};
use crate::plan::{Plan, PlanError};

use super::{group, join_step, leave_step, listed, user, within};

/// The plan that puts every one of the users into every one of the groups; who is in already is left alone.
pub fn add_members(account: &Account, users: &[String], groups: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("add {} to {}", listed("user", users), listed("group", groups)));
    for name in users {
        let user = user(account, name)?;
        let held = user.facts.groups.known().map_or(&[][..], Vec::as_slice);
        let mut count = held.len();
        for name in groups {
            let group = group(account, name)?;
            if is_member(user, group) == Some(true) {
                continue;
            }
            count += usize::from(!held.contains(&group.name));
            within(account, "GroupsPerUserQuota", 10, count, &format!("too many groups for {}", user.name))?;
            plan.push(join_step(user.name.as_str(), name, format!("gives what {name} allows")));
        }
    }
    some(plan.seeing(account), "the users are in the groups already")
}

/// The plan that takes every one of the users out of every one of the groups; who is not in is left alone.
pub fn remove_members(account: &Account, users: &[String], groups: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("remove {} from {}", listed("user", users), listed("group", groups)));
    for name in users {
        let user = user(account, name)?;
        for name in groups {
            let group = group(account, name)?;
            // Where it is not known, the service is asked: it refuses nothing that is not there.
            if is_member(user, group) == Some(false) {
                continue;
            }
            plan.push(leave_step(user.name.as_str(), name, ""));
        }
    }
    some(plan.seeing(account), "none of the users is in the groups")
}

/// The plan that moves users from groups to others: into the new ones first, so that nobody is without in between.
pub fn move_members(account: &Account, users: &[String], from: &[String], to: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("move {} to {}", listed("user", users), listed("group", to)));
    let leave: Vec<String> = from.iter().filter(|group| !to.contains(group)).cloned().collect();
    let add = |users: &[String]| add_members(account, users, to);
    let remove = |users: &[String]| remove_members(account, users, &leave);
    for name in users {
        let one = std::slice::from_ref(name);
        // Who is in all the groups that it may be in has to leave first.
        let full = |error: &PlanError| matches!(error, PlanError::Limit { .. });
        let parts = match add(one) {
            Err(error) if full(&error) => vec![remove(one), joined(account, name, to, leave.len())],
            added => vec![added, remove(one)],
        };
        for part in parts {
            match part {
                Ok(part) => part.steps.into_iter().for_each(|step| drop(plan.push(step))),
                Err(PlanError::Nothing(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    some(plan.seeing(account), "the users are where they should be")
}

/// Joins groups after others were left, which makes room for as many.
fn joined(account: &Account, name: &str, to: &[String], room: usize) -> Result<Plan, PlanError> {
    let user = user(account, name)?;
    let held = user.facts.groups.known().map_or(&[][..], Vec::as_slice);
    let new = to.iter().filter(|name| !held.iter().any(|group| group.as_str() == name.as_str()));
    let mut plan = Plan::new("");
    for (at, name) in new.enumerate() {
        let count = (held.len() + at + 1).saturating_sub(room);
        within(account, "GroupsPerUserQuota", 10, count, &format!("too many groups for {}", user.name))?;
        let name = group(account, name)?.name.as_str();
        plan.push(join_step(user.name.as_str(), name, format!("gives what {name} allows")));
    }
    Ok(plan.seeing(account))
}

/// Whether a user is in a group; not known where nothing tells, or where both sides tell it differently, as when one
/// was read before a change.
fn is_member(user: &User, group: &Group) -> Option<bool> {
    let by_user = user.facts.groups.known().map(|groups| groups.contains(&group.name));
    let by_group = group.facts.members.known().map(|members| members.contains(&user.name));
    match (by_user, by_group) {
        (Some(one), Some(other)) if one != other => None,
        (Some(told), _) | (None, Some(told)) => Some(told),
        (None, None) => None,
    }
}

/// A plan that does something.
pub(super) fn some(plan: Plan, otherwise: &str) -> Result<Plan, PlanError> {
    if plan.steps.is_empty() { Err(PlanError::Nothing(otherwise.to_owned())) } else { Ok(plan) }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::{account, lines, names};
    use super::*;
    use crate::model::{Fact, GroupFacts, Seen, Source, Update, UserName};

    #[test]
    fn only_memberships_that_are_missing_are_added() {
        let plan = add_members(&account(), &names(&["bob", "ada"]), &names(&["Developers", "admins"])).unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        add user bob to group admins
        add user ada to group Developers
        ");
        let told = add_members(&account(), &names(&["bob"]), &names(&["Developers"])).unwrap_err().to_string();
        assert_eq!(told, "the users are in the groups already: nothing to do");
    }

    #[test]
    fn who_moves_joins_before_leaving() {
        let plan = move_members(&account(), &names(&["bob"]), &names(&["Developers"]), &names(&["admins"])).unwrap();
        assert_eq!(plan.title, "move user bob to group admins");
        insta::assert_snapshot!(lines(&plan), @r"
        add user bob to group admins
        remove user bob from group Developers
        ");
        let told = move_members(&account(), &names(&["ada"]), &names(&["Developers"]), &names(&["admins"]));
        assert_eq!(told.unwrap_err().to_string(), "the users are where they should be: nothing to do");
    }

    #[test]
    fn where_the_two_sides_differ_the_service_is_asked() {
        let members = |members: &[&str]| {
            let mut account = account();
            let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
            let members = Fact::Known(members.iter().map(|name| UserName::from(*name)).collect(), seen);
            let facts = GroupFacts { members, ..GroupFacts::default() };
            account.apply(Update::GroupFacts("Developers".into(), Box::new(facts)));
            account
        };
        let (bob, developers) = (names(&["bob"]), names(&["Developers"]));
        assert!(add_members(&members(&[]), &bob, &developers).is_ok());
        assert!(add_members(&members(&["bob"]), &bob, &developers).is_err());
        let ada = names(&["ada"]);
        assert!(remove_members(&members(&["ada"]), &ada, &developers).is_ok());
        assert!(remove_members(&members(&[]), &ada, &developers).is_err());
    }

    #[test]
    fn only_memberships_that_are_there_are_removed() {
        let plan = remove_members(&account(), &names(&["bob"]), &names(&["Developers", "admins"])).unwrap();
        assert_eq!(lines(&plan), "remove user bob from group Developers");
    }
}
