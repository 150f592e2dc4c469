//! The IAM and STS emulator: HTTP, protocol, store, operations.
//!
//! ```text
//! http ─ Wire ─▶ routes ─▶ service: decode, verify, validate, authorise, run, encode ─ Answer ─▶ http
//!                                     │                          │
//!                             protocol, caller            registry ─▶ ops/{iam,sts}/<resource>
//!                                                                          │ reads and changes
//!                                                                     store::State ─▶ redb
//! ```
//!
//! Beside IAM and STS there are parts of Organizations, Access Analyzer, CloudTrail, Sign-In, the IAM toolbox and the
//! tagging API, each in its own protocol (`neighbours`, and `analyzer` for `ValidatePolicy`); any other service is refused by
//! name (`foreign`).
//!
//! `operation` holds what they all have in common: a handler, a request, the environment. `registry` knows the files of
//! `ops`; none of them knows `registry`.
//!
//! Who adds an operation writes its function and its handler in the file of its resource. The service model
//! (`crate::api`) already reads its parameters, checks their constraints and writes its answer.
//!
//! It runs on threads and a runtime of its own, so that the console's keyboard never waits for it.
//!
#![doc = include_str!("emulator/conformance.md")]

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

pub use self::calls::Called;
pub use self::error::Error;
pub use self::operation::Enforce;
pub use self::seed::Seed;
pub use self::setup::KeyPair;
pub use self::store::place::{NoPlace, Place};
pub use self::throttle::Throttle;

use self::calls::Calls;
use self::faults::{Fault, Faults};
use self::http::host_filter::HostFilter;
use self::ids::Ids;
use self::operation::Environment;
use self::organization::Organization;
use self::protocol::signature::Verifier;
use self::resources::Resources;
use self::routes::Routes;
use self::service::Service;
use self::setup::Setup;
use self::store::durable::Durable;
use self::store::place::{self, Endpoint};
use self::store::world::is_number;
use self::store::{State, Store, World};
use self::templates::Templates;
use self::throttle::Gate;
use self::uses::Uses;
use crate::base::clock::Clock;

#[cfg(test)]
mod agreement;
mod analyzer;
mod authorizations;
pub(crate) mod authorize;
pub(crate) mod caller;
mod calls;
#[cfg(test)]
mod coverage;
pub mod crypto;
pub(crate) mod documents;
mod ec2;
mod error;
pub(crate) mod failure;
pub(crate) mod faults;
mod federation;
mod foreign;
mod http;
pub(crate) mod ids;
pub(crate) mod jobs;
pub(crate) mod neighbours;
pub(crate) mod operation;
pub(crate) mod ops;
pub mod organization;
mod paging;
pub(crate) mod portable;
#[cfg(test)]
mod probes;
pub mod protocol;
pub(crate) mod quota;
pub mod registry;
pub mod resources;
mod routes;
#[cfg(test)]
mod samples;
pub(crate) mod seed;
mod service;
mod setup;
pub(crate) mod store;
pub mod templates;
mod throttle;
pub(crate) mod trail;
pub(crate) mod uses;

/// The account number where none is given.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// How an emulator is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the records are kept.
    pub place: Place,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The port to listen on; 0 for any free one.
    pub port: u16,
    /// A further name that the `Host` header may have.
    pub allow_host: Option<String>,
    /// What a new account begins with.
    pub seed: Seed,
    /// The account's twelve digits; a stored account keeps its own.
    pub account: Option<String>,
    /// The organization of the accounts; its management account is the one that is announced.
    pub organization: Option<Organization>,
    /// The root key, taken as given.
    pub root_key: Option<KeyPair>,
    /// Whether policies are evaluated.
    pub enforce: Enforce,
    /// How far reads lag behind writes.
    pub propagation: SignedDuration,
    /// Which requests are refused with `Throttling`.
    pub throttle: Throttle,
    /// Whether quotas hold.
    pub quotas: bool,
    /// Whether the account can be reset over HTTP.
    pub test_routes: bool,
    /// The time.
    pub clock: Clock,
    /// The time by which signatures are made, where it is another one: clients sign by the clock of their machine.
    pub signing_clock: Option<Clock>,
    /// Resources of other services.
    pub resources: Resources,
    /// Templates of partners and of services.
    pub templates: Templates,
    /// Which operations fail on demand.
    pub faults: Vec<Fault>,
    /// The keys of OpenID Connect issuers, by their URL without its scheme.
    pub issuers: BTreeMap<String, Vec<crypto::jwt::Key>>,
    /// Makes ids repeat; for tests and demonstrations.
    pub id_seed: Option<u64>,
    /// Whether calls are written down for [`Handle::calls`].
    pub log: bool,
    /// Who is told of each call.
    pub follower: Option<Sender<Called>>,
    /// Whether what principals use is written down.
    pub uses: bool,
}

