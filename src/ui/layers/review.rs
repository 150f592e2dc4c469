//! The one review: what a plan does before it is applied, how it goes while it is, and what came of it.
//!
//! Every change passes through here. The layer opens over whoever built the plan and ends with
//! [`UiMessage::Applied`] once the run is complete and looked at.

mod ask_mfa;
mod confirm;
mod control;
mod draw;
mod enabled;
mod export;
mod guarded;
mod impact;
mod lines;
mod loosen;
mod question;
mod result;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;

use crate::backend::Urgency;
use crate::backend::apply::Held;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::input::{
    Action, Context, DialogAction, FormAction, ItemAction, Nav, PageAction, ReviewAction, Scope, When, WorkAction,
};
use crate::model::Progress;
use crate::plan::journal::{OnError, Run, State};
use crate::plan::render::Format;
use crate::plan::render::cli::Commands;
use crate::plan::{Plan, Step};
use crate::ui::effect::{Export, Notice, Tone, UiEffect};
use crate::ui::form::Acted;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want, unbound};
use crate::ui::layers::everybody::Everybody;
use crate::ui::layout::{inner, split_top};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::View;
use crate::ui::runs::Live;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::scroll::Scroll;

use confirm::Confirm;
use lines::Line;
use question::Question;

/// How long a secret stays in sight.
const REVEALED: SignedDuration = SignedDuration::from_secs(10);

/// How often, and how far apart, reads are asked to confirm what a run made.
const CONFIRMS: u32 = 20;
const CONFIRM: SignedDuration = SignedDuration::from_secs(2);

/// A plan on its way.
#[derive(Debug)]
pub struct Review {
    title: String,
    plan: Plan,
    /// The account's revision that guards last looked at the plan with.
    guarded: Option<u64>,
    /// Each step as a command; naming their variables looks at the whole plan, so it is done once.
    commands: Vec<String>,
    /// The run that the plan takes back.
    undoes: Option<String>,
    /// Steps that may have been done already.
    unsure: Vec<String>,
    /// What does not come back: the step, and what is lost.
    losses: Vec<(String, String)>,
    secrets: Vec<Held>,
    phase: Phase,
    /// The run, once it began.
    run: Option<String>,
    /// Zero shows the steps, the others are code.
    tab: usize,
    lines: Vec<Line>,
    /// Which code the lines are: the tab, and how many steps were left.
    coded: Option<(usize, Option<usize>)>,
    /// Who is affected, and whether the whole account was known when that was asked.
    affected: Option<(bool, Vec<String>)>,
    /// What becomes of everybody's permissions.
    everybody: Everybody,
    scroll: Scroll,
    /// Secrets are in sight until then.
    revealed: Option<Timestamp>,
    /// Leaving was asked for once, and something would be lost.
    leaving: bool,
    /// What the run did is being taken back because it was left half-done.
    gave_up: bool,
    /// The run was begun or gone on with from here.
    applied: bool,
    /// How often a read was asked to confirm what the run made.
    confirms: u32,
    /// The way back is to be opened once it is found out what was done.
    takes_back: bool,
    /// It was on the screen: an Enter that was typed ahead, or held down, applies nothing.
    seen: bool,
    /// The word was asked for, without being told to.
    asked: bool,
    /// The word was typed in this review.
    confirmed: bool,
    /// What becomes of the rest where a step is refused.
    on_error: OnError,
    /// The step that was in sight when the run last moved on.
    followed: Option<usize>,
}

/// Where the keys go.
#[derive(Debug)]
enum Phase {
    /// The plan or the run is read.
    Reading,
    /// A word, a reason or a secret is typed before it is applied.
    Confirming(Confirm),
    /// A step of the run asks.
    Asking(Question),
    /// The name of a file is typed.
    Saving(TextLine, Secret, Option<String>),
}

