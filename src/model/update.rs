//! What one answer of the service tells, ready to be merged into an account.

use std::sync::Arc;

use jiff::Timestamp;

use super::kinds::plain_lists;
use super::{
    AccessKeyId, AccountAlias, Analyzer, CredentialReport, EntityAccess, Event, EventQuery, EventsEnd, Fact,
    FindingDetail, FindingId, Group, GroupFacts, GroupName, Identity, LastAccessed, MfaSerial, Organization,
    OutboundFederation, PasswordPolicy, Policy, PolicyFacts, ResourceRef, Role, RoleFacts, RoleName, SigninDetails,
    SigninQuery, SigninSession, Summary, Tags, User, UserFacts, UserName, VirtualMfaDevice,
};
use crate::base::arn::Arn;

macro_rules! update {
    ($($list:ident $listing:ident: $row:ident($key:ident) of $kind:ident by $module:ident $word:literal;)*) => {
        /// What one answer of the service tells of an account. It is data: applying it is [`super::Account::apply`].
        #[derive(Debug, Clone, PartialEq)]
        pub enum Update {
            /// Who the session is.
            Identity(Identity),
            /// The account's alias; absent: it has none.
            Alias(Fact<AccountAlias>),
            /// The account summary.
            Summary(Fact<Summary>),
            /// The password policy; absent: the service's default holds.
            PasswordPolicy(Fact<PasswordPolicy>),
            /// `GetOutboundWebIdentityFederationInfo`; absent: it is disabled.
            OutboundFederation(Fact<OutboundFederation>),
            /// A page of users.
            Users(Page<User>),
            /// A page of groups.
            Groups(Page<Group>),
            /// A page of roles.
            Roles(Page<Role>),
            /// A page of the account's own policies.
            Policies(Page<Policy>),
            /// A page of AWS managed policies.
            AwsPolicies(Page<Policy>),
            /// A page of virtual MFA devices.
            VirtualMfaDevices(Page<VirtualMfaDevice>),
            /// The tags of a virtual MFA device, which its list does not tell.
            MfaTags(MfaSerial, Fact<Tags>),
            /// A page of the bulk read.
            Bulk(Box<BulkPage>),
            /// The credential report.
            Report(Box<CredentialReport>),
            /// One user as a whole.
            User(Box<User>),
            /// One group as a whole.
            Group(Box<Group>),
            /// One role as a whole.
            Role(Box<Role>),
            /// One policy as a whole.
            Policy(Box<Policy>),
            /// Facts of one user.
            UserFacts(UserName, Box<UserFacts>),
            /// Facts of one group.
            GroupFacts(GroupName, Box<GroupFacts>),
            /// Facts of one role.
            RoleFacts(RoleName, Box<RoleFacts>),
            /// Facts of one policy.
            PolicyFacts(Arn, Box<PolicyFacts>),
            /// The user whose access key has this ID.
            KeyOwner(AccessKeyId, UserName),
            /// A page of the events of a query.
            Events(EventQuery, Vec<Arc<Event>>),
            /// How the read of the events of a query ended.
            EventsRead(EventQuery, Fact<EventsEnd>),
            /// Sign-in sessions, as far as they may be read.
            SigninSessions(SigninQuery, Fact<Arc<[Arc<SigninSession>]>>),
            /// What one read of a sign-in session tells.
            SigninDetails(Arn, Fact<SigninDetails>),
            /// The last uses of what a user, group, role or policy allows.
            LastAccessed(Arn, Fact<Box<LastAccessed>>),
            /// Who used a service of such a report.
            LastAccessedEntities(Arn, Box<str>, Fact<Arc<[EntityAccess]>>),
            /// The analyzers of the session's Region, with their archive rules and findings.
            Analyzers(Fact<Vec<Arc<Analyzer>>>),
            /// One finding in full.
            FindingDetail(FindingId, Fact<Box<FindingDetail>>),
            /// The organization of the account; absent: it is in none.
            Organization(Fact<Arc<Organization>>),
            /// The entity is no longer there.
            Gone(ResourceRef),
            $(
                #[doc = concat!("A page of ", stringify!($listing), ".")]
                $list(Page<super::$row>),
                #[doc = concat!("One ", $word, " as a whole.")]
                $row(Box<super::$row>),
            )*
        }

        impl Update {
            /// Whether it is a page of a list that one read of each row completes.
            pub(super) const fn is_plain_list(&self) -> bool {
                matches!(self, $(Self::$list(_))|*)
            }
        }
    };
}
plain_lists!(update);

/// One page of a list, with its place in the read.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether a new read begins with it.
    pub first: bool,
    /// Whether the read ends with it, and when that was.
    pub last: Option<Timestamp>,
}

impl<T> Page<T> {
    /// A read that fits one page.
    pub fn whole(rows: Vec<T>, at: Timestamp) -> Self {
        Self { rows, first: true, last: Some(at) }
    }
}

/// One page of `GetAccountAuthorizationDetails`, which mixes all kinds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkPage {
    /// Users on the page.
    pub users: Vec<User>,
    /// Groups on the page.
    pub groups: Vec<Group>,
    /// Roles on the page.
    pub roles: Vec<Role>,
    /// The account's own policies on the page.
    pub policies: Vec<Policy>,
    /// Whether a new read begins with it.
    pub first: bool,
    /// Whether the read ends with it, and when that was.
    pub last: Option<Timestamp>,
}
