//! The demo company, Rockets: every empty, full, long and odd case that a screen can meet.
//!
//! The calls are lists by subject; they are sorted by their age and run in that order. What no call can
//! make (when things were last used, a key of the past) is written down at the end.

use jiff::{SignedDuration, Timestamp};

use super::Step;
use crate::emulator::operation::Environment;
use crate::emulator::store::State;

mod analyzers;
mod credentials;
mod past;
mod people;
mod permissions;
mod roles;
mod sessions;
mod use_;

/// The user that the console signs in as.
pub const ADMINISTRATOR: &str = "administrator";

/// The calls that made the company what it is, oldest first.
pub fn history(account: &str) -> Vec<Step> {
    let mut steps = permissions::steps(account);
    steps.extend(people::steps(account));
    steps.extend(roles::steps(account));
    steps.extend(credentials::steps(account));
    // A stable sort: calls of the same age keep their order.
    steps.sort_by_key(|step| std::cmp::Reverse(step.age));
    steps
}

pub use self::past::events as past;

/// Writes down what no call can make.
pub fn finish(state: &mut State, environment: &Environment, now: Timestamp) {
    let ago = |hours: i64| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(now).into();
    use_::write(state, &ago);
    sessions::write(state, &environment.account, &ago);
    analyzers::write(state, &environment.account, &ago);
    credentials::server_certificates(state, environment, &ago);
    let key = state.users.named(ADMINISTRATOR).and_then(|user| user.access_keys.first()).map(|key| key.id.clone());
    state.change_account(|account| {
        account.administrator = key;
        account.root_password_last_used = Some(ago(24 * 214));
    });
}
