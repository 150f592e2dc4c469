//! A session: one set of credentials against one endpoint.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_config::SdkConfig;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::{
    AppName, BehaviorVersion, Credentials, ProvideCredentials as _, Region, SharedCredentialsProvider,
    StalledStreamProtectionConfig,
};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::budget::Budget;
use super::limiter::Limiter;
use super::profiles::Profiles;
use super::read_only::{self, Guard, Mark, Origin, ReadOnly, ReadOnlyReason};
use super::run::{LoadEvent, Run, Sink};
use super::services::Clients;
use super::sign_in::{self, Asker, Found, Held, Role, RoleRequest, SignIn, Sourced};
use super::{Load, Urgency, credentials, http, loads};
use crate::base::arn::Arn;
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::emulator::ids::account_of;
use crate::model::LoadError;

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
    /// AWS with the credentials of this machine: of its container, or of its EC2 instance.
    Machine {
        /// The Region for signing; none: as configured.
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
    /// Why the gate lets only reads pass; nothing where it lets changes pass.
    pub read_only: Option<ReadOnlyReason>,
    /// What is wrong with the settings, to be said once.
    pub warning: Option<UserError>,
    /// When the session ends unless somebody signs in again; none where it renews itself.
    pub ends: Option<Timestamp>,
}

/// What kind of credentials a session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A long-term access key.
    LongTerm,
    /// Temporary credentials.
    Temporary,
}

/// Credentials to be handed to other programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret that belongs to it.
    pub secret_access_key: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
    /// When they end.
    pub expires: Option<Timestamp>,
}

