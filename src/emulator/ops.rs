//! What the operations do: one file per resource, each with its handlers.

#![allow(clippy::unnecessary_wraps, reason = "every handler answers with a result")]

pub mod access_analyzer;
pub mod cloudtrail;
pub mod iam;
pub mod organizations;
pub mod sts;
