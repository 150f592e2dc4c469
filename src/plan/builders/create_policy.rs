//! Creating a customer managed policy, and giving it to whom it is for.

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{Account, Document, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};
use crate::policy::size::Quota;

use super::attach::attach_room;
use super::documents::acceptable;
use super::{Owner, partition, tags_value, within};

/// A managed policy to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePolicy {
    /// The name, unique in the account whatever the path and case.
    pub name: String,
    /// The path; none: `/`.
    pub path: Option<String>,
    /// The description, which can never be changed; empty: none.
    pub description: String,
    /// The document of its first version.
    pub document: Document,
    /// The tags.
    pub tags: Vec<Tag>,
    /// Whom it is attached to as soon as it is made.
    pub attach: Vec<Owner>,
}

impl CreatePolicy {
    /// The plan: the policy, then its attachments.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let name = self.name.as_str();
        let taken = account.policies().rows().iter().find(|policy| policy.name().eq_ignore_ascii_case(name));
        if let Some(taken) = taken {
            return Err(PlanError::Exists { kind: "policy", name: taken.name().to_owned() });
        }
        acceptable(account, &self.document, Quota::Managed, 0)?;
        let held = account.policies();
        if held.is_complete() {
            within(account, "PoliciesQuota", 1500, held.rows().len() + 1, "too many policies in the account")?;
        }
        let mut create = Call::create_policy(name, self.document.text())
            .with_some("Path", self.path.clone().filter(|path| path != "/"))
            .with_some("Description", Some(self.description.clone()).filter(|text| !text.is_empty()));
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        create.check()?;
        let mut plan = Plan::new(format!("create policy {name}"));
        let step = Step::requested(create);
        let made = self.arn(account, &step.id);
        plan.push(step.undo(Inverse::of([Call::delete_policy(made.clone())])));
        for owner in &self.attach {
            attach_room(account, owner, 1)?;
            let why = format!("gives {} {} what the policy allows", owner.kind(), owner.name());
            let undo = Inverse::of([owner.detach(made.clone())]);
            plan.push(Step::new(owner.attach(made.clone()), why).undo(undo));
        }
        Ok(plan.seeing(account))
    }

    /// The ARN that the policy will have; where the account's number is not known, what the step `create` answers.
    fn arn(&self, account: &Account, create: &str) -> Value {
        let path = self.path.as_deref().unwrap_or("/");
        let arn = account.identity().map(|identity| identity.account.as_str());
        let arn = arn.map(|number| Arn::iam(partition(account), number, &format!("policy{path}{}", self.name)));
        match arn {
            Some(Ok(arn)) => arn.as_str().into(),
            _ => output(create, "Policy.Arn"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{DOCUMENT, account, lines, undo_lines};
    use super::*;
    use crate::model::{Identity, Update};

    fn new(name: &str) -> CreatePolicy {
        CreatePolicy {
            name: name.into(),
            path: Some("/teams/".into()),
            description: "Reads the bucket".into(),
            document: Document::new(DOCUMENT),
            tags: vec![Tag { key: "team".into(), value: "blue".into() }],
            attach: vec![Owner::User("ada".into()), Owner::Role("ops".into())],
        }
    }

    #[track_caller]
    fn refused(new: &CreatePolicy, message: &str) {
        assert_eq!(new.plan(&account()).unwrap_err().to_string(), message);
    }

    #[test]
    fn a_policy_is_made_and_attached_by_the_arn_that_it_will_have() {
        let mut account = account();
        let arn = Arn::parse("arn:aws-cn:iam::123456789012:user/ada").unwrap();
        account.apply(Update::Identity(Identity { account: "123456789012".into(), arn, user_id: "AIDAADA".into() }));
        let plan = new("reader").plan(&account).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create policy reader
        attach policy reader to user ada
        attach policy reader to role ops
        ");
        insta::assert_snapshot!(undo_lines(&plan), @r"
        detach policy reader from role ops
        detach policy reader from user ada
        delete policy reader
        ");
        let attach = plan.steps[1].call().unwrap();
        assert_eq!(attach.text("PolicyArn"), Some("arn:aws-cn:iam::123456789012:policy/teams/reader"));
        assert_eq!(plan.needs(), ["iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreatePolicy", "iam:TagPolicy"]);
    }

    #[test]
    fn without_the_accounts_number_the_answer_tells_the_arn() {
        let plan = new("reader").plan(&account()).unwrap();
        plan.check().unwrap();
        let attach = plan.steps[1].call().unwrap();
        assert_eq!(attach.outputs()[0].field, "Policy.Arn");
        let delete = &plan.steps[0].inverse.as_ref().unwrap().calls[0];
        assert_eq!(delete.outputs()[0].step, "create-policy:reader");
    }

    #[test]
    fn what_aws_would_refuse_is_refused_before_the_review() {
        refused(&new("CAP"), "there is a policy `cap` already");
        refused(
            &new("two words"),
            "`CreatePolicy`: The specified value for policyName is invalid. It must contain only alphanumeric \
             characters and/or the following: +=,.@_-",
        );
        let long = CreatePolicy { description: "x".repeat(1001), ..new("reader") };
        refused(
            &long,
            "`CreatePolicy`: Value at 'description' failed to satisfy constraint: Member must have length less than or \
             equal to 1000",
        );
        let torn = CreatePolicy { document: Document::new("{"), ..new("reader") };
        refused(&torn, "the document would be refused: Syntax errors in policy");
        let typographic = CreatePolicy { document: Document::new(DOCUMENT.replace("s3", "—")), ..new("reader") };
        refused(&typographic, "policies take no character U+2014");
        let document = Document::new(DOCUMENT.replace("Get", &"x".repeat(6_144)));
        let large = CreatePolicy { document, ..new("reader") };
        refused(&large, "the policy is too long, 6231 characters without white space: at most 6144");
    }
}
