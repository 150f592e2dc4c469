//! What an account begins with: nothing, or the demo company.
//!
//! A seed is a history: a list of calls, each so many days old, that run through the table of operations
//! as anybody's calls do. So a seed can hold nothing that the operations refuse.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::authorize::Enforce;
use super::caller::Caller;
use super::failure::Failure;
use super::registry::{self, Request, World};
use super::service::perform;
use super::store::State;
use crate::api;

mod demo;

/// What an account begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seed {
    /// Nothing but the root user.
    #[default]
    Empty,
    /// A company with every case that a screen can meet.
    Demo,
}

/// One call of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// How old it is, in hours.
    pub age: i64,
    /// The operation.
    pub operation: &'static str,
    /// Its input.
    pub input: Value,
}

/// Sows a seed into an account that holds nothing yet.
pub fn sow(seed: Seed, state: &mut State, world: &World, now: Timestamp) -> Result<(), Failure> {
    let history = match seed {
        Seed::Empty => return Ok(()),
        Seed::Demo => demo::history(&world.account),
    };
    for step in history {
        run(&step, state, world, now)?;
    }
    demo::finish(state, now);
    Ok(())
}

/// Runs one call as the root user would have made it at that time.
fn run(step: &Step, state: &mut State, world: &World, now: Timestamp) -> Result<Value, Failure> {
    let unknown = || Failure::new("InvalidAction", 400, format!("no operation `{}`", step.operation));
    let operation = api::model().operation(step.operation).ok_or_else(unknown)?;
    let row = registry::operation(step.operation).ok_or_else(unknown)?;
    let at = now.saturating_sub(SignedDuration::from_hours(step.age)).unwrap_or(now);
    api::validate(operation, &step.input).map_err(|wrong| Failure::validation(wrong.to_string()))?;
    let caller = Caller::root(&world.account);
    let request = Request { operation, input: &step.input, caller: &caller, world, now: at.into() };
    perform(row, &request, state, Enforce::Off).map_err(|failure| Failure {
        message: format!("{} {}: {}", step.operation, step.input, failure.message),
        ..failure
    })
}
