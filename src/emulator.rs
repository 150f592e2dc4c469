//! The IAM and STS emulator: HTTP, protocol, store, operations.
