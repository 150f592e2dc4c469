//! The config file and the environment, read once.
