//! What names what: policies and trusts that mention an ARN, and who is affected when a policy changes.

use std::collections::BTreeSet;

use crate::base::arn::Arn;
use crate::model::{Account, Fact, InlineName, InlinePolicy, ResourceRef, RoleName};

/// A document that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// A managed policy of the account, in its default version.
    Policy(Arn),
    /// An inline policy of a user, group or role.
    Inline(ResourceRef, InlineName),
    /// The trust policy of a role.
    Trust(RoleName),
}

/// The documents of an account that name an ARN, or whatever text stands for it.
pub fn mentions(account: &Account, named: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    // A JSON text may escape a slash; nobody's does but for `\/`.
    let names = |text: &str| text.contains(named) || text.replace("\\/", "/").contains(named);
    for policy in account.policies().rows() {
        if policy.document().known().is_some_and(|document| names(document.text())) {
            found.push(Mention::Policy(policy.arn.clone()));
        }
    }
    let mut inline = |owner: ResourceRef, policies: &Fact<Vec<InlinePolicy>>| {
        for policy in policies.known().into_iter().flatten() {
            if policy.document.known().is_some_and(|document| names(document.text())) {
                found.push(Mention::Inline(owner.clone(), policy.name.clone()));
            }
        }
    };
    for user in account.users().rows() {
        inline(ResourceRef::User(user.name.clone()), &user.facts.inline);
    }
    for group in account.groups().rows() {
        inline(ResourceRef::Group(group.name.clone()), &group.facts.inline);
    }
    for role in account.roles().rows() {
        inline(ResourceRef::Role(role.name.clone()), &role.facts.inline);
    }
    for role in account.roles().rows() {
        if role.facts.trust.known().is_some_and(|trust| names(trust.document.text())) {
            found.push(Mention::Trust(role.name.clone()));
        }
    }
    found
}

/// Who is affected when a managed policy changes, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Affected {
    /// Users, groups and roles that the policy is attached to.
    pub attached: BTreeSet<ResourceRef>,
    /// Users who have it through a group.
    pub through_groups: BTreeSet<ResourceRef>,
    /// Users and roles whose boundary it is.
    pub bounded: BTreeSet<ResourceRef>,
}

/// Who is affected when a managed policy changes.
pub fn affected(account: &Account, policy: &Arn) -> Affected {
    let references = account.references();
    let Some(uses) = references.uses(policy) else { return Affected::default() };
    let users = |names: &[crate::model::UserName]| -> Vec<ResourceRef> {
        names.iter().cloned().map(ResourceRef::User).collect()
    };
    let roles = |names: &[RoleName]| -> Vec<ResourceRef> { names.iter().cloned().map(ResourceRef::Role).collect() };
    let groups = uses.groups.iter().cloned().map(ResourceRef::Group);
    let members = uses.groups.iter().flat_map(|group| users(references.members(group)));
    Affected {
        attached: users(&uses.users).into_iter().chain(groups).chain(roles(&uses.roles)).collect(),
        through_groups: members.collect(),
        bounded: users(&uses.bounded_users).into_iter().chain(roles(&uses.bounded_roles)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixture::{ADMINISTRATOR, account, arn};

    #[test]
    fn a_trust_policy_that_names_a_user_is_found() {
        assert_eq!(mentions(&account(), "user/ada"), [Mention::Trust("ops".into())]);
        assert_eq!(mentions(&account(), "user/eve"), []);
    }

    #[test]
    fn a_change_of_a_policy_reaches_members_and_the_bounded() {
        let account = account();
        let names =
            |set: &BTreeSet<ResourceRef>| -> Vec<String> { set.iter().map(|one| one.name().to_owned()).collect() };
        let admin = affected(&account, &Arn::parse(ADMINISTRATOR).unwrap());
        assert_eq!((names(&admin.attached), names(&admin.through_groups)), (vec!["admins".into()], vec!["ada".into()]));
        assert_eq!(names(&affected(&account, &arn("policy/cap")).bounded), ["bob"]);
        assert_eq!(affected(&account, &arn("policy/none")), Affected::default());
    }
}
