//! SSH public keys for `CodeCommit`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Status;

/// One SSH public key of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKey {
    /// Its id, such as `APKA…`.
    pub id: Box<str>,
    /// Whether it works.
    pub status: Status,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
}
