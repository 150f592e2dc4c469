//! What an error looks like to the person who reads it.

use std::fmt;

/// An error as shown: one line of what went wrong, and what to do next.
///
/// The message is lower case without a final period, quotes in backticks what the user typed, and never
/// names a Rust type. The hint is a full sentence. Each room has its own error type with a kind; this is
/// the shape that they all turn into where a person reads them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserError {
    /// What went wrong, in one line.
    pub message: String,
    /// What to do next, as a full sentence.
    pub hint: Option<String>,
}

impl UserError {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The same error with a next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UserError {}
