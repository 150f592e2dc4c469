//! Checks that AWS does not have. They stand apart: their ids are in lower case with hyphens, and they can be
//! switched off or given another level one by one.

pub(super) mod access;
pub(super) mod conditions;
pub(super) mod dangers;
pub(super) mod fit;
pub(super) mod given_up;
pub(super) mod principals;
pub(super) mod statements;
pub(super) mod texts;
