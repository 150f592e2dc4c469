//! Why an emulator did not start.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::store::durable::Broken;
use super::store::place::NoPlace;
use crate::base::error::UserError;

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no place for the store.
    #[error(transparent)]
    Place(#[from] NoPlace),
    /// Another process holds the store in this folder.
    #[error("another iamtui process uses the store in `{}`", .0.display())]
    Held(PathBuf),
    /// The store's file cannot be read or written.
    #[error("the store in `{folder}` cannot be used: {error}", folder = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// The store's file is damaged.
    #[error("the store in `{folder}` is damaged: {what}", folder = .0.display(), what = .1)]
    Damaged(PathBuf, String),
    /// The store belongs to another account.
    #[error("the account `{0}` was requested, but the store contains the account `{1}`")]
    OtherAccount(String, String),
    /// This is no account number.
    #[error("`{0}` is no account number, which has twelve digits")]
    NoAccount(String),
    /// The address cannot be listened on.
    #[error("cannot listen on `{0}`: {1}")]
    Listen(SocketAddr, io::Error),
    /// No thread could be started.
    #[error("no thread could be started: {0}")]
    Thread(io::Error),
    /// The machine's clock cannot be right: no request could be signed with it.
    #[error("the clock says {0}, which is before 1970")]
    Clock(jiff::Timestamp),
    /// The seed could not be sown.
    #[error("the seed could not be sown: {0}")]
    Seed(Failure),
}

impl Error {
    /// What an error of the store's file in this folder is to the user.
    pub(super) fn store(folder: &Path, error: Broken) -> Self {
        match error {
            Broken::Held => Self::Held(folder.to_owned()),
            Broken::Io(error) => Self::Io(folder.to_owned(), error),
            Broken::Damaged(what) => Self::Damaged(folder.to_owned(), what),
        }
    }

    /// The error as shown, with a next step.
    pub fn user_error(&self) -> UserError {
        let told = UserError::new(self.to_string());
        match self {
            Self::Place(NoPlace::Name(_)) => {
                told.hint("Use letters, digits, dots, dashes and underscores, not beginning with a dot.")
            }
            Self::Place(_) => told.hint("Name another folder with `--data-dir`, or keep nothing with `--ephemeral`."),
            Self::Held(_) => told.hint("End the other one first, or use another store with `--store NAME`."),
            Self::Io(..) => told.hint("Check the folder's rights and the free space, or use `--data-dir`."),
            Self::Damaged(..) => {
                told.hint("Put a backup in its place, or move the folder away to begin with an empty account.")
            }
            Self::OtherAccount(..) => told.hint("Leave the flag out, or use another store with `--store NAME`."),
            Self::NoAccount(_) => told.hint("Give twelve digits, such as 123456789012."),
            Self::Listen(..) => told.hint("Use another port, or `--port 0` for any free one."),
            Self::Thread(_) => told.hint("Check how many processes and threads this user may have."),
            Self::Clock(_) => told.hint("Set the machine's clock."),
            Self::Seed(_) => told.hint("Please report this: a seed should always grow."),
        }
    }
}
