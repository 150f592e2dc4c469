//! The log file: never on standard output, readable by its owner only, without secrets.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::sync::Mutex;

use etcetera::BaseStrategy as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Opens `$XDG_STATE_HOME/iamtui/log/iamtui.log` as the log; without it nothing is logged.
///
/// `IAMTUI_LOG` says how much, for our own modules; the SDK's stay at warnings, as they can log requests.
pub(super) fn open() {
    let Ok(strategy) = etcetera::choose_base_strategy() else { return };
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("iamtui").join("log");
    if DirBuilder::new().recursive(true).mode(0o700).create(&folder).is_err() {
        return;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join("iamtui.log"));
    let Ok(file) = file else { return };
    let level = std::env::var("IAMTUI_LOG").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::builder().parse_lossy(format!("warn,iamtui={level}"));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
