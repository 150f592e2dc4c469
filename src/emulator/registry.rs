//! The one table of operations: name, function, and the resource that a permission is asked for.
//!
//! Each file under `ops` lists its own rows in a constant `OPERATIONS` beside their functions; this file
//! lists those constants. What the service model knows and this table lacks answers 501 with a clear text.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

use super::authorize::Enforce;
use super::authorize::documents::Documents;
use super::caller::Caller;
use super::failure::Failure;
use super::ids::Ids;
use super::material::jwt;
use super::ops;
use super::quota::Quota;
use super::store::State;
use super::store::records::Moment;
use crate::api;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The name, as in the service model.
    pub name: &'static str,
    /// What it does.
    pub run: Run,
    /// Which permission it needs.
    pub permission: Permission,
    /// Parameters that AWS has and this operation does not heed, each with the reason: they are refused.
    pub unheeded: &'static [(&'static str, &'static str)],
}

/// What an operation does with the state.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// It only reads.
    Read(fn(&Request<'_>, &State) -> Result<Value, Failure>),
    /// It changes something; an error leaves no trace.
    Write(fn(&Request<'_>, &mut State) -> Result<Value, Failure>),
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

impl Operation {
    /// A row that only reads.
    pub const fn read(
        name: &'static str,
        run: fn(&Request<'_>, &State) -> Result<Value, Failure>,
        resource: fn(&Request<'_>, &State) -> String,
    ) -> Self {
        Self { name, run: Run::Read(run), permission: Permission::On(resource), unheeded: &[] }
    }

    /// A row that changes something.
    pub const fn write(
        name: &'static str,
        run: fn(&Request<'_>, &mut State) -> Result<Value, Failure>,
        resource: fn(&Request<'_>, &State) -> String,
    ) -> Self {
        Self { name, run: Run::Write(run), permission: Permission::On(resource), unheeded: &[] }
    }

    /// The same row, where a role's trust policy decides too.
    pub const fn trusted(self) -> Self {
        Self { permission: Permission::Trust, ..self }
    }

    /// The same row without the check of its own action.
    pub const fn unchecked(self) -> Self {
        Self { permission: Permission::Own, ..self }
    }

    /// The same row, which refuses parameters: each with the reason, a sentence.
    pub const fn without(self, unheeded: &'static [(&'static str, &'static str)]) -> Self {
        Self { unheeded, ..self }
    }

    /// Refuses a request that gives a parameter which would be passed over otherwise.
    pub fn heeds(&self, request: &Request<'_>) -> Result<(), Failure> {
        match self.unheeded.iter().find(|(name, _)| request.input.get(name).is_some()) {
            None => Ok(()),
            Some((name, reason)) => {
                let told =
                    format!("This emulator does not support {name} of {}. {reason} Nothing was done.", self.name);
                Err(Failure::new("NotImplemented", 501, told))
            }
        }
    }
}

/// Every list of rows there is.
const RESOURCES: &[&[Operation]] = ops::ALL;

/// The row of an operation; `None` where it is not built.
pub fn operation(name: &str) -> Option<&'static Operation> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Operation>> =
        LazyLock::new(|| operations().map(|row| (row.name, row)).collect());
    BY_NAME.get(name).copied()
}

/// All rows.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    RESOURCES.iter().flat_map(|rows| rows.iter())
}

/// What all requests of one emulator share.
#[derive(Debug)]
pub struct World {
    /// The account's twelve digits.
    pub account: String,
    /// Where ids come from.
    pub ids: Ids,
    /// Whether quotas hold.
    pub quotas: bool,
    /// Whether policies are evaluated.
    pub enforce: Enforce,
    /// Policy documents as the evaluator takes them.
    pub documents: Documents,
    /// The keys of OpenID Connect issuers, by their URL without its scheme.
    pub issuers: BTreeMap<String, Vec<jwt::Key>>,
}

/// One call of an operation, validated by the service model.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The operation in the service model.
    pub operation: &'static api::OperationModel,
    /// The input as an object.
    pub input: &'a Value,
    /// Who calls.
    pub caller: &'a Caller,
    /// What all requests share.
    pub world: &'a World,
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

    /// An ARN in this account's IAM: `user/alice`.
    pub fn arn(&self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.world.account)
    }

    /// Refuses to go beyond a quota: `count` is what there would be.
    pub fn within(&self, quota: Quota, count: usize) -> Result<(), Failure> {
        if self.world.quotas && count > quota.value {
            return Err(Failure::limit_exceeded(format!("Cannot exceed quota for {}: {}", quota.name, quota.value)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_row_is_an_operation_of_the_model_and_stands_once() {
        let mut seen = HashSet::new();
        for row in operations() {
            assert!(api::model().operation(row.name).is_some(), "{} is not in the model", row.name);
            assert!(seen.insert(row.name), "{} stands twice", row.name);
        }
    }
}
