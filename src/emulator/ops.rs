//! What the operations do: one file per resource, each with its handlers.

#![allow(clippy::unnecessary_wraps, reason = "every handler answers with a result")]

pub(crate) mod access_analyzer;
pub(crate) mod cloudtrail;
pub(crate) mod iam;
pub(crate) mod iam_toolbox;
pub(crate) mod organizations;
pub(crate) mod signin;
pub(crate) mod sts;
pub(crate) mod tagging;
