//! What each principal used: which actions on which resources, and the smallest policy that allows them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::authorize::Need;
use super::caller::Principal;
use super::operation::Request;
use super::store::State;

/// How many pairs of an action and a resource are kept for a principal, and for how many principals.
const PAIRS: usize = 5_000;
const PRINCIPALS: usize = 1_000;

/// What was used, where somebody asked for it.
#[derive(Debug, Default)]
pub struct Uses(Option<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
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
    /// Keeps what is used if that is asked for.
    pub fn new(kept: bool) -> Self {
        Self(kept.then(Mutex::default))
    }

    fn kept(&self) -> Option<MutexGuard<'_, Kept>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether uses are kept.
    pub fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Writes down what a call needed that is let through.
    pub fn note(&self, request: &Request<'_>, state: &State, needs: &[Need]) {
        let Some(mut kept) = self.kept() else { return };
        let kept = &mut *kept;
        let principal = principal(request, state);
        if !kept.by_principal.contains_key(&principal) && kept.by_principal.len() == PRINCIPALS {
            return;
        }
        let uses = kept.by_principal.entry(principal).or_default();
        for need in needs {
            let used = Use { action: need.action.clone(), resource: need.resource.clone() };
            if uses.len() < PAIRS && uses.insert(used) {
                kept.revision += 1;
            }
        }
    }

    /// What each principal used so far, by its ARN: of a session of a role the role.
    pub fn by_principal(&self) -> BTreeMap<String, BTreeSet<Use>> {
        self.kept().map(|kept| kept.by_principal.clone()).unwrap_or_default()
    }

    /// A number that is another one after each new use.
    pub fn revision(&self) -> u64 {
        self.kept().map_or(0, |kept| kept.revision)
    }

    /// The smallest policy for what each principal used.
    pub fn policies(&self) -> Value {
        let all = self.by_principal();
        let shown = all.iter().map(|(principal, uses)| json!({"principal": principal, "policy": smallest(uses)}));
        json!({ "policies": shown.collect::<Vec<_>>() })
    }
}

/// The ARN of who calls; what a role does is the role's, whatever its sessions are called.
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
        // What is used on everything needs nothing beside it.
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
    fn check(uses: &[(&str, &str)], statements: Value) {
        let uses = uses.iter().map(|(action, resource)| Use { action: (*action).into(), resource: (*resource).into() });
        assert_eq!(smallest(&uses.collect())["Statement"], statements);
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement() {
        check(&[], json!([]));
        check(
            &[
                ("iam:GetUser", "a"),
                ("iam:TagUser", "a"),
                ("iam:GetUser", "b"),
                ("iam:TagUser", "b"),
                ("iam:GetRole", "a"),
            ],
            json!([
                {"Effect": "Allow", "Action": ["iam:GetRole"], "Resource": ["a"]},
                {"Effect": "Allow", "Action": ["iam:GetUser", "iam:TagUser"], "Resource": ["a", "b"]},
            ]),
        );
        check(
            &[("iam:ListUsers", "*"), ("iam:ListUsers", "a")],
            json!([{"Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": ["*"]}]),
        );
    }
}
