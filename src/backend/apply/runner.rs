//! The runner: one step after the other, each journaled before it is sent and after it was answered.

use std::collections::HashMap;
use std::io;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::checks::{Checked, Checks, not_known_whose};
use super::skips::Skips;
use super::{Answer, Front, Held, Job, Progress, Resumes, found, linked, retry};
use crate::api::{ChangeKind, Iam};
use crate::backend::run::Run as Calls;
use crate::backend::{Session, Urgency, gate};
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::model::{ErrorKind, LoadError};
use crate::plan::call::Output;
use crate::plan::journal::{End, Entry, Event, Journal, Outcome, Run, State, gives_secrets, secrets_apart};
use crate::plan::password::Rules;
use crate::plan::{Ask, Call, SecretFrom, Step, Work};

/// Why no further step is sent.
enum Halt {
    /// The run ends so.
    End(End),
    /// Nothing can be journaled any more.
    Journal(io::Error),
}

/// Applies a plan, or goes on with a run that stopped.
///
/// It returns when every step is done, one has failed, somebody stopped it, or the journal cannot be written.
pub async fn apply(session: &Session, job: Job, journal: Box<dyn Journal>, front: Front) {
    let calls = session.run(Urgency::Now, None, front.calls(), CancellationToken::new());
    let (now, finds_out) = (calls.clock.now(), matches!(job.resumes, Resumes::FindOut(_)));
    let (resumes, on_error) = (job.resumes != Resumes::Nothing, job.begin.on_error);
    let (run, begin) = match job.resumes {
        Resumes::Nothing => {
            let begin = Event::Begin(Box::new(job.begin.clone()));
            (Run::new(job.run, now, job.begin), begin)
        }
        Resumes::GoOn(run) | Resumes::FindOut(run) => (*run, Event::Resume),
    };
    let skips = Skips::new(on_error);
    let mut runner = Runner {
        checks: Checks::of(&run, resumes),
        session,
        calls,
        front,
        journal: Some(journal),
        run,
        secrets: job.secrets,
        unsure: job.unsure,
        given: HashMap::new(),
        rules: None,
        skips,
    };
    if let Some(reason) = &session.connection().read_only {
        let first = runner.run.plan().steps.iter().find_map(Step::call).map_or("", |call| call.operation().name());
        return runner.front.say(Progress::Refused(gate::refused(reason, first).user_error()));
    }
    let end = match runner.write(begin).await {
        Ok(()) if finds_out => runner.find_out().await,
        Ok(()) => runner.steps().await,
        Err(halt) => Err(halt),
    };
    let end = match end {
        Ok(()) => runner.write(Event::End(End::Complete)).await,
        Err(Halt::End(end)) => runner.write(Event::End(end)).await,
        Err(halt) => Err(halt),
    };
    if let Err(Halt::Journal(error)) = end {
        let told = UserError::new(format!("the journal cannot be written: {error}")).hint(
            "Nothing more was sent. Free some disk space or make the folder writable, then continue from the journal.",
        );
        runner.front.say(Progress::Refused(told));
    }
}

/// How a try of a step ended.
struct Tried {
    outcome: Outcome,
    /// Whether somebody stopped the run while it waited for the next try.
    stopped: bool,
}

impl Tried {
    fn at(outcome: Outcome) -> Self {
        Self { outcome, stopped: false }
    }
}

struct Runner<'a> {
    session: &'a Session,
    /// What the plan saw and its steps have left behind.
    checks: Checks,
    calls: Calls,
    front: Front,
    /// Out of hand only while it is written.
    journal: Option<Box<dyn Journal>>,
    run: Run,
    secrets: Vec<Held>,
    unsure: Vec<String>,
    /// What is not written down: secret outputs, and answers.
    given: HashMap<(String, String), Value>,
    rules: Option<Rules>,
    skips: Skips,
}

