//! The loads of one workspace: which are under way, which were done, which failed.

use std::collections::{BTreeMap, BTreeSet};

use crate::backend::Load;
use crate::model::LoadError;
use crate::ui::page::Loads;

/// How loads are going.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    running: BTreeSet<Load>,
    /// Done in this generation: they are not asked for again until somebody reloads.
    done: BTreeSet<Load>,
    failures: BTreeMap<Load, LoadError>,
    /// Under way, but begun before a change that it may not have seen: it is asked for once more.
    late: BTreeSet<Load>,
}

impl Jobs {
    /// Whether nobody asked for it yet.
    pub fn is_new(&self, load: &Load) -> bool {
        !self.running.contains(load) && !self.done.contains(load)
    }

    /// Notes that it was asked for.
    pub fn begin(&mut self, load: Load) {
        self.failures.remove(&load);
        self.running.insert(load);
    }

    /// Notes how it ended.
    pub fn end(&mut self, load: Load, result: Result<(), LoadError>) {
        self.running.remove(&load);
        if let Err(error) = result {
            self.failures.insert(load.clone(), error);
        }
        if !self.late.remove(&load) {
            self.done.insert(load);
        }
    }

    /// Forgets what may be old by now, so that whoever shows it asks again.
    pub fn outdate(&mut self, touched: impl Fn(&Load) -> bool) {
        self.done.retain(|load| !touched(load));
        self.failures.retain(|load, _| !touched(load));
        self.late.extend(self.running.iter().filter(|load| touched(load)).cloned());
    }

    /// Forgets that it was under way, so that it can be asked for again.
    pub fn drop_running(&mut self, load: &Load) {
        self.running.remove(load);
    }

    /// Forgets these as done, all that failed, and all that was under way.
    pub fn again(&mut self, loads: &[Load]) {
        self.running.clear();
        let failed = std::mem::take(&mut self.failures);
        for load in loads.iter().chain(failed.keys()) {
            self.done.remove(load);
        }
    }

    /// Ends all that is under way without asking again; gives what it was.
    pub fn stop(&mut self) -> BTreeSet<Load> {
        let stopped = std::mem::take(&mut self.running);
        self.done.extend(stopped.iter().cloned());
        stopped
    }

    /// What is under way.
    pub fn running(&self) -> impl Iterator<Item = &Load> {
        self.running.iter()
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
        self.running.contains(load)
    }

    fn is_done(&self, load: &Load) -> bool {
        self.done.contains(load)
    }

    fn failure(&self, load: &Load) -> Option<&LoadError> {
        self.failures.get(load)
    }
}
