//! An organization: accounts in organizational units, and the policies that cap what the accounts may do.
//!
//! It is read from a file when the emulator starts, and is not kept in the store: the accounts are.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::store::world::is_number;
use crate::policy::ast::Effect;
use crate::policy::evaluate::Compiled;

/// How deep organizational units may lie in each other.
const DEEPEST: usize = 5;
/// What AWS attaches to everything until it is detached (`FullAWSAccess`).
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
/// What AWS attaches to everything for ever (`RCPFullAWSAccess`).
const EVERYONE: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;

/// Policies by level, the organization's root first: each level must allow.
pub type Levels = Vec<Vec<Arc<Compiled>>>;

/// Accounts under one management account.
#[derive(Debug, Clone)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The twelve digits of the management account, which no policy of the organization binds.
    pub management: String,
    members: BTreeMap<String, Member>,
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
    scps: Levels,
    rcps: Levels,
}

/// Why a file describes no organization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationError {
    /// It is no JSON of the right shape.
    #[error("{0}")]
    Json(String),
    /// A number of an account is none.
    #[error("`{0}` is no account number, which has twelve digits")]
    Number(String),
    /// An account stands in it twice.
    #[error("the account {0} stands in it twice")]
    Twice(String),
    /// A policy cannot be read.
    #[error("the {kind} {number} of {place} cannot be read: {error}", kind = .0, number = .1, place = .2, error = .3)]
    Policy(&'static str, usize, String, String),
    /// AWS leaves at least one policy attached.
    #[error("{0} has an empty list of policies; leave the list out for one that allows everything")]
    Empty(String),
    /// The organizational units lie too deep in each other.
    #[error("`{0}` lies deeper than {DEEPEST} organizational units")]
    Deep(String),
    /// A root key has no colon in it.
    #[error("the root key of the account {0} is not of the form ID:SECRET")]
    RootKey(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "the description of an organization")]
struct File {
    id: Option<String>,
    management_account: String,
    root: Unit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "the root or an organizational unit")]
struct Unit {
    #[serde(default)]
    name: String,
    scps: Option<Vec<Value>>,
    rcps: Option<Vec<Value>>,
    #[serde(default)]
    accounts: Vec<Account>,
    #[serde(default)]
    ous: Vec<Unit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an account")]
struct Account {
    id: String,
    name: String,
    root_key: Option<String>,
    scps: Option<Vec<Value>>,
    rcps: Option<Vec<Value>>,
}

/// What an account inherits from where it lies.
#[derive(Clone, Default)]
struct Inherited {
    path: String,
    scps: Levels,
    rcps: Levels,
}

impl Organization {
    /// Reads the description of an organization.
    pub fn read(text: &str) -> Result<Self, OrganizationError> {
        let file: File = serde_json::from_str(text).map_err(|error| OrganizationError::Json(error.to_string()))?;
        let management = number(&file.management_account)?;
        let id = file.id.unwrap_or_else(|| format!("o-{}", letters(&management, 10)));
        let path = format!("{id}/r-{}/", letters(&id, 4));
        let mut organization = Self { id, management: management.clone(), members: BTreeMap::new() };
        organization.unit(&file.root, &Inherited { path: path.clone(), ..Inherited::default() }, 0)?;
        organization.members.entry(management).or_insert_with(|| Member {
            name: "management".to_owned(),
            root_key: None,
            path,
            scps: Vec::new(),
            rcps: Vec::new(),
        });
        Ok(organization)
    }

    fn unit(&mut self, unit: &Unit, above: &Inherited, depth: usize) -> Result<(), OrganizationError> {
        if depth > DEEPEST {
            return Err(OrganizationError::Deep(unit.name.clone()));
        }
        let place = if depth == 0 { "the root".to_owned() } else { format!("the unit {}", unit.name) };
        let own = above.and(unit.scps.as_deref(), unit.rcps.as_deref(), &place)?;
        for account in &unit.accounts {
            self.account(account, &own)?;
        }
        for inner in &unit.ous {
            let path = format!("{}ou-{}/", own.path, letters(&format!("{}{}", own.path, inner.name), 8));
            self.unit(inner, &Inherited { path, ..own.clone() }, depth + 1)?;
        }
        Ok(())
    }

    fn account(&mut self, account: &Account, above: &Inherited) -> Result<(), OrganizationError> {
        let number = number(&account.id)?;
        let own = above.and(account.scps.as_deref(), account.rcps.as_deref(), &format!("the account {number}"))?;
        let key = account
            .root_key
            .as_deref()
            .map(|key| key.split_once(':').ok_or(OrganizationError::RootKey(number.clone())));
        let root_key = key.transpose()?.map(|(id, secret)| (id.to_owned(), SecretString::from(secret)));
        let member = Member { name: account.name.clone(), root_key, path: own.path, scps: own.scps, rcps: own.rcps };
        match self.members.insert(number.clone(), member) {
            None => Ok(()),
            Some(_) => Err(OrganizationError::Twice(number)),
        }
    }

    /// All accounts by their number, the management account among them.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.members.iter().map(|(number, member)| (number.as_str(), member))
    }

    /// The account of a number, if it is of this organization.
    pub fn member(&self, account: &str) -> Option<&Member> {
        self.members.get(account)
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
}

impl Inherited {
    /// The same with the policies of one more level.
    fn and(&self, scps: Option<&[Value]>, rcps: Option<&[Value]>, place: &str) -> Result<Self, OrganizationError> {
        let mut own = self.clone();
        if let Some(scps) = scps {
            let mut level = compiled("SCP", scps, place)?;
            // A list of denials leaves what AWS attaches in place; a list of what is allowed replaces it.
            let allows = |policy: &Arc<Compiled>| policy.statements().iter().any(|one| one.effect() == Effect::Allow);
            if !level.iter().any(allows) {
                level.extend(Compiled::new(EVERYTHING).map(Arc::new));
            }
            own.scps.push(level);
        }
        if let Some(rcps) = rcps {
            let mut level = compiled("RCP", rcps, place)?;
            level.extend(Compiled::new(EVERYONE).map(Arc::new));
            own.rcps.push(level);
        }
        Ok(own)
    }
}

fn compiled(kind: &'static str, documents: &[Value], place: &str) -> Result<Vec<Arc<Compiled>>, OrganizationError> {
    if documents.is_empty() {
        return Err(OrganizationError::Empty(place.to_owned()));
    }
    let one = |(at, document): (usize, &Value)| {
        let text = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
        let unread = |error: &dyn std::fmt::Display| {
            OrganizationError::Policy(kind, at + 1, place.to_owned(), error.to_string())
        };
        Compiled::new(&text).map(Arc::new).map_err(|error| unread(&error))
    };
    documents.iter().enumerate().map(one).collect()
}

fn number(text: &str) -> Result<String, OrganizationError> {
    if is_number(text) { Ok(text.to_owned()) } else { Err(OrganizationError::Number(text.to_owned())) }
}

/// Letters and digits that follow from a text, for ids that stay the same from start to start.
fn letters(text: &str, count: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(count).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
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
        check(&with(&format!(r#"{{"accounts":[{twice},{twice}]}}"#)), "the account 444455556666 stands in it twice");
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