impl Review {
    /// The review of a plan. Its guards come with it.
    pub fn new(plan: Plan) -> Self {
        let commands = Commands::lines(&plan);
        Self {
            title: format!("Review: {}", plan.title),
            plan,
            guarded: None,
            commands,
            undoes: None,
            unsure: Vec::new(),
            losses: Vec::new(),
            secrets: Vec::new(),
            phase: Phase::Reading,
            run: None,
            tab: 0,
            lines: Vec::new(),
            coded: None,
            affected: None,
            everybody: Everybody::default(),
            scroll: Scroll::default(),
            revealed: None,
            leaving: false,
            gave_up: false,
            applied: false,
            confirms: 0,
            takes_back: false,
            seen: false,
            asked: false,
            confirmed: false,
            on_error: OnError::Stop,
            followed: None,
        }
    }

    /// The same review with secrets that were asked for already: step, parameter, value.
    pub fn secrets(mut self, secrets: impl IntoIterator<Item = (String, String, Secret)>) -> Self {
        self.secrets.extend(secrets.into_iter().map(|(step, name, value)| Held { step, name, value }));
        self
    }

    /// The review of a plan that takes a run back as far as it came.
    pub fn undo(run: &Run) -> Self {
        let (plan, losses) = run.undo();
        let unsure = run.unsure().into_iter().collect();
        Self { undoes: Some(run.id.clone()), unsure, losses, ..Self::new(plan) }
    }

    /// The review of a run of the journal, to be read, gone on with or taken back.
    pub fn of_run(run: &Run) -> Self {
        let title = format!("Run: {}", run.plan().title);
        let undoes = run.begin.undoes.clone();
        let on_error = run.begin.on_error;
        Self { title, run: Some(run.id.clone()), undoes, on_error, ..Self::new(run.plan().clone()) }
    }

