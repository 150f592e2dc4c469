//! The policy language against whole documents.

mod evaluate;
mod mutations;
