//! The application's state and its only mutator.
