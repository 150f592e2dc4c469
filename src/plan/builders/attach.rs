//! Policies on users, groups and roles: attached, inline, and as a boundary.

use crate::base::arn::Arn;
use crate::model::{Account, AttachedPolicy, Document, Fact, InlinePolicy};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};
use crate::policy::size::Size;

use super::documents::acceptable;
use super::members::some;
use super::{Owner, attach_step, each, group, own_role, policy_arn, settled, user, within};

/// The permissions of an owner, as far as they are known.
struct Held<'a> {
    attached: &'a Fact<Vec<AttachedPolicy>>,
    inline: &'a Fact<Vec<InlinePolicy>>,
    boundary: Option<&'a Fact<Arn>>,
}

fn held<'a>(account: &'a Account, owner: &Owner) -> Result<Held<'a>, PlanError> {
    Ok(match owner {
        Owner::User(name) => {
            let facts = &user(account, name)?.facts;
            Held { attached: &facts.attached, inline: &facts.inline, boundary: Some(&facts.boundary) }
        }
        Owner::Group(name) => {
            let facts = &group(account, name)?.facts;
            Held { attached: &facts.attached, inline: &facts.inline, boundary: None }
        }
        Owner::Role(name) => {
            let facts = &own_role(account, name)?.facts;
            Held { attached: &facts.attached, inline: &facts.inline, boundary: Some(&facts.boundary) }
        }
    })
}

/// The plan that attaches every one of the policies to every one of the owners; what is attached is left alone.
pub fn attach(account: &Account, policies: &[String], owners: &[Owner]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(title("attach", policies, "to", owners));
    for owner in owners {
        let held = held(account, owner)?.attached.known().map_or(&[][..], Vec::as_slice);
        let mut more = 0;
        for text in policies {
            let arn = policy_arn(account, text)?;
            if held.iter().any(|policy| policy.arn == arn) {
                continue;
            }
            more += 1;
            attach_room(account, owner, more)?;
            plan.push(attach_step(owner, arn.as_str(), "gives what the policy allows"));
        }
    }
    some(plan.seeing(account), "the policies are attached already")
}

/// Refuses more policies than an owner may have, where it is known how many it has.
pub(super) fn attach_room(account: &Account, owner: &Owner, more: usize) -> Result<(), PlanError> {
    let held = held(account, owner)?.attached.known().map_or(0, Vec::len);
    let quota = match owner {
        Owner::User(_) => "AttachedPoliciesPerUserQuota",
        Owner::Group(_) => "AttachedPoliciesPerGroupQuota",
        Owner::Role(_) => "AttachedPoliciesPerRoleQuota",
    };
    within(account, quota, 10, held + more, &format!("too many policies for {} {}", owner.kind(), owner.name()))
}

/// The plan that detaches every one of the policies from every one of the owners.
pub fn detach(account: &Account, policies: &[String], owners: &[Owner]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(title("detach", policies, "from", owners));
    for owner in owners {
        let held = held(account, owner)?.attached;
        for arn in policies {
            if held.known().is_some_and(|held| !held.iter().any(|policy| policy.arn.as_str() == arn)) {
                continue;
            }
            let step = Step::requested(owner.detach(arn.as_str()));
            let risk = format!("{} {} loses what the policy allows, or what it denies", owner.kind(), owner.name());
            plan.push(step.risk(risk).undo(Inverse::of([owner.attach(arn.as_str())])));
        }
    }
    some(plan.seeing(account), "none of the policies is attached")
}

/// The plan that writes an inline policy; the document that it overwrites is kept for undo.
pub fn put_inline(account: &Account, owner: &Owner, name: &str, document: &Document) -> Result<Plan, PlanError> {
    let before = inline(account, owner, name)?;
    if before.is_some_and(|before| before == document) {
        return Err(PlanError::Nothing("the document is the same".to_owned()));
    }
    let others = held(account, owner)?.inline.known().map_or(&[][..], Vec::as_slice).iter();
    let others = others.filter(|other| other.name.as_str() != name).filter_map(|other| other.document.known());
    let others = others.map(|document| Size::of(document.text()).compact).sum();
    acceptable(account, document, owner.inline_quota(), others)?;
    let mut plan = Plan::new(format!("write inline policy {name} of {} {}", owner.kind(), owner.name()));
    let inverse = before.map_or_else(|| owner.delete_inline(name), |before| owner.put_inline(name, before.text()));
    let step = Step::requested(owner.put_inline(name, document.text()));
    let risk = if before.is_some() { "the existing document is overwritten" } else { "" };
    plan.push(step.risk(risk).undo(Inverse::of([inverse])));
    Ok(plan.seeing(account))
}

