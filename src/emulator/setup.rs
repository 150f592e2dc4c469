//! How an account begins: its number, its root key, its seed.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::failure::Failure;
use super::operation::Environment;
use super::seed::{self, Seed};
use super::store::credentials::AccessKey;
use super::store::records::Account;
use super::store::{State, World};

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
        let (id, secret) = match &self.root_key {
            Some(pair) => (pair.id.clone(), pair.secret.expose_secret().to_owned()),
            None => (environment.ids.access_key("AKIA", &environment.account), environment.ids.secret()),
        };
        world.add(&environment.account).account.put(Account {
            number: environment.account.clone(),
            created: now.into(),
            root_keys: vec![AccessKey { id, secret, created: now.into(), ..AccessKey::default() }],
            token_secret: environment.ids.secret(),
            token_version: 1,
            ..Account::default()
        });
        seed::sow(seed, world, environment, now)
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
