//! IO that should happen, as plain data.
//!
//! `app::update` returns effects; the runtime performs them. Two equal effects ask for the same thing.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::backend::apply::{Answer, Job};
use crate::backend::{Choice, Export, Load, ReadOnly, RoleRequest, Target, Urgency};
use crate::base::secret::Secret;
use crate::insight::denial::Sealed;
use crate::insight::describe::AccountQuestion;
use crate::insight::report::Question;
use crate::insight::simulator::Simulation;
use crate::model::Document;
use crate::plan::journal::JournalId;
use crate::policy::PolicyKind;
use crate::policy::validate::Options;

/// Which answer belongs to which question.
///
/// A message whose stamp is not the workspace's current one is dropped: an answer of account A never
/// lands in account B, and a reload overtakes what was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stamp {
    /// The workspace that asked.
    pub workspace: u32,
    /// Its session then; it grows with every sign-in.
    pub session: u32,
    /// Its generation then; it grows with every reload.
    pub generation: u32,
}

/// Unfinished answers of a wizard, without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// When they were given.
    pub at: Timestamp,
    /// The answers, in the wizard's own shape.
    pub answers: Value,
}

/// A piece of work for the layer that asked; answered by `Message::TaskDone`.
#[derive(Debug, Clone, PartialEq)]
pub enum BackgroundTask {
    /// Check a policy text that is too long to be checked within a key press.
    Check {
        /// The text.
        text: Arc<str>,
        /// How it is checked.
        options: Box<Options>,
    },
    /// Work out what one policy allows or denies that another did not.
    Difference {
        /// The policy before.
        old: Document,
        /// The policy after.
        new: Document,
    },
    /// Answer a question about who can do what in an account.
    AskAccount(AccountQuestion),
    /// Make a report of an account.
    Report(Question),
    /// Have a policy text checked by the service itself, and compare.
    AskService {
        /// The text.
        text: Arc<str>,
        /// The kind that it is checked as.
        kind: PolicyKind,
        /// The account that it belongs to.
        account: Option<String>,
    },
    /// Have the service check what a policy grants beside the one before it.
    CheckAccess {
        /// The policy before.
        old: Arc<str>,
        /// The policy after.
        new: Arc<str>,
        /// The kind that they are checked as.
        kind: PolicyKind,
    },
    /// Have AWS read a denial that only it can.
    Unseal(Sealed),
    /// Ask AWS's simulator what it decides; the principals are given by their ARNs.
    SimulateAtAws(Box<Simulation>),
    /// Read a text file.
    ReadFile(PathBuf),
    /// Read a file that contains a private key, which is masked from then on.
    ReadPrivateKey(PathBuf),
    /// Write a text file over, whole or not at all.
    SaveFile {
        /// Where it lies.
        path: PathBuf,
        /// What it will hold.
        text: Arc<str>,
        /// What it must hold until then: what somebody else wrote meanwhile is not lost.
        over: Arc<str>,
    },
    /// Write into the file of settings which theme is used.
    KeepTheme {
        /// The file.
        file: PathBuf,
        /// The theme's name.
        theme: String,
    },
    /// Leave the terminal to the user's own editor until that ends.
    EditOutside(Arc<str>),
    /// Read the SSH public keys in the user's home folder; private ones are never opened.
    PublicKeys,
}

