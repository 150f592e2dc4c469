//! The policy language against whole documents.
