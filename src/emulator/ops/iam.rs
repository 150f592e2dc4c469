//! The operations of IAM, by resource.

pub mod boundaries;
pub mod named;
pub mod tags;
pub mod users;
