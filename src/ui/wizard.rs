//! Guided work: steps of fields, then the one review.
//!
//! A wizard calls nothing. Its last step hands a plan to the review, which comes back without a loss: every
//! answer is kept until the wizard itself is left. What it wants to be read now must be read before it ends;
//! what it wants later only makes its lists richer.

use std::fmt;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use crate::backend::{Load, Urgency};
use crate::base::error::UserError;
use crate::effect::BackgroundTask;
use crate::input::{Action, AppAction, Context, FormAction, Nav, Scope, When};
use crate::message::TaskResult;
use crate::model::LoadError;
use crate::theme::Look;

use super::draft;
use super::effect::{Notice, Tone, UiEffect};
use super::form::{Acted, Form};
use super::frame::Frame;
use super::layer::{Layer, Unfinished, Want, Work};
use super::layout::{inner, split_top};
use super::message::{MenuId, UiMessage};
use super::page::{SessionStatus, View};
use super::widgets::failure::wrap;
use super::widgets::panel::panel;

/// What is special about one wizard: its steps, what they offer, and what comes of them.
///
/// The answers live in the forms, which the wizard keeps; a flow reads them.
pub trait Flow: fmt::Debug + Send {
    /// What it does, as the console writes it.
    fn title(&self) -> &str;

    /// Its steps, in order, as they begin.
    fn forms(&self) -> Vec<Form>;

    /// Brings what the steps offer, ask and object to up to date with the answers and the account.
    fn settle(&mut self, forms: &mut [Form], view: &View<'_>);

    /// What it needs to be read: now, before it can end; later, to offer more.
    fn wants(&self) -> Vec<(Load, Urgency)> {
        Vec::new()
    }

    /// What the last step leads to, as its tab says.
    fn leads_to(&self) -> &'static str {
        "Review"
    }

    /// What happens after the last step: a review, or an outcome.
    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<UiEffect>, UserError>;

    /// Takes the result of a layer that it opened, other than its own review, or of a background task.
    fn on_message(&mut self, _forms: &mut [Form], _message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        Vec::new()
    }

    /// What it wants done outside before it can offer all that it offers; asked for once.
    fn task(&self) -> Option<BackgroundTask> {
        None
    }

    /// What is offered once its plan was carried out.
    fn after(&self, _forms: &[Form]) -> Option<Box<dyn Layer>> {
        None
    }

    /// What can be made on the way, for the field of this id.
    fn inside(&self, _field: &str, _view: &View<'_>) -> Option<Box<dyn Layer>> {
        None
    }

    /// Whether something can be made on the way for the field of this id.
    fn has_inside(&self, _field: &str) -> bool {
        false
    }

    /// What tells it from other wizards, so that unfinished answers come back to this one; none: there is nothing to
    /// keep.
    fn draft(&self) -> Option<String> {
        Some(self.title().to_owned())
    }

    /// What a draft keeps beside the answers.
    fn extra(&self) -> Value {
        Value::Null
    }

    /// Takes back what a draft kept beside the answers.
    fn restore(&mut self, _extra: &Value) {}
}

/// A wizard on the screen.
#[derive(Debug)]
pub struct Wizard<F: Flow> {
    flow: F,
    forms: Vec<Form>,
    /// The answers before anybody has answered.
    blank: Value,
    step: usize,
    /// Esc was pressed on answers; a second one leaves.
    leaving: bool,
    /// The last step was left while something had to be read first.
    waiting: bool,
    /// It only tells what is read, and makes room for the review.
    asks_nothing: bool,
    /// Something is made on the way: what is applied next is not this wizard's own plan.
    makes_inside: bool,
    /// A draft that was kept, until the user says what to do with it.
    kept: Option<Value>,
    /// What the flow wants done outside, until it is under way.
    task: Option<BackgroundTask>,
    /// The last step waits for a file that is read.
    reads_file: bool,
}

impl<F: Flow> Wizard<F> {
    /// A wizard at its first step.
    pub fn new(flow: F) -> Self {
        let (forms, task) = (flow.forms(), flow.task());
        let blank = answers(&forms);
        Self {
            flow,
            forms,
            blank,
            step: 0,
            leaving: false,
            waiting: false,
            asks_nothing: false,
            makes_inside: false,
            kept: None,
            task,
            reads_file: false,
        }
    }

