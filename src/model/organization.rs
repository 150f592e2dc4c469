//! The organization that the account is in: its place there, and the policies that cap what it may do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Document, Fact};
use crate::policy::evaluate::Compiled;

/// The organization of the account.
#[derive(Debug, Clone)]
pub struct Organization {
    /// `o-…`
    pub id: Box<str>,
    /// The twelve digits of the management account, which no policy of the organization binds.
    pub management: Box<str>,
    /// Whether this account is the management account.
    pub is_management: bool,
    /// From the root to the account itself; only the management account and delegated administrators are told.
    pub levels: Fact<Vec<Level>>,
    /// The policies that are attached to one of the levels, by their IDs.
    pub policies: BTreeMap<Box<str>, Guardrail>,
    /// All accounts of the organization.
    pub members: Fact<Vec<Member>>,
    /// Which features of central root access management are enabled.
    pub root_features: Fact<Vec<RootFeature>>,
}

/// The root, an organizational unit, or the account itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// `r-…`, `ou-…`, or the twelve digits of the account.
    pub id: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: LevelKind,
    /// The IDs of the service control policies that are attached to it.
    pub scps: Vec<Box<str>>,
    /// The IDs of the resource control policies that are attached to it.
    pub rcps: Vec<Box<str>>,
}

/// What a level of an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelKind {
    /// The root.
    Root,
    /// An organizational unit.
    Unit,
    /// The account.
    Account,
}

impl LevelKind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Root => "Root",
            Self::Unit => "Organizational unit",
            Self::Account => "Account",
        }
    }
}

/// What a policy of an organization caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardrailKind {
    /// The permissions of principals.
    Scp,
    /// The access to resources.
    Rcp,
}

impl GuardrailKind {
    /// Both types.
    pub const ALL: [Self; 2] = [Self::Scp, Self::Rcp];

    /// As the API writes it.
    pub const fn written(self) -> &'static str {
        match self {
            Self::Scp => "SERVICE_CONTROL_POLICY",
            Self::Rcp => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scp => "SCP",
            Self::Rcp => "RCP",
        }
    }
}

/// A service or resource control policy.
#[derive(Debug, Clone)]
pub struct Guardrail {
    /// Its name.
    pub name: Box<str>,
    /// What it caps.
    pub kind: GuardrailKind,
    /// What it is for.
    pub description: Box<str>,
    /// Whether it is AWS's own.
    pub is_aws: bool,
    /// Its document.
    pub document: Fact<Document>,
    /// The document ready to be asked; none where it is not known or no policy.
    pub compiled: Option<Arc<Compiled>>,
}

/// An account of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its twelve digits.
    pub id: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// The address of its root user.
    pub email: Box<str>,
    /// Its state, such as `ACTIVE`.
    pub state: Box<str>,
}

/// A feature of central root access management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootFeature {
    /// Credentials of the root users of member accounts are deleted and recovered from here.
    Credentials,
    /// Policies of buckets and queues that lock everybody else out are deleted from here.
    Sessions,
}

impl RootFeature {
    /// Both features.
    pub const ALL: [Self; 2] = [Self::Credentials, Self::Sessions];

    /// As the API writes it.
    pub const fn written(self) -> &'static str {
        match self {
            Self::Credentials => "RootCredentialsManagement",
            Self::Sessions => "RootSessions",
        }
    }

    /// What the console calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Credentials => "Root credentials management",
            Self::Sessions => "Privileged root actions in member accounts",
        }
    }
}

impl Organization {
    /// The policies of one kind, level by level from the root; none where not all documents are known.
    pub fn compiled(&self, kind: GuardrailKind) -> Option<Vec<Vec<Arc<Compiled>>>> {
        if self.is_management {
            return Some(Vec::new());
        }
        let levels = self.levels.known()?;
        // Where policies of a type are not enabled, no level has one, and none caps anything.
        if levels.iter().all(|level| level.attached(kind).is_empty()) {
            return Some(Vec::new());
        }
        let of = |level: &Level| -> Option<Vec<Arc<Compiled>>> {
            level.attached(kind).iter().map(|id| self.policies.get(id)?.compiled.clone()).collect()
        };
        levels.iter().map(of).collect()
    }

    /// Where the account lies, as `aws:PrincipalOrgPaths` has it: `o-…/r-…/ou-…/`.
    pub fn path(&self) -> Option<String> {
        let levels = self.levels.known()?.iter().filter(|level| level.kind != LevelKind::Account);
        let parts: Vec<&str> = std::iter::once(&*self.id).chain(levels.map(|level| &*level.id)).collect();
        Some(format!("{}/", parts.join("/")))
    }
}

impl Level {
    /// The IDs of the policies of a kind that are attached to it.
    pub fn attached(&self, kind: GuardrailKind) -> &[Box<str>] {
        match kind {
            GuardrailKind::Scp => &self.scps,
            GuardrailKind::Rcp => &self.rcps,
        }
    }
}

impl PartialEq for Organization {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.management, &self.levels, &self.members, &self.root_features)
            == (&other.id, &other.management, &other.levels, &other.members, &other.root_features)
            && self.policies.len() == other.policies.len()
            && self.policies.iter().all(|(id, policy)| {
                other.policies.get(id).is_some_and(|held| {
                    (&policy.name, policy.kind, &policy.document) == (&held.name, held.kind, &held.document)
                })
            })
    }
}
