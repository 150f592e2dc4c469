//! Signing in: what the SDK's own chain lacks.
//!
//! Which source a profile has and which roles follow is read as the AWS CLI does ([`Profiles::chain`]); the SDK's
//! providers ask the sources. What those do not do is done here: roles whose profile names an MFA device or a duration,
//! the cache that the AWS CLI keeps of role sessions, signing in to Identity Center with a code in the browser, and
//! `GetSessionToken`. Where a person is needed, an [`Asker`] is asked; without one signing in fails in words.

mod cache;
mod caller;
mod held;
mod identity_center;
mod role;
mod session_token;
mod token_file;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::credential_process::CredentialProcessProvider;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::login::LoginCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_config::web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider};
use aws_sdk_iam::config::{Credentials, ProvideCredentials as _, Region, SharedCredentialsProvider};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::profiles::{Base, Chain, Machine, Profiles, RoleProfile};
use super::read_only::{self, Guard, Mark, Origin};
use super::{credentials, error, http};
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

pub use identity_center::SsoSession;
pub use role::RoleRequest;

pub(super) use cache::keys as cached_keys;
use caller::caller;
pub(super) use held::Held;
pub(super) use role::{Role, Sourced};
pub(super) use session_token::session_token;
pub(super) use token_file::FromFile;

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
    /// What they are known by.
    pub(super) marks: BTreeSet<Mark>,
    /// How much of their origin is known.
    pub(super) origin: Origin,
}

/// Everything that finding credentials needs.
pub(super) struct SignIn<'a> {
    /// Region, endpoint, client and time limits; no credentials.
    pub(super) config: &'a SdkConfig,
    pub(super) profiles: &'a Profiles,
    /// What the rule for read-only sessions is about.
    pub(super) guard: &'a Guard,
    pub(super) asker: &'a Asker,
    pub(super) clock: &'a Clock,
}

