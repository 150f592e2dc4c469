//! When keys, passwords and roles were last used.

use super::people;
use crate::api::Iam;
use crate::emulator::store::State;
use crate::emulator::store::activity::{Activity, LastCall};
use crate::emulator::store::credentials::Status;
use crate::emulator::store::records::{LastUse, Moment};

/// Hours since a password was last used, by the place of its user in the list; negative means never.
const PASSWORDS: &[i64] = &[2, 30, 70, 24 * 9, 24 * 33, 24 * 95, 24 * 200, -1, 5, 24 * 400];
/// Hours since a key was last used, likewise.
const KEYS: &[i64] = &[1, 24 * 3, 24 * 80, -1, 24 * 110, 0, 24 * 370];
/// Hours since a role was last used, likewise.
const ROLES: &[i64] = &[1, 20, 24 * 2, -1, 24 * 15, 24 * 75, 24 * 130, 24 * 390];
const REGIONS: &[&str] = &["eu-west-1", "us-east-1", "eu-central-1", "ap-northeast-1"];
/// Services with the action that was called.
const SERVICES: &[(&str, &str)] = &[
    ("s3", "GetObject"),
    ("ec2", "DescribeInstances"),
    ("sts", "GetCallerIdentity"),
    ("iam", Iam::GetUser.name()),
    ("dynamodb", "Query"),
    ("lambda", "InvokeFunction"),
];

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
        service: pick(SERVICES, place).unwrap_or_default().0.to_owned(),
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
    let mut calls: Vec<(String, Vec<LastUse>)> = Vec::new();
    for user in state.users.iter() {
        let own = user.access_keys.iter().filter_map(|key| key.last_used.clone());
        calls.push((user.id.clone(), own.collect()));
    }
    let roles: Vec<String> = state.roles.iter().map(|role| role.id.clone()).collect();
    for (place, id) in roles.iter().enumerate() {
        state.roles.change(id, |role| {
            let never = role.name.starts_with("never");
            role.last_used = last(ROLES, place, role.created).filter(|_| !never).map(|at| used(at, place));
            // The last use is of one service; another one was called a week before.
            let before = role.last_used.as_ref().map(|last| Moment(last.at.0 - 7 * 24 * 3600));
            let before = before.filter(|at| *at > role.created).map(|at| used(at, place + 1));
            calls.push((id.clone(), role.last_used.iter().cloned().chain(before).collect()));
        });
    }
    for (id, uses) in calls.into_iter().filter(|(_, uses)| !uses.is_empty()) {
        let mut activity = Activity { id, ..Activity::default() };
        for LastUse { at, region, service } in uses {
            let action = SERVICES.iter().find(|(name, _)| *name == service).map_or("", |(_, action)| action);
            activity.note(&service, action, LastCall { at, region });
        }
        state.activity.put(activity);
    }
}
