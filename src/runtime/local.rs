//! The embedded emulator as an account to open.

use secrecy::ExposeSecret as _;

use crate::backend::{Secret, Target};
use crate::base::clock::Clock;
use crate::emulator::{self, Error, Handle, Options, Place, Seed};

/// Starts the emulator on a store, or finds the process that holds it. It blocks while the store opens.
pub fn start(store: String, clock: Clock) -> Result<Handle, Error> {
    let seed = if store == "demo" { Seed::Demo } else { Seed::Empty };
    emulator::connect_or_start(Options { seed, clock, ..Options::new(Place::Named(store)) })
}

/// The administrator that the seed made; an empty account has only its root user.
pub fn target(handle: &Handle) -> Target {
    let key = handle.administrator.as_ref().unwrap_or(&handle.root);
    Target::Key {
        endpoint: handle.endpoint.clone(),
        region: "us-east-1".to_owned(),
        access_key_id: key.id.clone(),
        secret_access_key: Secret::new(key.secret.expose_secret()),
        session_token: None,
    }
}