/// One piece of IO.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a session; answered by `Message::Connected`.
    Connect {
        /// Whose session it will be.
        stamp: Stamp,
        /// What to connect to.
        target: Target,
        /// Which sessions let only reads pass.
        read_only: ReadOnly,
    },
    /// Start the embedded emulator on a store of this name and open a session on it.
    ConnectLocal {
        /// Whose session it will be.
        stamp: Stamp,
        /// The store's name.
        store: String,
        /// Which sessions let only reads pass.
        read_only: ReadOnly,
    },
    /// Open a session of a role with the session of another workspace; answered by `Message::Connected`.
    Assume {
        /// Whose session it will be.
        stamp: Stamp,
        /// The workspace whose session it is assumed with.
        from: u32,
        /// What to ask for.
        request: RoleRequest,
    },
    /// Open a session of the same user with MFA; answered by `Message::Connected`.
    WithMfa {
        /// Whose session it will be.
        stamp: Stamp,
        /// The MFA device.
        serial: String,
    },
    /// Answer what signing in asks; none gives it up.
    SignIn {
        /// Who was asked.
        stamp: Stamp,
        /// The answer.
        answer: Option<Secret>,
    },
    /// Put a session's credentials into a shape for another program; answered by `Message::Exported`.
    Export {
        /// Whose session.
        stamp: Stamp,
        /// The shape.
        shape: Export,
    },
    /// Let go of a session.
    Close {
        /// Whose.
        stamp: Stamp,
    },
    /// Remember what was connected to, for the next start.
    Remember(Choice),
    /// Open a page in a browser, where there is one.
    OpenPage(String),
    /// Find what there is to connect to; answered by `Message::Offers`.
    Offers {
        /// Who asks.
        stamp: Stamp,
    },
    /// Read a snapshot's file; answered by `Message::Snapshot`.
    OpenSnapshot {
        /// Whose account it will be.
        stamp: Stamp,
        /// The file.
        file: PathBuf,
    },
    /// Read something; answered by `Message::Read` and `Message::Ended`.
    Load {
        /// Who asks.
        stamp: Stamp,
        /// What to read.
        load: Load,
        /// How soon.
        urgency: Urgency,
    },
    /// End one running load.
    Cancel {
        /// Who asked.
        stamp: Stamp,
        /// What was asked.
        load: Load,
    },
    /// End all running loads of a session.
    CancelAll {
        /// Who asked.
        stamp: Stamp,
    },
    /// Apply a plan; answered by `Message::Ran`, again and again.
    Apply {
        /// Whose session applies it.
        stamp: Stamp,
        /// The run.
        job: Box<Job>,
    },
    /// Answer what a step of a run asks.
    Answer {
        /// Whose run it is.
        stamp: Stamp,
        /// The run's id.
        run: String,
        /// The answer.
        answer: Answer,
    },
    /// Stop a run once the step in hand is done.
    StopRun {
        /// Whose run it is.
        stamp: Stamp,
        /// The run's id.
        run: String,
    },
    /// Read the journal of an account; answered by `Message::Journal`.
    ReadJournal {
        /// Who asks.
        stamp: Stamp,
        /// Which journal.
        book: JournalId,
    },
    /// Read the unfinished answers of wizards that were kept for an account; answered by `Message::Drafts`.
    ReadDrafts {
        /// Who asks.
        stamp: Stamp,
        /// Which account.
        book: JournalId,
    },
    /// Keep the unfinished answers of a wizard, or drop those that were kept.
    KeepDraft {
        /// Which account.
        book: JournalId,
        /// The wizard.
        wizard: String,
        /// Its answers; none: there is nothing to keep any more.
        draft: Option<Draft>,
    },
    /// Write a new file that only its owner can read; answered by `Message::Written`.
    WriteFile {
        /// Who asks.
        stamp: Stamp,
        /// Where to; a leading `~` is the home folder.
        path: PathBuf,
        /// What it will hold.
        text: Secret,
        /// The run whose secrets are saved by it.
        run: Option<String>,
    },
    /// Do a piece of work for a layer; answered by `Message::TaskDone`.
    Task {
        /// Who asks.
        stamp: Stamp,
        /// The work.
        task: BackgroundTask,
    },
    /// Send `Message::Woke` at this time; the earliest of several wins.
    WakeAt(Timestamp),
    /// Write the terminal's clipboard; only ever on the user's command.
    CopyToClipboard(String),
    /// Give the terminal back and stop, until somebody continues the program.
    Suspend,
    /// Leave the program.
    Quit,
    /// Panic where `IAMTUI_TEST_PANIC` says, for a test of the way out.
    Crash,
}
