//! The operations of STS.

pub mod assume_role;
pub mod federation_token;
pub mod identity;
pub mod lone;
pub mod saml;
pub mod scoped;
pub mod session;
pub mod session_token;
pub mod web_identity;
