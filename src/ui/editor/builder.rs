//! The visual builder: the statements of the text as blocks, changed by edits that touch nothing else.
//!
//! It is another view of the same text, not another document: every change is a [`Fix`] of the text as it
//! stands, and whatever the text holds beyond what the builder knows stays as it is.

mod ask;
pub(super) mod choose;
mod principals;
mod rows;

use ratatui::layout::Rect;

use crate::catalog::Catalog;
use crate::input::{Action, Build, EditorAction, ItemAction, Keymap, Lines, Move, Nav, Scope, WorkAction};
use crate::policy::PolicyKind;
use crate::policy::ast::{Effect, PrincipalKind, Statement};
use crate::policy::blocks::{self, Element, PrincipalPlace, quoted};
use crate::policy::diagnostic::Fix;
use crate::policy::read;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::unbound;
use crate::ui::widgets::scroll::Scroll;

use super::analysis::Analysis;
use super::text::Text;
use rows::{Row, What, rows};

/// The statements as blocks, and what is being changed of them.
#[derive(Debug, Default)]
pub struct Builder {
    rows: Vec<Row>,
    scroll: Scroll,
    seen: Option<(u64, PolicyKind)>,
    /// The account that the policy belongs to.
    account: Option<String>,
    /// What the layer that was opened last is for.
    pending: Option<Pending>,
}

/// What an answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pending {
    /// The service of a new statement, or of more actions of one.
    Service(Option<usize>),
    /// The actions of a service, for a new statement or for one that is there.
    Actions(Option<usize>, String),
    /// The type of a resource, to be filled in.
    ResourceType(usize),
    /// A resource, new or in place of another one.
    Resource(usize, Option<usize>),
    /// The key of a condition.
    Key(usize),
    /// The operator and the values of a condition key.
    Condition(usize),
    /// Whom the statement is about as well.
    Who(usize),
    /// A principal of a kind.
    Principal(usize, PrincipalKind),
    /// What takes a principal's place.
    Instead(usize, PrincipalPlace),
}

/// What comes of an action.
pub enum Done {
    /// The text becomes this one.
    Text(String),
    /// The text becomes this one, which is told.
    UserError(String, String),
    /// Something is said, and nothing done.
    Say(&'static str),
    /// Something is asked first.
    Ask(Vec<UiEffect>),
    /// The keys go back to the text.
    Leave,
    /// Nothing more.
    Nothing,
}

impl Builder {
    /// Brings the rows up to date with the text.
    pub fn settle(&mut self, text: &Text, analysis: &Analysis, area: Rect) {
        let now = Some((text.revision(), analysis.kind));
        if self.seen != now {
            self.seen = now;
            self.rows = rows(&read(text.as_str()), analysis.kind, Catalog::bundled());
        }
        self.account.clone_from(&analysis.options.account);
        self.scroll.settle(self.rows.len(), area.height);
    }

    /// Selects the block that the cursor of the text is in.
    pub fn follow(&mut self, text: &Text, analysis: &Analysis) {
        self.settle(text, analysis, Rect::new(0, 0, 1, 1));
        let policy = read(text.as_str());
        if let Some(index) = crate::policy::snippets::statement_at(&policy, text.caret().at) {
            let row = self.rows.iter().position(|row| row.what == What::Statement(index));
            self.scroll.cursor = row.unwrap_or(0);
        }
    }

    /// Where in the text the selected row stands.
    pub fn offset(&self) -> Option<usize> {
        self.rows.get(self.scroll.cursor).and_then(|row| row.at)
    }

    /// Does what an action wants with the selected row.
    pub fn act(&mut self, action: Action, text: &str, keymap: &Keymap) -> Done {
        let what = self.rows.get(self.scroll.cursor).map_or(What::AddStatement, |row| row.what.clone());
        let done = |fix: Option<Fix>| fix.map_or(Done::Nothing, |fix| Done::Text(fix.apply(text)));
        match action {
            Action::Nav(Nav::Back) => Done::Leave,
            Action::Nav(Nav::Open) => self.enter(what, text),
            Action::Item(ItemAction::New) => self.begin_statement(),
            Action::Item(ItemAction::Delete) if matches!(what, What::Effect(_)) => {
                Done::Say("no statement is without an effect; on its head the whole statement is removed")
            }
            Action::Item(ItemAction::Delete) => removed(text, &what).map_or(Done::Nothing, |fix| {
                let undo = keymap.shown(Scope::Builder, WorkAction::Undo);
                Done::UserError(fix.apply(text), format!("removed {}; {undo} brings it back", self.named()))
            }),
            // There are no tabs, a block is opened to be changed, and what can be added has a row of its own.
            Action::Nav(Nav::NextTab | Nav::PreviousTab)
            | Action::Item(ItemAction::Edit | ItemAction::Add | ItemAction::Menu | ItemAction::WhoCan) => Done::Nothing,
            Action::Editor(EditorAction::Build(Build::SwitchEffect)) => match what {
                What::Effect(index) => turned(text, index),
                _ => Done::Say("the effect is switched on its own row"),
            },
            Action::Editor(EditorAction::Lines(Lines::Duplicate)) => {
                done(what.statement().and_then(|index| blocks::duplicate(&read(text), index)))
            }
            Action::Move(step) => {
                self.scroll.go(step, self.rows.len());
                Done::Nothing
            }
            Action::Editor(
                EditorAction::Tool(_) | EditorAction::Lines(_) | EditorAction::Caret(_) | EditorAction::Find(_),
            )
            | Action::App(_)
            | Action::Page(_)
            | Action::Dialog(_)
            | Action::Work(_)
            | Action::Fold(_)
            | Action::Form(_)
            | Action::Text(_)
            | Action::Review(_)
            | Action::Diff(_) => Done::Ask(unbound(action)),
        }
    }

