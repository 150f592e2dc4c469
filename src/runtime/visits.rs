//! When each account was last opened, in the state folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::journal;
use crate::base::{bounded, private_file};
use crate::plan::journal::JournalId;

/// The most bytes of the file, which has a short line for each account.
const LARGEST: u64 = 1 << 20;

fn file(state: &Path) -> PathBuf {
    state.join("visits.json")
}

/// Notes that an account is opened now; when it was opened before, where it was.
pub(super) fn begin(state: &Path, book: &JournalId, now: Timestamp) -> Option<Timestamp> {
    let held = bounded::read(&file(state), LARGEST).ok();
    let mut visits: BTreeMap<String, Timestamp> =
        held.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let before = visits.insert(journal::key(book), now);
    let written = serde_json::to_vec(&visits).map(|bytes| private_file::replace(&file(state), &bytes));
    if !matches!(written, Ok(Ok(()))) {
        tracing::warn!("when the account was opened cannot be remembered");
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_remembers_when_it_was_opened_before() {
        let folder = tempfile::tempdir().unwrap();
        let book = |account: &str| JournalId::of(Some("demo"), None, account);
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(begin(folder.path(), &book("1"), at(10)), None);
        assert_eq!(begin(folder.path(), &book("1"), at(20)), Some(at(10)));
        assert_eq!(begin(folder.path(), &book("2"), at(30)), None);
        assert_eq!(begin(folder.path(), &book("1"), at(40)), Some(at(20)));
    }
}
