//! The policy language against whole documents.

mod evaluate;
mod managed;
mod mutations;
