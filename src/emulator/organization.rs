//! An organization: accounts in organizational units, and the policies that cap what the accounts may do.
//!
//! It is read from a file when the emulator starts, and is not kept in the store: the accounts are.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;

use crate::policy::evaluate::Compiled;

mod file;

pub use file::OrganizationError;

/// Policies by level, the organization's root first: each level must allow.
pub type Levels = Vec<Vec<Arc<Compiled>>>;

/// Accounts under one management account.
#[derive(Debug, Clone)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The twelve digits of the management account, which no policy of the organization binds.
    pub management: String,
    /// The id of the root, `r-…`.
    pub root: String,
    members: BTreeMap<String, Member>,
    units: BTreeMap<String, Unit>,
    policies: BTreeMap<String, OrganizationPolicy>,
    /// The ids of the policies that are attached, by the id of the root, of a unit or of an account.
    attached: BTreeMap<String, Vec<String>>,
}

/// An account of an organization.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The id and the secret of the root user's key, where it is given.
    pub root_key: Option<(String, SecretString)>,
    /// Where it lies: `o-…/r-…/ou-…/`.
    pub path: String,
    /// The root or the unit that it is in.
    pub parent: String,
    scps: Levels,
    rcps: Levels,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Where it lies, itself included: `o-…/r-…/ou-…/`.
    pub path: String,
    /// The root or the unit that it is in.
    pub parent: String,
}

/// What a policy of an organization caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// The permissions of principals.
    Scp,
    /// The access to resources.
    Rcp,
}

impl PolicyType {
    /// Both types.
    pub const ALL: [Self; 2] = [Self::Scp, Self::Rcp];

    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scp => "SERVICE_CONTROL_POLICY",
            Self::Rcp => "RESOURCE_CONTROL_POLICY",
        }
    }
}

/// A policy of an organization.
#[derive(Debug, Clone)]
pub struct OrganizationPolicy {
    /// Its name.
    pub name: String,
    /// What it caps.
    pub kind: PolicyType,
    /// The document.
    pub document: String,
    /// Whether it is AWS's own.
    pub aws: bool,
    compiled: Arc<Compiled>,
}

impl Organization {
    /// All accounts by their number, the management account among them.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.members.iter().map(|(number, member)| (number.as_str(), member))
    }

    /// The account of a number, if it is of this organization.
    pub fn member(&self, account: &str) -> Option<&Member> {
        self.members.get(account)
    }

    /// All organizational units by their id.
    pub fn units(&self) -> impl Iterator<Item = (&str, &Unit)> {
        self.units.iter().map(|(id, unit)| (id.as_str(), unit))
    }

    /// The organizational unit of an id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id)
    }

    /// All policies by their id.
    pub fn policies(&self) -> impl Iterator<Item = (&str, &OrganizationPolicy)> {
        self.policies.iter().map(|(id, policy)| (id.as_str(), policy))
    }

    /// The policy of an id.
    pub fn policy(&self, id: &str) -> Option<&OrganizationPolicy> {
        self.policies.get(id)
    }

    /// The policies that are attached to the root, a unit or an account itself; none where there is no such target.
    pub fn attached(&self, target: &str) -> Option<impl Iterator<Item = (&str, &OrganizationPolicy)>> {
        let ids = self.attached.get(target)?;
        Some(ids.iter().filter_map(|id| self.policies.get_key_value(id)).map(|(id, policy)| (id.as_str(), policy)))
    }

    /// The root, units and accounts that a policy is attached to.
    pub fn targets(&self, policy: &str) -> impl Iterator<Item = &str> {
        let has = move |ids: &&Vec<String>| ids.iter().any(|id| id == policy);
        self.attached.iter().filter(move |(_, ids)| has(ids)).map(|(target, _)| target.as_str())
    }

    /// The service control policies that bind the principals of an account; none bind the management account's.
    pub fn scps(&self, account: &str) -> Levels {
        self.bound(account).map(|member| member.scps.clone()).unwrap_or_default()
    }

    /// The resource control policies that guard the resources of an account, likewise.
    pub fn rcps(&self, account: &str) -> Levels {
        self.bound(account).map(|member| member.rcps.clone()).unwrap_or_default()
    }

    fn bound(&self, account: &str) -> Option<&Member> {
        self.members.get(account).filter(|_| account != self.management)
    }

    /// Where policies of one type bind an account, outermost first: the root, its units and itself.
    pub fn bounds(&self, account: &str, kind: PolicyType) -> Vec<Bound<'_>> {
        let Some((account, member)) = self.members.get_key_value(account).filter(|_| account != self.management) else {
            return Vec::new();
        };
        let targets = member.path.split('/').skip(1).filter(|part| !part.is_empty()).chain([account.as_str()]);
        let bound = |target| {
            let attached = self.attached(target).into_iter().flatten();
            Bound { target, policies: attached.filter(|(_, policy)| policy.kind == kind).collect() }
        };
        targets.map(bound).collect()
    }

    fn levels(&self, account: &str, kind: PolicyType) -> Levels {
        let compiled =
            |bound: Bound<'_>| bound.policies.iter().map(|(_, policy)| Arc::clone(&policy.compiled)).collect();
        self.bounds(account, kind).into_iter().filter(Bound::caps).map(compiled).collect()
    }
}

