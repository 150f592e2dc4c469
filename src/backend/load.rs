//! What can be read from an account, as plain values.

use jiff::{SignedDuration, Timestamp};

use crate::api::ChangeTarget;
use crate::base::arn::Arn;
use crate::insight::unused::{Unused, UnusedKind};
use crate::model::kinds::keys::{self, Key as _};
use crate::model::kinds::plain_lists;
use crate::model::{
    AccessKeyId, Account, EventQuery, FindingId, GroupName, List, MfaSerial, Policy, ResourceRef, RoleName,
    SigninQuery, UserName, VersionId,
};

macro_rules! load {
    ($($list:ident $listing:ident: $row:ident($key:ident) of $kind:ident by $module:ident $word:literal;)*) => {
        /// One thing to read. Equal loads are the same read: it never runs twice at once.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Load {
            /// The caller identity of the session.
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
            $(#[doc = concat!("All ", stringify!($listing), ".")] $list,)*
            /// All virtual MFA devices, page by page.
            VirtualMfaDevices,
            /// The tags of a virtual MFA device.
            MfaTags(MfaSerial),
            /// `GetAccountAuthorizationDetails`: what the lists do not return of users, groups, roles and policies.
            Bulk,
            /// The credential report, generated first if there is none.
            Report,
            /// A part of one user.
            User(UserName, UserPart),
            /// A part of one group.
            Group(GroupName, GroupPart),
            /// A part of one role.
            Role(RoleName, RolePart),
            /// A part of one policy.
            Policy(Arn, PolicyPart),
            $(#[doc = concat!("One ", $word, ".")] $row(keys::$key),)*
            /// The user whose access key has this ID.
            KeyOwner(AccessKeyId),
            /// The events of a query, the newest first.
            Events(EventQuery),
            /// Sign-in sessions, the newest first.
            SigninSessions(SigninQuery),
            /// One sign-in session in full.
            SigninSession(Arn),
            /// Last accessed information of a user, group, role or policy.
            LastAccessed(Arn),
            /// The entities that used a service, by the ID of that report's job.
            LastAccessedEntities(Arn, Box<str>, Box<str>),
            /// The analyzers of the session's Region, with their archive rules and findings.
            Analyzers,
            /// One finding in full.
            Finding(FindingId),
            /// The changes and sign-ins since some time.
            EventsSince(Timestamp),
            /// The changes and sign-ins of the last minutes.
            RecentEvents,
            /// The organization of the account, with the policies that apply to it.
            Organization,
        }

        impl Load {
            /// The lists of resources that `GetAccountAuthorizationDetails` leaves out; a read of its own completes each row.
            pub const PLAIN_LISTS: &[Self] = &[$(Self::$list,)*];

            /// The reads that cover the whole account.
            pub const WHOLE: &[Self] = &[
                Self::Identity,
                Self::Alias,
                Self::Summary,
                Self::PasswordPolicy,
                Self::Users,
                Self::Groups,
                Self::Roles,
                Self::Policies,
                Self::AwsPolicies,
                $(Self::$list,)*
                Self::VirtualMfaDevices,
                Self::Bulk,
                Self::Report,
            ];

            /// The name of the resource, if the load is about a single one.
            pub fn subject(&self) -> Option<Box<str>> {
                Some(match self {
                    Self::User(name, _) => name.as_str().into(),
                    Self::Group(name, _) => name.as_str().into(),
                    Self::Role(name, _) => name.as_str().into(),
                    Self::Policy(arn, _) => arn.name().into(),
                    $(Self::$row(key) => key.shown().into(),)*
                    Self::KeyOwner(id) => id.as_str().into(),
                    Self::MfaTags(serial) => serial.as_str().into(),
                    Self::Events(EventQuery::By(name)) => name.as_str().into(),
                    Self::Events(EventQuery::About(name)) => name.clone(),
                    Self::SigninSessions(SigninQuery::Of(owner)) => owner.to_string().into(),
                    Self::SigninSession(arn) => arn.name().into(),
                    Self::LastAccessed(arn) | Self::LastAccessedEntities(arn, ..) => arn.name().into(),
                    Self::Finding(id) => id.id.clone(),
                    _ => return None,
                })
            }

            /// The read of a resource itself.
            #[allow(unreachable_patterns, reason = "both kinds of providers are named apart")]
            pub fn of(resource: &ResourceRef) -> Self {
                match resource.clone() {
                    ResourceRef::User(name) => Self::User(name, UserPart::Overview),
                    ResourceRef::Group(name) => Self::Group(name, GroupPart::Overview),
                    ResourceRef::Role(name) => Self::Role(name, RolePart::Overview),
                    ResourceRef::Policy(arn) => Self::Policy(arn, PolicyPart::Row),
                    ResourceRef::Provider(arn) if arn.resource_type() == "saml-provider" => Self::SamlProvider(arn),
                    $(ResourceRef::$kind(key) => Self::$row(key),)*
                }
            }

            /// The list that the load reads, if it reads one.
            pub fn list(&self) -> Option<List> {
                Some(match self {
                    Self::Users => List::Users,
                    Self::Groups => List::Groups,
                    Self::Roles => List::Roles,
                    Self::Policies => List::Policies,
                    Self::AwsPolicies => List::AwsPolicies,
                    $(Self::$list => List::$list,)*
                    Self::VirtualMfaDevices => List::VirtualMfaDevices,
                    Self::Bulk => List::Bulk,
                    _ => return None,
                })
            }

            /// The target whose changes make this load stale; none where several do.
            pub const fn change_target(&self) -> Option<ChangeTarget> {
                match self {
                    $(Self::$list | Self::$row(_) => Some(ChangeTarget::$row),)*
                    _ => None,
                }
            }
        }
    };
}
plain_lists!(load);

/// What to read of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UserPart {
    /// The user itself: id, dates, boundary, tags.
    Overview,
    /// What a visible row of the list shows and the list does not return: password, MFA, access keys, groups.
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
    /// The same, and the document of the default version.
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

/// How urgent a read is; the limiter sends the urgent ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// The page shows an empty space until it arrives.
    Now,
    /// It completes a visible row.
    Visible,
    /// Nothing on the screen waits for it.
    Background,
}

