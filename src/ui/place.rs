//! Addresses of pages: what history, breadcrumbs, links and the palette speak of.

use crate::model::ResourceRef;

/// Where one can be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// The account at a glance.
    Dashboard,
    /// A list of one kind.
    List(Kind),
    /// One entity.
    Entity(ResourceRef),
    /// The credentials of who is signed in.
    MyCredentials,
    /// What holds for the account as a whole: password policy, alias, tokens.
    AccountSettings,
    /// Virtual MFA devices, those that belong to nobody first.
    MfaDevices,
    /// What was changed from here.
    Journal,
}

/// A kind of entity that has a list of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// IAM users.
    Users,
    /// User groups.
    Groups,
    /// Roles.
    Roles,
    /// Managed policies.
    Policies,
    /// Instance profiles.
    InstanceProfiles,
    /// Identity providers.
    Providers,
    /// Server certificates.
    ServerCertificates,
    /// The access keys of all users.
    AccessKeys,
    /// The rows of the credential report.
    CredentialReport,
}

/// Every page that needs no entity, in the order of the side navigation.
pub const PAGES: &[Place] = &[
    Place::Dashboard,
    Place::List(Kind::Users),
    Place::List(Kind::Groups),
    Place::List(Kind::Roles),
    Place::List(Kind::Policies),
    Place::List(Kind::Providers),
    Place::AccountSettings,
    Place::List(Kind::AccessKeys),
    Place::List(Kind::CredentialReport),
    Place::List(Kind::InstanceProfiles),
    Place::List(Kind::ServerCertificates),
    Place::MfaDevices,
    Place::MyCredentials,
    Place::Journal,
];

impl Kind {
    /// The kind of an entity.
    pub fn of(entity: &ResourceRef) -> Self {
        match entity {
            ResourceRef::User(_) => Self::Users,
            ResourceRef::Group(_) => Self::Groups,
            ResourceRef::Role(_) => Self::Roles,
            ResourceRef::Policy(_) => Self::Policies,
            ResourceRef::InstanceProfile(_) => Self::InstanceProfiles,
            ResourceRef::Provider(_) => Self::Providers,
            ResourceRef::ServerCertificate(_) => Self::ServerCertificates,
        }
    }

    /// The console's name of the list.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Users => "IAM users",
            Self::Groups => "IAM user groups",
            Self::Roles => "Roles",
            Self::Policies => "Policies",
            Self::InstanceProfiles => "Instance profiles",
            Self::Providers => "Identity providers",
            Self::ServerCertificates => "Server certificates",
            Self::AccessKeys => "Access keys",
            Self::CredentialReport => "Credential report",
        }
    }

    /// The word for several of them, in a sentence.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Roles => "roles",
            Self::Policies => "policies",
            Self::InstanceProfiles => "instance profiles",
            Self::Providers => "identity providers",
            Self::ServerCertificates => "server certificates",
            Self::AccessKeys => "access keys",
            Self::CredentialReport => "rows",
        }
    }

    /// The word for one of them.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::Groups => "group",
            Self::Roles => "role",
            Self::Policies => "policy",
            Self::InstanceProfiles => "instance profile",
            Self::Providers => "identity provider",
            Self::ServerCertificates => "server certificate",
            Self::AccessKeys => "access key",
            Self::CredentialReport => "row",
        }
    }

    /// The name to type after `:`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InstanceProfiles => "instance-profiles",
            Self::Providers => "identity-providers",
            Self::ServerCertificates => "server-certificates",
            Self::AccessKeys => "access-keys",
            Self::CredentialReport => "credential-report",
            Self::Users | Self::Groups | Self::Roles | Self::Policies => self.plural(),
        }
    }

    /// Other words under which one may look for it.
    pub const fn synonyms(self) -> &'static str {
        match self {
            Self::Users => "people accounts",
            Self::Groups => "teams",
            Self::Roles => "",
            Self::Policies => "permissions",
            Self::InstanceProfiles => "ec2 roles of instances",
            Self::Providers => "oidc openid connect saml federation",
            Self::ServerCertificates => "tls ssl x.509 https",
            Self::AccessKeys => "api keys of all users, programmatic access",
            Self::CredentialReport => "csv passwords mfa key ages",
        }
    }
}

impl Place {
    /// The title as the console writes it; the name, for an entity.
    pub fn title(&self) -> &str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::MyCredentials => "My security credentials",
            Self::AccountSettings => "Account settings",
            Self::MfaDevices => "Virtual MFA devices",
            Self::Journal => "Journal",
            Self::List(kind) => kind.title(),
            Self::Entity(entity) => entity.name(),
        }
    }

    /// The name to type after `:`.
    pub fn slug(&self) -> &str {
        match self {
            Self::Dashboard => "dashboard",
            Self::MyCredentials => "my-security-credentials",
            Self::AccountSettings => "account-settings",
            Self::MfaDevices => "mfa-devices",
            Self::Journal => "journal",
            Self::List(kind) => kind.slug(),
            Self::Entity(entity) => entity.name(),
        }
    }

    /// Other words under which one may look for it.
    pub fn synonyms(&self) -> &'static str {
        match self {
            Self::Dashboard => "overview home summary",
            Self::MyCredentials => "my account, my access keys, my mfa, my password",
            Self::MfaDevices => "authenticator app, unassigned devices",
            Self::Journal => "history of changes, undo, log",
            Self::AccountSettings => "password policy, alias, sign-in url, sts tokens, federation",
            Self::List(kind) => kind.synonyms(),
            Self::Entity(_) => "",
        }
    }

    /// The page above this one.
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Dashboard => None,
            Self::List(_) | Self::Journal | Self::MyCredentials | Self::MfaDevices | Self::AccountSettings => {
                Some(Self::Dashboard)
            }
            Self::Entity(entity) => Some(Self::List(Kind::of(entity))),
        }
    }
}