/// The policies of one type that are attached to the root, a unit or an account.
#[derive(Debug, Clone)]
pub struct Bound<'a> {
    /// The id of the root or the unit, or the account's number.
    pub target: &'a str,
    /// The policies by their id.
    pub policies: Vec<(&'a str, &'a OrganizationPolicy)>,
}

impl Bound<'_> {
    /// Whether they cap anything: what AWS attaches alone allows everything, and is no level of its own.
    pub fn caps(&self) -> bool {
        self.policies.iter().any(|(_, policy)| !policy.aws)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let told = Organization::read(text).err().map(|unfit| unfit.to_string()).unwrap_or_default();
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{told}, not {expected}");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_place() {
        let with = |root: &str| format!(r#"{{"management_account":"111122223333","root":{root}}}"#);
        check(&with("{}"), "");
        check("[]", "invalid length 0, expected the description of an organization");
        check(r#"{"management_account":"1","root":{}}"#, "`1` is no account number");
        check(&with(r#"{"accounts":[{"id":"12","name":"a"}]}"#), "`12` is no account number");
        let twice = r#"{"id":"444455556666","name":"a"}"#;
        check(&with(&format!(r#"{{"accounts":[{twice},{twice}]}}"#)), "the account 444455556666 is listed twice");
        check(&with(r#"{"scps":[]}"#), "the root has an empty list");
        check(&with(r#"{"ous":[{"name":"dev","scps":["{"]}]}"#), "the SCP 1 of the unit dev cannot be read");
        check(&with(r#"{"units":[]}"#), "unknown field `units`");
        let key = r#"{"accounts":[{"id":"444455556666","name":"a","root_key":"x"}]}"#;
        check(&with(key), "the root key of the account 444455556666");
        let deep = (0..6).fold("{}".to_owned(), |inner, at| {
            format!(r#"{{"ous":[{}]}}"#, inner.replacen('{', &format!(r#"{{"name":"u{at}","#), 1).replace(",}", "}"))
        });
        check(&with(&deep), "`u0` lies deeper than 5");
    }

    #[test]
    fn an_account_has_the_policies_of_all_levels_above_it_and_the_management_account_none() {
        let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
        let text = format!(
            r#"{{"id":"o-abcdefghij","management_account":"111122223333","root":{{"scps":[{deny}],
            "accounts":[{{"id":"111122223333","name":"main"}}],
            "ous":[{{"name":"dev","rcps":[{deny}],"accounts":[{{"id":"444455556666","name":"a","scps":[{deny}]}}]}}]}}}}"#
        );
        let organization = Organization::read(&text).unwrap();
        let levels = |account: &str| (organization.scps(account).len(), organization.rcps(account).len());
        assert_eq!(levels("111122223333"), (0, 0));
        assert_eq!(levels("444455556666"), (2, 1));
        assert_eq!(levels("777788889999"), (0, 0));
        // Denials stand beside what allows everything.
        assert!(organization.scps("444455556666").iter().all(|level| level.len() == 2));
        let path = &organization.member("444455556666").unwrap().path;
        assert!(path.starts_with("o-abcdefghij/r-") && path.matches('/').count() == 3, "{path}");
    }
}