impl Runner<'_> {
    /// Writes an event where it cannot be lost any more, and only then tells it.
    async fn write(&mut self, event: Event) -> Result<(), Halt> {
        let entry = Entry { run: self.run.id.clone(), at: self.calls.clock.now(), event: event.clone() };
        let lost = || Halt::Journal(io::Error::other("a write has crashed"));
        let mut journal = self.journal.take().ok_or_else(lost)?;
        // The disk may take its time: the other tasks of this thread need not wait for it.
        let write = move || {
            let result = journal.write(&entry);
            (journal, result)
        };
        let (journal, result) = tokio::task::spawn_blocking(write).await.map_err(|_| lost())?;
        self.journal = Some(journal);
        self.run.take(event.clone());
        // What was answered is told even where it could not be written: it has happened.
        if result.is_ok() || matches!(event, Event::Result { .. }) {
            self.front.say(Progress::Event(event));
        }
        result.map_err(Halt::Journal)
    }

    async fn steps(&mut self) -> Result<(), Halt> {
        for step in self.run.plan().steps.clone() {
            if self.run.gives(&step.id).is_some() && !self.is_asked_again(&step) {
                continue;
            }
            if self.front.stop.is_cancelled() {
                return Err(Halt::End(End::Cancelled));
            }
            match &step.work {
                Work::Ask(ask) => self.ask(&step, ask, None).await?,
                Work::Call(_) if self.skips.holds_back(&step) => {}
                Work::Call(call) => match self.whole_step(&step, call).await {
                    Err(Halt::End(End::Failed)) if self.skips.takes(&step, self.run.state(&step.id)) => {}
                    result => {
                        result?;
                        self.skips.went_well();
                    }
                },
            }
        }
        if self.skips.is_empty() { Ok(()) } else { Err(Halt::End(End::Failed)) }
    }

    /// Sends a step; one that lost its secret is undone first.
    async fn whole_step(&mut self, step: &Step, call: &Call) -> Result<(), Halt> {
        for back in self.run.lost(step) {
            let Work::Call(call) = &back.work else { continue };
            self.step(&back, call).await?;
        }
        self.step(step, call).await
    }

    /// Finds out which unsure steps were done all the same, and leaves the run stopped as it was.
    async fn find_out(&mut self) -> Result<(), Halt> {
        for step in self.run.plan().steps.clone() {
            let Some(call) = step.call().filter(|_| *self.run.state(&step.id) == State::Unsure) else { continue };
            // A call that waits for outputs of others was never sent as it stands here.
            let Ok(call) = call.filled(|output| self.value(output)) else { continue };
            if let Some(gives) = self.found(&call, false).await {
                let outcome = self.found_out(&step, &call, gives);
                self.write(Event::Result { step: step.id.clone(), outcome }).await?;
            }
        }
        Err(Halt::End(End::Failed))
    }

    /// Whether a question was answered before the run stopped, and the answer is needed still.
    fn is_asked_again(&self, step: &Step) -> bool {
        let waiting = self.run.plan().steps.iter().filter(|other| self.run.gives(&other.id).is_none());
        matches!(step.work, Work::Ask(_))
            && waiting.filter_map(Step::call).any(|call| call.outputs().iter().any(|taken| taken.step == step.id))
    }

    async fn ask(&mut self, step: &Step, ask: &Ask, again: Option<UserError>) -> Result<(), Halt> {
        self.write(Event::Intent { step: step.id.clone() }).await?;
        self.front.say(Progress::Asks { step: step.id.clone(), ask: ask.clone(), again });
        let answer = tokio::select! {
            biased;
            () = self.front.stop.cancelled() => None,
            answer = self.front.answers.recv() => answer,
        };
        match answer {
            // The question stays open: whoever goes on with the run is asked again.
            None => Err(Halt::End(End::Cancelled)),
            Some(Answer::GiveUp) => {
                let outcome = Outcome::Failed { code: "given up".to_owned(), message: String::new() };
                self.write(Event::Result { step: step.id.clone(), outcome }).await?;
                Err(Halt::End(End::Cancelled))
            }
            Some(Answer::Given(values)) => {
                self.checks.waited();
                for (name, value) in values {
                    self.given.insert((step.id.clone(), name), value.reveal().into());
                }
                self.write(Event::Result { step: step.id.clone(), outcome: Outcome::Done(Map::new()) }).await
            }
        }
    }

    /// Sends one step until it is done or cannot be.
    async fn step(&mut self, step: &Step, call: &Call) -> Result<(), Halt> {
        let was_unsure = *self.run.state(&step.id) == State::Unsure || self.unsure.contains(&step.id);
        loop {
            self.write(Event::Intent { step: step.id.clone() }).await?;
            let Tried { outcome, stopped } = self.attempt(step, call, was_unsure).await;
            let failed = match &outcome {
                Outcome::Failed { code, message } => Some((code.clone(), message.clone())),
                _ => None,
            };
            let good = matches!(outcome, Outcome::Done(_) | Outcome::Already(_));
            if let Outcome::Done(gives) | Outcome::Already(gives) = &outcome
                && let Ok(filled) = call.filled(|output| self.value(output))
            {
                self.checks.done(step, &filled, gives, &self.run);
            }
            self.write(Event::Result { step: step.id.clone(), outcome }).await?;
            if good {
                return Ok(());
            }
            // A code that was typed wrong or too late is asked for again; nothing was changed.
            match (failed, self.asked_by(call)) {
                (Some((code, message)), Some((asking, ask))) if code.starts_with("InvalidAuthenticationCode") => {
                    let again = UserError::new(message).hint("Wait for the next code and enter two in a row.");
                    self.ask(&asking, &ask, Some(again)).await?;
                }
                _ => return Err(Halt::End(if stopped { End::Cancelled } else { End::Failed })),
            }
        }
    }

    /// Tries a step, unless an earlier try has done it already.
    async fn attempt(&mut self, step: &Step, call: &Call, was_unsure: bool) -> Tried {
        let mut is_free = false;
        if let Ok(filled) = call.filled(|output| self.value(output)) {
            if was_unsure && let Some(gives) = self.found(&filled, false).await {
                return Tried::at(self.found_out(step, &filled, gives));
            }
            let checked = self.checks.check(self.session, &self.front, &self.run, step, &filled, was_unsure).await;
            match checked {
                Checked::Go { is_free: free } => is_free = free,
                Checked::Done => return Tried::at(Outcome::Done(Map::new())),
                Checked::Stop(outcome) => {
                    return Tried { outcome, stopped: self.front.stop.is_cancelled() };
                }
            }
        }
        match self.filled(step, call).await {
            Ok((filled, secrets)) => self.send(step, &filled, secrets, was_unsure, is_free).await,
            Err(outcome) => Tried::at(outcome),
        }
    }

    /// What it means that a call whose answer never came was made: its secret may be lost.
    fn found_out(&self, step: &Step, call: &Call, gives: Map<String, Value>) -> Outcome {
        let is_held = |name: &str| self.secrets.iter().any(|held| held.step == step.id && held.name == name);
        let generated = step.call().into_iter().flat_map(Call::secrets);
        let lost = generated.filter(|(_, from)| *from == SecretFrom::Generate).any(|(name, _)| !is_held(name));
        if lost || gives_secrets(call) { Outcome::Lost(gives) } else { Outcome::Done(gives) }
    }

    /// The question that a call takes its answers from.
    fn asked_by(&self, call: &Call) -> Option<(Step, Ask)> {
        call.outputs().iter().find_map(|taken| {
            let step = self.run.plan().step(taken.step)?;
            if let Work::Ask(ask) = &step.work { Some((step.clone(), ask.clone())) } else { None }
        })
    }

    /// The call with what earlier steps gave and with its secrets; and those secrets that are worth showing.
    async fn filled(&mut self, step: &Step, call: &Call) -> Result<(Call, Vec<Held>), Outcome> {
        let mut filled = call.filled(|output| self.value(output))?;
        let mut shown = Vec::new();
        for (name, from) in call.secrets().map(|(name, from)| (name.to_owned(), from)).collect::<Vec<_>>() {
            let held = self.secrets.iter().find(|held| held.step == step.id && held.name == name).cloned();
            let value = match (held, from) {
                (Some(held), _) => held.value.clone(),
                (None, SecretFrom::Generate) => self.generate().await?,
                (None, SecretFrom::Prompt | SecretFrom::File) => {
                    let message = format!("`{name}` was not entered; it is kept nowhere");
                    return Err(Outcome::Failed { code: "secret missing".to_owned(), message });
                }
            };
            filled = filled.with(&name, value.reveal());
            let held = Held { step: step.id.clone(), name, value };
            if from == SecretFrom::Generate || call.iam() == Some(Iam::CreateLoginProfile) {
                shown.push(held.clone());
            }
            if !self.secrets.contains(&held) {
                self.secrets.push(held);
            }
        }
        Ok((filled, shown))
    }

    fn value(&self, output: Output<'_>) -> Result<Value, Outcome> {
        let key = (output.step.to_owned(), output.field.to_owned());
        let told = || self.run.gives(output.step).and_then(|gives| gives.get(output.field));
        self.given.get(&key).or_else(told).cloned().ok_or_else(|| Outcome::Failed {
            code: "output missing".to_owned(),
            message: format!("`{}` did not give `{}`", output.step, output.field),
        })
    }

    /// A password that the account's policy accepts; one that cannot be read is met by all kinds of characters.
    async fn generate(&mut self) -> Result<Secret, Outcome> {
        let rules = if let Some(rules) = self.rules {
            rules
        } else {
            let calls = &self.calls;
            let send = || calls.clients.iam.get_account_password_policy().send();
            let answer = calls.call(Iam::GetAccountPasswordPolicy, send).await.ok();
            let policy = answer.as_ref().and_then(|answer| answer.password_policy());
            Rules::of(policy.map(crate::backend::convert::password_policy).as_ref())
        };
        self.rules = Some(rules);
        rules
            .make(getrandom::fill)
            .map_err(|error| Outcome::Failed { code: "no randomness".to_owned(), message: error.to_string() })
    }

    /// Sends a call, again where the refusal passes. Its secrets are told once they may be in force.
    async fn send(&mut self, step: &Step, call: &Call, secrets: Vec<Held>, was_unsure: bool, is_free: bool) -> Tried {
        let tell = |front: &Front| {
            if !secrets.is_empty() {
                front.say(Progress::Secret(secrets.clone()));
            }
        };
        let mut tries = 0;
        loop {
            let sent = self.session.send(call, &self.front.calls()).await;
            tries += 1;
            let error = match sent {
                Ok(gives) => {
                    tell(&self.front);
                    if let Some(task) = gives.get("DeletionTaskId").and_then(Value::as_str)
                        && let Some(outcome) = linked::refusal(&self.calls, task, &self.front.stop).await
                    {
                        return Tried { outcome, stopped: self.front.stop.is_cancelled() };
                    }
                    return Tried::at(self.done(step, call, gives));
                }
                Err(error) => error,
            };
            if was_unsure && is_done_already(&error, call) {
                // What this try would have set is not what the earlier one did.
                let gives = self.found(call, false).await;
                let created = call.creates(self.run.home().as_ref());
                return Tried::at(match (gives, created) {
                    (Some(gives), _) => self.found_out(step, call, gives),
                    (None, Some(made)) => not_known_whose(&made, "not known"),
                    (None, None) => Outcome::Already(Map::new()),
                });
            }
            let why = error.word().into_string();
            if is_unsure(&error) {
                tell(&self.front);
                self.front.say(Progress::Trying { step: step.id.clone(), tries: 1, why });
                let gives = self.found(call, is_free).await;
                let message = error.user_error().message;
                return Tried::at(match gives {
                    Some(gives) => self.found_out(step, call, gives),
                    None => Outcome::Unsure { message },
                });
            }
            let endpoint = self.session.connection().endpoint.as_deref();
            let failed = Outcome::Failed { code: why.clone(), message: message(&error) };
            let Some(wait) = retry::wait(&error, call, &self.run, endpoint, tries) else { return Tried::at(failed) };
            let tries = u32::try_from(tries).unwrap_or(u32::MAX);
            self.front.say(Progress::Trying { step: step.id.clone(), tries, why });
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.front.stop.cancelled() => return Tried { outcome: failed, stopped: true },
            }
        }
    }

    async fn found(&self, call: &Call, is_free: bool) -> Option<Map<String, Value>> {
        found::found(&self.calls, call, self.run.at, &self.run.begin.caller, is_free).await
    }

    fn done(&mut self, step: &Step, call: &Call, gives: Map<String, Value>) -> Outcome {
        let (kept, secret) = secrets_apart(call, gives);
        let mut shown = Vec::new();
        for (name, value) in secret {
            if let Some(text) = value.as_str() {
                shown.push(Held { step: step.id.clone(), name: name.clone(), value: Secret::new(text) });
            }
            self.given.insert((step.id.clone(), name), value);
        }
        if !shown.is_empty() {
            self.front.say(Progress::Secret(shown));
        }
        Outcome::Done(kept)
    }
}

