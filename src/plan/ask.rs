//! What a plan has to ask a person for in the middle of it.

/// A pause of a plan: what is needed exists only then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Two codes in a row of the MFA device that was just made.
    MfaCodes {
        /// The device's name.
        device: String,
    },
    /// That the new access key has been handed over to whatever uses it.
    HandOver {
        /// The user whose key it is.
        user: String,
    },
    /// That an old access key is no longer used.
    LastUse {
        /// The user whose key it is.
        user: String,
        /// The old key's id.
        key: String,
    },
}

impl Ask {
    /// The name that files give it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::MfaCodes { .. } => "mfa-codes",
            Self::HandOver { .. } => "hand-over",
            Self::LastUse { .. } => "last-use",
        }
    }

    /// The values that the answer gives to later steps.
    pub fn gives(&self) -> &'static [&'static str] {
        match self {
            Self::MfaCodes { .. } => &["AuthenticationCode1", "AuthenticationCode2"],
            Self::HandOver { .. } | Self::LastUse { .. } => &[],
        }
    }

    /// The question in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::MfaCodes { device } => format!("enter two codes in a row of {device}"),
            Self::HandOver { user } => format!("hand over the new access key of {user}"),
            Self::LastUse { key, .. } => format!("wait until {key} is no longer used"),
        }
    }
}
