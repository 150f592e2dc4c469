//! The files that the SDK reads tokens from: it would wait for a pipe, and read a device until memory ends.

use std::io;
use std::path::{Path, PathBuf};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_iam::config::ProvideCredentials;

use crate::backend::credentials::SIGN_IN;
use crate::base::bounded;
use crate::model::{ErrorKind, LoadError};

/// The most bytes of such a file; STS takes a web identity of at most 20,000 characters.
const LARGEST: u64 = 1 << 20;

/// A provider that is asked only where its file is one, of a fair size.
#[derive(Debug)]
pub(in crate::backend) struct FromFile<P> {
    file: Option<PathBuf>,
    provider: P,
}

impl<P> FromFile<P> {
    /// A provider that reads this file; none where it is not known.
    pub(in crate::backend) fn new(file: Option<PathBuf>, provider: P) -> Self {
        Self { file, provider }
    }
}

/// Refuses what is there and is no such file. One that is missing is for whoever reads it to say.
pub(super) fn check(file: &Path) -> Result<(), LoadError> {
    match bounded::read(file, LARGEST) {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge) => {
            let detail = format!("the token file `{}` cannot be read: {error}", file.display());
            Err(LoadError::new(ErrorKind::Configuration, SIGN_IN).detail(&detail))
        }
        _ => Ok(()),
    }
}

impl<P: ProvideCredentials> ProvideCredentials for FromFile<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            if let Some(file) = &self.file {
                check(file).map_err(CredentialsError::provider_error)?;
            }
            self.provider.provide_credentials().await
        })
    }
}
