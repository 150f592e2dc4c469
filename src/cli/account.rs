//! Opening an account for a command without a screen, and reading it.

use std::io::BufRead as _;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::backend::{Ask, Asker, Load, LoadEvent, ReadOnly, Secret, Session, Sink, Urgency};
use crate::base::clock::{self, Clock};
use crate::base::error::UserError;
use crate::config::{Config, Folders};
use crate::emulator::Handle;
use crate::model::{Account, ErrorKind, LoadError, Snapshot};
use crate::plan::journal::JournalId;
use crate::runtime::local;
use crate::runtime::sessions::read_snapshot;

use super::Failure;
use super::console;
use super::output::Output;
use super::source::SourceArgs;

/// An account that a command reads.
pub enum Opened {
    /// It is read over the API.
    Live(Box<Live>),
    /// It was read before.
    Snapshot(Box<Snapshot>),
}

/// A session on an account, with what it needs to run.
pub struct Live {
    runtime: Runtime,
    session: Session,
    clock: Clock,
    /// The embedded store.
    store: Option<String>,
    _emulator: Option<Handle>,
}

/// Opens the account that the flags or the environment name, to read it. Nothing is reached unless one is named.
pub fn open(args: &SourceArgs) -> Result<Opened, Failure> {
    open_under(args, |_| ReadOnly::Always)
}

/// The same, to change the account where flags and settings allow it.
pub fn open_to_change(args: &SourceArgs) -> Result<Opened, Failure> {
    open_under(args, |config| ReadOnly::of(args.read_only, config))
}

