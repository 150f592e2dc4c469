//! The emulator through the real SDK, through raw requests, and on its store.

mod details;
mod groups;
mod policies;
mod roles;
mod users;
