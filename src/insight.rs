//! Pure questions over an account: who can do something, what can somebody do, what names what.
//!
//! The answers are those of the evaluator over what is known. What was never read, or may not be read, is told
//! beside the answer and never taken for absent.

pub mod access;
pub(crate) mod activity;
pub(crate) mod age;
pub(crate) mod assumable;
pub(crate) mod callers;
pub(crate) mod changes;
pub(crate) mod denial;
pub(crate) mod describe;
pub(crate) mod documents;
pub(crate) mod drift;
pub mod effective;
pub mod escalation;
pub mod find;
pub mod forecast;
pub mod guards;
pub mod impact;
pub(crate) mod references;
pub mod report;
pub mod review;
pub(crate) mod simulator;
pub(crate) mod trim;
pub(crate) mod unread;
pub(crate) mod unused;
pub(crate) mod watch;
pub(crate) mod who_can;

pub use access::{Access, Guardrails};
pub use assumable::{Assumable, assumable_roles, assumed_lately};
pub use drift::{Change, Difference, Drift, drift};
pub use references::{Affected, Mention, affected, mentions};
pub use who_can::{Ask, can, who_can};

#[cfg(test)]
pub(crate) mod fixture;
