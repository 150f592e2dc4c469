//! Which roles a user or role can assume: sessions that outlive a change of its own permissions.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::api::{Operation, Sts};
use crate::model::{Account, EventQuery, ResourceRef, RoleName, UserName};

use super::access::Access;

/// A role that somebody can assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumable {
    /// The role.
    pub role: RoleName,
    /// The condition keys that decide it and are not known; empty: whoever it is can assume it as things stand.
    pub depends_on: Vec<String>,
}

impl fmt::Display for Assumable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role)?;
        if self.depends_on.is_empty() { Ok(()) } else { write!(f, " (depends on {})", self.depends_on.join(", ")) }
    }
}

/// The roles of the account that a user or role can assume, by name, and whether all of them could be decided.
///
/// Roles of AWS services are left out: nobody else can assume them.
pub fn assumable_roles(account: &Account, principal: &ResourceRef) -> (Vec<Assumable>, bool) {
    let access = Access::new(account);
    let Some(mut powers) = access.of(principal) else { return (Vec::new(), false) };
    let mut is_sure = powers.unknown.is_empty();
    let mut found = Vec::new();
    for role in account.roles().rows().iter().filter(|role| !role.is_service_linked()) {
        let prospect = access.trust(role).and_then(|trust| {
            let tags = role.facts.tags.known();
            powers.prospect_on("sts:AssumeRole", role.arn.as_str(), Some(trust), tags).ok()
        });
        let Some(prospect) = prospect else {
            is_sure = false;
            continue;
        };
        if prospect.is_possible() {
            let when = prospect.when();
            let needs = when.sets().iter().flatten().filter(|_| !prospect.is_certain());
            let keys: BTreeSet<&str> = needs.map(|need| &*need.key).collect();
            let depends_on = keys.into_iter().map(str::to_owned).collect();
            found.push(Assumable { role: role.name.clone(), depends_on });
        }
    }
    (found, is_sure)
}

/// The roles of the account that a user assumed, the last one first, with when that was; none where its events were not
/// read.
pub fn assumed_lately(account: &Account, user: &UserName) -> Option<Vec<(RoleName, Timestamp)>> {
    let log = account.events(&EventQuery::By(user.clone()))?;
    log.read.known()?;
    let began = log.rows.iter().filter(|event| event.error.is_none() && &*event.name == ASSUME_ROLE.name());
    let mut roles: Vec<(RoleName, Timestamp)> = Vec::new();
    for event in began {
        for resource in event.about() {
            if let ResourceRef::Role(role) = resource
                && account.roles().get(role.as_str()).is_some()
                && roles.iter().all(|(known, _)| *known != role)
            {
                roles.push((role, event.at));
            }
        }
    }
    Some(roles)
}

const ASSUME_ROLE: Operation = Operation::Sts(Sts::AssumeRole);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::account;

    #[track_caller]
    fn check(user: &str, roles: &[&str]) {
        let (found, is_sure) = assumable_roles(&account(), &ResourceRef::User(user.into()));
        let names: Vec<&str> = found.iter().map(|found| found.role.as_str()).collect();
        assert_eq!(names, roles, "{user}");
        assert!(is_sure);
    }

    #[test]
    fn the_trust_policy_and_the_permissions_decide_together() {
        check("ada", &["ops"]);
        check("bob", &[]);
    }
}
