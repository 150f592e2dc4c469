//! Credentials that are held until shortly before they end, so that all clients of a session share them.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{Result, future};
use aws_sdk_iam::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use tokio::sync::Mutex;

use crate::backend::credentials::{NOT_PLAIN, are_plain};

/// How long before their end credentials are asked for anew.
const EARLY: Duration = Duration::from_mins(1);

/// A source of credentials with the last ones that it gave.
#[derive(Debug)]
pub(in crate::backend) struct Held {
    source: SharedCredentialsProvider,
    last: Mutex<Credentials>,
}

impl Held {
    /// A source that has given these.
    pub(in crate::backend) fn with(source: SharedCredentialsProvider, first: Credentials) -> Self {
        Self { source, last: Mutex::new(first) }
    }

    async fn give(&self) -> Result {
        let mut last = self.last.lock().await;
        let now = SystemTime::now();
        if last.expiry().is_none_or(|end| end > now + EARLY) {
            return Ok(last.clone());
        }
        let new = self.source.provide_credentials().await;
        match new.and_then(|new| {
            if are_plain(&new) { Ok(new) } else { Err(CredentialsError::invalid_configuration(NOT_PLAIN)) }
        }) {
            Ok(new) => *last = new,
            // The last minute is still good: a source that fails now may be back before it is over.
            Err(failed) if last.expiry().is_none_or(|end| end <= now) => return Err(failed),
            Err(_) => {}
        }
        Ok(last.clone())
    }
}

impl ProvideCredentials for Held {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.give())
    }
}
