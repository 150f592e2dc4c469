//! Who refers to whom: the cross-reference index of an account.

use std::collections::{BTreeMap, HashMap};

use super::{Entity as _, Group, TrustedEntity};
use super::{GroupName, Listing, PolicyEntities, Role, RoleName, User, UserName};
use crate::base::arn::Arn;

/// The uses of one policy, as far as reads of the users, groups and roles tell.
pub type PolicyUse = PolicyEntities;

/// The index, built from what is known; it says nothing of what was never read.
#[derive(Debug, Clone, Default)]
pub struct References {
    policies: HashMap<Arn, PolicyUse>,
    members: HashMap<GroupName, Vec<UserName>>,
    trusting: BTreeMap<TrustedEntity, Vec<RoleName>>,
}

impl References {
    /// Reads the index off the listings.
    pub(super) fn build(users: &Listing<User>, groups: &Listing<Group>, roles: &Listing<Role>) -> Self {
        let mut index = Self::default();
        for user in users.rows() {
            for group in user.facts.groups.known().into_iter().flatten() {
                index.members.entry(group.clone()).or_default().push(user.name.clone());
            }
            for policy in user.facts.attached.known().into_iter().flatten() {
                index.policy(&policy.arn).users.push(user.name.clone());
            }
            if let Some(arn) = user.facts.boundary.known() {
                index.policy(arn).bounded_users.push(user.name.clone());
            }
        }
        for group in groups.rows() {
            for policy in group.facts.attached.known().into_iter().flatten() {
                index.policy(&policy.arn).groups.push(group.key().clone());
            }
        }
        for role in roles.rows() {
            for policy in role.facts.attached.known().into_iter().flatten() {
                index.policy(&policy.arn).roles.push(role.name.clone());
            }
            if let Some(arn) = role.facts.boundary.known() {
                index.policy(arn).bounded_roles.push(role.name.clone());
            }
            for entity in role.facts.trust.known().into_iter().flat_map(|trust| &trust.entities) {
                index.trusting.entry(entity.clone()).or_default().push(role.name.clone());
            }
        }
        index
    }

    fn policy(&mut self, arn: &Arn) -> &mut PolicyUse {
        if !self.policies.contains_key(arn) {
            self.policies.insert(arn.clone(), PolicyUse::default());
        }
        self.policies.entry(arn.clone()).or_default()
    }

    /// The policies that somebody uses.
    pub fn policies(&self) -> impl Iterator<Item = &Arn> {
        self.policies.keys()
    }

    /// Who uses a policy.
    pub fn uses(&self, policy: &Arn) -> Option<&PolicyUse> {
        self.policies.get(policy)
    }

    /// The members of a group, as the users' sides tell.
    pub fn members(&self, group: &GroupName) -> &[UserName] {
        self.members.get(group).map_or(&[], Vec::as_slice)
    }

    /// The roles that trust an entity.
    pub fn trusting(&self, entity: &TrustedEntity) -> &[RoleName] {
        self.trusting.get(entity).map_or(&[], Vec::as_slice)
    }

    /// All trusted entities with the roles that trust them.
    pub fn trusted(&self) -> impl Iterator<Item = (&TrustedEntity, &[RoleName])> {
        self.trusting.iter().map(|(entity, roles)| (entity, roles.as_slice()))
    }
}