fn open_under(args: &SourceArgs, rule: impl Fn(&Config) -> ReadOnly) -> Result<Opened, Failure> {
    if let Some(file) = &args.snapshot {
        return Ok(Opened::Snapshot(Box::new(read_snapshot(file)?)));
    }
    clock::check_system()?;
    let folders = Folders::find().map_err(UserError::from)?;
    let config = Config::load(&folders).map_err(UserError::from)?;
    let source = console::named(args, &|name| std::env::var(name).ok(), &config).ok_or_else(|| {
        Failure::Usage(
            UserError::new("no account is named")
                .hint("Name one with --profile, --local, --endpoint-url or --snapshot, or set AWS_PROFILE."),
        )
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| UserError::new(format!("no thread could be started: {error}")))?;
    let clock = Clock::system();
    let mut named = None;
    let (target, emulator) = match source {
        crate::app::Source::Aws(target) => (target, None),
        crate::app::Source::Local(store) => {
            named = Some(store.clone());
            let handle = local::start(store, clock.clone()).map_err(|error| local::user_error(&error))?;
            (local::target(&handle), Some(handle))
        }
        _ => return Err(Failure::Usage(UserError::new("no account is named"))),
    };
    let session = runtime.block_on(Session::connect(target, &rule(&config), clock.clone(), &terminal()));
    let session = session.map_err(|error| error.user_error())?;
    Ok(Opened::Live(Box::new(Live { runtime, session, clock, store: named, _emulator: emulator })))
}

impl Live {
    /// Reads everything into an account; what failed is told beside it.
    pub fn read(&self, loads: &[Load]) -> (Account, Vec<(Load, LoadError)>) {
        let mut account = Account::default();
        let mut failed = Vec::new();
        self.read_into(&mut account, loads, &mut failed);
        (account, failed)
    }

    /// Reads more into an account.
    pub fn read_into(&self, account: &mut Account, loads: &[Load], failed: &mut Vec<(Load, LoadError)>) {
        self.read_saying(account, loads, failed, &mut |_| {});
    }

    /// The same, and says from time to time what is not read yet.
    fn read_saying(
        &self,
        account: &mut Account,
        loads: &[Load],
        failed: &mut Vec<(Load, LoadError)>,
        say: &mut dyn FnMut(&[Load]),
    ) {
        let (sender, news) = channel();
        for load in loads {
            let (sender, asked) = (std::sync::Mutex::new(sender.clone()), load.clone());
            let sink: Sink = Arc::new(move |news| {
                let sender = sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                // The reader is there until all loads have ended.
                let _ = sender.send((asked.clone(), news));
            });
            let _inside = self.runtime.enter();
            self.session.start(load.clone(), Urgency::Now, &sink);
        }
        drop(sender);
        let mut left = loads.to_vec();
        let (mut said, mut silence) = (Instant::now(), SILENCE);
        while !left.is_empty() {
            if said.elapsed() >= silence {
                say(&left);
                (said, silence) = (Instant::now(), silence * 2);
            }
            let (load, news) = match news.recv_timeout(silence.saturating_sub(said.elapsed())) {
                Ok(news) => news,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            match news {
                LoadEvent::Read(update) => account.apply(update),
                LoadEvent::Ended(result) => {
                    left.retain(|other| *other != load);
                    if let Err(error) = result {
                        if let Some(list) = load.list() {
                            account.fail(list, error.clone());
                        }
                        failed.push((load, error));
                    }
                }
                LoadEvent::Called(_) | LoadEvent::Pace(_) => {}
            }
        }
    }

    /// The endpoint where it is not AWS's own.
    pub fn endpoint(&self) -> Option<String> {
        self.session.connection().endpoint.clone()
    }

    /// The journal of the account, the one that the console writes too.
    pub fn book(&self, account: &str) -> JournalId {
        JournalId::of(self.store.as_deref(), self.endpoint().as_deref(), account)
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Where its tasks run.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Reads all of an account that lists, the bulk read and the credential report tell.
pub fn everything(opened: &Opened, out: &mut Output) -> (Account, bool) {
    let live = match opened {
        Opened::Snapshot(snapshot) => return (snapshot.account.clone(), true),
        Opened::Live(live) => live,
    };
    let (mut account, mut failed) = (Account::default(), Vec::new());
    live.read_saying(&mut account, Load::WHOLE, &mut failed, &mut |left| out.say(&waiting(left)));
    let each: Vec<Load> = account
        .oidc_providers()
        .rows()
        .iter()
        .map(|row| Load::OidcProvider(row.arn.clone()))
        .chain(account.saml_providers().rows().iter().map(|row| Load::SamlProvider(row.arn.clone())))
        .chain([Load::OutboundFederation])
        .collect();
    // Where nothing at all could be read, nothing more is waited for.
    if failed.len() < Load::WHOLE.len() {
        live.read_into(&mut account, &each, &mut failed);
    }
    for (error, alike) in distinct(&failed) {
        let mut told = error.user_error();
        match alike {
            0 => {}
            1 => told.message.push_str("; another read failed in the same way"),
            more => told.message = format!("{}; {more} more reads failed in the same way", told.message),
        }
        out.tell(&told);
    }
    (account, failed.is_empty())
}

/// What a command says that waits for an account.
fn waiting(left: &[Load]) -> String {
    match left {
        [Load::Report] => "waiting for AWS to generate the credential report …".to_owned(),
        [_] => "reading the account: 1 read is left …".to_owned(),
        several => format!("reading the account: {} reads are left …", several.len()),
    }
}

/// Each failure once, and how many more reads failed in the same way. Only what has nothing to do with the operation
/// is the same failure: nobody answers, or the session itself is refused.
fn distinct(failed: &[(Load, LoadError)]) -> Vec<(&LoadError, usize)> {
    let mut found: Vec<(&LoadError, usize)> = Vec::new();
    for (_, error) in failed {
        let is_general = error.is_lost()
            || matches!(
                error.kind,
                ErrorKind::Timeout
                    | ErrorKind::ExpiredToken
                    | ErrorKind::InvalidCredentials
                    | ErrorKind::SignInNeeded
                    | ErrorKind::NoCredentials
                    | ErrorKind::ClockSkew
                    | ErrorKind::Configuration
            );
        let words = |error: &LoadError| (error.kind.clone(), error.code.clone(), error.detail.clone());
        let is_alike = |other: &LoadError| is_general && words(other) == words(error);
        match found.iter_mut().find(|(other, _)| is_alike(other)) {
            Some((_, alike)) => *alike += 1,
            None => found.push((error, 0)),
        }
    }
    found
}

/// How long a command is silent that waits for an account; it says so ever less often.
const SILENCE: Duration = Duration::from_secs(3);

/// Asks on standard error and reads the answer from standard input.
fn terminal() -> Asker {
    Arc::new(|ask| {
        let (answer, answered) = oneshot::channel();
        let mut out = Output::stdio();
        match ask {
            Ask::MfaCode { serial, purpose, again } => {
                let refused = if again { "The code was refused. " } else { "" };
                out.say(&format!("{refused}Code of the MFA device {serial} for the {purpose}:"));
                std::thread::spawn(move || {
                    let mut line = String::new();
                    let read = std::io::stdin().lock().read_line(&mut line);
                    let code = Secret::new(line.trim());
                    zeroize::Zeroize::zeroize(&mut line);
                    if read.is_ok() && !code.reveal().is_empty() {
                        let _ = answer.send(code);
                    }
                });
            }
            Ask::Browser { code, link, .. } => {
                out.say(&format!("Open {link} in a browser and confirm the code {code}."));
                // No answer is needed: the sender stays until signing in has ended.
                std::mem::forget(answer);
            }
        }
        answered
    })
}
