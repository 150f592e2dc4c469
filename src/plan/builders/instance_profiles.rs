//! Instance profiles: created, given a role, freed of it, deleted.

use crate::model::{Account, InstanceProfileName, RoleName, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{find, free, held, listed, own_role, settled, tags_value, within};

/// An instance profile to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateInstanceProfile {
    /// The name.
    pub name: String,
    /// The path; none: `/`.
    pub path: Option<String>,
    /// The role that is added to it.
    pub role: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
}

impl CreateInstanceProfile {
    /// The plan.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name.as_str();
        free(account.instance_profiles(), "instance profile", name)?;
        if account.instance_profiles().is_complete() {
            let count = account.instance_profiles().rows().len() + 1;
            within(account, "InstanceProfilesQuota", 1000, count, "too many instance profiles in the account")?;
        }
        let path = self.path.clone().filter(|path| path != "/");
        let mut create = Call::create_instance_profile(name).with_some("Path", path);
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        create.check()?;
        let mut plan = Plan::new(format!("create instance profile {name}"));
        let undo = Inverse::of([Call::delete_instance_profile(name)]);
        plan.push(Step::new(create, "EC2 instances get a role through it").undo(undo));
        if let Some(role) = &self.role {
            own_role(account, role)?;
            plan.push(add_step(name, role));
        }
        Ok(plan.seeing(account))
    }
}

/// The plan that puts a role into an instance profile, in the place of the one that is in it.
pub fn set_profile_role(account: &Account, profile: &str, role: &str) -> Result<Plan, PlanError> {
    own_role(account, role)?;
    let mut plan = Plan::new(format!("add role {role} to instance profile {profile}"));
    match role_in(account, profile)? {
        Some(held) if held == role => {
            return Err(PlanError::Nothing(format!("role {role} is in instance profile {profile}")));
        }
        Some(held) => drop(plan.push(remove_step(profile, held, "an instance profile can contain only one role"))),
        None => {}
    }
    plan.push(add_step(profile, role));
    Ok(plan.seeing(account))
}

/// The plan that removes the role from an instance profile.
pub fn remove_profile_role(account: &Account, profile: &str) -> Result<Plan, PlanError> {
    let Some(role) = role_in(account, profile)? else {
        return Err(PlanError::Nothing(format!("there is no role in instance profile {profile}")));
    };
    let mut plan = Plan::new(format!("remove role {role} from instance profile {profile}"));
    plan.push(remove_step(profile, role, "instances that are launched with the profile get no role"));
    Ok(plan.seeing(account))
}

