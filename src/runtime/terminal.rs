//! Taking the terminal and giving it back, on every way out.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use base64::Engine as _;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::queue;
use crossterm::style::{Attribute, Print, SetAttribute};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use super::background::BackgroundAnswer;

/// How the terminal was before us; none when it is not ours. It is held for a moment only.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Held by whoever writes, which may last as long as the terminal takes nothing.
static PEN: Mutex<()> = Mutex::new(());

/// The most columns and rows that are drawn. No screen has more, and a window may claim 65,535 of each.
const MOST: (u16, u16) = (1000, 500);

/// What makes a terminal tell Escape from the beginning of a sequence, and Alt-Shift-1 from Alt-`!`.
/// Terminals that do not know it pass over it: <https://sw.kovidgoyal.net/kitty/keyboard-protocol/>.
const KEYS: KeyboardEnhancementFlags =
    KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES.union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);

/// Alternate screen, no cursor, pastes in brackets, exact keys: these belong to the screen that they are asked for on.
fn entering() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, Hide, EnableBracketedPaste)?;
    if has_exact_keys() {
        queue!(bytes, PushKeyboardEnhancementFlags(KEYS))?;
    }
    Ok(bytes)
}

/// The same where it may have been asked for already: exact keys are counted, and given up once.
fn entering_again() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if has_exact_keys() {
        queue!(bytes, PopKeyboardEnhancementFlags)?;
    }
    bytes.append(&mut entering()?);
    Ok(bytes)
}

/// No frame left open, no brackets, whole screen, plain pen, cursor, the screen from before.
fn leaving() -> io::Result<Vec<u8>> {
    let whole_screen = Print("\x1b[r");
    let plain = SetAttribute(Attribute::Reset);
    let mut bytes = Vec::new();
    queue!(bytes, EndSynchronizedUpdate)?;
    if has_exact_keys() {
        queue!(bytes, PopKeyboardEnhancementFlags)?;
    }
    queue!(bytes, DisableBracketedPaste, whole_screen, plain, Show, LeaveAlternateScreen)?;
    Ok(bytes)
}

/// Whether the terminal can be asked for exact keys: all pass over the question but the console of older Linux kernels,
/// which would show it.
fn has_exact_keys() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "linux")
}

/// The terminal, while it is ours. Dropped, it is given back.
#[derive(Debug)]
pub struct Terminal {
    _private: (),
}

