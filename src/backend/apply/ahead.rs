//! The deletions that a plan prepares: each is checked before anything is taken away that is in its way.
//!
//! A role is deleted after its policies. If its deletion is refused at its turn, the role is there without them.

use std::collections::{HashMap, HashSet};

use serde_json::Map;

use crate::model::ResourceRef;
use crate::plan::Step;
use crate::plan::expect::{Known, Resource};
use crate::plan::journal::{Run, State};

/// The deletions whose preparation has not begun.
#[derive(Debug, Default)]
pub(super) struct Ahead(HashMap<ResourceRef, Step>);

impl Ahead {
    /// Those of a run. One that relies on what an earlier step changes cannot be checked before its turn.
    pub(super) fn of(run: &Run) -> Self {
        let home = run.home();
        let (mut found, mut changed) = (HashMap::new(), HashSet::new());
        for step in &run.plan().steps {
            let Some(call) = step.call() else { continue };
            let waits = step.expects.iter().any(|expect| changed.contains(&expect.resource));
            let left = call.leaves(&Map::new(), home.as_ref(), &Known::default());
            changed.extend(left.into_iter().map(|(resource, _)| resource));
            let is_open = matches!(run.state(&step.id), State::Waiting | State::Failed { .. });
            if let Some(entity) = call.deletes().filter(|_| is_open && !waits && call.outputs().is_empty()) {
                found.insert(entity, step.clone());
            }
        }
        Self(found)
    }

    /// The deletions that a step begins to prepare, each once.
    pub(super) fn take(&mut self, run: &Run, step: &Step) -> Vec<Step> {
        let touched = step.call().map(|call| call.touches(run.home().as_ref())).unwrap_or_default();
        let entities = touched.into_iter().filter_map(|resource| match resource {
            Resource::Entity(entity) => Some(entity),
            _ => None,
        });
        // The deletion itself is checked when it is sent.
        entities.filter_map(|entity| self.0.remove(&entity)).filter(|deletion| deletion.id != step.id).collect()
    }
}
