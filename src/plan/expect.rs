//! What a plan saw of the account: the state that each step relies on, compared again right before it is sent.
//!
//! In a file an expectation is `{"resource":"user alice boundary","value":"arn:…"}`. The resource is a kind and a name,
//! for something of it followed by what and which; names of IAM hold no spaces, and a tag's key comes last. Beside it
//! stands what was seen: `unique_id`, `document_sha256` or `value`. A `null` means that it was not there.

mod footprint;
mod seen;

use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::base::arn::Arn;
use crate::base::hex::hex;
use crate::model::{InstanceProfileName, ResourceRef, UserName};

pub use footprint::{Home, Known};
pub use seen::seen;

/// One state that a step relies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// Of what.
    pub resource: Resource,
    /// The state.
    pub saw: Saw,
}

/// Something whose state a call depends on, overwrites or takes away.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// A user, group, role, managed policy or another resource of the account itself.
    Entity(ResourceRef),
    /// The path of a user or group.
    Path(ResourceRef),
    /// The permissions boundary of a user or role.
    Boundary(ResourceRef),
    /// One tag of a user, role or policy, by its key.
    Tag(ResourceRef, String),
    /// All tags of a resource: each key with its value.
    Tags(ResourceRef),
    /// That a managed policy is attached to a user, group or role.
    Attached(ResourceRef, Arn),
    /// An inline policy of a user, group or role.
    Inline(ResourceRef, String),
    /// That a user is in a group.
    Member(UserName, String),
    /// The trust policy of a role.
    Trust(ResourceRef),
    /// The version of a managed policy that is in force.
    DefaultVersion(ResourceRef),
    /// The console password of a user.
    Password(UserName),
    /// A credential of a user, by its id.
    Credential(CredentialKind, UserName, String),
    /// The role in an instance profile.
    ProfileRole(InstanceProfileName),
    /// The description of a role.
    Description(ResourceRef),
    /// The longest that a session of a role may last, in seconds.
    MaxSession(ResourceRef),
    /// The longest that a sign-in session of a user or role may last, in seconds.
    MaxSignin(ResourceRef),
    /// An audience of an OpenID Connect provider.
    Audience(ResourceRef, String),
    /// All audiences of an OpenID Connect provider, in alphabetical order.
    Audiences(ResourceRef),
    /// The thumbprints of an OpenID Connect provider.
    Thumbprints(ResourceRef),
    /// The metadata document of a SAML provider.
    Metadata(ResourceRef),
    /// A setting of the account.
    Setting(Setting),
}

/// A setting of the account as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// The password policy.
    PasswordPolicy,
    /// The account alias.
    Alias,
    /// The version of the session tokens of STS's global endpoint.
    TokenVersion,
    /// Whether outbound identity federation is enabled.
    OutboundFederation,
}

impl Setting {
    const ALL: [Self; 4] = [Self::PasswordPolicy, Self::Alias, Self::TokenVersion, Self::OutboundFederation];

    fn word(self) -> &'static str {
        match self {
            Self::PasswordPolicy => "password-policy",
            Self::Alias => "alias",
            Self::TokenVersion => "token-version",
            Self::OutboundFederation => "outbound-federation",
        }
    }
}

/// What a credential of a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CredentialKind {
    /// An access key.
    AccessKey,
    /// An SSH public key.
    SshKey,
    /// A signing certificate.
    Certificate,
    /// A service-specific credential.
    Service,
    /// An MFA device.
    Mfa,
}

/// The state of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saw {
    /// The unique id of an entity; none: there was no such entity.
    Id(Option<String>),
    /// The digest of a document ([`digest`]); none: there was none.
    Document(Option<String>),
    /// Any other state; `null`: there was none.
    Value(Value),
}

impl CredentialKind {
    const ALL: [Self; 5] = [Self::AccessKey, Self::SshKey, Self::Certificate, Self::Service, Self::Mfa];

