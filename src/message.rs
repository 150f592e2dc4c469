//! What came back: data or a typed error, stamped with the question that it answers.

pub use crate::effect::{Draft, Stamp};

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::apply::Progress;
use crate::backend::{Ask, Connection, Export, Load, Offers, Pace};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::base::work::GaveUp;
use crate::config::recent::Recent;
use crate::insight::denial::Sealed;
use crate::insight::describe::{AccountQuestion, Line};
use crate::insight::report::Question;
use crate::insight::review::record::Record;
use crate::insight::simulator::Simulation;
use crate::insight::simulator::aws::Theirs;
use crate::model::{CallMade, Document, LoadError, Snapshot, Update};
use crate::plan::journal::{JournalId, Run};
use crate::policy::access_check::{Check, Verdict};
use crate::policy::answer::Comparison;
use crate::policy::diff::ChangeGroup;
use crate::policy::validate::{Options, Report};

/// The result of a background task.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskResult {
    /// A policy text was checked.
    Checked {
        /// The text.
        text: Arc<str>,
        /// How it was checked.
        options: Box<Options>,
        /// What the checks say of it.
        report: Box<Report>,
    },
    /// It was worked out what one policy allows or denies that another did not.
    Difference {
        /// The policy before.
        old: Document,
        /// The policy after.
        new: Document,
        /// The actions that changed, the most dangerous changes first; none where the policies give the same result.
        groups: Result<Vec<ChangeGroup>, GaveUp>,
    },
    /// A question about who can do what in an account was answered.
    AccountAnswered {
        /// The question.
        question: AccountQuestion,
        /// The answer in words.
        lines: Result<Vec<Line>, GaveUp>,
        /// What is kept of a review.
        review: Option<Arc<Record>>,
    },
    /// A report was made.
    Reported {
        /// What was asked for.
        question: Question,
        /// Its text, or why there is none.
        result: Result<Arc<str>, UserError>,
    },
    /// The service checked a policy text, or could not be asked.
    Compared {
        /// The text.
        text: Arc<str>,
        /// What it says beside what we say.
        result: Result<Box<Comparison>, UserError>,
    },
    /// The service checked what a policy grants, or could not be asked, check by check.
    AccessChecked {
        /// The policy.
        new: Arc<str>,
        /// What each check says.
        answers: Vec<(Check, Result<Verdict, UserError>)>,
    },
    /// AWS's simulator decided, or could not be asked.
    SimulatedAtAws {
        /// What it was asked.
        asked: Box<Simulation>,
        /// What it says.
        result: Result<Vec<Theirs>, UserError>,
    },
    /// AWS read a denial that only it can.
    Unsealed {
        /// What was sealed.
        sealed: Sealed,
        /// What it says, as JSON.
        result: Result<String, UserError>,
    },
    /// A file was read.
    Read {
        /// Where it lies.
        path: PathBuf,
        /// What it holds.
        result: Result<String, UserError>,
    },
    /// A private key was read.
    PrivateKey {
        /// Where it lies.
        path: PathBuf,
        /// The key.
        result: Result<Secret, UserError>,
    },
    /// A file was written over.
    Saved {
        /// Where it lies.
        path: PathBuf,
        /// What it holds now.
        text: Arc<str>,
        /// Whether it worked.
        result: Result<(), UserError>,
        /// What the file holds instead of what it was to be written over.
        theirs: Option<String>,
    },
    /// The theme was written into the file of settings, or could not be.
    ThemeKept {
        /// The file.
        file: PathBuf,
        /// The theme's name.
        theme: String,
        /// Whether it worked.
        result: Result<(), UserError>,
    },
    /// The user's own editor has ended.
    Edited {
        /// The text that it was given.
        before: Arc<str>,
        /// What became of it.
        result: Result<String, UserError>,
    },
    /// The SSH public keys of the user were read: the names of their files and what those hold.
    PublicKeys(Vec<(String, String)>),
}

/// One thing that happened outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A session was opened, or could not be.
    Connected {
        /// Whose session.
        stamp: Stamp,
        /// What it is connected to.
        result: Result<Connection, LoadError>,
    },
    /// Signing in needs a person.
    Asks {
        /// Whose session.
        stamp: Stamp,
        /// What for.
        ask: Ask,
    },
    /// What there is to connect to.
    Offers {
        /// Who asked.
        stamp: Stamp,
        /// What was found, and what was chosen lately.
        found: Box<(Offers, Recent)>,
    },
    /// A snapshot was read, or cannot be.
    Snapshot {
        /// Whose account it is.
        stamp: Stamp,
        /// The file.
        file: PathBuf,
        /// What was known then.
        result: Result<Box<Snapshot>, UserError>,
    },
    /// A session's credentials in a shape for another program.
    Exported {
        /// Whose session.
        stamp: Stamp,
        /// The shape.
        shape: Export,
        /// The text.
        result: Result<Secret, LoadError>,
    },
    /// A load has read something; more may follow.
    Read {
        /// Who asked.
        stamp: Stamp,
        /// What was asked.
        load: Load,
        /// What was read.
        update: Box<Update>,
    },
    /// A load has ended.
    Ended {
        /// Who asked.
        stamp: Stamp,
        /// What was asked.
        load: Load,
        /// How it ended.
        result: Result<(), LoadError>,
    },
    /// A call was made.
    Called {
        /// Whose session.
        stamp: Stamp,
        /// What was called and how it went.
        call: CallMade,
    },
    /// The account's request rate changed.
    Pace {
        /// Whose session.
        stamp: Stamp,
        /// The pace now.
        pace: Pace,
    },
    /// A run has something to say.
    Ran {
        /// Whose run it is.
        stamp: Stamp,
        /// The run's id.
        run: String,
        /// What it says.
        progress: Progress,
    },
    /// The journal was read, or cannot be.
    Journal {
        /// Who asked.
        stamp: Stamp,
        /// Which journal.
        book: JournalId,
        /// The runs, oldest first.
        result: Result<Vec<Run>, UserError>,
        /// What of it cannot be read.
        damage: Option<UserError>,
        /// When the account was opened before this program opened it.
        visited: Option<Timestamp>,
    },
    /// Unfinished answers that were kept were read.
    Drafts {
        /// Who asked.
        stamp: Stamp,
        /// Which account they are of.
        book: JournalId,
        /// The wizards with their answers.
        drafts: Vec<(String, Draft)>,
    },
    /// A file was written, or could not be.
    Written {
        /// Who asked.
        stamp: Stamp,
        /// The run whose secrets were saved by it.
        run: Option<String>,
        /// Where it lies, or why not.
        result: Result<PathBuf, UserError>,
    },
    /// A background task was done.
    TaskDone {
        /// Who asked.
        stamp: Stamp,
        /// Its result.
        result: Box<TaskResult>,
    },
    /// The time that an effect asked to be woken at has come.
    Woke,
}
