//! Analyzers of IAM Access Analyzer, their archive rules, and what they found.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Document, Fact};
use crate::base::arn::Arn;

/// One analyzer of the session's Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzer {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: Box<str>,
    /// What it looks for.
    pub kind: AnalyzerKind,
    /// Whether it looks at the whole organization.
    pub is_organization: bool,
    /// Its state, such as `ACTIVE`.
    pub status: Box<str>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it last analyzed a resource.
    pub analyzed: Option<Timestamp>,
    /// After how many days something counts as unused.
    pub age: Option<u32>,
    /// Its archive rules.
    pub rules: Fact<Vec<ArchiveRule>>,
    /// What it found.
    pub findings: Fact<Arc<[Arc<Finding>]>>,
}

/// What an analyzer looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AnalyzerKind {
    /// Who from outside of the zone of trust has access.
    External,
    /// Who from inside has access to chosen resources.
    Internal,
    /// What is not used.
    Unused,
    /// Something that this version does not know.
    Other,
}

impl AnalyzerKind {
    /// Reads a type of the API: what is looked for, and whether in the whole organization.
    pub fn read(text: &str) -> (Self, bool) {
        let (organization, rest) = match text.strip_prefix("ORGANIZATION") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("ACCOUNT").unwrap_or(text)),
        };
        let kind = match rest {
            "" => Self::External,
            "_INTERNAL_ACCESS" => Self::Internal,
            "_UNUSED_ACCESS" => Self::Unused,
            _ => Self::Other,
        };
        (kind, organization)
    }

    /// The type as the API writes it; none for what is not known.
    pub const fn written(self, organization: bool) -> Option<&'static str> {
        Some(match (self, organization) {
            (Self::External, false) => "ACCOUNT",
            (Self::External, true) => "ORGANIZATION",
            (Self::Internal, false) => "ACCOUNT_INTERNAL_ACCESS",
            (Self::Internal, true) => "ORGANIZATION_INTERNAL_ACCESS",
            (Self::Unused, false) => "ACCOUNT_UNUSED_ACCESS",
            (Self::Unused, true) => "ORGANIZATION_UNUSED_ACCESS",
            (Self::Other, _) => return None,
        })
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::External => "External access",
            Self::Internal => "Internal access",
            Self::Unused => "Unused access",
            Self::Other => "Other",
        }
    }
}

/// Criteria by which an analyzer archives findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveRule {
    /// Its name.
    pub name: Box<str>,
    /// The criteria, as the API has them.
    pub filter: Map<String, Value>,
    /// When it was changed last.
    pub updated: Option<Timestamp>,
}

impl fmt::Display for ArchiveRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&criteria(&self.filter))
    }
}

/// The criteria of a filter in one line, such as `resource contains night; isPublic is true`.
pub fn criteria(filter: &Map<String, Value>) -> String {
    let list = |values: &Value| match values {
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(" or "),
        other => plain(other),
    };
    let one = |(key, tests): (&String, &Value)| {
        let tests = tests.as_object().into_iter().flatten().map(|(test, values)| match (test.as_str(), values) {
            ("exists", Value::Bool(false)) => format!("{key} is not there"),
            ("exists", _) => format!("{key} is there"),
            ("eq", values) => format!("{key} is {}", list(values)),
            ("neq", values) => format!("{key} is not {}", list(values)),
            (other, values) => format!("{key} {other} {}", list(values)),
        });
        tests.collect::<Vec<_>>().join(", ")
    };
    filter.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What tells a finding from all others: its analyzer's ARN and its ID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingId {
    /// The ARN of its analyzer.
    pub analyzer: Arn,
    /// Its ID there.
    pub id: Box<str>,
}

/// One finding, as the list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What tells it from the others.
    pub id: FindingId,
    /// What was found.
    pub kind: FindingKind,
    /// The resource that it is about: an ARN, as a rule.
    pub resource: Box<str>,
    /// The type of the resource, such as `AWS::IAM::Role`.
    pub resource_type: Box<str>,
    /// The account of the resource.
    pub owner: Box<str>,
    /// Whether somebody has to look at it.
    pub status: FindingStatus,
    /// When it was updated last.
    pub updated: Option<Timestamp>,
    /// Why the resource could not be analyzed.
    pub error: Option<Box<str>>,
}

