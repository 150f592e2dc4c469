//! The resources of an account that have a page of their own, and their kinds.

use super::{Group, InstanceProfile, OidcProvider, Policy, PolicyKind, Role, SamlProvider, ServerCertificate, User};
use super::{GroupName, InstanceProfileName, RoleName, ServerCertificateName, UserName, provider_name};
use crate::base::arn::Arn;

/// A resource of the account, by what identifies it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceRef {
    /// An IAM user.
    User(UserName),
    /// A user group.
    Group(GroupName),
    /// A role.
    Role(RoleName),
    /// A managed policy.
    Policy(Arn),
    /// An instance profile.
    InstanceProfile(InstanceProfileName),
    /// An identity provider, OpenID Connect or SAML 2.0, as its ARN tells.
    Provider(Arn),
    /// A server certificate.
    ServerCertificate(ServerCertificateName),
}

/// A kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// IAM users.
    User,
    /// User groups.
    Group,
    /// Roles.
    Role,
    /// Managed policies.
    Policy,
    /// Instance profiles.
    InstanceProfile,
    /// Identity providers.
    Provider,
    /// Server certificates.
    ServerCertificate,
}

impl ResourceRef {
    /// Its kind.
    pub const fn kind(&self) -> ResourceKind {
        match self {
            Self::User(_) => ResourceKind::User,
            Self::Group(_) => ResourceKind::Group,
            Self::Role(_) => ResourceKind::Role,
            Self::Policy(_) => ResourceKind::Policy,
            Self::InstanceProfile(_) => ResourceKind::InstanceProfile,
            Self::Provider(_) => ResourceKind::Provider,
            Self::ServerCertificate(_) => ResourceKind::ServerCertificate,
        }
    }

    /// The name as shown.
    pub fn name(&self) -> &str {
        match self {
            Self::Policy(arn) => arn.name(),
            Self::Provider(arn) => provider_name(arn),
            _ => self.id(),
        }
    }

    /// What its operations take to name it: the name, or the ARN of a policy or provider.
    pub fn id(&self) -> &str {
        match self {
            Self::User(name) => name.as_str(),
            Self::Group(name) => name.as_str(),
            Self::Role(name) => name.as_str(),
            Self::Policy(arn) | Self::Provider(arn) => arn.as_str(),
            Self::InstanceProfile(name) => name.as_str(),
            Self::ServerCertificate(name) => name.as_str(),
        }
    }

    /// The resource that a file names by the [word](ResourceKind::word) of its kind and its [id](Self::id).
    pub fn parse(word: &str, id: &str) -> Option<Self> {
        Some(match ResourceKind::ALL.into_iter().find(|kind| kind.word() == word)? {
            ResourceKind::User => Self::User(id.into()),
            ResourceKind::Group => Self::Group(id.into()),
            ResourceKind::Role => Self::Role(id.into()),
            ResourceKind::Policy => Self::Policy(Arn::parse(id).ok()?),
            ResourceKind::InstanceProfile => Self::InstanceProfile(id.into()),
            ResourceKind::Provider => Self::Provider(Arn::parse(id).ok()?),
            ResourceKind::ServerCertificate => Self::ServerCertificate(id.into()),
        })
    }
}

impl ResourceKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::Group,
        Self::Role,
        Self::Policy,
        Self::InstanceProfile,
        Self::Provider,
        Self::ServerCertificate,
    ];

    /// The word for one of them, in a sentence.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::InstanceProfile => "instance profile",
            Self::Provider => "identity provider",
            Self::ServerCertificate => "server certificate",
        }
    }

    /// The word for several of them, in a sentence.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Group => "groups",
            Self::Role => "roles",
            Self::Policy => "policies",
            Self::InstanceProfile => "instance profiles",
            Self::Provider => "identity providers",
            Self::ServerCertificate => "server certificates",
        }
    }

    /// The word for one of them in files, without blanks.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InstanceProfile => "instance-profile",
            Self::Provider => "identity-provider",
            Self::ServerCertificate => "server-certificate",
            Self::User | Self::Group | Self::Role | Self::Policy => self.singular(),
        }
    }

    /// Whether it takes tags.
    pub const fn takes_tags(self) -> bool {
        !matches!(self, Self::Group)
    }

    /// Whether policies are attached to it and written into it.
    pub const fn holds_policies(self) -> bool {
        matches!(self, Self::User | Self::Group | Self::Role)
    }
}

/// A resource that is known, told by its name.
pub trait Named {
    /// Its name.
    fn name(&self) -> &str;

    /// Its reference.
    fn reference(&self) -> ResourceRef;

    /// What it is, in a word or two.
    fn label(&self) -> &'static str {
        self.reference().kind().singular()
    }

    /// Whether it is one of AWS's many policies that nothing in the account uses.
    fn is_far(&self) -> bool {
        false
    }
}

macro_rules! named {
    ($($type:ty: |$row:ident| $name:expr, $variant:ident($id:ident);)*) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                let $row = self;
                $name
            }

            fn reference(&self) -> ResourceRef {
                ResourceRef::$variant(self.$id.clone())
            }
        }
    )*};
}

named! {
    User: |user| user.name.as_str(), User(name);
    Group: |group| group.name.as_str(), Group(name);
    Role: |role| role.name.as_str(), Role(name);
    InstanceProfile: |profile| profile.name.as_str(), InstanceProfile(name);
    OidcProvider: |provider| provider_name(&provider.arn), Provider(arn);
    SamlProvider: |provider| provider_name(&provider.arn), Provider(arn);
    ServerCertificate: |certificate| certificate.name.as_str(), ServerCertificate(name);
}

impl Named for Policy {
    fn name(&self) -> &str {
        self.arn.name()
    }

    fn reference(&self) -> ResourceRef {
        ResourceRef::from(self)
    }

    fn label(&self) -> &'static str {
        self.kind().label()
    }

    fn is_far(&self) -> bool {
        self.kind() != PolicyKind::Customer && self.uses() == 0
    }
}

impl From<&Policy> for ResourceRef {
    fn from(policy: &Policy) -> Self {
        Self::Policy(policy.arn.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_files_name_it() {
        for kind in ResourceKind::ALL {
            let entity = ResourceRef::parse(kind.word(), "arn:aws:iam::123456789012:policy/a").unwrap();
            assert_eq!(entity.kind(), kind);
            assert_eq!(ResourceRef::parse(entity.kind().word(), entity.id()), Some(entity));
        }
        assert_eq!(ResourceRef::parse("bucket", "a"), None);
    }
}
