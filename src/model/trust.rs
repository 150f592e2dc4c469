//! Trust policies: who may assume a role.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AccountId, Document};
use crate::base::arn::Arn;

/// A trust policy and whom it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// The document.
    pub document: Document,
    /// Those that its Allow statements name, without repetition.
    pub entities: Vec<TrustedEntity>,
}

/// One principal that a trust policy names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrustedEntity {
    /// Everyone.
    Anyone,
    /// A service, such as `lambda.amazonaws.com`.
    Service(Box<str>),
    /// An account as a whole.
    Account(AccountId),
    /// One user, role or session, by its ARN.
    Principal(Arn),
    /// An identity provider: its ARN, or a well-known name such as `accounts.google.com`.
    Provider(Box<str>),
    /// A principal that is no longer there, by its id (`AIDA…`, `AROA…`).
    Gone(Box<str>),
    /// Anything else, such as a canonical user.
    Other(Box<str>),
}

impl Trust {
    /// Reads whom a trust policy names; a document that is no JSON names nobody.
    pub fn new(document: Document) -> Self {
        let mut entities = Vec::new();
        if let Ok(value) = serde_json::from_str::<Value>(document.text()) {
            for statement in items(value.get("Statement")) {
                if statement.get("Effect").and_then(Value::as_str) == Some("Allow") {
                    collect(statement.get("Principal"), &mut entities);
                }
            }
        }
        Self { document, entities }
    }

    /// The accounts that it names, as a whole or by one of their principals.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.entities.iter().filter_map(|entity| match entity {
            TrustedEntity::Account(id) => Some(id.as_str()),
            TrustedEntity::Principal(arn) => Some(arn.account()),
            _ => None,
        })
    }
}

/// What a trust policy wants of whoever assumes its role, beside being named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wants {
    /// The external id, where it is one text.
    pub external_id: Option<Box<str>>,
    /// A code of an MFA device: every statement that lets anybody in asks for one.
    pub mfa: bool,
}

impl Trust {
    /// What it wants of whoever assumes the role.
    pub fn wants(&self) -> Wants {
        let value = serde_json::from_str::<Value>(self.document.text()).unwrap_or_default();
        let is_allow = |statement: &&Value| statement.get("Effect").and_then(Value::as_str) == Some("Allow");
        let allows: Vec<&Value> = items(value.get("Statement")).filter(is_allow).collect();
        let external_id = allows.iter().find_map(|statement| {
            // A pattern says nothing of the id itself.
            condition(statement, "sts:ExternalId").find(|(operator, id)| {
                operator.starts_with("stringequals") || (operator.starts_with("stringlike") && !id.contains(['*', '?']))
            })
        });
        let asks_mfa = |statement: &&Value| {
            let present = |(operator, value): (String, &str)| operator == "bool" && value.eq_ignore_ascii_case("true");
            condition(statement, "aws:MultiFactorAuthPresent").any(present)
                || condition(statement, "aws:MultiFactorAuthAge")
                    .any(|(operator, _)| operator.starts_with("numericless"))
        };
        Wants {
            external_id: external_id.map(|(_, id)| id.into()),
            mfa: !allows.is_empty() && allows.iter().all(asks_mfa),
        }
    }
}

/// The keys that limit who a principal `*` lets in, with the words for what their values name.
const LIMITS: &[(&str, &str)] = &[
    ("aws:PrincipalOrgID", "organization"),
    ("aws:PrincipalOrgPaths", "organization path"),
    ("aws:PrincipalAccount", "account"),
    ("aws:PrincipalArn", "principal"),
    ("aws:userid", "unique ID"),
    ("aws:SourceAccount", "requests for account"),
    ("aws:SourceArn", "requests for"),
    ("aws:SourceOrgID", "requests for organization"),
    ("aws:SourceOrgPaths", "requests for organization path"),
    ("aws:SourceIp", "IP address"),
    ("aws:SourceVpc", "VPC"),
    ("aws:SourceVpce", "VPC endpoint"),
];

impl Trust {
    /// To what the statements that trust everyone are limited by their conditions, such as `organization o-1234567890`;
    /// none where one of them is not.
    pub fn limits(&self) -> Option<String> {
        let value = serde_json::from_str::<Value>(self.document.text()).unwrap_or_default();
        let trusts_anyone = |statement: &&Value| {
            let mut named = Vec::new();
            collect(statement.get("Principal"), &mut named);
            statement.get("Effect").and_then(Value::as_str) == Some("Allow") && named.contains(&TrustedEntity::Anyone)
        };
        let statements = items(value.get("Statement")).filter(trusts_anyone);
        let mut limits: Vec<String> = statements.map(limits).collect::<Option<_>>()?;
        limits.dedup();
        (!limits.is_empty()).then(|| limits.join(", or "))
    }
}

/// To what the conditions of one statement limit who is let in.
fn limits(statement: &Value) -> Option<String> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let mut found = Vec::new();
    for (operator, keys) in operators {
        let base = operator.to_ascii_lowercase();
        let base = base.strip_prefix("foranyvalue:").unwrap_or(&base);
        // A negated operator, one that passes where the key is missing, or one over an empty set lets others in.
        if base.contains("not") || base.ends_with("ifexists") || base.starts_with("forallvalues:") || base == "null" {
            continue;
        }
        for (name, values) in keys.as_object().into_iter().flatten() {
            let known = LIMITS.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            let texts: Vec<&str> = items(Some(values)).filter_map(Value::as_str).collect();
            let is_open =
                texts.is_empty() || texts.iter().any(|text| matches!(*text, "*" | "**" | "0.0.0.0/0" | "::/0"));
            if let Some((_, words)) = known.filter(|_| !is_open) {
                found.push(format!("{words} {}", texts.join(" or ")));
            }
        }
    }
    (!found.is_empty()).then(|| found.join(" and "))
}