    /// A wizard that asks nothing: it tells what is read for the plan, and goes on by itself once that is known.
    pub fn that_reads(flow: F) -> Self {
        Self { waiting: true, asks_nothing: true, ..Self::new(flow) }
    }

    /// What must be read before the wizard can end.
    fn needs(&self) -> impl Iterator<Item = Load> {
        self.flow.wants().into_iter().filter(|(_, urgency)| *urgency == Urgency::Now).map(|(load, _)| load)
    }

    /// Whether something must be read before the wizard can end; without a session, what is known is all there is.
    fn is_reading(&self, view: &View<'_>) -> bool {
        view.standing != SessionStatus::Offline && self.needs().any(|load| !view.loads.is_done(&load))
    }

    /// Why something that must be read could not be; what may not be read or cannot be here, the flow knows itself.
    fn failure<'v>(&self, view: &View<'v>) -> Option<&'v LoadError> {
        let mut failures = self.needs().filter_map(|load| view.loads.failure(&load));
        failures.find(|error| error.denial().is_none())
    }

    /// What the last step waits for, as it is said; it goes on by itself only where that may come.
    fn wait(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let key = view.keymap.shown(Scope::Global, AppAction::SignInAgain);
        let (told, tone) = match &view.standing {
            SessionStatus::Failed(_) => {
                let hint = format!("{key} signs in again; the answers stay.");
                (UserError::new("There is no session.").hint(hint), Tone::Failed)
            }
            SessionStatus::Opening => {
                let told = UserError::new("The session is still opening.")
                    .hint("This continues by itself; any key stops waiting.");
                (told, Tone::Info)
            }
            _ => {
                let told = UserError::new("Loading what the plan depends on.");
                (told.hint("This continues by itself; any key stops waiting."), Tone::Info)
            }
        };
        self.waiting = tone == Tone::Info;
        vec![UiEffect::Say(Notice { told, tone })]
    }

    /// Leaves a step forward if nothing is wrong with it.
    fn forward(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        if let Some(form) = self.forms.get_mut(self.step) {
            // What was typed to be found is meant to be picked.
            form.take_only();
            if form.is_undecided() {
                return vec![unmarked()];
            }
        }
        self.forms.iter_mut().for_each(Form::leave);
        self.flow.settle(&mut self.forms, view);
        if self.forms.get_mut(self.step).is_some_and(Form::stop_at_problem) {
            return Vec::new();
        }
        if self.step + 1 < self.forms.len() {
            self.step += 1;
            return Vec::new();
        }
        if self.is_reading(view) {
            return self.wait(view);
        }
        self.finish(view)
    }

    /// Ends with what comes of the answers. Where a read that failed may be why nothing does, it is made again.
    fn finish(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        self.makes_inside = false;
        let told = match self.flow.finish(&self.forms, view) {
            Ok(effects) => {
                self.reads_file = effects.iter().any(is_read);
                return effects;
            }
            Err(told) => told,
        };
        if self.failure(view).is_none() {
            return vec![UiEffect::Say(Notice { told, tone: Tone::Failed })];
        }
        let told = UserError::new("Loading failed; trying again.").hint("Continue when it is loaded.");
        let again = self.needs().filter(|load| view.loads.failure(load).is_some()).collect();
        vec![UiEffect::LoadAgain(again), UiEffect::Say(Notice { told, tone: Tone::Failed })]
    }

    /// What stands in the way of the end, broken into lines; one at least, empty where nothing does.
    fn trouble(&self, view: &View<'_>, width: u16) -> Vec<(String, Look)> {
        let (text, role) = match (&view.standing, self.is_reading(view), self.failure(view)) {
            (SessionStatus::Failed(told), ..) => (format!("✗ No session: {}", told.message), Look::Bad),
            (SessionStatus::Opening, ..) => ("The session is being opened …".to_owned(), Look::Unknown),
            (_, false, Some(error)) => (format!("✗ {}", error.user_error().message), Look::Bad),
            _ if view.read_only.is_some() => {
                ("Read-only session: you can copy the plan as code, but not apply it.".to_owned(), Look::Warning)
            }
            _ => (String::new(), Look::Muted),
        };
        // The form keeps most of the room: more than that is told where the read itself is shown.
        wrap(&text, width.saturating_sub(4)).into_iter().take(4).map(|line| (line, role)).collect()
    }

    /// The steps with what stands in the way, and the form below.
    fn parts(&self, inside: Rect, view: &View<'_>) -> (Rect, Rect) {
        let lines = self.trouble(view, inside.width).len();
        split_top(inside, u16::try_from(lines + 1).unwrap_or(u16::MAX))
    }

    fn back(&mut self) -> Vec<UiEffect> {
        self.forms.iter_mut().for_each(Form::leave);
        if let Some(step) = self.step.checked_sub(1) {
            self.step = step;
            return Vec::new();
        }
        if !self.leaving && self.is_touched() {
            self.leaving = true;
            let told = UserError::new("Press esc again to leave.").hint(self.leaving_keeps());
            return vec![UiEffect::Say(Notice { told, tone: Tone::Info })];
        }
        vec![UiEffect::Close]
    }

    fn is_touched(&self) -> bool {
        self.forms.iter().any(Form::is_touched)
    }

    /// What becomes of the answers of a wizard that is left.
    fn leaving_keeps(&self) -> &'static str {
        match (self.flow.draft().is_some(), self.forms.iter().any(Form::has_secret)) {
            (true, false) => "The answers are kept.",
            (true, true) => "The answers are kept, except passwords and pasted keys.",
            (false, _) => "The answers are not kept.",
        }
    }

    /// The answers, where somebody has answered.
    fn answers(&self) -> Option<Value> {
        let answers = answers(&self.forms);
        (self.is_touched() && answers != self.blank).then_some(answers)
    }

    /// Goes on with what it waited for, once that has come.
    fn go_on(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        if let Some(task) = self.task.take() {
            return vec![UiEffect::Task(task)];
        }
        if !self.waiting {
            return Vec::new();
        }
        if self.is_reading(view) {
            // What was waited for will not come.
            return if matches!(view.standing, SessionStatus::Failed(_)) { self.wait(view) } else { Vec::new() };
        }
        self.waiting = false;
        let effects = self.finish(view);
        // Where nothing is asked, there is nothing to come back to from the review.
        let steps_aside = self.asks_nothing && effects.iter().any(|effect| matches!(effect, UiEffect::Open(_)));
        steps_aside.then_some(UiEffect::Close).into_iter().chain(effects).collect()
    }

    fn focused(&self) -> &'static str {
        self.forms.get(self.step).and_then(Form::focused_id).unwrap_or_default()
    }

    fn make_inside(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        self.makes_inside = true;
        self.flow.inside(self.focused(), view).map(UiEffect::Open).into_iter().collect()
    }

    /// Takes the answers of a draft back, and goes to the step that they were left at, or to the first before it that
    /// cannot stay as it is.
    fn restore(&mut self, draft: &Value, view: &View<'_>) {
        self.flow.restore(draft.get("extra").unwrap_or(&Value::Null));
        let answers = draft.get("answers").and_then(Value::as_array);
        for (form, kept) in self.forms.iter_mut().zip(answers.into_iter().flatten()) {
            for (id, answer) in kept.as_object().into_iter().flatten() {
                form.restore(id, answer);
            }
        }
        self.flow.settle(&mut self.forms, view);
        let step = draft.get("step").and_then(Value::as_u64).and_then(|step| usize::try_from(step).ok()).unwrap_or(0);
        let step = step.min(self.forms.len().saturating_sub(1));
        self.step = self.forms.iter_mut().take(step).position(Form::stop_at_problem).unwrap_or(step);
    }
}

