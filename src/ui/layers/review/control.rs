//! Applying a plan from its review: what must hold first, going on, taking back, leaving.

use super::confirm::Confirm;
use super::{Phase, Review, enabled, result};
use crate::backend::apply::{Answer, Job, Resumes};
use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::input::{AppAction, Nav, Scope, WorkAction};
use crate::plan::journal::Begin;
use crate::plan::{Ask, Plan, SecretFrom, Step, Work};
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::message::UiMessage;
use crate::ui::page::{SessionStatus, View};
use crate::ui::runs::Live;

impl Review {
    /// Why the plan cannot be applied here.
    pub(super) fn refusal(&self, view: &View<'_>) -> Option<UserError> {
        if let Some(reason) = view.read_only {
            let told = UserError::new(format!("This session is read-only, so the plan cannot be applied: {reason}"));
            return Some(told.hint(format!("Copy the plan as code. {}", reason.way_out())));
        }
        if self.plan.steps.is_empty() {
            return Some(UserError::new("The plan has no steps."));
        }
        if view.book.is_none() || view.account.identity().is_none() {
            return Some(unidentified(view));
        }
        if self.is_loosening(view) {
            let told = UserError::new("Loading who uses the policies that are deleted.");
            return Some(told.hint("The plan is complete in a moment."));
        }
        if let Some(live) = view.runs.going().filter(|live| Some(&live.run.id) != self.run.as_ref()) {
            let told = UserError::new(format!("Another plan is being applied: {}", live.run.plan().title));
            return Some(told.hint("Wait until it is finished; `:journal` shows it."));
        }
        None
    }

    /// The secrets that must be typed still: those of steps that are not done.
    pub(super) fn missing(&self, view: &View<'_>) -> Vec<(String, String)> {
        let live = self.live(view);
        let held = |step: &Step, name: &str| {
            self.secrets.iter().any(|held| held.step == step.id && held.name == name)
                || live.is_some_and(|live| live.secret(&step.id, name).is_some())
        };
        let open = |step: &&Step| live.is_none_or(|live| live.run.gives(&step.id).is_none());
        let mut missing = Vec::new();
        for step in self.plan.steps.iter().filter(open) {
            for (name, from) in step.call().into_iter().flat_map(crate::plan::Call::secrets) {
                if from == SecretFrom::Prompt && !held(step, name) {
                    missing.push((step.id.clone(), name.to_owned()));
                }
            }
        }
        missing
    }

    /// Asks at once for the word that the plan wants, so that it can be typed where it is expected: as a command
    /// of the review, its letters would copy the plan, or write it to a file.
    pub(super) fn ask_word(&mut self, view: &View<'_>) {
        let is_new = !self.asked && self.run.is_none() && matches!(self.phase, Phase::Reading);
        if is_new && self.plan.confirmation().is_some() && self.refusal(view).is_none() {
            self.asked = true;
            self.start(view);
        }
    }

    /// Applies the plan or goes on with the run, unless something must be typed first.
    pub(super) fn start(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        if let Some(told) = self.refusal(view) {
            return vec![UiEffect::Say(Notice { told, tone: Tone::Failed })];
        }
        self.guard(view);
        let missing = self.missing(view);
        let rest = self.begun(view).map(|live| live.run.rest());
        let word = rest.as_ref().unwrap_or(&self.plan).confirmation().filter(|_| !self.confirmed);
        if word.is_some() || !missing.is_empty() {
            let account = view.book.as_ref().map(|book| format!("account {} on {}", book.account, book.endpoint));
            self.phase = Phase::Confirming(Confirm::new(word, missing, account.unwrap_or_default()));
            return Vec::new();
        }
        self.apply(None, view)
    }

    pub(super) fn apply(&mut self, reason: Option<String>, view: &View<'_>) -> Vec<UiEffect> {
        let (Some(book), Some(identity)) = (view.book.clone(), view.account.identity()) else { return Vec::new() };
        self.phase = Phase::Reading;
        self.confirmed = true;
        self.confirms = 0;
        self.turn(0);
        let live = self.live(view);
        let (run, begin, resumes) = if let Some(Live { run, .. }) = live.filter(|live| live.has_begun()) {
            let begin = Begin { on_error: self.on_error, ..run.begin.clone() };
            (run.id.clone(), begin, Resumes::GoOn(Box::new(run.clone())))
        } else {
            let plan = Plan { guards: Vec::new(), ..self.plan.clone() }.made_on(book.beside_aws(), view.now);
            let (caller, undoes) = (identity.arn.to_string(), self.undoes.clone());
            (
                view.runs.next_id(view.now),
                Begin { plan, caller, undoes, reason, on_error: self.on_error },
                Resumes::Nothing,
            )
        };
        let mut secrets = self.secrets.clone();
        secrets.extend(live.into_iter().flat_map(|live| live.secrets.iter().map(|(held, _)| held.clone())));
        self.run = Some(run.clone());
        self.applied = true;
        vec![UiEffect::Apply(Box::new(Job { run, book, begin, resumes, secrets, unsure: self.unsure.clone() }))]
    }

    /// Gives up at a question: the run ends, and what it did is taken back at once, as the review said.
    pub(super) fn give_up(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.live(view) else { return Vec::new() };
        let answer = UiEffect::Answer(live.run.id.clone(), Answer::GiveUp);
        self.phase = Phase::Reading;
        std::iter::once(answer).chain(self.take_back(view)).collect()
    }

