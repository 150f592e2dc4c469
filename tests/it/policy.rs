//! The policy language against whole documents.

mod evaluate;
