//! The records of users, groups, roles, policies and instance profiles, as they are stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::credentials::{
    AccessKey, LoginProfile, MfaDevice, ServiceCredential, SigningCertificate, SshPublicKey, VirtualMfa,
};
use super::table::Record;
pub use super::values::{LastUse, Moment, Tag};

/// What users, groups and roles hold of policies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permissions {
    /// ARNs of the attached managed policies, in the order of attachment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
    /// The inline policies: name to document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline: BTreeMap<String, String>,
}

/// A user with all that is unassigned else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// `AIDA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// Its tags in the order of their making.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Its own policies.
    pub permissions: Permissions,
    /// The ARN of the permissions boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// Ids of the groups it belongs to.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_profile: Option<LoginProfile>,
    /// When the password was last used to sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_last_used: Option<Moment>,
    /// Access keys in the order of their making.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_keys: Vec<AccessKey>,
    /// Enabled MFA devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mfa: Vec<MfaDevice>,
    /// SSH public keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<SshPublicKey>,
    /// Signing certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signing_certificates: Vec<SigningCertificate>,
    /// Service-specific credentials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_credentials: Vec<ServiceCredential>,
}

impl Record for User {
    const TABLE: &'static str = "users";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn keys(&self) -> Vec<&str> {
        self.access_keys.iter().map(|key| key.id.as_str()).collect()
    }
}

/// A group. Its members are known by the users, see [`User::groups`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// `AGPA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// Its policies.
    pub permissions: Permissions,
}

impl Record for Group {
    const TABLE: &'static str = "groups";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// A role, service-linked ones included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Role {
    /// `AROA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// The trust policy, as given.
    pub trust: String,
    /// The description; kept apart from an empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Seconds that a session may last.
    pub max_session: u64,
    /// Seconds that a sign-in session may last, where that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_signin: Option<u64>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Its policies.
    pub permissions: Permissions,
    /// The ARN of the permissions boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// The last call made with a session of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUse>,
    /// The service that a service-linked role belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_to: Option<String>,
    /// The template that it was created from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<RoleSource>,
}

/// The template that a role was created from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSource {
    /// Its ARN.
    pub template: String,
    /// Its minor version.
    pub minor: u64,
}

impl Record for Role {
    const TABLE: &'static str = "roles";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// One version of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The number in `v3`; never given twice.
    pub number: u32,
    /// When it was made.
    pub created: Moment,
    /// The document, as given.
    pub document: String,
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// `ANPA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// When its versions were last changed.
    pub updated: Moment,
    /// The description, which cannot be changed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The number of the default version.
    pub default_version: u32,
    /// The number that the next version gets.
    pub next_version: u32,
    /// All versions that exist, oldest first.
    pub versions: Vec<PolicyVersion>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Policy {
    /// The document in force.
    pub fn document(&self) -> &str {
        self.version(self.default_version).map_or("", |version| version.document.as_str())
    }

    /// The version of this number.
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }
}

impl Record for Policy {
    const TABLE: &'static str = "policies";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// An instance profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InstanceProfile {
    /// `AIPA…`
    pub id: String,
    /// The name, unique in any case.
    pub name: String,
    /// The path, with both slashes.
    pub path: String,
    /// When it was made.
    pub created: Moment,
    /// Ids of its roles: one at most.
    pub roles: Vec<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Record for InstanceProfile {
    const TABLE: &'static str = "instance-profiles";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// The account itself: the root user's credentials, the alias and what else there is once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// The twelve digits.
    pub number: String,
    /// Whether it is the one whose root key an emulator announces when it starts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub announced: bool,
    /// When the store was made.
    pub created: Moment,
    /// The root user's access keys.
    pub root_keys: Vec<AccessKey>,
    /// The root user's MFA devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub root_mfa: Vec<MfaDevice>,
    /// Whether the root user has no password.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub root_without_password: bool,
    /// When the root user last signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_password_last_used: Option<Moment>,
    /// Signs session tokens; made once per store.
    pub token_secret: String,
    /// The access key that the console signs in with, where the seed made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrator: Option<String>,
    /// The account alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The password policy; none means the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<serde_json::Value>,
    /// The version of tokens of the global STS endpoint: 1 or 2.
    pub token_version: u8,
    /// When the credential report was last made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_made: Option<Moment>,
    /// The credential report's CSV as it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Deletion tasks of service-linked roles: all have succeeded.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub deletion_tasks: BTreeSet<String>,
    /// Private keys that sign the account's own tokens, by algorithm.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub signing_keys: BTreeMap<String, String>,
    /// Account properties by namespace and name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// The service-linked role settings and switches that have no table of their own, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
}

impl Record for Account {
    const TABLE: &'static str = "account";

    fn id(&self) -> &'static str {
        "account"
    }

    fn name(&self) -> &'static str {
        "account"
    }

    fn keys(&self) -> Vec<&str> {
        self.root_keys.iter().map(|key| key.id.as_str()).collect()
    }
}

impl Record for VirtualMfa {
    const TABLE: &'static str = "virtual-mfa";

    fn id(&self) -> &str {
        &self.serial
    }

    fn name(&self) -> &str {
        &self.serial
    }
}
