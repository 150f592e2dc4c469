//! What the editor's actions do.

use std::sync::Arc;

use crate::base::work::{self, GaveUp};
use crate::catalog::Catalog;
use crate::effect::BackgroundTask;
use crate::input::{
    Action, Build, DialogAction, EditorAction, FindAction, FoldAction, Keymap, Lines, Move as Step, Nav, TextEdit,
    Tool, WorkAction,
};
use crate::policy::ast::Policy;
use crate::policy::complete::{self, complete};
use crate::policy::diagnostic::Fix;
use crate::policy::format::{Style, format};
use crate::policy::{PolicyKind, expand, minimise, parser, read, snippets};
use crate::ui::effect::{Tone, UiEffect};
use crate::ui::layer::unbound;
use crate::ui::layers::menu::{Item, Menu};
use crate::ui::message::MenuId;
use crate::ui::page::View;

use super::analysis::place;
use super::builder::{Builder, Done};
use super::commands::{Commands, key};
use super::find::Mode;
use super::go_to_line::GoToLine;
use super::open_file::OpenFile;
use super::pane::Tab;
use super::popup::{Choice, Popup};
use super::rows::Spot;
use super::text::{Move, Sort};
use super::{Editor, Import, Subject, lines, typing};

/// The most names of an account that completion offers, of roles and of users.
const PRINCIPALS: usize = 2_000;

/// A change of the whole document that leaves its meaning as it is.
#[derive(Debug, Clone, Copy)]
enum Rewrite {
    Layout,
    WriteOut,
    Minimise,
}

impl Editor {
    /// Does what an action wants: whatever lies over the text comes first.
    pub(super) fn perform(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        if self.builder.is_some() {
            return self.build(action, view);
        }
        if self.pane.focused {
            return self.in_pane(action);
        }
        if self.find.open.is_some() {
            return self.in_find(action);
        }
        if let Some(effects) = self.in_popup(action, view) {
            return effects;
        }
        let before = self.text.revision();
        let popup = self.popup.take();
        let live = popup.as_ref().is_some_and(|popup| popup.is_live);
        let effects = self.in_text(action, view);
        // Deleting inside of a word narrows or widens the list that typing brought up.
        if live && self.text.revision() != before && action == TextEdit::Back.action() {
            self.complete_on(popup.as_ref(), view);
        }
        effects
    }

