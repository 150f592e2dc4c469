//! What an account begins with: nothing, or the demo company.
//!
//! A seed is a history: a list of calls, each so many days old, that run through the table of operations
//! as anybody's calls do. So a seed can hold nothing that the operations refuse.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::caller::Caller;
use super::failure::Failure;
use super::operation::{Enforce, Environment, Request};
use super::registry;
use super::service::perform;
use super::store::{State, World};
use super::trail::Trail;
use crate::api::{self, Iam, Operation};
use crate::totp;

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
    pub operation: Iam,
    /// Its input.
    pub input: Value,
}

/// Sows a seed into an account that holds nothing yet.
pub fn apply_seed(seed: Seed, world: &mut World, environment: &Environment, now: Timestamp) -> Result<(), Failure> {
    let history = match seed {
        Seed::Empty => return Ok(()),
        Seed::Demo => demo::history(&environment.account),
    };
    for step in history {
        run(&step, &environment.account, world, environment, now)?;
    }
    demo::finish(world.add(&environment.account), environment, now);
    Ok(())
}

/// Writes down what an account's seed tells of its past, unless that is done; nothing of an account without a seed.
pub fn remember(trail: &Trail, state: &State) {
    if state.account().administrator.is_some() {
        trail.remember(|| demo::past(state));
    }
}

/// A call that is so many days old.
fn days(age: i64, operation: Iam, input: Value) -> Step {
    Step { age: age * 24, operation, input }
}

/// Runs one call as the root user of an account would have made it at that time.
pub(super) fn run(
    step: &Step,
    account: &str,
    world: &mut World,
    environment: &Environment,
    now: Timestamp,
) -> Result<Value, Failure> {
    let unknown = || Failure::new("InvalidAction", 400, format!("no operation `{}`", step.operation.name()));
    let operation = Operation::Iam(step.operation);
    let model = operation.model().ok_or_else(unknown)?;
    let handler = registry::handler(operation).ok_or_else(unknown)?;
    let at = now.saturating_sub(SignedDuration::from_hours(step.age)).unwrap_or(now);
    let mut input = step.input.clone();
    if step.operation == Iam::EnableMFADevice {
        give_codes(&mut input, world.add(account), at);
    }
    let told =
        |failure: Failure| Failure { message: format!("{} {}: {}", operation, step.input, failure.message), ..failure };
    api::validate(model, &input).map_err(|wrong| told(Failure::validation(wrong.to_string())))?;
    let caller = Caller::root(account);
    let request = Request { operation, input: &input, caller: &caller, account, environment, now: at.into() };
    perform(handler, &request, world, Enforce::Off).map_err(told)
}

/// Fills in the two codes that a virtual device shows at that time, as its holder would type them.
pub(super) fn give_codes(input: &mut Value, state: &State, at: Timestamp) {
    let device = input["SerialNumber"].as_str().and_then(|serial| state.virtual_mfa.get(serial));
    let Some(seed) = device.and_then(|device| totp::Seed::from_base32(&device.seed)) else { return };
    let before = at.saturating_sub(SignedDuration::from_secs(30)).unwrap_or(at);
    input["AuthenticationCode1"] = seed.code(before).into();
    input["AuthenticationCode2"] = seed.code(at).into();
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::emulator::ids::Ids;
    use crate::emulator::quota;
    use crate::emulator::setup::Setup;
    use crate::emulator::store::credentials::Status;

    pub fn sown() -> World {
        let environment = Environment::new("123456789012", Ids::seeded(7));
        let mut world = World::default();
        let now: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
        Setup::default().begin(&mut world, &environment, Seed::Demo, now).unwrap();
        world
    }

    #[test]
    fn the_demo_company_has_every_case() {
        let world = sown();
        let state = world.get("123456789012").unwrap();
        assert_eq!((state.users.len(), state.groups.len(), state.roles.len()), (61, 12, 80));
        let unguarded =
            |user: &&crate::emulator::store::records::User| user.mfa.is_empty() && user.login_profile.is_some();
        assert!(state.users.iter().filter(unguarded).count() > 5, "too few without MFA");
        let member = |id: &str| state.users.iter().any(|user| user.groups.contains(id));
        assert!(state.groups.iter().any(|group| !member(&group.id)), "no empty group");
        assert!(state.roles.iter().any(|role| role.tags.len() == quota::TAGS.value), "no role full of tags");
        assert!(state.roles.iter().any(|role| role.permissions.attached.len() == 10), "no role full of policies");
        assert!(state.policies.iter().any(|policy| policy.versions.len() == 5), "no policy full of versions");
        assert!(state.users.iter().any(|user| user.groups.len() == 10), "no user full of groups");
        assert!(state.users.iter().any(|user| user.name.len() == 64), "no longest user name");
        assert!(state.groups.iter().any(|group| group.name.len() == 128), "no longest group name");
        assert!(state.roles.iter().any(|role| role.name.len() == 64), "no longest role name");
        assert!(state.policies.iter().any(|policy| policy.name.len() == 128), "no longest policy name");
        assert!(state.users.iter().any(|user| user.access_keys.len() == 2), "no user full of keys");
        assert!(state.users.iter().flat_map(|user| &user.access_keys).any(|key| key.status == Status::Inactive));
    }

    #[test]
    fn the_console_can_sign_in_as_an_administrator() {
        let world = sown();
        let state = world.get("123456789012").unwrap();
        let key = state.account().administrator.clone().unwrap();
        let user = state.users.keyed(&key).unwrap();
        assert_eq!(user.name, demo::ADMINISTRATOR);
        assert!(user.access_keys.iter().any(|k| k.id == key && k.status == Status::Active));
    }

    #[test]
    fn the_same_seed_grows_the_same_company() {
        let ids = |world: &World| -> Vec<String> {
            world.get("123456789012").unwrap().roles.iter().map(|role| role.id.clone()).collect()
        };
        assert_eq!(ids(&sown()), ids(&sown()));
    }
}
