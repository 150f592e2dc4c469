//! The embedded emulator as an account to open.

use secrecy::ExposeSecret as _;

use crate::backend::{Secret, Target};
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::emulator::{self, Error, Handle, NoPlace, Options, Place, Seed};

/// Starts the emulator on a store, or finds the process that holds it. It blocks while the store opens.
pub fn start(store: String, clock: Clock) -> Result<Handle, Error> {
    let seed = if store == "demo" { Seed::Demo } else { Seed::Empty };
    emulator::connect_or_start(Options { seed, clock, ..Options::new(Place::Named(store)) })
}

/// Why a store could not be opened, with what the console and the commands that read an account can do about it: the
/// flags that the error itself names are those of `iamtui emulate`.
pub fn user_error(error: &Error) -> UserError {
    let told = error.user_error();
    match error {
        Error::Place(NoPlace::Home | NoPlace::Io(..)) | Error::Io(..) => told.hint(
            "Set XDG_DATA_HOME to a folder that can be written to, or open an account with `--profile` or \
             `--endpoint-url`.",
        ),
        Error::Held(_) => told.hint("End the other one first, or use another store with `--local=NAME`."),
        _ => told,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_name_only_flags_that_the_console_has() {
        let io = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        for error in [Error::Io("x".into(), io()), Error::Held("x".into()), Error::Place(NoPlace::Io("x".into(), io()))]
        {
            let hint = user_error(&error).hint.unwrap();
            for flag in ["--data-dir", "--ephemeral", "--store"] {
                assert!(!hint.contains(flag), "{hint}");
            }
        }
    }
}
