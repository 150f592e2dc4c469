//! Deleting groups: members, inline policies, attached policies, the group.

use crate::model::Account;
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{Owner, group, held, held_rows, leave_step, listed};

/// The plan that deletes groups, one after the other.
pub fn delete_groups(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    if names.is_empty() {
        return Err(PlanError::Nothing("no group is named".to_owned()));
    }
    let mut plan = Plan::new(format!("delete {}", listed("group", names)));
    for name in names {
        let group = group(account, name)?;
        let members = account.members(&group.name);
        for member in held(&members, || format!("the members of {name}"))?.copied().unwrap_or_default() {
            plan.push(leave_step(member.as_str(), name, "AWS deletes no group that has members"));
        }
        let owner = Owner::Group(name.clone());
        for policy in held_rows(&group.facts.inline, || format!("the inline policies of {name}"))? {
            let inline = policy.name.as_str();
            let inverse = match held(&policy.document, || format!("the inline policy {inline} of {name}"))? {
                Some(document) => Inverse::of([owner.put_inline(inline, document.text())]),
                None => Inverse::never("its document is not known"),
            };
            plan.push(Step::new(owner.delete_inline(inline), "AWS deletes no group that has policies").undo(inverse));
        }
        for policy in held_rows(&group.facts.attached, || format!("the policies of {name}"))? {
            let arn = policy.arn.as_str();
            let step = Step::new(owner.detach(arn), "AWS deletes no group that has policies");
            plan.push(step.undo(Inverse::of([owner.attach(arn)])));
        }
        let mut again = Call::create_group(name.as_str());
        if group.arn.path() != "/" {
            again = again.with("Path", group.arn.path());
        }
        let undo = Inverse::losing([again], format!("the unique id {} and the date", group.id));
        plan.push(Step::requested(Call::delete_group(name.as_str())).undo(undo));
    }
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    #[test]
    fn a_group_is_emptied_before_it_is_deleted() {
        let plan = delete_groups(&account(), &["Developers".into()]).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        remove user bob from group Developers
        detach policy ReadOnlyAccess from group Developers
        delete group Developers
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        create group Developers
        attach policy ReadOnlyAccess to group Developers
        add user bob to group Developers
        ");
    }
}
