//! The thread that reads the terminal, and sees when it is gone.

use std::io;
use std::sync::mpsc::Sender;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Wake;
use super::decode::Decoder;

/// Starts reading on a thread of its own; it ends with the terminal or with the console.
pub(super) fn read(wake: &Sender<Wake>) {
    let reader = std::thread::Builder::new().name("keyboard".to_owned());
    let spawned = reader.spawn({
        let wake = wake.clone();
        move || {
            let mut decoder = Decoder::default();
            while turn(&mut decoder, &wake).is_some() {}
            let _ = wake.send(Wake::Lost);
        }
    });
    if spawned.is_err() {
        // A console that hears no key cannot be left; it is as good as without a terminal.
        let _ = wake.send(Wake::Lost);
    }
}

/// Waits for the terminal once; none when it is gone or nobody listens any more.
fn turn(decoder: &mut Decoder, wake: &Sender<Wake>) -> Option<()> {
    let stdin = io::stdin();
    let mut events = Vec::new();
    let patience = decoder.patience().and_then(|patience: Duration| Timespec::try_from(patience).ok());
    let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
    match poll(&mut watched, patience.as_ref()) {
        Err(Errno::INTR) => return Some(()),
        Err(_) => return None,
        Ok(0) => decoder.flush(&mut events),
        Ok(_) => {
            let [watched] = watched;
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
