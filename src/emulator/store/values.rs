//! Moments, last uses and tags, which records of all kinds have.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment in whole seconds, the resolution of IAM's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at.as_second())
    }
}

/// As IAM writes it: `2024-01-01T00:00:00Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Timestamp::from_second(self.0).unwrap_or_default(), f)
    }
}

/// A tag, as given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The key, whose case is kept.
    pub key: String,
    /// The value, which may be empty.
    pub value: String,
}

/// When and where something was last used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub at: Moment,
    /// The Region of the call.
    pub region: String,
    /// The service that was called, such as `iam`.
    #[serde(default)]
    pub service: String,
}
