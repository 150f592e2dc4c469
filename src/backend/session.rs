//! A session: one set of credentials against one endpoint.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::meta::credentials::CredentialsProviderChain;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::{
    AppName, BehaviorVersion, Credentials, ProvideCredentials, Region, SharedCredentialsProvider,
    StalledStreamProtectionConfig,
};
use tokio_util::sync::CancellationToken;

use super::limiter::Limiter;
use super::run::{News, Run, Sink};
use super::{Load, Urgency, credentials, error, http, loads};
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};

/// What to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// AWS, or an endpoint that speaks its API, with the credentials that the SDK finds.
    Aws {
        /// A profile of the AWS config files; none: the environment decides.
        profile: Option<String>,
        /// The Region for signing; none: as configured, else the partition's home.
        region: Option<String>,
        /// Another endpoint than AWS's own.
        endpoint: Option<String>,
    },
    /// An endpoint with a given key, such as the emulator in the same process.
    Key {
        /// The endpoint's URL.
        endpoint: String,
        /// The Region for signing.
        region: String,
        /// The access key's id.
        access_key_id: String,
        /// The secret that belongs to it.
        secret_access_key: Secret,
        /// The session token of temporary credentials.
        session_token: Option<Secret>,
    },
}

/// What a session is connected to, as the header shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The endpoint's URL where it is not AWS's own.
    pub endpoint: Option<String>,
    /// The Region for signing.
    pub region: String,
    /// The profile that was named.
    pub profile: Option<String>,
    /// What kind of credentials the session has.
    pub kind: SessionKind,
    /// Whether the gate lets only reads pass.
    pub read_only: bool,
}

/// What kind of credentials a session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A long-term access key.
    LongTerm,
    /// Temporary credentials.
    Temporary,
}

/// How long finding credentials may take: a profile may ask a process or SSO for them.
const SIGN_IN: Duration = Duration::from_secs(20);

/// A session: one set of credentials against one endpoint. Clones share it.
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    connection: Connection,
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    limiter: Arc<Limiter>,
    clock: Clock,
    running: Mutex<HashMap<Load, Running>>,
    count: AtomicU64,
}

/// A load that is under way.
struct Running {
    number: u64,
    cancel: CancellationToken,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Session").field(&self.0.connection).finish()
    }
}

impl Session {
    /// Finds credentials and builds the clients; nothing is sent to IAM yet.
    pub async fn connect(target: Target, read_only: bool, clock: Clock) -> Result<Self, LoadError> {
        match target {
            Target::Aws { profile, region, endpoint } => Self::find(profile, region, endpoint, read_only, clock).await,
            Target::Key { endpoint, region, access_key_id, secret_access_key, session_token } => {
                let kind = if session_token.is_some() { SessionKind::Temporary } else { SessionKind::LongTerm };
                let token = session_token.map(|token| token.reveal().to_owned());
                let secret = secret_access_key.reveal();
                let key = Credentials::new(access_key_id, secret, token, None, "iamtui");
                let builder = aws_config::SdkConfig::builder()
                    .behavior_version(BehaviorVersion::latest())
                    .http_client(http::client(Some(&endpoint)))
                    .region(Region::new(region.clone()))
                    .endpoint_url(endpoint.clone())
                    .credentials_provider(SharedCredentialsProvider::new(key));
                let connection = Connection { endpoint: Some(endpoint), region, profile: None, kind, read_only };
                Ok(Self::over(&builder.build(), connection, clock))
            }
        }
    }

    async fn find(
        profile: Option<String>,
        region: Option<String>,
        endpoint: Option<String>,
        read_only: bool,
        clock: Clock,
    ) -> Result<Self, LoadError> {
        let http = http::client(endpoint.as_deref());
        let region = credentials::region(region.as_deref(), profile.as_deref()).await;
        let chain = credentials::chain(profile.as_deref(), &region, &http);
        let kind = kind(&chain, profile.as_deref()).await?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .region(region.clone())
            .credentials_provider(chain);
        if let Some(name) = &profile {
            loader = loader.profile_name(name);
        }
        if let Some(url) = &endpoint {
            loader = loader.endpoint_url(url);
        }
        let config = loader.load().await;
        let endpoint = config.endpoint_url().map(str::to_owned);
        let connection = Connection { endpoint, region: region.to_string(), profile, kind, read_only };
        Ok(Self::over(&config, connection, clock))
    }

    fn over(config: &aws_config::SdkConfig, connection: Connection, clock: Clock) -> Self {
        // Retries and time limits are held by `Run::call`, which the limiter and the screen can see.
        let mut config = config
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(http::timeouts())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_app_name(AppName::new("iamtui").ok());
        let config = config.build();
        Self(Arc::new(Shared {
            connection,
            iam: aws_sdk_iam::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            limiter: Limiter::new(),
            clock,
            running: Mutex::default(),
            count: AtomicU64::new(0),
        }))
    }

    /// What the session is connected to.
    pub fn connection(&self) -> &Connection {
        &self.0.connection
    }

    /// Starts a load on a task of its own; false where the same load is running already.
    ///
    /// It must be called within the async runtime. The sink hears of every page as it comes, and last of
    /// [`News::Ended`], unless the load is cancelled.
    pub fn start(&self, load: Load, urgency: Urgency, sink: &Sink) -> bool {
        let cancel = CancellationToken::new();
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        {
            let mut running = self.running();
            if running.contains_key(&load) {
                return false;
            }
            running.insert(load.clone(), Running { number, cancel: cancel.clone() });
        }
        let run = self.run(urgency, load.subject(), Arc::clone(sink), cancel.clone());
        let session = self.clone();
        tokio::spawn(async move {
            let ended = tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                ended = loads::perform(&run, &load) => ended,
            };
            session.leave(&load, number);
            run.tell(News::Ended(ended));
        });
        true
    }

    /// What calls are made with: the clients, the gate, the limiter.
    pub(super) fn run(
        &self,
        urgency: Urgency,
        subject: Option<Box<str>>,
        sink: Sink,
        cancelled: CancellationToken,
    ) -> Run {
        Run {
            iam: self.0.iam.clone(),
            sts: self.0.sts.clone(),
            limiter: Arc::clone(&self.0.limiter),
            clock: self.0.clock.clone(),
            read_only: self.0.connection.read_only,
            urgency,
            subject,
            sink,
            cancelled,
        }
    }

    /// Ends a running load; its sink is not called again.
    pub fn cancel(&self, load: &Load) {
        if let Some(running) = self.running().remove(load) {
            running.cancel.cancel();
        }
    }

    /// Ends all running loads.
    pub fn cancel_all(&self) {
        for (_, running) in self.running().drain() {
            running.cancel.cancel();
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Load, Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A load that was cancelled and started again is another one: it stays.
    fn leave(&self, load: &Load, number: u64) {
        let mut running = self.running();
        if running.get(load).is_some_and(|held| held.number == number) {
            running.remove(load);
        }
    }
}

/// Asks for credentials once, so that their absence is told now and not by the first call.
async fn kind(chain: &CredentialsProviderChain, profile: Option<&str>) -> Result<SessionKind, LoadError> {
    match tokio::time::timeout(SIGN_IN, chain.provide_credentials()).await {
        Ok(Ok(found)) if found.session_token().is_some() => Ok(SessionKind::Temporary),
        Ok(Ok(_)) => Ok(SessionKind::LongTerm),
        Ok(Err(failed)) => Err(credentials::explain(&error::root_cause(&failed), profile)),
        Err(_) => Err(LoadError::new(ErrorKind::Timeout, credentials::SIGN_IN)),
    }
}
