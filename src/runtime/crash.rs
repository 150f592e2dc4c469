//! What happens when something panics, in whatever thread: the terminal is given back, the text is readable
//! on the normal screen, and a report without secrets is kept.

use std::backtrace::Backtrace;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};

use etcetera::BaseStrategy as _;

use crate::base::clock::Clock;
use crate::base::text::{visible, visible_lines};

use super::{Wake, terminal};

/// Where F12 panics, for a test of the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestPanic {
    /// In the main thread.
    Main,
    /// In an async task.
    Task,
    /// In a thread of its own.
    Thread,
}

impl TestPanic {
    /// Reads the value of `IAMTUI_TEST_PANIC`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "main" => Some(Self::Main),
            "task" => Some(Self::Task),
            "thread" => Some(Self::Thread),
            _ => None,
        }
    }
}

/// Installs the hook; every panic also wakes the main thread, which then ends.
pub(super) fn install(wake: Sender<Wake>, clock: Clock) {
    let wake = Mutex::new(wake);
    std::panic::set_hook(Box::new(move |info| {
        terminal::restore();
        let text = describe(info);
        let report = write_report(&text, &clock);
        let mut shown: Vec<String> = visible_lines(&text).map(std::borrow::Cow::into_owned).collect();
        shown.push(match report {
            Ok(path) => visible(&format!("A report is in {}", path.display())).into_owned(),
            Err(error) => format!("A report could not be written: {error}"),
        });
        shown.push("Please report this.".to_owned());
        let _ = writeln!(io::stderr(), "{}", shown.join("\n"));
        let _ = wake.lock().unwrap_or_else(PoisonError::into_inner).send(Wake::Panicked);
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    format!("iamtui {} crashed in thread `{thread}`{place}:\n{}", env!("CARGO_PKG_VERSION"), redact(message))
}

/// Takes out what could be a secret: words that are long and look random.
///
/// Our own secrets are types that do not print; this is for text that came from elsewhere.
pub fn redact(text: &str) -> String {
    let is_part = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '+' | '/' | '=' | '_' | '-');
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|ch| !is_part(ch)) {
        let word = piece.trim_end_matches(|ch| !is_part(ch));
        let rest = piece.get(word.len()..).unwrap_or_default();
        let kinds = [char::is_uppercase, char::is_lowercase, |ch: char| ch.is_ascii_digit()];
        let random = kinds.iter().all(|kind| word.chars().any(*kind));
        let key = ["AKIA", "ASIA"].iter().any(|start| word.starts_with(start)) && word.len() >= 16;
        if key || (word.len() >= 32 && random && !word.contains("/src/")) {
            out.push_str("‹redacted›");
        } else {
            out.push_str(word);
        }
        out.push_str(rest);
    }
    out
}

/// The folder of reports: `$XDG_STATE_HOME/iamtui/crash`.
fn folder() -> io::Result<PathBuf> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| io::Error::other("there is no home folder"))?;
    let state = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(state.join("iamtui").join("crash"))
}

fn write_report(text: &str, clock: &Clock) -> io::Result<PathBuf> {
    let folder = folder()?;
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let name = clock.now().strftime("%Y%m%dT%H%M%S").to_string();
    let path = folder.join(format!("{name}-{}.txt", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let trace = redact(&Backtrace::force_capture().to_string());
    writeln!(file, "{text}\n\nsystem: {} {}\n\n{trace}", std::env::consts::OS, std::env::consts::ARCH)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_taken_out() {
        let text = "called with AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY at line 3";
        assert_eq!(redact(text), "called with ‹redacted› and ‹redacted› at line 3");
        assert_eq!(redact("index out of bounds: the len is 3"), "index out of bounds: the len is 3");
    }
}
