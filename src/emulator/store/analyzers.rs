//! The records of analyzers, as they are stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::Record;
use super::values::Moment;

/// What an analyzer looks for, and in what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Zone {
    /// Access from outside the account.
    #[default]
    Account,
    /// Access from outside the organization.
    Organization,
    /// What nobody of the account uses.
    AccountUnusedAccess,
    /// What nobody of the organization uses.
    OrganizationUnusedAccess,
}

/// A rule by which findings are archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRule {
    /// The criteria by the name of what they are about.
    pub filter: Value,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

/// An analyzer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Analyzer {
    /// The ARN.
    pub arn: String,
    /// The name, unique in its Region.
    pub short_name: String,
    /// What it looks for.
    pub zone: Zone,
    /// When it was made.
    pub created: Moment,
    /// Days after which something counts as unused.
    pub age: u64,
    /// Its tags.
    pub tags: Value,
    /// Archive rules by name.
    pub rules: BTreeMap<String, ArchiveRule>,
    /// Ids of the findings that were archived by hand.
    pub archived: BTreeSet<String>,
    /// Ids of the findings that were activated by hand, whatever the rules say.
    pub activated: BTreeSet<String>,
}

impl Record for Analyzer {
    const TABLE: &'static str = "analyzers";

    fn id(&self) -> &str {
        &self.arn
    }

    fn name(&self) -> &str {
        &self.arn
    }
}
