//! The log file: never on standard output, readable by its owner only, without secrets.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Mutex;

use etcetera::BaseStrategy as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::base::bounded::{self, Links};

/// Opens the file to be written on; a link in its place would lead the lines elsewhere.
fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600).custom_flags(bounded::flags(Links::Refused));
    bounded::checked(options.open(path))
}

/// Opens `$XDG_STATE_HOME/iamtui/log/iamtui.log` as the log; without it nothing is logged.
///
/// `IAMTUI_LOG` says how much, for our own modules; the SDK's stay at warnings, as they can log requests.
pub(super) fn open() {
    let Ok(strategy) = etcetera::choose_base_strategy() else { return };
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("iamtui").join("log");
    if DirBuilder::new().recursive(true).mode(0o700).create(&folder).is_err() {
        return;
    }
    let Ok(file) = append(&folder.join("iamtui.log")) else { return };
    let level = std::env::var("IAMTUI_LOG").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::builder().parse_lossy(format!("warn,iamtui={level}"));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_a_file_of_its_own_and_no_link_to_another() {
        let folder = tempfile::tempdir().unwrap();
        let (mine, log) = (folder.path().join("mine"), folder.path().join("iamtui.log"));
        std::fs::write(&mine, "mine").unwrap();
        for target in [mine.clone(), folder.path().join("nowhere")] {
            std::os::unix::fs::symlink(&target, &log).unwrap();
            assert!(append(&log).is_err());
            std::fs::remove_file(&log).unwrap();
        }
        assert!(!folder.path().join("nowhere").exists());
        append(&log).unwrap();
    }
}
