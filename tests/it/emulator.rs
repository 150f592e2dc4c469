//! The emulator through the real SDK, through raw requests, and on its store.

mod analyzer;
mod authorize;
mod clock;
mod connections;
mod credentials;
mod details;
mod groups;
mod identity;
mod last_accessed;
mod mfa;
mod organization;
mod organizations;
mod outbound_federation;
mod policies;
mod providers;
mod roles;
mod root_access;
mod saml;
mod sessions;
mod simulate;
mod store;
mod users;
mod web_identity;
mod web_identity_token;
mod wire;
