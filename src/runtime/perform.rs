//! Performing effects on tokio's threads; what comes back goes to the main thread as messages.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::backend::apply::{Answer, Front, Job, Progress, apply};
use crate::backend::{Load, LoadEvent, Session, Sink, Urgency};
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::config::Folders;
use crate::effect::{BackgroundTask, Effect, Stamp};
use crate::message::Message;

use super::crash::TestPanic;
use super::sessions::{self, Sessions};
use super::{Wake, drafts, files, journal, tasks, tell, visits};

/// Performs effects; holds the sessions and the emulators that run in this process.
#[derive(Debug)]
pub struct Performer {
    tokio: Option<Runtime>,
    wake: Sender<Wake>,
    clock: Clock,
    sessions: Sessions,
    held: Arc<Mutex<Held>>,
    test_panic: Option<TestPanic>,
    /// The folder of the journal and of drafts.
    state: Result<PathBuf, UserError>,
    /// Who writes drafts, once there are any.
    drafts: Option<drafts::Writer>,
}

/// What stays open between effects.
#[derive(Debug, Default)]
struct Held {
    /// The runs that go on, by their ids.
    runs: HashMap<String, Going>,
    /// When each account was opened before this program opened it.
    visits: HashMap<String, Option<Timestamp>>,
}

/// What a run that goes on is reached by.
#[derive(Debug)]
struct Going {
    stop: CancellationToken,
    answers: UnboundedSender<Answer>,
}

impl Performer {
    /// A performer that tells what came back through this channel.
    pub fn new(tokio: Runtime, wake: Sender<Wake>, clock: Clock, test_panic: Option<TestPanic>) -> Self {
        let state = Folders::find().map(|folders| folders.state).map_err(UserError::from);
        let sessions = Sessions::new(wake.clone(), clock.clone());
        Self { tokio: Some(tokio), wake, clock, sessions, held: Arc::default(), test_panic, state, drafts: None }
    }

    /// The same performer with another folder for the journal.
    pub fn with_state(self, state: PathBuf) -> Self {
        Self { state: Ok(state), ..self }
    }

