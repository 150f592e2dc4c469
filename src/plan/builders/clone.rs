//! A copy of a user, group, role or policy under another name.

use crate::base::arn::Arn;
use crate::catalog::managed::managed_policy_by_arn;
use crate::model::{Account, Document, Fact, InlinePolicy, ResourceRef, Tag};
use crate::plan::{Inverse, Plan, PlanError, Step};

use super::{CreateGroup, CreatePolicy, CreateRole, CreateUser, Owner, Trusted, group, own_role, rows, settled, user};

/// The plan that creates a copy. Credentials, members and instance profiles are not copied.
pub fn clone_entity(account: &Account, from: &ResourceRef, name: &str) -> Result<Plan, PlanError> {
    let plan = match from {
        ResourceRef::User(from) => clone_user(account, from.as_str(), name),
        ResourceRef::Group(from) => clone_group(account, from.as_str(), name),
        ResourceRef::Role(from) => clone_role(account, from.as_str(), name),
        ResourceRef::Policy(arn) => clone_policy(account, arn, name),
        ResourceRef::InstanceProfile(_) | ResourceRef::Provider(_) | ResourceRef::ServerCertificate(_) => {
            return Err(PlanError::Nothing(format!("{} cannot be cloned", from.kind().plural())));
        }
    };
    let title = format!("clone {} {} as {name}", from.kind().singular(), from.name());
    Ok(Plan { title, ..plan? })
}

fn clone_user(account: &Account, from: &str, name: &str) -> Result<Plan, PlanError> {
    let user = user(account, from)?;
    let asked = CreateUser {
        names: vec![name.to_owned()],
        path: Some(user.path().to_owned()),
        tags: copied(&user.facts.tags, from)?,
        console: None,
        new_groups: Vec::new(),
        groups: Vec::new(),
        copy_from: Some(from.to_owned()),
        policies: Vec::new(),
        boundary: None,
        access_key: None,
    };
    asked.plan(account)
}

fn clone_group(account: &Account, from: &str, name: &str) -> Result<Plan, PlanError> {
    let group = group(account, from)?;
    let attached = rows(&group.facts.attached, || format!("the policies of {from}"))?;
    let asked = CreateGroup {
        name: name.to_owned(),
        path: Some(group.arn.path().to_owned()).filter(|path| path != "/"),
        policies: attached.iter().map(|policy| policy.arn.to_string()).collect(),
        members: Vec::new(),
    };
    let mut plan = asked.plan(account)?;
    inline(&mut plan, &Owner::Group(name.to_owned()), &group.facts.inline, from)?;
    Ok(plan)
}

fn clone_role(account: &Account, from: &str, name: &str) -> Result<Plan, PlanError> {
    let role = own_role(account, from)?;
    let facts = &role.facts;
    let trust = settled(&facts.trust, || format!("the trust policy of {from}"))?;
    let attached = rows(&facts.attached, || format!("the policies of {from}"))?;
    let boundary = settled(&facts.boundary, || format!("the permissions boundary of {from}"))?;
    let description = settled(&facts.description, || format!("the description of {from}"))?;
    let max_session = settled(&facts.max_session, || format!("the maximum session duration of {from}"))?;
    let asked = CreateRole {
        name: name.to_owned(),
        path: Some(role.path().to_owned()),
        description: description.map(ToString::to_string).unwrap_or_default(),
        max_session: max_session.copied().filter(|seconds| *seconds != 3600),
        max_signin: facts.max_signin.known().copied(),
        trust: Trusted::Custom(trust.map_or_else(|| Document::new(""), |trust| trust.document.clone())),
        policies: attached.iter().map(|policy| policy.arn.to_string()).collect(),
        boundary: boundary.map(ToString::to_string),
        tags: copied(&facts.tags, from)?,
        instance_profile: false,
    };
    let mut plan = asked.plan(account)?;
    inline(&mut plan, &Owner::Role(name.to_owned()), &facts.inline, from)?;
    Ok(plan)
}

fn clone_policy(account: &Account, from: &Arn, name: &str) -> Result<Plan, PlanError> {
    let policy = account.policy(from);
    let known = policy.map(|policy| policy.document());
    let bundled = || managed_policy_by_arn(from.as_str()).map(|managed| Document::new(managed.document()));
    let document = known.as_ref().and_then(Fact::known).cloned().or_else(bundled);
    let document = document.ok_or_else(|| PlanError::Unknown(format!("the document of policy {}", from.name())))?;
    let own = account.policies().get(from);
    let description = own.and_then(|policy| policy.facts.description.known()).map(ToString::to_string);
    let asked = CreatePolicy {
        name: name.to_owned(),
        path: own.map(|policy| policy.arn.path().to_owned()),
        description: description.unwrap_or_default(),
        document,
        tags: own.map(|policy| copied(&policy.facts.tags, policy.name())).transpose()?.unwrap_or_default(),
        attach: Vec::new(),
        split: false,
    };
    asked.plan(account)
}

/// Tags that can be written again: those of AWS itself cannot.
fn copied(tags: &Fact<Vec<Tag>>, of: &str) -> Result<Vec<Tag>, PlanError> {
    let held = rows(tags, || format!("the tags of {of}"))?;
    Ok(held.iter().filter(|tag| !tag.key.to_ascii_lowercase().starts_with("aws:")).cloned().collect())
}

fn inline(plan: &mut Plan, owner: &Owner, held: &Fact<Vec<InlinePolicy>>, from: &str) -> Result<(), PlanError> {
    for policy in rows(held, || format!("the inline policies of {from}"))? {
        let name = policy.name.as_str();
        let document = settled(&policy.document, || format!("the inline policy {name} of {from}"))?;
        if let Some(document) = document {
            let step = Step::new(owner.put_inline(name, document.text()), format!("copied from {from}"));
            plan.push(step.undo(Inverse::of([owner.delete_inline(name)])));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, cap, lines, with_versions};
    use super::*;

    #[test]
    fn a_user_is_cloned_without_its_credentials() {
        let plan = clone_entity(&account(), &ResourceRef::User("bob".into()), "bert").unwrap();
        plan.check().unwrap();
        assert_eq!(plan.title, "clone user bob as bert");
        insta::assert_snapshot!(lines(&plan), @r"
        create user bert
        add user bert to group Developers
        attach policy ReadOnlyAccess to user bert
        write inline policy notes of user bert
        ");
    }

    #[test]
    fn a_group_is_cloned_without_its_members_and_a_policy_with_its_document() {
        let plan = clone_entity(&account(), &ResourceRef::Group("Developers".into()), "Builders").unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create group Builders
        attach policy ReadOnlyAccess to group Builders
        ");
        let mut account = with_versions(&["v1"], "v1");
        let seen = crate::model::Seen::new(crate::model::Source::Detail, jiff::Timestamp::UNIX_EPOCH);
        let facts = crate::model::PolicyFacts { tags: Fact::Known(Vec::new(), seen), ..Default::default() };
        account.apply(crate::model::Update::PolicyFacts(cap(), Box::new(facts)));
        let plan = clone_entity(&account, &ResourceRef::Policy(cap()), "hat").unwrap();
        assert_eq!(lines(&plan), "create policy hat");
    }

    #[test]
    fn what_was_not_read_is_not_guessed() {
        let told = clone_entity(&account(), &ResourceRef::Role("ops".into()), "copy").unwrap_err().to_string();
        assert_eq!(told, "not known yet: the trust policy of ops");
    }
}
