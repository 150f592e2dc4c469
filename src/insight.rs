//! Pure questions over an account: who can do something, what can somebody do, what names what.
//!
//! The answers are those of the evaluator over what is known. What was never read, or may not be read, is told
//! beside the answer and never taken for absent.

pub mod access;
pub mod age;
pub mod assumable;
pub mod callers;
pub mod changes;
pub mod denial;
pub mod documents;
pub mod drift;
pub mod effective;
pub mod escalation;
pub mod find;
pub mod forecast;
pub mod guards;
pub mod impact;
pub mod references;
pub mod review;
pub mod simulator;
pub mod told;
pub mod who_can;

pub use access::{Access, Guardrails};
pub use assumable::{Assumable, assumable_roles};
pub use drift::{Change, Difference, Drift, drift};
pub use references::{Affected, Mention, affected, mentions};
pub use who_can::{Ask, can, who_can};

#[cfg(test)]
pub(crate) mod fixture;