/// A session: one set of credentials against one endpoint. Clones share it.
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    connection: Connection,
    clients: Clients,
    limiter: Arc<Limiter>,
    /// How much its lists have brought.
    budget: Budget,
    clock: Clock,
    /// How the clients were configured, for sessions that begin from this one.
    config: SdkConfig,
    credentials: Arc<Held>,
    /// Which sessions let only reads pass, for those that begin from this one.
    guard: Guard,
    /// What the credentials are known by.
    marks: BTreeSet<Mark>,
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
    ///
    /// Where a person is needed for it, the asker is asked.
    pub async fn connect(target: Target, rule: &ReadOnly, clock: Clock, asker: &Asker) -> Result<Self, LoadError> {
        match target {
            Target::Aws { profile, region, endpoint } => {
                let profiles = Profiles::load()?;
                let name = profile.as_deref();
                let config = configure(&profiles, name, region.as_deref(), endpoint.as_deref()).await?;
                let guard = rule.guard(&profiles, config.endpoint_url());
                let sign_in = SignIn { config: &config, profiles: &profiles, guard: &guard, asker, clock: &clock };
                let found = sign_in.identified(sign_in.find(name).await?).await;
                let warning = rule.without_profile(&profiles);
                Ok(Self::over(config, found, profile, guard, clock, warning))
            }
            Target::Machine { region, endpoint } => {
                let profiles = Profiles::load()?;
                let config = configure(&profiles, None, region.as_deref(), endpoint.as_deref()).await?;
                let guard = rule.guard(&profiles, config.endpoint_url());
                let sign_in = SignIn { config: &config, profiles: &profiles, guard: &guard, asker, clock: &clock };
                let found = sign_in.identified(sign_in.machine().await?).await;
                let warning = rule.without_profile(&profiles);
                Ok(Self::over(config, found, None, guard, clock, warning))
            }
            Target::Key { endpoint, region, access_key_id, secret_access_key, session_token } => {
                let token = session_token.map(|token| token.reveal().to_owned());
                let first = Credentials::new(access_key_id, secret_access_key.reveal(), token, None, "iamtui");
                let config = aws_config::SdkConfig::builder()
                    .behavior_version(BehaviorVersion::latest())
                    .http_client(http::client(Some(&endpoint), http::bundle(None).as_deref())?)
                    .region(Region::new(region))
                    .endpoint_url(endpoint)
                    .build();
                let provider = Arc::new(Held::with(SharedCredentialsProvider::new(first.clone()), first.clone()));
                let found = Found { provider, first, ends: None, marks: BTreeSet::new(), origin: Origin::Known };
                let guard = rule.guard(&Profiles::default(), None);
                Ok(Self::over(config, found, None, guard, clock, None))
            }
        }
    }

    /// A session of a role, assumed with this session's credentials.
    ///
    /// It is known by all that this session is known by, so that what may only read stays so.
    pub async fn assume(&self, request: RoleRequest, asker: &Asker) -> Result<Self, LoadError> {
        let needs_code = request.mfa_serial.is_some();
        let mut marks = self.0.marks.clone();
        marks.insert(read_only::of_role(&request.arn));
        let role = Role::new(&self.0.config, Arc::clone(&self.0.credentials), request, self.0.clock.clone());
        let first = role.assume(asker).await?;
        let own = first.expiry().and_then(|at| Timestamp::try_from(at).ok()).filter(|_| needs_code);
        let ends = [own, self.0.connection.ends].into_iter().flatten().min();
        let provider = Arc::new(Held::with(SharedCredentialsProvider::new(role), first.clone()));
        Ok(self.follow(Found { provider, first, ends, marks, origin: Origin::Known }))
    }

    /// A session of the same user with MFA.
    pub async fn with_mfa(&self, serial: &str, asker: &Asker) -> Result<Self, LoadError> {
        let found = sign_in::session_token(&self.0.config, Arc::clone(&self.0.credentials), serial, asker).await?;
        Ok(self.follow(Found { marks: self.0.marks.clone(), ..found }))
    }

    /// A session that begins from this one, under the same guard.
    fn follow(&self, found: Found) -> Self {
        let Shared { config, connection, guard, clock, .. } = &*self.0;
        Self::over(config.clone(), found, connection.profile.clone(), guard.clone(), clock.clone(), None)
    }

    /// The session's credentials, to be handed to other programs on the user's command.
    pub async fn export(&self) -> Result<Exported, LoadError> {
        let now = self.0.credentials.provide_credentials().await;
        let now = now.map_err(|failed| credentials::failed(&failed, self.0.connection.profile.as_deref()))?;
        Ok(Exported {
            access_key_id: now.access_key_id().to_owned(),
            secret_access_key: Secret::new(now.secret_access_key()),
            session_token: now.session_token().map(Secret::new),
            expires: now.expiry().and_then(|at| Timestamp::try_from(at).ok()),
        })
    }

    fn over(
        config: SdkConfig,
        found: Found,
        profile: Option<String>,
        guard: Guard,
        clock: Clock,
        warning: Option<UserError>,
    ) -> Self {
        let kind = match found.first.session_token() {
            Some(_) => SessionKind::Temporary,
            None => SessionKind::LongTerm,
        };
        let endpoint = config.endpoint_url().map(str::to_owned);
        let region = config.region().map_or_else(String::new, ToString::to_string);
        // Whatever gave the credentials, the key itself may be one that is guarded.
        let mut marks = found.marks;
        marks.insert(Mark::Key(found.first.access_key_id().to_owned()));
        let read_only = guard.holds(&marks);
        let connection = Connection { endpoint, region, profile, kind, read_only, warning, ends: found.ends };
        // Retries and time limits are held by `Run::call`, which the limiter and the screen can see.
        let mut clients = config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(Sourced(Arc::clone(&found.provider))))
            .retry_config(RetryConfig::disabled())
            .timeout_config(http::timeouts())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        clients.set_app_name(AppName::new("iamtui").ok());
        let clients = clients.build();
        let account = account_of(found.first.access_key_id());
        Self(Arc::new(Shared {
            clients: Clients::new(&clients),
            budget: Budget::default(),
            limiter: Limiter::of(connection.endpoint.as_deref(), account.as_deref()),
            clock,
            connection,
            config,
            credentials: found.provider,
            guard,
            marks,
            running: Mutex::default(),
            count: AtomicU64::new(0),
        }))
    }

    /// How the session's clients were configured.
    pub(super) fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    /// The session's credentials, renewed where they need to be.
    pub(super) fn credentials(&self) -> &Held {
        &self.0.credentials
    }

    /// What the session is connected to.
    pub fn connection(&self) -> &Connection {
        &self.0.connection
    }

    /// Starts a load on a task of its own; false where the same load is running already.
    ///
    /// It must be called within the async runtime. The sink hears of every page as it comes, and last of
    /// [`LoadEvent::Ended`], unless the load is cancelled.
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
            run.tell(LoadEvent::Ended(ended));
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
            session: self.clone(),
            clients: self.0.clients.clone(),
            limiter: Arc::clone(&self.0.limiter),
            clock: self.0.clock.clone(),
            read_only: self.0.connection.read_only.clone(),
            urgency,
            subject,
            sink,
            cancelled,
        }
    }

    /// How much the lists of the account have brought.
    pub(super) fn budget(&self) -> &Budget {
        &self.0.budget
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

/// Region, endpoint, proxy and certificates, as flags, environment and profile say; no credentials yet.
async fn configure(
    profiles: &Profiles,
    profile: Option<&str>,
    region: Option<&str>,
    endpoint: Option<&str>,
) -> Result<SdkConfig, LoadError> {
    let name = profiles.selected(profile)?;
    let role = profiles.setting(name, "role_arn").and_then(|arn| Arn::parse(arn).ok());
    let partition = role.as_ref().map_or("aws", Arn::partition);
    let region = credentials::region(region, profiles.setting(name, "region"), partition);
    let bundle = http::bundle(profiles.setting(name, "ca_bundle"));
    // The SDK reads no file itself: it knows other names and other syntax than the AWS CLI.
    let settings = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, profiles.for_sdk(name)).build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http::client(endpoint, bundle.as_deref())?)
        .region(region)
        .profile_files(settings)
        .profile_name("default")
        .no_credentials();
    if let Some(url) = endpoint {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    // An endpoint of the environment or the profile is known only now, and may need another client.
    match config.endpoint_url().filter(|_| endpoint.is_none()) {
        Some(url) => Ok(config.to_builder().http_client(http::client(Some(url), bundle.as_deref())?).build()),
        None => Ok(config),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;
    use crate::backend::nobody;

    /// Answers every request with a session of the role that was asked for.
    fn roles() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let body = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIANEW</AccessKeyId>\
                    <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 8192]);
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            }
        });
        endpoint
    }

    fn role(name: &str) -> RoleRequest {
        let arn = format!("arn:aws:iam::111122223333:role/{name}");
        RoleRequest { arn, session_name: None, external_id: None, mfa_serial: None, duration: None }
    }

    /// A session with this key, where the profile `prod` with the key `AKIAPROD` or a role may only read.
    async fn session(key: &str) -> Session {
        let text = "[profile prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = s\n\
                    [profile admin]\nrole_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = prod\n";
        let rule = ReadOnly::Profiles(["prod", "admin"].map(str::to_owned).into());
        let target = Target::Key {
            endpoint: roles(),
            region: "us-east-1".into(),
            access_key_id: key.into(),
            secret_access_key: Secret::new("s"),
            session_token: None,
        };
        let plain = Session::connect(target, &ReadOnly::Never, Clock::system(), &nobody()).await.unwrap();
        let provider = Arc::clone(&plain.0.credentials);
        let first = provider.provide_credentials().await.unwrap();
        let found = Found { provider, first, ends: None, marks: BTreeSet::new(), origin: Origin::Known };
        let guard = rule.guard(&Profiles::of(Some(text), None).unwrap(), None);
        Session::over(plain.0.config.clone(), found, None, guard, Clock::system(), None)
    }

    #[track_caller]
    fn check(session: &Session, expected: Option<&ReadOnlyReason>) {
        assert_eq!(session.connection().read_only.as_ref(), expected);
    }

    #[tokio::test]
    async fn a_guarded_session_stays_guarded_in_every_role_that_is_assumed_from_it() {
        let key = ReadOnlyReason::Key("prod".into());
        let guarded = session("AKIAPROD").await;
        check(&guarded, Some(&key));
        let other = guarded.assume(role("other"), &nobody()).await.unwrap();
        check(&other, Some(&key));
        check(&other.assume(role("further"), &nobody()).await.unwrap(), Some(&key));
        let open = session("AKIAOTHER").await;
        check(&open, None);
        check(&open.assume(role("other"), &nobody()).await.unwrap(), None);
        let admin = open.assume(role("admin"), &nobody()).await.unwrap();
        let role_of = ReadOnlyReason::Role("admin".into());
        check(&admin, Some(&role_of));
        check(&admin.assume(role("other"), &nobody()).await.unwrap(), Some(&role_of));
    }
}
