//! Opening sessions: what is asked on the way, what is left of them, and what there is to open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle as Tokio;
use tokio::sync::oneshot;

use crate::backend::{Asker, Choice, Export, Offers, ReadOnly, RoleRequest, Secret, Session, Target};
use crate::base::bounded;
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::config::Folders;
use crate::config::recent::Recent;
use crate::effect::Stamp;
use crate::emulator::Handle;
use crate::message::Message;
use crate::model::{ErrorKind, LoadError, Snapshot};

use super::{Wake, local, tell};

/// The sessions of all workspaces. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Sessions {
    held: Arc<Mutex<Held>>,
    wake: Sender<Wake>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Held {
    /// The open session of each workspace, with the number of its sign-in.
    open: HashMap<u32, (u32, Session)>,
    /// The session that a workspace's own begins from: that of a role's source, or of a user before MFA.
    bases: HashMap<u32, Session>,
    /// Where the answer to what was asked goes.
    asks: HashMap<u32, oneshot::Sender<Secret>>,
    emulators: Vec<Handle>,
}

impl Sessions {
    /// No session yet.
    pub(super) fn new(wake: Sender<Wake>, clock: Clock) -> Self {
        Self { held: Arc::default(), wake, clock }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that a stamp speaks of.
    pub(super) fn of(&self, stamp: Stamp) -> Option<Session> {
        let held = self.held();
        held.open.get(&stamp.workspace).filter(|(number, _)| *number == stamp.session).map(|(_, open)| open.clone())
    }

    /// Opens a session on what the AWS configuration has.
    pub(super) fn connect(&self, tokio: &Tokio, stamp: Stamp, target: Target, read_only: ReadOnly) {
        let this = self.clone();
        tokio.spawn(async move {
            let result = Session::connect(target, &read_only, this.clock.clone(), &this.asker(stamp)).await;
            this.opened(stamp, result);
        });
    }

    /// Starts the emulator on a store and opens a session on it.
    pub(super) fn connect_local(&self, tokio: &Tokio, stamp: Stamp, store: String, read_only: ReadOnly) {
        let this = self.clone();
        tokio.spawn(async move {
            let now = this.clock.clone();
            let started = tokio::task::spawn_blocking(move || local::start(store, now)).await;
            let result = match started {
                Ok(Ok(handle)) => {
                    let target = local::target(&handle);
                    this.held().emulators.push(handle);
                    Session::connect(target, &read_only, this.clock.clone(), &this.asker(stamp)).await
                }
                Ok(Err(error)) => Err(LoadError::new(ErrorKind::Local(local::user_error(&error)), "start")),
                // It panicked: the hook has told the main thread already.
                Err(_) => return,
            };
            this.opened(stamp, result);
        });
    }

    /// Opens a session of a role with that of another workspace.
    pub(super) fn assume(&self, tokio: &Tokio, stamp: Stamp, from: u32, request: RoleRequest) {
        let base = {
            let mut held = self.held();
            let source = held.open.get(&from).map(|(_, session)| session.clone());
            // A source that was closed meanwhile is still what the role was switched to from.
            let base = source.or_else(|| held.bases.get(&stamp.workspace).cloned());
            if let Some(base) = &base {
                held.bases.insert(stamp.workspace, base.clone());
            }
            base
        };
        let this = self.clone();
        tokio.spawn(async move {
            let result = match base {
                Some(base) => base.assume(request, &this.asker(stamp)).await,
                None => Err(closed()),
            };
            this.opened(stamp, result);
        });
    }

    /// Opens a session of the same user with MFA.
    pub(super) fn with_mfa(&self, tokio: &Tokio, stamp: Stamp, serial: String) {
        let base = {
            let mut held = self.held();
            let own = held.open.get(&stamp.workspace).map(|(_, session)| session.clone());
            own.map(|own| held.bases.entry(stamp.workspace).or_insert(own).clone())
        };
        let this = self.clone();
        tokio.spawn(async move {
            let result = match base {
                Some(base) => base.with_mfa(&serial, &this.asker(stamp)).await,
                None => Err(closed()),
            };
            this.opened(stamp, result);
        });
    }

    fn opened(&self, stamp: Stamp, result: Result<Session, LoadError>) {
        let result = result.map(|session| {
            let connection = session.connection().clone();
            self.held().open.insert(stamp.workspace, (stamp.session, session));
            connection
        });
        self.held().asks.remove(&stamp.workspace);
        tell(&self.wake, Message::Connected { stamp, result });
    }

    fn asker(&self, stamp: Stamp) -> Asker {
        let this = self.clone();
        Arc::new(move |ask| {
            let (answer, answered) = oneshot::channel();
            this.held().asks.insert(stamp.workspace, answer);
            tell(&this.wake, Message::Asks { stamp, ask });
            answered
        })
    }

    /// Hands over an answer; none gives signing in up.
    pub(super) fn answer(&self, stamp: Stamp, answer: Option<Secret>) {
        let asked = self.held().asks.remove(&stamp.workspace);
        if let (Some(asked), Some(answer)) = (asked, answer) {
            // Signing in may have ended by itself in this moment.
            let _ = asked.send(answer);
        }
    }

    /// Lets go of a session. Roles that were switched to from it keep what they need of it.
    pub(super) fn close(&self, stamp: Stamp) {
        let mut held = self.held();
        held.open.remove(&stamp.workspace);
        held.bases.remove(&stamp.workspace);
        held.asks.remove(&stamp.workspace);
    }

    /// Puts a session's credentials into a shape for another program.
    pub(super) fn export(&self, tokio: &Tokio, stamp: Stamp, shape: Export) {
        let (session, wake) = (self.of(stamp), self.wake.clone());
        tokio.spawn(async move {
            let result = if let Some(session) = session {
                session.export_as(shape).await
            } else {
                let told = UserError::new("this session is not open").hint("Reload opens it again.");
                Err(LoadError::new(ErrorKind::Local(told), "export"))
            };
            tell(&wake, Message::Exported { stamp, shape, result });
        });
    }

    /// Looks for what there is to connect to.
    pub(super) fn offers(&self, tokio: &Tokio, stamp: Stamp, state: Result<PathBuf, UserError>) {
        let wake = self.wake.clone();
        tokio.spawn(async move {
            let mut offers = Offers::find();
            offers.stores = stores();
            let recent = state.map(|state| Recent::load(&state)).unwrap_or_default();
            tell(&wake, Message::Offers { stamp, found: Box::new((offers, recent)) });
        });
    }

    /// Reads a snapshot's file.
    pub(super) fn unpack(&self, tokio: &Tokio, stamp: Stamp, file: PathBuf) {
        let wake = self.wake.clone();
        tokio.spawn_blocking(move || {
            let file = whole_path(file);
            let result = read_snapshot(&file).map(Box::new);
            tell(&wake, Message::Snapshot { stamp, file, result });
        });
    }

    /// Ends the emulators of this process; every write of theirs is kept.
    pub(super) fn end(&self) {
        let emulators = std::mem::take(&mut self.held().emulators);
        drop(emulators);
    }
}

fn closed() -> LoadError {
    let told = UserError::new("the session that this one begins from is closed").hint("Connect to that account again.");
    LoadError::new(ErrorKind::Local(told), "sign-in")
}

/// The emulator's stores; the demo company is there before its first start.
fn stores() -> Vec<String> {
    let folder = Folders::find().map(|folders| folders.data.join("stores"));
    let entries = folder.ok().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    if !names.iter().any(|name| name == "demo") {
        names.push("demo".to_owned());
    }
    names.sort_unstable();
    names
}

/// The path from the root on: what was typed in one folder is opened from another later.
fn whole_path(file: PathBuf) -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    let file = file.strip_prefix("~").ok().and_then(|rest| Some(home()?.join(rest))).unwrap_or(file);
    std::path::absolute(&file).unwrap_or(file)
}

