//! What is edited: where the text comes from and where it goes.

use std::path::PathBuf;

use crate::backend::{GroupPart, Load, PolicyPart, RolePart, UserPart};
use crate::base::arn::Arn;
use crate::model::{Account, Document, Fact, InlineName, InlinePolicy, ResourceRef, RoleName, VersionId};
use crate::plan::builders::{Owner, edit_policy, edit_trust, put_inline};
use crate::plan::{Plan, PlanError};
use crate::policy::PolicyKind;
use crate::policy::size::Quota;
use crate::ui::draft;

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
        owner: ResourceRef,
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

    /// The name under which its drafts are kept, fit for a file.
    pub fn draft(&self) -> String {
        draft::name("policy", &self.key())
    }

    /// What tells it from others.
    fn key(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Managed { arn, .. } => arn.to_string(),
            Self::Inline { owner, name } => {
                let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("{}/{}/{name}", owner.kind().singular(), owner.name())
            }
            Self::Trust(role) => format!("trust/{role}"),
            Self::File(path) => format!("file:{}", path.display()),
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
            (Self::Inline { owner: ResourceRef::User(_), .. }, _) => Some(Quota::InlineOfUser),
            (Self::Inline { owner: ResourceRef::Group(_), .. }, _) => Some(Quota::InlineOfGroup),
            (Self::Inline { .. }, _) => Some(Quota::InlineOfRole),
            (Self::Trust(_), _) | (_, PolicyKind::Trust) => Some(Quota::Trust),
            (_, PolicyKind::Identity | PolicyKind::Boundary) => Some(Quota::Managed),
            (_, PolicyKind::Session) => Some(Quota::Session),
            (_, PolicyKind::Scp) => Some(Quota::Scp),
            (_, PolicyKind::Rcp) => Some(Quota::Rcp),
            _ => None,
        }
    }

    /// Whether its text is in the account, so that it is read before it is edited.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Managed { .. } | Self::Inline { name: Some(_), .. } | Self::Trust(_))
    }

    /// Whether its owner is known to have an inline policy of this name: AWS would write over it.
    pub fn has_inline(&self, account: &Account, name: &str) -> bool {
        let Self::Inline { owner, .. } = self else { return false };
        let policies = inline(account, owner).and_then(Fact::known).map(Vec::as_slice).unwrap_or_default();
        policies.iter().any(|policy| policy.name.as_str() == name)
    }

    /// The document as it is in the account.
    pub fn document(&self, account: &Account) -> Fact<Document> {
        match self {
            Self::Managed { arn, version } => {
                account.policy(arn).map_or(Fact::Unknown, |policy| policy.facts.document(version))
            }
            Self::Inline { owner, name: Some(name) } => {
                let Some(fact) = inline(account, owner) else { return Fact::Unknown };
                match fact {
                    Fact::Known(list, seen) => match list.iter().find(|policy| policy.name == *name) {
                        Some(policy) => policy.document.clone(),
                        None => Fact::Absent(*seen),
                    },
                    other => other.as_ref().map(|_| Document::new("")),
                }
            }
            Self::Trust(role) => {
                let role = account.roles().get(role.as_str());
                role.map_or(Fact::Unknown, |role| role.facts.trust.as_ref().map(|trust| trust.document.clone()))
            }
            Self::New | Self::Inline { name: None, .. } | Self::File(_) => Fact::Unknown,
        }
    }

    /// What tells whether somebody else changed it: the version in force of a managed policy, else the document.
    pub fn standing(&self, account: &Account) -> Option<String> {
        match self {
            Self::Managed { arn, .. } => Some(account.policy(arn)?.default_version.to_string()),
            _ => self.document(account).known().map(|document| document.text().to_owned()),
        }
    }

    /// The document that a save puts out of force.
    pub fn in_force(&self, account: &Account) -> Fact<Document> {
        match self {
            Self::Managed { arn, .. } => match self.standing(account) {
                Some(id) => Self::Managed { arn: arn.clone(), version: id.as_str().into() }.document(account),
                None => Fact::Unknown,
            },
            _ => self.document(account),
        }
    }

    /// What must be read before it can be edited and saved.
    pub fn loads(&self, account: &Account) -> Vec<Load> {
        match self {
            Self::Managed { arn, version } => {
                let part = |part| Load::Policy(arn.clone(), part);
                let facts = account.policy(arn).map(|policy| &policy.facts);
                // The oldest version is deleted where there are five: its document is what undo needs.
                let versions = facts.and_then(|facts| facts.versions.known()).map(Vec::as_slice).unwrap_or_default();
                let is_unread = |id: &VersionId| facts.is_some_and(|facts| facts.document(id).is_unknown());
                let unread = versions.iter().filter(|other| other.id != *version && is_unread(&other.id));
                let mut loads = vec![part(PolicyPart::Versions), part(PolicyPart::Document(version.clone()))];
                loads.extend(unread.map(|version| part(PolicyPart::Document(version.id.clone()))));
                loads
            }
            Self::Inline { owner, .. } => match owner {
                ResourceRef::User(name) => vec![Load::User(name.clone(), UserPart::Permissions)],
                ResourceRef::Group(name) => vec![Load::Group(name.clone(), GroupPart::Permissions)],
                ResourceRef::Role(name) => vec![Load::Role(name.clone(), RolePart::Permissions)],
                _ => Vec::new(),
            },
            Self::Trust(role) => vec![Load::Role(role.clone(), RolePart::Overview)],
            Self::New | Self::File(_) => Vec::new(),
        }
    }

    /// The plan that saves a text; a new policy needs more answers and has its own.
    pub fn plan(&self, account: &Account, text: &str, name: &str, in_force: bool) -> Result<Plan, PlanError> {
        let document = Document::new(text);
        match self {
            Self::Managed { arn, .. } => edit_policy(account, arn, &document, in_force),
            Self::Inline { owner, name: own } => {
                let owner = Owner::of(owner)
                    .ok_or_else(|| PlanError::Nothing("a managed policy has no inline policies".to_owned()))?;
                let name = own.as_ref().map_or(name, |own| own.as_str());
                put_inline(account, &owner, name, &document)
            }
            Self::Trust(role) => edit_trust(account, role.as_str(), &document),
            Self::New | Self::File(_) => Err(PlanError::Nothing("there is nothing to change".to_owned())),
        }
    }
}

fn inline<'a>(account: &'a Account, owner: &ResourceRef) -> Option<&'a Fact<Vec<InlinePolicy>>> {
    match owner {
        ResourceRef::User(name) => account.users().get(name.as_str()).map(|user| &user.facts.inline),
        ResourceRef::Group(name) => account.groups().get(name.as_str()).map(|group| &group.facts.inline),
        ResourceRef::Role(name) => account.roles().get(name.as_str()).map(|role| &role.facts.inline),
        _ => None,
    }
}