/// The plan that deletes an inline policy; its document is kept for undo.
pub fn remove_inline(account: &Account, owner: &Owner, name: &str) -> Result<Plan, PlanError> {
    let absent = || PlanError::Absent { kind: "inline policy", name: name.to_owned(), meant: None };
    let document = inline(account, owner, name)?.ok_or_else(absent)?;
    let mut plan = Plan::new(format!("delete inline policy {name} of {} {}", owner.kind(), owner.name()));
    let step = Step::requested(owner.delete_inline(name));
    let risk = format!("{} {} loses what the policy allows, or what it denies", owner.kind(), owner.name());
    plan.push(step.risk(risk).undo(Inverse::of([owner.put_inline(name, document.text())])));
    Ok(plan.seeing(account))
}

/// The inline policies of an owner.
pub(super) fn inline_policies<'a>(account: &'a Account, owner: &Owner) -> Result<&'a [InlinePolicy], PlanError> {
    super::rows(held(account, owner)?.inline, || format!("the inline policies of {}", owner.name()))
}

fn inline<'a>(account: &'a Account, owner: &Owner, name: &str) -> Result<Option<&'a Document>, PlanError> {
    let held = inline_policies(account, owner)?;
    match held.iter().find(|policy| policy.name.as_str() == name) {
        Some(policy) => settled(&policy.document, || format!("the inline policy {name} of {}", owner.name())),
        None => Ok(None),
    }
}

/// The plan that bounds a user or role by a managed policy; the boundary before is kept for undo.
pub fn put_boundary(account: &Account, owner: &Owner, policy: &str) -> Result<Plan, PlanError> {
    let arn = policy_arn(account, policy)?;
    let before = boundary(account, owner)?;
    if before == Some(&arn) {
        return Err(PlanError::Nothing("the boundary is the same".to_owned()));
    }
    let (put, remove) = boundary_calls(owner)?;
    let mut plan = Plan::new(format!("bound {} {} by policy {}", owner.kind(), owner.name(), arn.name()));
    let inverse = before.map_or(remove, |before| put(before.as_str()));
    let risk = format!("{} {} keeps only what the boundary allows as well", owner.kind(), owner.name());
    let step = Step::requested(put(arn.as_str()));
    plan.push(step.risk(risk).undo(Inverse::of([inverse])));
    Ok(plan.seeing(account))
}

/// The plan that bounds several users and roles by one managed policy; who is bound by it is left alone.
pub fn put_boundaries(account: &Account, owners: &[Owner], policy: &str) -> Result<Plan, PlanError> {
    let title = format!("bound {} entities by policy {}", owners.len(), policy.rsplit('/').next().unwrap_or(policy));
    Ok(each(owners, title, |owner| put_boundary(account, owner, policy))?.seeing(account))
}

/// The plan that removes the boundaries of several users and roles; who has none is left alone.
pub fn remove_boundaries(account: &Account, owners: &[Owner]) -> Result<Plan, PlanError> {
    let title = format!("remove the permissions boundaries of {} entities", owners.len());
    Ok(each(owners, title, |owner| remove_boundary(account, owner))?.seeing(account))
}

/// The plan that removes the boundary of a user or role.
pub fn remove_boundary(account: &Account, owner: &Owner) -> Result<Plan, PlanError> {
    let absent = || PlanError::Nothing(format!("{} {} has no permissions boundary", owner.kind(), owner.name()));
    let before = boundary(account, owner)?.ok_or_else(absent)?;
    let (put, remove) = boundary_calls(owner)?;
    let mut plan = Plan::new(format!("remove the permissions boundary of {} {}", owner.kind(), owner.name()));
    let risk = format!("widens what {} {} may do to all that its policies allow", owner.kind(), owner.name());
    let step = Step::requested(remove);
    plan.push(step.risk(risk).undo(Inverse::of([put(before.as_str())])));
    Ok(plan.seeing(account))
}

