//! What an operation answers when it does not succeed: AWS's code, status and text.

use std::fmt;

/// An error answer of the service. The text is AWS's own wherever a recording of it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error code, such as `NoSuchEntity`.
    pub code: &'static str,
    /// The HTTP status that AWS sends with this code.
    pub status: u16,
    /// The text for the person who reads it.
    pub message: String,
}

impl Failure {
    /// Builds an answer of any code; the named constructors below are preferred.
    pub fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into() }
    }

    /// `NoSuchEntity`, 404.
    pub fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new("NoSuchEntity", 404, message)
    }

    /// `EntityAlreadyExists`, 409.
    pub fn already_exists(message: impl Into<String>) -> Self {
        Self::new("EntityAlreadyExists", 409, message)
    }

    /// `DeleteConflict`, 409.
    pub fn delete_conflict(message: impl Into<String>) -> Self {
        Self::new("DeleteConflict", 409, message)
    }

    /// `LimitExceeded`, 409.
    pub fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new("LimitExceeded", 409, message)
    }

    /// `InvalidInput`, 400.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new("InvalidInput", 400, message)
    }

    /// `ValidationError`, 400.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", 400, message)
    }

    /// `MalformedPolicyDocument`, 400.
    pub fn malformed_policy(message: impl Into<String>) -> Self {
        Self::new("MalformedPolicyDocument", 400, message)
    }

    /// `AccessDenied`, 403.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new("AccessDenied", 403, message)
    }

    /// `UnmodifiableEntity`, 400: what belongs to a service-linked role.
    pub fn unmodifiable(message: impl Into<String>) -> Self {
        Self::new("UnmodifiableEntity", 400, message)
    }

    /// `ServiceFailure`, 500: the store could not take the write.
    pub fn service(message: impl Into<String>) -> Self {
        Self::new("ServiceFailure", 500, message)
    }

    /// Whose fault it is, as the error body says it: `Sender` or `Receiver`.
    pub fn side(&self) -> &'static str {
        if self.status < 500 { "Sender" } else { "Receiver" }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}
