//! What a document says, without how it is written: for equality.
//!
//! Order, white space, a string or an array of one, capitals of actions and keys, and the two spellings of an
//! account as principal make no difference.

use std::collections::BTreeSet;

use super::ast::{List, Policy, Principal, PrincipalKind, Statement};
use super::operator::OperatorClass;

/// What an absent `Version` means.
const DEFAULT_VERSION: &str = "2008-10-17";

/// What a statement says, its `Sid` aside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementForm {
    /// `Allow`, `Deny`, or what stands there.
    pub effect: String,
    /// `Action` or `NotAction`, in lower case.
    pub actions: Entries,
    /// `Resource` or `NotResource`.
    pub resources: Entries,
    /// `Principal` or `NotPrincipal`, each entry after its kind.
    pub principals: Entries,
    /// Every condition.
    pub conditions: BTreeSet<ConditionForm>,
}

/// The entries of an element or of its negation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entries {
    /// The element is not there.
    Absent,
    /// The element's entries.
    Of(BTreeSet<String>),
    /// The entries of the element's negation.
    AllBut(BTreeSet<String>),
}

/// One operator and key with its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionForm {
    /// The operator as written.
    pub operator: String,
    /// The key in lower case.
    pub key: String,
    /// The values.
    pub values: BTreeSet<String>,
}

impl StatementForm {
    /// The form of a statement.
    pub fn of(statement: &Statement<'_>) -> Self {
        let lower = |text: &str| text.to_ascii_lowercase();
        Self {
            effect: statement.effect.as_ref().map(|text| text.value.clone().into_owned()).unwrap_or_default(),
            actions: entries(statement.action.as_ref(), statement.not_action.as_ref(), lower),
            resources: entries(statement.resource.as_ref(), statement.not_resource.as_ref(), str::to_owned),
            principals: match (&statement.principal, &statement.not_principal) {
                (Some(principal), _) => Entries::Of(principals(principal)),
                (None, Some(principal)) => Entries::AllBut(principals(principal)),
                (None, None) => Entries::Absent,
            },
            conditions: conditions(statement),
        }
    }
}

impl StatementForm {
    /// Whether it speaks of nothing at all: `"NotResource": "*"` leaves no resource, an empty list names none.
    pub fn is_void(&self) -> bool {
        let lists = [(&self.actions, "*"), (&self.resources, "*"), (&self.principals, "AWS *")];
        lists.into_iter().any(|(entries, everything)| match entries {
            Entries::Absent => false,
            Entries::Of(set) => set.is_empty(),
            Entries::AllBut(set) => set.contains(everything),
        })
    }
}

fn entries(own: Option<&List<'_>>, negated: Option<&List<'_>>, write: impl Fn(&str) -> String) -> Entries {
    let set = |list: &List<'_>| list.items.iter().map(|item| write(item.as_str())).collect();
    match (own, negated) {
        (Some(list), _) => Entries::Of(set(list)),
        (None, Some(list)) => Entries::AllBut(set(list)),
        (None, None) => Entries::Absent,
    }
}

fn principals(principal: &Principal<'_>) -> BTreeSet<String> {
    let plain = principal.plain.iter().map(|text| format!("AWS {}", text.as_str()));
    let grouped = principal.groups.iter().flat_map(|group| {
        group.list.items.iter().map(|item| {
            let value = match group.kind {
                Some(PrincipalKind::Aws) => account_of(item.as_str()),
                _ => item.as_str(),
            };
            format!("{} {value}", group.name.as_str())
        })
    });
    plain.chain(grouped).collect()
}

/// The account that `arn:aws:iam::111122223333:root` stands for; anything else as it is.
fn account_of(principal: &str) -> &str {
    let account = principal.strip_prefix("arn:").and_then(|rest| rest.split_once(":iam::"));
    account.and_then(|(_, rest)| rest.strip_suffix(":root")).unwrap_or(principal)
}

fn conditions(statement: &Statement<'_>) -> BTreeSet<ConditionForm> {
    statement
        .conditions()
        .map(|(block, entry)| {
            let folds = block.operator.is_some_and(|o| matches!(o.class(), OperatorClass::Bool | OperatorClass::Null));
            let write = |text: &str| if folds { text.to_ascii_lowercase() } else { text.to_owned() };
            ConditionForm {
                operator: block.name.as_str().to_owned(),
                key: entry.name.as_str().to_ascii_lowercase(),
                values: entry.values.iter().map(|value| write(value.as_str())).collect(),
            }
        })
        .collect()
}

/// Whether two documents say the same. Texts that are no JSON are the same only letter by letter.
pub fn same(one: &Policy<'_>, other: &Policy<'_>) -> bool {
    if !one.tree.errors().is_empty() || !other.tree.errors().is_empty() {
        return one.tree.text() == other.tree.text();
    }
    let version = |policy: &Policy<'_>| policy.version.as_ref().map_or(DEFAULT_VERSION.into(), |v| v.value.to_string());
    let id = |policy: &Policy<'_>| policy.id.as_ref().map(|id| id.value.to_string());
    let forms = |policy: &Policy<'_>| {
        let form = |s: &Statement<'_>| (s.sid.as_ref().map(|sid| sid.value.to_string()), StatementForm::of(s));
        let mut forms: Vec<_> = policy.statements.iter().map(form).collect();
        forms.sort();
        forms
    };
    version(one) == version(other) && id(one) == id(other) && forms(one) == forms(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read;

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(same(&read(one), &read(other)), expected);
    }

    #[test]
    fn spelling_makes_no_difference() {
        check(
            r#"{"Statement": {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*",
                "Principal": {"AWS": "111122223333"}, "Condition": {"Bool": {"aws:SecureTransport": "True"}}}}"#,
            r#"{"Version": "2008-10-17", "Statement": [{"Condition": {"Bool": {"AWS:securetransport": true}},
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}, "Resource": ["*"],
                "Action": ["S3:list*", "s3:get*"], "Effect": "Allow"}]}"#,
            true,
        );
        check(r#"{"Statement": [{"Principal": "*"}]}"#, r#"{"Statement": [{"Principal": {"AWS": "*"}}]}"#, true);
    }

    #[test]
    fn what_matters_makes_a_difference() {
        let policy = |inner: &str| format!(r#"{{"Statement": [{{{inner}}}]}}"#);
        check(&policy(r#""Resource": "a""#), &policy(r#""Resource": "A""#), false);
        check(&policy(r#""Action": "a:b""#), &policy(r#""NotAction": "a:b""#), false);
        check(&policy(r#""Sid": "A""#), &policy(r#""Sid": "B""#), false);
        check(r#"{"Version": "2012-10-17"}"#, "{}", false);
        check("{", "{ ", false);
    }
}
