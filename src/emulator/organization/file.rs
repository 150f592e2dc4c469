//! The file that describes an organization.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Member, Organization, OrganizationPolicy, PolicyType, Unit};
use crate::emulator::store::world::is_number;
use crate::policy::ast::Effect;
use crate::policy::evaluate::Compiled;

/// How deep organizational units may lie in each other.
const DEEPEST: usize = 5;
/// What AWS attaches to everything until it is detached (`FullAWSAccess`).
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
/// What AWS attaches to everything for ever (`RCPFullAWSAccess`).
const EVERYONE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

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
    #[error("the account {0} is listed twice")]
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
    root: UnitFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "the root or an organizational unit")]
struct UnitFile {
    #[serde(default)]
    name: String,
    scps: Option<Vec<Value>>,
    rcps: Option<Vec<Value>>,
    #[serde(default)]
    accounts: Vec<AccountFile>,
    #[serde(default)]
    ous: Vec<UnitFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an account")]
struct AccountFile {
    id: String,
    name: String,
    root_key: Option<String>,
    scps: Option<Vec<Value>>,
    rcps: Option<Vec<Value>>,
}

impl PolicyType {
    /// The id of what AWS attaches to everything, its name and its document.
    const fn full_access(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Scp => ("p-FullAWSAccess", "FullAWSAccess", EVERYTHING),
            Self::Rcp => ("p-RCPFullAWSAccess", "RCPFullAWSAccess", EVERYONE),
        }
    }

    /// What people call it.
    const fn short(self) -> &'static str {
        match self {
            Self::Scp => "SCP",
            Self::Rcp => "RCP",
        }
    }
}

impl Organization {
    /// Reads the description of an organization.
    pub fn read(text: &str) -> Result<Self, OrganizationError> {
        let file: File = serde_json::from_str(text).map_err(|error| OrganizationError::Json(error.to_string()))?;
        let management = number(&file.management_account)?;
        let id = file.id.unwrap_or_else(|| format!("o-{}", letters(&management, 10)));
        let root = format!("r-{}", letters(&id, 4));
        let path = format!("{id}/{root}/");
        let mut organization = Self {
            id,
            management: management.clone(),
            root: root.clone(),
            members: BTreeMap::new(),
            units: BTreeMap::new(),
            policies: BTreeMap::new(),
            attached: BTreeMap::new(),
        };
        organization.read_unit(&file.root, (&root, &path), 0)?;
        if !organization.members.contains_key(&management) {
            organization.attach(&management, None, None, "the management account")?;
            organization.put(management, "management".to_owned(), None, (&root, &path));
        }
        let levels = |number: &String| {
            (number.clone(), organization.levels(number, PolicyType::Scp), organization.levels(number, PolicyType::Rcp))
        };
        let all: Vec<_> = organization.members.keys().map(levels).collect();
        for (number, scps, rcps) in all {
            if let Some(member) = organization.members.get_mut(&number) {
                (member.scps, member.rcps) = (scps, rcps);
            }
        }
        Ok(organization)
    }

    /// Reads the root or a unit: its id, and the path that ends with it.
    fn read_unit(&mut self, unit: &UnitFile, (id, path): (&str, &str), depth: usize) -> Result<(), OrganizationError> {
        if depth > DEEPEST {
            return Err(OrganizationError::Deep(unit.name.clone()));
        }
        let place = if depth == 0 { "the root".to_owned() } else { format!("the unit {}", unit.name) };
        self.attach(id, unit.scps.as_deref(), unit.rcps.as_deref(), &place)?;
        for account in &unit.accounts {
            self.read_account(account, (id, path))?;
        }
        for inner in &unit.ous {
            let suffix = self.root.trim_start_matches("r-");
            let inner_id = format!("ou-{suffix}-{}", letters(&format!("{path}{}", inner.name), 8));
            let inner_path = format!("{path}{inner_id}/");
            let known = Unit { name: inner.name.clone(), path: inner_path.clone(), parent: id.to_owned() };
            self.units.insert(inner_id.clone(), known);
            self.read_unit(inner, (&inner_id, &inner_path), depth + 1)?;
        }
        Ok(())
    }

    fn read_account(&mut self, account: &AccountFile, within: (&str, &str)) -> Result<(), OrganizationError> {
        let number = number(&account.id)?;
        if self.members.contains_key(&number) {
            return Err(OrganizationError::Twice(number));
        }
        let place = format!("the account {number}");
        self.attach(&number, account.scps.as_deref(), account.rcps.as_deref(), &place)?;
        let key = account
            .root_key
            .as_deref()
            .map(|key| key.split_once(':').ok_or(OrganizationError::RootKey(number.clone())));
        let root_key = key.transpose()?.map(|(id, secret)| (id.to_owned(), SecretString::from(secret)));
        self.put(number, account.name.clone(), root_key, within);
        Ok(())
    }

    fn put(
        &mut self,
        number: String,
        name: String,
        root_key: Option<(String, SecretString)>,
        (parent, path): (&str, &str),
    ) {
        let (parent, path) = (parent.to_owned(), path.to_owned());
        self.members.insert(number, Member { name, root_key, path, parent, scps: Vec::new(), rcps: Vec::new() });
    }

    /// Attaches the policies of the file to a target, and what AWS attaches.
    fn attach(
        &mut self,
        target: &str,
        scps: Option<&[Value]>,
        rcps: Option<&[Value]>,
        place: &str,
    ) -> Result<(), OrganizationError> {
        for (kind, documents) in [(PolicyType::Scp, scps), (PolicyType::Rcp, rcps)] {
            let mut ids = Vec::new();
            let mut allows = false;
            if documents.is_some_and(<[Value]>::is_empty) {
                return Err(OrganizationError::Empty(place.to_owned()));
            }
            for (at, document) in documents.into_iter().flatten().enumerate() {
                let text = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
                let unread = |error: &dyn Display| {
                    OrganizationError::Policy(kind.short(), at + 1, place.to_owned(), error.to_string())
                };
                let compiled = Compiled::new(&text).map_err(|error| unread(&error))?;
                allows |= compiled.statements().iter().any(|one| one.effect() == Effect::Allow);
                ids.push(self.keep(kind, text, compiled));
            }
            // A list of denials leaves what AWS attaches in place; a list of what is allowed replaces it. What it
            // attaches of resource control policies cannot be detached.
            if kind == PolicyType::Rcp || !allows {
                ids.insert(0, self.keep_full_access(kind));
            }
            self.attached.entry(target.to_owned()).or_default().append(&mut ids);
        }
        Ok(())
    }

    /// Keeps a policy and gives back its id: one document is one policy, however often it is attached.
    fn keep(&mut self, kind: PolicyType, document: String, compiled: Compiled) -> String {
        let id = format!("p-{}", letters(&format!("{}{document}", kind.name()), 10));
        let sid = compiled.statements().iter().find_map(|statement| statement.sid());
        let name = sid.map_or_else(|| format!("{}-{}", kind.short(), id.trim_start_matches("p-")), str::to_owned);
        let policy = OrganizationPolicy { name, kind, document, aws: false, compiled: Arc::new(compiled) };
        self.policies.insert(id.clone(), policy);
        id
    }

    fn keep_full_access(&mut self, kind: PolicyType) -> String {
        let (id, name, document) = kind.full_access();
        self.policies.entry(id.to_owned()).or_insert_with(|| OrganizationPolicy {
            name: name.to_owned(),
            kind,
            document: document.to_owned(),
            aws: true,
            compiled: Arc::new(Compiled::new(document).unwrap_or_default()),
        });
        id.to_owned()
    }
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
