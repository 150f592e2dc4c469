//! Signals, as messages to the main thread.

use std::io;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::{Wake, terminal};

/// How long the main thread may take to end; it may be stuck writing to a terminal that takes nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A signal that the console answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The terminal has another size.
    Resized,
    /// The process was stopped and goes on.
    Continued,
    /// `SIGTSTP`, sent by another process: the process is to stop. The key comes as a key.
    Suspend,
    /// `SIGTERM`.
    Terminate,
    /// `SIGHUP`.
    HangUp,
    /// `SIGINT`, sent by another process: the key comes as a key.
    Interrupt,
    /// `SIGQUIT`, likewise.
    Quit,
}

impl Signal {
    const ALL: [Self; 7] =
        [Self::Resized, Self::Continued, Self::Suspend, Self::Terminate, Self::HangUp, Self::Interrupt, Self::Quit];

    fn kind(self) -> SignalKind {
        match self {
            Self::Resized => SignalKind::window_change(),
            Self::Continued => SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()),
            Self::Suspend => SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()),
            Self::Terminate => SignalKind::terminate(),
            Self::HangUp => SignalKind::hangup(),
            Self::Interrupt => SignalKind::interrupt(),
            Self::Quit => SignalKind::quit(),
        }
    }

    fn ends(self) -> bool {
        !matches!(self, Self::Resized | Self::Continued | Self::Suspend)
    }

    /// The exit code of a process that a signal ended, as shells count it.
    pub fn exit_code(self) -> u8 {
        u8::try_from(128 + self.kind().as_raw_value()).unwrap_or(128)
    }
}

/// Begins to listen; from here on these signals no longer end the process by themselves.
pub(super) fn watch(tokio: &Runtime, wake: &Sender<Wake>) -> io::Result<()> {
    let _inside = tokio.enter();
    for one in Signal::ALL {
        let mut stream = signal(one.kind())?;
        let wake = wake.clone();
        tokio.spawn(async move {
            while stream.recv().await.is_some() {
                // While another program has the terminal, the main thread waits for that.
                if one == Signal::Suspend && !terminal::is_ours() {
                    stop();
                    continue;
                }
                if wake.send(Wake::Signal(one)).is_err() {
                    return;
                }
                if one.ends() {
                    tokio::time::sleep(PATIENCE).await;
                    give_up(one);
                }
            }
        });
    }
    Ok(())
}

/// Stops this process until somebody continues it.
pub(super) fn stop() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

/// Stops the job that this process belongs to, as the key for it does; where no shell could continue it, nothing stops.
///
/// We listen for `SIGTSTP` ourselves. Of the signals that stop, `SIGTTOU` is left to the system, which knows whether
/// there is such a shell.
pub(super) fn stop_job() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TTOU);
}

#[allow(clippy::exit, reason = "the main thread is blocked in a write to the terminal; there is no other way out")]
fn give_up(signal: Signal) {
    terminal::restore();
    std::process::exit(i32::from(signal.exit_code()));
}
