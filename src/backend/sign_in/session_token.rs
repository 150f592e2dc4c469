//! `GetSessionToken`: the caller's own credentials once more, this time with MFA.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_iam::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use jiff::Timestamp;

use super::role::Sourced;
use super::{Asker, Found, Held, code, is_wrong_code, translate};
use crate::api::{Operation, Sts};
use crate::backend::credentials::{NOT_PLAIN, are_plain};
use crate::backend::read_only::Origin;
use crate::model::{ErrorKind, LoadError};

/// A session of the caller's own with MFA. The caller's long-term credentials are the source.
pub(in crate::backend) async fn session_token(
    config: &SdkConfig,
    source: Arc<Held>,
    serial: &str,
    asker: &Asker,
) -> Result<Found, LoadError> {
    let config = config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(Sourced(source)))
        .timeout_config(super::http::sign_in_timeouts())
        .build();
    let sts = aws_sdk_sts::Client::new(&config);
    let mut again = false;
    let answer = loop {
        let given = code(asker, serial, "session with MFA", again).await?;
        let sent = sts.get_session_token().serial_number(serial).token_code(given.reveal()).send().await;
        match sent.map_err(|failed| translate(Sts::GetSessionToken, &failed)) {
            Err(failed) if is_wrong_code(&failed) => again = true,
            Err(failed) => return Err(failed),
            Ok(answer) => break answer,
        }
    };
    let missing = || {
        LoadError::new(ErrorKind::Garbled, Operation::from(Sts::GetSessionToken))
            .detail("the answer has no credentials")
    };
    let given = answer.credentials().ok_or_else(missing)?;
    let ends = Timestamp::from_second(given.expiration().secs()).map_err(|_| missing())?;
    let token = Some(given.session_token().to_owned());
    let end = Some(SystemTime::from(ends));
    let first =
        Credentials::new(given.access_key_id(), given.secret_access_key(), token, end, Sts::GetSessionToken.name());
    if !are_plain(&first) {
        return Err(LoadError::new(ErrorKind::Garbled, Operation::from(Sts::GetSessionToken)).detail(NOT_PLAIN));
    }
    let provider = Arc::new(Held::with(SharedCredentialsProvider::new(Ended), first.clone()));
    Ok(Found { provider, first, ends: Some(ends), marks: BTreeSet::new(), origin: Origin::Known })
}

/// What comes after a session that only a new code can prolong.
#[derive(Debug)]
struct Ended;

impl ProvideCredentials for Ended {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let ended = LoadError::new(ErrorKind::ExpiredToken, "sign-in");
        future::ProvideCredentials::ready(Err(CredentialsError::provider_error(ended)))
    }
}
