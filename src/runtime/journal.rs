//! The journal on disk: `$XDG_STATE_HOME/iamtui/journal/`, one file an endpoint and account.
//!
//! Lines are only ever appended, and each is on the disk before the next call is sent. A run holds the file's
//! lock, so that no two programs change one account at the same time or go on with the same run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::files;
use crate::base::bounded::{self, Links};
use crate::base::error::UserError;
use crate::plan;
use crate::plan::journal::{Entry, Journal, JournalId, Run};

/// The most that is read of a journal: its end, where it is longer.
const MOST: u64 = 32 << 20;

/// How often a lock is tried for, every 50 milliseconds.
const PATIENCE: u32 = 40;

/// A journal that is open for a run.
#[derive(Debug)]
pub struct Log {
    file: File,
}

/// The file of a journal within the state folder.
pub fn path(state: &Path, book: &JournalId) -> PathBuf {
    state.join("journal").join(format!("{}.jsonl", key(book)))
}

/// The start of a file's name that tells accounts apart.
pub(super) fn key(book: &JournalId) -> String {
    let plain = |ch: char| if ch.is_ascii_alphanumeric() || matches!(ch, '.' | '-') { ch } else { '-' };
    let endpoint: String = book.endpoint.chars().map(plain).take(40).collect();
    // Two endpoints that look alike once they are plain still have files of their own.
    let hash = Sha256::digest(book.endpoint.as_bytes());
    let hash = hash.iter().take(4).fold(0_u32, |hash, byte| (hash << 8) | u32::from(*byte));
    let account: String = book.account.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    format!("{endpoint}-{hash:08x}-{account}")
}

/// Opens a journal for a run.
pub fn open(state: &Path, book: &JournalId) -> Result<Log, UserError> {
    let path = path(state, book);
    let told = |error: &io::Error| {
        UserError::new(format!("the journal `{}` cannot be written: {error}", path.display()))
            .hint("Nothing was sent. Make the folder writable, or set XDG_STATE_HOME to one that is.")
    };
    let mut file = prepare(&path).map_err(|error| told(&error))?;
    if !lock(&file) {
        return Err(UserError::new("another iamtui is changing this account right now")
            .hint("Nothing was sent. Wait until it is done, then apply again."));
    }
    end_line(&mut file).map_err(|error| told(&error))?;
    Ok(Log { file })
}

/// Takes the lock, which a run that is about to end still holds for a moment.
fn lock(file: &File) -> bool {
    for _ in 0..PATIENCE {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(50)),
            // A file system without locks is no reason not to work.
            Ok(()) | Err(TryLockError::Error(_)) => return true,
        }
    }
    false
}

fn prepare(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        files::private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600).custom_flags(bounded::flags(Links::Refused));
    bounded::checked(options.open(path))
}

/// A write that was torn by a crash must not swallow the line behind it.
fn end_line(file: &mut File) -> io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

impl Journal for Log {
    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = entry.to_line();
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()
    }
}

/// What a journal holds.
#[derive(Debug, Default, PartialEq)]
pub struct Kept {
    /// The runs, oldest first.
    pub runs: Vec<Run>,
    /// What of it cannot be read.
    pub damage: Option<UserError>,
}

/// Reads the runs of a journal; none where there is no journal yet.
pub fn read(state: &Path, book: &JournalId) -> Result<Kept, UserError> {
    let path = path(state, book);
    let (text, is_whole) = match tail(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => {
            return Err(UserError::new(format!("the journal `{}` cannot be read: {error}", path.display()))
                .hint("Make the file readable to see what was changed and to undo it."));
        }
    };
    let lines = if is_whole { text.as_str() } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
    let (runs, mut damage) = plan::journal::read(lines.split('\n'));
    if !is_whole {
        // What is not read any more has the beginnings of runs that end in what is.
        damage.orphans = 0;
    }
    let told = || {
        UserError::new(format!("the journal `{}` is damaged: {damage}", path.display()))
            .hint("Changes may be missing, and cannot be undone from here. The file is left as it is.")
    };
    let damage = (!damage.is_none()).then(told);
    Ok(Kept { runs, damage })
}

