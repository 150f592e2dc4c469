//! Creating a group with its members and policies.

use crate::model::Account;
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{Owner, attach_step, each, free, join_step, policy_arn, user, within};

/// A group to create. Groups take no tags and no boundary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreateGroup {
    /// The name.
    pub name: String,
    /// The path; none: `/`.
    pub path: Option<String>,
    /// ARNs of managed policies to attach.
    pub policies: Vec<String>,
    /// Users to put into it.
    pub members: Vec<String>,
}

impl CreateGroup {
    /// The plan: the group, its policies, its members.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name.as_str();
        free(account.groups(), "group", name)?;
        within(account, "AttachedPoliciesPerGroupQuota", 10, self.policies.len(), "too many policies for one group")?;
        let mut plan = Plan::new(format!("create group {name}"));
        let create = Call::create_group(name).with_some("Path", self.path.clone().filter(|path| path != "/"));
        plan.push(Step::requested(create).undo(Inverse::of([Call::delete_group(name)])));
        let owner = Owner::Group(self.name.clone());
        for policy in &self.policies {
            let arn = policy_arn(account, policy)?;
            plan.push(attach_step(&owner, arn.as_str(), "gives its members what the policy allows"));
        }
        for member in &self.members {
            let member = user(account, member)?;
            let groups = member.facts.groups.known().map_or(0, Vec::len);
            within(account, "GroupsPerUserQuota", 10, groups + 1, &format!("too many groups for {}", member.name))?;
            plan.push(join_step(member.name.as_str(), name, format!("gives what {name} allows")));
        }
        Ok(plan.seeing(account))
    }
}

/// The plan that creates groups, one after the other.
pub fn create_groups(account: &Account, groups: &[CreateGroup]) -> Result<Plan, PlanError> {
    for (at, group) in groups.iter().enumerate() {
        let before = groups.get(..at).unwrap_or_default();
        if let Some(twin) = before.iter().find(|other| other.name.eq_ignore_ascii_case(&group.name)) {
            return Err(PlanError::Exists { kind: "group", name: twin.name.clone() });
        }
        for member in &group.members {
            let held = user(account, member)?.facts.groups.known().map_or(0, Vec::len);
            let new = groups.iter().filter(|group| group.members.contains(member)).count();
            within(account, "GroupsPerUserQuota", 10, held + new, &format!("too many groups for {member}"))?;
        }
    }
    if groups.is_empty() {
        return Err(PlanError::Nothing("no group name is given".to_owned()));
    }
    Ok(each(groups, format!("create {} groups", groups.len()), |group| group.plan(account))?.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines};
    use super::*;

    #[test]
    fn a_group_is_made_with_policies_and_members() {
        let new = CreateGroup {
            name: "Audit".into(),
            path: None,
            policies: vec!["arn:aws:iam::aws:policy/SecurityAudit".into()],
            members: vec!["bob".into()],
        };
        let plan = new.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create group Audit
        attach policy SecurityAudit to group Audit
        add user bob to group Audit
        ");
    }

    #[test]
    fn a_policy_of_the_account_that_is_not_there_is_told() {
        let policies = vec!["arn:aws:iam::123456789012:policy/cup".into()];
        let new = CreateGroup { name: "Audit".into(), policies, ..CreateGroup::default() };
        let told = new.plan(&account()).unwrap_err().user_error();
        assert_eq!(told.hint.unwrap(), "Did you mean `arn:aws:iam::123456789012:policy/cap`?");
    }
}
