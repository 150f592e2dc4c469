//! The thread that reads the terminal, and notices when the terminal is lost.
//!
//! crossterm reads, but we poll the terminal ourselves, because its own source loops forever after a hangup
//! (<https://github.com/crossterm-rs/crossterm/issues/793>), and because another program may need the terminal.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crossterm::event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Wake;
use super::background::BackgroundAnswer;
use crate::input::Event;

/// How long crossterm may look for more once something came.
///
/// It does not say whether it keeps further events of the same read, so it is asked until it finds none; for times
/// this short it does not sleep. What it found has been passed on by then.
const LINGER: Duration = Duration::from_micros(100);

/// How long after that it is asked once more: a thread that the system held up just then took it for none.
const AGAIN: Duration = Duration::from_millis(20);

/// Pauses and resumes the thread that reads.
#[derive(Debug)]
pub(super) struct Keyboard {
    bell: PipeWriter,
    paused: Receiver<()>,
    go: Sender<()>,
}

impl Keyboard {
    /// Pauses reading; when this returns, the thread no longer reads the terminal.
    pub(super) fn pause(&self) {
        if (&self.bell).write_all(b"p").is_ok() {
            let _ = self.paused.recv_timeout(Duration::from_secs(1));
        }
    }

    /// Resumes reading.
    pub(super) fn resume(&self) {
        let _ = self.go.send(());
    }
}

/// What the thread looks at besides the terminal.
struct Gate {
    bell: PipeReader,
    pausing: Sender<()>,
    go: Receiver<()>,
}

impl Gate {
    /// Waits while reading is paused; none when the console has ended.
    fn wait(&mut self) -> Option<()> {
        self.bell.read_exact(&mut [0]).ok()?;
        self.pausing.send(()).ok()?;
        self.go.recv().ok()
    }
}

/// Starts reading on a thread of its own; it ends with the terminal or with the console.
pub(super) fn read(wake: &Sender<Wake>, answer: BackgroundAnswer) -> Option<Keyboard> {
    let Ok((bell_in, bell_out)) = io::pipe() else {
        let _ = wake.send(Wake::Lost);
        return None;
    };
    let ((pausing, paused), (go, going)) = (channel(), channel());
    let gate = Gate { bell: bell_in, pausing, go: going };
    let reader = std::thread::Builder::new().name("keyboard".to_owned());
    let spawned = reader.spawn({
        let mut turns = Turns { answer, again: false, gate, wake: wake.clone() };
        move || {
            while turns.next().is_some() {}
            let _ = turns.wake.send(Wake::Lost);
        }
    });
    if spawned.is_err() {
        // A console that gets no keys cannot be quit, so this counts as a lost terminal.
        let _ = wake.send(Wake::Lost);
    }
    Some(Keyboard { bell: bell_out, paused, go })
}

/// The loop of the thread.
struct Turns {
    answer: BackgroundAnswer,
    /// Something came in the turn before, so that crossterm is asked once more.
    again: bool,
    gate: Gate,
    wake: Sender<Wake>,
}

impl Turns {
    /// Waits for the terminal once; none when it is lost or the console has ended.
    fn next(&mut self) -> Option<()> {
        let stdin = io::stdin();
        let patience = if self.again { Some(AGAIN) } else { self.answer.patience() };
        let patience = patience.and_then(|patience| Timespec::try_from(patience).ok());
        let mut watched = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&self.gate.bell, PollFlags::IN)];
        let terminal = match poll(&mut watched, patience.as_ref()) {
            Err(Errno::INTR) => return Some(()),
            Err(_) => return None,
            Ok(0) if self.again => PollFlags::empty(),
            Ok(0) => {
                let events = self.answer.give_back();
                return self.send(events);
            }
            Ok(_) => {
                let [terminal, bell] = watched.map(|watched| watched.revents());
                if bell.contains(PollFlags::IN) {
                    return self.gate.wait();
                }
                if terminal != PollFlags::IN {
                    return None; // hung up
                }
                terminal
            }
        };
        self.again = terminal.contains(PollFlags::IN);
        while event::poll(LINGER).ok()? {
            let events = self.answer.take(event::read().ok()?);
            self.send(events)?;
        }
        Some(())
    }

    fn send(&self, events: Vec<Event>) -> Option<()> {
        if events.is_empty() { Some(()) } else { self.wake.send(Wake::Input(events)).ok() }
    }
}
