//! The policy editor: a text with live checks, completion, documentation, and a review before it is saved.
//!
//! The text is [`text::Text`]; what is known of it is [`analysis::Analysis`], read anew with every change;
//! `paint` draws both. The pane, the popup and the line for finding lie around and over the text.

mod access_checks;
pub(crate) mod analysis;
mod builder;
mod changes;
mod commands;
mod document;
mod edit;
mod find;
mod fixes;
mod folds;
pub(crate) mod go_to_line;
mod head;
mod import;
mod lines;
mod meaning;
mod moves;
pub(crate) mod open_file;
mod paint;
pub(crate) mod pane;
mod popup;
mod rows;
mod save;
mod service;
mod simulate;
pub(crate) mod subject;
pub(crate) mod text;
mod typing;

use std::sync::Arc;

use ratatui::layout::Rect;
use serde_json::{Value, json};

use crate::input::{Action, Context, EditorAction, Scope, Tool};
use crate::policy::PolicyKind;
use crate::theme::Look;

use crate::backend::{Load, Urgency};
use crate::base::secret::Secret;
use crate::effect::BackgroundTask;
use crate::message::TaskResult;

use super::effect::{Export, Notice, Tone, UiEffect};
use super::frame::Frame;
use super::layer::{Layer, Unfinished, Want, Work};
use super::layers::everybody::Everybody;
use super::layout::{BESIDE, split_left, split_top};
use super::message::{MenuId, UiMessage};
use super::page::View;

use analysis::Analysis;
use builder::{Builder, Done};
use commands::key;
use find::Find;
use folds::Folds;
pub use import::Import;
use pane::Pane;
use popup::Popup;
use rows::Spot;
pub use subject::Subject;
use text::Text;

/// The editor with one document.
#[derive(Debug)]
pub struct Editor {
    subject: Subject,
    title: String,
    text: Text,
    /// The text as it was when it was opened or saved.
    base: String,
    /// What the account had in force when the text was opened.
    standing: Option<String>,
    /// What a file holds that somebody else wrote meanwhile.
    theirs: Option<String>,
    /// The kind to check it as, where that was said.
    kind: Option<PolicyKind>,
    analysis: Analysis,
    seen: Option<u64>,
    folds: Folds,
    find: Find,
    popup: Option<Popup>,
    pane: Pane,
    /// The blocks, while they are shown in place of the text or beside it.
    builder: Option<Builder>,
    /// The row at the top, and the columns of the cursor's line that are scrolled out.
    first: Spot,
    left: usize,
    /// The size of the text on the screen.
    height: usize,
    width: u16,
    /// Whether long lines take several rows.
    wraps: bool,
    /// Whether the text has the room of the pane too.
    hides_pane: bool,
    /// The text is one that the account keeps in a single line, shown with a line for each entry.
    is_formatted: bool,
    clipboard: String,
    /// A selection was begun by key and grows with every move.
    marking: bool,
    /// Whether the text is there: one of the account must be read first.
    is_read: bool,
    /// The last key changed the text.
    is_typing: bool,
    /// A check of the text runs elsewhere.
    is_checking: bool,
    /// What the edit changes, worked out aside while its tab is in sight.
    difference: meaning::Difference,
    /// What becomes of everybody's permissions once it is saved.
    everybody: Everybody,
    /// What the service itself was asked.
    service: service::Service,
    /// Whether it grants more than before.
    access: access_checks::AccessChecks,
    /// What was answered at a save that was left.
    answers: Option<Value>,
    /// A draft that was kept, until the user says what to do with it.
    kept: Option<Value>,
    /// A draft to go on with, once the text of the account is there.
    resumed: Option<Value>,
}

/// The blocks, and the text beside them where there is room.
fn beside(area: Rect) -> (Rect, Option<Rect>) {
    if area.width < 100 {
        return (area, None);
    }
    let (blocks, text) = split_left(area, area.width / 2);
    (blocks, Some(text))
}

/// The parts of the editor.
struct Parts {
    head: Rect,
    text: Rect,
    find: Option<Rect>,
    pane: Rect,
}

impl Editor {
    /// An editor on a document.
    pub fn new(subject: Subject, document: &str) -> Self {
        let mut editor = Self {
            title: subject.title(),
            kind: subject.kind(),
            subject,
            text: Text::new(document),
            base: document.to_owned(),
            standing: None,
            theirs: None,
            analysis: Analysis::default(),
            seen: None,
            folds: Folds::default(),
            find: Find::default(),
            popup: None,
            pane: Pane::default(),
            builder: None,
            first: Spot::default(),
            left: 0,
            height: 1,
            width: 0,
            wraps: document::is_long_line(document),
            hides_pane: false,
            is_formatted: false,
            clipboard: String::new(),
            marking: false,
            is_read: true,
            is_typing: false,
            is_checking: false,
            difference: meaning::Difference::default(),
            everybody: Everybody::default(),
            service: service::Service::default(),
            access: access_checks::AccessChecks::default(),
            answers: None,
            kept: None,
            resumed: None,
        };
        editor.catch_up();
        editor
    }

