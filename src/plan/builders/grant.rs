//! Grants that end: a policy or a membership for a few hours.
//!
//! A policy is copied into an inline policy whose statements hold until a moment: AWS ends that by itself, even when
//! nobody is looking. Where there is no room for it, and for memberships, the plan says when its undo is due.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::base::arn::Arn;
use crate::catalog::managed::managed_policy_by_arn;
use crate::model::{Account, Document, Fact};
use crate::plan::{Inverse, Plan, PlanError, Step};
use crate::policy::size::Size;

use super::attach::{attach, inline_policies};
use super::documents::acceptable;
use super::members::add_members;
use super::{Owner, policy_arn};

/// What is given for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// What a managed policy allows, by its ARN.
    Policy(String),
    /// The membership in a group.
    Group(String),
}

/// A grant that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who gets it.
    pub owner: Owner,
    /// What.
    pub given: Given,
    /// When it ends.
    pub until: Timestamp,
}

/// How the names of inline policies that end begin.
const PREFIX: &str = "temporary-";

/// The condition key that AWS compares with the end.
const KEY: &str = "aws:CurrentTime";

impl Grant {
    /// The plan; its undo is due when the grant ends.
    pub fn plan(&self, account: &Account) -> Result<Plan, PlanError> {
        let (owner, until) = (&self.owner, self.until.strftime("%Y-%m-%d %H:%M UTC"));
        let plan = match (&self.given, owner) {
            (Given::Policy(text), _) => {
                let arn = policy_arn(account, text)?;
                match self.dated(account, &arn)? {
                    Some(step) => {
                        let mut plan = Plan::new("");
                        plan.push(step);
                        plan.seeing(account)
                    }
                    None => told_due(attach(account, std::slice::from_ref(text), std::slice::from_ref(owner))?),
                }
            }
            (Given::Group(group), Owner::User(user)) => {
                told_due(add_members(account, std::slice::from_ref(user), std::slice::from_ref(group))?)
            }
            (Given::Group(_), _) => {
                return Err(PlanError::Refused {
                    what: format!("{} {} cannot be in a group", owner.kind(), owner.name()),
                    hint: "Only users are members of groups.",
                });
            }
        };
        let what = match &self.given {
            Given::Policy(arn) => format!("policy {}", arn.rsplit('/').next().unwrap_or(arn)),
            Given::Group(group) => format!("membership in {group}"),
        };
        let title = format!("grant {what} to {} {} until {until}", owner.kind(), owner.name());
        Ok(Plan { title, until: Some(self.until), ..plan })
    }

    /// The step that writes the policy with its end; none where its document is not known, or there is no room.
    fn dated(&self, account: &Account, arn: &Arn) -> Result<Option<Step>, PlanError> {
        let known = account.policy(arn).map(|policy| policy.document());
        let text = match known.as_ref().and_then(Fact::known) {
            Some(document) => document.text(),
            None => match managed_policy_by_arn(arn.as_str()) {
                Some(managed) => managed.document(),
                None => return Ok(None),
            },
        };
        let Some(document) = until(text, self.until).map(Document::new) else { return Ok(None) };
        let inline = inline_policies(account, &self.owner)?;
        let used = inline.iter().filter_map(|policy| policy.document.known()).map(|held| Size::of(held.text()).compact);
        if acceptable(account, &document, self.owner.inline_quota(), used.sum()).is_err() {
            return Ok(None);
        }
        let name = format!("{PREFIX}{}-{}", self.until.strftime("%Y%m%dT%H%MZ"), arn.name());
        let name: String = name.chars().take(128).collect();
        if inline.iter().any(|policy| policy.name.as_str() == name) {
            return Err(PlanError::Nothing(format!("inline policy {name} already exists")));
        }
        let why = "a copy of the policy whose statements AWS ends by itself";
        let step = Step::new(self.owner.put_inline(&name, document.text()), why);
        Ok(Some(step.undo(Inverse::of([self.owner.delete_inline(&name)]))))
    }
}