/// Says that what was typed has found several rows, or none.
pub fn unmarked() -> UiEffect {
    let told =
        UserError::new("Nothing is marked.").hint("Space marks a row; clear the filter to continue without one.");
    UiEffect::Say(Notice { told, tone: Tone::Info })
}

/// What is answered in each step, without secrets.
fn answers(forms: &[Form]) -> Value {
    let of = |form: &Form| -> serde_json::Map<String, Value> {
        form.answers().into_iter().map(|(id, answer)| (id.to_owned(), answer)).collect()
    };
    forms.iter().map(of).collect()
}

/// Whether a wish is a file to read.
fn is_read(effect: &UiEffect) -> bool {
    matches!(effect, UiEffect::Task(BackgroundTask::ReadFile(_) | BackgroundTask::ReadPrivateKey(_)))
}

impl<F: Flow + 'static> Layer for Wizard<F> {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.forms.get(self.step).map_or(&[Scope::Form, Scope::Global], Form::scopes))
            .with(When::Inside, self.flow.has_inside(self.focused()))
            .with(When::ReadOn, self.forms.get(self.step).is_some_and(Form::reads_on))
    }

    fn title(&self) -> &str {
        self.flow.title()
    }

    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        self.flow.wants().into_iter().map(Want::from).collect()
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        if action != Nav::Back.action() {
            self.leaving = false;
        }
        self.waiting = false;
        match action {
            Action::Form(FormAction::NextStep) => self.forward(view),
            Action::Form(FormAction::PreviousStep) if self.step > 0 => self.back(),
            // What is typed to find rows by goes first, as in a list.
            Action::Nav(Nav::Back) if self.forms.get_mut(self.step).is_some_and(Form::clear_filter) => Vec::new(),
            Action::Nav(Nav::Back) => self.back(),
            Action::Nav(Nav::Open | Nav::NextTab | Nav::PreviousTab) => Vec::new(),
            Action::Form(FormAction::CreateInside) => self.make_inside(view),
            _ => match self.forms.get_mut(self.step).map_or(Acted::Nothing, |form| form.act(action)) {
                Acted::Past => self.forward(view),
                Acted::Unmarked => vec![unmarked()],
                Acted::Inside | Acted::Nothing => Vec::new(),
            },
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.leaving = false;
        self.waiting = false;
        self.kept = None;
        if let Some(form) = self.forms.get_mut(self.step) {
            form.type_text(text);
        }
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Draft(draft) => {
                self.kept = Some(draft.clone());
                Vec::new()
            }
            UiMessage::Chosen(MenuId::Draft, choice) => {
                if let (Some(draft), 0) = (self.kept.take(), choice) {
                    self.restore(&draft, view);
                }
                Vec::new()
            }
            UiMessage::Applied { .. } if self.makes_inside => {
                self.makes_inside = false;
                self.flow.on_message(&mut self.forms, message, view)
            }
            // The plan was carried out: there is nothing left to answer.
            UiMessage::Applied { .. } => {
                let next = self.flow.after(&self.forms).map(UiEffect::Open);
                std::iter::once(UiEffect::CloseWith(message.clone())).chain(next).collect()
            }
            UiMessage::TaskDone(result) => {
                let mut effects = self.flow.on_message(&mut self.forms, message, view);
                let is_read = matches!(**result, TaskResult::Read { .. } | TaskResult::PrivateKey { .. });
                if is_read && std::mem::take(&mut self.reads_file) {
                    effects.extend(self.finish(view));
                }
                effects
            }
            UiMessage::Settled => self.go_on(view),
            other => self.flow.on_message(&mut self.forms, other, view),
        }
    }

    fn draft(&self) -> Option<Unfinished> {
        let name = draft::name("wizard", &self.flow.draft()?);
        let answers = self.answers().filter(|_| self.kept.is_none());
        let content =
            answers.map(|answers| json!({ "answers": answers, "extra": self.flow.extra(), "step": self.step }));
        Some(Unfinished { name, kind: Work::Answers, content })
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.flow.settle(&mut self.forms, view);
        let (_, body) = self.parts(inner(area), view);
        if let Some(form) = self.forms.get_mut(self.step) {
            form.settle(body);
        }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.flow.title(), frame);
        let (head, rest) = self.parts(inside, view);
        let mut x = head.x + 1;
        for (at, form) in self.forms.iter().enumerate() {
            let (role, mark) = if at == self.step { (Look::TabActive, "›") } else { (Look::Tab, " ") };
            x += frame.text(head, x, head.y, &format!("{mark}{} {} ", at + 1, form.title()), role) + 1;
        }
        frame.text(head, x, head.y, &format!(" {} {} ", self.forms.len() + 1, self.flow.leads_to()), Look::Muted);
        if self.is_reading(view) && matches!(view.standing, SessionStatus::Open) {
            frame.text_right(head, head.y, "reading … ", Look::Unknown);
        }
        for ((text, role), y) in self.trouble(view, inside.width).iter().zip(head.y + 1..head.bottom()) {
            frame.text(head, head.x + 2, y, text, *role);
        }
        if let Some(form) = self.forms.get(self.step) {
            form.render(rest, frame);
        }
    }
}
