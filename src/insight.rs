//! Pure questions over an account: who can do something, what can somebody do, what names what.
//!
//! The answers are those of the evaluator over what is known. What was never read, or may not be read, is told
//! beside the answer and never taken for absent.

pub mod access;
pub mod age;
pub mod assumable;
pub mod drift;
pub mod forecast;
pub mod guards;
pub mod question;
pub mod references;

pub use access::{Access, Answer, who_can};
pub use assumable::{Assumable, assumable_roles};
pub use drift::{Change, Difference, Drift, drift};
pub use question::{Question, Reply};
pub use references::{Affected, Mention, affected, mentions};

#[cfg(test)]
pub(crate) mod fixture;
