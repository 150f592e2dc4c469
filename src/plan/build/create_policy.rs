//! Making a managed policy.

use crate::model::{Account, Document, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};

use super::{tags_value, within};

/// A managed policy to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePolicy {
    /// Its name.
    pub name: String,
    /// Its path; none: `/`.
    pub path: Option<String>,
    /// Its description, which can never be changed.
    pub description: Option<String>,
    /// Its document.
    pub document: Document,
    /// Its tags.
    pub tags: Vec<Tag>,
}

impl CreatePolicy {
    /// The plan that makes it.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let mut taken = account.policies().rows().iter().map(|policy| policy.name());
        if let Some(name) = taken.find(|name| name.eq_ignore_ascii_case(&self.name)) {
            return Err(PlanError::Exists { kind: "policy", name: name.to_owned() });
        }
        if account.policies().is_complete() {
            within(account, "PoliciesQuota", 1_500, account.policies().rows().len() + 1, "too many policies")?;
        }
        let mut call = Call::create_policy(self.name.as_str(), self.document.text())
            .with_some("Path", self.path.as_deref())
            .with_some("Description", self.description.as_deref());
        if !self.tags.is_empty() {
            call = call.with("Tags", tags_value(&self.tags));
        }
        let step = Step::new(call, "that is what was asked for");
        let back = Call::delete_policy(output(&step.id, "Policy.Arn"));
        let mut plan = Plan::new(format!("create policy {}", self.name));
        plan.push(step.undo(Inverse::of([back])));
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines};
    use super::*;

    fn policy(name: &str) -> CreatePolicy {
        CreatePolicy {
            name: name.to_owned(),
            path: Some("/team/".to_owned()),
            description: Some("What Ops may do".to_owned()),
            document: Document::new("{}"),
            tags: vec![Tag { key: "team".into(), value: "ops".into() }],
        }
    }

    #[test]
    fn a_policy_is_made_with_all_that_was_said() {
        let plan = policy("Ops").plan(&account()).unwrap();
        plan.check().unwrap();
        assert_eq!(lines(&plan), "create policy Ops in path /team/");
        assert_eq!(plan.steps[0].call().unwrap().text("Description"), Some("What Ops may do"));
        assert_eq!(plan.needs(), ["iam:CreatePolicy", "iam:TagPolicy"]);
    }

    #[test]
    fn a_name_that_is_taken_is_refused_whatever_its_case() {
        assert!(policy("CAP").plan(&account()).is_err());
    }
}
