//! Console access: the login profile, and what it means together with MFA.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The password of a user; that there is none is an absent fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginProfile {
    /// When the password was set for the first time.
    pub created: Option<Timestamp>,
    /// Whether a new password is asked for at the next sign-in.
    pub reset_required: bool,
    /// Seconds that a sign-in session of the user may last, where that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_signin: Option<u32>,
}

/// Whether a user can sign in to the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsoleAccess {
    /// There is no password.
    Disabled,
    /// There is a password and at least one MFA device.
    WithMfa,
    /// There is a password and no MFA device.
    WithoutMfa,
    /// There is a password; nothing is known of MFA devices.
    MfaUnknown,
}