impl Finding {
    /// The name of the resource, without what its ARN begins with.
    pub fn name(&self) -> &str {
        match Arn::parse(&self.resource) {
            Ok(_) => self.resource.splitn(6, ':').last().unwrap_or(&self.resource),
            Err(_) => &self.resource,
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $api:literal $word:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Reads the API's word; what is newer than this program is the last one.
            pub fn read(text: &str) -> Self {
                const ALL: &[(&str, $name)] = &[$(($api, $name::$variant),)*];
                ALL.iter().find(|(api, _)| *api == text).map_or(Self::Other, |(_, known)| *known)
            }

            /// The word for it.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// What was found.
    FindingKind {
        /// A principal outside of the zone of trust has access.
        External "ExternalAccess" "External access";
        /// A principal inside of it has access.
        Internal "InternalAccess" "Internal access";
        /// A role that nobody assumed.
        Role "UnusedIAMRole" "Unused role";
        /// An access key that nobody used.
        AccessKey "UnusedIAMUserAccessKey" "Unused access key";
        /// A password that nobody signed in with.
        Password "UnusedIAMUserPassword" "Unused password";
        /// Permissions that nobody used.
        Permission "UnusedPermission" "Unused permissions";
        /// Something that this version does not know.
        Other "" "Other";
    }
}

impl FindingKind {
    /// Whether it tells of what is not used, and not of access.
    pub fn is_unused(self) -> bool {
        match self {
            Self::Role | Self::AccessKey | Self::Password | Self::Permission => true,
            Self::External | Self::Internal | Self::Other => false,
        }
    }
}

words! {
    /// Whether somebody has to look at a finding.
    FindingStatus {
        /// Somebody has.
        Active "ACTIVE" "Active";
        /// It is meant to be so.
        Archived "ARCHIVED" "Archived";
        /// It is no longer so.
        Resolved "RESOLVED" "Resolved";
        /// Something that this version does not know.
        Other "" "Unknown";
    }
}

/// One finding in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingDetail {
    /// What was found, one after the other.
    pub facts: Vec<FindingFact>,
    /// The whole answer.
    pub record: Document,
}

/// One thing that a finding says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingFact {
    /// Somebody has access.
    Access(Box<GrantedAccess>),
    /// The role was last used then.
    Role(Option<Timestamp>),
    /// The password was last used then.
    Password(Option<Timestamp>),
    /// The access key was last used then.
    AccessKey(Box<str>, Option<Timestamp>),
    /// The permissions of a service were last used then; of single actions, those that were not used.
    Permission(Box<str>, Option<Timestamp>, Vec<Box<str>>),
}

/// Access that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantedAccess {
    /// Who: the type of the principal, and its name.
    pub principals: Vec<(Box<str>, Box<str>)>,
    /// What may be done.
    pub actions: Vec<Box<str>>,
    /// Under which conditions: key and value.
    pub conditions: Vec<(Box<str>, Box<str>)>,
    /// Whether everybody has it.
    pub is_public: Option<bool>,
    /// Through what it is shared, such as `POLICY`.
    pub sources: Vec<Box<str>>,
    /// What service and resource control policies do about it.
    pub restrictions: Vec<(&'static str, Box<str>)>,
}

impl FindingDetail {
    /// Reads the answer of `GetFindingV2`.
    pub fn read(answer: &Map<String, Value>) -> Self {
        let details = answer.get("findingDetails").and_then(Value::as_array);
        let facts = details.into_iter().flatten().filter_map(FindingFact::read).collect();
        let text = serde_json::to_string_pretty(answer).unwrap_or_default();
        Self { facts, record: Document::new(text.as_str()) }
    }

    /// Who has access, in a few words; none where the finding is about no access.
    pub fn who(&self) -> Option<String> {
        let access = self.facts.iter().find_map(|fact| match fact {
            FindingFact::Access(access) => Some(access),
            _ => None,
        })?;
        if access.is_public == Some(true) {
            return Some("everyone".to_owned());
        }
        let names: Vec<&str> = access.principals.iter().map(|(_, name)| &**name).collect();
        Some(names.join(", "))
    }

    /// The access keys that it is about.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().filter_map(|fact| match fact {
            FindingFact::AccessKey(id, _) => Some(&**id),
            _ => None,
        })
    }
}

