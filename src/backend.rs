//! Sessions, loads and calls over the SDK; no SDK type leaves it.
