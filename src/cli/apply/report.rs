//! How a run goes, told step by step or as one object at its end.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::secrets::Keep;
use crate::backend::apply::Progress;
use crate::base::clock::Clock;
use crate::base::error::UserError;
use crate::cli::Outcome;
use crate::cli::output::{Format, Output};
use crate::plan::Step;
use crate::plan::journal::{End, Event, Outcome as Went, Pace, Run, State};

/// A run, as it is told.
pub(super) struct Report {
    run: Run,
    keep: Keep,
    format: Format,
    /// The flags that name the account, for what to type next.
    account: String,
    begun: bool,
    clock: Clock,
    /// How fast it goes, and when that was last told.
    pace: Option<(Pace, Timestamp)>,
}

/// A plan of so many steps tells how far it has come instead of what it sends.
const LONG: usize = 50;

/// How often.
const EVERY: SignedDuration = SignedDuration::from_secs(2);

impl Report {
    pub(super) fn new(run: Run, keep: Keep, format: Format, account: String, clock: Clock) -> Self {
        Self { run, keep, format, account, begun: false, clock, pace: None }
    }

    /// What to type to resume the run, with the flags that find its journal.
    pub(super) fn resume(&self) -> String {
        format!("iamtui apply{} --resume {}", self.account, self.run.id)
    }

    /// Whether the journal has it.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Takes in what the run says.
    pub(super) fn take(&mut self, progress: Progress, out: &mut Output) -> Result<(), UserError> {
        match progress {
            Progress::Event(event) => self.event(event, out),
            Progress::Trying { step, tries, why } => {
                out.say(&format!("not yet: {} ({why}), tried {tries} times", self.title(&step)));
                Ok(())
            }
            Progress::Secret(held) => self.keep.take(&held, out),
            Progress::Asks { .. } | Progress::Refused(_) => Ok(()),
        }
    }

    fn event(&mut self, event: Event, out: &mut Output) -> Result<(), UserError> {
        self.begun = true;
        let mut kept = Ok(());
        if let Event::Intent { step } = &event
            && self.format == Format::Text
        {
            // A slow service is not a silent command, and a long plan tells how far it has come.
            match self.progress() {
                Some(Ok(told)) => out.say(&told),
                Some(Err(())) => {}
                None => out.say(&format!("sending  {}", self.title(step))),
            }
        }
        if let Event::Result { step, outcome } = &event {
            let title = self.title(step);
            let line = match outcome {
                Went::Done(gives) => {
                    if let Some(step) = self.run.plan().step(step) {
                        kept = self.keep.beside(step, gives);
                    }
                    format!("done     {title}")
                }
                Went::Already(_) => format!("already  {title}"),
                Went::Lost(_) => {
                    format!("lost     {title}: it was done, but its answer never came, and the secret with it")
                }
                Went::Failed { code, message } => format!("failed   {title}: {code}: {message}"),
                Went::Unsure { message } => format!("unsure   {title}: {message}"),
            };
            if self.format == Format::Text {
                out.text(&line);
                out.flush();
            }
        }
        self.run.take(event);
        kept
    }

    /// How far a long plan has come, where it is time to tell it; nothing for a short one.
    fn progress(&mut self) -> Option<Result<String, ()>> {
        let total = self.run.plan().steps.len();
        if total < LONG {
            return None;
        }
        let (now, done) = (self.clock.now(), self.run.done());
        let (pace, told) = self.pace.get_or_insert((Pace::new(now, done), now));
        if now.duration_since(*told) < EVERY {
            return Some(Err(()));
        }
        *told = now;
        let pace = pace.told(now, done, total).map(|pace| format!(": {pace}")).unwrap_or_default();
        Some(Ok(format!("{done} of {total} steps done{pace}")))
    }

    fn title(&self, step: &str) -> String {
        self.run.plan().step(step).map_or_else(|| step.to_owned(), Step::title)
    }

    /// Tells how it ended and what can be done next.
    pub(super) fn end(self, out: &mut Output) -> Outcome {
        let resume = self.resume();
        let Self { run, keep, format, account, .. } = self;
        keep.close(out);
        if format == Format::Json {
            out.json(&whole(&run));
        }
        let id = &run.id;
        if run.end == Some(End::Complete) {
            let undo = format!("; undo it with: iamtui apply{account} --undo {id}");
            out.say(&format!("run {id} is complete{}", if run.is_undoable() { undo.as_str() } else { "" }));
            return Outcome::Fine;
        }
        let lost: Vec<&Step> = run.plan().steps.iter().filter(|step| !run.lost(step).is_empty()).collect();
        for step in &lost {
            let deletes = run.lost(step).iter().map(Step::title).collect::<Vec<_>>().join(", ");
            out.say(&format!("the secret of “{}” is lost; resuming first does this: {deletes}", step.title()));
        }
        let failed = run.plan().steps.iter().filter(|step| matches!(run.state(&step.id), State::Failed { .. })).count();
        if failed > 1 {
            let (done, total) = (run.done(), run.plan().steps.len());
            out.say(&format!("{done} of {total} steps done, {failed} failed, {} not sent", total - done - failed));
        }
        out.say(&format!("run {id} stopped; resume it with: {resume}"));
        if run.is_undoable() {
            out.say(&format!("or undo what it did with: iamtui apply{account} --undo {id}"));
        }
        Outcome::Incomplete
    }
}

/// The run as one object.
pub(super) fn whole(run: &Run) -> Value {
    let steps: Vec<Value> = run
        .plan()
        .steps
        .iter()
        .map(|step| {
            let mut row = Map::new();
            row.insert("id".to_owned(), step.id.clone().into());
            let state = match run.state(&step.id) {
                State::Waiting => "waiting",
                State::Unsure => "unsure",
                State::Done(_) => "done",
                State::Already(_) => "already",
                State::Lost(gives) => {
                    row.insert("gives".to_owned(), gives.clone().into());
                    "lost"
                }
                State::Failed { code, message } => {
                    row.insert("code".to_owned(), code.clone().into());
                    row.insert("message".to_owned(), message.clone().into());
                    "failed"
                }
            };
            row.insert("state".to_owned(), state.into());
            if let Some(gives) = run.gives(&step.id).filter(|gives| !gives.is_empty()) {
                row.insert("gives".to_owned(), gives.clone().into());
            }
            row.into()
        })
        .collect();
    json!({ "run": run.id, "title": run.plan().title, "end": how(run), "steps": steps })
}

/// How a run ended, in a word; one that did not was cut off.
pub(in crate::cli) fn how(run: &Run) -> &'static str {
    match run.end {
        Some(End::Complete) => "complete",
        Some(End::Failed) => "failed",
        Some(End::Cancelled) => "cancelled",
        None => "cut off",
    }
}
