//! Creating a service-linked role: its service says what it is called, whom it trusts and what it may do.

use crate::catalog::service_linked::{Linked, linked};
use crate::model::{Account, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step};

use super::{free, tags_value, within};

/// A service-linked role to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateServiceLinkedRole {
    /// The service's principal, such as `ecs.amazonaws.com`.
    pub service: String,
    /// What is added to its name, for services that take more than one.
    pub suffix: Option<String>,
    /// The description; empty: none.
    pub description: String,
    /// The tags; AWS takes them once the role is there.
    pub tags: Vec<Tag>,
}

impl CreateServiceLinkedRole {
    fn linked(&self) -> Result<&'static Linked, PlanError> {
        let linked = linked(&self.service)
            .ok_or_else(|| refused(format!("{} has no service-linked role that is known", self.service)))?;
        if self.suffix.is_some() && !linked.suffix {
            return Err(refused(format!("{} does not accept a suffix for its service-linked role", self.service)));
        }
        Ok(linked)
    }

    /// The name that the role will have.
    pub fn name(&self) -> Result<String, PlanError> {
        Ok(self.linked()?.name(self.suffix.as_deref()))
    }

    /// The plan: the role, then its tags.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name()?;
        free(account.roles(), "role", &name)?;
        if account.roles().is_complete() {
            let count = account.roles().rows().len() + 1;
            within(account, "RolesQuota", 1000, count, "too many roles in the account")?;
        }
        let create = Call::create_service_linked_role(self.service.as_str())
            .with_some("CustomSuffix", self.suffix.clone())
            .with_some("Description", Some(self.description.clone()).filter(|text| !text.is_empty()));
        create.check()?;
        let mut plan = Plan::new(format!("create service-linked role {name}"));
        let undo = Inverse::of([Call::delete_service_linked_role(name.as_str())]);
        plan.push(Step::requested(create).undo(undo));
        if !self.tags.is_empty() {
            let tag = Call::tag_role(name.as_str(), tags_value(&self.tags));
            tag.check()?;
            plan.push(Step::new(tag, "AWS accepts tags only after the role exists"));
        }
        Ok(plan.seeing(account))
    }
}

fn refused(what: String) -> PlanError {
    PlanError::Refused { what, hint: "The service decides what its role is called and how many there are." }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    fn role(service: &str) -> CreateServiceLinkedRole {
        CreateServiceLinkedRole { service: service.into(), suffix: None, description: String::new(), tags: Vec::new() }
    }

    #[test]
    fn the_service_names_the_role_and_deletes_it_again() {
        let new = CreateServiceLinkedRole {
            suffix: Some("blue".into()),
            tags: vec![Tag { key: "team".into(), value: "shop".into() }],
            ..role("autoscaling.amazonaws.com")
        };
        assert_eq!(new.name().unwrap(), "AWSServiceRoleForAutoScaling_blue");
        let plan = new.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create the service-linked role of autoscaling.amazonaws.com
        tag role AWSServiceRoleForAutoScaling_blue
        ");
        assert_eq!(undo_lines(&plan), "delete service-linked role AWSServiceRoleForAutoScaling_blue");
    }

    #[test]
    fn what_the_service_would_refuse_is_refused_in_words() {
        let told = |role: &CreateServiceLinkedRole| role.plan(&account()).unwrap_err().to_string();
        assert_eq!(told(&role("lamda.amazonaws.com")), "lamda.amazonaws.com has no service-linked role that is known");
        let suffix = CreateServiceLinkedRole { suffix: Some("x".into()), ..role("ecs.amazonaws.com") };
        assert_eq!(told(&suffix), "ecs.amazonaws.com does not accept a suffix for its service-linked role");
    }
}
