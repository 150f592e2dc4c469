//! The one review: what a plan does before it is applied, how it goes while it is, and what came of it.
//!
//! Every change passes through here. The layer opens over whoever built the plan and ends with
//! [`Outcome::Applied`] once the run is complete and looked at, otherwise with [`Outcome::Cancelled`].

mod confirm;
mod guarded;
mod impact;
mod lines;
mod question;
mod result;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;

use crate::backend::apply::{Answer, Held, Job, Resumes};
use crate::backend::{Load, Urgency};
use crate::base::error::Told;
use crate::base::secret::Secret;
use crate::input::{Action, Context, Scope, When};
use crate::model::Progress;
use crate::plan::journal::{Begin, Run};
use crate::plan::render::{Format, render};
use crate::plan::{Plan, SecretFrom, Step};
use crate::theme::Role;
use crate::ui::form::Acted;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::{inner, split_top};
use crate::ui::page::{Export, Notice, Tone, View, Wish};
use crate::ui::runs::Live;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;
use crate::ui::widgets::tabs::tabs;

use super::menu::{Item, Menu};
use confirm::Confirm;
use lines::Line;
use question::Question;

/// How long a secret stays in sight.
const REVEALED: SignedDuration = SignedDuration::from_secs(10);

/// How often, and how far apart, reads are asked to confirm what a run made.
const CONFIRMS: u32 = 20;
const CONFIRM: SignedDuration = SignedDuration::from_secs(2);