impl Options {
    /// An emulator on this place, on any free port of loopback.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            allow_host: None,
            seed: Seed::Empty,
            account: None,
            organization: None,
            root_key: None,
            enforce: Enforce::On,
            propagation: SignedDuration::ZERO,
            throttle: Throttle::Off,
            quotas: true,
            test_routes: false,
            clock: Clock::system(),
            signing_clock: None,
            resources: Resources::default(),
            templates: Templates::default(),
            faults: Vec::new(),
            issuers: BTreeMap::new(),
            id_seed: None,
            log: false,
            follower: None,
            uses: false,
        }
    }
}

/// An emulator that runs in this process, or one that another process runs. Dropped, it shuts down its own.
#[derive(Debug)]
pub struct Handle {
    /// `http://127.0.0.1:PORT`.
    pub endpoint: String,
    /// The account's twelve digits.
    pub account_id: String,
    /// The root user's key.
    pub root: KeyPair,
    /// The key of the administrator that the seed made.
    pub administrator: Option<KeyPair>,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    routes: Arc<Routes>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
    folder: Option<PathBuf>,
}

impl Handle {
    /// Whether it runs in this process.
    pub fn is_own(&self) -> bool {
        self.running.is_some()
    }

    /// What was called so far, where [`Options::log`] asked for it.
    pub fn calls(&self) -> Vec<Called> {
        self.running.as_ref().map(|running| running.routes.service.calls.kept()).unwrap_or_default()
    }

    /// What principals used so far, where [`Options::uses`] asked for it.
    pub fn uses(&self) -> Option<&Uses> {
        Some(&self.running.as_ref()?.routes.service.environment.uses)
    }

