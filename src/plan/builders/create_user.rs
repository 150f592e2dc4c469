//! Creating users: name, console access, permissions, an access key.

use crate::model::{Account, Tag, User};
use crate::plan::{Call, Inverse, Plan, PlanError, SecretFrom, Step};

use super::{CreateGroup, Owner, attach_step, free, group, join_step, listed, policy_arn, rows, settled};
use super::{access_keys, console_access};
use super::{tags_value, user, within};

/// Users to create, alike but for their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreateUser {
    /// The names.
    pub names: Vec<String>,
    /// The path; none: `/`.
    pub path: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// Console access, if any.
    pub console: Option<ConsolePassword>,
    /// Groups to be made on the way; the users join them.
    pub new_groups: Vec<CreateGroup>,
    /// Groups that are there.
    pub groups: Vec<String>,
    /// A user whose groups, policies and boundary are copied.
    pub copy_from: Option<String>,
    /// ARNs of managed policies to attach.
    pub policies: Vec<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// An access key for each, with its description (which may be empty).
    pub access_key: Option<String>,
}

/// How users come by their first console password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsolePassword {
    /// Where the password comes from.
    pub from: SecretFrom,
    /// Whether a new one is asked for at the first sign-in.
    pub reset: bool,
}

/// What each of the users is given, after copying.
struct Permissions {
    groups: Vec<String>,
    policies: Vec<String>,
    inline: Vec<(String, String)>,
    boundary: Option<String>,
}

impl CreateUser {
    /// The plan: groups that are missing first, then user by user, each complete before the next.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        if self.names.is_empty() {
            return Err(PlanError::Nothing("no user name is given".to_owned()));
        }
        let mut plan = Plan::new(format!("create {}", listed("user", &self.names)));
        for new in &self.new_groups {
            plan.prepend(new.plan(account)?);
        }
        let permissions = self.permissions(account)?;
        for (at, name) in self.names.iter().enumerate() {
            free(account.users(), "user", name)?;
            let before = self.names.get(..at).unwrap_or_default();
            if let Some(twin) = before.iter().find(|other| other.eq_ignore_ascii_case(name)) {
                return Err(PlanError::Exists { kind: "user", name: twin.clone() });
            }
            self.user(&mut plan, name, &permissions, account);
        }
        Ok(plan.seeing(account))
    }

    fn permissions(&self, account: &Account) -> Result<Permissions, PlanError> {
        let mut given = Permissions {
            groups: self.new_groups.iter().map(|group| group.name.clone()).collect(),
            policies: Vec::new(),
            inline: Vec::new(),
            boundary: self.boundary.clone(),
        };
        for name in &self.groups {
            add(&mut given.groups, group(account, name)?.name.as_str());
        }
        if let Some(name) = &self.copy_from {
            given.copy(user(account, name)?)?;
        }
        for text in &self.policies {
            add(&mut given.policies, policy_arn(account, text)?.as_str());
        }
        if let Some(text) = &given.boundary {
            policy_arn(account, text)?;
        }
        within(account, "GroupsPerUserQuota", 10, given.groups.len(), "too many groups for one user")?;
        let change = self.console.is_some_and(|console| console_access::lets_change_password(account, console));
        let policies = given.policies.len() + usize::from(change);
        within(account, "AttachedPoliciesPerUserQuota", 10, policies, "too many policies for one user")?;
        Ok(given)
    }

    fn user(&self, plan: &mut Plan, name: &str, given: &Permissions, account: &Account) {
        let mut create = Call::create_user(name)
            .with_some("Path", self.path.clone().filter(|path| path != "/"))
            .with_some("PermissionsBoundary", given.boundary.clone());
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        plan.push(Step::requested(create).undo(Inverse::of([Call::delete_user(name)])));
        if let Some(console) = self.console {
            console_access::give(plan, name, console, account, false);
        }
        for group in &given.groups {
            plan.push(join_step(name, group, format!("gives what {group} allows")));
        }
        let owner = Owner::User(name.to_owned());
        for policy in &given.policies {
            plan.push(attach_step(&owner, policy, "gives what the policy allows"));
        }
        for (policy, document) in &given.inline {
            let why = format!("copied from {}", self.copy_from.as_deref().unwrap_or("another user"));
            let undo = Inverse::of([owner.delete_inline(policy)]);
            plan.push(Step::new(owner.put_inline(policy, document), why).undo(undo));
        }
        if let Some(description) = &self.access_key {
            access_keys::create_steps(plan, name, description);
        }
    }
}