/// The menus of what to copy and what to save.
const COPY: &str = "review-copy";
const SAVE: &str = "review-save";

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
    scroll: Scroll,
    /// Secrets are in sight until then.
    revealed: Option<Timestamp>,
    /// Leaving was asked for once, and something would be lost.
    leaving: bool,
    /// How often a read was asked to confirm what the run made.
    confirms: u32,
    /// The way back is to be opened once it is found out what was done.
    takes_back: bool,
    /// The word was typed in this review.
    confirmed: bool,
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
        let commands = plan.steps.iter().map(|step| crate::plan::render::cli::line(&plan, step)).collect();
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
            scroll: Scroll::default(),
            revealed: None,
            leaving: false,
            confirms: 0,
            takes_back: false,
            confirmed: false,
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
        Self { title, run: Some(run.id.clone()), undoes, ..Self::new(run.plan().clone()) }
    }

    fn live<'v>(&self, view: &View<'v>) -> Option<&'v Live> {
        view.runs.get(self.run.as_deref()?)
    }

    /// The run, unless it never began because it could not be journaled.
    fn begun<'v>(&self, view: &View<'v>) -> Option<&'v Live> {
        self.live(view).filter(|live| live.has_begun())
    }

    /// Why the plan cannot be applied here.
    fn refusal(&self, view: &View<'_>) -> Option<Told> {
        if view.read_only {
            return Some(
                Told::new("this session is read-only: nothing is applied")
                    .hint("Copy the plan as code, or start without `--read-only`."),
            );
        }
        if self.plan.steps.is_empty() {
            return Some(Told::new("the plan has no steps"));
        }
        if view.book.is_none() || view.account.identity().is_none() {
            return Some(
                Told::new("it is not known yet who you are").hint("Wait until the header says so, or reload."),
            );
        }
        if let Some(live) = view.runs.going().filter(|live| Some(&live.run.id) != self.run.as_ref()) {
            let told = Told::new(format!("another plan is being applied: {}", live.run.plan().title));
            return Some(told.hint("Wait for its end; `:journal` shows it."));
        }
        None
    }

    /// The secrets that must be typed still: those of steps that are not done.
    fn missing(&self, view: &View<'_>) -> Vec<(String, String)> {
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

    /// Applies the plan or goes on with the run, unless something must be typed first.
    fn start(&mut self, view: &View<'_>) -> Vec<Wish> {
        if let Some(told) = self.refusal(view) {
            return vec![Wish::Say(Notice { told, tone: Tone::Failed })];
        }
        self.guard(view);
        let missing = self.missing(view);
        let rest = self.begun(view).map(|live| live.run.rest());
        let word = rest.as_ref().unwrap_or(&self.plan).confirmation().filter(|_| !self.confirmed);
        if word.is_some() || !missing.is_empty() {
            self.phase = Phase::Confirming(Confirm::new(word, missing));
            return Vec::new();
        }
        self.apply(None, view)
    }

    fn apply(&mut self, reason: Option<String>, view: &View<'_>) -> Vec<Wish> {
        let (Some(book), Some(identity)) = (view.book.cloned(), view.account.identity()) else { return Vec::new() };
        self.phase = Phase::Reading;
        self.confirmed = true;
        self.confirms = 0;
        self.turn(0);
        let live = self.live(view);
        let (run, begin, resumes) = match live.filter(|live| live.has_begun()) {
            Some(Live { run, .. }) => (run.id.clone(), run.begin.clone(), Resumes::GoOn(Box::new(run.clone()))),
            None => {
                let plan = Plan { guards: Vec::new(), ..self.plan.clone() };
                let (caller, undoes) = (identity.arn.to_string(), self.undoes.clone());
                (view.runs.next_id(view.now), Begin { plan, caller, undoes, reason }, Resumes::Nothing)
            }
        };
        let mut secrets = self.secrets.clone();
        secrets.extend(live.into_iter().flat_map(|live| live.secrets.iter().map(|(held, _)| held.clone())));
        self.run = Some(run.clone());
        vec![Wish::Apply(Box::new(Job { run, book, begin, resumes, secrets, unsure: self.unsure.clone() }))]
    }

    /// Gives up at a question: the run ends, and what it did is taken back at once, as the review said.
    fn give_up(&mut self, view: &View<'_>) -> Vec<Wish> {
        let Some(live) = self.live(view) else { return Vec::new() };
        let mut wishes = vec![Wish::Answer(live.run.id.clone(), Answer::GiveUp)];
        let mut undo = Self::undo(&live.run);
        if !undo.plan.steps.is_empty() {
            wishes.extend(undo.apply(None, view));
            wishes.push(Wish::Open(Box::new(undo)));
        }
        self.phase = Phase::Reading;
        wishes
    }

    /// Opens the review of the way back; what is not known is found out first, where the way depends on it.
    fn roll_back(&mut self, view: &View<'_>) -> Vec<Wish> {
        let Some(live) = self.begun(view) else { return Vec::new() };
        if live.asks.is_some() {
            return self.give_up(view);
        }
        match view.book.filter(|_| live.can_undo() && live.run.is_open_to_doubt() && !view.read_only) {
            Some(book) => {
                let (run, begin) = (live.run.id.clone(), live.run.begin.clone());
                let resumes = Resumes::FindOut(Box::new(live.run.clone()));
                self.takes_back = true;
                let book = book.clone();
                vec![Wish::Apply(Box::new(Job { run, book, begin, resumes, secrets: Vec::new(), unsure: Vec::new() }))]
            }
            None if live.can_undo() => vec![Wish::Open(Box::new(Self::undo(&live.run)))],
            None => Vec::new(),
        }
    }

    fn leave(&mut self, view: &View<'_>) -> Vec<Wish> {
        let Some(live) = self.begun(view) else { return vec![Wish::Close(Outcome::Cancelled)] };
        let say = |text: &str| vec![Wish::Say(Notice::new(text, Tone::Info))];
        if live.going && live.asks.is_none() {
            return say("The plan is being applied. ctrl-c stops after the step in hand.");
        }
        let lost = result::rows(live, view).iter().any(result::Row::is_unseen);
        if (lost || live.going) && !self.leaving {
            self.leaving = true;
            return say(if lost {
                "A secret was not shown, copied or saved yet, and is lost on leaving. Press esc again to leave."
            } else {
                "Press esc again to leave: the run waits in the journal until somebody goes on with it."
            });
        }
        let run = live.run.id.clone();
        let outcome = if live.is_complete() { Outcome::Applied { run: run.clone() } } else { Outcome::Cancelled };
        let mut wishes = Vec::new();
        if live.going {
            wishes.push(Wish::StopRun(run.clone()));
        }
        wishes.push(Wish::ForgetSecrets(run));
        wishes.push(Wish::Close(outcome));
        wishes
    }

    fn reveal(&mut self, view: &View<'_>) -> Vec<Wish> {
        let Some(live) = self.begun(view) else { return Vec::new() };
        if self.revealed.take().is_some() {
            return Vec::new();
        }
        let until = view.now + REVEALED;
        self.revealed = Some(until);
        self.turn(0);
        vec![Wish::SeenSecrets(live.run.id.clone()), Wish::WakeAt(until)]
    }

    /// The plan, or what is left of it once it runs, as the code that is in sight.
    fn code(&self, view: &View<'_>) -> (&'static str, Format, String) {
        if self.tab > Format::ALL.len() {
            let undo = self.begun(view).map(|live| live.run.undo().0).unwrap_or_default();
            return ("the way back", Format::Cli, render(&undo, Format::Cli));
        }
        let format = Format::ALL.get(self.tab.saturating_sub(1)).copied().unwrap_or(Format::Cli);
        let rest = self.begun(view).filter(|live| !live.is_complete()).map(|live| live.run.rest());
        (format.label(), format, render(rest.as_ref().unwrap_or(&self.plan), format))
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

    fn copy(&self, view: &View<'_>) -> Vec<Wish> {
        let live = self.begun(view).filter(|_| self.tab == 0);
        let items = live.map(|live| result::copies(live, view)).unwrap_or_default();
        if items.is_empty() {
            let (what, _, code) = self.code(view);
            return vec![Wish::Copy(what, code)];
        }
        let mut items: Vec<Item> = items.into_iter().map(|(what, _)| Item::choice(what, None)).collect();
        let is_whole = live.is_none_or(Live::is_complete);
        let rest = if is_whole { "the plan as AWS CLI" } else { "what is left as AWS CLI" };
        items.push(Item::choice(rest, None));
        vec![Wish::Open(Box::new(Menu::choose(COPY, "Copy", items, 0)))]
    }

    fn save(&mut self, view: &View<'_>) -> Vec<Wish> {
        let live = self.begun(view).filter(|_| self.tab == 0);
        let mut files = live.map(|live| result::files(live, view)).unwrap_or_default();
        if files.len() > 1 {
            let items = files.iter().map(|(name, _)| Item::choice(name.clone(), None)).collect();
            return vec![Wish::Open(Box::new(Menu::choose(SAVE, "Write to a file", items, 0)))];
        }
        match files.pop() {
            Some(file) => self.ask_name(file, view),
            None => {
                let (_, format, code) = self.code(view);
                let plain = |ch: char| if ch.is_ascii_alphanumeric() { ch } else { '-' };
                let name: String = self.plan.title.chars().map(plain).take(60).collect();
                self.ask_name((format!("{name}.{}", format.extension()), Secret::new(code)), view);
            }
        }
        Vec::new()
    }

    fn ask_name(&mut self, (name, text): (String, Secret), view: &View<'_>) {
        let run = self.begun(view).filter(|_| self.tab == 0).map(|live| live.run.id.clone());
        let mut line = TextLine::default();
        line.set(&name);
        self.phase = Phase::Saving(line, text, run);
    }

    fn act_reading(&mut self, action: Action, view: &View<'_>) -> Vec<Wish> {
        let tabs = self.tabs(view).len();
        match action {
            Action::Apply if self.begun(view).is_some() => {
                let asks = self.begun(view).filter(|live| live.asks.is_some());
                let answer = |live: &Live| Wish::Answer(live.run.id.clone(), Answer::Given(Vec::new()));
                return asks.map(answer).into_iter().collect();
            }
            Action::Apply | Action::Resume => return self.start(view),
            Action::RollBack => return self.roll_back(view),
            Action::Reveal => return self.reveal(view),
            Action::CopyPlan => return self.copy(view),
            Action::SavePlan => return self.save(view),
            Action::NextView => self.turn((self.tab + 1) % tabs),
            Action::PreviousView => self.turn((self.tab + tabs - 1) % tabs),
            _ => {
                self.scroll.act(action, self.lines.len());
            }
        }
        Vec::new()
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

    fn turn(&mut self, tab: usize) {
        self.tab = tab;
        self.scroll.rewind();
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

    fn head(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let titles = self.tabs(view);
        tabs(Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, &titles, self.tab, frame);
        let line = Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(3), height: 1 };
        let number = view.account.identity().map_or_else(|| "…".to_owned(), |identity| identity.account.to_string());
        let caller = view.account.identity().map_or_else(|| "…".to_owned(), |id| id.arn.resource().to_owned());
        let endpoint = view.book.map_or("…", |book| book.endpoint.as_str());
        frame.pieces(
            line,
            line.y,
            [
                ("account ", Role::Muted),
                (number.as_str(), Role::Title),
                ("  on ", Role::Muted),
                (endpoint, Role::Info),
                ("  as ", Role::Muted),
                (caller.as_str(), Role::Accent),
            ],
        );
        let line = Rect { y: area.y + 2, ..line };
        let (mark, text, role) = lines::state(self.begun(view), self.live(view), &self.plan, view.read_only);
        frame.pieces(line, line.y, [(mark, role), (" ", role), (text.as_str(), role)]);
    }
}

impl Layer for Review {
    fn scopes(&self) -> &'static [Scope] {
        match &self.phase {
            Phase::Reading => &[Scope::Review, Scope::Rows, Scope::Global],
            Phase::Confirming(confirm) => confirm.scopes(),
            Phase::Asking(question) => question.scopes(),
            Phase::Saving(..) => &[Scope::Menu, Scope::Text, Scope::Global],
        }
    }

    fn facts(&self, view: &View<'_>) -> Context {
        let live = self.begun(view);
        Context::default()
            .with(When::Apply, live.is_none_or(|live| live.asks.is_some()))
            .with(When::Resume, live.is_some_and(Live::can_resume))
            .with(When::Undo, live.is_some_and(|live| live.can_undo() || live.asks.is_some()))
            .with(When::Secrets, live.is_some_and(|live| result::rows(live, view).iter().any(result::Row::is_secret)))
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn wants(&self, view: &View<'_>) -> Vec<(Load, Urgency)> {
        let mut wants = impact::wants(&self.plan);
        wants.extend(self.guard_wants());
        wants.extend(self.begun(view).map(|live| result::wants(live, view)).unwrap_or_default());
        wants
    }

    fn stop(&mut self, view: &View<'_>) -> Option<Vec<Wish>> {
        let live = self.live(view).filter(|live| live.going)?;
        let notice = Notice::new("Stopping after the step in hand.", Tone::Info);
        Some(vec![Wish::StopRun(live.run.id.clone()), Wish::Say(notice)])
    }

    fn hear(&mut self, view: &View<'_>) -> Vec<Wish> {
        let mut wishes: Vec<Wish> =
            self.revealed.filter(|until| *until > view.now).map(Wish::WakeAt).into_iter().collect();
        if self.takes_back && self.begun(view).is_some_and(|live| !live.going) {
            self.takes_back = false;
            wishes.extend(self.begun(view).map(|live| Wish::Open(Box::new(Self::undo(&live.run)))));
        }
        let unconfirmed = self.begun(view).map(|live| result::wants(live, view)).unwrap_or_default();
        if !unconfirmed.is_empty() && self.confirms < CONFIRMS {
            self.confirms += 1;
            wishes.push(Wish::Again(unconfirmed.into_iter().map(|(load, _)| load).collect()));
            wishes.push(Wish::WakeAt(view.now + CONFIRM));
        }
        wishes
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<Wish> {
        if !matches!(action, Action::ReviewLeave | Action::StepLeave) {
            self.leaving = false;
        }
        match &mut self.phase {
            Phase::Reading if action == Action::ReviewLeave => self.leave(view),
            Phase::Reading => self.act_reading(action, view),
            Phase::Confirming(confirm) => match action {
                Action::StepLeave | Action::StepBack => {
                    self.phase = Phase::Reading;
                    Vec::new()
                }
                _ => {
                    if confirm.act(action) != Acted::Past && action != Action::StepNext {
                        return Vec::new();
                    }
                    let Some((reason, secrets)) = confirm.answers() else { return Vec::new() };
                    self.secrets.extend(secrets);
                    self.confirmed = true;
                    if self.missing(view).is_empty() { self.apply(reason, view) } else { self.start(view) }
                }
            },
            Phase::Asking(question) => match action {
                Action::StepLeave => self.leave(view),
                Action::StepBack => self.give_up(view),
                _ => {
                    let answer = question.act(action);
                    let run = self.run.clone();
                    answer.zip(run).map(|(answer, run)| Wish::Answer(run, answer)).into_iter().collect()
                }
            },
            Phase::Saving(line, text, run) => match action {
                Action::Accept => {
                    let export = Export { path: PathBuf::from(line.text()), text: text.clone(), run: run.clone() };
                    self.phase = Phase::Reading;
                    vec![Wish::Write(export)]
                }
                Action::Cancel => {
                    self.phase = Phase::Reading;
                    Vec::new()
                }
                _ => {
                    line.act(action);
                    Vec::new()
                }
            },
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        match &mut self.phase {
            Phase::Confirming(confirm) => confirm.type_text(text),
            Phase::Asking(question) => question.type_text(text),
            Phase::Saving(line, ..) => line.insert(text),
            Phase::Reading => {}
        }
        Vec::new()
    }

    fn receive(&mut self, outcome: Outcome, view: &View<'_>) -> Vec<Wish> {
        let live = self.begun(view);
        match outcome {
            Outcome::Chosen(COPY, at) => {
                let mut items = live.map(|live| result::copies(live, view)).unwrap_or_default();
                if at >= items.len() {
                    return vec![Wish::Copy(Format::Cli.label(), self.code(view).2)];
                }
                let (_, text) = items.swap_remove(at);
                let seen = self.run.clone().map(Wish::SeenSecrets);
                seen.into_iter().chain([Wish::Copy("text", text.reveal().to_owned())]).collect()
            }
            Outcome::Chosen(SAVE, at) => {
                let mut files = live.map(|live| result::files(live, view)).unwrap_or_default();
                if at < files.len() {
                    self.ask_name(files.swap_remove(at), view);
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
        let live = self.begun(view);
        // A question that wants no more than a yes is answered where the secrets are shown.
        let asks = live.and_then(|live| live.asks.as_ref()).filter(|asks| !asks.ask.gives().is_empty());
        match (asks, &self.phase) {
            (Some(asks), Phase::Asking(question)) if question.is_about(asks) => {}
            (Some(asks), Phase::Reading | Phase::Asking(_)) => self.phase = Phase::Asking(Question::new(asks.clone())),
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
            Phase::Asking(question) => question.settle(body),
            Phase::Reading => {}
        }
        self.scroll.settle(self.lines.len(), height);
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, &self.title, frame);
        let (head, mut body) = split_top(inside, 4);
        self.head(view, head, frame);
        let width = head.width.saturating_sub(4);
        match &self.phase {
            Phase::Asking(question) => {
                let area = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
                return question.render(self.live(view), area, frame);
            }
            Phase::Confirming(confirm) => {
                let height = confirm.height(width).min(body.height);
                let (rest, below) = split_top(body, body.height - height);
                body = rest;
                let account = view.book.map(|book| format!("account {} on {}", book.account, book.endpoint));
                confirm.render(&account.unwrap_or_default(), Rect { x: below.x + 1, ..below }, frame);
            }
            Phase::Saving(line, ..) => {
                let (rest, below) = split_top(body, body.height.saturating_sub(2));
                body = rest;
                let hint = "A new file that only you can read. Enter writes it, Esc does not.";
                frame.text(below, below.x + 2, below.y, hint, Role::Muted);
                let line_area =
                    Rect { x: below.x + 2, y: below.y + 1, width: below.width.saturating_sub(3), height: 1 };
                line.render(line_area, "Write to: ", frame);
            }
            Phase::Reading => {}
        }
        for (at, y) in self.scroll.window(self.lines.len()).zip(body.y..body.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(body, body.x, y, mark, Role::Accent);
            let area = Rect { x: body.x + 2 + line.indent, width: body.width.saturating_sub(3 + line.indent), ..body };
            frame.pieces(area, y, line.pieces.iter().map(|(text, role)| (text.as_str(), *role)));
        }
    }
}
