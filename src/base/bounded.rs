//! Files that are read whole, unless they are too large or no files at all.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;

/// Whether a symbolic link in a file's place is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// The user may keep the file elsewhere.
    Followed,
    /// The file is this program's own: a link in its place was put there by somebody else.
    Refused,
}

/// Opens a file to be read.
///
/// A folder, a pipe, a socket or a device is refused: reading those may wait or go on for ever.
pub fn open(path: &Path, links: Links) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags(links));
    checked(options.open(path))
}

/// The flags that keep a file from being waited for, and a link from being followed.
pub fn flags(links: Links) -> i32 {
    // Opening a pipe that nobody writes to would wait as well.
    let no_link = if links == Links::Refused { OFlags::NOFOLLOW } else { OFlags::empty() };
    (OFlags::NONBLOCK | no_link).bits().cast_signed()
}

/// What was opened with [`flags`], unless it is no regular file; the error says what it is.
pub fn checked(opened: io::Result<File>) -> io::Result<File> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a regular file"));
    let file = opened.map_err(|error| match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::LOOP) => wrong("a symbolic link"),
        Some(Errno::ISDIR) => wrong("a folder"),
        Some(Errno::NXIO) => wrong("a socket or a pipe"),
        _ => error,
    })?;
    let kind = file.metadata()?.file_type();
    if kind.is_file() { Ok(file) } else { Err(wrong(name(kind))) }
}

fn name(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// Reads a file of at most so many bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path, Links::Followed)?;
    let too_large = || {
        let told = if most >= 1 << 20 { format!("{} MiB", most >> 20) } else { format!("{} KiB", most >> 10) };
        io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {told}"))
    };
    // What is too large is not read first; and the room for the rest is taken once.
    let length = file.metadata()?.len();
    if length > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default().saturating_add(1));
    // One byte more tells that there are too many, where the file grows meanwhile or has no length, as under `/proc`.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// The same as text.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &Path, most: u64, expected: Result<&[u8], &str>) {
        let found = read(path, most).map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{}", path.display());
    }

    #[test]
    fn only_files_of_a_fair_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, vec![b'x'; 2048]).unwrap();
        check(&file, 2048, Ok(&[b'x'; 2048]));
        check(&file, 1024, Err("it has more than 1 KiB"));
        // A file that says how long it is takes no memory; this one has more bytes than any machine.
        std::fs::File::options().write(true).open(&file).unwrap().set_len(1 << 42).unwrap();
        check(&file, u64::from(u32::MAX), Err("it has more than 4095 MiB"));
        check(folder.path(), 1024, Err("it is a folder, not a regular file"));
        check(Path::new("/dev/zero"), 1024, Err("it is a device, not a regular file"));
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        check(&pipe, 1024, Err("it is a named pipe, not a regular file"));
        let socket = folder.path().join("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        check(&socket, 1024, Err("it is a socket or a pipe, not a regular file"));
        assert!(read(&folder.path().join("nothing"), 1).is_err());
        std::fs::write(&file, b"\xff").unwrap();
        assert_eq!(read_text(&file, 1).unwrap_err().to_string(), "it is not UTF-8 text");
    }

    #[test]
    fn a_link_is_followed_only_to_what_is_the_users() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        open(&link, Links::Followed).unwrap();
        let refused = open(&link, Links::Refused).unwrap_err().to_string();
        assert_eq!(refused, "it is a symbolic link, not a regular file");
    }
}
