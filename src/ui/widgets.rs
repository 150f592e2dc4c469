//! Parts of pages and layers that know no IAM.

pub(crate) mod diff;
pub(crate) mod failure;
pub(crate) mod fields;
pub(crate) mod finder;
pub(crate) mod gauge;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod panel;
pub mod qr;
pub(crate) mod scroll;
pub(crate) mod tabs;
pub(crate) mod timeline;
pub(crate) mod walk;
