//! What every other room stands on: ids, ARNs, time, and the one door for untrusted text.

pub mod arn;
pub(crate) mod bounded;
pub mod clock;
pub(crate) mod csv;
pub mod error;
pub(crate) mod hex;
pub(crate) mod nearest;
pub(crate) mod private_file;
pub(crate) mod search;
pub(crate) mod secret;
pub(crate) mod span;
pub mod text;
pub(crate) mod time;
pub(crate) mod wildcard;
pub mod work;
