//! The loads of one workspace: which are under way, which were done, which failed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::backend::Load;
use crate::model::LoadError;
use crate::ui::page::Loads;

/// How loads are going.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// With when each was asked for: what it will say is no older.
    running: BTreeMap<Load, Timestamp>,
    /// Done, with when each was asked for: they are not asked for again until somebody wants newer data.
    done: BTreeMap<Load, Timestamp>,
    failures: BTreeMap<Load, LoadError>,
    /// Under way, but begun before a change that it may not have seen: it is asked for once more.
    late: BTreeSet<Load>,
}

impl Jobs {
    /// Whether nobody asked for it yet, or nobody since this time.
    pub fn is_new(&self, load: &Load, since: Timestamp) -> bool {
        !self.running.contains_key(load) && self.done.get(load).is_none_or(|at| *at < since)
    }

    /// Notes that it is asked for now.
    pub fn begin(&mut self, load: Load, now: Timestamp) {
        self.failures.remove(&load);
        self.done.remove(&load);
        self.running.insert(load, now);
    }

    /// Notes how it ended.
    pub fn end(&mut self, load: Load, result: Result<(), LoadError>) {
        let asked = self.running.remove(&load);
        if let Err(error) = result {
            self.failures.insert(load.clone(), error);
        }
        if let Some(asked) = asked.filter(|_| !self.late.remove(&load)) {
            self.done.insert(load, asked);
        }
    }

    /// Forgets what may be old by now, so that whoever shows it asks again.
    pub fn outdate(&mut self, touched: impl Fn(&Load) -> bool) {
        self.done.retain(|load, _| !touched(load));
        self.failures.retain(|load, _| !touched(load));
        self.late.extend(self.running.keys().filter(|load| touched(load)).cloned());
    }

    /// Forgets that it was under way, so that it can be asked for again.
    pub fn drop_running(&mut self, load: &Load) {
        self.running.remove(load);
    }

    /// Forgets all that was asked for: what is shown is read again.
    pub fn again(&mut self) {
        *self = Self::default();
    }

    /// Ends all that is under way without asking again; gives what it was.
    pub fn stop(&mut self) -> BTreeSet<Load> {
        let stopped = std::mem::take(&mut self.running);
        self.done.extend(stopped.clone());
        stopped.into_keys().collect()
    }

    /// What is under way.
    pub fn running(&self) -> impl Iterator<Item = &Load> {
        self.running.keys()
    }

    /// Whether a read failed that only succeeds once somebody has signed in again.
    pub fn is_signed_out(&self) -> bool {
        self.failures.values().any(LoadError::is_signed_out)
    }

    /// Whether anything is under way.
    pub fn is_busy(&self) -> bool {
        !self.running.is_empty()
    }
}

impl Loads for Jobs {
    fn is_running(&self, load: &Load) -> bool {
        self.running.contains_key(load)
    }

    fn asked_at(&self, load: &Load) -> Option<Timestamp> {
        self.done.get(load).copied()
    }

    fn failure(&self, load: &Load) -> Option<&LoadError> {
        self.failures.get(load)
    }
}
