//! Files that a command is given.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::base::bounded::{self, Links};
use crate::base::error::UserError;
use crate::policy::parser::MAX_CHARS;

/// The most bytes of one document: no character has more than four, and a byte order mark has three.
const MAX_BYTES: usize = 4 * MAX_CHARS + BOM.len();

/// The most bytes of one line of a file of many: a case carries several documents, escaped as strings.
const MAX_LINE: usize = 16 << 20;

/// What some editors put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads a document; `-` is standard input. A byte order mark is left out.
pub fn read_text(path: &Path) -> Result<String, UserError> {
    let text = read_up_to(path, MAX_BYTES)?.ok_or_else(|| too_long(path))?;
    if text.chars().count() > MAX_CHARS { Err(too_long(path)) } else { Ok(text) }
}

/// Reads a file of at most so many bytes; `-` is standard input. A byte order mark is left out.
pub fn read_long(path: &Path, most: usize) -> Result<String, UserError> {
    let told = || UserError::new(format!("cannot read `{}`: it has more than {} MiB", path.display(), most >> 20));
    read_up_to(path, most)?.ok_or_else(told)
}

/// The text of a file, unless it has more bytes.
fn read_up_to(path: &Path, most: usize) -> Result<Option<String>, UserError> {
    let mut bytes = Vec::new();
    // One byte more than there may be tells that there are too many.
    let read = open(path).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() > most { Ok(None) } else { decoded(path, bytes).map(Some) }
}

/// Reads a file line by line, so that its length does not matter; blank lines are left out.
///
/// The lines come with their numbers, from one. After an error there is nothing more.
pub fn read_lines(path: &Path) -> impl Iterator<Item = Result<(usize, String), UserError>> {
    let mut file = Some(open(path));
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut reader = match file.take()? {
            Ok(reader) => reader,
            Err(error) => return Some(Err(unreadable(path, &error))),
        };
        loop {
            let mut bytes = Vec::new();
            match reader.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => number += 1,
                Err(error) => return Some(Err(unreadable(path, &error))),
            }
            if bytes.len() > MAX_LINE {
                let told = format!("cannot read `{}`: line {number} has more than 16 MiB", path.display());
                return Some(Err(UserError::new(told).hint("Write one JSON object a line.")));
            }
            match decoded(path, bytes) {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    file = Some(Ok(reader));
                    return Some(Ok((number, line)));
                }
                Err(told) => return Some(Err(told)),
            }
        }
    })
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    // What a shell calls `<(command)` is a pipe that somebody writes to.
    let is_descriptor = ["/dev/fd/", "/proc/self/fd/"].iter().any(|folder| path.starts_with(folder));
    let file = if is_descriptor || path == Path::new("/dev/stdin") {
        File::open(path)?
    } else {
        bounded::open(path, Links::Followed)?
    };
    Ok(Box::new(BufReader::new(file)))
}

fn decoded(path: &Path, mut bytes: Vec<u8>) -> Result<String, UserError> {
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        UserError::new(format!("cannot read `{}`: it is no UTF-8 text (byte {at})", path.display()))
            .hint("The file must be UTF-8 text.")
    })
}

fn unreadable(path: &Path, error: &io::Error) -> UserError {
    let told = UserError::new(format!("cannot read `{}`: {error}", path.display()));
    match error.kind() {
        io::ErrorKind::NotFound => told.hint("Check the path; `-` reads standard input."),
        io::ErrorKind::InvalidInput => told.hint("Name a regular file; `-` reads standard input."),
        _ => told,
    }
}

fn too_long(path: &Path) -> UserError {
    UserError::new(format!("cannot read `{}`: the text has more than 262,144 characters", path.display()))
        .hint("The IAM API accepts no document of more than 131,072 characters.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a file of these bytes as one document.
    fn read(bytes: &[u8]) -> Result<String, UserError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, bytes).unwrap();
        read_text(&path)
    }

    #[track_caller]
    fn check_refused(result: Result<String, UserError>, message: &str) {
        let told = result.unwrap_err();
        assert!(told.message.contains(message), "{}", told.message);
    }

    #[test]
    fn a_document_that_is_too_long_is_refused_before_it_fills_the_memory() {
        assert_eq!(read("ä".repeat(MAX_CHARS).as_bytes()).map(|text| text.len()), Ok(2 * MAX_CHARS));
        check_refused(read("ä".repeat(MAX_CHARS + 1).as_bytes()), "more than 262,144 characters");
        check_refused(read_text(Path::new("/dev/zero")), "it is a device, not a regular file");
    }

    #[test]
    fn a_byte_order_mark_is_left_out() {
        assert_eq!(read(b"\xef\xbb\xbf{}"), Ok("{}".to_owned()));
        check_refused(read(b"{}\xff"), "no UTF-8 text (byte 2)");
    }

    #[test]
    fn lines_come_with_their_numbers_until_one_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, b"\xef\xbb\xbf{}\r\n\n[]\n\xff\n{}").unwrap();
        let lines: Vec<_> = read_lines(&path).map(|line| line.map_err(|_| ())).collect();
        assert_eq!(lines, [Ok((1, "{}\r\n".to_owned())), Ok((3, "[]\n".to_owned())), Err(())]);
        assert_eq!(read_lines(Path::new("/dev/zero")).filter(Result::is_err).count(), 1);
    }
}
