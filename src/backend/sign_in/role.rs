//! Roles: `AssumeRole` with all that a profile or a person can say of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{Result as Provided, future};
use aws_sdk_iam::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Asker, Held, cache, code, is_wrong_code, nobody, translate};
use crate::api::{Operation, Sts};
use crate::backend::credentials::{NOT_PLAIN, are_plain};
use crate::backend::profiles::RoleProfile;
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

/// A session from the cache must last this long, or a new one is asked for.
const LEAST: Duration = Duration::from_mins(5);

/// What to ask `AssumeRole` for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleRequest {
    /// The role.
    pub arn: String,
    /// The session's name; none: one is made up.
    pub session_name: Option<String>,
    /// The id that the trust policy asks for.
    pub external_id: Option<String>,
    /// The MFA device whose code is sent along.
    pub mfa_serial: Option<String>,
    /// How long the session shall last, in seconds; none: AWS's hour.
    pub duration: Option<i32>,
}

impl RoleRequest {
    /// What a profile says of its role.
    pub(in crate::backend) fn of(role: RoleProfile) -> Self {
        let RoleProfile { arn, session_name, external_id, mfa_serial, duration } = role;
        Self { arn, session_name, external_id, mfa_serial, duration }
    }
}

/// A role that is assumed again whenever its session ends.
#[derive(Debug)]
pub(in crate::backend) struct Role {
    sts: aws_sdk_sts::Client,
    request: RoleRequest,
    cache: Option<PathBuf>,
    endpoint: Option<String>,
    clock: Clock,
}

impl Role {
    /// A role to be assumed with the credentials of a source.
    pub(in crate::backend) fn new(config: &SdkConfig, source: Arc<Held>, request: RoleRequest, clock: Clock) -> Self {
        let config = config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(Sourced(source)))
            .timeout_config(super::http::sign_in_timeouts())
            .build();
        let endpoint = config.endpoint_url().map(str::to_owned);
        Self { sts: aws_sdk_sts::Client::new(&config), request, cache: None, endpoint, clock }
    }

    /// The same, with sessions kept where the AWS CLI keeps them.
    pub(in crate::backend) fn cached(mut self) -> Self {
        self.cache = cache::role_file(&self.request, self.endpoint.as_deref());
        self
    }

    /// A session of the role: from the cache, or a new one; a person is asked for a code where one is needed.
    pub(in crate::backend) async fn assume(&self, asker: &Asker) -> Result<Credentials, LoadError> {
        if let Some(held) = self.kept() {
            return Ok(held);
        }
        let mut again = false;
        loop {
            let given = match &self.request.mfa_serial {
                Some(serial) => Some(code(asker, serial, &format!("role `{}`", self.request.arn), again).await?),
                None => None,
            };
            match self.call(given.as_ref()).await {
                Err(failed) if given.is_some() && is_wrong_code(&failed) => again = true,
                Err(failed) => return Err(failed),
                Ok(output) => return self.take(&output),
            }
        }
    }

    async fn call(&self, code: Option<&Secret>) -> Result<AssumeRoleOutput, LoadError> {
        let made_up = || format!("iamtui-{}", self.clock.now().as_second());
        let request = &self.request;
        self.sts
            .assume_role()
            .role_arn(&request.arn)
            .role_session_name(request.session_name.clone().unwrap_or_else(made_up))
            .set_external_id(request.external_id.clone())
            .set_duration_seconds(request.duration)
            .set_serial_number(request.mfa_serial.clone())
            .set_token_code(code.map(|code| code.reveal().to_owned()))
            .send()
            .await
            .map_err(|failed| translate(Sts::AssumeRole, &failed))
    }

    fn take(&self, output: &AssumeRoleOutput) -> Result<Credentials, LoadError> {
        let missing = || {
            LoadError::new(ErrorKind::Garbled, Operation::from(Sts::AssumeRole)).detail("the answer has no credentials")
        };
        let given = output.credentials().ok_or_else(missing)?;
        let expires = Timestamp::from_second(given.expiration().secs()).map_err(|_| missing())?;
        let token = Some(given.session_token().to_owned());
        let (id, secret, end) = (given.access_key_id(), given.secret_access_key(), SystemTime::from(expires));
        let credentials = Credentials::new(id, secret, token, Some(end), Sts::AssumeRole.name());
        if !are_plain(&credentials) {
            return Err(LoadError::new(ErrorKind::Garbled, Operation::from(Sts::AssumeRole)).detail(NOT_PLAIN));
        }
        let user =
            output.assumed_role_user().map(|user| json!({"AssumedRoleId": user.assumed_role_id(), "Arn": user.arn()}));
        if let Some(file) = &self.cache {
            let value = json!({
                "Credentials": {
                    "AccessKeyId": given.access_key_id(),
                    "SecretAccessKey": given.secret_access_key(),
                    "SessionToken": given.session_token(),
                    "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SUTC").to_string(),
                },
                "AssumedRoleUser": user,
            });
            // A folder that cannot be written to costs another code the next time, and nothing now.
            if let Err(error) = cache::write(file, &value) {
                tracing::warn!(%error, "the session of the role could not be kept");
            }
        }
        Ok(credentials)
    }

    fn kept(&self) -> Option<Credentials> {
        let file = cache::read(self.cache.as_ref()?)?;
        let held = file.get("Credentials")?.as_object()?;
        let text = |held: &Map<String, Value>, key: &str| held.get(key).and_then(Value::as_str).map(str::to_owned);
        let expires = cache::time(&text(held, "Expiration")?)?;
        if expires.duration_since(self.clock.now()) < LEAST.try_into().ok()? {
            return None;
        }
        let (id, secret) = (text(held, "AccessKeyId")?, text(held, "SecretAccessKey")?);
        let token = text(held, "SessionToken")?;
        let kept = Credentials::new(id, secret, Some(token), Some(expires.into()), Sts::AssumeRole.name());
        Some(kept).filter(are_plain)
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let again: Provided = self.assume(&nobody()).await.map_err(CredentialsError::provider_error);
            again
        })
    }
}

/// A shared source as a provider of its own.
#[derive(Debug)]
pub(in crate::backend) struct Sourced(pub(in crate::backend) Arc<Held>);

impl ProvideCredentials for Sourced {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.provide_credentials()
    }
}
