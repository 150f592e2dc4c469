//! Instance profiles: what hands a role to an EC2 instance.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::listing::is_another;
use super::{Entity, Fact, InstanceProfileName, RoleName, Tags};
use crate::base::arn::Arn;

/// One instance profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// The friendly name.
    pub name: InstanceProfileName,
    /// The ARN, which holds the path.
    pub arn: Arn,
    /// The stable id, `AIPA…`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Timestamp,
    /// The rest.
    pub facts: InstanceProfileFacts,
}

/// What only some reads of an instance profile tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InstanceProfileFacts {
    /// The role in it; absent: none.
    pub role: Fact<RoleName>,
    /// Not in lists.
    pub tags: Fact<Tags>,
}

impl InstanceProfileFacts {
    /// Takes in another read; the newest wins field by field.
    pub fn merge(&mut self, other: Self) {
        self.role.merge(other.role);
        self.tags.merge(other.tags);
    }
}

impl Entity for InstanceProfile {
    type Key = InstanceProfileName;
    type Facts = InstanceProfileFacts;

    fn key(&self) -> &InstanceProfileName {
        &self.name
    }

    fn merge(&mut self, other: Self) {
        if is_another(&mut self.id, &other.id) {
            // Deleted and made again under the same name: nothing of the old one holds.
            *self = other;
            return;
        }
        self.arn = other.arn;
        self.facts.merge(other.facts);
    }

    fn learn(&mut self, facts: InstanceProfileFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut InstanceProfileFacts, other: InstanceProfileFacts) {
        held.merge(other);
    }
}
