//! Signing in: what the SDK's own chain lacks.
//!
//! The SDK finds keys, web identities, processes, containers and Identity Center tokens that are still good.
//! What it does not do is done here: roles whose profile names an MFA device or a duration, the cache that
//! the AWS CLI keeps of role sessions, signing in to Identity Center with a code in the browser, and
//! `GetSessionToken`. Where a person is needed, an [`Asker`] is asked; without one signing in fails in words.

mod cache;
mod held;
mod identity_center;
mod role;
mod session_token;

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_sdk_iam::config::{Credentials, ProvideCredentials as _, SharedCredentialsProvider};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::profiles::{Profiles, RoleProfile, RoleSource};
use super::{credentials, error, http};
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

pub use identity_center::SsoSession;
pub use role::RoleRequest;

pub(super) use held::Held;
pub(super) use role::{Role, Sourced};
pub(super) use session_token::session_token;

/// What a person is needed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The code that an MFA device shows now.
    MfaCode {
        /// The device's serial number or ARN.
        serial: String,
        /// What it is for, such as `role Admin`.
        purpose: String,
        /// A code was given and refused.
        again: bool,
    },
    /// A page to open in a browser, where a code is to be confirmed. It needs no answer.
    Browser {
        /// The code that the page shows or asks for.
        code: String,
        /// The page.
        page: String,
        /// The same page with the code filled in.
        link: String,
        /// When the code stops working.
        expires: Timestamp,
    },
}

/// Asks a person; an answer that never comes, because the sender was dropped, means that signing in was given up.
pub type Asker = Arc<dyn Fn(Ask) -> oneshot::Receiver<Secret> + Send + Sync>;

/// An asker where nobody is there to be asked.
pub fn nobody() -> Asker {
    Arc::new(|_| oneshot::channel().1)
}

/// Credentials that were found.
pub(super) struct Found {
    /// Where they come from, again and again.
    pub(super) provider: Arc<Held>,
    /// The first ones.
    pub(super) first: Credentials,
    /// When they end for good: later than that, somebody has to be asked again.
    pub(super) ends: Option<Timestamp>,
}

/// Everything that finding credentials needs.
pub(super) struct SignIn<'a> {
    /// Region, endpoint, client and time limits; no credentials.
    pub(super) config: &'a SdkConfig,
    pub(super) profiles: &'a Profiles,
    pub(super) asker: &'a Asker,
    pub(super) clock: &'a Clock,
}

