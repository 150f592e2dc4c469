//! Reads as values.

use jiff::SignedDuration;

use crate::base::arn::Arn;
use crate::model::{
    AccessKeyId, GroupName, InstanceProfileName, List, ResourceRef, RoleName, ServerCertificateName, UserName,
    VersionId,
};

/// One thing to read. Equal loads are the same read: it never runs twice at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Load {
    /// Who the session is.
    Identity,
    /// The account's alias.
    Alias,
    /// Counts and quotas.
    Summary,
    /// The password policy.
    PasswordPolicy,
    /// Whether outbound identity federation is enabled.
    OutboundFederation,
    /// All users, page by page.
    Users,
    /// All groups, page by page.
    Groups,
    /// All roles, page by page.
    Roles,
    /// The account's own policies, page by page.
    Policies,
    /// AWS managed policies, page by page.
    AwsPolicies,
    /// All instance profiles, page by page.
    InstanceProfiles,
    /// The OpenID Connect providers.
    OidcProviders,
    /// The SAML providers.
    SamlProviders,
    /// All server certificates, page by page.
    ServerCertificates,
    /// All virtual MFA devices, page by page.
    VirtualMfaDevices,
    /// `GetAccountAuthorizationDetails`: what the lists lack of users, groups, roles and policies.
    Bulk,
    /// The credential report, made if need be.
    Report,
    /// A part of one user.
    User(UserName, UserPart),
    /// A part of one group.
    Group(GroupName, GroupPart),
    /// A part of one role.
    Role(RoleName, RolePart),
    /// A part of one policy.
    Policy(Arn, PolicyPart),
    /// One instance profile.
    InstanceProfile(InstanceProfileName),
    /// One OpenID Connect provider.
    OidcProvider(Arn),
    /// One SAML provider.
    SamlProvider(Arn),
    /// One server certificate.
    ServerCertificate(ServerCertificateName),
    /// The user whose access key has this ID.
    KeyOwner(AccessKeyId),
}

/// What to read of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UserPart {
    /// The user itself: id, dates, boundary, tags.
    Overview,
    /// What a visible row of the list shows and the list lacks: password, MFA, access keys, groups.
    Row,
    /// Attached and inline policies with their documents.
    Permissions,
    /// Groups.
    Groups,
    /// Tags.
    Tags,
    /// The password.
    Login,
    /// MFA devices.
    Mfa,
    /// Access keys with their last use.
    Keys,
    /// SSH public keys.
    SshKeys,
    /// SSH public keys with their texts.
    SshBodies,
    /// Signing certificates.
    Certificates,
    /// Service-specific credentials.
    ServiceCredentials,
}

/// What to read of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupPart {
    /// The group itself with its members.
    Overview,
    /// Attached and inline policies with their documents.
    Permissions,
}

/// What to read of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RolePart {
    /// The role itself: trust, description, session length, last use, boundary, tags.
    Overview,
    /// Attached and inline policies with their documents.
    Permissions,
    /// Tags.
    Tags,
    /// Instance profiles that hold it.
    InstanceProfiles,
}

/// What to read of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyPart {
    /// The policy itself: description, tags, counts.
    Row,
    /// The same, and the document in force.
    Overview,
    /// The list of versions.
    Versions,
    /// The document of one version.
    Document(VersionId),
    /// The entities that use it.
    Entities,
    /// Tags.
    Tags,
}

/// How soon an answer is wanted; the limiter serves the sooner first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Somebody looks at the empty place.
    Now,
    /// A visible row gets richer.
    Visible,
    /// Nobody waits.
    Background,
}

impl Load {
    /// How long what it said is new enough for a page that is opened again.
    pub fn lasts(&self) -> SignedDuration {
        match self {
            // AWS makes a new report every four hours at most.
            Self::Report => SignedDuration::from_hours(4),
            _ => SignedDuration::from_mins(1),
        }
    }

    /// What the load is about, where it is about one thing.
    pub fn subject(&self) -> Option<Box<str>> {
        Some(match self {
            Self::User(name, _) => name.as_str().into(),
            Self::Group(name, _) => name.as_str().into(),
            Self::Role(name, _) => name.as_str().into(),
            Self::Policy(arn, _) | Self::OidcProvider(arn) | Self::SamlProvider(arn) => arn.name().into(),
            Self::InstanceProfile(name) => name.as_str().into(),
            Self::ServerCertificate(name) => name.as_str().into(),
            Self::KeyOwner(id) => id.as_str().into(),
            _ => return None,
        })
    }

    /// The read of an entity itself.
    pub fn of(entity: &ResourceRef) -> Self {
        match entity.clone() {
            ResourceRef::User(name) => Self::User(name, UserPart::Overview),
            ResourceRef::Group(name) => Self::Group(name, GroupPart::Overview),
            ResourceRef::Role(name) => Self::Role(name, RolePart::Overview),
            ResourceRef::Policy(arn) => Self::Policy(arn, PolicyPart::Row),
            ResourceRef::InstanceProfile(name) => Self::InstanceProfile(name),
            ResourceRef::Provider(arn) if arn.resource_type() == "saml-provider" => Self::SamlProvider(arn),
            ResourceRef::Provider(arn) => Self::OidcProvider(arn),
            ResourceRef::ServerCertificate(name) => Self::ServerCertificate(name),
        }
    }

    /// The list that the load goes through, where it goes through one.
    pub fn list(&self) -> Option<List> {
        Some(match self {
            Self::Users => List::Users,
            Self::Groups => List::Groups,
            Self::Roles => List::Roles,
            Self::Policies => List::Policies,
            Self::AwsPolicies => List::AwsPolicies,
            Self::InstanceProfiles => List::InstanceProfiles,
            Self::OidcProviders => List::OidcProviders,
            Self::SamlProviders => List::SamlProviders,
            Self::ServerCertificates => List::ServerCertificates,
            Self::VirtualMfaDevices => List::VirtualMfaDevices,
            Self::Bulk => List::Bulk,
            _ => return None,
        })
    }
}