impl Terminal {
    /// Takes the terminal over.
    pub fn enter() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        raw(&before, OptionalActions::Flush)?;
        if let Ok(mut held) = BEFORE.lock() {
            *held = Some(before);
        }
        let terminal = Self { _private: () };
        terminal.writer().write_all(&entering()?)?;
        Ok(terminal)
    }

    /// Takes it over again after the process was stopped and continued.
    pub fn enter_again(&mut self) {
        let held = BEFORE.lock().map(|before| before.clone());
        if let Ok(Some(before)) = held {
            // Keys that were pressed since then are kept.
            let _ = raw(&before, OptionalActions::Now);
            let _ = entering_again().and_then(|bytes| self.writer().write_all(&bytes));
        }
    }

    /// Gives the terminal back for as long as something else needs it.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        restore();
        let result = work();
        let before = tcgetattr(io::stdin())?;
        raw(&before, OptionalActions::Flush)?;
        if let Ok(mut held) = BEFORE.lock() {
            *held = Some(before);
        }
        self.writer().write_all(&entering()?)?;
        Ok(result)
    }

    /// What writes to it.
    pub(super) fn writer(&self) -> Writer {
        Writer { _private: () }
    }

    /// The columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let (width, height) = tcgetwinsize(io::stdout()).map_or((80, 24), |size| (size.ws_col, size.ws_row));
        (width.min(MOST.0), height.min(MOST.1))
    }

    /// Asks for the background colour; the answer comes as an event, and nobody waits for it.
    pub(super) fn ask_background(&mut self) -> io::Result<BackgroundAnswer> {
        self.writer().write_all(b"\x1b]11;?\x1b\\")?;
        Ok(BackgroundAnswer::outstanding())
    }

    /// Writes the terminal's clipboard by OSC 52. Tmux takes it as it is; GNU screen must be told to pass it on.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        let bytes = format!("\x1b]52;c;{encoded}\x07").into_bytes();
        self.writer().write_all(&if Self::is_gnu_screen() { passed_on(&bytes) } else { bytes })
    }

    /// Whether GNU screen lies between us and the terminal.
    pub(super) fn is_gnu_screen() -> bool {
        in_screen(&|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Gives the terminal back.
    pub fn leave(self) {
        restore();
    }
}

/// Whether GNU screen lies between us and the terminal; tmux has a `TERM` of that name too.
fn in_screen(env: &dyn Fn(&str) -> Option<String>) -> bool {
    env("TMUX").is_none() && (env("STY").is_some() || env("TERM").is_some_and(|term| term.starts_with("screen")))
}

/// Wraps a sequence so that GNU screen passes it on: in pieces, as it drops long strings.
fn passed_on(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(256).flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat()).collect()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// What writes to the terminal while it is ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    _private: (),
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The lock keeps a panicking thread from writing into the middle of a frame.
        let _pen = PEN.lock().map_err(|_| io::ErrorKind::BrokenPipe)?;
        if !is_ours() {
            return Ok(bytes.len()); // given back already: nothing of ours may be drawn any more
        }
        loop {
            match rustix::io::write(io::stdout(), bytes) {
                Err(rustix::io::Errno::INTR) => {}
                other => return Ok(other?),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn raw(before: &Termios, how: OptionalActions) -> io::Result<()> {
    let mut raw = before.clone();
    raw.make_raw();
    // A read takes what is there and does not wait, so that a sequence that stays unfinished keeps nobody.
    raw.special_codes[SpecialCodeIndex::VMIN] = 0;
    raw.special_codes[SpecialCodeIndex::VTIME] = 0;
    Ok(tcsetattr(io::stdin(), how, &raw)?)
}

/// Whether the terminal is ours now, and not given back or lent.
pub(super) fn is_ours() -> bool {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Gives the terminal back, from whatever thread; doing it twice does nothing.
///
/// The mode comes first: it can be set on a terminal that takes nothing, and a shell in the raw mode cannot be used.
pub fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(before) = before else { return };
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    if let (Some(_pen), Ok(bytes)) = (pen(), leaving()) {
        write(&bytes);
    }
}

/// Waits a little for a frame that is being written, but not for a terminal that takes nothing.
fn pen() -> Option<MutexGuard<'static, ()>> {
    for _ in 0..20 {
        match PEN.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    None
}

/// Writes as far as the terminal takes it within a moment.
fn write(mut bytes: &[u8]) {
    let patience = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
    while !bytes.is_empty() {
        let stdout = io::stdout();
        let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
        if !matches!(poll(&mut watched, Some(&patience)), Ok(1..)) {
            return;
        }
        match rustix::io::write(&stdout, bytes) {
            Ok(0) | Err(_) => return,
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(env: &[(&str, &str)], screen: bool) {
        let get = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(in_screen(&get), screen, "{env:?}");
    }

    #[test]
    fn only_gnu_screen_is_told_to_pass_the_clipboard_on() {
        check(&[("TERM", "xterm-256color")], false);
        check(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux-1000/default,1,0")], false);
        check(&[("TERM", "screen.xterm-256color")], true);
        check(&[("TERM", "xterm"), ("STY", "1234.pts-0.host")], true);
    }

    #[test]
    fn gnu_screen_gets_long_sequences_in_pieces() {
        assert_eq!(passed_on(b"\x1b]52;c;YQ==\x07"), b"\x1bP\x1b]52;c;YQ==\x07\x1b\\");
        assert_eq!(passed_on(&[b'a'; 300]).len(), 300 + 2 * 4);
    }
}