impl SignIn<'_> {
    /// The credentials of a profile, or of what the environment has where none is named.
    pub(super) async fn find(&self, profile: Option<&str>) -> Result<Found, LoadError> {
        if let Some(name) = profile {
            return self.profile(name, &[]).await;
        }
        let in_environment = std::env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|id| !id.is_empty());
        let selected = self.profiles.selected();
        let ours = self.profiles.role(selected)?.is_some() || self.profiles.sso(selected).is_some();
        if ours && !in_environment {
            return self.profile(selected, &[]).await;
        }
        let chain = credentials::chain(&self.provider_config());
        self.prime(SharedCredentialsProvider::new(chain), None).await
    }

    /// The credentials that this machine itself has: of its container, or of its EC2 instance.
    pub(super) async fn machine(&self) -> Result<Found, LoadError> {
        let config = self.provider_config();
        let provider = if credentials::in_container() {
            SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&config).build())
        } else {
            SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(&config).build())
        };
        self.prime(provider, None).await
    }

    /// `before` are the profiles that led here, to notice a circle.
    async fn profile(&self, name: &str, before: &[&str]) -> Result<Found, LoadError> {
        let wrong = |detail: &str| LoadError::new(ErrorKind::Configuration, credentials::SIGN_IN).detail(detail);
        if before.contains(&name) {
            let way = before.join("` → `");
            return Err(wrong(&format!("the profiles `{way}` → `{name}` lead in a circle")));
        }
        if self.profiles.profile(name).is_none() {
            return Err(match before.last() {
                None => credentials::no_profile(name, &self.profiles.names()),
                Some(from) => {
                    wrong(&format!("the profile `{from}` leads to the profile `{name}`, which is not defined"))
                }
            });
        }
        // As in the AWS CLI, keys in a source profile come before a role that it may have as well.
        let keys = self.profiles.keys(name).filter(|_| !before.is_empty());
        if let Some((id, secret, token)) = keys {
            let token = token.map(|token| token.reveal().to_owned());
            let key = Credentials::new(id, secret.reveal(), token, None, "profile");
            return self.prime(SharedCredentialsProvider::new(key), None).await;
        }
        match self.profiles.role(name)? {
            Some(role) => self.role(name, role, before).await,
            None => self.source(name).await,
        }
    }

    /// A role: its source first, then `AssumeRole`.
    async fn role(&self, name: &str, role: RoleProfile, before: &[&str]) -> Result<Found, LoadError> {
        let config = self.provider_config();
        let base = match &role.source {
            RoleSource::Profile(source) => {
                let way: Vec<&str> = before.iter().copied().chain([name]).collect();
                Box::pin(self.profile(source, &way)).await?
            }
            RoleSource::Itself => self.source(name).await?,
            RoleSource::Named(source) => {
                let provider = match source.to_ascii_lowercase().as_str() {
                    "environment" => SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
                    "ec2instancemetadata" => {
                        SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(&config).build())
                    }
                    "ecscontainer" => {
                        SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&config).build())
                    }
                    _ => {
                        let detail = format!("`credential_source` of the profile `{name}` is `{source}`");
                        return Err(LoadError::new(ErrorKind::Configuration, credentials::SIGN_IN).detail(&detail));
                    }
                };
                self.prime(provider, None).await?
            }
        };
        let request = RoleRequest {
            arn: role.arn,
            session_name: role.session_name,
            external_id: role.external_id,
            mfa_serial: role.mfa_serial,
            duration: role.duration,
        };
        let needs_code = request.mfa_serial.is_some();
        let role = Role::new(self.config, base.provider, request, self.clock.clone()).cached();
        let first = role.assume(self.asker).await?;
        let own = if needs_code { first.expiry().and_then(|at| Timestamp::try_from(at).ok()) } else { None };
        let ends = [own, base.ends].into_iter().flatten().min();
        Ok(Found { provider: Arc::new(Held::with(SharedCredentialsProvider::new(role), first.clone())), first, ends })
    }

    /// What the SDK finds in a profile, after a sign-in to Identity Center where that is due.
    async fn source(&self, name: &str) -> Result<Found, LoadError> {
        let mut ends = None;
        if let Some(session) = self.profiles.sso(name) {
            ends = identity_center::ensure(&session, self.config, self.asker, self.clock).await?;
        }
        let provider = ProfileFileCredentialsProvider::builder().configure(&self.provider_config()).profile_name(name);
        let found = self.prime(SharedCredentialsProvider::new(provider.build()), Some(name)).await?;
        Ok(Found { ends, ..found })
    }

    /// Asks a provider once, so that its failure is told now and not by the first call.
    async fn prime(&self, provider: SharedCredentialsProvider, profile: Option<&str>) -> Result<Found, LoadError> {
        let first = match tokio::time::timeout(credentials::PATIENCE, provider.provide_credentials()).await {
            Ok(Ok(found)) => found,
            Ok(Err(failed)) => return Err(credentials::failed(&failed, profile)),
            Err(_) => return Err(LoadError::new(ErrorKind::Timeout, credentials::SIGN_IN)),
        };
        Ok(Found { provider: Arc::new(Held::with(provider, first.clone())), first, ends: None })
    }

    fn provider_config(&self) -> ProviderConfig {
        let mut config = ProviderConfig::without_region()
            .with_region(self.config.region().cloned())
            .with_use_fips(self.config.use_fips())
            .with_use_dual_stack(self.config.use_dual_stack())
            .with_timeout_config(http::sign_in_timeouts());
        if let Some(client) = self.config.http_client() {
            config = config.with_http_client(client);
        }
        config
    }
}

/// Asks for a code of an MFA device; what comes back is six digits, or signing in was given up.
async fn code(asker: &Asker, serial: &str, purpose: &str, again: bool) -> Result<Secret, LoadError> {
    let ask = Ask::MfaCode { serial: serial.to_owned(), purpose: purpose.to_owned(), again };
    let given = asker(ask).await;
    given.map_err(|_| {
        LoadError::new(ErrorKind::SignInNeeded, credentials::SIGN_IN)
            .detail(&format!("the {purpose} needs a code of the MFA device `{serial}`"))
    })
}

/// Whether a service refused a code, and not the rest of the request.
fn is_wrong_code(failed: &LoadError) -> bool {
    matches!(failed.kind, ErrorKind::Denied(_) | ErrorKind::Service)
        && failed.detail.as_deref().is_some_and(|words| words.contains("MultiFactorAuthentication failed"))
}

/// The translation of what STS answered.
fn translate<E>(operation: impl Into<crate::api::Operation>, failed: &aws_sdk_iam::error::SdkError<E>) -> LoadError
where
    E: std::error::Error + aws_sdk_iam::error::ProvideErrorMetadata + 'static,
{
    error::translate(operation, failed)
}
