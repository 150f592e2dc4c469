//! What lies over pages.

pub mod access;
pub mod calls;
pub mod compare;
pub mod connections;
pub mod counterpart;
pub mod everybody;
pub mod help;
pub mod menu;
pub mod palette;
pub mod review;
pub mod session_mfa;
pub mod sign_in;
pub mod switch_role;
pub mod topic;
