//! How an account begins: its number, its root key, its seed.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::failure::Failure;
use super::operation::Environment;
use super::seed::{self, Seed, Step};
use super::store::credentials::AccessKey;
use super::store::records::Account;
use super::store::{State, World};
use crate::api::Iam;

/// An access key with its secret.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: SecretString,
}

impl KeyPair {
    /// A pair of an id and its secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: SecretString::from(secret.into()) }
    }
}

/// The role by which the management account gets into a member account, as AWS makes it with the account.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

/// What a new account is made of.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The root key, taken as given; a fresh one otherwise.
    pub root_key: Option<KeyPair>,
}

impl Setup {
    /// Begins the account of the environment, with its seed.
    pub fn begin(
        &self,
        world: &mut World,
        environment: &Environment,
        seed: Seed,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.account(world, environment, &environment.account, now);
        world.add(&environment.account).change_account(|account| account.announced = true);
        seed::apply_seed(seed, world, environment, now)
    }

    /// Begins the accounts of the environment's organization that are not there yet.
    pub fn join(world: &mut World, environment: &Environment, now: Timestamp) -> Result<(), Failure> {
        let Some(organization) = &environment.organization else { return Ok(()) };
        for (account, member) in organization.members() {
            let root_key = member.root_key.as_ref();
            let setup =
                Self { root_key: root_key.map(|(id, secret)| KeyPair { id: id.clone(), secret: secret.clone() }) };
            match world.get_mut(account).filter(|state| !state.account.is_empty()) {
                Some(_) if account == environment.account => {}
                Some(state) => setup.rekey(state, now),
                None => {
                    setup.account(world, environment, account, now);
                    let trust = json!({"Version": "2012-10-17", "Statement": [{
                        "Effect": "Allow",
                        "Principal": {"AWS": format!("arn:aws:iam::{}:root", organization.management)},
                        "Action": "sts:AssumeRole",
                    }]});
                    let role = json!({"RoleName": ACCESS_ROLE, "AssumeRolePolicyDocument": trust.to_string()});
                    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
                    let attach = json!({"RoleName": ACCESS_ROLE, "PolicyArn": policy});
                    for (operation, input) in [(Iam::CreateRole, role), (Iam::AttachRolePolicy, attach)] {
                        seed::run(&Step { age: 0, operation, input }, account, world, environment, now)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts an account with its root key into the world.
    fn account(&self, world: &mut World, environment: &Environment, number: &str, now: Timestamp) {
        let (id, secret) = match &self.root_key {
            Some(pair) => (pair.id.clone(), pair.secret.expose_secret().to_owned()),
            None => (environment.ids.access_key("AKIA", number), environment.ids.secret()),
        };
        world.add(number).account.put(Account {
            number: number.to_owned(),
            created: now.into(),
            root_keys: vec![AccessKey { id, secret, created: now.into(), ..AccessKey::default() }],
            token_secret: environment.ids.secret(),
            token_version: 1,
            ..Account::default()
        });
    }

    /// Puts a root key that was given in the place of the stored one.
    pub fn rekey(&self, state: &mut State, now: Timestamp) {
        let Some(pair) = &self.root_key else { return };
        let given = AccessKey {
            id: pair.id.clone(),
            secret: pair.secret.expose_secret().to_owned(),
            created: now.into(),
            ..AccessKey::default()
        };
        let stored = state.account().root_keys.first();
        if stored.is_none_or(|key| (&key.id, &key.secret) != (&given.id, &given.secret)) {
            state.change_account(|account| account.root_keys = vec![given]);
        }
    }
}
