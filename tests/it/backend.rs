//! The backend through its own door: loads against canned servers that misbehave, and against the emulator.

mod account;
mod apply;
pub mod canned;
pub mod faults;
mod network;
mod newer;
mod permissions;
pub mod program;
mod read_only;
mod sign_in;
mod stale;
mod trouble;
mod undo;

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use iamtui::backend::{Load, LoadEvent, ReadOnly, Secret, Session, Sink, Target, Urgency, nobody};
use iamtui::base::clock::Clock;
use iamtui::model::{Account, LoadError};

/// A runtime, a session on an endpoint, and an account that its news is applied to.
pub struct Console {
    runtime: tokio::runtime::Runtime,
    pub session: Session,
    pub account: Account,
}

impl Console {
    /// Waits for what the session does.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub fn on(endpoint: &str, key: &str, secret: &str) -> Self {
        Self::with(endpoint, key, secret, false)
    }

    pub fn with(endpoint: &str, key: &str, secret: &str, read_only: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let target = Target::Key {
            endpoint: endpoint.to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: key.to_owned(),
            secret_access_key: Secret::new(secret),
            session_token: None,
        };
        let rule = if read_only { ReadOnly::Always } else { ReadOnly::Never };
        let session = runtime.block_on(Session::connect(target, &rule, Clock::system(), &nobody())).unwrap();
        Self { runtime, session, account: Account::default() }
    }

    /// Starts a load; its news comes out of the receiver.
    pub fn start(&self, load: Load) -> Receiver<LoadEvent> {
        let (sender, receiver) = mpsc::channel();
        let sender = Mutex::new(sender);
        let sink: Sink = Arc::new(move |news| {
            let _ = sender.lock().unwrap().send(news);
        });
        let _inside = self.runtime.enter();
        assert!(self.session.start(load, Urgency::Now, &sink), "the load runs already");
        receiver
    }

    /// Runs a load to its end, applies what it reads, and gives how it ended with the news on the way.
    pub fn load(&mut self, load: &Load) -> (Result<(), LoadError>, Vec<LoadEvent>) {
        let receiver = self.start(load.clone());
        let deadline = Instant::now() + Duration::from_secs(40);
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match receiver.recv_timeout(left).expect("the load ends") {
                LoadEvent::Ended(result) => {
                    if let (Err(error), Some(list)) = (&result, load.list()) {
                        self.account.fail(list, error.clone());
                    }
                    return (result, seen);
                }
                LoadEvent::Read(update) => {
                    self.account.apply(update.clone());
                    seen.push(LoadEvent::Read(update));
                }
                other => seen.push(other),
            }
        }
    }

    /// Runs a load that must go well.
    #[track_caller]
    pub fn loaded(&mut self, load: &Load) -> Vec<LoadEvent> {
        let (result, seen) = self.load(load);
        result.unwrap_or_else(|error| panic!("{load:?}: {error}: {error:?}"));
        seen
    }
}

/// How many pages of updates a load told.
pub fn pages(seen: &[LoadEvent]) -> usize {
    seen.iter().filter(|news| matches!(news, LoadEvent::Read(_))).count()
}
