//! When keys, passwords and roles were last used.

use super::people;
use crate::emulator::store::State;
use crate::emulator::store::credentials::Status;
use crate::emulator::store::records::{LastUse, Moment};

/// Hours since a password was last used, by the place of its user in the list; negative means never.
const PASSWORDS: &[i64] = &[2, 30, 70, 24 * 9, 24 * 33, 24 * 95, 24 * 200, -1, 5, 24 * 400];
/// Hours since a key was last used, likewise.
const KEYS: &[i64] = &[1, 24 * 3, 24 * 80, -1, 24 * 110, 0, 24 * 370];
/// Hours since a role was last used, likewise.
const ROLES: &[i64] = &[1, 20, 24 * 2, -1, 24 * 15, 24 * 75, 24 * 130, 24 * 390];
const REGIONS: &[&str] = &["eu-west-1", "us-east-1", "eu-central-1", "ap-northeast-1"];
const SERVICES: &[&str] = &["s3", "ec2", "sts", "iam", "dynamodb", "lambda"];

fn pick<T: Copy>(list: &[T], at: usize) -> Option<T> {
    list.get(at % list.len()).copied()
}

/// Writes it all down. Nothing was used before it was made.
pub fn write(state: &mut State, ago: &dyn Fn(i64) -> Moment) {
    let last = |list: &[i64], at: usize, made: Moment| {
        pick(list, at).filter(|hours| *hours >= 0).map(ago).filter(|used| *used > made)
    };
    let used = |at: Moment, place: usize| LastUse {
        at,
        region: pick(REGIONS, place).unwrap_or_default().to_owned(),
        service: pick(SERVICES, place).unwrap_or_default().to_owned(),
    };
    for (place, name) in people::names().enumerate() {
        let Some(id) = state.users.named(name).map(|user| user.id.clone()) else { continue };
        state.users.change(&id, |user| {
            if let Some(profile) = &user.login_profile {
                user.password_last_used = last(PASSWORDS, place, profile.created);
            }
            for (number, key) in user.access_keys.iter_mut().enumerate() {
                key.last_used = last(KEYS, place + number, key.created).map(|at| used(at, place + number));
                if name.contains("left") || (number == 1 && place % 2 == 0) {
                    key.status = Status::Inactive;
                }
            }
        });
    }
    let roles: Vec<String> = state.roles.iter().map(|role| role.id.clone()).collect();
    for (place, id) in roles.iter().enumerate() {
        state.roles.change(id, |role| {
            let never = role.name.starts_with("never");
            role.last_used = last(ROLES, place, role.created).filter(|_| !never).map(|at| used(at, place));
        });
    }
}
