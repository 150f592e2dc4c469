//! Tags: up to fifty pairs of key and value on most resources.

use serde::{Deserialize, Serialize};

/// One tag. Keys are unique without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// The key, 1–128 characters.
    pub key: Box<str>,
    /// The value, 0–256 characters.
    pub value: Box<str>,
}

/// The tags of one resource, in the service's order.
pub type Tags = Vec<Tag>;