    fn in_text(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Text(edit) => self.edit(edit),
            Action::Move(step) => self.go(step, false),
            Action::Fold(FoldAction::One) => drop(self.folds.toggle(&mut self.text, &self.analysis)),
            Action::Fold(FoldAction::All) => {
                self.folds.toggle_all(&mut self.text, &self.analysis);
                // What is folded may fit the screen: what is scrolled out above the cursor comes back.
                self.first = Spot::default();
            }
            Action::Work(action) => return self.work(action, view.keymap),
            Action::Editor(EditorAction::Caret(action)) => self.caret(action),
            Action::Editor(EditorAction::Lines(action)) => self.change(action),
            Action::Editor(EditorAction::Find(action)) => return self.find_on(action),
            Action::Editor(EditorAction::Tool(action)) => return self.tool(action, view),
            // The effect is switched on its row among the blocks.
            Action::Editor(EditorAction::Build(Build::SwitchEffect)) => {}
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Dialog(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_) => return unbound(action),
        }
        Vec::new()
    }

    fn work(&mut self, action: WorkAction, keymap: &Keymap) -> Vec<UiEffect> {
        match action {
            WorkAction::Undo => drop(self.text.undo()),
            WorkAction::Redo => drop(self.text.redo()),
            WorkAction::Save => return self.save(keymap),
            WorkAction::Copy => {
                let (from, to) = typing::to_cut(&self.text);
                return self.copy(from, to);
            }
            // A policy is no secret.
            WorkAction::Reveal => {}
        }
        self.marking = false;
        Vec::new()
    }

    /// Takes typed or pasted text.
    pub(super) fn typed(&mut self, typed: &str, view: &View<'_>) -> Vec<UiEffect> {
        if self.find.open.is_some() {
            self.find.type_text(typed);
            self.seek();
            return Vec::new();
        }
        if self.pane.focused {
            return Vec::new();
        }
        let had = self.popup.take();
        let mut clusters = unicode_segmentation::UnicodeSegmentation::graphemes(typed, true);
        let single = clusters.next().is_some() && clusters.next().is_none();
        let done = if single {
            typing::character(&mut self.text, &self.analysis, typed)
        } else if self.is_template() && is_document(typed) {
            self.text.turn_into(typed);
            return Self::say("The pasted document replaces the template. Undo brings the template back.", Tone::Done);
        } else {
            self.text.insert(typed, Sort::Whole)
        };
        if !done {
            return Self::say("the text would become too long; nothing was inserted", Tone::Failed);
        }
        self.catch_up();
        let word =
            typed.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, ':' | '"' | '*' | '-' | '/' | '.' | '$' | '{'));
        if single && word && (had.is_some() || typing::in_string(&self.analysis, self.text.caret().at)) {
            self.complete_on(had.as_ref(), view);
        }
        Vec::new()
    }

    /// Whether the text is only what a new policy begins with.
    fn is_template(&self) -> bool {
        let is_new = matches!(self.subject, Subject::New | Subject::Inline { name: None, .. });
        is_new && !self.is_changed() && self.text.selection().is_none()
    }

    /// Opens the list of completions anew, in the place of the one that was open.
    fn complete_on(&mut self, before: Option<&Popup>, view: &View<'_>) {
        self.complete(true, view);
        self.popup = self.popup.take().map(|popup| popup.follow(before));
    }

    /// Edits the text at the cursor, or moves in its line.
    fn edit(&mut self, edit: TextEdit) {
        match edit {
            TextEdit::Left => return self.go_by(Move::Left, false),
            TextEdit::Right => return self.go_by(Move::Right, false),
            TextEdit::Home => return self.go_by(Move::Home, false),
            TextEdit::End => return self.go_by(Move::End, false),
            TextEdit::Back => typing::back(&mut self.text, &self.analysis),
            TextEdit::Delete => self.text.delete(Move::Right),
            TextEdit::Word => self.text.delete(Move::WordLeft),
            TextEdit::Clear => {
                let at = self.text.caret().at;
                let start = self.text.start_of(self.text.line_of(at));
                self.text.replace(start, at, "", Sort::Whole);
            }
        }
        self.marking = false;
    }

    /// Changes whole lines, cuts and inserts.
    fn change(&mut self, action: Lines) {
        match action {
            Lines::NewLine => drop(typing::new_line(&mut self.text)),
            Lines::Outdent => typing::outdent_lines(&mut self.text),
            Lines::Duplicate => drop(lines::duplicate(&mut self.text)),
            Lines::MoveUp | Lines::MoveDown => {
                lines::shift(&mut self.text, action == Lines::MoveUp);
                return;
            }
            Lines::CutToEnd => {
                let at = self.text.caret().at;
                let end = self.text.end_of(self.text.line_of(at));
                let to = if at == end { (end + 1).min(self.text.as_str().len()) } else { end };
                self.text.slice(at, to).clone_into(&mut self.clipboard);
                self.text.replace(at, to, "", Sort::Whole);
            }
            Lines::Cut => {
                let (from, to) = typing::to_cut(&self.text);
                self.text.slice(from, to).clone_into(&mut self.clipboard);
                self.text.replace(from, to, "", Sort::Whole);
            }
            Lines::Paste => {
                let text = self.clipboard.clone();
                self.text.insert(&text, Sort::Whole);
            }
        }
        self.marking = false;
    }

    /// Goes on to what was looked for last; how it is looked for is said in the line for finding.
    fn find_on(&mut self, action: FindAction) -> Vec<UiEffect> {
        let forward = match action {
            FindAction::Next => true,
            FindAction::Previous => false,
            FindAction::ReplaceHere
            | FindAction::ReplaceAll
            | FindAction::OtherField
            | FindAction::Case
            | FindAction::Word
            | FindAction::Regex => return Vec::new(),
        };
        if self.find.query().is_empty() {
            self.find.begin(Mode::Find, &self.text);
        } else if !self.find.step(&mut self.text, forward) {
            return Self::say("nothing found", Tone::Info);
        }
        Vec::new()
    }

    /// Does a command.
    fn tool(&mut self, action: Tool, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Tool::Deselect => return self.deselect(view),
            Tool::Close => return vec![UiEffect::Close],
            Tool::Discard => return self.discard(),
            Tool::AskAws => return self.ask_service(),
            Tool::CheckAccess => return self.check_access(),
            Tool::Simulate => return self.simulate(view),
            Tool::Import => return vec![UiEffect::Open(Box::new(Import::default()))],
            Tool::WriteFile => return vec![UiEffect::Open(Box::new(OpenFile::to_write()))],
            Tool::ExternalEditor => {
                return vec![UiEffect::Task(BackgroundTask::EditOutside(Arc::from(self.text.as_str())))];
            }
            Tool::Complete => return self.tab(view),
            Tool::Find => self.find.begin(Mode::Find, &self.text),
            Tool::Replace => self.find.begin(Mode::Replace, &self.text),
            Tool::Select => {
                self.marking = self.text.caret().anchor.is_none();
                self.text.mark();
            }
            Tool::SelectAll => self.text.select(0, self.text.as_str().len()),
            Tool::NextFinding => return self.next_finding(true),
            Tool::PreviousFinding => return self.next_finding(false),
            Tool::Fix => return self.fix_near(view.keymap),
            Tool::FixAll => {
                let finding = self.told().cloned();
                return self.fix_all(finding.as_ref());
            }
            Tool::Builder => return self.open_builder(view.keymap),
            Tool::Bracket => {
                let other = self.analysis.bracket(self.text.caret().at);
                if let Some((_, other)) = other {
                    self.text.go(other);
                }
            }
            Tool::Snippet => {
                let list = snippets::of(self.analysis.kind);
                self.popup = Some(Popup::snippets(list, self.text.caret().at));
            }
            Tool::Format => return self.rewrite(Rewrite::Layout, view.keymap),
            Tool::WriteOut => return self.rewrite(Rewrite::WriteOut, view.keymap),
            Tool::Minimise => return self.rewrite(Rewrite::Minimise, view.keymap),
            Tool::GoToLine => return vec![UiEffect::Open(Box::new(GoToLine::new(self.text.line_count())))],
            Tool::StatementUp => return self.shift_statement(true),
            Tool::StatementDown => return self.shift_statement(false),
            Tool::Kind => return vec![UiEffect::Open(Box::new(self.kinds()))],
            Tool::Commands => return vec![UiEffect::Open(Box::<Commands>::default())],
            Tool::Pane => {
                self.hides_pane = false;
                self.pane.focus(&self.text, &self.analysis);
            }
            Tool::HidePane => self.hides_pane = !self.hides_pane,
            Tool::Documentation => {
                self.hides_pane = false;
                self.pane.choose(Tab::Docs);
            }
            Tool::Wrap => {
                self.wraps = !self.wraps;
                let words = if self.wraps { "long lines are wrapped" } else { "long lines are cut at the side" };
                return Self::say(words, Tone::Info);
            }
        }
        Vec::new()
    }

    fn shift_statement(&mut self, up: bool) -> Vec<UiEffect> {
        if lines::shift_statement(&mut self.text, &self.analysis.statements, up).is_some() {
            return Vec::new();
        }
        let side = if up { "above" } else { "below" };
        Self::say(format!("there is no statement to move over {side}"), Tone::Info)
    }

    /// Copies a part of the text to the terminal's clipboard, and keeps it to be inserted.
    fn copy(&mut self, from: usize, to: usize) -> Vec<UiEffect> {
        let text = self.text.slice(from, to).to_owned();
        self.clipboard.clone_from(&text);
        vec![UiEffect::Copy("text", text)]
    }

    /// Copies what is selected: the key that stops programs does it in most editors, so here it ends nothing.
    pub(super) fn copy_selection(&mut self, keymap: &Keymap) -> Vec<UiEffect> {
        if let Some((from, to)) = self.text.selection() {
            return self.copy(from, to);
        }
        let line = key(keymap, WorkAction::Copy);
        Self::say(format!("nothing is selected to copy; {line} copies the line"), Tone::Info)
    }

    /// Has the service check the text; what it says comes into a tab of its own.
    fn ask_service(&mut self) -> Vec<UiEffect> {
        self.hides_pane = false;
        self.pane.show(Tab::Service);
        let (kind, account) = (self.analysis.kind, self.analysis.options.account.clone());
        self.service.ask(self.text.as_str(), kind, account).map(UiEffect::Task).into_iter().collect()
    }

    /// Shows the statements as blocks; what is no JSON has none that could be changed safely.
    fn open_builder(&mut self, keymap: &Keymap) -> Vec<UiEffect> {
        if !self.analysis.broken.is_empty() && !self.text.as_str().trim().is_empty() {
            return Self::say(Self::no_json("the visual builder needs valid JSON", keymap), Tone::Failed);
        }
        let mut builder = Builder::default();
        builder.follow(&self.text, &self.analysis);
        self.builder = Some(builder);
        Vec::new()
    }

    /// Takes what the builder made of the text, or asks what it asks.
    pub(super) fn built(&mut self, done: Done) -> Vec<UiEffect> {
        match done {
            Done::Text(text) => {
                self.text.turn_into(&text);
            }
            Done::UserError(text, words) => {
                self.text.turn_into(&text);
                self.catch_up();
                return Self::say(words, Tone::Done).into_iter().chain(self.checks()).collect();
            }
            Done::Say(words) => return Self::say(words, Tone::Info),
            Done::Ask(effects) => return effects,
            Done::Leave => {
                if let Some(at) = self.builder.take().and_then(|builder| builder.offset()) {
                    self.text.go(at);
                }
            }
            Done::Nothing => {}
        }
        self.catch_up();
        self.checks()
    }

    /// Does what an action wants in the builder.
    fn build(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Work(WorkAction::Undo) => drop(self.text.undo()),
            Action::Work(WorkAction::Redo) => drop(self.text.redo()),
            Action::Work(WorkAction::Save) => return self.save(view.keymap),
            // What a block says is copied in the text.
            Action::Work(WorkAction::Copy | WorkAction::Reveal) => {}
            _ => {
                let done = self.builder.as_mut().map(|builder| builder.act(action, self.text.as_str(), view.keymap));
                let effects = self.built(done.unwrap_or(Done::Nothing));
                // The text beside the blocks shows what is selected.
                if let Some(at) = self.builder.as_ref().and_then(Builder::offset) {
                    self.text.go(at);
                }
                return effects;
            }
        }
        Vec::new()
    }

    /// Tab: a step of indentation in front of a line's text and over several lines, else completions.
    fn tab(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let caret = self.text.caret();
        let line = self.text.line_of(caret.at);
        let before = self.text.slice(self.text.start_of(line), caret.at);
        let blank = before.trim().is_empty() && !self.text.line(line).trim().is_empty();
        if blank || self.text.selected().is_some_and(|selected| selected.contains('\n')) {
            typing::indent_lines(&mut self.text);
            return Vec::new();
        }
        self.complete(false, view);
        match &self.popup {
            Some(_) => Vec::new(),
            None => Self::say("nothing can be completed here", Tone::Info),
        }
    }

    /// Opens the list of completions at the cursor, or closes it where there are none.
    fn complete(&mut self, is_live: bool, view: &View<'_>) {
        self.catch_up();
        let account = view.account;
        let identity = account.identity();
        let number = identity.map(|identity| identity.account.to_string());
        let roles = account.roles().rows().iter().take(PRINCIPALS).map(|role| role.arn.as_str());
        let users = account.users().rows().iter().take(PRINCIPALS).map(|user| user.arn.as_str());
        let principals: Vec<&str> = roles.chain(users).collect();
        let oidc = account.oidc_providers().rows().iter().map(|provider| provider.arn.as_str());
        let saml = account.saml_providers().rows().iter().map(|provider| provider.arn.as_str());
        let providers: Vec<&str> = oidc.chain(saml).collect();
        let context = complete::Context {
            kind: Some(self.analysis.kind),
            partition: identity.map_or("aws", |identity| identity.partition()),
            account: number.as_deref(),
            principals: &principals,
            providers: &providers,
            ..complete::Context::new(Catalog::bundled())
        };
        let found = complete(self.text.as_str(), self.text.caret().at, &context);
        self.popup = Popup::of(found, is_live).filter(|popup| !(is_live && popup.is_said(self.text.as_str())));
    }

    /// What an action does in the list over the text; nothing where it is for the text below.
    fn in_popup(&mut self, action: Action, view: &View<'_>) -> Option<Vec<UiEffect>> {
        let popup = self.popup.as_mut()?;
        match action {
            Action::Move(step @ (Step::Up | Step::Down | Step::PageUp | Step::PageDown)) => popup.go(step),
            Action::Dialog(DialogAction::Accept) => return Some(self.take(view)),
            Action::Dialog(DialogAction::Cancel) => self.popup = None,
            Action::Dialog(DialogAction::Mark) => {}
            // To the ends one goes in the text.
            Action::Move(Step::Top | Step::Bottom)
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return None,
        }
        Some(Vec::new())
    }

    /// Inserts what is selected in the list over the text.
    fn take(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        let choice = self.popup.take().and_then(|popup| popup.choice());
        match choice {
            Some(Choice::Insert { span, text, cursor, goes_on }) => {
                if self.text.replace(span.start as usize, span.end as usize, &text, Sort::Whole) {
                    self.text.go(span.start as usize + cursor);
                }
                if goes_on {
                    self.complete(true, view);
                }
            }
            Some(Choice::Snippet(snippet)) => {
                let after = snippet.apply(self.text.as_str(), self.text.caret().at);
                match after {
                    Some(after) => drop(self.text.turn_into(&after)),
                    None => return Self::say("there is no statement to insert it into", Tone::Failed),
                }
            }
            None => {}
        }
        Vec::new()
    }

    /// Looks for what is typed so far, from where the cursor is.
    fn seek(&mut self) {
        self.find.settle(&self.text);
        let start = self.text.selection().map_or(self.text.caret().at, |(from, _)| from);
        self.text.go(start);
        self.find.step(&mut self.text, true);
    }

    fn in_find(&mut self, action: Action) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => self.find.open = None,
            Action::Dialog(DialogAction::Accept | DialogAction::Mark) => {}
            Action::Editor(EditorAction::Find(action)) => {
                if let Some(count) = self.find.act(action, &mut self.text) {
                    return Self::say(format!("replaced {count}"), Tone::Done);
                }
                if matches!(action, FindAction::Case | FindAction::Word | FindAction::Regex) {
                    self.seek();
                }
            }
            Action::Text(edit) => {
                self.find.edit(edit);
                self.seek();
            }
            Action::Editor(
                EditorAction::Tool(_) | EditorAction::Lines(_) | EditorAction::Caret(_) | EditorAction::Build(_),
            )
            | Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Move(_)
            | Action::Nav(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Review(_)
            | Action::Diff(_) => return unbound(action),
        }
        Vec::new()
    }

    fn in_pane(&mut self, action: Action) -> Vec<UiEffect> {
        let selected = self.pane.selected(&self.text, &self.analysis).cloned();
        match action {
            Action::Editor(EditorAction::Tool(Tool::Fix)) => return self.fix(selected.as_ref()),
            Action::Editor(EditorAction::Tool(Tool::FixAll)) => return self.fix_all(selected.as_ref()),
            Action::Nav(Nav::Open) => {
                match selected.map(|finding| place(&finding).start as usize).or_else(|| self.pane.target()) {
                    Some(at) => {
                        self.text.go(at);
                        self.pane.focused = false;
                    }
                    None => self.pane.act(Nav::Open, &self.text, &self.analysis),
                }
            }
            Action::Nav(action) => self.pane.act(action, &self.text, &self.analysis),
            Action::Move(step) => self.pane.go(step, &self.text, &self.analysis),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_)
            | Action::Editor(_) => return unbound(action),
        }
        Vec::new()
    }

    /// Changes the whole document by meaning-preserving rules.
    fn rewrite(&mut self, how: Rewrite, keymap: &Keymap) -> Vec<UiEffect> {
        let text = self.text.as_str();
        let rewritten = |rewrite: fn(&Policy<'_>) -> Result<Fix, GaveUp>| {
            // A key waits for it, so it may do less than a command.
            work::within(work::WHILE_TYPING, || Ok(rewrite(&read(text))?.apply(text))).flatten()
        };
        let (after, nothing) = match how {
            Rewrite::Layout => match format(&parser::parse(text), Style::CONSOLE) {
                Some(after) => (after, "the layout is as it should be"),
                None => {
                    return Self::say(
                        Self::no_json("text that is not valid JSON cannot be formatted", keymap),
                        Tone::Failed,
                    );
                }
            },
            Rewrite::WriteOut => match rewritten(|policy| expand::expand(policy, Catalog::bundled())) {
                Ok(after) => (after, "there is no wildcard to write out"),
                Err(gave_up) => return Self::say(gave_up.to_string(), Tone::Failed),
            },
            Rewrite::Minimise => match rewritten(|policy| Ok(minimise::minimise(policy)?.fix)) {
                Ok(after) => (after, "nothing can go without a loss"),
                Err(gave_up) => return Self::say(gave_up.to_string(), Tone::Failed),
            },
        };
        if self.text.turn_into(&after) { Vec::new() } else { Self::say(nothing, Tone::Info) }
    }

    /// Asks whether to lose the changes.
    fn discard(&self) -> Vec<UiEffect> {
        if !self.has_work() {
            return vec![UiEffect::Close];
        }
        let items = ["Keep editing", "Discard the changes and close"].map(|label| Item::choice(label, None));
        vec![UiEffect::Open(Box::new(Menu::choose(MenuId::Discard, "Discard the changes?", items.into(), 0)))]
    }

    fn kinds(&self) -> Menu {
        let own = |on: bool| on.then_some("✓");
        let guess = Item::choice("as the document looks", own(self.kind.is_none()));
        let kinds = PolicyKind::ALL.iter().map(|(name, kind)| Item::choice(*name, own(self.kind == Some(*kind))));
        let at = PolicyKind::ALL.iter().position(|(_, kind)| self.kind == Some(*kind)).map_or(0, |at| at + 1);
        Menu::choose(MenuId::PolicyKind, "Check it as", std::iter::once(guess).chain(kinds).collect(), at)
    }
}

/// Whether a text is a whole JSON object and not a part of one.
fn is_document(text: &str) -> bool {
    text.trim_start().starts_with('{') && parser::parse(text).errors().is_empty()
}