    /// An editor on a document of the account, which is read first where it is not known yet.
    pub fn open(subject: Subject, view: &View<'_>) -> Self {
        let mut editor = Self::new(subject, "");
        editor.is_read = false;
        editor.fetch(view);
        editor
    }

    /// Has a long text checked elsewhere, one at a time.
    fn checks(&mut self) -> Vec<UiEffect> {
        if self.is_checking || self.analysis.is_current(self.text.as_str()) {
            return Vec::new();
        }
        self.is_checking = true;
        let options = Box::new(self.analysis.terms());
        vec![UiEffect::Task(BackgroundTask::Check { text: Arc::from(self.text.as_str()), options })]
    }

    /// What is to be worked out aside: the checks of a long text, what the edit changes.
    fn tasks(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let mut effects = self.checks();
        let shown = !self.hides_pane && self.pane.tab(&self.text, &self.analysis) == pane::Tab::Effect;
        if shown {
            effects.extend(self.difference.task(&self.base, self.text.as_str()).map(UiEffect::Task));
            let saved = self.subject.plan(view.account, self.text.as_str(), "", true).ok();
            effects.extend(saved.and_then(|plan| self.everybody.ask_again(&plan, view)));
        }
        effects
    }

    /// Takes the result of a background task, its own or another's.
    fn on_task_done(&mut self, result: &TaskResult) -> Vec<UiEffect> {
        self.everybody.take(result);
        match result {
            TaskResult::Compared { text, result } => self.service.take(text, result),
            TaskResult::AccessChecked { new, answers } => self.access.take(new, answers),
            TaskResult::Difference { old, new, groups } => drop(self.difference.take(old, new, groups)),
            TaskResult::Checked { text, options, report } => {
                self.is_checking = false;
                if **text == *self.text.as_str() && **options == self.analysis.terms() {
                    self.analysis.take((**report).clone());
                }
            }
            TaskResult::Edited { before, result } if **before == *self.text.as_str() => match result {
                Ok(text) if self.text.turn_into(text) => {}
                Ok(_) => return Self::say("The text is unchanged.", Tone::Info),
                Err(told) => return vec![UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })],
            },
            TaskResult::Saved { path, text, result, theirs } if self.subject == Subject::File(path.clone()) => {
                match result {
                    Ok(()) => {
                        self.theirs = None;
                        (**text).clone_into(&mut self.base);
                        return Self::say(format!("saved {}", path.display()), Tone::Done);
                    }
                    Err(told) if theirs.is_some() => {
                        self.theirs.clone_from(theirs);
                        return vec![UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })];
                    }
                    Err(told) => return vec![UiEffect::Say(Notice { told: told.clone(), tone: Tone::Failed })],
                }
            }
            _ => {}
        }
        self.catch_up();
        self.checks()
    }

    /// Stops waiting for the service; else copies, as that key does in other editors.
    fn stop(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        if self.service.is_waiting() || self.access.is_waiting() {
            if self.service.is_waiting() {
                self.service.give_up();
            }
            self.access.give_up();
            return Self::say("No longer waiting for the answer of AWS.", Tone::Info);
        }
        let edits = self.is_read && !self.pane.focused && self.builder.is_none();
        if edits { self.copy_selection(view.keymap) } else { Vec::new() }
    }

    /// Takes the settings and the account that the text is checked by.
    fn heed(&mut self, view: &View<'_>) {
        let account = view.account.identity().map(|identity| identity.account.as_ref());
        let options = &mut self.analysis.options;
        if options.levels != view.levels || options.account.as_deref() != account {
            options.levels = view.levels.to_vec();
            options.account = account.map(str::to_owned);
            self.seen = None;
        }
    }

    /// Lets the checks wait while completions are offered.
    fn wait(&mut self) {
        let completes = self.popup.as_ref().is_some_and(|popup| popup.is_live);
        self.analysis.wait(completes, self.text.caret().at);
    }

    /// Reads the text anew where it changed.
    fn catch_up(&mut self) {
        if self.seen == Some(self.text.revision()) {
            return;
        }
        let shifts = self.text.take_shifts();
        for shift in &shifts {
            self.folds.shift(*shift);
        }
        self.analysis.read(self.text.as_str(), self.kind, &shifts);
        self.seen = Some(self.text.revision());
        self.find.settle(&self.text);
        self.folds.settle(&self.text, &self.analysis);
    }

    fn parts(&self, area: Rect) -> Parts {
        let (head, rest) = split_top(area, 1);
        // Beside the blocks stands the text, so the findings go below.
        let (body, pane) = if self.hides_pane && self.builder.is_none() {
            (rest, Rect { x: rest.x, y: rest.bottom(), width: 0, height: 0 })
        } else if area.width >= BESIDE && self.builder.is_none() {
            let pane = (area.width * 2 / 5).clamp(40, 72);
            let (text, side) = split_left(rest, area.width - pane - 1);
            (text, Rect { x: side.x + 1, width: pane, ..side })
        } else {
            let height = (rest.height / 3).clamp(3, 12).min(rest.height);
            split_top(rest, rest.height - height)
        };
        let open = u16::from(self.find.open.is_some());
        let (text, find) = split_top(body, body.height.saturating_sub(open));
        Parts { head, text, find: (open > 0).then_some(find), pane }
    }

    fn say(text: impl Into<String>, tone: Tone) -> Vec<UiEffect> {
        vec![UiEffect::Say(Notice::new(text, tone))]
    }

    /// Clears the selection, else the marks of what was found. It never closes the editor: a key that is pressed once
    /// too often must cost nothing.
    fn deselect(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        if !self.is_read {
            return vec![UiEffect::Close];
        }
        if self.text.selection().is_some() || self.marking {
            self.text.go(self.text.caret().at);
            self.marking = false;
            return Vec::new();
        }
        if self.find.clear() {
            self.find.settle(&self.text);
            return Vec::new();
        }
        let (close, commands) = (key(view.keymap, Tool::Close), key(view.keymap, Tool::Commands));
        Self::say(format!("{close} closes the editor and keeps the text. {commands} lists all commands."), Tone::Info)
    }
}

