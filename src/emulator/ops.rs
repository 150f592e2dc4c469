//! What the operations do: one file per resource, each with its rows of the table.

pub mod iam;
pub mod sts;

use super::registry::Operation;

/// Every list of rows; a new file adds its line here.
pub const ALL: &[&[Operation]] = &[iam::users::OPERATIONS];