/// The same grant to several.
pub fn grants(account: &Account, owners: &[Owner], given: &Given, until: Timestamp) -> Result<Plan, PlanError> {
    let plan = |owner: &Owner| Grant { owner: owner.clone(), given: given.clone(), until }.plan(account);
    if let [one] = owners {
        return plan(one);
    }
    let parts = owners.iter().map(plan).collect::<Result<Vec<_>, _>>()?;
    let title = format!("grant to {} for a time", super::listed("item", &vec![String::new(); owners.len()]));
    Ok(Plan { until: Some(until), ..super::together(title, parts)? })
}

/// Says that nobody but this program ends what the plan gives.
fn told_due(mut plan: Plan) -> Plan {
    for step in &mut plan.steps {
        "AWS does not end this by itself: the journal shows when it is due".clone_into(&mut step.why);
    }
    plan
}

/// A document whose statements hold until a moment; none where one of them has a condition on the time already.
fn until(text: &str, end: Timestamp) -> Option<String> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    let statements: Vec<&mut Map<String, Value>> = match document.get_mut("Statement")? {
        Value::Array(list) => list.iter_mut().map(Value::as_object_mut).collect::<Option<_>>()?,
        Value::Object(one) => vec![one],
        _ => return None,
    };
    for statement in statements {
        let condition = statement.entry("Condition").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
        let before = condition.entry("DateLessThan").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
        if before.keys().any(|key| key.eq_ignore_ascii_case(KEY)) {
            return None;
        }
        before.insert(KEY.to_owned(), end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into());
    }
    serde_json::to_string_pretty(&document).ok()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{account, lines, undo_lines};
    use super::*;

    fn grant(owner: Owner, given: Given) -> Result<Plan, PlanError> {
        Grant { owner, given, until: Timestamp::from_second(1_768_478_400).unwrap() }.plan(&account())
    }

    fn policy(name: &str) -> Given {
        Given::Policy(format!("arn:aws:iam::aws:policy/{name}"))
    }

    #[test]
    fn a_policy_is_copied_with_its_end() {
        let plan = grant(Owner::User("bob".into()), policy("AmazonSNSReadOnlyAccess")).unwrap();
        plan.check().unwrap();
        assert_eq!(plan.title, "grant policy AmazonSNSReadOnlyAccess to user bob until 2026-01-15 12:00 UTC");
        assert_eq!(lines(&plan), "write inline policy temporary-20260115T1200Z-AmazonSNSReadOnlyAccess of user bob");
        assert_eq!(undo_lines(&plan), lines(&plan).replace("write", "delete"));
        let text = plan.steps[0].call().unwrap().text("PolicyDocument").unwrap();
        let document: Value = serde_json::from_str(text).unwrap();
        assert_eq!(document["Statement"][0]["Condition"]["DateLessThan"]["aws:CurrentTime"], "2026-01-15T12:00:00Z");
    }

    #[test]
    fn what_has_no_room_or_no_date_is_due_to_be_undone() {
        let plan = grant(Owner::User("ada".into()), policy("ReadOnlyAccess")).unwrap();
        assert_eq!(lines(&plan), "attach policy ReadOnlyAccess to user ada");
        assert!(plan.steps[0].why.contains("the journal shows when it is due"));
        let plan = grant(Owner::User("ada".into()), Given::Group("Developers".into())).unwrap();
        assert_eq!(lines(&plan), "add user ada to group Developers");
        assert_eq!(plan.until, Some(Timestamp::from_second(1_768_478_400).unwrap()));
        assert!(grant(Owner::Role("ops".into()), Given::Group("Developers".into())).is_err());
    }

    #[test]
    fn conditions_that_are_there_stay_and_a_second_date_is_not_guessed_at() {
        let end = Timestamp::UNIX_EPOCH;
        let with = |condition: &str| {
            format!(r#"{{"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{condition}}}}}"#)
        };
        let text = until(&with(r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#), end).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["Statement"]["Condition"].as_object().unwrap().len(), 2);
        assert_eq!(until(&with(r#"{"DateLessThan":{"aws:currenttime":"2020-01-01T00:00:00Z"}}"#), end), None);
    }
}