impl Load {
    /// The reads that an account as code needs beyond [`Load::WHOLE`]: what only a call per policy and profile tells.
    pub fn declared(account: &Account) -> Vec<Self> {
        let policies = account.policies().rows().iter();
        let policies = policies.map(|policy| Self::Policy(policy.arn.clone(), PolicyPart::Row));
        let profiles = account.instance_profiles().rows().iter();
        let profiles = profiles.map(|profile| Self::InstanceProfile(profile.name.clone()));
        let oidc = account.oidc_providers().rows().iter().map(|row| Self::OidcProvider(row.arn.clone()));
        let saml = account.saml_providers().rows().iter().map(|row| Self::SamlProvider(row.arn.clone()));
        policies.chain(profiles).chain(oidc).chain(saml).collect()
    }

    /// How old the data may be when a page is opened again, before it is read again.
    pub fn lasts(&self) -> SignedDuration {
        match self {
            // AWS generates a new report at most every four hours.
            Self::Report => SignedDuration::from_hours(4),
            // Events appear some minutes late, and `LookupEvents` is limited to two calls a second.
            // A finding appears up to half an hour after the change that it is about.
            Self::Events(_)
            | Self::RecentEvents
            | Self::EventsSince(_)
            | Self::Analyzers
            | Self::Finding(_)
            | Self::Organization => SignedDuration::from_mins(5),
            // Activity appears after hours, and a report takes seconds to generate.
            Self::LastAccessed(_) | Self::LastAccessedEntities(..) => SignedDuration::from_hours(1),
            _ => SignedDuration::from_mins(1),
        }
    }

    /// The reads for a plan that deletes a managed policy: its attachments, its versions and their documents.
    pub fn before_deletion(arn: &Arn, account: &Account) -> Vec<Self> {
        let parts = [PolicyPart::Overview, PolicyPart::Versions, PolicyPart::Entities];
        let documents = account.policies().get(arn).map(|policy| Self::unread_documents(policy)).unwrap_or_default();
        parts.into_iter().map(|part| Self::Policy(arn.clone(), part)).chain(documents).collect()
    }

    /// The reads for the plan that cleans up what is not used: what each thing has that is disabled or deleted.
    pub fn before_clean_up(rows: &[Unused], account: &Account) -> Vec<Self> {
        let of = |row: &Unused| match (&row.of, row.kind) {
            (ResourceRef::User(name), UnusedKind::AccessKey) => vec![Self::User(name.clone(), UserPart::Keys)],
            (ResourceRef::User(name), UnusedKind::Password) => vec![Self::User(name.clone(), UserPart::Login)],
            (ResourceRef::User(name), _) => {
                vec![Self::User(name.clone(), UserPart::Keys), Self::User(name.clone(), UserPart::Login)]
            }
            (ResourceRef::Policy(arn), _) => Self::before_deletion(arn, account),
            (ResourceRef::Group(name), _) => {
                vec![Self::Group(name.clone(), GroupPart::Overview), Self::Group(name.clone(), GroupPart::Permissions)]
            }
            (ResourceRef::Provider(_), _) => vec![Self::of(&row.of)],
            _ => Vec::new(),
        };
        let mut loads: Vec<Self> = rows.iter().filter(|row| !row.is_disabled).flat_map(of).collect();
        loads.sort_unstable();
        loads.dedup();
        loads
    }

    /// The documents of a policy's versions that were never read.
    pub fn unread_documents(policy: &Policy) -> Vec<Self> {
        let versions = policy.facts.versions.known().into_iter().flatten();
        let unread = versions.filter(|version| policy.facts.document(&version.id).is_unknown());
        unread.map(|version| Self::Policy(policy.arn.clone(), PolicyPart::Document(version.id.clone()))).collect()
    }
}
