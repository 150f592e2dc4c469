//! Disabling a user instead of deleting it: everything can be put back.

use crate::model::{Account, Status};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::lock_out::end_console_access;
use super::{Owner, listed, role, rows, settled, user};

/// The name of the inline policy that denies everything to a disabled user.
pub const DENY_ALL: &str = "iamtui-disabled";

pub(super) const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"Disabled","Effect":"Deny","Action":"*","Resource":"*"}]}"#;

/// The plan that disables users: deny everything, deactivate the keys, remove the password.
///
/// The denial comes first, as it also ends what sessions that are open may do.
pub fn disable_users(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("disable {}", listed("user", names)));
    for name in names {
        let user = user(account, name)?;
        let owner = Owner::User(name.clone());
        let deny = Step::new(owner.put_inline(DENY_ALL, DOCUMENT), "denies everything, open sessions included");
        let risk = format!("{name} loses all access");
        plan.push(deny.risk(risk).undo(Inverse::of([owner.delete_inline(DENY_ALL)])));
        for key in rows(&user.facts.keys, || format!("the access keys of {name}"))? {
            if key.status != Status::Active {
                continue;
            }
            let set = |status: &str| Call::update_access_key(name.as_str(), key.id.as_str(), status);
            let step = Step::new(set("Inactive"), "an inactive key is refused but kept");
            plan.push(step.undo(Inverse::of([set("Active")])));
        }
        if settled(&user.facts.login, || format!("whether {name} has a password"))?.is_some() {
            plan.push(end_console_access(name));
        }
    }
    Ok(plan.seeing(account))
}

/// The plan that disables roles: deny everything, sessions that are open included.
pub fn disable_roles(account: &Account, names: &[String]) -> Result<Plan, PlanError> {
    let mut plan = Plan::new(format!("disable {}", listed("role", names)));
    for name in names {
        role(account, name)?;
        let owner = Owner::Role(name.clone());
        let deny = Step::new(owner.put_inline(DENY_ALL, DOCUMENT), "denies everything, open sessions included");
        let risk = format!("whoever assumes {name} loses all access");
        plan.push(deny.risk(risk).undo(Inverse::of([owner.delete_inline(DENY_ALL)])));
    }
    Ok(plan.seeing(account))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, names, undo_lines};
    use super::*;

    #[test]
    fn a_disabled_user_keeps_everything_that_can_be_put_back() {
        let plan = disable_users(&account(), &names(&["bob"])).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        write inline policy iamtui-disabled of user bob
        set access key AKIAIOSFODNN7EXAMPLE of user bob Inactive
        delete the console password of user bob
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        create a console password for user bob
        set access key AKIAIOSFODNN7EXAMPLE of user bob Active
        delete inline policy iamtui-disabled of user bob
        ");
    }
}
