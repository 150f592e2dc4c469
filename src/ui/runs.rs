//! The runs of an account as the screen knows them: those that the journal tells of and those going on.

use jiff::Timestamp;

use crate::backend::apply::{Held, Job, Progress};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::plan::journal::{End, Event, JournalId, Pace, Run, State};
use crate::plan::{Ask, SecretFrom, Step};

/// How the secrets of a virtual MFA device begin.
const DEVICE: &str = "VirtualMFADevice.";

/// All runs of one account, oldest first.
#[derive(Debug, Default)]
pub struct Runs {
    list: Vec<Live>,
    reading: Reading,
    visit: Visit,
    /// How many runs began here, to tell their ids apart.
    begun: u32,
}

/// When the account was opened before this program opened it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Visit {
    /// That is not known yet.
    #[default]
    Unknown,
    /// It was not.
    First,
    /// Then.
    After(Timestamp),
}

impl Visit {
    /// When it was opened before, where it was.
    pub const fn before(self) -> Option<Timestamp> {
        match self {
            Self::After(at) => Some(at),
            Self::Unknown | Self::First => None,
        }
    }
}

/// How far the journal has been read.
#[derive(Debug, Default, PartialEq)]
pub enum Reading {
    /// It is not known yet whose journal it is.
    #[default]
    Waiting,
    /// It was asked for.
    Asked(JournalId),
    /// It was read.
    Read(JournalId),
    /// It cannot be read, or not all of it.
    Failed(JournalId, UserError),
}

/// One run, with what only this program knows of it.
#[derive(Debug)]
pub struct Live {
    /// What the journal says.
    pub run: Run,
    /// Whether it is going on in this program.
    pub going: bool,
    /// Whether it was begun or gone on with in this program.
    is_own: bool,
    /// How fast it goes.
    pace: Option<Pace>,
    /// The step that is tried again: its id, how often, the service's code.
    pub trying: Option<(String, u32, String)>,
    /// The step that waits for an answer.
    pub asks: Option<Asking>,
    /// Secrets that it came by, each with whether it was shown, copied or saved.
    pub secrets: Vec<(Held, bool)>,
    /// Why it goes no further although no step failed.
    pub refused: Option<UserError>,
}

/// A step that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// The step.
    pub step: String,
    /// The question.
    pub ask: Ask,
    /// Why the answer before was of no use.
    pub again: Option<UserError>,
}

impl Live {
    fn of(run: Run) -> Self {
        Self {
            run,
            going: false,
            is_own: false,
            pace: None,
            trying: None,
            asks: None,
            secrets: Vec::new(),
            refused: None,
        }
    }

    /// A secret of a step.
    pub fn secret(&self, step: &str, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|(held, _)| held.step == step && held.name == name).map(|(held, _)| &held.value)
    }

    /// Whether a secret was typed by the user, who needs not be shown it.
    fn was_typed(&self, held: &Held) -> bool {
        let call = self.run.plan().step(&held.step).and_then(Step::call);
        call.is_some_and(|call| call.secrets().any(|secret| secret == (held.name.as_str(), SecretFrom::Prompt)))
    }

    /// Whether anything of it was journaled.
    pub fn has_begun(&self) -> bool {
        self.refused.is_none() || self.run.plan().steps.iter().any(|step| *self.run.state(&step.id) != State::Waiting)
    }

    /// How fast it goes and how long the rest takes, where that can be told.
    pub fn pace(&self, now: Timestamp) -> Option<String> {
        self.pace?.told(now, self.run.done(), self.run.plan().steps.len())
    }

    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        self.run.end == Some(End::Complete)
    }

    /// Whether it was begun or gone on with in this program.
    pub fn is_own(&self) -> bool {
        self.is_own
    }

    /// Whether it stopped before its end and can go on from here.
    pub fn can_resume(&self) -> bool {
        !self.going && self.run.is_open()
    }

    /// Whether something that it changed can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.going && self.run.is_undoable()
    }

    fn take(&mut self, progress: Progress) {
        match progress {
            Progress::Event(event) => {
                self.trying = None;
                if let Event::Result { step, .. } = &event
                    && self.asks.as_ref().is_some_and(|asks| asks.step == *step)
                {
                    self.asks = None;
                }
                if event == Event::End(End::Complete) {
                    // The seed of a device was for its question only.
                    self.secrets.retain(|(held, _)| !held.name.starts_with(DEVICE));
                }
                if matches!(event, Event::End(_)) {
                    self.going = false;
                    self.asks = None;
                }
                self.run.take(event);
            }
            Progress::Trying { step, tries, why } => self.trying = Some((step, tries, why)),
            Progress::Asks { step, ask, again } => self.asks = Some(Asking { step, ask, again }),
            Progress::Secret(secrets) => {
                // The picture holds the seed once more; the code on the screen is drawn here.
                for held in secrets.into_iter().filter(|held| !held.name.ends_with("QRCodePNG")) {
                    self.secrets.retain(|(old, _)| (&old.step, &old.name) != (&held.step, &held.name));
                    let is_known = self.was_typed(&held);
                    self.secrets.push((held, is_known));
                }
            }
            Progress::Refused(told) => {
                self.going = false;
                self.refused = Some(told);
            }
        }
    }
}