    fn live<'v>(&self, view: &View<'v>) -> Option<&'v Live> {
        view.runs.get(self.run.as_deref()?)
    }

    /// The run, unless it never began because it could not be journaled.
    fn begun<'v>(&self, view: &View<'v>) -> Option<&'v Live> {
        self.live(view).filter(|live| live.has_begun())
    }

    fn reveal(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.begun(view) else { return Vec::new() };
        if self.revealed.take().is_some() {
            return Vec::new();
        }
        let until = view.now + REVEALED;
        self.revealed = Some(until);
        self.turn(0);
        vec![UiEffect::SeenSecrets(live.run.id.clone()), UiEffect::WakeAt(until)]
    }

    /// The titles of the tabs: the steps, kinds of code, and what would take the run back.
    fn tabs(&self, view: &View<'_>) -> Vec<String> {
        let mut titles = vec!["Steps".to_owned()];
        titles.extend(Format::ALL.iter().map(|format| format.label().to_owned()));
        if self.begun(view).is_some_and(Live::can_undo) {
            titles.push("Undo".to_owned());
        }
        titles
    }

    fn act_reading(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        let tabs = self.tabs(view).len();
        match action {
            Action::Review(ReviewAction::Apply | ReviewAction::Resume) if !self.seen => {
                let told = UserError::new("Nothing was sent: the key was pressed before the plan was shown");
                return vec![UiEffect::Say(Notice { told: told.hint("Press it again."), tone: Tone::Info })];
            }
            Action::Review(ReviewAction::Apply | ReviewAction::Resume) => return self.start(view),
            Action::Review(ReviewAction::Close) => return self.close(view),
            // Only a review that is done reads these keys: they leave it for the page, which takes them.
            Action::Item(ItemAction::New) | Action::Page(PageAction::Go(_)) => {
                let page = self.unleavable(view).is_none().then_some(UiEffect::OnPage(action));
                return self.close(view).into_iter().chain(page).collect();
            }
            Action::Review(ReviewAction::OnError) => {
                self.on_error = match self.on_error {
                    OnError::Stop => OnError::Continue,
                    OnError::Continue => OnError::Stop,
                };
            }
            Action::Nav(Nav::Back) => return self.leave(view),
            Action::Nav(Nav::NextTab) => self.turn((self.tab + 1) % tabs),
            Action::Nav(Nav::PreviousTab) => self.turn((self.tab + tabs - 1) % tabs),
            // Only the question for the codes of an MFA device draws a QR code.
            Action::Review(ReviewAction::QrSize | ReviewAction::QrInvert | ReviewAction::CopyUri)
            | Action::Nav(Nav::Open) => {}
            Action::Work(action) => return self.work(action, view),
            Action::Move(step) => self.scroll.go(step, self.lines.len()),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    fn work(&mut self, action: WorkAction, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            WorkAction::Undo => self.roll_back(view),
            WorkAction::Reveal => self.reveal(view),
            WorkAction::Copy => self.copy(view),
            WorkAction::Save => self.save(view),
            // What was undone is applied again by a plan of its own.
            WorkAction::Redo => Vec::new(),
        }
    }

    fn act_confirming(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        let Phase::Confirming(confirm) = &mut self.phase else { return Vec::new() };
        match action {
            Action::Nav(Nav::Back) | Action::Form(FormAction::PreviousStep) => self.phase = Phase::Reading,
            // The plan is read on while it is confirmed.
            Action::Move(_) => return self.act_reading(action, view),
            _ => {
                if confirm.act(action) != Acted::Past && action != FormAction::NextStep.action() {
                    return Vec::new();
                }
                let Some((reason, secrets)) = confirm.answers() else { return Vec::new() };
                self.secrets.extend(secrets);
                self.confirmed = true;
                return if self.missing(view).is_empty() { self.apply(reason, view) } else { self.start(view) };
            }
        }
        Vec::new()
    }

    fn act_asking(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        let Phase::Asking(question) = &mut self.phase else { return Vec::new() };
        match action {
            Action::Nav(Nav::Back) if self.leaving && question.is_whole() => self.give_up(view),
            Action::Nav(Nav::Back) if self.leaving => self.leave(view),
            Action::Nav(Nav::Back) => {
                self.leaving = true;
                let text = match (question.is_whole(), question.is_half_made()) {
                    (true, true) => "Press esc again to cancel; the new device is deleted.",
                    (true, false) => "Press esc again to cancel.",
                    _ => "Esc again leaves; the plan can be continued from the journal. Ctrl-p undoes it.",
                };
                vec![UiEffect::Say(Notice::new(text, Tone::Info))]
            }
            Action::Form(FormAction::PreviousStep) => self.give_up(view),
            // A question that takes the whole screen has a secret of its own.
            Action::Work(action @ (WorkAction::Reveal | WorkAction::Copy | WorkAction::Save))
                if !question.is_whole() =>
            {
                self.work(action, view)
            }
            // The run is under way: its plan is neither applied nor looked through until there is an answer.
            Action::Review(
                ReviewAction::Apply | ReviewAction::Resume | ReviewAction::Close | ReviewAction::OnError,
            )
            | Action::Work(WorkAction::Undo | WorkAction::Redo)
            | Action::Nav(Nav::Open | Nav::NextTab | Nav::PreviousTab) => Vec::new(),
            _ => {
                let (answer, mut effects) = question.act(action, view);
                let run = self.run.clone();
                effects.extend(answer.zip(run).map(|(answer, run)| UiEffect::Answer(run, answer)));
                effects
            }
        }
    }

    /// Lays out what the tab shows; what takes its time only where it may have changed.
    fn lay_out(&mut self, view: &View<'_>, width: u16) {
        let is_whole = matches!(view.account.bulk(), Progress::Complete { .. });
        if self.affected.as_ref().is_none_or(|(whole, _)| *whole != is_whole) {
            self.affected = Some((is_whole, impact::affected(&self.plan, view)));
        }
        if self.tab == 0 {
            self.coded = None;
            self.lines = lines::steps(self, view, width);
            return;
        }
        let done = self.begun(view).map(|live| live.run.rest().steps.len());
        if self.coded != Some((self.tab, done)) {
            self.coded = Some((self.tab, done));
            self.lines = lines::code(&self.code(view).2);
        }
    }

    /// Whether the plan is about several users, roles or others, so that an error of one need not stop the others.
    fn has_several(&self) -> bool {
        let mut subjects = self.plan.steps.iter().filter_map(Step::subject);
        let first = subjects.next();
        subjects.any(|other| Some(&other) != first.as_ref())
    }

    fn turn(&mut self, tab: usize) {
        self.tab = tab;
        self.scroll.rewind();
    }

    fn stop(&self, view: &View<'_>) -> Vec<UiEffect> {
        let Some(live) = self.live(view).filter(|live| live.going) else { return Vec::new() };
        let notice = Notice::new("Stopping after the current step.", Tone::Info);
        vec![UiEffect::StopRun(live.run.id.clone()), UiEffect::Say(notice)]
    }

    /// Goes on with what waited for the run, or for the time.
    fn on_run_changed(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let mut effects: Vec<UiEffect> =
            self.revealed.filter(|until| *until > view.now).map(UiEffect::WakeAt).into_iter().collect();
        if self.takes_back && self.begun(view).is_some_and(|live| !live.going) {
            self.takes_back = false;
            effects.extend(self.begun(view).map(|live| UiEffect::Open(Box::new(Self::undo(&live.run)))));
        }
        effects.extend(self.watched().map(|loads| UiEffect::LoadAgain(loads.into())));
        let unconfirmed = self.unconfirmed(view);
        if !unconfirmed.is_empty() && self.confirms < CONFIRMS {
            self.confirms += 1;
            effects.push(UiEffect::LoadAgain(unconfirmed.into_iter().map(|(load, _)| load).collect()));
            effects.push(UiEffect::WakeAt(view.now + CONFIRM));
        }
        effects
    }

    /// Copies what was chosen in the menu: a secret or text of the run, or behind them the plan as commands.
    fn copy_chosen(&self, at: usize, view: &View<'_>) -> Vec<UiEffect> {
        let mut items = self.begun(view).map(|live| result::copies(live, view)).unwrap_or_default();
        if at >= items.len() {
            return vec![UiEffect::Copy(Format::Cli.label(), self.code(view).2)];
        }
        let (_, text) = items.swap_remove(at);
        let seen = self.run.clone().map(UiEffect::SeenSecrets);
        seen.into_iter().chain([UiEffect::Copy("text", text.reveal().to_owned())]).collect()
    }

    /// Keeps the step in hand in sight while the run goes on; where the user looks otherwise stays alone.
    fn follow(&mut self, live: &Live) {
        let at = self.lines.iter().position(|line| line.is_current);
        if live.going && self.tab == 0 && at.is_some() && at != self.followed {
            self.scroll.cursor = at.unwrap_or_default();
            self.followed = at;
        } else if !live.going && self.followed.take().is_some() {
            // The end is told at the top, a failure where it happened.
            self.scroll.cursor = self.lines.iter().position(|line| line.is_failure).unwrap_or_default();
        }
    }
}

