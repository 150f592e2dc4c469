//! Managed policies with their versions, and the entities that use them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::listing::is_another;
use super::{Document, Entity, Fact, GroupName, RoleName, Tags, UserName, VersionId};
use crate::base::arn::Arn;

/// One managed policy, the account's own or AWS's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The ARN, which holds path and name.
    pub arn: Arn,
    /// The stable id, `ANPA…`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Timestamp,
    /// When its default version last changed.
    pub updated: Timestamp,
    /// The version in force.
    pub default_version: VersionId,
    /// How many entities it is attached to.
    pub attachments: Fact<u32>,
    /// How many entities it bounds.
    pub boundary_uses: Fact<u32>,
    /// Whether it can be attached; policies of service-linked roles cannot.
    pub attachable: bool,
    /// The rest.
    pub facts: PolicyFacts,
}

/// What only some reads of a policy tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyFacts {
    /// Not in lists.
    pub description: Fact<Box<str>>,
    /// Not in lists.
    pub tags: Fact<Tags>,
    /// Its versions, newest first. Not in lists.
    pub versions: Fact<Vec<PolicyVersion>>,
    /// Documents that were read, by version. A version never changes and its id is never used again, so
    /// those of deleted versions stay.
    pub documents: BTreeMap<VersionId, Fact<Document>>,
    /// The entities that use it. Only by a call per policy.
    pub entities: Fact<PolicyEntities>,
}

/// One version of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Its id.
    pub id: VersionId,
    /// Whether it is in force.
    pub is_default: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// Who uses a policy, as permissions and as a boundary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyEntities {
    /// Users that it is attached to.
    pub users: Vec<UserName>,
    /// Groups that it is attached to.
    pub groups: Vec<GroupName>,
    /// Roles that it is attached to.
    pub roles: Vec<RoleName>,
    /// Users that it bounds.
    pub bounded_users: Vec<UserName>,
    /// Roles that it bounds.
    pub bounded_roles: Vec<RoleName>,
}

/// Who keeps a managed policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PolicyKind {
    /// The account itself.
    Customer,
    /// AWS.
    Aws,
    /// AWS, for a job function.
    AwsJobFunction,
}

impl PolicyKind {
    /// Reads the kind off the ARN.
    pub fn of(arn: &Arn) -> Self {
        match (arn.account(), arn.path()) {
            ("aws", path) if path.ends_with("/job-function/") => Self::AwsJobFunction,
            ("aws", _) => Self::Aws,
            _ => Self::Customer,
        }
    }

    /// The console's word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Customer => "Customer managed",
            Self::Aws => "AWS managed",
            Self::AwsJobFunction => "AWS managed – job function",
        }
    }
}

impl PolicyFacts {
    /// Takes in another read; the newest wins field by field, documents add up.
    pub fn merge(&mut self, other: Self) {
        self.description.merge(other.description);
        self.tags.merge(other.tags);
        self.versions.merge(other.versions);
        for (version, document) in other.documents {
            self.documents.entry(version).or_default().merge(document);
        }
        self.entities.merge(other.entities);
    }

    /// The document of one version, where it has been read.
    pub fn document(&self, version: &VersionId) -> Fact<Document> {
        self.documents.get(version).cloned().unwrap_or_default()
    }
}

impl Policy {
    /// The friendly name.
    pub fn name(&self) -> &str {
        self.arn.name()
    }

    /// Who keeps it.
    pub fn kind(&self) -> PolicyKind {
        PolicyKind::of(&self.arn)
    }

    /// Whether it can be attached here: lists of AWS say yes of those of service-linked roles too, and attaching them is
    /// refused with `PolicyNotAttachable` all the same.
    pub fn can_be_attached(&self) -> bool {
        self.attachable && !(self.arn.account() == "aws" && self.arn.path().starts_with("/aws-service-role/"))
    }

    /// How often it is in use, as permissions and as a boundary, as far as that is known.
    pub fn uses(&self) -> u32 {
        let known = |fact: &Fact<u32>| fact.known().copied().unwrap_or_default();
        known(&self.attachments).saturating_add(known(&self.boundary_uses))
    }

    /// Takes the counts from the list of entities where that is newer than what else told them.
    fn count_entities(&mut self) {
        let Fact::Known(uses, seen) = &self.facts.entities else { return };
        let count =
            |lists: &[usize]| Fact::Known(u32::try_from(lists.iter().sum::<usize>()).unwrap_or(u32::MAX), *seen);
        self.attachments.merge(count(&[uses.users.len(), uses.groups.len(), uses.roles.len()]));
        self.boundary_uses.merge(count(&[uses.bounded_users.len(), uses.bounded_roles.len()]));
    }

    /// The document in force, where it has been read.
    pub fn document(&self) -> Fact<Document> {
        self.facts.document(&self.default_version)
    }
}

impl Entity for Policy {
    type Key = Arn;
    type Facts = PolicyFacts;

    fn key(&self) -> &Arn {
        &self.arn
    }

    fn merge(&mut self, other: Self) {
        if is_another(&mut self.id, &other.id) {
            // Deleted and made again under the same name: nothing of the old one holds.
            *self = other;
            return;
        }
        self.attachments.merge(other.attachments);
        self.boundary_uses.merge(other.boundary_uses);
        // An edit only ever moves the time forward: the later one is the newer read.
        if other.updated >= self.updated {
            self.updated = other.updated;
            self.default_version = other.default_version;
        }
        self.attachable = other.attachable;
        self.facts.merge(other.facts);
        self.count_entities();
    }

    fn learn(&mut self, facts: PolicyFacts) {
        let told = facts.versions.seen();
        self.facts.merge(facts);
        self.count_entities();
        // The list of versions tells which is in force, too.
        if let Fact::Known(versions, seen) = &self.facts.versions
            && told == Some(*seen)
            && let Some(version) = versions.iter().find(|version| version.is_default)
        {
            self.default_version = version.id.clone();
        }
    }

    fn join(held: &mut PolicyFacts, other: PolicyFacts) {
        held.merge(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Seen, Source};

    #[test]
    fn the_list_of_versions_tells_which_is_in_force() {
        let mut policy = Policy {
            arn: Arn::parse("arn:aws:iam::123456789012:policy/p").unwrap(),
            id: "ANPAP".into(),
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            default_version: "v1".into(),
            attachments: Fact::Unknown,
            boundary_uses: Fact::Unknown,
            attachable: true,
            facts: PolicyFacts::default(),
        };
        let mut learn = |default: &str, at: i64, expected: &str| {
            let version = |id: &str| PolicyVersion { id: id.into(), is_default: id == default, created: None };
            let seen = Seen::new(Source::Detail, Timestamp::from_second(at).unwrap());
            let versions = Fact::Known(vec![version("v2"), version("v1")], seen);
            policy.learn(PolicyFacts { versions, ..PolicyFacts::default() });
            assert_eq!(policy.default_version.as_str(), expected);
        };
        learn("v2", 20, "v2");
        // An older read that arrives late tells nothing.
        learn("v1", 10, "v2");
    }
}