impl Runs {
    /// The id of the next run: the time, and how many were begun.
    pub fn next_id(&self, now: Timestamp) -> String {
        format!("{}-{}", now.strftime("%Y%m%dT%H%M%S%3f"), self.begun + 1)
    }

    /// The runs, oldest first.
    pub fn all(&self) -> &[Live] {
        &self.list
    }

    /// The run of this id.
    pub fn get(&self, id: &str) -> Option<&Live> {
        self.list.iter().find(|live| live.run.id == id)
    }

    /// How far the journal has been read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Whether a run is going on.
    pub fn going(&self) -> Option<&Live> {
        self.list.iter().find(|live| live.going)
    }

    /// The last run that can be taken back.
    pub fn last_undoable(&self) -> Option<&Live> {
        self.list.iter().rev().find(|live| live.can_undo() && live.run.begin.undoes.is_none())
    }

    /// The last run, where it stopped before its end.
    pub fn unfinished(&self) -> Option<&Live> {
        self.list.last().filter(|live| live.can_resume() && live.has_begun())
    }

    /// What leaving the program now would lose.
    pub fn lost_on_leaving(&self) -> Option<UserError> {
        if let Some(live) = self.going().filter(|live| live.asks.is_none()) {
            let told = UserError::new(format!("being applied: {}", live.run.plan().title));
            return Some(told.hint("Ctrl-c stops after the current step; ctrl-q again leaves now."));
        }
        // The seed of an MFA device is of no use to anybody but the device, which has it.
        let counts = |held: &Held| !held.name.starts_with("VirtualMFADevice.");
        let unseen = self.list.iter().any(|live| live.secrets.iter().any(|(held, seen)| !seen && counts(held)));
        unseen.then(|| {
            UserError::new("A secret was not shown, copied or saved yet, and would be lost")
                .hint("Ctrl-q again leaves.")
        })
    }

    /// Forgets that the journal was read, so that it is read again.
    pub fn reread(&mut self) {
        self.reading = Reading::Waiting;
    }

    /// Notes when the account was opened before.
    pub fn note_visit(&mut self, before: Option<Timestamp>) {
        self.visit = before.map_or(Visit::First, Visit::After);
    }

    /// When the account was opened before.
    pub fn visit(&self) -> Visit {
        self.visit
    }

    /// Notes that the journal was asked for.
    pub fn ask(&mut self, book: JournalId) {
        self.reading = Reading::Asked(book);
    }

    /// Takes in the journal; what this program knows better stays.
    pub fn read(&mut self, book: JournalId, result: Result<Vec<Run>, UserError>, damage: Option<UserError>) {
        if self.reading != Reading::Asked(book.clone()) {
            return;
        }
        match result {
            Ok(runs) => {
                let mut own = std::mem::take(&mut self.list);
                for run in runs {
                    let held = own.iter().position(|live| live.run.id == run.id).map(|at| own.remove(at));
                    // What was done here is known better here than by a read that may have come before its end.
                    self.list.push(held.filter(|live| live.is_own).unwrap_or_else(|| Live::of(run)));
                }
                self.list.extend(own.into_iter().filter(|live| live.is_own));
                self.reading = match damage {
                    Some(told) => Reading::Failed(book, told),
                    None => Reading::Read(book),
                };
            }
            Err(told) => self.reading = Reading::Failed(book, told),
        }
    }

    /// Begins a run, or goes on with one.
    pub fn begin(&mut self, job: &Job, now: Timestamp) {
        self.begun += 1;
        if let Some(live) = self.list.iter_mut().find(|live| live.run.id == job.run) {
            live.going = true;
            live.is_own = true;
            live.refused = None;
            live.run.begin.on_error = job.begin.on_error;
            live.run.take(Event::Resume);
            live.pace = Some(Pace::new(now, live.run.done()));
            return;
        }
        let run = Run::new(job.run.clone(), now, job.begin.clone());
        let pace = Some(Pace::new(now, 0));
        self.list.push(Live { going: true, is_own: true, pace, ..Live::of(run) });
    }

    /// Takes in what a run says.
    pub fn take(&mut self, id: &str, progress: Progress) {
        let complete = matches!(progress, Progress::Event(Event::End(End::Complete)));
        let Some(live) = self.list.iter_mut().find(|live| live.run.id == id) else { return };
        live.take(progress);
        if let Some(undone) = live.run.begin.undoes.clone().filter(|_| complete)
            && let Some(other) = self.list.iter_mut().find(|live| live.run.id == undone)
        {
            other.run.undone_by = Some(id.to_owned());
        }
    }

    /// Notes that the secrets of a run were shown, copied or saved.
    pub fn seen(&mut self, id: &str) {
        if let Some(live) = self.list.iter_mut().find(|live| live.run.id == id) {
            live.secrets.iter_mut().for_each(|(_, seen)| *seen = true);
        }
    }

    /// Forgets the secrets of a run for good.
    pub fn forget(&mut self, id: &str) {
        if let Some(live) = self.list.iter_mut().find(|live| live.run.id == id) {
            live.secrets.clear();
        }
    }
}