/// Reads a snapshot's file, or says why that cannot be.
pub fn read_snapshot(file: &Path) -> Result<Snapshot, UserError> {
    let shown = file.display();
    let bytes = bounded::read(file, Snapshot::LARGEST).map_err(|error| {
        UserError::new(format!("the snapshot `{shown}` cannot be read: {error}"))
            .hint("Check the path and its permissions.")
    })?;
    Snapshot::from_bytes(&bytes).map_err(|error| {
        let told = UserError::from(error);
        UserError { message: format!("the snapshot `{shown}` cannot be read: {}", told.message), ..told }
    })
}

/// Remembers what was connected to.
pub(super) fn remember(state: &Path, choice: &Choice) {
    let mut recent = Recent::load(state);
    if let Some(key) = choice.key() {
        recent.choose(&key);
    }
    if let Choice::Role(role) = choice {
        recent.switch(role);
    }
    if let Err(error) = recent.save(state) {
        tracing::warn!(%error, "what was connected to cannot be remembered");
    }
}

/// Opens a page in a browser of this machine; only ever a web page, and on the user's command.
pub(super) fn browse(page: &str) {
    if !page.starts_with("https://") && !page.starts_with("http://") {
        return;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started =
        Command::new(program).arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match started {
        // Waited for, so that it does not stay behind as a zombie.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(error) => tracing::warn!(%error, "no browser could be started"),
    }
}
