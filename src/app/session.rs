//! One session with what was read through it: connection, account, loads, runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Connection, Load, Pace, ReadOnly, ReadOnlyReason, Target};
use crate::base::error::UserError;
use crate::effect::{Effect, Stamp};
use crate::model::{Account, LoadError};
use crate::plan::journal::JournalId;
use crate::ui::effect::{Notice, Tone};
use crate::ui::page::{Loads as _, Reviewed, SessionStatus, View};
use crate::ui::runs::Runs;
use crate::ui::time;

use super::{CallLog, Jobs, Shared, Source, accounts};

/// One session, and all that is known through it.
#[derive(Debug)]
pub struct Session {
    pub(super) stamp: Stamp,
    pub(super) source: Source,
    pub(super) read_only: ReadOnly,
    pub(super) link: Link,
    pub(super) account: Arc<Account>,
    pub(super) jobs: Jobs,
    pub(super) calls: CallLog,
    pub(super) pace: Pace,
    pub(super) runs: Runs,
    /// The number of the latest sign-in; a session may stand on an older one.
    sign_ins: u32,
    /// The session that stands while another is opened in its place: its number, and what it is connected to.
    pub(super) before: Option<(u32, Connection)>,
    /// Whether it was said that the session ends soon.
    pub(super) warned: bool,
    /// Whether a store's server was found gone and this console takes its place; until something answers.
    pub(super) takes_over: bool,
    /// The MFA device that the session was opened with.
    pub(super) mfa: Option<String>,
    /// What a role's session is called.
    pub(super) called: Option<String>,
    /// The last review of the account.
    pub(super) review: Option<Reviewed>,
}

/// How the session stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// It is being opened.
    Opening,
    /// It is open.
    Open(Connection),
    /// It could not be opened.
    Failed(LoadError),
    /// There is none: what is shown was read once.
    Offline {
        /// The file.
        file: PathBuf,
        /// When.
        taken: Timestamp,
    },
}

impl Session {
    /// A session that is about to be opened, for the workspace of this number.
    pub fn new(number: u32, source: Source, read_only: ReadOnly) -> Self {
        Self {
            stamp: Stamp { workspace: number, session: 0, generation: 0 },
            source,
            read_only,
            link: Link::Opening,
            account: Arc::default(),
            jobs: Jobs::default(),
            calls: CallLog::new(),
            pace: Pace::Full,
            runs: Runs::default(),
            sign_ins: 0,
            before: None,
            warned: false,
            takes_over: false,
            mfa: None,
            called: None,
            review: None,
        }
    }

    /// The effect that opens the session.
    pub fn connect(&self) -> Effect {
        let (stamp, read_only) = (self.stamp, self.read_only.clone());
        if let Some(serial) = &self.mfa {
            return Effect::WithMfa { stamp, serial: serial.clone() };
        }
        match &self.source {
            Source::Aws(target) => Effect::Connect { stamp, target: target.clone(), read_only },
            Source::Local(store) => Effect::ConnectLocal { stamp, store: store.clone(), read_only },
            Source::Role { from, role } => {
                let request = accounts::request(role, self.called.as_ref());
                Effect::Assume { stamp, from: *from, request }
            }
            Source::Offered(_) => Effect::Offers { stamp },
            Source::Snapshot(file) => Effect::OpenSnapshot { stamp, file: file.clone() },
        }
    }

    /// Why the gate lets only reads pass: asked for, or because of the credentials in force.
    pub fn read_only(&self) -> Option<&ReadOnlyReason> {
        match &self.link {
            Link::Offline { .. } => Some(&ReadOnlyReason::Snapshot),
            Link::Open(Connection { read_only: Some(reason), .. }) => Some(reason),
            _ => (self.read_only == ReadOnly::Always).then_some(&ReadOnlyReason::Asked),
        }
    }

    /// Whether the session could not be opened.
    pub fn is_failed(&self) -> bool {
        matches!(self.link, Link::Failed(_))
    }

    /// Whether nobody has told who the session is: as far as is known, it leads nowhere.
    pub fn is_unidentified(&self) -> bool {
        self.account.identity().is_none() && self.jobs.failure(&Load::Identity).is_some()
    }

    /// What pages and layers may look at; what was read at `since` or before is old on the page in sight.
    pub fn view<'a>(&'a self, shared: &'a Shared, since: Timestamp) -> View<'a> {
        View {
            account: &self.account,
            revision: self.account.revision(),
            keymap: &shared.keymap,
            names: &shared.names,
            themes: &shared.themes,
            settings: shared.settings.as_deref(),
            levels: &shared.levels,
            now: shared.now,
            since,
            width: shared.size.0,
            preview: shared.preview,
            loads: &self.jobs,
            standing: self.standing(),
            read_only: self.read_only(),
            calls: &self.calls,
            runs: &self.runs,
            book: self.book(),
            review: self.review.as_ref(),
            guards: &shared.guards,
        }
    }

