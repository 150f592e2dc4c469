//! The policy language against whole documents.

mod evaluate;
mod hostile;
mod managed;
mod mutations;
