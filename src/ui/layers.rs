//! What lies over pages.

pub(crate) mod access;
pub(crate) mod calls;
pub(crate) mod compare;
pub(crate) mod connections;
pub(crate) mod counterpart;
pub(crate) mod everybody;
pub(crate) mod export_list;
pub(crate) mod follow;
pub(crate) mod help;
pub(crate) mod menu;
pub(crate) mod palette;
pub mod review;
pub(crate) mod save_report;
pub(crate) mod session_mfa;
pub mod sign_in;
pub(crate) mod switch_role;
pub(crate) mod themes;
pub(crate) mod topic;
