//! SSH public keys for `CodeCommit`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fact, Status};

/// One SSH public key of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKey {
    /// Its id, such as `APKA…`.
    pub id: Box<str>,
    /// Whether it works.
    pub status: Status,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
    /// The key itself, which no list tells.
    pub body: Fact<Box<str>>,
}

impl SshKey {
    /// Gives the keys of the newest list the texts that only the other read brought.
    pub(super) fn carry(kept: &mut [Self], dropped: Vec<Self>) {
        for other in dropped {
            if let Some(held) = kept.iter_mut().find(|held| held.id == other.id) {
                held.body.merge(other.body);
            }
        }
    }
}
