//! MFA devices: those enabled for a user, and virtual ones whether assigned or not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entity, Fact, MfaSerial, Tags, UserName};
use crate::base::arn::Arn;

/// An MFA device that is enabled for a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// Its serial number; an ARN for all but hardware tokens.
    pub serial: MfaSerial,
    /// When it was enabled.
    pub enabled: Option<Timestamp>,
    /// Certifications of a security key, such as `FIDO`; told only by `GetMFADevice`.
    pub certifications: Fact<Vec<(Box<str>, Box<str>)>>,
}

/// What an MFA device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MfaKind {
    /// An authenticator app.
    Virtual,
    /// A passkey or security key.
    SecurityKey,
    /// A hardware token with changing codes.
    Hardware,
}

impl MfaKind {
    /// Reads the kind off the serial number, as the service tells it nowhere else.
    pub fn of(serial: &str) -> Self {
        match Arn::parse(serial) {
            Ok(arn) if arn.resource_type() == "u2f" => Self::SecurityKey,
            Ok(arn) if arn.resource_type() == "mfa" => Self::Virtual,
            _ => Self::Hardware,
        }
    }

    /// The console's word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Virtual => "Virtual",
            Self::SecurityKey => "Passkey or security key",
            Self::Hardware => "Hardware TOTP",
        }
    }
}

impl MfaDevice {
    /// What the device is.
    pub fn kind(&self) -> MfaKind {
        MfaKind::of(self.serial.as_str())
    }

    /// Gives the devices of the newest list the certifications that only the other read brought.
    pub(super) fn carry(kept: &mut [Self], dropped: Vec<Self>) {
        for other in dropped {
            if let Some(held) = kept.iter_mut().find(|held| held.serial == other.serial) {
                held.certifications.merge(other.certifications);
            }
        }
    }
}

/// A virtual MFA device of the account, assigned or left over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualMfaDevice {
    /// Its serial number, an ARN.
    pub serial: MfaSerial,
    /// The user that it is assigned to; absent: unassigned.
    pub user: Fact<UserName>,
    /// Whether it is assigned to the root user.
    pub is_root: bool,
    /// When it was enabled.
    pub enabled: Option<Timestamp>,
    /// Its tags.
    pub tags: Fact<Tags>,
}

impl Entity for VirtualMfaDevice {
    type Key = MfaSerial;
    type Facts = Fact<Tags>;

    fn key(&self) -> &MfaSerial {
        &self.serial
    }

    fn merge(&mut self, other: Self) {
        self.user.merge(other.user);
        self.is_root = other.is_root;
        self.enabled = other.enabled.or(self.enabled);
        self.tags.merge(other.tags);
    }

    fn learn(&mut self, facts: Fact<Tags>) {
        self.tags.merge(facts);
    }

    fn join(held: &mut Fact<Tags>, other: Fact<Tags>) {
        held.merge(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serial_tells_the_kind() {
        for (serial, kind) in [
            ("arn:aws:iam::123456789012:mfa/alice", MfaKind::Virtual),
            ("arn:aws:iam::123456789012:u2f/user/alice/key-ABC", MfaKind::SecurityKey),
            ("GAHT12345678", MfaKind::Hardware),
        ] {
            assert_eq!(MfaKind::of(serial), kind, "{serial}");
        }
    }
}
