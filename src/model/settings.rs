//! Settings of the account: its password policy, and outbound identity federation.

use serde::{Deserialize, Serialize};

/// Outbound identity federation, where it is enabled: identities of the account get tokens that others check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundFederation {
    /// The URL that signs the tokens, which those who check them trust.
    pub issuer: Box<str>,
}

/// A custom password policy; that there is none is an absent fact, and the service's default holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// The minimum number of characters, 6–128.
    pub minimum_length: u32,
    /// At least one uppercase letter.
    pub uppercase: bool,
    /// At least one lowercase letter.
    pub lowercase: bool,
    /// At least one number.
    pub numbers: bool,
    /// At least one symbol.
    pub symbols: bool,
    /// Users may change their own password.
    pub users_may_change: bool,
    /// Days until a password expires; none: it does not.
    pub expires_after_days: Option<u32>,
    /// Only an administrator may reset an expired password.
    pub hard_expiry: bool,
    /// How many earlier passwords may not be used again; none: all may.
    pub remembered: Option<u32>,
}