    /// How the session stands, for pages and layers.
    pub fn standing(&self) -> SessionStatus {
        match &self.link {
            Link::Open(_) => SessionStatus::Open,
            Link::Opening => SessionStatus::Opening,
            Link::Failed(error) => SessionStatus::Failed(error.user_error()),
            Link::Offline { .. } => SessionStatus::Offline,
        }
    }

    /// Whose journal runs are written to; none as long as it is not known who the session is.
    pub fn book(&self) -> Option<JournalId> {
        let store = if let Source::Local(store) = &self.source { Some(store.as_str()) } else { None };
        let endpoint = if let Link::Open(connection) = &self.link { connection.endpoint.as_deref() } else { None };
        Some(JournalId::of(store, endpoint, self.account.identity()?.account.as_str()))
    }

    /// What it is called in lists: the profile where there is one, else what it speaks to.
    pub fn name(&self) -> String {
        match &self.source {
            Source::Aws(Target::Aws { profile: Some(profile), .. }) => profile.clone(),
            Source::Snapshot(file) => format!("snapshot {}", file_name(file)),
            _ => self.endpoint(),
        }
    }

    /// What tells it from the others: its name, and the account's number once that is known.
    pub fn title(&self) -> String {
        let number = self.account.identity().map(|identity| format!(" ({})", identity.account));
        self.name() + &number.unwrap_or_default()
    }

    /// What the session speaks to, for the header.
    pub fn endpoint(&self) -> String {
        match (&self.source, &self.link) {
            (Source::Local(store), _) => format!("emulator {store}"),
            (Source::Offered(_), _) => String::new(),
            (Source::Snapshot(file), Link::Offline { taken, .. }) => {
                format!("snapshot {} of {}", file_name(file), time::moment(*taken))
            }
            (Source::Snapshot(file), _) => format!("snapshot {}", file_name(file)),
            (Source::Role { role, .. }, _) if role.display.is_empty() => {
                format!("role {}", role.arn.rsplit('/').next().unwrap_or_default())
            }
            (Source::Role { role, .. }, _) => role.display.clone(),
            (Source::Aws(Target::Aws { profile: Some(profile), .. }), _) => match self.url() {
                Some(url) => format!("profile {profile} at {url}"),
                None => format!("AWS profile {profile}"),
            },
            _ => self.url().unwrap_or("AWS").to_owned(),
        }
    }

    /// Another endpoint than AWS's own.
    fn url(&self) -> Option<&str> {
        match (&self.source, &self.link) {
            (_, Link::Open(Connection { endpoint: Some(url), .. }))
            | (Source::Aws(Target::Aws { endpoint: Some(url), .. } | Target::Key { endpoint: url, .. }), _) => {
                Some(url)
            }
            _ => None,
        }
    }

    /// Starts over with a new session: nothing of the old one may arrive here.
    pub fn reconnect(&mut self) -> Effect {
        self.before = None;
        self.begin()
    }

    /// Opens the session again; the present one stands until the new one is there.
    pub fn renew(&mut self) -> Effect {
        if let Link::Open(connection) = &self.link {
            self.before = Some((self.stamp.session, connection.clone()));
        }
        self.begin()
    }

    fn begin(&mut self) -> Effect {
        self.turn();
        self.link = Link::Opening;
        self.jobs = Jobs::default();
        self.connect()
    }

    /// Whether its session is over, and does not renew itself.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        matches!(&self.link, Link::Open(Connection { ends: Some(ends), .. }) if *ends <= now)
    }

    /// What was asked so far is answered to nobody.
    pub fn turn(&mut self) {
        self.sign_ins += 1;
        self.stamp.session = self.sign_ins;
        self.stamp.generation += 1;
    }
}

/// What a file is called by: its folder tells less, and its end more than its beginning.
fn file_name(file: &Path) -> String {
    /// Where the date is beside it.
    const MOST: usize = 32;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let surplus = name.chars().count().saturating_sub(MOST);
    if surplus == 0 { name } else { format!("…{}", name.chars().skip(surplus + 1).collect::<String>()) }
}

/// What is said of a session that has begun: of wrong settings, and of a guard that may surprise.
pub(super) fn notice(connection: &Connection) -> Option<Notice> {
    let found_out = connection.read_only.as_ref().filter(|reason| reason.is_found_out());
    let guarded =
        found_out.map(|reason| UserError::new(format!("this session is read-only: {reason}")).hint(reason.way_out()));
    let told = match (connection.warning.clone(), guarded) {
        // There is room for one: of the other its sentence is enough.
        (Some(warning), Some(guarded)) => {
            let hint = warning.hint.unwrap_or_default();
            UserError::new(warning.message).hint(format!("{hint} Besides, {}.", guarded.message))
        }
        (Some(warning), None) => warning,
        (None, Some(guarded)) => return Some(Notice { told: guarded, tone: Tone::Info }),
        (None, None) => return None,
    };
    Some(Notice { told, tone: Tone::Failed })
}