    fn word(self) -> &'static str {
        match self {
            Self::AccessKey => "access-key",
            Self::SshKey => "ssh-key",
            Self::Certificate => "signing-certificate",
            Self::Service => "service-credential",
            Self::Mfa => "mfa-device",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(entity) => f.write_str(&entity_text(entity)),
            Self::Path(entity) => write!(f, "{} path", entity_text(entity)),
            Self::Boundary(entity) => write!(f, "{} boundary", entity_text(entity)),
            Self::Tag(entity, key) => write!(f, "{} tag {key}", entity_text(entity)),
            Self::Tags(entity) => write!(f, "{} tags", entity_text(entity)),
            Self::Attached(entity, arn) => write!(f, "{} attached {arn}", entity_text(entity)),
            Self::Inline(entity, name) => write!(f, "{} inline-policy {name}", entity_text(entity)),
            Self::Member(user, group) => write!(f, "user {user} group {group}"),
            Self::Trust(entity) => write!(f, "{} trust-policy", entity_text(entity)),
            Self::DefaultVersion(entity) => write!(f, "{} default-version", entity_text(entity)),
            Self::Password(user) => write!(f, "user {user} password"),
            Self::Credential(kind, user, id) => write!(f, "user {user} {} {id}", kind.word()),
            Self::ProfileRole(name) => write!(f, "instance-profile {name} role"),
            Self::Description(entity) => write!(f, "{} description", entity_text(entity)),
            Self::MaxSession(entity) => write!(f, "{} max-session", entity_text(entity)),
            Self::MaxSignin(entity) => write!(f, "{} max-signin-session", entity_text(entity)),
            Self::Audience(entity, audience) => write!(f, "{} audience {audience}", entity_text(entity)),
            Self::Audiences(entity) => write!(f, "{} audiences", entity_text(entity)),
            Self::Thumbprints(entity) => write!(f, "{} thumbprints", entity_text(entity)),
            Self::Metadata(entity) => write!(f, "{} metadata", entity_text(entity)),
            Self::Setting(setting) => write!(f, "account {}", setting.word()),
        }
    }
}

fn entity_text(entity: &ResourceRef) -> String {
    format!("{} {}", entity.kind().word(), entity.id())
}

