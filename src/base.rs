//! What every other room stands on: ids, ARNs, time, and the one door for untrusted text.

pub mod arn;
pub mod bounded;
pub mod clock;
pub mod error;
pub mod nearest;
pub mod private_file;
pub mod search;
pub mod secret;
pub mod span;
pub mod text;
pub mod wildcard;
pub mod work;
