//! What a page hands to commands: the entities that are meant, and the item under the cursor of a tab.

use std::sync::Arc;

use crate::base::arn::Arn;
use crate::model::{
    AccessKeyId, FindingId, GroupName, InlineName, MfaSerial, ResourceRef, RoleName, RootFeature, UserName, VersionId,
};

use super::place::Kind;

/// What is meant on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The kind that the page lists or shows; none: it is about the account as a whole.
    pub kind: Option<Kind>,
    /// The marked rows of a list, else the selected one; on a detail page, its entity.
    pub entities: Arc<[ResourceRef]>,
    /// The marked rows of a list whose rows are no entities.
    pub items: Arc<[TabItem]>,
    /// The title of the tab in sight, on a detail page.
    pub tab: Option<&'static str>,
    /// The item under the cursor of that tab.
    pub item: Option<TabItem>,
    /// Whether all that is selected is known to be disabled.
    pub is_disabled: bool,
    /// Whether the cursor of that tab is on a row: to delete is then about that row, and never about the entity.
    pub on_row: bool,
}

/// An item on a tab that can be changed, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TabItem {
    /// A user in a group.
    Member(UserName, GroupName),
    /// A managed policy attached to a user, group or role.
    Attached(ResourceRef, Arn),
    /// An inline policy of a user, group or role.
    Inline(ResourceRef, InlineName),
    /// The permissions boundary of a user or role.
    Boundary(ResourceRef, Arn),
    /// A tag of an entity, by its key.
    Tag(ResourceRef, Box<str>),
    /// Somebody whom the trust policy of a role trusts, as the console calls them.
    Trusted(RoleName, Box<str>),
    /// A version of a managed policy.
    Version(Arn, VersionId),
    /// An access key of a user.
    AccessKey(UserName, AccessKeyId),
    /// An MFA device of a user.
    Mfa(UserName, MfaSerial),
    /// A virtual MFA device that is unassigned.
    FreeMfa(MfaSerial),
    /// A credential of a user for one service, by its id.
    ServiceCredential(UserName, Box<str>),
    /// An SSH public key of a user, by its id.
    SshKey(UserName, Box<str>),
    /// A signing certificate of a user, by its id.
    Certificate(UserName, Box<str>),
    /// An audience of an OpenID Connect provider.
    Audience(Arn, Box<str>),
    /// An analyzer of IAM Access Analyzer.
    Analyzer(Arn),
    /// A finding of an analyzer.
    Finding(FindingId),
    /// An archive rule of an analyzer.
    ArchiveRule(Arn, Box<str>),
    /// An event of CloudTrail, by its ID.
    Event(Box<str>),
    /// A feature of central root access for member accounts.
    RootFeature(RootFeature),
    /// A sign-in session, by its ARN.
    SigninSession(Arn),
}

impl TabItem {
    /// What a sentence calls it.
    pub fn name(&self) -> String {
        match self {
            Self::Member(user, group) => format!("{user} in {group}"),
            Self::Attached(owner, policy) | Self::Boundary(owner, policy) => {
                format!("{} of {} {}", policy.name(), Kind::of(owner).singular(), owner.name())
            }
            Self::Inline(owner, name) => format!("{name} of {} {}", Kind::of(owner).singular(), owner.name()),
            Self::Tag(_, key) => key.to_string(),
            Self::Trusted(_, name) | Self::ArchiveRule(_, name) => name.to_string(),
            Self::Version(_, version) => version.to_string(),
            Self::AccessKey(_, id) => id.to_string(),
            Self::Mfa(_, serial) | Self::FreeMfa(serial) => serial.to_string(),
            Self::SigninSession(arn) | Self::Analyzer(arn) => arn.name().to_owned(),
            Self::RootFeature(feature) => feature.title().to_owned(),
            Self::Finding(id) => id.id.to_string(),
            Self::Event(id)
            | Self::ServiceCredential(_, id)
            | Self::SshKey(_, id)
            | Self::Certificate(_, id)
            | Self::Audience(_, id) => id.to_string(),
        }
    }
}

impl Selection {
    /// A selection of entities of one kind.
    pub fn of(kind: Kind, entities: impl Into<Arc<[ResourceRef]>>) -> Self {
        Self { kind: Some(kind), entities: entities.into(), ..Self::default() }
    }

    /// Whether entities of this kind are selected.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == Some(kind) && !self.entities.is_empty()
    }

    /// The one entity that is selected, where it is one.
    pub fn one(&self) -> Option<&ResourceRef> {
        match &*self.entities {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The names of the selected entities; ARNs where they are policies.
    pub fn names(&self) -> Vec<String> {
        let name = |entity: &ResourceRef| match entity {
            ResourceRef::Policy(arn) => arn.as_str().to_owned(),
            other => other.name().to_owned(),
        };
        self.entities.iter().map(name).collect()
    }

    /// The marked items, else the one under the cursor.
    pub fn all_items(&self) -> impl Iterator<Item = &TabItem> {
        let one = self.item.iter().filter(|_| self.items.is_empty());
        self.items.iter().chain(one)
    }

    /// The findings among them.
    pub fn findings(&self) -> Arc<[FindingId]> {
        let id = |item: &TabItem| if let TabItem::Finding(id) = item { Some(id.clone()) } else { None };
        self.all_items().filter_map(id).collect()
    }

    /// What is selected, in a few words: `user alice`, `3 users`.
    pub fn describe(&self) -> String {
        match (self.kind, self.one()) {
            (Some(kind), Some(one)) => format!("{} {}", kind.singular(), one.name()),
            (Some(kind), None) if self.items.len() == 1 => format!("1 {}", kind.singular()),
            (Some(kind), None) if !self.items.is_empty() => format!("{} {}", self.items.len(), kind.plural()),
            (Some(kind), None) => format!("{} {}", self.entities.len(), kind.plural()),
            (None, _) => "the account".to_owned(),
        }
    }
}
