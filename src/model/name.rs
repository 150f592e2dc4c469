//! Newtypes for every id and name, cheap to copy around the cross-reference index.

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text as AWS wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl super::kinds::keys::Key for $name {
            fn shown(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

names! {
    /// The friendly name of an IAM user.
    UserName;
    /// The friendly name of a user group.
    GroupName;
    /// The friendly name of a role.
    RoleName;
    /// The name of an inline policy; wider than other names, as older accounts hold odd ones.
    InlineName;
    /// The friendly name of an instance profile.
    InstanceProfileName;
    /// The friendly name of a server certificate.
    ServerCertificateName;
    /// The id of an access key, such as `AKIA…`.
    AccessKeyId;
    /// The serial number of an MFA device: an ARN, or a hardware token's number.
    MfaSerial;
    /// The id of a managed policy's version, such as `v3`.
    VersionId;
    /// The twelve digits of an account.
    AccountId;
    /// The alias in the sign-in URL of an account.
    AccountAlias;
}

impl VersionId {
    /// The number in it, by which versions are in order of age; nothing where the id has another shape.
    pub fn number(&self) -> Option<u32> {
        self.as_str().strip_prefix('v')?.split('.').next()?.parse().ok()
    }
}

/// Whether a credential works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// It can be used.
    Active,
    /// It is kept but refused.
    Inactive,
    /// It is past its end date.
    Expired,
}

impl Status {
    /// Reads AWS's word; what is not known as active counts as inactive.
    pub fn parse(word: &str) -> Self {
        match word {
            "Active" => Self::Active,
            "Expired" => Self::Expired,
            _ => Self::Inactive,
        }
    }

    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
        }
    }
}
