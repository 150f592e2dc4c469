//! Where a command writes: data on standard output, messages on standard error.

use std::io::{self, IsTerminal, Write};

use crate::base::error::Told;
use crate::base::text::visible;

/// The two streams of a command. A reader that went away (`| head`) is no error.
pub struct Output {
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
    /// Whether data goes to a terminal, where untrusted text must be made visible.
    terminal: bool,
    closed: bool,
}

impl Output {
    /// The process's own streams.
    pub fn stdio() -> Self {
        Self {
            data: Box::new(io::BufWriter::new(io::stdout())),
            messages: Box::new(io::stderr()),
            terminal: io::stdout().is_terminal(),
            closed: false,
        }
    }

    /// Streams of the caller's choice, for tests.
    pub fn to(data: Box<dyn Write>, messages: Box<dyn Write>) -> Self {
        Self { data, messages, terminal: false, closed: false }
    }

    /// Whether data goes to a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether the reader of the data went away: a long run can stop early.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes one line of data as it is: for JSON and for text that went through [`visible`] already.
    pub fn line(&mut self, text: &str) {
        if !self.closed && writeln!(self.data, "{text}").is_err() {
            self.closed = true;
        }
    }

    /// Writes one line of data for people: characters that act or hide are made visible.
    pub fn text(&mut self, text: &str) {
        self.line(&visible(text));
    }

    /// Writes data byte for byte, such as a reformatted document.
    pub fn raw(&mut self, bytes: &[u8]) {
        if !self.closed && self.data.write_all(bytes).is_err() {
            self.closed = true;
        }
    }

    /// Sends what is buffered, so that a waiting reader sees it now.
    pub fn flush(&mut self) {
        if self.data.flush().is_err() {
            self.closed = true;
        }
    }

    /// Says one sentence on standard error.
    pub fn say(&mut self, text: &str) {
        let _ = writeln!(self.messages, "{}", visible(text));
    }

    /// Shows an error with its hint on standard error.
    pub fn tell(&mut self, told: &Told) {
        self.flush();
        self.say(&format!("iamtui: {}", told.message));
        if let Some(hint) = &told.hint {
            self.say(&format!("hint: {hint}"));
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.flush();
    }
}
