//! Records which actions each principal used on which resources, and derives the smallest policy that allows them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::authorize::Need;
use super::caller::Principal;
use super::operation::Request;
use super::store::State;

/// The most pairs of an action and a resource that are recorded for a principal, and the most principals.
const PAIRS: usize = 5_000;
const PRINCIPALS: usize = 1_000;

/// The recorded uses; none if recording is off.
#[derive(Debug, Default)]
pub struct Uses(Option<Mutex<Record>>);

#[derive(Debug, Default)]
struct Record {
    by_principal: BTreeMap<String, BTreeSet<Use>>,
    /// Grows with each use that is new.
    revision: u64,
}

/// An action that a principal used on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// `iam:CreateUser`
    pub action: String,
    /// The ARN, or `*`.
    pub resource: String,
}

impl Uses {
    /// Starts without uses, and records them if `recorded`.
    pub fn new(recorded: bool) -> Self {
        Self(recorded.then(Mutex::default))
    }

    fn recorded(&self) -> Option<MutexGuard<'_, Record>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether uses are recorded.
    pub fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Records the permissions that an allowed call needed.
    pub fn note(&self, request: &Request<'_>, state: &State, needs: &[Need]) {
        let Some(mut recorded) = self.recorded() else { return };
        let recorded = &mut *recorded;
        let principal = principal(request, state);
        if !recorded.by_principal.contains_key(&principal) && recorded.by_principal.len() == PRINCIPALS {
            return;
        }
        let uses = recorded.by_principal.entry(principal).or_default();
        for need in needs {
            let used = Use { action: need.action.clone(), resource: need.resource.clone() };
            if uses.len() < PAIRS && uses.insert(used) {
                recorded.revision += 1;
            }
        }
    }

    /// What each principal used so far, by ARN; a role session counts for its role.
    pub fn by_principal(&self) -> BTreeMap<String, BTreeSet<Use>> {
        self.recorded().map(|recorded| recorded.by_principal.clone()).unwrap_or_default()
    }

    /// A number that changes with each new use.
    pub fn revision(&self) -> u64 {
        self.recorded().map_or(0, |recorded| recorded.revision)
    }

    /// The smallest policy for what each principal used.
    pub fn policies(&self) -> Value {
        let all = self.by_principal();
        let shown = all.iter().map(|(principal, uses)| json!({"principal": principal, "policy": smallest(uses)}));
        json!({ "policies": shown.collect::<Vec<_>>() })
    }
}

/// The caller's ARN; for a role session the role's, since session names vary.
fn principal(request: &Request<'_>, state: &State) -> String {
    match &request.caller.principal {
        Principal::Role { id, .. } => match state.roles.get(id) {
            Some(role) => format!("arn:aws:iam::{}:role{}{}", request.caller.account, role.path, role.name),
            None => request.caller.arn.clone(),
        },
        _ => request.caller.arn.clone(),
    }
}

/// The smallest policy that allows these uses and nothing else: one statement for all actions on the same resources.
pub fn smallest(uses: &BTreeSet<Use>) -> Value {
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for used in uses {
        resources.entry(&used.action).or_default().insert(&used.resource);
    }
    let mut statements: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for (action, resources) in resources {
        // `*` covers every other resource.
        let resources = if resources.contains("*") { BTreeSet::from(["*"]) } else { resources };
        statements.entry(resources).or_default().push(action);
    }
    let statement = |(resources, actions): (BTreeSet<&str>, Vec<&str>)| json!({"Effect": "Allow", "Action": actions, "Resource": resources});
    let statements: Vec<Value> = statements.into_iter().map(statement).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uses: &[(&str, &str)], statements: &Value) {
        let uses = uses.iter().map(|(action, resource)| Use { action: (*action).into(), resource: (*resource).into() });
        assert_eq!(smallest(&uses.collect())["Statement"], *statements);
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement() {
        check(&[], &json!([]));
        check(
            &[
                ("iam:GetUser", "a"),
                ("iam:TagUser", "a"),
                ("iam:GetUser", "b"),
                ("iam:TagUser", "b"),
                ("iam:GetRole", "a"),
            ],
            &json!([
                {"Effect": "Allow", "Action": ["iam:GetRole"], "Resource": ["a"]},
                {"Effect": "Allow", "Action": ["iam:GetUser", "iam:TagUser"], "Resource": ["a", "b"]},
            ]),
        );
        check(
            &[("iam:ListUsers", "*"), ("iam:ListUsers", "a")],
            &json!([{"Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": ["*"]}]),
        );
    }
}
