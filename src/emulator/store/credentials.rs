//! The records of credentials, certificates and identity providers, as they are stored.

use serde::{Deserialize, Serialize};

use super::table::Record;
use super::values::{LastUse, Moment, Tag};

/// Whether a credential can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Status {
    /// It can.
    #[default]
    Active,
    /// It cannot until it is activated again.
    Inactive,
    /// It ran out.
    Expired,
}

impl Status {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
        }
    }

    /// As the API reads it; the model has refused everything else before.
    pub fn parse(text: &str) -> Self {
        match text {
            "Inactive" => Self::Inactive,
            "Expired" => Self::Expired,
            _ => Self::Active,
        }
    }
}

/// A long-term access key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessKey {
    /// `AKIA…`
    pub id: String,
    /// The secret, which is told once.
    pub secret: String,
    /// When it was made.
    pub created: Moment,
    /// Whether it can be used.
    pub status: Status,
    /// Its last use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUse>,
}

/// A password with what came before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoginProfile {
    /// When console access was given.
    pub created: Moment,
    /// When the password was last set.
    pub changed: Moment,
    /// Salt and hash of the password; the password itself is not kept.
    pub hash: String,
    /// Hashes of former passwords, newest first, for the policy's memory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// Whether the next sign-in must set a new one.
    pub reset_required: bool,
    /// Seconds that a sign-in session may last, where that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_signin: Option<u64>,
}

/// An MFA device that a user has enabled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MfaDevice {
    /// The ARN of a virtual device, the serial number of another.
    pub serial: String,
    /// When it was enabled.
    pub enabled: Moment,
    /// The last time step whose code was used, so that no code works twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_step: Option<u64>,
    /// By how many steps the device's clock is off.
    #[serde(skip_serializing_if = "is_zero")]
    pub drift: i64,
}

/// Whether a number need not be stored. Serde asks by reference.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A virtual MFA device, assigned or not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VirtualMfa {
    /// The ARN.
    pub serial: String,
    /// The seed in base 32, which is told once.
    pub seed: String,
    /// When it was made.
    pub created: Moment,
    /// The id of the user it is enabled for; `root` for the root user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<Moment>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// An SSH public key for `CodeCommit`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshPublicKey {
    /// `APKA…`
    pub id: String,
    /// The key as uploaded.
    pub body: String,
    /// The MD5 fingerprint.
    pub fingerprint: String,
    /// When it was uploaded.
    pub uploaded: Moment,
    /// Whether it can be used.
    pub status: Status,
}

/// An X.509 signing certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SigningCertificate {
    /// The id of 24 letters or more.
    pub id: String,
    /// The PEM text.
    pub body: String,
    /// When it was uploaded.
    pub uploaded: Moment,
    /// Whether it can be used.
    pub status: Status,
}

/// A user name and password, or a key, for one service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceCredential {
    /// `ACCA…`
    pub id: String,
    /// The service's host name, such as `codecommit.amazonaws.com`.
    pub service: String,
    /// The user name, or the alias of a key.
    pub alias: String,
    /// The password or key, which is told once.
    pub secret: String,
    /// When it was made.
    pub created: Moment,
    /// When it runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// Whether it can be used.
    pub status: Status,
}

/// A server certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerCertificate {
    /// `ASCA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was uploaded.
    pub uploaded: Moment,
    /// When it runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// The certificate's PEM text.
    pub body: String,
    /// The chain's PEM text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Record for ServerCertificate {
    const TABLE: &'static str = "server-certificates";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// How an identity provider passes on who acts: its context provider, and the instance it is associated with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Propagation {
    /// The context provider, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<serde_json::Value>,
    /// The ARN of an instance of IAM Identity Center.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

impl Propagation {
    /// Whether nothing is set.
    pub fn is_unset(&self) -> bool {
        self.context.is_none() && self.instance.is_none()
    }
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OidcProvider {
    /// The ARN.
    pub arn: String,
    /// The URL without its scheme.
    pub url: String,
    /// When it was made.
    pub created: Moment,
    /// Audiences.
    pub client_ids: Vec<String>,
    /// Thumbprints of certificates.
    pub thumbprints: Vec<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Trusted identity propagation.
    #[serde(skip_serializing_if = "Propagation::is_unset")]
    pub propagation: Propagation,
}

impl Record for OidcProvider {
    const TABLE: &'static str = "oidc-providers";

    fn id(&self) -> &str {
        &self.arn
    }

    fn name(&self) -> &str {
        &self.arn
    }
}

/// A key by which a SAML provider decrypts assertions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SamlKey {
    /// The key's id.
    pub id: String,
    /// When it was added.
    pub created: Moment,
}

/// A SAML provider.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SamlProvider {
    /// The ARN.
    pub arn: String,
    /// The unique id.
    pub uuid: String,
    /// The metadata document.
    pub metadata: String,
    /// When it was made.
    pub created: Moment,
    /// When the metadata runs out.
    pub valid_until: Moment,
    /// `Required` or `Allowed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    /// Private keys, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<SamlKey>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Trusted identity propagation.
    #[serde(skip_serializing_if = "Propagation::is_unset")]
    pub propagation: Propagation,
}

impl Record for SamlProvider {
    const TABLE: &'static str = "saml-providers";

    fn id(&self) -> &str {
        &self.arn
    }

    fn name(&self) -> &str {
        &self.arn
    }
}
