//! Addresses of pages: what history, breadcrumbs, links and the palette speak of.

use crate::base::arn::Arn;
use crate::model::kinds::resource_kinds;
use crate::model::{FindingId, ResourceRef};

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
    /// One event of CloudTrail, by its ID, with its name.
    Event(Box<str>, Box<str>),
    /// The analyzers of IAM Access Analyzer, with their archive rules.
    Analyzers,
    /// The organization of the account, and the policies that apply to it.
    Organization,
    /// What nobody has used for more than so many days.
    Unused(u32),
    /// What changed since the last visit.
    Changes,
    /// One finding of an analyzer, with the name of its resource.
    Finding(FindingId, Box<str>),
    /// One sign-in session, by its ARN.
    SigninSession(Arn),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($key:ident) $lists:ident [$($listing:ident)*] tags($($tags:ident)*)
        $singular:literal $plural:literal $word:literal; $title:literal $slug:literal $synonyms:literal;)*) => {
        /// A kind of rows that has a list of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $title] $lists,)*
            /// The access keys of all users.
            AccessKeys,
            /// The rows of the credential report.
            CredentialReport,
            /// Sign-ins and changes, as CloudTrail tells.
            Activity,
            /// What the analyzers of IAM Access Analyzer found.
            Findings,
            /// Sign-in sessions.
            SigninSessions,
        }

        impl Kind {
            /// The kind of a resource.
            pub fn of(resource: &ResourceRef) -> Self {
                match resource {
                    $(ResourceRef::$kind(_) => Self::$lists,)*
                }
            }

            /// The console's name of the list.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$lists => $title,)*
                    Self::AccessKeys => "Access keys",
                    Self::CredentialReport => "Credential report",
                    Self::Activity => "Activity",
                    Self::Findings => "Access Analyzer",
                    Self::SigninSessions => "Sign-in sessions",
                }
            }

            /// The word for several of them, in a sentence.
            pub const fn plural(self) -> &'static str {
                match self {
                    $(Self::$lists => $plural,)*
                    Self::AccessKeys => "access keys",
                    Self::CredentialReport => "rows",
                    Self::Activity => "events",
                    Self::Findings => "findings",
                    Self::SigninSessions => "sign-in sessions",
                }
            }

            /// The word for one of them.
            pub const fn singular(self) -> &'static str {
                match self {
                    $(Self::$lists => $singular,)*
                    Self::AccessKeys => "access key",
                    Self::CredentialReport => "row",
                    Self::Activity => "event",
                    Self::Findings => "finding",
                    Self::SigninSessions => "sign-in session",
                }
            }

            /// The name to type after `:`.
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$lists => $slug,)*
                    Self::AccessKeys => "access-keys",
                    Self::CredentialReport => "credential-report",
                    Self::Activity => "activity",
                    Self::Findings => "findings",
                    Self::SigninSessions => "sessions",
                }
            }

            /// Other words under which one may look for it.
            pub const fn synonyms(self) -> &'static str {
                match self {
                    $(Self::$lists => $synonyms,)*
                    Self::AccessKeys => "api keys of all users, programmatic access",
                    Self::CredentialReport => "csv passwords mfa key ages",
                    Self::Activity => "cloudtrail history, sign-ins, changes, who did what, audit log",
                    Self::Findings => "access analyzer, external access, public access, unused access",
                    Self::SigninSessions => "signin sessions, signed in, revoke, aws login, cli, mcp",
                }
            }
        }
    };
}
resource_kinds!(kinds);

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
    Place::List(Kind::Activity),
    Place::Changes,
    Place::List(Kind::Findings),
    Place::Analyzers,
    Place::Organization,
    Place::Unused(90),
    Place::List(Kind::SigninSessions),
    Place::Journal,
];

impl Place {
    /// The title as the console writes it; the name, for an entity.
    pub fn title(&self) -> &str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::MyCredentials => "My security credentials",
            Self::AccountSettings => "Account settings",
            Self::MfaDevices => "Virtual MFA devices",
            Self::Journal => "Journal",
            Self::Event(_, name) | Self::Finding(_, name) => name,
            Self::Analyzers => "Analyzers",
            Self::Organization => "Organization",
            Self::Changes => "Changes",
            Self::Unused(_) => "Unused",
            Self::SigninSession(arn) => arn.name(),
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
            Self::Event(_, name) | Self::Finding(_, name) => name,
            Self::Analyzers => "analyzers",
            Self::Organization => "organization",
            Self::Changes => "changes",
            Self::Unused(_) => "unused",
            Self::SigninSession(arn) => arn.name(),
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
            Self::Changes => "watch, since the last visit, what is new, who changed what",
            Self::Unused(_) => "clean up, inactive users, roles, keys, passwords, policies, groups, providers",
            Self::Organization => {
                "guard rails, scp, rcp, service and resource control policies, root access management"
            }
            Self::Analyzers => "access analyzer, archive rules, external, unused and internal access",
            Self::Entity(_) | Self::Event(..) | Self::Finding(..) | Self::SigninSession(_) => "",
        }
    }

    /// The page above this one.
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Dashboard => None,
            Self::List(_)
            | Self::Journal
            | Self::MyCredentials
            | Self::MfaDevices
            | Self::AccountSettings
            | Self::Analyzers
            | Self::Organization
            | Self::Changes
            | Self::Unused(_) => Some(Self::Dashboard),
            Self::Entity(entity) => Some(Self::List(Kind::of(entity))),
            Self::Event(..) => Some(Self::List(Kind::Activity)),
            Self::Finding(..) => Some(Self::List(Kind::Findings)),
            Self::SigninSession(_) => Some(Self::List(Kind::SigninSessions)),
        }
    }
}
