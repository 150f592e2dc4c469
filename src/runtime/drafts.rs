//! Unfinished answers of wizards on disk: `$XDG_STATE_HOME/iamtui/drafts/`, one file a wizard and account.
//!
//! One thread writes, so that a draft that was dropped does not come back through an older write.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::{files, journal};
use crate::base::bounded;
use crate::base::clock::Clock;
use crate::effect::Draft;
use crate::plan::journal::JournalId;

/// How long a program that ends waits for its last write.
const LAST: Duration = Duration::from_secs(1);
/// Older drafts are of no use to anybody.
const DAYS: i64 = 30;
/// More than any wizard can hold, and the longest text of the editor with an escape for every byte.
const MOST: u64 = 4 << 20;

/// The one thread that writes.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<(PathBuf, Option<Draft>)>,
    ended: Receiver<()>,
}

impl Writer {
    /// Starts the thread; none where the system has no more threads.
    pub(super) fn start() -> Option<Self> {
        let (jobs, taken) = channel::<(PathBuf, Option<Draft>)>();
        let (end, ended) = channel();
        let work = move || {
            for (path, draft) in taken {
                // What cannot be kept is not kept: the answers are still on the screen.
                let _ = match draft {
                    Some(draft) => write(&path, &draft),
                    None => fs::remove_file(&path),
                };
            }
            let _ = end.send(());
        };
        std::thread::Builder::new().name("drafts".to_owned()).spawn(work).ok()?;
        Some(Self { jobs, ended })
    }

    /// Keeps a draft, or drops it.
    pub(super) fn keep(&self, state: &Path, book: &JournalId, wizard: &str, draft: Option<Draft>) {
        let _ = self.jobs.send((path(state, book, wizard), draft));
    }

    /// Waits for the last write.
    pub(super) fn end(self) {
        drop(self.jobs);
        let _ = self.ended.recv_timeout(LAST);
    }
}

fn path(state: &Path, book: &JournalId, wizard: &str) -> PathBuf {
    state.join("drafts").join(format!("{}.{wizard}.json", journal::key(book)))
}

fn write(path: &Path, draft: &Draft) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        files::private_folder(folder)?;
    }
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let value = json!({ "version": 1, "at": draft.at.to_string(), "answers": draft.answers });
    file.write_all(value.to_string().as_bytes())?;
    fs::rename(&new, path)
}

/// Reads the drafts of an account; what cannot be read or is too old is none.
pub(super) fn read(state: &Path, book: &JournalId, clock: &Clock) -> Vec<(String, Draft)> {
    let start = format!("{}.", journal::key(book));
    let entries = fs::read_dir(state.join("drafts")).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let wizard = name.strip_prefix(&start)?.strip_suffix(".json")?.to_owned();
        Some((wizard, entry.path()))
    });
    named.filter_map(|(wizard, path)| Some((wizard, read_one(&path, clock)?))).collect()
}

fn read_one(path: &Path, clock: &Clock) -> Option<Draft> {
    let value: Value = serde_json::from_slice(&bounded::read(path, MOST).ok()?).ok()?;
    if value.get("version")?.as_u64()? != 1 {
        return None;
    }
    let at = value.get("at")?.as_str()?.parse().ok()?;
    let old = clock.now().duration_since(at).as_hours() > 24 * DAYS;
    (!old).then(|| value.get("answers").cloned()).flatten().map(|answers| Draft { at, answers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn book(endpoint: &str) -> JournalId {
        JournalId { endpoint: endpoint.into(), account: "123456789012".into() }
    }

    #[test]
    fn a_draft_is_its_owners_alone_and_comes_back_for_its_own_account() {
        let state = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        let draft = Draft { at: "2026-01-15T12:00:00Z".parse().unwrap(), answers: json!({ "name": "jesse" }) };
        let draft = Draft { at: clock.now().max(draft.at), ..draft };
        let writer = Writer::start().unwrap();
        writer.keep(state.path(), &book("aws"), "create-user", Some(draft.clone()));
        writer.keep(state.path(), &book("aws"), "create-group", Some(draft.clone()));
        writer.keep(state.path(), &book("aws"), "create-group", None);
        writer.end();
        assert_eq!(read(state.path(), &book("aws"), &clock), [("create-user".to_owned(), draft)]);
        assert!(read(state.path(), &book("emulator demo"), &clock).is_empty());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path(state.path(), &book("aws"), "create-user")), 0o600);
        assert_eq!(mode(&state.path().join("drafts")), 0o700);
    }

    #[test]
    fn what_is_no_draft_is_left_alone() {
        let state = tempfile::tempdir().unwrap();
        fs::create_dir(state.path().join("drafts")).unwrap();
        fs::write(path(state.path(), &book("aws"), "create-user"), "{").unwrap();
        fs::write(path(state.path(), &book("aws"), "create-group"), r#"{"version":2}"#).unwrap();
        assert!(read(state.path(), &book("aws"), &Clock::system()).is_empty());
    }
}
