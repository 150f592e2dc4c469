//! Applying a plan: what a run starts with, what it says while it goes on, and what it is told.
//!
//! The runner itself is [`apply`]. It journals before and after every call, and what it says is what the
//! journal says: the screen keeps a [`crate::plan::journal::Run`] and feeds it the same events.

mod ahead;
mod checks;
mod found;
mod linked;
mod look;
mod retry;
mod runner;
mod skips;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use std::sync::Arc;

use super::Sink;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::plan::Ask;
use crate::plan::journal::{Begin, Event, JournalId, Run};

pub use runner::apply;

/// A run to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The run's id.
    pub run: String,
    /// The journal that it is written to.
    pub book: JournalId,
    /// The plan, the caller, what it takes back, the reason.
    pub begin: Begin,
    /// Whether a stopped run goes on.
    pub resumes: Resumes,
    /// Secrets that were asked for, or that an earlier part of the run came by.
    pub secrets: Vec<Held>,
    /// Steps that an earlier try may have done already: there, nothing left to do is no error.
    pub unsure: Vec<String>,
}

/// Whether a job begins anew or goes on with a run that stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Resumes {
    /// A new run begins.
    Nothing,
    /// The run goes on with what is left to do.
    GoOn(Box<Run>),
    /// It is only found out, by reads, which of its unsure steps were done; nothing is changed.
    FindOut(Box<Run>),
}

/// A secret of a run: the step, the parameter or output, and the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The step that takes or gives it.
    pub step: String,
    /// The parameter, such as `Password`, or the path of the output, such as `AccessKey.SecretAccessKey`.
    pub name: String,
    /// The secret.
    pub value: Secret,
}

/// What a run says.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Something was written into the journal.
    Event(Event),
    /// A step was refused for a reason that passes, and is tried again.
    Trying {
        /// The step.
        step: String,
        /// How often it was tried.
        tries: u32,
        /// The service's code.
        why: String,
    },
    /// A step asks, and the run waits for an [`Answer`].
    Asks {
        /// The step.
        step: String,
        /// The question.
        ask: Ask,
        /// Why the answer before was of no use.
        again: Option<UserError>,
    },
    /// A step came by secrets, which are shown once and kept nowhere.
    Secret(Vec<Held>),
    /// The run does not start or does not go on, because it cannot be journaled; nothing more is sent.
    Refused(UserError),
}

/// The answer to what a step asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The values that the step gives to later ones, by their names.
    Given(Vec<(String, Secret)>),
    /// The user gives up: the run ends here.
    GiveUp,
}

/// Who applies a run talks through this.
pub struct Front {
    /// Hears what the run says.
    pub tell: Box<dyn Fn(Progress) + Send + Sync>,
    /// Hears of the calls that are made.
    pub calls: Sink,
    /// Stops the run between two steps.
    pub stop: CancellationToken,
    /// Brings the answers to what steps ask.
    pub answers: UnboundedReceiver<Answer>,
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("stop", &self.stop).finish_non_exhaustive()
    }
}

impl Front {
    /// A front that hears and is never told anything, with the means to stop it.
    pub fn of(
        tell: impl Fn(Progress) + Send + Sync + 'static,
        calls: Sink,
        answers: UnboundedReceiver<Answer>,
    ) -> Self {
        Self { tell: Box::new(tell), calls, stop: CancellationToken::new(), answers }
    }

    fn say(&self, progress: Progress) {
        (self.tell)(progress);
    }

    fn calls(&self) -> Sink {
        Arc::clone(&self.calls)
    }
}
