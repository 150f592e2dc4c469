//! A copy of the accounts that lags behind, as AWS's own replicas do.
//!
//! With `--propagation` reads and authorisation are served from it, so that a client meets
//! `NoSuchEntity` right after a create and has to retry.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use jiff::{SignedDuration, Timestamp};

use super::table::Change;
use super::world::{Changes, World};

/// The lagging copy with what is on its way to it.
#[derive(Debug)]
pub struct Replica {
    lag: SignedDuration,
    world: RwLock<World>,
    /// When each was sent, oldest first.
    underway: Mutex<VecDeque<(Timestamp, Vec<Changes>)>>,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.table, self.id)
    }
}

impl Replica {
    /// A copy of nothing that lags by this much.
    pub fn new(lag: SignedDuration) -> Self {
        Self { lag, world: RwLock::default(), underway: Mutex::default() }
    }

    /// Takes changes at once: what was there at the start has long arrived.
    pub fn adopt(&self, changes: &[Changes]) {
        self.world.write().unwrap_or_else(PoisonError::into_inner).adopt(changes);
    }

    /// Sends durable changes on their way.
    pub fn send(&self, now: Timestamp, changes: Vec<Changes>) {
        let mut underway = self.underway.lock().unwrap_or_else(PoisonError::into_inner);
        underway.push_back((now, changes));
    }

    /// The copy as it stands now, after taking what has arrived.
    pub fn read(&self, now: Timestamp) -> RwLockReadGuard<'_, World> {
        let mut underway = self.underway.lock().unwrap_or_else(PoisonError::into_inner);
        // What was sent in the future was sent before the clock was set back: nobody waits until it is there again.
        while underway.front().is_some_and(|(sent, _)| now < *sent || now.duration_since(*sent) >= self.lag) {
            if let Some((_, changes)) = underway.pop_front() {
                self.adopt(&changes);
            }
        }
        drop(underway);
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }
}
