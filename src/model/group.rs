//! User groups. Groups take no tags and no boundary, and hold only users.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::listing::is_another;
use super::{AttachedPolicy, Entity, Fact, GroupName, InlinePolicy, UserName};
use crate::base::arn::Arn;

/// One user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The friendly name.
    pub name: GroupName,
    /// The ARN, which holds the path.
    pub arn: Arn,
    /// The stable id, `AGPA…`.
    pub id: Box<str>,
    /// When it was made.
    pub created: Timestamp,
    /// The rest.
    pub facts: GroupFacts,
}

/// What only some reads of a group tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupFacts {
    /// The users in it. Not in lists and not in bulk reads, which tell it from the users' side.
    pub members: Fact<Vec<UserName>>,
    /// Managed policies attached to it. Not in lists.
    pub attached: Fact<Vec<AttachedPolicy>>,
    /// Inline policies. Not in lists.
    pub inline: Fact<Vec<InlinePolicy>>,
}

impl GroupFacts {
    /// Takes in another read; the newest wins field by field, documents of inline policies are carried over.
    pub fn merge(&mut self, other: Self) {
        self.members.merge(other.members);
        self.attached.merge(other.attached);
        self.inline.merge_with(other.inline, |kept, dropped| InlinePolicy::carry(kept, dropped));
    }

    /// Whether the group gives any permissions.
    pub fn has_permissions(&self) -> Fact<bool> {
        let attached = self.attached.as_ref().map(|list| !list.is_empty());
        let inline = self.inline.as_ref().map(|list| !list.is_empty());
        match (attached.known(), inline.known()) {
            (Some(true), _) | (None, None | Some(false)) => attached,
            (Some(false), _) | (None, Some(true)) => inline,
        }
    }
}

impl Entity for Group {
    type Key = GroupName;
    type Facts = GroupFacts;

    fn key(&self) -> &GroupName {
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

    fn learn(&mut self, facts: GroupFacts) {
        self.facts.merge(facts);
    }

    fn join(held: &mut GroupFacts, other: GroupFacts) {
        held.merge(other);
    }
}