impl Layer for Review {
    fn context(&self, view: &View<'_>) -> Context {
        let scopes = match &self.phase {
            Phase::Reading => &[Scope::Review, Scope::Done, Scope::Rows, Scope::Global],
            Phase::Confirming(confirm) => confirm.scopes(),
            Phase::Asking(question) => question.scopes(),
            Phase::Saving(..) => &[Scope::Menu, Scope::Text, Scope::Global],
        };
        let (live, refusal) = (self.begun(view), self.refusal(view));
        let can_resume = live.is_some_and(Live::can_resume);
        let has_secrets = live.is_some_and(|live| result::rows(live, view).iter().any(result::Row::is_secret));
        Context::of(scopes)
            .with(When::Apply, live.is_none() && refusal.is_none())
            .with(When::Resume, can_resume && refusal.is_none())
            .with(When::Several, self.has_several() && (live.is_none() || can_resume) && refusal.is_none())
            .with(When::Undo, live.is_some_and(Live::can_undo))
            .with(When::Done, live.is_some_and(Live::is_complete))
            .with(When::Secrets, has_secrets)
            .because(When::Apply, refusal.clone().filter(|_| live.is_none()))
            .because(When::Resume, refusal.filter(|_| can_resume))
            .held_by(self.unleavable(view))
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn denial(&self, view: &View<'_>) -> Option<String> {
        let run = &self.begun(view)?.run;
        self.plan.steps.iter().find_map(|step| match run.state(&step.id) {
            State::Failed { code, message } if code.starts_with("AccessDenied") && !message.is_empty() => {
                Some(message.clone())
            }
            _ => None,
        })
    }

    fn wants(&self, view: &View<'_>) -> Vec<Want> {
        let mut wants = impact::wants(&self.plan);
        wants.extend(self.guard_wants());
        wants.extend(self.loosen_wants(view).into_iter().map(|load| (load, Urgency::Now)));
        wants.extend(self.unconfirmed(view));
        wants.extend(self.watched().into_iter().flatten().map(|load| (load, Urgency::Now)));
        wants.into_iter().map(Want::from).collect()
    }

    fn wakes_at(&self, view: &View<'_>) -> Option<Timestamp> {
        if let Phase::Asking(question) = &self.phase { question.wakes_at(view) } else { None }
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        if action != Nav::Back.action() {
            self.leaving = false;
        }
        match &mut self.phase {
            Phase::Reading => self.act_reading(action, view),
            Phase::Confirming(_) => self.act_confirming(action, view),
            Phase::Asking(_) => self.act_asking(action, view),
            Phase::Saving(line, text, run) => {
                match action {
                    Action::Dialog(DialogAction::Accept) => {
                        let export = Export { path: PathBuf::from(line.text()), text: text.clone(), run: run.clone() };
                        self.phase = Phase::Reading;
                        return vec![UiEffect::Write(export)];
                    }
                    Action::Dialog(DialogAction::Cancel) => self.phase = Phase::Reading,
                    Action::Text(edit) => line.edit(edit),
                    // A line has no rows.
                    Action::Dialog(DialogAction::Mark) | Action::Move(_) => {}
                    Action::App(_)
                    | Action::Page(_)
                    | Action::Item(_)
                    | Action::Nav(_)
                    | Action::Work(_)
                    | Action::Fold(_)
                    | Action::Form(_)
                    | Action::Review(_)
                    | Action::Diff(_)
                    | Action::Editor(_) => return unbound(action),
                }
                Vec::new()
            }
        }
    }

    fn type_text(&mut self, text: &str, view: &View<'_>) -> Vec<UiEffect> {
        match &mut self.phase {
            Phase::Confirming(confirm) => confirm.type_text(text),
            Phase::Asking(question) => question.type_text(text, view),
            Phase::Saving(line, ..) => line.insert(text),
            Phase::Reading => {}
        }
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Shown => {
                self.seen = true;
                Vec::new()
            }
            UiMessage::Settled if self.run.is_none() => self.everybody.ask(&self.plan, view).into_iter().collect(),
            UiMessage::TaskDone(result) => {
                self.everybody.take(result);
                Vec::new()
            }
            UiMessage::RunChanged => self.on_run_changed(view),
            UiMessage::Stop => self.stop(view),
            // Nothing is left of what was cancelled.
            UiMessage::Applied { .. } if self.gave_up => {
                let forget = self.run.clone().map(UiEffect::ForgetSecrets);
                forget.into_iter().chain([UiEffect::Close]).collect()
            }
            UiMessage::Chosen(MenuId::CopyPlan, at) => self.copy_chosen(*at, view),
            UiMessage::Chosen(MenuId::SavePlan, at) => {
                let mut files = self.begun(view).map(|live| result::files(live, view)).unwrap_or_default();
                if *at < files.len() {
                    self.ask_name(files.swap_remove(*at), view);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.revealed.is_some_and(|until| until <= view.now) {
            self.revealed = None;
        }
        self.guard(view);
        self.ask_word(view);
        let live = self.begun(view);
        match (live.and_then(|live| Some((live, live.asks.as_ref()?))), &self.phase) {
            (Some((_, asks)), Phase::Asking(question)) if question.is_about(asks) => {}
            (Some((live, asks)), Phase::Reading | Phase::Asking(_)) => {
                let before = if let Phase::Asking(before) = &self.phase { Some(before) } else { None };
                self.phase = Phase::Asking(Question::new(asks.clone(), live, before));
            }
            (None, Phase::Asking(_)) => self.phase = Phase::Reading,
            _ => {}
        }
        let (head, body) = split_top(inner(area), 4);
        let width = head.width.saturating_sub(4);
        self.lay_out(view, width);
        if let Some(live) = live {
            self.follow(live);
        }
        let mut height = body.height;
        match &mut self.phase {
            Phase::Confirming(confirm) => {
                confirm.settle(body);
                height = height.saturating_sub(confirm.height(width));
            }
            Phase::Saving(..) => height = height.saturating_sub(2),
            Phase::Asking(question) => question.settle(view, body),
            Phase::Reading => {}
        }
        self.scroll.settle(self.lines.len(), height);
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        self.draw(view, area, frame);
    }
}
