//! Renaming and moving users, groups and server certificates.

use crate::base::arn::Arn;
use crate::model::Account;
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::mentions::{mentions_by_text, told};
use super::{find, free, group, user};

/// The plan that gives a user another name, another path, or both.
pub fn rename_user(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError> {
    let arn = &user(account, name)?.arn;
    if let Some(new) = new.filter(|new| *new != name) {
        free(account.users(), "user", new)?;
    }
    let plan = renamed("user", arn, name, new, path, |name| Call::update_user(name), "NewUserName")?;
    Ok(warned(plan, account, arn).seeing(account))
}

/// The plan that gives a group another name, another path, or both.
pub fn rename_group(account: &Account, name: &str, new: Option<&str>, path: Option<&str>) -> Result<Plan, PlanError> {
    let arn = &group(account, name)?.arn;
    if let Some(new) = new.filter(|new| *new != name) {
        free(account.groups(), "group", new)?;
    }
    let plan = renamed("group", arn, name, new, path, |name| Call::update_group(name), "NewGroupName")?;
    Ok(warned(plan, account, arn).seeing(account))
}

/// The plan that gives a server certificate another name, another path, or both.
pub fn rename_certificate(
    account: &Account,
    name: &str,
    new: Option<&str>,
    path: Option<&str>,
) -> Result<Plan, PlanError> {
    const KIND: &str = "server certificate";
    let arn = &find(account.server_certificates(), KIND, name)?.arn;
    if let Some(new) = new.filter(|new| *new != name && account.server_certificates().get(*new).is_some()) {
        return Err(PlanError::Exists { kind: KIND, name: new.to_owned() });
    }
    let update = |name: &str| Call::update_server_certificate(name);
    let plan = renamed(KIND, arn, name, new, path, update, "NewServerCertificateName")?;
    Ok(warned(plan, account, arn).seeing(account))
}

/// The plan with what it leaves behind: the policies that name the old ARN as a resource or in a condition.
fn warned(mut plan: Plan, account: &Account, arn: &Arn) -> Plan {
    let named = mentions_by_text(account, arn);
    let risk = if named.is_empty() {
        format!("policies that name {arn} as a resource or in a condition no longer match; none of those read does")
    } else {
        format!("{} name{} {arn} and no longer match", told(&named), if named.len() == 1 { "s" } else { "" })
    };
    plan.steps.iter_mut().for_each(|step| step.risk.clone_from(&risk));
    plan
}

fn renamed(
    kind: &str,
    arn: &Arn,
    name: &str,
    new: Option<&str>,
    path: Option<&str>,
    update: impl Fn(&str) -> Call,
    parameter: &str,
) -> Result<Plan, PlanError> {
    let new = new.filter(|new| *new != name);
    let path = path.filter(|path| *path != arn.path());
    if new.is_none() && path.is_none() {
        return Err(PlanError::Nothing("name and path are the same".to_owned()));
    }
    let change = update(name).with_some("NewPath", path).with_some(parameter, new);
    let back = update(new.unwrap_or(name))
        .with_some("NewPath", path.map(|_| arn.path()))
        .with_some(parameter, new.map(|_| name));
    let step = Step::requested(change).undo(Inverse::of([back]));
    let mut plan =
        Plan::new(if new.is_some() { format!("rename {kind} {name}") } else { format!("move {kind} {name}") });
    plan.push(step);
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    #[test]
    fn a_rename_tells_its_way_back() {
        let plan = rename_user(&account(), "bob", Some("robert"), Some("/ops/")).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "rename user bob to robert in path /ops/");
        assert_eq!(undo_lines(&plan), "rename user robert to bob in path /");
        assert!(rename_user(&account(), "bob", Some("ADA"), None).is_err());
        // AWS refuses a name that differs from the own one in case only.
        assert!(rename_user(&account(), "bob", Some("Bob"), None).is_err());
        assert!(rename_group(&account(), "admins", Some("admins"), Some("/")).is_err());
    }
}
