//! Credentials made for one service: HTTPS Git, Keyspaces, long-term API keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Status;

/// One service-specific credential of a user; its secret is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCredential {
    /// Its id, such as `ACCA…`.
    pub id: Box<str>,
    /// The service, such as `codecommit.amazonaws.com`.
    pub service: Box<str>,
    /// The user name for the service, or the alias of an API key.
    pub user: Option<Box<str>>,
    /// Whether it works.
    pub status: Status,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it ends, where it does.
    pub expires: Option<Timestamp>,
}
