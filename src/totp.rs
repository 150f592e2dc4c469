//! Time-based one-time passwords (RFC 6238) and their otpauth URI.
