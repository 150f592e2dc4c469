//! Files that are read whole, unless they are too large or no files at all.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Reads a file of at most so many bytes.
///
/// A folder, a pipe or a device is refused: reading those may wait or go on for ever.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Opening a pipe that nobody writes to would wait as well.
    let no_wait = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(no_wait).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    // One byte more tells that there are too many, also where the file grows meanwhile.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let told = if most >= 1 << 20 { format!("{} MiB", most >> 20) } else { format!("{} KiB", most >> 10) };
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {told}")));
    }
    Ok(bytes)
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
        check(folder.path(), 1024, Err("it is not a regular file"));
        check(Path::new("/dev/zero"), 1024, Err("it is not a regular file"));
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        check(&pipe, 1024, Err("it is not a regular file"));
        assert!(read(&folder.path().join("nothing"), 1).is_err());
        std::fs::write(&file, b"\xff").unwrap();
        assert_eq!(read_text(&file, 1).unwrap_err().to_string(), "it is not UTF-8 text");
    }
}