/// Whether a call that failed so may have been made all the same.
fn is_unsure(error: &LoadError) -> bool {
    matches!(error.kind, ErrorKind::Broken | ErrorKind::Timeout | ErrorKind::Garbled | ErrorKind::Failed)
}

/// Whether an error says that there is nothing left to do.
fn is_done_already(error: &LoadError, call: &Call) -> bool {
    match error.code.as_deref().unwrap_or_default().trim_end_matches("Exception") {
        "EntityAlreadyExists" | "DuplicateSSHPublicKey" | "DuplicateCertificate" => {
            matches!(call.change_kind(), Some(ChangeKind::Create | ChangeKind::Enable))
        }
        "NoSuchEntity" => {
            matches!(
                call.change_kind(),
                Some(
                    ChangeKind::Delete
                        | ChangeKind::Detach
                        | ChangeKind::Remove
                        | ChangeKind::Disable
                        | ChangeKind::Untag
                )
            )
        }
        _ => false,
    }
}

/// What a refusal says: which permission is missing, else the service's own words.
fn message(error: &LoadError) -> String {
    match (&error.kind, &error.detail) {
        (ErrorKind::Denied(_), _) | (_, None) => error.user_error().message,
        (_, Some(detail)) => detail.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: ErrorKind, code: &str, unsure: bool) {
        let code = (!code.is_empty()).then(|| code.into());
        let error = LoadError { code, ..LoadError::new(kind, "CreateUser") };
        assert_eq!(is_unsure(&error), unsure, "{error:?}");
    }

    #[test]
    fn only_an_answer_that_says_so_means_that_nothing_was_changed() {
        check(ErrorKind::Broken, "", true);
        check(ErrorKind::Timeout, "", true);
        check(ErrorKind::Failed, "ServiceFailure", true);
        check(ErrorKind::Unsupported, "501", false);
        check(ErrorKind::Service, "EntityAlreadyExists", false);
        check(ErrorKind::Unreachable, "", false);
        check(ErrorKind::Throttled, "Throttling", false);
    }

    #[test]
    fn nothing_left_to_do_is_told_by_the_fitting_error_only() {
        let error = |code: &str| LoadError { code: Some(code.into()), ..LoadError::new(ErrorKind::Service, "") };
        assert!(is_done_already(&error("EntityAlreadyExists"), &Call::create_user("a")));
        assert!(is_done_already(&error("NoSuchEntity"), &Call::delete_user("a")));
        assert!(!is_done_already(&error("NoSuchEntity"), &Call::add_user_to_group("g", "a")));
        assert!(!is_done_already(&error("EntityAlreadyExists"), &Call::delete_user("a")));
    }
}