/// The plan that deletes instance profiles; their roles stay.
pub fn delete_instance_profiles(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    if names.is_empty() {
        return Err(PlanError::Nothing("no instance profile is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("instance profile", names)));
    for name in names {
        if let Some(role) = role_in(account, name)? {
            plan.push(remove_step(name, role, "AWS refuses to delete an instance profile that contains a role"));
        }
        let facts = &find(account.instance_profiles(), "instance profile", name)?.facts;
        held(&facts.tags, || format!("the tags of instance profile {name}"))?;
        plan.push(delete_step(account, name, ""));
    }
    Ok(plan.seeing(account))
}

/// The role that an instance profile holds.
fn role_in<'a>(account: &'a Account, profile: &str) -> Result<Option<&'a str>, PlanError> {
    let facts = &find(account.instance_profiles(), "instance profile", profile)?.facts;
    let role = settled(&facts.role, || format!("the role in instance profile {profile}"))?;
    Ok(role.map(RoleName::as_str))
}

fn add_step(profile: &str, role: &str) -> Step {
    let undo = Inverse::of([Call::remove_role_from_instance_profile(profile, role)]);
    let why = "instances that run with the profile get the permissions of the role";
    Step::new(Call::add_role_to_instance_profile(profile, role), why).undo(undo)
}

/// The step that removes a role from an instance profile.
pub(super) fn remove_step(profile: &str, role: &str, why: &str) -> Step {
    Step::new(Call::remove_role_from_instance_profile(profile, role), why)
        .risk("EC2 instances that run with it lose their permissions")
        .undo(Inverse::of([Call::add_role_to_instance_profile(profile, role)]))
}

/// The step that deletes an instance profile; path and tags come back where they are known.
pub(super) fn delete_step(account: &Account, name: &str, why: &str) -> Step {
    let known = account.instance_profiles().get(&InstanceProfileName::from(name));
    let mut again = Call::create_instance_profile(name);
    let mut loses = String::from("its unique ID");
    match known {
        Some(profile) => {
            again = again.with_some("Path", Some(profile.arn.path()).filter(|path| *path != "/"));
            match profile.facts.tags.known() {
                Some(tags) if !tags.is_empty() => again = again.with("Tags", tags_value(tags)),
                Some(_) => {}
                None if profile.facts.tags.is_settled() => {}
                None => loses.push_str(" and its tags, which were not read"),
            }
        }
        None => loses.push_str(", path and tags, which were not read"),
    }
    let step = Step::new(Call::delete_instance_profile(name), why);
    step.risk("launches and instances that name the profile fail").undo(Inverse::losing([again], loses))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::fixture::{account, lines, undo_lines};
    use super::*;
    use crate::base::arn::Arn;
    use crate::model::{Fact, InstanceProfile, InstanceProfileFacts, Page, Seen, Source, Update};

    /// The account with an instance profile `web` in the path `/ec2/`, tagged, which holds this role.
    fn with_profile(role: Option<&str>) -> Account {
        let mut account = account();
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let profile = InstanceProfile {
            name: "web".into(),
            arn: Arn::iam("aws", "123456789012", "instance-profile/ec2/web").unwrap(),
            id: "AIPAWEB".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: InstanceProfileFacts {
                role: role.map_or(Fact::Absent(seen), |role| Fact::Known(RoleName::from(role), seen)),
                tags: Fact::Known(vec![Tag { key: "team".into(), value: "blue".into() }], seen),
            },
        };
        account.apply(Update::InstanceProfiles(Page::whole(vec![profile], Timestamp::UNIX_EPOCH)));
        account
    }

    #[track_caller]
    fn check(plan: &Plan, steps: &str, undo: &str) {
        plan.check().unwrap();
        assert_eq!((lines(plan).as_str(), undo_lines(plan).as_str()), (steps, undo));
    }

    #[test]
    fn a_profile_is_created_with_its_role() {
        let new = CreateInstanceProfile {
            name: "batch".into(),
            path: Some("/ec2/".into()),
            role: Some("ops".into()),
            tags: Vec::new(),
        };
        check(
            &new.plan(&with_profile(None)).unwrap(),
            "create instance profile batch\nadd role ops to instance profile batch",
            "remove role ops from instance profile batch\ndelete instance profile batch",
        );
        let taken = CreateInstanceProfile { name: "WEB".into(), ..new.clone() };
        assert!(taken.plan(&with_profile(None)).is_err());
        assert!(CreateInstanceProfile { role: Some("none".into()), ..new }.plan(&account()).is_err());
    }

    #[test]
    fn a_profile_holds_one_role_and_is_freed_before_it_goes() {
        check(
            &set_profile_role(&with_profile(Some("old")), "web", "ops").unwrap(),
            "remove role old from instance profile web\nadd role ops to instance profile web",
            "remove role ops from instance profile web\nadd role old to instance profile web",
        );
        assert!(set_profile_role(&with_profile(Some("ops")), "web", "ops").is_err());
        assert!(remove_profile_role(&with_profile(None), "web").is_err());
        let plan = delete_instance_profiles(&with_profile(Some("ops")), &["web".into()]).unwrap();
        check(
            &plan,
            "remove role ops from instance profile web\ndelete instance profile web",
            "create instance profile web\nadd role ops to instance profile web",
        );
        let again = &plan.steps[1].inverse.as_ref().unwrap().calls[0];
        assert_eq!(again.text("Path"), Some("/ec2/"));
        assert!(again.input().contains_key("Tags"));
    }
}