impl Resource {
    /// Reads a resource as files name it; nothing for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let (kind, name) = (parts.next()?, parts.next().filter(|name| !name.is_empty())?);
        let (aspect, which) = (parts.next(), parts.next());
        if kind == "account" {
            let setting = Setting::ALL.into_iter().find(|setting| setting.word() == name);
            return setting.filter(|_| aspect.is_none()).map(Self::Setting);
        }
        let entity = ResourceRef::parse(kind, name)?;
        Some(match (aspect, which, &entity) {
            (None, None, _) => Self::Entity(entity),
            (Some("role"), None, ResourceRef::InstanceProfile(name)) => Self::ProfileRole(name.clone()),
            (Some("path"), None, ResourceRef::User(_) | ResourceRef::Group(_) | ResourceRef::ServerCertificate(_)) => {
                Self::Path(entity)
            }
            (Some("description"), None, ResourceRef::Role(_)) => Self::Description(entity),
            (Some("max-session"), None, ResourceRef::Role(_)) => Self::MaxSession(entity),
            (Some("max-signin-session"), None, ResourceRef::User(_) | ResourceRef::Role(_)) => Self::MaxSignin(entity),
            (Some("audience"), Some(audience), ResourceRef::Provider(_)) => Self::Audience(entity, audience.to_owned()),
            (Some("audiences"), None, ResourceRef::Provider(_)) => Self::Audiences(entity),
            (Some("thumbprints"), None, ResourceRef::Provider(_)) => Self::Thumbprints(entity),
            (Some("metadata"), None, ResourceRef::Provider(_)) => Self::Metadata(entity),
            (Some("boundary"), None, ResourceRef::User(_) | ResourceRef::Role(_)) => Self::Boundary(entity),
            (Some("tags"), None, _) if entity.kind().takes_tags() => Self::Tags(entity),
            (Some("tag"), Some(key), _) if entity.kind().takes_tags() => Self::Tag(entity, key.to_owned()),
            (Some("default-version"), None, ResourceRef::Policy(_)) => Self::DefaultVersion(entity),
            (Some(_), _, _) if !entity.kind().holds_policies() => return None,
            (Some("attached"), Some(arn), _) => Self::Attached(entity, Arn::parse(arn).ok()?),
            (Some("inline-policy"), Some(name), _) => Self::Inline(entity, name.to_owned()),
            (Some("trust-policy"), None, ResourceRef::Role(_)) => Self::Trust(entity),
            (Some("group"), Some(group), ResourceRef::User(user)) => Self::Member(user.clone(), group.to_owned()),
            (Some("password"), None, ResourceRef::User(user)) => Self::Password(user.clone()),
            (Some(word), Some(id), ResourceRef::User(user)) => {
                let kind = CredentialKind::ALL.into_iter().find(|kind| kind.word() == word)?;
                Self::Credential(kind, user.clone(), id.to_owned())
            }
            _ => return None,
        })
    }

    /// The entity that it is or belongs to.
    pub fn entity(&self) -> Option<ResourceRef> {
        match self {
            Self::Entity(entity)
            | Self::Path(entity)
            | Self::Boundary(entity)
            | Self::Tag(entity, _)
            | Self::Tags(entity)
            | Self::Attached(entity, _)
            | Self::Inline(entity, _)
            | Self::Trust(entity)
            | Self::DefaultVersion(entity)
            | Self::Description(entity)
            | Self::MaxSession(entity)
            | Self::MaxSignin(entity)
            | Self::Audience(entity, _)
            | Self::Audiences(entity)
            | Self::Thumbprints(entity)
            | Self::Metadata(entity) => Some(entity.clone()),
            Self::Member(user, _) | Self::Password(user) | Self::Credential(_, user, _) => {
                Some(ResourceRef::User(user.clone()))
            }
            Self::ProfileRole(name) => Some(ResourceRef::InstanceProfile(name.clone())),
            Self::Setting(_) => None,
        }
    }

    /// How its state is told where it is not there.
    pub fn absent(&self) -> Saw {
        match self {
            Self::Entity(_) => Saw::Id(None),
            Self::Inline(..) | Self::Trust(_) | Self::Metadata(_) => Saw::Document(None),
            Self::Attached(..) | Self::Member(..) | Self::Audience(..) | Self::Setting(Setting::OutboundFederation) => {
                Saw::Value(Value::Bool(false))
            }
            Self::Path(_)
            | Self::Boundary(_)
            | Self::Tag(..)
            | Self::Tags(_)
            | Self::DefaultVersion(_)
            | Self::Password(_)
            | Self::Credential(..)
            | Self::ProfileRole(_)
            | Self::Description(_)
            | Self::MaxSession(_)
            | Self::MaxSignin(_)
            | Self::Audiences(_)
            | Self::Thumbprints(_)
            | Self::Setting(Setting::PasswordPolicy | Setting::Alias | Setting::TokenVersion) => {
                Saw::Value(Value::Null)
            }
        }
    }

    /// What it is called in a sentence: `the permissions boundary of user alice`.
    pub fn label(&self) -> String {
        let of = |what: &str, entity: &ResourceRef| format!("{what} of {}", label(entity));
        match self {
            Self::Entity(entity) => label(entity),
            Self::Path(entity) => of("the path", entity),
            Self::Boundary(entity) => of("the permissions boundary", entity),
            Self::Tag(entity, key) => of(&format!("tag {key}"), entity),
            Self::Tags(entity) => of("the tags", entity),
            Self::Attached(entity, arn) => format!("the attachment of policy {} to {}", arn.name(), label(entity)),
            Self::Inline(entity, name) => of(&format!("inline policy {name}"), entity),
            Self::Member(user, group) => format!("the membership of user {user} in group {group}"),
            Self::Trust(entity) => of("the trust policy", entity),
            Self::DefaultVersion(entity) => of("the default version", entity),
            Self::Password(user) => format!("the console password of user {user}"),
            Self::Credential(kind, user, id) => {
                let kind = match kind {
                    CredentialKind::AccessKey => "access key",
                    CredentialKind::SshKey => "SSH public key",
                    CredentialKind::Certificate => "signing certificate",
                    CredentialKind::Service => "service-specific credential",
                    CredentialKind::Mfa => "MFA device",
                };
                format!("{kind} {id} of user {user}")
            }
            Self::ProfileRole(name) => format!("the role in instance profile {name}"),
            Self::Description(entity) => of("the description", entity),
            Self::MaxSession(entity) => of("the maximum session duration", entity),
            Self::MaxSignin(entity) => of("the maximum sign-in session duration", entity),
            Self::Audience(entity, audience) => of(&format!("audience {audience}"), entity),
            Self::Audiences(entity) => of("the audiences", entity),
            Self::Thumbprints(entity) => of("the thumbprints", entity),
            Self::Metadata(entity) => of("the metadata document", entity),
            Self::Setting(setting) => match setting {
                Setting::PasswordPolicy => "the password policy of the account".to_owned(),
                Setting::Alias => "the account alias".to_owned(),
                Setting::TokenVersion => "the STS token version of the account".to_owned(),
                Setting::OutboundFederation => "outbound identity federation".to_owned(),
            },
        }
    }
}

fn label(entity: &ResourceRef) -> String {
    format!("{} {}", entity.kind().singular(), entity.name())
}

impl Saw {
    /// The state in words.
    pub fn label(&self) -> String {
        match self {
            Self::Id(None) | Self::Document(None) | Self::Value(Value::Null | Value::Bool(false)) => {
                "not there".to_owned()
            }
            Self::Id(Some(id)) => format!("unique ID {id}"),
            Self::Document(Some(digest)) => format!("a document with SHA-256 {digest}"),
            Self::Value(Value::Bool(true)) => "there".to_owned(),
            Self::Value(Value::String(text)) => format!("“{text}”"),
            Self::Value(Value::Array(list)) if list.is_empty() => "none".to_owned(),
            Self::Value(Value::Object(members)) if members.is_empty() => "none".to_owned(),
            Self::Value(other) => other.to_string(),
        }
    }
}

