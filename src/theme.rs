//! Roles by meaning, loaded from themes.
