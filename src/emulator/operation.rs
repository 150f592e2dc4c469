//! An operation: what it does, which permission it needs, a call of it, and what all calls share.
//!
//! The files under `ops` make handlers of these parts, [`super::registry`] finds them, [`super::authorize`] asks for
//! permission, `service` calls.

use std::collections::BTreeMap;

use serde_json::Value;

use super::authorizations::Authorizations;
use super::caller::Caller;
use super::crypto::jwt;
use super::documents::Documents;
use super::failure::Failure;
use super::ids::Ids;
use super::organization::Organization;
use super::quota::Quota;
use super::resources::Resources;
use super::store::records::Moment;
use super::store::{State, World};
use super::templates::Templates;
use super::trail::Trail;
use super::uses::Uses;
use crate::api::Operation;

/// What answers an operation.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    /// The operation of a service.
    pub operation: Operation,
    /// What it does.
    pub run: Run,
    /// Which permission it needs.
    pub permission: Permission,
    /// Parameters that AWS has and this operation does not heed, each with the reason: they are refused.
    pub unsupported: &'static [(&'static str, &'static str)],
}

/// What an operation does with the state.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// It only reads.
    Read(fn(&Request<'_>, &State) -> Result<Value, Failure>),
    /// It changes something; an error leaves no trace.
    Write(fn(&Request<'_>, &mut State) -> Result<Value, Failure>),
    /// It changes something and has to do with more accounts than the caller's.
    Across(fn(&Request<'_>, &mut World) -> Result<Value, Failure>),
    /// It only reads, and has to do with more accounts than the caller's.
    Survey(fn(&Request<'_>, &World) -> Result<Value, Failure>),
}

/// Which permission an operation needs.
#[derive(Debug, Clone, Copy)]
pub enum Permission {
    /// Its own action on the resource of this ARN.
    On(fn(&Request<'_>, &State) -> String),
    /// What the trust policy of the role says that it assumes, together with the caller's own policies.
    Trust,
    /// None, or one that it checks itself.
    Own,
}

impl Handler {
    /// A handler that only reads.
    pub const fn read(
        operation: Operation,
        run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
        resource: fn(&Request<'_>, &State) -> String,
    ) -> Self {
        Self { operation, run: Run::Read(run), permission: Permission::On(resource), unsupported: &[] }
    }

    /// A handler that changes something.
    pub const fn write(
        operation: Operation,
        run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
        resource: fn(&Request<'_>, &State) -> String,
    ) -> Self {
        Self { operation, run: Run::Write(run), permission: Permission::On(resource), unsupported: &[] }
    }

    /// A handler that changes something in several accounts, where a role's trust policy decides too.
    pub const fn across(operation: Operation, run: fn(&Request<'_>, &mut World) -> Result<Value, Failure>) -> Self {
        Self { operation, run: Run::Across(run), permission: Permission::Trust, unsupported: &[] }
    }

    /// A handler that reads several accounts and checks permissions itself.
    pub const fn survey(operation: Operation, run: fn(&Request<'_>, &World) -> Result<Value, Failure>) -> Self {
        Self { operation, run: Run::Survey(run), permission: Permission::Own, unsupported: &[] }
    }

    /// The same handler, which needs its own action on a resource.
    pub const fn on(self, resource: fn(&Request<'_>, &State) -> String) -> Self {
        Self { permission: Permission::On(resource), ..self }
    }

    /// The same handler without the check of its own action.
    pub const fn unchecked(self) -> Self {
        Self { permission: Permission::Own, ..self }
    }

    /// The same handler, which refuses parameters: each with the reason, a sentence.
    pub const fn without(self, unsupported: &'static [(&'static str, &'static str)]) -> Self {
        Self { unsupported, ..self }
    }

    /// Refuses a request that gives a parameter which would be passed over otherwise.
    pub fn reject_unsupported(&self, request: &Request<'_>) -> Result<(), Failure> {
        match self.unsupported.iter().find(|(name, _)| request.input.get(name).is_some()) {
            None => Ok(()),
            Some((name, reason)) => {
                let operation = self.operation;
                let told = format!("This emulator does not support {name} of {operation}. {reason} Nothing was done.");
                Err(Failure::new("NotImplemented", 501, told))
            }
        }
    }
}

/// Whether policies are evaluated. Signatures are verified in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enforce {
    /// Every call needs its permission.
    #[default]
    On,
    /// Every verified caller may do everything.
    Off,
}

/// What all requests of one emulator share.
#[derive(Debug)]
pub struct Environment {
    /// The twelve digits of the account whose root key is announced.
    pub account: String,
    /// Where ids come from.
    pub ids: Ids,
    /// Whether quotas hold.
    pub quotas: bool,
    /// Whether policies are evaluated.
    pub enforce: Enforce,
    /// The organization that the accounts are in.
    pub organization: Option<Organization>,
    /// Resources of other services.
    pub resources: Resources,
    /// Templates of partners and of services.
    pub templates: Templates,
    /// The log of calls.
    pub trail: Trail,
    /// What was decided of requests that were denied.
    pub authorizations: Authorizations,
    /// What principals used.
    pub uses: Uses,
    /// Policy documents as the evaluator takes them.
    pub documents: Documents,
    /// The keys of OpenID Connect issuers, by their URL without its scheme.
    pub issuers: BTreeMap<String, Vec<jwt::Key>>,
}

impl Environment {
    /// An environment of one account, with everything as it is where nothing is asked for.
    pub fn new(account: &str, ids: Ids) -> Self {
        Self {
            account: account.to_owned(),
            ids,
            quotas: true,
            enforce: Enforce::On,
            organization: None,
            resources: Resources::default(),
            templates: Templates::default(),
            trail: Trail::default(),
            authorizations: Authorizations::default(),
            uses: Uses::default(),
            documents: Documents::default(),
            issuers: BTreeMap::new(),
        }
    }
}

/// One call of an operation, validated by the service model.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The operation.
    pub operation: Operation,
    /// The input as an object.
    pub input: &'a Value,
    /// Who calls.
    pub caller: &'a Caller,
    /// The twelve digits of the account that it is about.
    pub account: &'a str,
    /// What all requests share.
    pub environment: &'a Environment,
    /// The time of the call.
    pub now: Moment,
}

impl<'a> Request<'a> {
    /// A text that the model requires; empty where it is absent.
    pub fn text(&self, name: &str) -> &'a str {
        self.maybe(name).unwrap_or_default()
    }

    /// A member of the input, which may be absent; every read of one goes this way.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        #[cfg(test)]
        super::coverage::note(name);
        self.input.get(name)
    }

    /// A text that may be absent.
    pub fn maybe(&self, name: &str) -> Option<&'a str> {
        self.value(name).and_then(Value::as_str)
    }

    /// A truth value; absent means false.
    pub fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A number that may be absent.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.value(name).and_then(Value::as_u64)
    }

    /// The elements of a list; none where it is absent.
    pub fn list(&self, name: &str) -> &'a [Value] {
        self.value(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The texts of a list.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    /// The same request as one about another account.
    pub fn about(self, account: &'a str) -> Self {
        Self { account, ..self }
    }

    /// An ARN in this account's IAM: `user/alice`.
    pub fn arn(&self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.account)
    }

    /// Refuses to go beyond a quota: `count` is what there would be.
    pub fn within(&self, quota: Quota, count: usize) -> Result<(), Failure> {
        if self.environment.quotas && count > quota.value {
            return Err(Failure::limit_exceeded(format!("Cannot exceed quota for {}: {}", quota.name, quota.value)));
        }
        Ok(())
    }
}