    /// The selected row in words.
    fn named(&self) -> String {
        let row = self.rows.get(self.scroll.cursor);
        row.map_or_else(String::new, |row| match row.what {
            What::Statement(_) => format!("statement {} {}", row.label, row.text).trim_end().to_owned(),
            _ => row.text.clone(),
        })
    }

    fn begin_statement(&mut self) -> Done {
        self.pending = Some(Pending::Service(None));
        Done::Ask(vec![choose::service()])
    }

    fn enter(&mut self, what: What, text: &str) -> Done {
        match what {
            What::Statement(_) => {
                self.scroll.go(Move::Down, self.rows.len());
                Done::Nothing
            }
            What::Effect(index) => turned(text, index),
            What::Entry(index, Element::Action | Element::NotAction, _) | What::AddEntry(index, Element::Action) => {
                let policy = read(text);
                let services = rows::services(&policy, index);
                if let [only] = services.as_slice() {
                    let only = only.clone();
                    let effect = choose::actions(&policy, Some(index), &only);
                    self.pending = Some(Pending::Actions(Some(index), only));
                    return Done::Ask(vec![effect]);
                }
                self.pending = Some(Pending::Service(Some(index)));
                Done::Ask(vec![choose::service()])
            }
            What::Entry(index, Element::Resource, at) => {
                let policy = read(text);
                let entry = policy.statements.iter().find(|s| s.index == index).and_then(|s| s.resource.as_ref());
                let value = entry.and_then(|list| list.items.get(at)).map(|item| item.value.clone().into_owned());
                self.pending = Some(Pending::Resource(index, Some(at)));
                Done::Ask(vec![ask::arn(&value.unwrap_or_default())])
            }
            What::AddEntry(index, _) => {
                self.pending = Some(Pending::ResourceType(index));
                Done::Ask(vec![choose::resource(&read(text), index)])
            }
            What::Condition(index, operator, key) => {
                self.pending = Some(Pending::Condition(index));
                Done::Ask(vec![ask::condition(&read(text), index, &key, Some(&operator))])
            }
            What::AddCondition(index) => {
                self.pending = Some(Pending::Key(index));
                Done::Ask(vec![choose::key(&read(text), index)])
            }
            What::Principal(index, place) => {
                self.pending = Some(Pending::Instead(index, place));
                principals::change(text, index, place)
            }
            What::AddPrincipal(index) => {
                self.pending = Some(Pending::Who(index));
                Done::Ask(vec![principals::choose(self.account.as_deref())])
            }
            What::AddStatement => self.begin_statement(),
            What::Entry(..) | What::Note => Done::Leave,
        }
    }

    /// Takes the answer of a layer that was opened.
    pub fn receive(&mut self, answer: &str, text: &str) -> Done {
        match self.pending.take() {
            Some(Pending::Service(index)) => {
                let effect = choose::actions(&read(text), index, answer);
                self.pending = Some(Pending::Actions(index, answer.to_owned()));
                Done::Ask(vec![effect])
            }
            Some(Pending::Actions(None, prefix)) => {
                let policy = read(text);
                // A statement that allows nothing yet is one that waits to be filled.
                let is_empty = |list: &crate::policy::ast::List<'_>| list.items.is_empty();
                if let Some(own) = policy.statements.iter().find(|own| own.action.as_ref().is_some_and(is_empty)) {
                    return Done::Text(with_actions(text, own.index, &prefix, answer));
                }
                let actions: Vec<String> = answer.lines().map(quoted).collect();
                let list = match actions.as_slice() {
                    [one] => one.clone(),
                    more => format!("[{}]", more.join(", ")),
                };
                let json = format!("{{\"Effect\": \"Allow\", \"Action\": {list}, \"Resource\": \"*\"}}");
                let fix = blocks::add_statement(&read(text), None, &json);
                fix.map_or(Done::Nothing, |fix| Done::Text(fix.apply(text)))
            }
            Some(Pending::Actions(Some(index), prefix)) => Done::Text(with_actions(text, index, &prefix, answer)),
            Some(Pending::ResourceType(index)) if answer == "*" => Done::Text(with_resource(text, index, None, "*")),
            Some(Pending::ResourceType(index)) => {
                self.pending = Some(Pending::Resource(index, None));
                Done::Ask(vec![ask::arn(answer)])
            }
            Some(Pending::Resource(index, at)) => Done::Text(with_resource(text, index, at, answer)),
            Some(Pending::Key(index)) => {
                self.pending = Some(Pending::Condition(index));
                Done::Ask(vec![ask::condition(&read(text), index, answer, None)])
            }
            Some(Pending::Condition(index)) => {
                let mut lines = answer.lines();
                let (Some(operator), Some(key)) = (lines.next(), lines.next()) else { return Done::Nothing };
                let values: Vec<String> = lines.map(str::to_owned).collect();
                let fix = blocks::set_condition(&read(text), index, operator, key, &values);
                fix.map_or(Done::Nothing, |fix| Done::Text(fix.apply(text)))
            }
            Some(Pending::Who(index)) => {
                let (pending, done) = principals::chosen(text, index, answer);
                self.pending = pending;
                done
            }
            Some(Pending::Principal(index, kind)) => principals::added(text, index, kind, answer),
            Some(Pending::Instead(index, place)) => principals::changed(text, index, place, answer),
            None => Done::Nothing,
        }
    }