/// The end of a file, and whether that is all of it.
fn tail(path: &Path) -> io::Result<(String, bool)> {
    let mut file = bounded::open(path, Links::Refused)?;
    let left_out = file.metadata()?.len().saturating_sub(MOST);
    file.seek(SeekFrom::Start(left_out))?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), left_out == 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::journal::{Begin, Event};
    use crate::plan::{Call, Plan, Step};
    use jiff::Timestamp;
    use std::os::unix::fs::PermissionsExt as _;

    fn book(endpoint: &str) -> JournalId {
        JournalId { endpoint: endpoint.into(), account: "123456789012".into() }
    }

    fn begin(run: &str) -> Entry {
        let mut plan = Plan::new("create user a");
        plan.push(Step::new(Call::create_user("a"), ""));
        let event = Event::Begin(Box::new(Begin { plan, ..Begin::default() }));
        Entry { run: run.into(), at: Timestamp::UNIX_EPOCH, event }
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn endpoints_have_journals_of_their_own_and_only_the_owner_reads_them() {
        let state = tempfile::tempdir().unwrap();
        for endpoint in ["aws", "emulator demo", "emulator-demo", "http://127.0.0.1:4566"] {
            open(state.path(), &book(endpoint)).unwrap().write(&begin(endpoint)).unwrap();
        }
        for endpoint in ["aws", "emulator demo", "emulator-demo", "http://127.0.0.1:4566"] {
            let kept = read(state.path(), &book(endpoint)).unwrap();
            assert_eq!(kept.runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), [endpoint]);
            assert_eq!(mode(&path(state.path(), &book(endpoint))), 0o600);
        }
        assert_eq!(mode(&state.path().join("journal")), 0o700);
        assert_eq!(read(state.path(), &book("elsewhere")).unwrap(), Kept::default());
    }

    #[test]
    fn a_torn_line_costs_that_line_only() {
        let state = tempfile::tempdir().unwrap();
        open(state.path(), &book("aws")).unwrap().write(&begin("r1")).unwrap();
        let path = path(state.path(), &book("aws"));
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&whole[..], &whole[..20]].concat()).unwrap();
        open(state.path(), &book("aws")).unwrap().write(&begin("r2")).unwrap();
        let kept = read(state.path(), &book("aws")).unwrap();
        assert_eq!(kept.runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
        let told = kept.damage.unwrap().message;
        assert!(told.contains("is damaged: line 2 cannot be read"), "{told}");
    }

    #[test]
    fn a_journal_of_other_bytes_is_damaged_and_not_empty_and_nothing_of_it_is_overwritten() {
        let state = tempfile::tempdir().unwrap();
        let mut log = open(state.path(), &book("aws")).unwrap();
        let path = path(state.path(), &book("aws"));
        let bytes: Vec<u8> = (0..=255).filter(|byte| *byte != b'\n').collect();
        std::fs::write(&path, &bytes).unwrap();
        let kept = read(state.path(), &book("aws")).unwrap();
        assert!(kept.runs.is_empty() && kept.damage.is_some());
        log.write(&begin("r1")).unwrap();
        let kept = read(state.path(), &book("aws")).unwrap();
        assert_eq!((kept.runs.len(), kept.damage.is_some()), (1, true));
        assert!(std::fs::read(&path).unwrap().starts_with(&bytes));
    }

    #[test]
    fn a_link_in_the_journals_place_is_not_followed() {
        let state = tempfile::tempdir().unwrap();
        open(state.path(), &book("aws")).unwrap().write(&begin("r1")).unwrap();
        let path = path(state.path(), &book("aws"));
        std::fs::rename(&path, state.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(state.path().join("elsewhere"), &path).unwrap();
        assert!(read(state.path(), &book("aws")).unwrap_err().message.contains("it is a symbolic link"));
        assert!(open(state.path(), &book("aws")).unwrap_err().message.contains("it is a symbolic link"));
    }

    #[test]
    fn a_second_run_on_the_account_is_refused_while_one_goes_on() {
        let state = tempfile::tempdir().unwrap();
        let first = open(state.path(), &book("aws")).unwrap();
        assert!(open(state.path(), &book("aws")).unwrap_err().message.contains("another iamtui"));
        open(state.path(), &book("emulator demo")).unwrap();
        drop(first);
        open(state.path(), &book("aws")).unwrap();
    }

    #[test]
    fn a_pipe_in_the_journals_place_is_told_and_not_waited_for() {
        let state = tempfile::tempdir().unwrap();
        std::fs::create_dir(state.path().join("journal")).unwrap();
        let pipe = path(state.path(), &book("aws"));
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(read(state.path(), &book("aws")).unwrap_err().message.contains("not a regular file"));
        assert!(open(state.path(), &book("aws")).unwrap_err().message.contains("not a regular file"));
    }

    #[test]
    fn a_journal_that_cannot_be_written_or_read_is_told() {
        let state = tempfile::tempdir().unwrap();
        std::fs::write(state.path().join("journal"), "in the way").unwrap();
        let told = open(state.path(), &book("aws")).unwrap_err();
        assert!(told.message.contains("cannot be written") && told.hint.unwrap().contains("Nothing was sent"));
        assert!(read(state.path(), &book("aws")).is_err());
    }
}
