//! What an account begins with: nothing, or the demo company.

use jiff::Timestamp;

use super::failure::Failure;
use super::registry::World;
use super::store::State;

/// What an account begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seed {
    /// Nothing but the root user.
    #[default]
    Empty,
    /// A company with every case that a screen can meet.
    Demo,
}

/// Sows a seed into an account that holds nothing yet.
pub fn sow(seed: Seed, _state: &mut State, _world: &World, _now: Timestamp) -> Result<(), Failure> {
    match seed {
        Seed::Empty | Seed::Demo => Ok(()),
    }
}
