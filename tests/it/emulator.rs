//! The emulator through the real SDK, through raw requests, and on its store.

mod users;
