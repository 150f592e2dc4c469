//! Creating a customer managed policy, and giving it to whom it is for.

use serde_json::Value;

use crate::base::arn::Arn;
use crate::model::{Account, Document, Tag};
use crate::plan::{Call, Inverse, Plan, PlanError, Step, output};
use crate::policy::size::Quota;
use crate::policy::split::split;

use super::attach::attach_room;
use super::documents::acceptable;
use super::{Owner, limit, partition, tags_value, within};

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
    /// Whether a document that is too long becomes several policies, which together mean the same.
    pub split: bool,
}

impl CreatePolicy {
    /// The plan: the policy, or its parts where it is to be split, then the attachments.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let parts = self.parts(account)?;
        let held = account.policies();
        if held.is_complete() {
            let count = held.rows().len() + parts.len();
            within(account, "PoliciesQuota", 1500, count, "too many policies in the account")?;
        }
        let mut plan = Plan::new(match parts.len() {
            1 => format!("create policy {}", self.name),
            count => format!("create policy {} in {count} parts", self.name),
        });
        let mut made = Vec::new();
        for (name, document) in &parts {
            let taken = held.rows().iter().find(|policy| policy.name().eq_ignore_ascii_case(name));
            if let Some(taken) = taken {
                return Err(PlanError::Exists { kind: "policy", name: taken.name().to_owned() });
            }
            let step = Step::requested(self.call(name, document)?);
            let arn = self.arn(account, name, &step.id);
            plan.push(step.undo(Inverse::of([Call::delete_policy(arn.clone())])));
            made.push(arn);
        }
        for owner in &self.attach {
            attach_room(account, owner, made.len())?;
            let why = format!("gives {} {} what the policy allows", owner.kind(), owner.name());
            for arn in &made {
                let undo = Inverse::of([owner.detach(arn.clone())]);
                plan.push(Step::new(owner.attach(arn.clone()), why.as_str()).undo(undo));
            }
        }
        Ok(plan.seeing(account))
    }

    /// The names and documents of the policies: one, unless it is too long and may be split.
    fn parts(&self, account: &Account) -> Result<Vec<(String, Document)>, PlanError> {
        let refused = match acceptable(account, &self.document, Quota::Managed, 0) {
            Ok(()) => return Ok(vec![(self.name.clone(), self.document.clone())]),
            Err(error) => error,
        };
        if !matches!(refused, PlanError::Limit { .. }) || !self.split {
            return Err(refused);
        }
        let limit = limit(account, "PolicySizeQuota", Quota::Managed.limit() as u64);
        let texts = split(self.document.text(), usize::try_from(limit).unwrap_or(usize::MAX));
        let texts = texts.map_err(|error| PlanError::Refused {
            what: error.to_string(),
            hint: "Split that statement yourself, or drop what is covered with `:minimise` in the editor.",
        })?;
        let parts = (1..).zip(texts).map(|(number, text)| {
            let document = Document::new(text);
            acceptable(account, &document, Quota::Managed, 0).map(|()| (format!("{}-{number}", self.name), document))
        });
        parts.collect()
    }

    fn call(&self, name: &str, document: &Document) -> Result<Call, PlanError> {
        let mut create = Call::create_policy(name, document.text())
            .with_some("Path", self.path.clone().filter(|path| path != "/"))
            .with_some("Description", Some(self.description.clone()).filter(|text| !text.is_empty()));
        if !self.tags.is_empty() {
            create = create.with("Tags", tags_value(&self.tags));
        }
        create.check()?;
        Ok(create)
    }

    /// The ARN that a policy will have; where the account's number is not known, what the step `create` answers.
    fn arn(&self, account: &Account, name: &str, create: &str) -> Value {
        let path = self.path.as_deref().unwrap_or("/");
        let arn = account.identity().map(|identity| identity.account.as_str());
        let arn = arn.map(|number| Arn::iam(partition(account), number, &format!("policy{path}{name}")));
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
            split: false,
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
        refused(&typographic, "policies cannot contain the character U+2014");
        let document = Document::new(DOCUMENT.replace("Get", &"x".repeat(6_144)));
        let large = CreatePolicy { document, ..new("reader") };
        refused(&large, "the policy is too long, 6231 characters without white space: at most 6144");
    }

    #[test]
    fn a_policy_that_is_too_long_is_made_in_parts_and_all_are_attached() {
        let actions: Vec<String> = (0..400).map(|number| format!("s3:GetNumber{number:03}")).collect();
        let action = serde_json::to_string(&actions).unwrap();
        let document = Document::new(DOCUMENT.replace("\"s3:Get\"", &action));
        let large = CreatePolicy { document, attach: vec![Owner::User("ada".into())], ..new("reader") };
        assert!(matches!(large.plan(&account()), Err(PlanError::Limit { .. })));
        let plan = CreatePolicy { split: true, ..large }.plan(&account()).unwrap();
        plan.check().unwrap();
        insta::assert_snapshot!(lines(&plan), @r"
        create policy reader-1
        create policy reader-2
        attach policy ‹Arn of create-policy:reader-1› to user ada
        attach policy ‹Arn of create-policy:reader-2› to user ada
        ");
        assert_eq!(undo_lines(&plan).lines().count(), 4);
        let small = CreatePolicy { split: true, ..new("reader") }.plan(&account()).unwrap();
        assert_eq!(small, new("reader").plan(&account()).unwrap());
    }
}
