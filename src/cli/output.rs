//! Where a command writes: data on standard output, messages on standard error.

use std::io::{self, IsTerminal, Write};

use unicode_width::UnicodeWidthStr;

use crate::base::error::Told;
use crate::base::text::visible;

/// How a command prints its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Writes rows of equal length as columns, two blanks apart; the last column is not padded.
pub fn columns<const N: usize>(rows: &[[String; N]], out: &mut Output) {
    let shown: Vec<[String; N]> =
        rows.iter().map(|row| row.each_ref().map(|cell| visible(cell).into_owned())).collect();
    let mut widths = [0; N];
    for row in &shown {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    for row in &shown {
        let mut line = String::new();
        for (number, (cell, width)) in row.iter().zip(widths).enumerate() {
            line.push_str(cell);
            if number + 1 < N {
                line.extend(std::iter::repeat_n(' ', width + 2 - cell.width()));
            }
        }
        out.line(line.trim_end());
    }
}

/// The two streams of a command. A reader that went away (`| head`) is no error; a full disk is.
pub struct Output {
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
    /// Whether data goes to a terminal, where untrusted text must be made visible.
    terminal: bool,
    closed: bool,
    /// Why data was lost, where the reader did not choose to go.
    lost: Option<io::Error>,
}

impl Output {
    /// The process's own streams.
    pub fn stdio() -> Self {
        Self {
            data: Box::new(io::BufWriter::new(io::stdout())),
            messages: Box::new(io::stderr()),
            terminal: io::stdout().is_terminal(),
            closed: false,
            lost: None,
        }
    }

    /// Streams of the caller's choice, for tests.
    pub fn to(data: Box<dyn Write>, messages: Box<dyn Write>) -> Self {
        Self { data, messages, terminal: false, closed: false, lost: None }
    }

    /// Whether data goes to a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether data can no longer be written, most often as its reader went away: a long run can stop early.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes one line of data as it is: for JSON and for text that went through [`visible`] already.
    pub fn line(&mut self, text: &str) {
        if !self.closed {
            let written = writeln!(self.data, "{text}");
            self.note(written);
        }
    }

    /// Writes one line of data for people: characters that act or hide are made visible.
    pub fn text(&mut self, text: &str) {
        self.line(&visible(text));
    }

    /// Writes data byte for byte, such as a reformatted document.
    pub fn raw(&mut self, bytes: &[u8]) {
        if !self.closed {
            let written = self.data.write_all(bytes);
            self.note(written);
        }
    }

    /// Sends what is buffered, so that a waiting reader sees it now.
    pub fn flush(&mut self) {
        if !self.closed {
            let written = self.data.flush();
            self.note(written);
        }
    }

    /// Sends what is buffered and says whether all data arrived; a reader that went away has what it wants.
    pub fn finish(&mut self) -> Result<(), Told> {
        self.flush();
        match self.lost.take() {
            None => Ok(()),
            Some(error) => Err(Told::new(format!("the output cannot be written: {error}"))
                .hint("What was written is not complete; make room, or write it elsewhere.")),
        }
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.lost = Some(error);
            }
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

#[cfg(test)]
pub mod tests {
    //! A stream that tests can read back.

    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Runs something that writes; gives its result and the data that it wrote.
    ///
    /// # Panics
    ///
    /// Where the data is no UTF-8.
    pub fn captured<T>(run: impl FnOnce(&mut Output) -> T) -> (T, String) {
        let sink = Sink::default();
        let mut out = Output::to(Box::new(sink.clone()), Box::new(io::sink()));
        let result = run(&mut out);
        drop(out);
        let bytes = sink.0.lock().unwrap().clone();
        (result, String::from_utf8(bytes).unwrap())
    }

    /// A stream that fails in one way.
    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[track_caller]
    fn check_lost(kind: io::ErrorKind, told: bool) {
        let data = io::BufWriter::new(Failing(kind));
        let mut out = Output::to(Box::new(data), Box::new(io::sink()));
        out.line("x");
        assert_eq!(out.finish().is_err(), told, "{kind}");
        assert!(out.is_closed());
    }

    #[test]
    fn lost_data_is_told_unless_the_reader_went_away() {
        check_lost(io::ErrorKind::StorageFull, true);
        check_lost(io::ErrorKind::BrokenPipe, false);
    }

    #[test]
    fn columns_are_as_wide_as_what_is_shown() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let ((), printed) = captured(|out| columns(&[row("日本", "x"), row("a\u{1b}", "")], out));
        assert_eq!(printed, "日本       x\na‹U+001B›\n");
    }
}