impl Permissions {
    fn copy(&mut self, from: &User) -> Result<(), PlanError> {
        let (name, facts) = (&from.name, &from.facts);
        for group in rows(&facts.groups, || format!("the groups of {name}"))? {
            add(&mut self.groups, group.as_str());
        }
        for policy in rows(&facts.attached, || format!("the policies of {name}"))? {
            add(&mut self.policies, policy.arn.as_str());
        }
        for policy in rows(&facts.inline, || format!("the inline policies of {name}"))? {
            let what = || format!("the inline policy {} of {name}", policy.name);
            if let Some(document) = settled(&policy.document, what)? {
                self.inline.push((policy.name.to_string(), document.text().to_owned()));
            }
        }
        if self.boundary.is_none() {
            let boundary = settled(&facts.boundary, || format!("the permissions boundary of {name}"))?;
            self.boundary = boundary.map(|arn| arn.as_str().to_owned());
        }
        Ok(())
    }
}

fn add(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|held| held == name) {
        list.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines};
    use super::*;

    #[test]
    fn a_user_is_made_in_the_order_of_the_console() {
        let new = CreateUser {
            names: vec!["Jesse".into()],
            path: Some("/dev/".into()),
            console: Some(ConsolePassword { from: SecretFrom::Generate, reset: true }),
            groups: vec!["Developers".into()],
            policies: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
            access_key: Some("laptop".into()),
            ..CreateUser::default()
        };
        let plan = new.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create user Jesse
        create a console password for user Jesse
        attach policy IAMUserChangePassword to user Jesse
        add user Jesse to group Developers
        attach policy ReadOnlyAccess to user Jesse
        create an access key for user Jesse
        tag user Jesse
        ");
    }

    #[test]
    fn several_users_are_made_one_after_the_other() {
        let new = CreateUser {
            names: ["Jesse", "Segun", "Alice"].map(String::from).to_vec(),
            groups: vec!["Developers".into()],
            ..CreateUser::default()
        };
        let plan = new.plan(&account()).unwrap();
        assert_eq!((plan.title.as_str(), plan.steps.len()), ("create 3 users", 6));
    }

    #[test]
    fn permissions_are_copied_with_documents_and_boundary() {
        let new = CreateUser { names: vec!["Eve".into()], copy_from: Some("bob".into()), ..CreateUser::default() };
        let plan = new.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create user Eve
        add user Eve to group Developers
        attach policy ReadOnlyAccess to user Eve
        write inline policy notes of user Eve
        ");
        let boundary = plan.steps[0].call().unwrap().text("PermissionsBoundary");
        assert_eq!(boundary, Some("arn:aws:iam::123456789012:policy/cap"));
    }

    #[test]
    fn a_name_that_is_taken_is_refused_whatever_its_case() {
        let refused = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            CreateUser { names, ..CreateUser::default() }.plan(&account()).unwrap_err().to_string()
        };
        assert_eq!(refused(&["BOB"]), "there is a user `bob` already");
        assert_eq!(refused(&["x", "X"]), "there is a user `x` already");
    }

    #[test]
    fn a_group_that_is_missing_is_told_with_the_one_that_was_meant() {
        let new = CreateUser { names: vec!["x".into()], groups: vec!["Developer".into()], ..CreateUser::default() };
        let told = new.plan(&account()).unwrap_err().user_error();
        assert_eq!(told.message, "there is no group `Developer`");
        assert_eq!(told.hint.unwrap(), "Did you mean `Developers`?");
    }

    #[test]
    fn a_group_can_be_made_on_the_way() {
        let group = CreateGroup { name: "Audit".into(), ..CreateGroup::default() };
        let new = CreateUser { names: vec!["x".into()], new_groups: vec![group], ..CreateUser::default() };
        insta::assert_snapshot!(lines(&new.plan(&account()).unwrap()), @r"
        create group Audit
        create user x
        add user x to group Audit
        ");
    }
}