    /// Draws the blocks.
    pub fn render(&self, area: Rect, has_keys: bool, frame: &mut Frame<'_>) {
        if self.rows.len() <= 1 {
            frame.text(area, area.x + 2, area.y + 1, "There is no statement yet.", Look::Absent);
        }
        self.scroll.marks(self.rows.len(), area, frame);
        for (at, y) in self.scroll.window(self.rows.len()).zip(area.y..area.bottom()) {
            let Some(row) = self.rows.get(at) else { break };
            let selected = has_keys && at == self.scroll.cursor;
            frame.text(area, area.x, y, if selected { "›" } else { " " }, Look::Accent);
            let wide = if row.is_head() { area.width.saturating_sub(2) } else { 13 };
            let label = Rect { x: area.x + 2, width: wide, ..area };
            let used = frame.text(label, label.x, y, &row.label, row.look);
            let x = if row.is_head() { label.x + used + 1 } else { area.x + 15 };
            let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
            let used = frame.text(rest, rest.x, y, &row.text, if selected { Look::Selection } else { row.role });
            frame.text(rest, rest.x + used + 1, y, &row.note, Look::Muted);
        }
    }
}

/// The other effect.
fn turned(text: &str, index: usize) -> Done {
    let policy = read(text);
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let (other, word) = match own.and_then(Statement::effect) {
        Some(Effect::Allow) => (Effect::Deny, "denies"),
        _ => (Effect::Allow, "allows"),
    };
    let fix = blocks::set_effect(&policy, index, other);
    fix.map_or(Done::Nothing, |fix| Done::UserError(fix.apply(text), format!("statement {} {word} now", index + 1)))
}

fn removed(text: &str, what: &What) -> Option<Fix> {
    let policy = read(text);
    match what {
        What::Statement(index) => blocks::remove(&policy, *index),
        What::Entry(index, element, at) => {
            let own = policy.statements.iter().find(|statement| statement.index == *index)?;
            let value = element.of(own)?.items.get(*at)?.value.clone().into_owned();
            blocks::remove_entries(&policy, *index, *element, |entry| entry == value)
        }
        What::Condition(index, operator, key) => blocks::remove_condition(&policy, *index, operator, key),
        What::Principal(index, place) => blocks::remove_principal(&policy, *index, *place),
        _ => None,
    }
}

/// The text with the chosen actions of a service, and no others of it.
fn with_actions(text: &str, index: usize, prefix: &str, answer: &str) -> String {
    let chosen: Vec<&str> = answer.lines().collect();
    let of_service = |entry: &str| entry.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(prefix));
    let mut text = text.to_owned();
    for value in &chosen {
        let fix = blocks::add_entry(&read(&text), index, Element::Action, value);
        if let Some(fix) = fix {
            text = fix.apply(&text);
        }
    }
    let gone = |entry: &str| of_service(entry) && !chosen.contains(&entry);
    let fix = blocks::remove_entries(&read(&text), index, Element::Action, gone);
    fix.map_or_else(|| text.clone(), |fix| fix.apply(&text))
}

/// The text with a resource more, or another one in its place; `*` says it all, and goes once one is named.
fn with_resource(text: &str, index: usize, at: Option<usize>, value: &str) -> String {
    let policy = read(text);
    if let Some(at) = at {
        let fix = blocks::replace_entry(&policy, index, Element::Resource, at, value);
        return fix.map_or_else(|| text.to_owned(), |fix| fix.apply(text));
    }
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let list = own.and_then(|own| own.resource.as_ref());
    let only_star = list.is_some_and(|list| list.items.len() == 1 && list.has("*"));
    let fix = if only_star && value != "*" {
        blocks::replace_entry(&policy, index, Element::Resource, 0, value)
    } else {
        blocks::add_entry(&policy, index, Element::Resource, value)
    };
    fix.map_or_else(|| text.to_owned(), |fix| fix.apply(text))
}