impl SignIn<'_> {
    /// The credentials of a profile, or of what the environment has where none is named.
    pub(super) async fn find(&self, profile: Option<&str>) -> Result<Found, LoadError> {
        // A profile that the environment names must be there even where its keys come first, as in the AWS CLI.
        let name = self.profiles.selected(profile)?;
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if profile.is_none() && is_set("AWS_ACCESS_KEY_ID") {
            let provider = SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
            let (marks, origin) = read_only::of_environment(self.profiles, &|name| std::env::var(name).ok());
            return self.prime(provider, None).await.map(|found| Found { marks, origin, ..found });
        }
        let chain = self.profiles.chain(name)?;
        match (chain, profile) {
            // A role of the profile comes before a web identity of the environment, and that before other sources.
            (Some(chain), None) if chain.roles.is_empty() && is_set("AWS_WEB_IDENTITY_TOKEN_FILE") => {
                self.outside().await
            }
            (Some(chain), _) => self.chain(name, chain).await,
            (None, None) => self.outside().await,
            (None, Some(_)) => {
                let detail = format!("the profile `{name}` has no credentials");
                Err(LoadError::new(ErrorKind::NoCredentials, credentials::SIGN_IN).detail(&detail))
            }
        }
    }

    /// The credentials that the environment and this machine have besides keys and profiles.
    async fn outside(&self) -> Result<Found, LoadError> {
        let chain = credentials::chain(&self.provider_config());
        let (mut marks, origin) = read_only::of_environment(self.profiles, &|name| std::env::var(name).ok());
        // A web identity comes first, with its role beside it.
        let role = std::env::var_os("AWS_WEB_IDENTITY_TOKEN_FILE").and_then(|_| std::env::var("AWS_ROLE_ARN").ok());
        marks.extend(role.map(|arn| read_only::of_role(&arn)));
        let found = self.prime(SharedCredentialsProvider::new(chain), None).await?;
        Ok(Found { marks, origin, ..found })
    }

    /// The credentials that this machine itself has: of its container, or of its EC2 instance.
    pub(super) async fn machine(&self) -> Result<Found, LoadError> {
        let source = if credentials::in_container() { Machine::Container } else { Machine::Ec2 };
        let found = self.prime(self.of_machine(source), None).await?;
        Ok(Found { origin: Origin::Nameless, ..found })
    }

    /// The source of a profile, and its roles one after the other.
    async fn chain(&self, name: &str, chain: Chain) -> Result<Found, LoadError> {
        let mut marks = read_only::of_chain(&chain);
        let source = chain.profiles.last().map_or(name, String::as_str);
        let origin = match &chain.base {
            Base::Machine(Machine::Environment) => {
                let (own, origin) = read_only::of_environment(self.profiles, &|name| std::env::var(name).ok());
                marks.extend(own);
                origin
            }
            Base::Keys { token: Some(_), .. } | Base::Process(_) | Base::Machine(_) => Origin::Named,
            Base::Keys { token: None, .. }
            | Base::WebIdentity { .. }
            | Base::IdentityCenter { .. }
            | Base::Login(_) => Origin::Known,
        };
        let found = self.base(source, chain.base).await?;
        marks.insert(Mark::Key(found.first.access_key_id().to_owned()));
        let mut found = Found { marks, origin, ..found };
        // Once a role is assumed, nobody can tell any more whose credentials it was assumed with.
        if !chain.roles.is_empty() {
            found = self.identified(found).await;
        }
        for role in chain.roles {
            let marks = std::mem::take(&mut found.marks);
            found = Found { marks, ..self.role(role, found).await? };
        }
        Ok(found)
    }

    /// The same credentials, with whose they are where the rule for read-only sessions depends on it.
    pub(super) async fn identified(&self, mut found: Found) -> Found {
        let mut marks = found.marks.clone();
        marks.insert(Mark::Key(found.first.access_key_id().to_owned()));
        let is_open = found.origin != Origin::Known && found.first.session_token().is_some();
        if is_open && self.guard.asks_who(&marks) {
            let caller = caller(self.config, Arc::clone(&found.provider)).await;
            found.marks.extend(read_only::of_caller(caller.as_ref(), found.origin));
        }
        found
    }

    /// A role, assumed with what was found before.
    async fn role(&self, role: RoleProfile, base: Found) -> Result<Found, LoadError> {
        let request = RoleRequest::of(role);
        let needs_code = request.mfa_serial.is_some();
        let role = Role::new(self.config, base.provider, request, self.clock.clone()).cached();
        let first = role.assume(self.asker).await?;
        let own = if needs_code { first.expiry().and_then(|at| Timestamp::try_from(at).ok()) } else { None };
        let ends = [own, base.ends].into_iter().flatten().min();
        let provider = Arc::new(Held::with(SharedCredentialsProvider::new(role), first.clone()));
        Ok(Found { provider, first, ends, marks: BTreeSet::new(), origin: Origin::Known })
    }

    /// What a profile itself is a source of, after a sign-in to Identity Center where that is due.
    async fn base(&self, name: &str, base: Base) -> Result<Found, LoadError> {
        let config = self.provider_config();
        let mut ends = None;
        let provider = match base {
            Base::Keys { id, secret, token } => {
                let token = token.map(|token| token.reveal().to_owned());
                SharedCredentialsProvider::new(Credentials::new(id, secret.reveal(), token, None, "profile"))
            }
            Base::WebIdentity { arn, token_file, session_name } => {
                let session_name = session_name.unwrap_or_else(|| format!("iamtui-{}", self.clock.now().as_second()));
                let file = PathBuf::from(token_file);
                let of = StaticConfiguration { web_identity_token_file: file.clone(), role_arn: arn, session_name };
                let provider = WebIdentityTokenCredentialsProvider::builder().static_configuration(of);
                SharedCredentialsProvider::new(FromFile::new(Some(file), provider.configure(&config).build()))
            }
            Base::IdentityCenter { session, account, role } => {
                let file = cache::token_file(session.name.as_deref().unwrap_or(&session.start_url));
                ends = identity_center::ensure(&session, self.config, self.asker, self.clock).await?;
                let mut provider = SsoCredentialsProvider::builder()
                    .account_id(account)
                    .role_name(role)
                    .start_url(session.start_url)
                    .region(Region::new(session.region));
                provider.set_session_name(session.name);
                SharedCredentialsProvider::new(FromFile::new(file, provider.configure(&config).build()))
            }
            Base::Login(arn) => {
                let file = cache::login_file(&arn);
                let provider = LoginCredentialsProvider::builder(arn).configure(&config).build();
                let provider = SharedCredentialsProvider::new(FromFile::new(file, provider));
                return self.prime(provider, Some(name)).await.map_err(|failed| {
                    // The SDK's words are of files and tokens. A network that failed keeps its own.
                    let is_own = failed.is_lost() || failed.kind == ErrorKind::Configuration;
                    if is_own { failed } else { login_ended(name) }
                });
            }
            Base::Process(command) => SharedCredentialsProvider::new(CredentialProcessProvider::new(command)),
            Base::Machine(source) => self.of_machine(source),
        };
        let found = self.prime(provider, Some(name)).await?;
        Ok(Found { ends, ..found })
    }

    fn of_machine(&self, source: Machine) -> SharedCredentialsProvider {
        let config = self.provider_config();
        match source {
            Machine::Environment => SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
            Machine::Ec2 => {
                SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(&config).build())
            }
            Machine::Container => {
                SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&config).build())
            }
        }
    }

    /// Asks a provider once, so that its failure is told now and not by the first call.
    async fn prime(&self, provider: SharedCredentialsProvider, profile: Option<&str>) -> Result<Found, LoadError> {
        let first = match tokio::time::timeout(credentials::PATIENCE, provider.provide_credentials()).await {
            Ok(Ok(found)) if credentials::are_plain(&found) => found,
            Ok(Ok(_)) => {
                return Err(LoadError::new(ErrorKind::Garbled, credentials::SIGN_IN).detail(credentials::NOT_PLAIN));
            }
            Ok(Err(failed)) => return Err(credentials::failed(&failed, profile)),
            Err(_) => return Err(LoadError::new(ErrorKind::Timeout, credentials::SIGN_IN)),
        };
        let provider = Arc::new(Held::with(provider, first.clone()));
        Ok(Found { provider, first, ends: None, marks: BTreeSet::new(), origin: Origin::Known })
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

/// What to do where the session that `aws login` keeps is missing or over.
fn login_ended(profile: &str) -> LoadError {
    let detail = format!("the session of the profile `{profile}` has ended; run `aws login --profile '{profile}'`");
    LoadError::new(ErrorKind::SignInNeeded, credentials::SIGN_IN).detail(&detail)
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
