//! Where a command writes: data on standard output, messages on standard error.

use std::io::{self, IsTerminal, Write};

use unicode_width::UnicodeWidthStr;

use crate::base::error::UserError;
use crate::base::text::{escaped, visible, visible_lines};

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
        out.text(line.trim_end());
    }
}

/// In which syntax a document is, as far as it matters to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, which has escapes for every character.
    Json,
    /// Any other, where a mark takes the place of what acts or hides.
    Other,
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

    /// Streams of the caller's choice.
    #[cfg(test)]
    pub fn to(data: Box<dyn Write>, messages: Box<dyn Write>) -> Self {
        Self { data, messages, terminal: false, closed: false, lost: None }
    }

    /// The same as if data went to a terminal.
    #[cfg(test)]
    fn on_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// Whether data goes to a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether data can no longer be written, most often as its reader went away: a long run can stop early.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes one line of data for people: characters that act or hide are made visible.
    pub fn text(&mut self, text: &str) {
        self.write(&visible(text));
        self.write("\n");
    }

    /// Writes a value as one line of JSON. On a terminal what acts or hides has the form of an escape.
    pub fn json(&mut self, value: &serde_json::Value) {
        self.document(&format!("{value}\n"), Syntax::Json);
    }

    /// Writes a text of several lines: to a program or a file as it is, to a terminal with nothing that acts or hides.
    pub fn document(&mut self, text: &str, syntax: Syntax) {
        match syntax {
            _ if !self.terminal => self.write(text),
            Syntax::Json => self.write(&escaped(text)),
            Syntax::Other => {
                let lines: Vec<_> = visible_lines(text).collect();
                self.write(&lines.join("\n"));
            }
        }
    }

    fn write(&mut self, text: &str) {
        if !self.closed {
            let written = self.data.write_all(text.as_bytes());
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
    pub fn finish(&mut self) -> Result<(), UserError> {
        self.flush();
        match self.lost.take() {
            None => Ok(()),
            Some(error) => Err(UserError::new(format!("the output cannot be written: {error}"))
                .hint("The output is not complete; free some disk space, or write it elsewhere.")),
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
    pub fn tell(&mut self, told: &UserError) {
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
pub(crate) mod tests {
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
        out.text("x");
        assert_eq!(out.finish().is_err(), told, "{kind}");
        assert!(out.is_closed());
    }

    #[test]
    fn lost_data_is_told_unless_the_reader_went_away() {
        check_lost(io::ErrorKind::StorageFull, true);
        check_lost(io::ErrorKind::BrokenPipe, false);
    }

    #[track_caller]
    fn check_document(text: &str, syntax: Syntax, shown: &str) {
        for (terminal, expected) in [(false, text), (true, shown)] {
            let sink = Sink::default();
            let out = Output::to(Box::new(sink.clone()), Box::new(io::sink()));
            let mut out = if terminal { out.on_terminal() } else { out };
            out.document(text, syntax);
            drop(out);
            assert_eq!(String::from_utf8(sink.0.lock().unwrap().clone()).unwrap(), expected);
        }
    }

    #[test]
    fn a_terminal_gets_escapes_and_marks_and_a_program_the_text_itself() {
        check_document(
            "{\n  \"a\": \"\u{9b}\u{202e}\u{e0041}\"\n}\n",
            Syntax::Json,
            concat!("{\n  \"a\": \"", r"\u009b\u202e\udb40\udc41", "\"\n}\n"),
        );
        check_document("a = \u{1b}\n\tb\n", Syntax::Other, "a = ‹U+001B›\n    b\n");
    }

    #[test]
    fn columns_are_as_wide_as_what_is_shown() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let ((), printed) = captured(|out| columns(&[row("日本", "x"), row("a\u{1b}", "")], out));
        assert_eq!(printed, "日本       x\na‹U+001B›\n");
    }
}
