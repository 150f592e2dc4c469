//! What is known of one account.

mod agree;
mod close;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kinds::{plain_lists, resource_kinds};
use super::{
    AccessKeyId, AccountAlias, Analyzer, BulkPage, CredentialReport, Entity, Event, EventLog, EventQuery, Fact,
    Finding, FindingDetail, FindingId, Group, GroupName, Identity, LastAccessed, Listing, LoadError, Named,
    Organization, OutboundFederation, Page, PasswordPolicy, Policy, PolicyUse, Progress, References, ResourceRef, Role,
    Seen, SigninDetails, SigninQuery, SigninSession, Source, Summary, Tags, Update, User, UserFacts, UserName,
    VirtualMfaDevice,
};
use crate::base::arn::Arn;

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> &$type {
            &self.$name
        }
    )*};
}

macro_rules! account {
    ($($list:ident $listing:ident: $row:ident($key:ident) of $kind:ident by $module:ident $word:literal;)*) => {
        /// What is known of one account: lists, facts, and an index over them.
        ///
        /// It is shared as `Arc` and copied on write; rows are shared too, so a copy costs pointers.
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        pub struct Account {
            identity: Option<Identity>,
            alias: Fact<AccountAlias>,
            summary: Fact<Summary>,
            password_policy: Fact<PasswordPolicy>,
            #[serde(default)]
            outbound_federation: Fact<OutboundFederation>,
            users: Listing<User>,
            groups: Listing<Group>,
            roles: Listing<Role>,
            policies: Listing<Policy>,
            aws_policies: Listing<Policy>,
            $(#[serde(default)] $listing: Listing<super::$row>,)*
            virtual_mfa_devices: Listing<VirtualMfaDevice>,
            report: Option<Arc<CredentialReport>>,
            bulk: Progress,
            /// Whose keys somebody asked for by their IDs; what a user's own list tells is not repeated here.
            #[serde(skip)]
            key_owners: BTreeMap<AccessKeyId, UserName>,
            /// Reports of last uses are of the hour that they were asked for in: a snapshot does not keep them.
            #[serde(skip)]
            last_accessed: BTreeMap<Arn, Fact<Box<LastAccessed>>>,
            /// Findings are of the hour that they were read in: a snapshot does not keep them.
            #[serde(skip)]
            analyzers: Fact<Vec<Arc<Analyzer>>>,
            #[serde(skip)]
            finding_details: BTreeMap<FindingId, Fact<Box<FindingDetail>>>,
            /// Who reads an organization is not always who reads the account: a snapshot does not keep it.
            #[serde(skip)]
            organization: Fact<Arc<Organization>>,
            /// Events are many, and CloudTrail keeps them: a snapshot does not.
            #[serde(skip)]
            events: BTreeMap<EventQuery, EventLog>,
            /// Sessions come and go: a snapshot does not keep them.
            #[serde(skip)]
            signin_sessions: BTreeMap<SigninQuery, Fact<Arc<[Arc<SigninSession>]>>>,
            #[serde(skip)]
            signin_details: BTreeMap<Arn, Fact<SigninDetails>>,
            #[serde(skip)]
            revision: u64,
            /// Built when asked for, dropped by every update that may change it.
            #[serde(skip)]
            references: OnceLock<Arc<References>>,
        }

        /// A read that goes through a whole list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum List {
            /// `ListUsers`.
            Users,
            /// `ListGroups`.
            Groups,
            /// `ListRoles`.
            Roles,
            /// `ListPolicies` over the account's own.
            Policies,
            /// `ListPolicies` over AWS's.
            AwsPolicies,
            $(#[doc = concat!("All ", stringify!($listing), ".")] $list,)*
            /// `ListVirtualMFADevices`.
            VirtualMfaDevices,
            /// `GetAccountAuthorizationDetails`.
            Bulk,
        }

        impl Account {
            readers! {
                $(
                    #[doc = concat!("All that is known of the ", stringify!($listing), ".")]
                    $listing: Listing<super::$row>;
                )*
            }

            /// All resources that are known, the many policies of AWS last.
            pub fn named(&self) -> impl Iterator<Item = &dyn Named> {
                fn rows<T: Entity + Named>(listing: &Listing<T>) -> impl Iterator<Item = &dyn Named> {
                    listing.rows().iter().map(|row| &**row as &dyn Named)
                }
                rows(&self.users)
                    .chain(rows(&self.groups))
                    .chain(rows(&self.roles))
                    .chain(rows(&self.policies))
                    $(.chain(rows(&self.$listing)))*
                    .chain(rows(&self.aws_policies))
            }

            fn merge(&mut self, update: Update) {
                match update {
                    Update::Identity(identity) => self.identity = Some(identity),
                    Update::Alias(fact) => self.alias.merge(fact),
                    Update::Summary(fact) => self.apply_summary(fact),
                    Update::PasswordPolicy(fact) => self.password_policy.merge(fact),
                    Update::OutboundFederation(fact) => self.outbound_federation.merge(fact),
                    Update::Users(page) => turn(&mut self.users, page),
                    Update::Groups(page) => turn(&mut self.groups, page),
                    Update::Roles(page) => turn(&mut self.roles, page),
                    Update::Policies(page) => turn(&mut self.policies, page),
                    Update::AwsPolicies(page) => turn(&mut self.aws_policies, page),
                    Update::VirtualMfaDevices(page) => turn(&mut self.virtual_mfa_devices, page),
                    Update::MfaTags(serial, tags) => self.virtual_mfa_devices.learn(serial, tags),
                    Update::Bulk(page) => self.apply_bulk(*page),
                    Update::Report(report) => self.apply_report(*report),
                    Update::User(user) => self.users.extend(vec![*user]),
                    Update::Group(group) => self.groups.extend(vec![*group]),
                    Update::Role(role) => self.roles.extend(vec![*role]),
                    Update::Policy(policy) => self.policies_of(&policy.arn).extend(vec![*policy]),
                    Update::UserFacts(name, facts) => self.users.learn(name, *facts),
                    Update::GroupFacts(name, facts) => self.groups.learn(name, *facts),
                    Update::RoleFacts(name, facts) => self.roles.learn(name, *facts),
                    Update::PolicyFacts(arn, facts) => self.policies_of(&arn).learn(arn, *facts),
                    $(
                        Update::$list(page) => turn(&mut self.$listing, page),
                        Update::$row(row) => self.$listing.extend(vec![*row]),
                    )*
                    Update::KeyOwner(id, user) => drop(self.key_owners.insert(id, user)),
                    Update::Events(query, page) => self.events.entry(query).or_default().extend(page),
                    Update::EventsRead(query, end) => self.events.entry(query).or_default().read = end,
                    Update::SigninSessions(query, read) => drop(self.signin_sessions.insert(query, read)),
                    Update::SigninDetails(arn, read) => drop(self.signin_details.insert(arn, read)),
                    Update::LastAccessed(arn, report) => drop(self.last_accessed.insert(arn, report)),
                    Update::LastAccessedEntities(arn, service, used_by) => {
                        if let Some(Fact::Known(report, _)) = self.last_accessed.get_mut(&arn) {
                            report.learn_entities(&service, used_by);
                        }
                    }
                    Update::Organization(organization) => self.organization = organization,
                    Update::Analyzers(analyzers) => self.analyzers = analyzers,
                    Update::FindingDetail(id, detail) => drop(self.finding_details.insert(id, detail)),
                    Update::Gone(resource) => self.forget(&resource),
                }
            }

            /// Notes that a list's own read ended early.
            pub fn fail(&mut self, list: List, error: LoadError) {
                self.revision += 1;
                match list {
                    List::Users => self.users.fail(error),
                    List::Groups => self.groups.fail(error),
                    List::Roles => self.roles.fail(error),
                    List::Policies => self.policies.fail(error),
                    List::AwsPolicies => self.aws_policies.fail(error),
                    $(List::$list => self.$listing.fail(error),)*
                    List::VirtualMfaDevices => self.virtual_mfa_devices.fail(error),
                    List::Bulk => self.bulk = Progress::Failed(error),
                }
            }

            /// How many a list has that was read to its end, and when that was, by the key of the account summary.
            fn counted_plain(&self) -> impl Iterator<Item = (&'static str, Option<(usize, Timestamp)>)> {
                [$((stringify!($list), self.$listing.counted()),)*].into_iter()
            }
        }
    };
}
plain_lists!(account);

macro_rules! forget {
    ($($(#[$doc:meta])* $kind:ident($key:ident) $lists:ident [$($listing:ident)*] tags($($tags:ident)*)
        $singular:literal $plural:literal $word:literal; $title:literal $slug:literal $synonyms:literal;)*) => {
        impl Account {
            fn forget(&mut self, resource: &ResourceRef) {
                match resource {
                    $(ResourceRef::$kind(key) => {
                        $(self.$listing.forget(key);)*
                    })*
                }
                if let ResourceRef::User(name) = resource {
                    self.key_owners.retain(|_, user| user != name);
                }
            }
        }
    };
}
resource_kinds!(forget);

impl Account {
    readers! {
        /// The account's alias; absent: it has none.
        alias: Fact<AccountAlias>;
        /// Counts and quotas.
        summary: Fact<Summary>;
        /// The password policy; absent: the service's default holds.
        password_policy: Fact<PasswordPolicy>;
        /// Where tokens of this account's identities are checked; absent: outbound federation is disabled.
        outbound_federation: Fact<OutboundFederation>;
        /// IAM users.
        users: Listing<User>;
        /// User groups.
        groups: Listing<Group>;
        /// Roles.
        roles: Listing<Role>;
        /// The account's own managed policies.
        policies: Listing<Policy>;
        /// AWS managed policies.
        aws_policies: Listing<Policy>;
        /// Virtual MFA devices, assigned or not.
        virtual_mfa_devices: Listing<VirtualMfaDevice>;
        /// How far the bulk read has come.
        bulk: Progress;
    }

    /// Who the session is.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The credential report, once it was read.
    pub fn report(&self) -> Option<&Arc<CredentialReport>> {
        self.report.as_ref()
    }

    /// The last uses of what a user, group, role or policy allows.
    pub fn last_accessed(&self, arn: &Arn) -> &Fact<Box<LastAccessed>> {
        self.last_accessed.get(arn).unwrap_or(&Fact::Unknown)
    }

    /// The organization of the account; absent: it is in none.
    pub fn organization(&self) -> &Fact<Arc<Organization>> {
        &self.organization
    }

    /// The analyzers of the session's Region, with their archive rules and findings.
    pub fn analyzers(&self) -> &Fact<Vec<Arc<Analyzer>>> {
        &self.analyzers
    }

    /// The findings of all analyzers, as far as they may be read.
    pub fn findings(&self) -> impl Iterator<Item = &Arc<Finding>> {
        let analyzers = self.analyzers.known().into_iter().flatten();
        analyzers.filter_map(|analyzer| analyzer.findings.known()).flat_map(|findings| findings.iter())
    }

    /// One finding, where it was read.
    pub fn finding(&self, id: &FindingId) -> Option<&Arc<Finding>> {
        self.findings().find(|finding| finding.id == *id)
    }

    /// One finding in full.
    pub fn finding_detail(&self, id: &FindingId) -> &Fact<Box<FindingDetail>> {
        self.finding_details.get(id).unwrap_or(&Fact::Unknown)
    }

    /// The analyzer of an ARN.
    pub fn analyzer(&self, arn: &Arn) -> Option<&Arc<Analyzer>> {
        self.analyzers.known()?.iter().find(|analyzer| analyzer.arn == *arn)
    }

    /// The events of a query, as far as they are read.
    pub fn events(&self, query: &EventQuery) -> Option<&EventLog> {
        self.events.get(query)
    }

    /// All events that were read, in any order; one that several queries found comes several times.
    pub fn all_events(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.events.values().flat_map(|log| &log.rows)
    }

    /// The sign-in sessions of the account or of one identity, as far as they are read.
    pub fn signin_sessions(&self, query: &SigninQuery) -> &Fact<Arc<[Arc<SigninSession>]>> {
        self.signin_sessions.get(query).unwrap_or(&Fact::Unknown)
    }

    /// A sign-in session, whichever read told it; the latest counts.
    pub fn signin_session(&self, arn: &Arn) -> Option<&Arc<SigninSession>> {
        let reads = self.signin_sessions.values().filter(|read| read.known().is_some());
        let mut reads: Vec<_> = reads.collect();
        reads.sort_by_key(|read| Reverse(read.seen().map(Seen::at)));
        reads.into_iter().filter_map(Fact::known).flat_map(|read| read.iter()).find(|session| session.arn == *arn)
    }

    /// What one read of a sign-in session told.
    pub fn signin_details(&self, arn: &Arn) -> &Fact<SigninDetails> {
        self.signin_details.get(arn).unwrap_or(&Fact::Unknown)
    }

    /// The event of an ID, where it was read.
    pub fn event(&self, id: &str) -> Option<&Arc<Event>> {
        self.all_events().find(|event| &*event.id == id)
    }

    /// A number that grows with every change: equal numbers of one account mean that nothing changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A managed policy, the account's own or AWS's.
    pub fn policy(&self, arn: &Arn) -> Option<&Arc<Policy>> {
        self.policies.get(arn).or_else(|| self.aws_policies.get(arn))
    }

    /// The cross-reference index over what is known now.
    pub fn references(&self) -> &Arc<References> {
        self.references.get_or_init(|| Arc::new(References::build(&self.users, &self.groups, &self.roles)))
    }

    /// The members of a group: from its own read, otherwise from the users' side once all users are read.
    pub fn members(&self, group: &GroupName) -> Fact<&[UserName]> {
        let own = self.groups.get(group).map_or(Fact::Unknown, |group| group.facts.members.as_ref());
        self.newer_of_bulk(own.map(Vec::as_slice), || self.references().members(group))
    }

    /// Who uses a policy: from its own read or from the other side once users, groups and roles are read,
    /// whichever is newer.
    pub fn uses(&self, policy: &Policy) -> Fact<Cow<'_, PolicyUse>> {
        let own = policy.facts.entities.clone().map(Cow::Owned);
        self.newer_of_bulk(own, || self.references().uses(&policy.arn).map(Cow::Borrowed).unwrap_or_default())
    }

    /// A fact of one entity, or what the bulk read told of it where that is newer and complete.
    fn newer_of_bulk<T>(&self, own: Fact<T>, bulk: impl FnOnce() -> T) -> Fact<T> {
        match &self.bulk {
            Progress::Complete { at } if own.is_older_than(*at) => Fact::Known(bulk(), Seen::new(Source::Bulk, *at)),
            _ => own,
        }
    }

    /// The access keys whose IDs begin so, as far as they are known, with their users.
    pub fn keys_from(&self, start: &str) -> Vec<(&AccessKeyId, &UserName)> {
        let listed = self.users.rows().iter().flat_map(|user| {
            let keys = user.facts.keys.known().into_iter().flatten();
            keys.map(|key| (&key.id, &user.name))
        });
        // Where a user's own keys are known, they say it all.
        let is_listed = |user: &UserName| self.users.get(user).is_some_and(|user| user.facts.keys.known().is_some());
        let asked = self.key_owners.iter().filter(move |(_, user)| !is_listed(user));
        listed.chain(asked).filter(|(id, _)| id.as_str().starts_with(start)).collect()
    }

    /// Whether a resource is known to be there.
    pub fn contains(&self, resource: &ResourceRef) -> bool {
        self.resource(resource).is_some()
    }

    /// The ARN of a resource; none where it is not known.
    pub fn arn<'a>(&'a self, resource: &'a ResourceRef) -> Option<&'a Arn> {
        match resource {
            ResourceRef::Policy(arn) | ResourceRef::Provider(arn) => Some(arn),
            other => self.resource(other).map(Named::arn),
        }
    }

    /// The user, group, role or policy of an ARN, where it is known to be there.
    pub fn resource_of(&self, arn: &Arn) -> Option<ResourceRef> {
        let found = match (arn.service(), arn.resource_type()) {
            ("iam", "user") => ResourceRef::User(arn.name().into()),
            ("iam", "group") => ResourceRef::Group(arn.name().into()),
            ("iam", "role") => ResourceRef::Role(arn.name().into()),
            ("iam", "policy") => ResourceRef::Policy(arn.clone()),
            _ => return None,
        };
        // A path is part of an ARN and not of a name: the name alone may be somebody else's.
        (self.contains(&found) && self.arn(&found) == Some(arn)).then_some(found)
    }

    /// The tags of a resource; none where it is not known, or takes none.
    pub fn tags(&self, resource: &ResourceRef) -> Option<&Fact<Tags>> {
        self.resource(resource)?.tags()
    }

    /// Takes in what one answer told.
    pub fn apply(&mut self, update: Update) {
        self.references.take();
        self.revision += 1;
        let told = agree::SharedFact::of(&update);
        self.merge(update);
        self.agree(&told);
    }

    fn policies_of(&mut self, arn: &Arn) -> &mut Listing<Policy> {
        if arn.account() == "aws" { &mut self.aws_policies } else { &mut self.policies }
    }

    fn apply_summary(&mut self, fact: Fact<Summary>) {
        if let Some(summary) = fact.known() {
            let count = |key: &str| summary.get(key).and_then(|count| u32::try_from(count).ok());
            if let Some(total) = count("Users") {
                self.users.expect(total);
            }
            if let Some(total) = count("Groups") {
                self.groups.expect(total);
            }
            if let Some(total) = count("Roles") {
                self.roles.expect(total);
            }
            if let Some(total) = count("Policies") {
                self.policies.expect(total);
            }
        }
        self.summary.merge(fact);
    }

    /// A list that was read to its end after the summary counts better than it.
    fn count_anew(&mut self) {
        let counts = [
            ("Users", self.users.counted()),
            ("Groups", self.groups.counted()),
            ("Roles", self.roles.counted()),
            ("Policies", self.policies.counted()),
        ];
        let counts: Vec<_> = counts.into_iter().chain(self.counted_plain()).collect();
        let Fact::Known(summary, seen) = &mut self.summary else { return };
        for (key, (count, at)) in counts.into_iter().filter_map(|(key, counted)| Some((key, counted?))) {
            if at >= seen.at() && summary.get(key).is_some() {
                summary.set(key, count);
            }
        }
    }

    /// The bulk read adds to the lists and never ends them: their own calls are the ones that count.
    fn apply_bulk(&mut self, page: BulkPage) {
        self.users.extend(page.users);
        self.groups.extend(page.groups);
        self.roles.extend(page.roles);
        self.policies.extend(page.policies);
        self.bulk = match (page.last, &self.bulk) {
            (Some(at), _) => Progress::Complete { at },
            (None, Progress::Loading { pages }) if !page.first => Progress::Loading { pages: pages + 1 },
            (None, _) => Progress::Loading { pages: 1 },
        };
    }

    fn apply_report(&mut self, report: CredentialReport) {
        let seen = Seen::new(Source::Report, report.generated);
        for row in report.rows.iter().filter(|row| !row.is_root()) {
            let facts = UserFacts { report: Fact::Known(Arc::clone(row), seen), ..UserFacts::default() };
            // A user that was deleted since the report was made must not come back to life.
            if self.users.get(&*row.user).is_some() || !self.users.is_complete() {
                self.users.learn(UserName::from(&*row.user), facts);
            }
        }
        self.report = Some(Arc::new(report));
    }

    /// Puts what was kept of an account in the place of this one, as a change like any other.
    pub fn replace(&mut self, kept: Self) {
        *self = Self { revision: self.revision + 1, ..kept };
    }
}

fn turn<T: Entity>(listing: &mut Listing<T>, page: Page<T>) {
    if page.first {
        listing.begin();
    }
    listing.page(page.rows);
    if let Some(at) = page.last {
        listing.complete(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        AttachedPolicy, ErrorKind, GroupFacts, ReportRow, RoleFacts, RoleName, Trust, TrustedEntity, VersionId,
    };
    use jiff::Timestamp;

    fn seen(seconds: i64) -> Seen {
        Seen::new(Source::Bulk, Timestamp::from_second(seconds).unwrap())
    }

    fn arn(resource: &str) -> Arn {
        Arn::iam("aws", "123456789012", resource).unwrap()
    }

    fn user(name: &str, facts: UserFacts) -> User {
        let arn = arn(&format!("user/{name}"));
        User { name: name.into(), arn, id: name.into(), created: Timestamp::UNIX_EPOCH, facts }
    }

    fn attached(policy: &Arn) -> Fact<Vec<AttachedPolicy>> {
        Fact::Known(vec![AttachedPolicy { arn: policy.clone() }], seen(1))
    }

    fn bulk() -> BulkPage {
        let policy = arn("policy/Deploy");
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#;
        BulkPage {
            users: vec![
                user(
                    "alice",
                    UserFacts {
                        groups: Fact::Known(vec!["ops".into()], seen(1)),
                        attached: attached(&policy),
                        ..UserFacts::default()
                    },
                ),
                user("bob", UserFacts { boundary: Fact::Known(policy.clone(), seen(1)), ..UserFacts::default() }),
            ],
            groups: vec![Group {
                name: "ops".into(),
                arn: arn("group/ops"),
                id: "AGPA".into(),
                created: Timestamp::UNIX_EPOCH,
                facts: GroupFacts { attached: attached(&policy), ..GroupFacts::default() },
            }],
            roles: vec![Role {
                name: "Partner".into(),
                arn: arn("role/Partner"),
                id: "AROA".into(),
                created: Timestamp::UNIX_EPOCH,
                facts: RoleFacts {
                    trust: Fact::Known(Trust::new(crate::model::Document::new(trust)), seen(1)),
                    ..RoleFacts::default()
                },
            }],
            policies: Vec::new(),
            first: true,
            last: Timestamp::from_second(1).ok(),
        }
    }

    #[test]
    fn the_index_tells_who_uses_what_and_whom_roles_trust() {
        let mut account = Account::default();
        account.apply(Update::Bulk(Box::new(bulk())));
        let references = account.references();
        let uses = references.uses(&arn("policy/Deploy")).unwrap();
        assert_eq!((uses.users.len(), uses.groups.len(), uses.bounded_users.len()), (1, 1, 1));
        assert_eq!(references.members(&"ops".into()), [UserName::from("alice")]);
        let partner = TrustedEntity::Account("111122223333".into());
        assert_eq!(references.trusting(&partner), [RoleName::from("Partner")]);
    }

    #[test]
    fn who_uses_a_policy_is_told_by_the_newer_of_its_own_read_and_the_bulk_read() {
        let policy = arn("policy/Deploy");
        for (seconds, users) in [(0, 1), (5, 0)] {
            let mut account = Account::default();
            let mut page = bulk();
            page.policies = vec![Policy {
                arn: policy.clone(),
                id: "ANPA".into(),
                created: Timestamp::UNIX_EPOCH,
                updated: Timestamp::UNIX_EPOCH,
                default_version: "v1".into(),
                attachments: Fact::Known(2, seen(1)),
                boundary_uses: Fact::Unknown,
                attachable: true,
                facts: crate::model::PolicyFacts::default(),
            }];
            account.apply(Update::Bulk(Box::new(page)));
            let entities = Fact::Known(PolicyUse::default(), seen(seconds));
            let facts = crate::model::PolicyFacts { entities, ..crate::model::PolicyFacts::default() };
            account.apply(Update::PolicyFacts(policy.clone(), Box::new(facts)));
            let row = account.policy(&policy).unwrap();
            assert_eq!(account.uses(row).known().unwrap().users.len(), users);
            assert_eq!(row.attachments.known(), Some(if seconds > 1 { &0 } else { &2 }));
        }
    }

    #[test]
    fn members_come_from_the_users_once_all_are_read_and_from_the_group_where_it_was_read() {
        let mut account = Account::default();
        let mut part = bulk();
        part.last = None;
        account.apply(Update::Bulk(Box::new(part)));
        assert!(account.members(&"ops".into()).is_unknown(), "more users may follow");
        account.apply(Update::Bulk(Box::new(bulk())));
        assert_eq!(account.members(&"ops".into()).known().unwrap().len(), 1);
        let facts = GroupFacts { members: Fact::Known(Vec::new(), seen(5)), ..GroupFacts::default() };
        account.apply(Update::GroupFacts("ops".into(), Box::new(facts)));
        assert_eq!(account.members(&"ops".into()).known().unwrap().len(), 0);
    }

    #[test]
    fn the_bulk_read_never_completes_a_list_and_a_failed_one_leaves_the_lists_alone() {
        let mut account = Account::default();
        account.apply(Update::Bulk(Box::new(bulk())));
        assert!(!account.users().is_complete());
        account.fail(List::Bulk, LoadError::new(ErrorKind::Timeout, "GetAccountAuthorizationDetails"));
        assert_eq!(account.users().rows().len(), 2);
        assert!(account.users().error().is_none());
    }

    #[test]
    fn a_report_does_not_bring_deleted_users_back() {
        let mut account = Account::default();
        account.apply(Update::Users(Page::whole(vec![user("alice", UserFacts::default())], Timestamp::UNIX_EPOCH)));
        let row = |name: &str| Arc::new(ReportRow { user: name.into(), mfa_active: true, ..ReportRow::default() });
        let report = CredentialReport {
            generated: Timestamp::UNIX_EPOCH,
            rows: vec![row("alice"), row("gone")],
            csv: Box::default(),
        };
        account.apply(Update::Report(Box::new(report)));
        assert_eq!(account.users().rows().len(), 1);
        assert_eq!(account.users().get("alice").unwrap().facts.has_mfa().known(), Some(&true));
    }

    #[test]
    fn documents_of_versions_add_up() {
        let policy = arn("policy/Deploy");
        let mut account = Account::default();
        let facts = |version: &str| crate::model::PolicyFacts {
            documents: [(VersionId::from(version), Fact::Known(crate::model::Document::new("{}"), seen(1)))].into(),
            ..crate::model::PolicyFacts::default()
        };
        account.apply(Update::PolicyFacts(policy.clone(), Box::new(facts("v1"))));
        account.apply(Update::PolicyFacts(policy.clone(), Box::new(facts("v2"))));
        account.apply(Update::Policy(Box::new(Policy {
            arn: policy.clone(),
            id: "ANPA".into(),
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            default_version: "v2".into(),
            attachments: Fact::Unknown,
            boundary_uses: Fact::Unknown,
            attachable: true,
            facts: crate::model::PolicyFacts::default(),
        })));
        let policy = account.policy(&policy).unwrap();
        assert!(policy.document().known().is_some());
        assert!(policy.facts.document(&"v1".into()).known().is_some());
    }

    #[test]
    fn every_update_gives_the_account_a_new_number() {
        let mut account = Account::default();
        let before = account.revision();
        account.apply(Update::Alias(Fact::Absent(seen(1))));
        assert_ne!(account.revision(), before);
        let before = account.revision();
        account.replace(Account::default());
        assert_ne!(account.revision(), before);
    }
}
