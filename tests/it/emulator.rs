//! The emulator, driven over HTTP through the real SDK and by raw requests.
