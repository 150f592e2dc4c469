//! A call that was sent, for the log of calls made.

use jiff::Timestamp;

/// One API call with how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallMade {
    /// The operation, such as `ListUsers`.
    pub operation: Box<str>,
    /// What it was about: the name of a user, role, …
    pub subject: Option<Box<str>>,
    /// When it was sent first.
    pub at: Timestamp,
    /// How long it took, all tries and waits included.
    pub millis: u32,
    /// How often it was sent.
    pub tries: u32,
    /// How it ended: well, or with the service's error code (or words where there is no code).
    pub result: Result<(), Box<str>>,
}
