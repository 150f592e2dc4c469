//! All tables of one account.

use super::activity::{Activity, Job};
use super::analyzers::Analyzer;
use super::credentials::{OidcProvider, SamlProvider, ServerCertificate, VirtualMfa};
use super::delegations::DelegationRequest;
use super::records::{Account, Group, InstanceProfile, Policy, Role, User};
use super::signin_sessions::SigninSession;
use super::table::{Change, Journalled, Table, Unreadable};

/// The account in memory.
#[derive(Debug, Default)]
pub struct State {
    /// One row: the account itself.
    pub account: Table<Account>,
    /// Users with their credentials.
    pub users: Table<User>,
    /// User groups.
    pub groups: Table<Group>,
    /// Roles.
    pub roles: Table<Role>,
    /// Customer managed policies.
    pub policies: Table<Policy>,
    /// Instance profiles.
    pub instance_profiles: Table<InstanceProfile>,
    /// Virtual MFA devices.
    pub virtual_mfa: Table<VirtualMfa>,
    /// Server certificates.
    pub server_certificates: Table<ServerCertificate>,
    /// OpenID Connect providers.
    pub oidc_providers: Table<OidcProvider>,
    /// SAML providers.
    pub saml_providers: Table<SamlProvider>,
    /// What principals have called.
    pub activity: Table<Activity>,
    /// Reports that were asked for.
    pub jobs: Table<Job>,
    /// Analyzers of Access Analyzer.
    pub analyzers: Table<Analyzer>,
    /// Delegation requests that the account created as a partner.
    pub delegation_requests: Table<DelegationRequest>,
    /// Sign-in sessions.
    pub signin_sessions: Table<SigninSession>,
}

/// Where every table's journal stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(Vec<usize>);

impl State {
    fn tables(&self) -> [&dyn Journalled; 15] {
        [
            &self.account,
            &self.users,
            &self.groups,
            &self.roles,
            &self.policies,
            &self.instance_profiles,
            &self.virtual_mfa,
            &self.server_certificates,
            &self.oidc_providers,
            &self.saml_providers,
            &self.activity,
            &self.jobs,
            &self.analyzers,
            &self.delegation_requests,
            &self.signin_sessions,
        ]
    }

    fn tables_mut(&mut self) -> [&mut dyn Journalled; 15] {
        [
            &mut self.account,
            &mut self.users,
            &mut self.groups,
            &mut self.roles,
            &mut self.policies,
            &mut self.instance_profiles,
            &mut self.virtual_mfa,
            &mut self.server_certificates,
            &mut self.oidc_providers,
            &mut self.saml_providers,
            &mut self.activity,
            &mut self.jobs,
            &mut self.analyzers,
            &mut self.delegation_requests,
            &mut self.signin_sessions,
        ]
    }

    /// The one account row; an empty one before the store is set up.
    pub fn account(&self) -> &Account {
        static EMPTY: std::sync::LazyLock<Account> = std::sync::LazyLock::new(Account::default);
        self.account.get("account").unwrap_or(&EMPTY)
    }

    /// Changes the account row.
    pub fn change_account<T>(&mut self, edit: impl FnOnce(&mut Account) -> T) -> T {
        let mut account = self.account().clone();
        let out = edit(&mut account);
        self.account.put(account);
        out
    }

    /// Whether anything changed that is not yet durable.
    pub fn is_changed(&self) -> bool {
        self.tables().iter().any(|table| table.mark() > 0)
    }

    /// Where the journals stand now.
    pub fn mark(&self) -> Mark {
        Mark(self.tables().iter().map(|table| table.mark()).collect())
    }

    /// Undoes everything since a mark.
    pub fn undo_to(&mut self, mark: &Mark) {
        for (table, mark) in self.tables_mut().into_iter().zip(&mark.0) {
            table.undo_to(*mark);
        }
    }

    /// Undoes everything that is not yet durable.
    pub fn undo_all(&mut self) {
        for table in self.tables_mut() {
            table.undo_to(0);
        }
    }

    /// What changed since the last [`State::settle`].
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for table in self.tables() {
            table.changes(&mut changes);
        }
        changes
    }

    /// Every record, as changes that another state can adopt.
    pub fn everything(&self) -> Vec<Change> {
        let mut records = Vec::new();
        for table in self.tables() {
            table.everything(&mut records);
        }
        records
    }

    /// Forgets the journals: what changed is durable.
    pub fn settle(&mut self) {
        for table in self.tables_mut() {
            table.settle();
        }
    }

    /// Takes a stored value; its key is `table/id`.
    pub fn load(&mut self, key: &str, bytes: &[u8]) -> Result<(), Unreadable> {
        let (label, id) = key.split_once('/').unwrap_or((key, ""));
        let table = self.tables_mut().into_iter().find(|table| table.label() == label);
        table.ok_or_else(|| Unreadable::Stray(key.to_owned()))?.load(id, bytes)
    }

    /// Takes changes that another state made.
    pub fn adopt(&mut self, changes: &[Change]) {
        for change in changes {
            if let Some(table) = self.tables_mut().into_iter().find(|table| table.label() == change.table) {
                table.adopt(change);
            }
        }
    }

    /// Takes a change that another state made, as one that can be undone and stored.
    pub fn take(&mut self, change: &Change) {
        if let Some(table) = self.tables_mut().into_iter().find(|table| table.label() == change.table) {
            table.take(change);
        }
    }

    /// Empties every table, as changes that can be undone.
    pub fn clear(&mut self) {
        for table in self.tables_mut() {
            table.clear();
        }
    }
}
