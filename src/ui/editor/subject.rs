//! What is edited: where the text comes from and where it goes.

use std::path::PathBuf;

use crate::base::arn::Arn;
use crate::model::{EntityRef, InlineName, RoleName, VersionId};
use crate::policy::PolicyKind;
use crate::policy::size::Quota;

/// A document that can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A managed policy that does not exist yet.
    New,
    /// A managed policy of the account: a save makes a new version.
    Managed {
        /// The policy.
        arn: Arn,
        /// The version that the text began as.
        version: VersionId,
    },
    /// An inline policy of a user, group or role; one that does not exist yet has no name.
    Inline {
        /// Whose it is.
        owner: EntityRef,
        /// Its name.
        name: Option<InlineName>,
    },
    /// The trust policy of a role.
    Trust(RoleName),
    /// A file on this computer.
    File(PathBuf),
}

impl Subject {
    /// What it is, for the head of the editor.
    pub fn title(&self) -> String {
        match self {
            Self::New => "New policy".to_owned(),
            Self::Managed { arn, version } => format!("Policy {} {version}", arn.name()),
            Self::Inline { owner, name: Some(name) } => format!("Inline policy {name} of {}", owner.name()),
            Self::Inline { owner, name: None } => format!("New inline policy of {}", owner.name()),
            Self::Trust(role) => format!("Trust policy of {role}"),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The kind of policy, where that is certain.
    pub fn kind(&self) -> Option<PolicyKind> {
        match self {
            Self::New | Self::Managed { .. } | Self::Inline { .. } => Some(PolicyKind::Identity),
            Self::Trust(_) => Some(PolicyKind::Trust),
            Self::File(_) => None,
        }
    }

    /// The quota that its size counts against, of a kind of policy.
    pub fn quota(&self, kind: PolicyKind) -> Option<Quota> {
        match (self, kind) {
            (Self::Inline { owner: EntityRef::User(_), .. }, _) => Some(Quota::InlineOfUser),
            (Self::Inline { owner: EntityRef::Group(_), .. }, _) => Some(Quota::InlineOfGroup),
            (Self::Inline { .. }, _) => Some(Quota::InlineOfRole),
            (Self::Trust(_), _) | (_, PolicyKind::Trust) => Some(Quota::Trust),
            (_, PolicyKind::Identity | PolicyKind::Boundary) => Some(Quota::Managed),
            (_, PolicyKind::Session) => Some(Quota::Session),
            (_, PolicyKind::Scp) => Some(Quota::Scp),
            (_, PolicyKind::Rcp) => Some(Quota::Rcp),
            _ => None,
        }
    }
}