/// The values that a statement compares a key with, where it is one value, each with its operator in lower case.
fn condition<'v>(statement: &'v Value, key: &'static str) -> impl Iterator<Item = (String, &'v str)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.filter_map(move |(operator, keys)| {
        let mut keys = keys.as_object()?.iter();
        let (_, value) = keys.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        let mut values = items(Some(value));
        let first = values.next().filter(|_| values.next().is_none())?;
        let text = first.as_str().or(first.as_bool().map(|is| if is { "true" } else { "false" })).unwrap_or_default();
        Some((operator.to_ascii_lowercase(), text))
    })
}

/// One value or a list of them, as policies allow either.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let slice = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    slice.iter()
}

fn collect(principal: Option<&Value>, found: &mut Vec<TrustedEntity>) {
    let mut push = |entity: TrustedEntity| {
        if !found.contains(&entity) {
            found.push(entity);
        }
    };
    match principal {
        Some(Value::String(text)) if text == "*" => push(TrustedEntity::Anyone),
        Some(Value::Object(kinds)) => {
            for (kind, values) in kinds {
                for text in items(Some(values)).filter_map(Value::as_str) {
                    push(TrustedEntity::read(kind, text));
                }
            }
        }
        _ => {}
    }
}

impl TrustedEntity {
    fn read(kind: &str, text: &str) -> Self {
        match kind {
            "Service" => Self::Service(text.into()),
            "Federated" => Self::Provider(text.into()),
            "AWS" if text == "*" => Self::Anyone,
            "AWS" if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) => Self::Account(text.into()),
            "AWS" => match Arn::parse(text) {
                Ok(arn) if arn.resource() == "root" => Self::Account(arn.account().into()),
                Ok(arn) => Self::Principal(arn),
                Err(_) if text.starts_with("AIDA") || text.starts_with("AROA") => Self::Gone(text.into()),
                Err(_) => Self::Other(text.into()),
            },
            _ => Self::Other(text.into()),
        }
    }

    /// The console's words for it, such as `AWS Service: lambda`.
    pub fn label(&self) -> String {
        match self {
            Self::Anyone => "Anyone".to_owned(),
            Self::Service(name) => {
                let short = name.strip_suffix(".amazonaws.com").unwrap_or(name);
                format!("AWS Service: {short}")
            }
            Self::Account(id) => format!("Account: {id}"),
            Self::Principal(arn) => format!("{}: {}", arn.account(), arn.resource()),
            Self::Provider(name) => {
                let short = Arn::parse(name)
                    .ok()
                    .and_then(|arn| arn.resource().split_once('/').map(|(_, issuer)| issuer.to_owned()));
                format!("Identity Provider: {}", short.as_deref().unwrap_or(name))
            }
            Self::Gone(id) => format!("Deleted: {id}"),
            Self::Other(text) => text.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(principal: &str, labels: &[&str]) {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}]}}"#
        );
        let trust = Trust::new(Document::new(text));
        assert_eq!(trust.entities.iter().map(TrustedEntity::label).collect::<Vec<_>>(), labels);
    }

    #[test]
    fn every_kind_of_principal_is_named_as_the_console_does() {
        check(
            r#"{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}"#,
            &["AWS Service: lambda", "AWS Service: ec2"],
        );
        check(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, &["Account: 111122223333"]);
        check(r#"{"AWS":["111122223333","arn:aws:iam::111122223333:root"]}"#, &["Account: 111122223333"]);
        check(r#"{"AWS":"arn:aws:iam::111122223333:role/ci/Deploy"}"#, &["111122223333: role/ci/Deploy"]);
        check(
            r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}"#,
            &["Identity Provider: token.actions.githubusercontent.com"],
        );
        check(r#"{"AWS":"AROAEXAMPLE"}"#, &["Deleted: AROAEXAMPLE"]);
        check(r#""*""#, &["Anyone"]);
    }

    #[test]
    fn a_deny_statement_and_a_broken_document_name_nobody() {
        let deny = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}"#;
        assert_eq!(Trust::new(Document::new(deny)).entities, []);
        assert_eq!(Trust::new(Document::new("{ not json")).entities, []);
    }

    #[track_caller]
    fn check_limits(conditions: &[&str], limits: Option<&str>) {
        let statement = |condition: &&str| {
            format!(
                r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"AWS":"*"}},"Condition":{condition}}}"#
            )
        };
        let statements = conditions.iter().map(statement).collect::<Vec<_>>().join(",");
        let trust = Trust::new(Document::new(format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)));
        assert_eq!(trust.limits().as_deref(), limits);
    }

    #[test]
    fn conditions_limit_who_is_trusted_by_a_star() {
        let organization = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#;
        check_limits(&[organization], Some("organization o-a1b2c3d4e5"));
        check_limits(
            &[r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#],
            Some("principal arn:aws:iam::111122223333:role/*"),
        );
        check_limits(
            &[
                r#"{"StringEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]},"Bool":{"aws:SecureTransport":"true"}}"#,
            ],
            Some("account 111122223333 or 444455556666"),
        );
        check_limits(
            &[organization, r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#],
            Some("organization o-a1b2c3d4e5, or requests for account 111122223333"),
        );
    }

    #[test]
    fn what_lets_others_in_is_no_limit() {
        check_limits(&["{}"], None);
        check_limits(&[r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#], None);
        check_limits(&[r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#], None);
        check_limits(&[r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#], None);
        check_limits(&[r#"{"StringLike":{"aws:PrincipalAccount":"*"}}"#], None);
        check_limits(&["{}", r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#], None);
    }
}