impl Layer for Editor {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(if self.builder.is_some() {
            &[Scope::Builder, Scope::Rows, Scope::Global]
        } else if self.pane.focused {
            &[Scope::Pane, Scope::Rows, Scope::Global]
        } else if self.find.replaces() {
            &[Scope::Replace, Scope::Find, Scope::Text, Scope::Global]
        } else if self.find.open.is_some() {
            &[Scope::Find, Scope::Text, Scope::Global]
        } else if self.popup.is_some() {
            &[Scope::Popup, Scope::Editor, Scope::Text, Scope::Global]
        } else {
            &[Scope::Editor, Scope::Text, Scope::Global]
        })
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        self.catch_up();
        if !self.is_read && !matches!(action, Action::Editor(EditorAction::Tool(Tool::Close | Tool::Deselect))) {
            return Vec::new();
        }
        let before = self.text.revision();
        let mut effects = self.perform(action, view);
        // What a fix leads to is told like what a move leads to.
        let fixes = [Tool::Fix.action(), Tool::FixAll.action()];
        self.is_typing = self.text.revision() != before && !fixes.contains(&action);
        self.catch_up();
        self.wait();
        effects.extend(self.checks());
        effects
    }

    fn type_text(&mut self, text: &str, view: &View<'_>) -> Vec<UiEffect> {
        self.catch_up();
        if !self.is_read {
            return Vec::new();
        }
        let mut effects = self.typed(text, view);
        self.is_typing = self.find.open.is_none();
        self.catch_up();
        self.wait();
        effects.extend(self.checks());
        effects
    }

    fn wants(&self, view: &View<'_>) -> Vec<Want> {
        let own = self.subject.loads(view.account).into_iter().map(Want::now);
        // Their ARNs are completed where roles are passed and assumed.
        let roles = self.names_roles().then(|| Want::from((Load::Roles, Urgency::Visible)));
        own.chain(roles).collect()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Settled => return if self.is_read { self.tasks(view) } else { Vec::new() },
            UiMessage::Stop => return self.stop(view),
            UiMessage::TaskDone(result) => return self.on_task_done(result),
            UiMessage::Draft(draft) => {
                self.kept = Some(draft.clone());
                return Vec::new();
            }
            UiMessage::Chosen(MenuId::PolicyKind, at) => {
                self.kind = at.checked_sub(1).and_then(|at| PolicyKind::ALL.get(at)).map(|(_, kind)| *kind);
                self.seen = None;
            }
            UiMessage::WriteTo(path) => {
                let (path, text) = (path.clone(), Secret::new(self.text.as_str()));
                return vec![UiEffect::Write(Export { path, text, run: None })];
            }
            UiMessage::GoTo(place) => self.go_to(*place),
            UiMessage::Answers(answers) => self.answers = Some(answers.clone()),
            UiMessage::Built(answer) => {
                let done = self.builder.as_mut().map(|builder| builder.receive(answer, self.text.as_str()));
                return self.built(done.unwrap_or(Done::Nothing));
            }
            UiMessage::Document(document) => {
                self.text.turn_into(&document::formatted(document).unwrap_or_else(|| document.clone()));
            }
            UiMessage::Chosen(MenuId::Discard, choice) if *choice > 0 => {
                self.give_up();
                return vec![UiEffect::Close];
            }
            UiMessage::Chosen(MenuId::Draft, choice) => {
                self.resumed = self.kept.take().filter(|_| *choice == 0);
                self.resume();
            }
            UiMessage::Applied { .. } => {
                self.give_up();
                return vec![UiEffect::CloseWith(message.clone())];
            }
            _ => {}
        }
        self.catch_up();
        self.checks()
    }

    fn draft(&self) -> Option<Unfinished> {
        // A menu that asks what to do with one lies over it: until then nothing is written over it.
        let changed = self.kept.is_none() && self.resumed.is_none() && self.is_read && self.has_work();
        let content = changed.then(|| json!({ "text": self.text.as_str(), "answers": self.answers }));
        Some(Unfinished { name: self.subject.draft(), kind: Work::Text, content })
    }

    fn is_ground(&self) -> bool {
        true
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.heed(view);
        self.fetch(view);
        self.catch_up();
        let parts = self.parts(area);
        self.folds.reveal(self.text.caret().at, &self.analysis);
        self.folds.settle(&self.text, &self.analysis);
        // The message below the cursor's line has its place on the screen too.
        let below = u16::try_from(self.message(view.keymap, parts.text).len()).unwrap_or(0).min(parts.text.height / 2);
        self.scroll(Rect { height: parts.text.height - below, ..parts.text });
        if self.pane.tab(&self.text, &self.analysis) == pane::Tab::Effect {
            let lines = match self.difference.groups() {
                Some(groups) => {
                    let mut lines =
                        meaning::effect(groups, &self.base, self.text.as_str(), &self.subject, view.account);
                    lines.extend(meaning::on_everybody(self.everybody.lines()));
                    lines
                }
                None => vec![vec![("Working out what the edit changes …".to_owned(), Look::Unknown)]],
            };
            self.pane.effect.show(lines);
        }
        let completes = self.popup.as_ref().is_some_and(|popup| popup.is_live);
        self.pane.hold(completes, &self.text, &self.analysis);
        // One key opens a list or shortens the findings, not both: each is much to draw.
        self.pane.is_brief = self.is_typing && (self.pane.is_brief || self.popup.is_none());
        self.pane.service = self.access.rows(self.text.as_str(), parts.pane.width);
        self.pane.service.extend(self.service.rows(&self.text, self.analysis.kind, parts.pane.width));
        self.pane.settle(&self.text, &self.analysis, parts.pane);
        if let Some(builder) = &mut self.builder {
            builder.settle(&self.text, &self.analysis, beside(parts.text).0);
        }
        if let Some(popup) = &mut self.popup {
            popup.settle();
        }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        frame.clear(area);
        let parts = self.parts(area);
        self.head(parts.head, frame);
        if !self.is_read {
            self.waiting(view, parts.text, frame);
            return;
        }
        let cursor = if let Some(builder) = &self.builder {
            let (blocks, text) = beside(parts.text);
            builder.render(blocks, true, frame);
            if let Some(text) = text {
                frame.rule_left(Rect { width: 1, ..text });
                let text = Rect { x: text.x + 1, width: text.width.saturating_sub(1), ..text };
                self.picture(view.keymap, text).render(text, frame);
            }
            None
        } else {
            let drawn = self.picture(view.keymap, parts.text).render(parts.text, frame);
            self.offer_layout(view, drawn.end, parts.text, frame);
            drawn.cursor
        };
        if parts.pane.x > area.x {
            frame.rule_left(Rect { x: parts.pane.x - 1, width: 1, ..parts.pane });
        }
        if !parts.pane.is_empty() {
            self.pane.render(&self.text, &self.analysis, view.keymap, parts.pane, frame);
        }
        if let Some(line) = parts.find {
            self.find.render(&self.text, line, frame);
        }
        if let (Some(popup), Some((x, y))) = (&self.popup, cursor) {
            let rows = self.rows(parts.text.width);
            let caret = self.text.caret().at;
            let same = rows.of(popup.anchor()) == rows.of(caret);
            let back = if same { rows.column(caret).saturating_sub(rows.column(popup.anchor())) } else { 0 };
            let x = x.saturating_sub(u16::try_from(back).unwrap_or(u16::MAX)).max(parts.text.x);
            popup.render((x, y), Rect { height: area.height - 1, y: area.y + 1, ..area }, view.keymap, frame);
        }
    }
}

#[cfg(test)]
mod tests;
