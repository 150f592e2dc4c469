//! The thread that reads the terminal, and sees when it is gone.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Wake;
use super::decode::Decoder;

/// The thread that reads, as far as others need it to stand back.
#[derive(Debug)]
pub(super) struct Keyboard {
    bell: PipeWriter,
    paused: Receiver<()>,
    go: Sender<()>,
}

impl Keyboard {
    /// Makes the thread leave the terminal alone; it does so before this returns.
    pub(super) fn pause(&self) {
        if (&self.bell).write_all(b"p").is_ok() {
            let _ = self.paused.recv_timeout(Duration::from_secs(1));
        }
    }

    /// Lets it read again.
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
    /// Waits until it may go on; none when nobody is there any more.
    fn wait(&mut self) -> Option<()> {
        self.bell.read_exact(&mut [0]).ok()?;
        self.pausing.send(()).ok()?;
        self.go.recv().ok()
    }
}

/// Starts reading on a thread of its own; it ends with the terminal or with the console.
pub(super) fn read(wake: &Sender<Wake>) -> Option<Keyboard> {
    let Ok((bell_in, bell_out)) = io::pipe() else {
        let _ = wake.send(Wake::Lost);
        return None;
    };
    let ((pausing, paused), (go, going)) = (channel(), channel());
    let mut gate = Gate { bell: bell_in, pausing, go: going };
    let reader = std::thread::Builder::new().name("keyboard".to_owned());
    let spawned = reader.spawn({
        let wake = wake.clone();
        move || {
            let mut decoder = Decoder::default();
            while turn(&mut decoder, &mut gate, &wake).is_some() {}
            let _ = wake.send(Wake::Lost);
        }
    });
    if spawned.is_err() {
        // A console that hears no key cannot be left; it is as good as without a terminal.
        let _ = wake.send(Wake::Lost);
    }
    Some(Keyboard { bell: bell_out, paused, go })
}

/// Waits for the terminal once; none when it is gone or nobody listens any more.
fn turn(decoder: &mut Decoder, gate: &mut Gate, wake: &Sender<Wake>) -> Option<()> {
    let stdin = io::stdin();
    let mut events = Vec::new();
    let patience = decoder.patience().and_then(|patience: Duration| Timespec::try_from(patience).ok());
    let mut watched = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&gate.bell, PollFlags::IN)];
    match poll(&mut watched, patience.as_ref()) {
        Err(Errno::INTR) => return Some(()),
        Err(_) => return None,
        Ok(0) => decoder.flush(&mut events),
        Ok(_) => {
            let [watched, bell] = watched;
            if bell.revents().contains(PollFlags::IN) {
                return gate.wait();
            }
            if !watched.revents().contains(PollFlags::IN) {
                return None; // hung up, with nothing left to read
            }
            let mut bytes = [0u8; 16 * 1024];
            match rustix::io::read(&stdin, &mut bytes) {
                // The end of a terminal is a lost one; it would be "ready" for ever.
                Ok(0) => return None,
                Ok(count) => decoder.feed(bytes.get(..count).unwrap_or_default(), &mut events),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return None,
            }
        }
    }
    if events.is_empty() { Some(()) } else { wake.send(Wake::Input(events)).ok() }
}
