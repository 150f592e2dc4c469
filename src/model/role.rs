//! Roles.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::listing::is_another;
use super::{AttachedPolicy, Entity, Fact, InlinePolicy, InstanceProfileName, RoleName, Tags, Trust};
use crate::base::arn::Arn;

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The friendly name.
    pub name: RoleName,
    /// The ARN, which holds the path.
    pub arn: Arn,
    /// The stable id, `AROA…`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Timestamp,
    /// The rest.
    pub facts: RoleFacts,
}

/// What only some reads of a role tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoleFacts {
    /// Who may assume it.
    pub trust: Fact<Trust>,
    /// Not in bulk reads.
    pub description: Fact<Box<str>>,
    /// The longest session in seconds, 3,600–43,200. Not in bulk reads.
    pub max_session: Fact<u32>,
    /// Seconds that a sign-in session of who uses it may last. Only by a call per role.
    #[serde(default)]
    pub max_signin: Fact<u32>,
    /// The last use; absent: not in the tracking period of 400 days. Not in lists.
    pub last_used: Fact<RoleUse>,
    /// The policy that bounds its permissions. Not in lists.
    pub boundary: Fact<Arn>,
    /// Not in lists.
    pub tags: Fact<Tags>,
    /// Managed policies attached to it. Not in lists.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// Inline policies. Not in lists.
    pub inline: Fact<Vec<InlinePolicy>>,
    /// Instance profiles that hold it. Not in lists.
    pub instance_profiles: Fact<Vec<InstanceProfileName>>,
}

/// The last use of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleUse {
    /// When.
    pub at: Timestamp,
    /// In which Region.
    pub region: Box<str>,
}

impl RoleFacts {
    /// Takes in another read; the newest wins field by field, documents of inline policies are carried over.
    pub fn merge(&mut self, other: Self) {
        self.trust.merge(other.trust);
        self.description.merge(other.description);
        self.max_session.merge(other.max_session);
        self.max_signin.merge(other.max_signin);
        self.last_used.merge(other.last_used);
        self.boundary.merge(other.boundary);
        self.tags.merge(other.tags);
        self.attached.merge(other.attached);
        self.inline.merge_with(other.inline, |kept, dropped| InlinePolicy::carry(kept, dropped));
        self.instance_profiles.merge(other.instance_profiles);
    }
}

impl Role {
    /// The path, with both slashes.
    pub fn path(&self) -> &str {
        self.arn.path()
    }

    /// Whether a service made it for itself: it cannot be edited, and is deleted through that service.
    pub fn is_service_linked(&self) -> bool {
        self.arn.path().starts_with("/aws-service-role/")
    }
}

impl Entity for Role {
    type Key = RoleName;
    type Facts = RoleFacts;

    fn key(&self) -> &RoleName {
        &self.name
    }

    fn merge(&mut self, other: Self) {
        if is_another(&mut self.id, &other.id) {
            // Deleted and made again under the same name: nothing of the old one holds.
            *self = other;
            return;
        }
        self.arn = other.arn;
        self.created = other.created;
        self.facts.merge(other.facts);
    }

    fn learn(&mut self, facts: RoleFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut RoleFacts, other: RoleFacts) {
        held.merge(other);
    }
}
