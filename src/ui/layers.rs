//! What lies over pages.

pub mod calls;
pub mod compare;
pub mod help;
pub mod menu;
pub mod palette;
pub mod review;