    /// Stops answering, and waits until every queued write is durable.
    pub fn shutdown(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        running.stop.cancel();
        if let Some(thread) = running.thread.take() {
            let _ = thread.join();
        }
        running.routes.service.store.close();
        if let Some(folder) = &running.folder {
            Endpoint::remove(folder);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// Starts an emulator and returns once it listens.
pub fn start(options: Options) -> Result<Handle, Error> {
    let now = options.clock.now();
    if now < Timestamp::UNIX_EPOCH {
        return Err(Error::Clock(now));
    }
    let folder = options.place.folder()?;
    let mut world = World::default();
    let mut durable = match &folder {
        Some(folder) => Some(open(folder, &mut world)?),
        None => None,
    };
    let management =
        options.organization.as_ref().and_then(|organization| organization.member(&organization.management));
    let listed = management.and_then(|member| member.root_key.clone()).map(|(id, secret)| KeyPair { id, secret });
    let setup = Setup { root_key: options.root_key.clone().or(listed) };
    let environment = Arc::new(environment(&options, &world)?);
    match world.get_mut(&environment.account) {
        None => setup.begin(&mut world, &environment, options.seed, now).map_err(Error::Seed)?,
        Some(state) => setup.rekey(state, now),
    }
    Setup::join(&mut world, &environment, now).map_err(Error::Seed)?;
    if let (Some(durable), Some(folder)) = (&mut durable, &folder) {
        let changes = world.changes();
        if !changes.is_empty() {
            durable.commit(&changes).map_err(|error| Error::store(folder, error))?;
        }
    }
    world.settle();
    let handle = listen(options, folder, world, durable, &environment, setup)?;
    Ok(handle)
}

/// Connects to the emulator that holds a store, or starts one in this process where none does.
pub fn connect_or_start(options: Options) -> Result<Handle, Error> {
    let folder = options.place.folder()?;
    match start(options) {
        Err(Error::Held(held)) => {
            let told = folder.as_deref().and_then(Endpoint::read);
            let Some(told) = told.filter(|told| http::health::lives(&told.endpoint, &told.account_id)) else {
                return Err(Error::Held(held));
            };
            Ok(Handle {
                endpoint: told.endpoint,
                account_id: told.account_id,
                root: KeyPair::new(told.access_key_id, told.secret_access_key),
                administrator: told.administrator.map(|(id, secret)| KeyPair::new(id, secret)),
                running: None,
            })
        }
        other => other,
    }
}

fn open(folder: &std::path::Path, world: &mut World) -> Result<Durable, Error> {
    Durable::open(&place::records(folder), world).map_err(|error| Error::store(folder, error))
}

fn environment(options: &Options, world: &World) -> Result<Environment, Error> {
    let announced = world.accounts().find(|(_, state)| state.account().announced);
    let stored = announced.or_else(|| world.accounts().next()).map(|(number, _)| number.to_string());
    let management = options.organization.as_ref().map(|organization| &organization.management);
    let account = match (stored, options.account.as_ref().or(management)) {
        (Some(_), Some(asked)) if world.get(asked).is_some() => asked.clone(),
        (Some(stored), Some(asked)) => return Err(Error::OtherAccount(asked.clone(), stored)),
        (Some(stored), None) => stored,
        (None, asked) => asked.map_or(DEFAULT_ACCOUNT, String::as_str).to_owned(),
    };
    if !is_number(&account) {
        return Err(Error::NoAccount(account));
    }
    let ids = options.id_seed.map_or_else(Ids::random, Ids::seeded);
    Ok(Environment {
        quotas: options.quotas,
        enforce: options.enforce,
        organization: options.organization.clone(),
        uses: Uses::new(options.uses || options.test_routes),
        resources: options.resources.clone(),
        templates: options.templates.clone(),
        issuers: options.issuers.clone(),
        ..Environment::new(&account, ids)
    })
}

fn listen(
    options: Options,
    folder: Option<PathBuf>,
    world: World,
    durable: Option<Durable>,
    environment: &Arc<Environment>,
    setup: Setup,
) -> Result<Handle, Error> {
    let address = SocketAddr::new(options.bind, options.port);
    let cannot = |error| Error::Listen(address, error);
    let listener = TcpListener::bind(address).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    let (root, administrator) = world.get(&environment.account).map(keys).unwrap_or_default();
    // A reset gives back the key that was announced at the start.
    let setup = Setup { root_key: root.clone().or(setup.root_key) };
    let root = root.unwrap_or_else(|| KeyPair::new("", ""));
    let endpoint = format!("http://{bound}");
    let store = Store::start(world, durable, options.clock.clone(), options.propagation).map_err(Error::Thread)?;
    let routes = Arc::new(Routes {
        service: Service {
            store,
            environment: Arc::clone(environment),
            signing_clock: options.signing_clock.unwrap_or_else(|| options.clock.clone()),
            clock: options.clock,
            faults: Faults::new(options.faults),
            gate: Gate::new(options.throttle),
            calls: Calls::new(options.log, options.follower, options.test_routes),
            verifier: Verifier::default(),
        },
        setup,
        seed: options.seed,
        reset: options.test_routes,
        date: http::Date::default(),
    });
    let stop = CancellationToken::new();
    let door = Arc::new(HostFilter::new(bound.port(), options.allow_host));
    // One thread answers ten thousand requests a second; more of them would each keep a heap of their own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
    let serving = http::serve(listener, Arc::clone(&routes), door, stop.clone());
    let thread = std::thread::Builder::new()
        .name("emulator".to_owned())
        .spawn(move || {
            runtime.block_on(serving);
            runtime.shutdown_timeout(std::time::Duration::from_millis(200));
        })
        .map_err(Error::Thread)?;
    if let Some(folder) = &folder {
        use secrecy::ExposeSecret as _;
        let told = Endpoint {
            endpoint: endpoint.clone(),
            account_id: environment.account.clone(),
            access_key_id: root.id.clone(),
            secret_access_key: root.secret.expose_secret().to_owned(),
            administrator: administrator.as_ref().map(|key| (key.id.clone(), key.secret.expose_secret().to_owned())),
        };
        told.write(folder).map_err(|error| Error::store(folder, error.into()))?;
    }
    let account_id = environment.account.clone();
    let running = Some(Running { routes, stop, thread: Some(thread), folder });
    Ok(Handle { endpoint, account_id, root, administrator, running })
}

/// The root key and the administrator's key of a state.
fn keys(state: &State) -> (Option<KeyPair>, Option<KeyPair>) {
    let account = state.account();
    let root = account.root_keys.first().map(|key| KeyPair::new(&key.id, &key.secret));
    let administrator = account.administrator.as_ref().and_then(|id| {
        let user = state.users.keyed(id)?;
        user.access_keys.iter().find(|key| key.id == *id).map(|key| KeyPair::new(&key.id, &key.secret))
    });
    (root, administrator)
}
