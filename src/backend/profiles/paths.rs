//! Where the AWS config files are.

use std::io;
use std::path::{Path, PathBuf};

use super::wrong;
use crate::base::bounded;
use crate::model::LoadError;

/// The most bytes of a config file. Companies write thousands of profiles into one, of 200 bytes each.
const LARGEST: u64 = 16 << 20;

/// The text of the config file; none where there is no such file.
pub(super) fn config() -> Result<Option<String>, LoadError> {
    read("AWS_CONFIG_FILE", "config")
}

/// The text of the credentials file; none where there is no such file.
pub(super) fn credentials() -> Result<Option<String>, LoadError> {
    read("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}

fn read(variable: &str, usual: &str) -> Result<Option<String>, LoadError> {
    let home = etcetera::home_dir().ok();
    let path = match std::env::var(variable).ok().filter(|path| !path.is_empty()) {
        Some(path) => expand(&path, home.as_deref()),
        None => match home {
            Some(home) => home.join(".aws").join(usual),
            None => return Ok(None),
        },
    };
    // Scripts name it to have no file.
    if path == Path::new("/dev/null") {
        return Ok(None);
    }
    match bounded::read_text(&path, LARGEST) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(wrong(&format!("the file `{}` cannot be read: {error}", path.display()))),
    }
}

/// A path with the home folder in place of `~`.
fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}
