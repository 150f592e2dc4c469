//! Parts of pages and layers that know no IAM.

pub mod diff;
pub mod failure;
pub mod fields;
pub mod finder;
pub mod gauge;
pub mod json;
pub mod line;
pub mod panel;
pub mod qr;
pub mod scroll;
pub mod tabs;
pub mod walk;