    /// Begins to perform an effect; nothing is waited for.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Load { stamp, load, urgency } => self.load(stamp, load, urgency),
            Effect::Cancel { stamp, load } => {
                if let Some(session) = self.session(stamp) {
                    session.cancel(&load);
                }
            }
            Effect::CancelAll { stamp } => {
                if let Some(session) = self.session(stamp) {
                    session.cancel_all();
                }
            }
            Effect::Apply { stamp, job } => self.apply(stamp, *job),
            Effect::Answer { run, answer, .. } => {
                if let Some(going) = self.held().runs.get(&run) {
                    // A run that ended in this moment needs no answer any more.
                    let _ = going.answers.send(answer);
                }
            }
            Effect::StopRun { run, .. } => {
                if let Some(going) = self.held().runs.get(&run) {
                    going.stop.cancel();
                }
            }
            Effect::ReadJournal { stamp, book } => {
                let (wake, state, now) = (self.wake.clone(), self.state.clone(), self.clock.now());
                let held = Arc::clone(&self.held);
                self.spawn_blocking(move || {
                    let visited = state.as_ref().ok().and_then(|state| {
                        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
                        let visits = held.visits.entry(journal::key(&book));
                        *visits.or_insert_with(|| visits::begin(state, &book, now))
                    });
                    let kept = state.and_then(|state| journal::read(&state, &book));
                    let damage = kept.as_ref().ok().and_then(|kept| kept.damage.clone());
                    let result = kept.map(|kept| kept.runs);
                    tell(&wake, Message::Journal { stamp, book, result, damage, visited });
                });
            }
            Effect::ReadDrafts { stamp, book } => {
                let (wake, clock) = (self.wake.clone(), self.clock.clone());
                if let Ok(state) = self.state.clone() {
                    self.spawn_blocking(move || {
                        let drafts = drafts::read(&state, &book, &clock);
                        tell(&wake, Message::Drafts { stamp, book, drafts });
                    });
                }
            }
            Effect::KeepDraft { book, wizard, draft } => {
                self.drafts = self.drafts.take().or_else(drafts::Writer::start);
                if let (Some(writer), Ok(state)) = (&self.drafts, &self.state) {
                    writer.keep(state, &book, &wizard, draft);
                }
            }
            Effect::WriteFile { stamp, path, text, run } => {
                let wake = self.wake.clone();
                self.spawn_blocking(move || {
                    let result = files::write_new(&path, &text);
                    tell(&wake, Message::Written { stamp, run, result });
                });
            }
            Effect::Task { stamp, task } => self.begin(stamp, task),
            Effect::Crash => self.crash(),
            other => self.sign_in(other),
        }
    }

    /// Does a piece of work for a layer aside.
    fn begin(&mut self, stamp: Stamp, task: BackgroundTask) {
        let wake = self.wake.clone();
        let (session, calls) = (self.session(stamp), self.calls(stamp));
        let Some(tokio) = &self.tokio else { return };
        match task {
            BackgroundTask::AskService { text, kind, account } => drop(tokio.spawn(async move {
                let result = Box::new(tasks::compared(session, text, kind, account, &calls).await);
                tell(&wake, Message::TaskDone { stamp, result });
            })),
            BackgroundTask::SimulateAtAws(asked) => drop(tokio.spawn(async move {
                let result = Box::new(tasks::simulated(session, asked, &calls).await);
                tell(&wake, Message::TaskDone { stamp, result });
            })),
            BackgroundTask::Unseal(sealed) => drop(tokio.spawn(async move {
                let result = Box::new(tasks::unsealed(session, sealed, &calls).await);
                tell(&wake, Message::TaskDone { stamp, result });
            })),
            BackgroundTask::CheckAccess { old, new, kind } => drop(tokio.spawn(async move {
                let result = Box::new(tasks::access_checked(session, old, new, kind, &calls).await);
                tell(&wake, Message::TaskDone { stamp, result });
            })),
            other => self.spawn_blocking(move || {
                tell(&wake, Message::TaskDone { stamp, result: Box::new(tasks::done(other)) });
            }),
        }
    }

    fn load(&self, stamp: Stamp, load: Load, urgency: Urgency) {
        let wake = self.wake.clone();
        let asked = load.clone();
        let sink: Sink = Arc::new(move |news| {
            let load = asked.clone();
            tell(
                &wake,
                match news {
                    LoadEvent::Read(update) => Message::Read { stamp, load, update: Box::new(update) },
                    LoadEvent::Called(call) => Message::Called { stamp, call },
                    LoadEvent::Pace(pace) => Message::Pace { stamp, pace },
                    LoadEvent::Ended(result) => Message::Ended { stamp, load, result },
                },
            );
        });
        let session = self.session(stamp);
        if let (Some(session), Some(tokio)) = (session, &self.tokio) {
            let _inside = tokio.enter();
            session.start(load, urgency, &sink);
        }
    }

    /// Does what is about sessions as a whole.
    fn sign_in(&self, effect: Effect) {
        let Some(tokio) = self.tokio.as_ref().map(Runtime::handle) else { return };
        let sessions = &self.sessions;
        match effect {
            Effect::Connect { stamp, target, read_only } => sessions.connect(tokio, stamp, target, read_only),
            Effect::ConnectLocal { stamp, store, read_only } => sessions.connect_local(tokio, stamp, store, read_only),
            Effect::Assume { stamp, from, request } => sessions.assume(tokio, stamp, from, request),
            Effect::WithMfa { stamp, serial } => sessions.with_mfa(tokio, stamp, serial),
            Effect::SignIn { stamp, answer } => sessions.answer(stamp, answer),
            Effect::Close { stamp } => sessions.close(stamp),
            Effect::Export { stamp, shape } => sessions.export(tokio, stamp, shape),
            Effect::Offers { stamp } => sessions.offers(tokio, stamp, self.state.clone()),
            Effect::OpenSnapshot { stamp, file } => sessions.unpack(tokio, stamp, file),
            Effect::Remember(choice) => {
                let state = self.state.clone();
                self.spawn_blocking(move || drop(state.map(|state| sessions::remember(&state, &choice))));
            }
            Effect::OpenPage(page) => self.spawn_blocking(move || sessions::browse(&page)),
            // The rest is done elsewhere: by the main thread, or in `perform`.
            _ => {}
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn_blocking(&self, work: impl FnOnce() + Send + 'static) {
        if let Some(tokio) = &self.tokio {
            tokio.spawn_blocking(work);
        }
    }

    /// Applies a plan on a task of its own; it ends with the run.
    fn apply(&self, stamp: Stamp, job: Job) {
        let (wake, id) = (self.wake.clone(), job.run.clone());
        let run = id.clone();
        let say = move |progress| tell(&wake, Message::Ran { stamp, run: run.clone(), progress });
        let (Some(session), Some(tokio)) = (self.session(stamp), &self.tokio) else {
            let told = UserError::new("the session is closed").hint("Nothing was sent. Reload, then apply again.");
            return say(Progress::Refused(told));
        };
        let calls = self.calls(stamp);
        let (answers, answered) = unbounded_channel();
        let front = Front::of(say.clone(), calls, answered);
        self.held().runs.insert(id.clone(), Going { stop: front.stop.clone(), answers });
        let (state, held) = (self.state.clone(), Arc::clone(&self.held));
        tokio.spawn(async move {
            let book = job.book.clone();
            let opened = tokio::task::spawn_blocking(move || state.and_then(|state| journal::open(&state, &book)));
            match opened.await {
                Ok(Ok(log)) => apply(&session, job, Box::new(log), front).await,
                Ok(Err(told)) => say(Progress::Refused(told)),
                // It panicked: the hook has told the main thread already.
                Err(_) => {}
            }
            held.lock().unwrap_or_else(PoisonError::into_inner).runs.remove(&id);
        });
    }

    /// Where calls are told of that are no load.
    fn calls(&self, stamp: Stamp) -> Sink {
        let wake = self.wake.clone();
        Arc::new(move |news| match news {
            LoadEvent::Called(call) => tell(&wake, Message::Called { stamp, call }),
            LoadEvent::Pace(pace) => tell(&wake, Message::Pace { stamp, pace }),
            LoadEvent::Read(_) | LoadEvent::Ended(_) => {}
        })
    }

    fn session(&self, stamp: Stamp) -> Option<Session> {
        self.sessions.of(stamp)
    }

    fn crash(&self) {
        match (self.test_panic, &self.tokio) {
            (Some(TestPanic::Main), _) => give_way(),
            (Some(TestPanic::Task), Some(tokio)) => drop(tokio.spawn(async { give_way() })),
            (Some(TestPanic::Thread), _) => drop(std::thread::Builder::new().name("test".to_owned()).spawn(give_way)),
            _ => {}
        }
    }

    /// Ends everything without waiting for what hangs; an emulator of this process keeps every write.
    pub fn end(mut self) {
        if let Some(writer) = self.drafts.take() {
            writer.end();
        }
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_background();
        }
        self.sessions.end();
    }
}

#[allow(clippy::panic, reason = "a test asked for it through IAMTUI_TEST_PANIC")]
fn give_way() {
    panic!("this is the panic that IAMTUI_TEST_PANIC asked for");
}