    /// Takes back what the run did, without asking again; once that is done, both reviews are left.
    pub(super) fn take_back(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.live(view) else { return Vec::new() };
        let mut undo = Self::undo(&live.run);
        if undo.plan.steps.is_empty() {
            return Vec::new();
        }
        self.gave_up = true;
        let mut effects = undo.apply(None, view);
        effects.push(UiEffect::Open(Box::new(undo)));
        effects
    }

    /// Whether the run made an MFA device that only its last step makes of use: left alone, it would belong
    /// to nobody and block its name.
    pub(super) fn is_half_made(&self, live: &Live) -> bool {
        let asks = |step: &Step| matches!(step.work, Work::Ask(Ask::MfaCodes { .. }));
        let own = self.plan.steps.iter().any(asks) && !self.gave_up && self.applied;
        own && live.can_undo() && !live.is_complete()
    }

    /// What is read until it confirms what the run made.
    pub(super) fn unconfirmed(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        let Some(live) = self.begun(view) else { return Vec::new() };
        result::wants(live, view).into_iter().chain(enabled::wants(live, view)).collect()
    }

    /// What a question is about, and changes while it is asked.
    pub(super) fn watched(&self) -> Option<[Load; 2]> {
        if let Phase::Asking(question) = &self.phase { question.watched() } else { None }
    }

    /// Opens the review of the way back; what is not known is found out first, where the way depends on it.
    pub(super) fn roll_back(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.begun(view) else { return Vec::new() };
        match view.book.as_ref().filter(|_| live.can_undo() && live.run.is_open_to_doubt() && view.read_only.is_none())
        {
            Some(book) => {
                let (run, begin) = (live.run.id.clone(), live.run.begin.clone());
                let resumes = Resumes::FindOut(Box::new(live.run.clone()));
                self.takes_back = true;
                let book = book.clone();
                vec![UiEffect::Apply(Box::new(Job {
                    run,
                    book,
                    begin,
                    resumes,
                    secrets: Vec::new(),
                    unsure: Vec::new(),
                }))]
            }
            None if live.can_undo() => vec![UiEffect::Open(Box::new(Self::undo(&live.run)))],
            None => Vec::new(),
        }
    }

    /// Why the review cannot be left without being asked: what goes on, or would be lost.
    pub(super) fn unleavable(&self, view: &View<'_>) -> Option<UserError> {
        let live = self.begun(view)?;
        if live.going || self.is_half_made(live) {
            return Some(UserError::new("The plan is being applied.").hint("Leave the review first, with Esc."));
        }
        let ways =
            [WorkAction::Reveal.action(), WorkAction::Copy.action(), WorkAction::Save.action(), Nav::Back.action()]
                .map(|action| view.keymap.shown(Scope::Review, action));
        let [show, copy, save, leave] = ways;
        result::rows(live, view).iter().any(result::Row::is_unseen).then(|| {
            UserError::new("A secret was not shown, copied or saved yet.").hint(format!(
                "{show} shows it, {copy} copies it, {save} saves it to a file; {leave} twice leaves without it."
            ))
        })
    }

    /// Closes the review of a plan that was applied; a secret that nobody has seen keeps it open.
    pub(super) fn close(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        match self.unleavable(view) {
            Some(told) => vec![UiEffect::Say(Notice { told, tone: Tone::Info })],
            None => self.leave(view),
        }
    }

    pub(super) fn leave(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.begun(view) else { return vec![UiEffect::Close] };
        let say = |text: &str| vec![UiEffect::Say(Notice::new(text, Tone::Info))];
        if live.going && live.asks.is_none() {
            return say("The plan is being applied. ctrl-c stops after the current step.");
        }
        if self.is_half_made(live) {
            if self.leaving {
                return self.take_back(view);
            }
            self.leaving = true;
            return say("Esc again leaves; the new device is deleted.");
        }
        let lost = result::rows(live, view).iter().any(result::Row::is_unseen);
        if (lost || live.going) && !self.leaving {
            self.leaving = true;
            return say(if lost {
                "Esc again leaves; a secret that was not shown, copied or saved is lost."
            } else {
                "Esc again leaves; the plan can be continued from the journal."
            });
        }
        let run = live.run.id.clone();
        let close = if live.is_complete() {
            UiEffect::CloseWith(UiMessage::Applied { run: run.clone() })
        } else {
            UiEffect::Close
        };
        let mut effects = Vec::new();
        if live.going {
            effects.push(UiEffect::StopRun(run.clone()));
        }
        effects.push(UiEffect::ForgetSecrets(run));
        effects.push(close);
        effects
    }
}

/// Why it is not known whose account it is, and what to do: nothing is applied to an account that nobody can name.
fn unidentified(view: &View<'_>) -> UserError {
    let told = UserError::new("Your identity is not known yet.");
    let key = view.keymap.shown(Scope::Global, AppAction::SignInAgain);
    match (&view.standing, view.loads.failure(&Load::Identity)) {
        (SessionStatus::Failed(_), _) | (_, Some(_)) => told.hint(format!("{key} signs in again; nothing is lost.")),
        _ => told.hint(format!("Wait until the header shows it; {key} signs in again.")),
    }
}
