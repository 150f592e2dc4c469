//! Files of many items.

use std::path::Path;

use crate::base::error::UserError;
use crate::cli::files;
use crate::plan::table::{self, MOST, Row};

/// What errors call a file.
pub(super) fn source(path: &Path) -> String {
    format!("`{}`", path.display())
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String, UserError> {
    files::read_long(path, MOST)
}

/// Reads a file.
pub(super) fn read(path: &Path, columns: &[&'static str]) -> Result<Vec<Row>, UserError> {
    table::read(&text(path)?, &source(path), columns)
}