fn boundary<'a>(account: &'a Account, owner: &Owner) -> Result<Option<&'a Arn>, PlanError> {
    match held(account, owner)?.boundary {
        Some(fact) => settled(fact, || format!("the permissions boundary of {}", owner.name())),
        None => Ok(None),
    }
}

/// The call that sets a boundary, by the policy's ARN, and the one that removes it.
fn boundary_calls(owner: &Owner) -> Result<(impl Fn(&str) -> Call, Call), PlanError> {
    let (put, remove): (fn(String, String) -> Call, Call) = match owner {
        Owner::User(name) => (Call::put_user_boundary, Call::delete_user_boundary(name.as_str())),
        Owner::Role(name) => (Call::put_role_boundary, Call::delete_role_boundary(name.as_str())),
        Owner::Group(_) => return Err(PlanError::Nothing("groups cannot have a permissions boundary".to_owned())),
    };
    let name = owner.name().to_owned();
    Ok((move |policy: &str| put(name.clone(), policy.to_owned()), remove))
}

fn title(verb: &str, policies: &[String], to: &str, owners: &[Owner]) -> String {
    let policies = match policies {
        [one] => format!("policy {}", one.rsplit('/').next().unwrap_or(one)),
        more => format!("{} policies", more.len()),
    };
    let owners = match owners {
        [one] => format!("{} {}", one.kind(), one.name()),
        more => format!("{} entities", more.len()),
    };
    format!("{verb} {policies} {to} {owners}")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, names, undo_lines};
    use super::*;

    const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:x","Resource":"*"}]}"#;
    const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    #[test]
    fn only_policies_that_are_missing_are_attached() {
        let owners = [Owner::User("bob".into()), Owner::User("ada".into()), Owner::Role("ops".into())];
        let plan = attach(&account(), &names(&[READ]), &owners).unwrap();
        assert_eq!(plan.title, "attach policy ReadOnlyAccess to 3 entities");
        insta::assert_snapshot!(lines(&plan), @r"
        attach policy ReadOnlyAccess to user ada
        attach policy ReadOnlyAccess to role ops
        ");
        let plan = detach(&account(), &names(&[READ]), &owners).unwrap();
        assert_eq!(lines(&plan), "detach policy ReadOnlyAccess from user bob");
    }

    #[test]
    fn the_document_that_is_overwritten_comes_back() {
        let bob = Owner::User("bob".into());
        let deny = Document::new(DENY);
        let plan = put_inline(&account(), &bob, "notes", &deny).unwrap();
        let undo = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert!(undo.text("PolicyDocument").unwrap().contains("s3:GetObject"));
        let plan = put_inline(&account(), &bob, "new", &deny).unwrap();
        assert_eq!(undo_lines(&plan), "delete inline policy new of user bob");
        assert!(remove_inline(&account(), &bob, "new").is_err());
    }

    #[test]
    fn inline_policies_share_one_quota() {
        let bob = Owner::User("bob".into());
        // Bob's other policy takes 94 of the 2,048 characters.
        let long = |fill: usize| Document::new(DENY.replace("s3:x", &format!("s3:{}", "x".repeat(fill))));
        let told = |fill| put_inline(&account(), &bob, "new", &long(fill)).map_err(|error| error.to_string());
        let room = 2_048 - 94 - (DENY.len() - 1);
        assert!(told(room).is_ok());
        assert_eq!(
            told(room + 1).unwrap_err(),
            "the user's inline policies are too long, 2049 characters without white space: at most 2048"
        );
    }

    #[test]
    fn the_boundary_before_comes_back() {
        let bob = Owner::User("bob".into());
        let plan = remove_boundary(&account(), &bob).unwrap();
        plan.check().unwrap();
        assert_eq!(undo_lines(&plan), "set policy cap as the permissions boundary of user bob");
        assert_eq!(plan.confirmation().unwrap().word, "bob");
        let ada = Owner::User("ada".into());
        let plan = put_boundary(&account(), &ada, "arn:aws:iam::123456789012:policy/cap").unwrap();
        assert_eq!(undo_lines(&plan), "remove the permissions boundary of user ada");
        assert!(put_boundary(&account(), &Owner::Group("admins".into()), READ).is_err());
    }
}
