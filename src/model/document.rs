//! A policy document as the service keeps it.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The text of a policy document, decoded from its URL encoding and otherwise untouched.
///
/// Shared, as the same text is shown in lists, details and diffs. It is untrusted text.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Document(Arc<str>);

impl Document {
    /// A document from its plain text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The plain text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Its length as the quota counts it: without whitespace.
    pub fn quota_length(&self) -> usize {
        self.0.chars().filter(|ch| !ch.is_whitespace()).count()
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.0.len())
    }
}