impl FindingFact {
    fn read(value: &Value) -> Option<Self> {
        let (name, inner) = value.as_object()?.iter().next()?;
        let text = |name: &str| inner.get(name).and_then(Value::as_str);
        let last = text("lastAccessed").and_then(|at| at.parse().ok());
        Some(match name.as_str() {
            "externalAccessDetails" | "internalAccessDetails" => Self::Access(Box::new(GrantedAccess::read(inner))),
            "unusedIamRoleDetails" => Self::Role(last),
            "unusedIamUserPasswordDetails" => Self::Password(last),
            "unusedIamUserAccessKeyDetails" => Self::AccessKey(text("accessKeyId")?.into(), last),
            "unusedPermissionDetails" => {
                let actions = inner.get("actions").and_then(Value::as_array).into_iter().flatten();
                let actions = actions.filter_map(|action| action.get("action")?.as_str()).map(Box::from).collect();
                Self::Permission(text("serviceNamespace")?.into(), last, actions)
            }
            _ => return None,
        })
    }
}

impl GrantedAccess {
    fn read(inner: &Value) -> Self {
        let pairs = |name: &str| -> Vec<(Box<str>, Box<str>)> {
            let members = inner.get(name).and_then(Value::as_object).into_iter().flatten();
            members.map(|(key, value)| (key.as_str().into(), plain(value).into())).collect()
        };
        let texts = |name: &str, member: Option<&str>| -> Vec<Box<str>> {
            let list = inner.get(name).and_then(Value::as_array).into_iter().flatten();
            let text = |value: &Value| match member {
                Some(member) => value.get(member).and_then(Value::as_str).map(Box::from),
                None => value.as_str().map(Box::from),
            };
            list.filter_map(text).collect()
        };
        let restriction = |label, name: &str| Some((label, inner.get(name)?.as_str()?.into()));
        Self {
            principals: pairs("principal"),
            actions: texts("action", None),
            conditions: pairs("condition"),
            is_public: inner.get("isPublic").and_then(Value::as_bool),
            sources: texts("sources", Some("type")),
            restrictions: [
                restriction("Service control policies", "serviceControlPolicyRestriction"),
                restriction("Resource control policies", "resourceControlPolicyRestriction"),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_that_is_known_is_written_as_it_is_read() {
        for text in [
            "ACCOUNT",
            "ORGANIZATION",
            "ACCOUNT_UNUSED_ACCESS",
            "ORGANIZATION_UNUSED_ACCESS",
            "ACCOUNT_INTERNAL_ACCESS",
            "ORGANIZATION_INTERNAL_ACCESS",
        ] {
            let (kind, organization) = AnalyzerKind::read(text);
            assert_eq!(kind.written(organization), Some(text));
        }
        assert_eq!(AnalyzerKind::read("ACCOUNT_NEWER"), (AnalyzerKind::Other, false));
    }

    #[test]
    fn the_details_of_a_finding_are_read_whatever_they_are() {
        let answer = json!({"findingDetails": [
            {"externalAccessDetails": {"principal": {"AWS": "*"}, "action": ["sts:AssumeRole"], "isPublic": true,
                "condition": {"aws:SourceIp": "192.0.2.0/24"}, "sources": [{"type": "POLICY"}],
                "resourceControlPolicyRestriction": "NOT_APPLICABLE"}},
            {"unusedIamUserAccessKeyDetails": {"accessKeyId": "AKIA1", "lastAccessed": "2026-01-15T12:00:00Z"}},
            {"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": [{"action": "GetObject"}]}},
            {"newerDetails": {}},
        ]});
        let detail = FindingDetail::read(answer.as_object().unwrap());
        assert_eq!((detail.facts.len(), detail.who().as_deref()), (3, Some("everyone")));
        assert_eq!(detail.keys().collect::<Vec<_>>(), ["AKIA1"]);
        assert_eq!(detail.facts[2], FindingFact::Permission("s3".into(), None, vec!["GetObject".into()]));
    }

    #[test]
    fn criteria_read_as_a_sentence() {
        let filter = json!({"resource": {"contains": ["night", "day"]}, "isPublic": {"eq": ["true"]},
            "error": {"exists": false}});
        assert_eq!(
            criteria(filter.as_object().unwrap()),
            "resource contains night or day; isPublic is true; error is not there"
        );
    }
}
