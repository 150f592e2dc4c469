//! Access keys: at most two per user, each with its last use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccessKeyId, Fact, Status};

/// One access key; the secret is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// Whether it works.
    pub status: Status,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its last use; absent: never used since the service keeps track. A list does not tell it.
    pub last_used: Fact<KeyUse>,
}

/// The last use of an access key, recorded at most every fifteen minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// For which service, such as `s3`; `N/A` before the service kept track.
    pub service: Box<str>,
    /// In which Region.
    pub region: Box<str>,
}

impl AccessKey {
    /// Gives the keys of the newest list the last use that only the other read brought.
    pub(super) fn carry(kept: &mut [Self], dropped: Vec<Self>) {
        for other in dropped {
            if let Some(held) = kept.iter_mut().find(|held| held.id == other.id) {
                held.last_used.merge(other.last_used);
            }
        }
    }
}