impl Expect {
    /// The expectation as JSON.
    pub(super) fn to_json(&self) -> Value {
        let (key, value) = match &self.saw {
            Saw::Id(id) => ("unique_id", id.clone().into()),
            Saw::Document(digest) => ("document_sha256", digest.clone().into()),
            Saw::Value(value) => ("value", value.clone()),
        };
        let resource = ("resource".to_owned(), self.resource.to_string().into());
        Value::Object([resource, (key.to_owned(), value)].into_iter().collect())
    }

    /// Reads what [`Expect::to_json`] writes; nothing where a resource is not known or another state is told of it.
    pub(super) fn of_json(object: &Map<String, Value>) -> Option<Self> {
        let resource = Resource::parse(object.get("resource")?.as_str()?)?;
        let text = |value: &Value| match value {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text.clone())),
            _ => None,
        };
        let saw = match (resource.absent(), object.len()) {
            (Saw::Id(_), 2) => Saw::Id(text(object.get("unique_id")?)?),
            (Saw::Document(_), 2) => Saw::Document(text(object.get("document_sha256")?)?.map(|hex| hex.to_lowercase())),
            (Saw::Value(_), 2) => Saw::Value(object.get("value")?.clone()),
            _ => return None,
        };
        Some(Self { resource, saw })
    }
}

/// The SHA-256 of what a document says, in lower-case hexadecimal.
///
/// White space, the order of members and lists, a string or a list of one, and the two spellings of an account as
/// principal make no difference: the service may give back another spelling than it was sent.
pub fn digest(document: &str) -> String {
    let plain = serde_json::from_str(document).map(|value| plain(&value).to_string());
    let text = plain.as_deref().unwrap_or(document);
    hex(&Sha256::digest(text.as_bytes()))
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements.iter().map(plain).collect();
            elements.sort_by_cached_key(Value::to_string);
            match <[Value; 1]>::try_from(elements) {
                Ok([one]) => one,
                Err(several) => Value::Array(several),
            }
        }
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().collect())
        }
        Value::String(text) => match Arn::parse(text) {
            Ok(arn) if arn.service() == "iam" && arn.resource() == "root" => arn.account().into(),
            _ => text.clone().into(),
        },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str) {
        let resource = Resource::parse(text).unwrap_or_else(|| panic!("not read: {text}"));
        assert_eq!(resource.to_string(), text);
        let expect = Expect { saw: resource.absent(), resource };
        assert_eq!(Expect::of_json(expect.to_json().as_object().unwrap()), Some(expect));
    }

    #[test]
    fn a_resource_comes_back_from_its_text() {
        let policy = "arn:aws:iam::123456789012:policy/a/cap";
        for text in ["user a", "group g", "role r", "instance-profile p", "instance-profile p role", "user a path"] {
            check(text);
        }
        for aspect in ["boundary", "tag Cost Center", "tags", "inline-policy notes", "group ops", "password"] {
            check(&format!("user a {aspect}"));
        }
        for kind in CredentialKind::ALL {
            check(&format!("user a {} ID", kind.word()));
        }
        for aspect in ["trust-policy", "description", "max-session"] {
            check(&format!("role r {aspect}"));
        }
        for aspect in ["audience sts.amazonaws.com", "audiences", "thumbprints", "metadata"] {
            check(&format!("identity-provider arn:aws:iam::123456789012:oidc-provider/a.com {aspect}"));
        }
        check("server-certificate c path");
        for setting in Setting::ALL {
            check(&format!("account {}", setting.word()));
        }
        check(&format!("policy {policy}"));
        check(&format!("policy {policy} default-version"));
        check(&format!("role r attached {policy}"));
    }

    #[test]
    fn what_is_no_resource_is_not_read() {
        for text in [
            "",
            "user",
            "user ",
            "pet a",
            "user a hat",
            "group g boundary",
            "group g tags",
            "policy cap",
            "user a path x",
            "account x",
        ] {
            assert_eq!(Resource::parse(text), None, "{text}");
        }
        let wrong = json!({"resource": "user a", "value": "AIDA"});
        assert_eq!(Expect::of_json(wrong.as_object().unwrap()), None);
    }

    #[test]
    fn a_document_is_the_same_however_it_is_written_and_another_one_with_every_change() {
        let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"}}]}"#;
        let same = r#"{ "Statement": {"Principal":{"AWS":["arn:aws:iam::123456789012:root"]},"Effect":"Allow"},
            "Version":"2012-10-17" }"#;
        assert_eq!(digest(one), digest(same));
        for (from, to) in [("Allow", "Deny"), ("Allow", "allow"), ("Effect", "effect"), ("123456789012", "1")] {
            assert_ne!(digest(one), digest(&one.replace(from, to)), "{to}");
        }
        assert_ne!(digest(r#"{"Sid":"a"}"#), digest(r#"{"Sid":"b"}"#));
        assert_ne!(digest("no json"), digest("no json "));
    }
}
