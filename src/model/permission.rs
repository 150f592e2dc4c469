//! What gives an entity its permissions: attached managed policies and inline policies.

use crate::base::arn::Arn;
use serde::{Deserialize, Serialize};

use super::{Document, Fact, InlineName};

/// A managed policy as attached to an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttachedPolicy {
    /// The policy's ARN, whose last part is its name.
    pub arn: Arn,
}

impl AttachedPolicy {
    /// The policy's friendly name.
    pub fn name(&self) -> &str {
        self.arn.name()
    }
}

/// A policy that lives inside of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// Its name, unique within the entity.
    pub name: InlineName,
    /// Its document; a list of names does not tell it.
    pub document: Fact<Document>,
}

impl InlinePolicy {
    /// Gives the policies of the newest list the documents that only the other read brought.
    pub(super) fn carry(kept: &mut [Self], dropped: Vec<Self>) {
        for other in dropped {
            if let Some(held) = kept.iter_mut().find(|held| held.name == other.name) {
                held.document.merge(other.document);
            }
        }
    }
}
