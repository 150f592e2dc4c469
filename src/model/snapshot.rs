//! What was known of an account at one time, as a file.
//!
//! A Zstandard frame of JSON: `{"version", "taken", "endpoint", "account"}`, where `account` is [`Account`]
//! field by field and every fact keeps its face: unknown, denied, absent, or known with its source and time.
//! The output of `aws iam get-account-authorization-details` is read as a snapshot too.
//! IAM never gives a secret away after it was made, so an account holds none, and neither does its snapshot.

use std::io::Read as _;

use jiff::Timestamp;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::{Deserialize, Serialize};

use super::{Account, authorization_details};
use crate::base::error::UserError;

/// The version of the format that is written; a change that older programs would misread makes a new one.
const VERSION: u32 = 1;

/// The largest text that is unpacked: thrice what a full account of 5,000 users takes.
const LIMIT: u64 = 512 << 20;

/// The text that any file may unpack to, however short it is.
const SHORT: u64 = 16 << 20;

/// How much longer than its file a text may be: names and dates of accounts shrink to a tenth or a thirtieth. A short
/// file of one letter a million times is no account, and would take the machine's memory.
const RATIO: u64 = 100;

/// An account as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    /// When the last read ended.
    pub taken: Timestamp,
    /// The endpoint where it was not AWS's own.
    pub endpoint: Option<String>,
    /// What was known.
    pub account: Account,
}

/// Why bytes are no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It is no Zstandard frame.
    #[error("it is no snapshot")]
    Foreign,
    /// A newer program wrote it.
    #[error("its format has version {0}, and this program knows version {VERSION}")]
    Newer(u32),
    /// It is damaged, or larger than any account.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

/// Two snapshots are the same where they were taken at the same time of the same place.
impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        let number = |account: &Account| account.identity().map(|identity| identity.account.clone());
        (self.taken, &self.endpoint, number(&self.account)) == (other.taken, &other.endpoint, number(&other.account))
    }
}

impl From<SnapshotError> for UserError {
    fn from(error: SnapshotError) -> Self {
        let told = Self::new(error.to_string());
        match error {
            SnapshotError::Foreign => told.hint(
                "Name a file that `iamtui snapshot FILE` or `aws iam get-account-authorization-details` has written.",
            ),
            SnapshotError::Newer(_) => told.hint("Open it with the version of iamtui that wrote it."),
            SnapshotError::Damaged(_) => told.hint("Take the snapshot again."),
        }
    }
}

impl Snapshot {
    /// The most bytes of a snapshot's file.
    pub const LARGEST: u64 = 256 << 20;

    /// A snapshot of what is known now.
    pub fn new(account: Account, endpoint: Option<String>, taken: Timestamp) -> Self {
        Self { version: VERSION, taken, endpoint, account }
    }

    /// The bytes of its file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        let text = serde_json::to_vec(self).map_err(|error| SnapshotError::Damaged(error.to_string()))?;
        Ok(compress_to_vec(text.as_slice(), CompressionLevel::Fastest))
    }

    /// Reads the bytes of a file: a snapshot, or the JSON of `GetAccountAuthorizationDetails`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let damaged = |error: &dyn std::fmt::Display| SnapshotError::Damaged(error.to_string());
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
            let read = authorization_details::read(bytes).map_err(|error| damaged(&error))?;
            let (account, taken) = read.ok_or(SnapshotError::Foreign)?;
            return Ok(Self::new(account, None, taken));
        }
        let decoder = StreamingDecoder::new(bytes).map_err(|_| SnapshotError::Foreign)?;
        let mut text = Vec::new();
        let limit = (bytes.len() as u64 * RATIO).clamp(SHORT, LIMIT);
        decoder.take(limit + 1).read_to_end(&mut text).map_err(|error| damaged(&error))?;
        if text.len() as u64 > limit {
            return Err(damaged(&"it unpacks to more than any account has"));
        }
        // The version first: what follows it may have another shape.
        let Head { version } = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        if version > VERSION {
            return Err(SnapshotError::Newer(version));
        }
        serde_json::from_slice(&text).map_err(|error| damaged(&error))
    }
}

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::arn::Arn;
    use crate::model::{Denial, Fact, List, LoadError, Page, Seen, Source, Update, User, UserFacts};

    fn account() -> Account {
        let seen = Seen::new(Source::Detail, Timestamp::UNIX_EPOCH);
        let user = User {
            name: "alice".into(),
            arn: Arn::parse("arn:aws:iam::123456789012:user/ops/alice").unwrap(),
            id: "AIDA".into(),
            created: Timestamp::UNIX_EPOCH,
            facts: UserFacts {
                groups: Fact::Known(vec!["ops".into()], seen),
                mfa: Fact::denied(Denial::of("iam:ListMFADevices")),
                login: Fact::Absent(seen),
                ..UserFacts::default()
            },
        };
        let mut account = Account::default();
        account.apply(Update::Users(Page::whole(vec![user], Timestamp::UNIX_EPOCH)));
        account.fail(List::Groups, LoadError::new(crate::model::ErrorKind::Throttled, "ListGroups"));
        account
    }

    #[test]
    fn a_snapshot_keeps_all_four_faces_and_why_a_list_is_missing() {
        let taken = Snapshot::new(account(), Some("http://127.0.0.1:1".into()), Timestamp::UNIX_EPOCH);
        let read = Snapshot::from_bytes(&taken.to_bytes().unwrap()).unwrap();
        assert_eq!(read.account.users(), account().users());
        assert_eq!(read.account.groups().error(), account().groups().error());
        assert!(read.account.users().is_complete());
        assert_eq!(read.endpoint, taken.endpoint);
    }

    #[track_caller]
    fn check(bytes: &[u8], message: &str) {
        let told = UserError::from(Snapshot::from_bytes(bytes).unwrap_err());
        assert!(told.message.contains(message) && told.hint.is_some(), "{told:?}");
    }

    #[test]
    fn what_is_no_snapshot_is_refused_in_words() {
        let frame = |text: &str| compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
        check(b"", "no snapshot");
        check(b"{\"version\":1}", "no snapshot");
        check(&frame("{\"version\":2}"), "version 2");
        check(&frame("{\"version\":1}"), "damaged");
        check(&frame("hello"), "damaged");
        // A short file that unpacks to 64 MiB.
        let bomb = frame(&format!("{{\"version\":1,\"x\":\"{}\"}}", "a".repeat(64 << 20)));
        assert!(bomb.len() < 64 << 10, "{}", bomb.len());
        check(&bomb, "more than any account");
        let whole = Snapshot::new(account(), None, Timestamp::UNIX_EPOCH).to_bytes().unwrap();
        for length in 0..whole.len() {
            assert!(Snapshot::from_bytes(&whole[..length]).is_err(), "{length} of {}", whole.len());
        }
    }
}
