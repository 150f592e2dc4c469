//! The one palette: jump to a page or an entity, or run a command by name.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::input::action::TABLE;
use crate::input::{Action, Context, Scope};
use crate::model::{EntityRef, Progress};
use crate::theme::Role;
use crate::ui::filter::Sieve;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::{centered, edge, split_top};
use crate::ui::page::{View, Wish};
use crate::ui::place::{Kind, PAGES, Place};
use crate::ui::selection::Selection;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;
use crate::ui::wizards;

/// The most that is listed: nobody reads further, and typing on is quicker.
const MOST: usize = 100;

/// The palette with what is typed and what matches.
#[derive(Debug)]
pub struct Palette {
    line: TextLine,
    commands: Vec<Entry>,
    /// Verbs that make no sense here: found by name, so that it is known what they want.
    misfits: Vec<Entry>,
    found: Vec<Entry>,
    scroll: Scroll,
    sieve: Sieve,
    seen: Option<u64>,
    /// Enter was pressed before the account told the name: it is gone to as soon as it does.
    waiting: bool,
}

/// One thing to choose.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    note: String,
    outcome: Outcome,
    /// What else is searched, as it is typed and not letter by letter: a page's title and synonyms.
    also: String,
}

impl Palette {
    /// A palette over the commands that make sense where these facts hold and these scopes are read.
    ///
    /// Verbs stand before them, those that fit what is selected first.
    pub fn new(scopes: &[Scope], facts: &Context, selection: &Selection, view: &View<'_>) -> Self {
        let verbs = wizards::fitting(selection).into_iter().map(|verb| Entry {
            name: verb.name.to_owned(),
            note: verb.help.to_owned(),
            outcome: wizards::outcome(verb, selection),
            also: String::new(),
        });
        let misfits = wizards::misfits(selection).map(|(verb, wanted)| Entry {
            name: verb.name.to_owned(),
            note: format!("· needs {wanted}"),
            outcome: wizards::outcome(verb, selection),
            also: String::new(),
        });
        let misfits = misfits.collect();
        let commands = TABLE
            .iter()
            .filter(|entry| scopes.contains(&entry.scope) && facts.holds(entry.when) && entry.scope != Scope::Rows)
            .map(|entry| {
                let keys: Vec<String> =
                    view.keymap.keys_of(entry.action).iter().take(1).map(|key| key.label()).collect();
                let note = format!("{} {}", keys.concat(), entry.help);
                Entry {
                    name: entry.name.to_owned(),
                    note: note.trim().to_owned(),
                    outcome: Outcome::Do(entry.action),
                    also: String::new(),
                }
            });
        let commands = verbs.chain(commands).collect();
        Self {
            line: TextLine::default(),
            commands,
            misfits,
            found: Vec::new(),
            scroll: Scroll::default(),
            sieve: Sieve::default(),
            seen: None,
            waiting: false,
        }
    }

    /// Closes with what is chosen.
    fn accept(&self) -> Vec<Wish> {
        let chosen = self.found.get(self.scroll.cursor).map(|entry| entry.outcome.clone());
        chosen.map(Wish::Close).into_iter().collect()
    }

    fn search(&mut self, view: &View<'_>) {
        self.seen = Some(view.revision);
        let pages = PAGES.iter().map(|place| Entry {
            name: place.slug().to_owned(),
            note: place.title().to_owned(),
            outcome: Outcome::Go(place.clone()),
            also: format!("{} {}", place.title(), place.synonyms()),
        });
        let text = self.line.text().trim();
        if text.is_empty() {
            self.found = pages.chain(self.commands.iter().cloned()).collect();
            return;
        }
        let words = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut scored: Vec<(u32, u8, Entry)> = Vec::new();
        for entry in pages {
            let also = is_in(text, &entry.also).then(|| self.sieve.score(&words, &entry.also)).flatten();
            if let Some(score) = self.sieve.score(&words, &entry.name).max(also) {
                scored.push((score, 0, entry));
            }
        }
        let named = |entry: &&Entry| text.len() >= 4 && entry.name.to_lowercase().contains(&text.to_lowercase());
        for entry in self.commands.iter().chain(self.misfits.iter().filter(named)) {
            if let Some(score) = self.sieve.score(&words, &entry.name) {
                scored.push((score, 1, entry.clone()));
            }
        }
        // Scores first, entries only for those that will be listed: a large account has many names.
        let mut names: Vec<(u32, Found<'_>)> = entities(view)
            .filter_map(|found| self.sieve.score(&words, found.name()).map(|score| (score, found)))
            .collect();
        names.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.name().len().cmp(&b.1.name().len())));
        scored.extend(names.into_iter().take(MOST).map(|(score, found)| (score, 2, found.entry())));
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.name.len().cmp(&b.2.name.len())));
        self.found = scored.into_iter().take(MOST).map(|(_, _, entry)| entry).collect();
    }

    /// Whether the text is in nothing that was found, other than letter by letter.
    fn is_strange(&self) -> bool {
        let text = self.line.text().trim().to_lowercase();
        !text.is_empty()
            && !self.found.iter().any(|entry| entry.name.to_lowercase().contains(&text) || is_in(&text, &entry.also))
    }

    /// As high as what was found needs, with room for a few rows at least: it does not jump about while one types.
    fn place(&self, area: Rect) -> Rect {
        let rows = u16::try_from(self.found.len() + 3).unwrap_or(u16::MAX);
        centered(area, area.width.saturating_sub(16).max(90), rows.max(area.height * 3 / 4).max(18))
    }
}

/// The columns of names; the notes beside them take the rest.
fn name_width(width: u16) -> u16 {
    (width * 45 / 100).max(38).min(width.saturating_sub(2))
}

/// Whether every word that is typed is in a text.
fn is_in(typed: &str, text: &str) -> bool {
    let (typed, text) = (typed.to_lowercase(), text.to_lowercase());
    typed.chars().count() > 2 && typed.split_whitespace().all(|word| text.contains(word))
}

/// An entity that is known, without copying its name.
#[derive(Clone, Copy)]
enum Found<'a> {
    User(&'a crate::model::User),
    Group(&'a crate::model::Group),
    Role(&'a crate::model::Role),
    Policy(&'a crate::model::Policy),
}

impl Found<'_> {
    fn name(&self) -> &str {
        match self {
            Self::User(user) => user.name.as_str(),
            Self::Group(group) => group.name.as_str(),
            Self::Role(role) => role.name.as_str(),
            Self::Policy(policy) => policy.name(),
        }
    }

    fn entry(&self) -> Entry {
        let entity = match self {
            Self::User(user) => EntityRef::User(user.name.clone()),
            Self::Group(group) => EntityRef::Group(group.name.clone()),
            Self::Role(role) => EntityRef::Role(role.name.clone()),
            Self::Policy(policy) => EntityRef::Policy(policy.arn.clone()),
        };
        let note = match self {
            Self::Policy(policy) => policy.kind().label().to_owned(),
            _ => Kind::of(&entity).singular().to_owned(),
        };
        Entry { name: self.name().to_owned(), note, outcome: Outcome::Go(Place::Entity(entity)), also: String::new() }
    }
}

fn entities<'a>(view: &View<'a>) -> impl Iterator<Item = Found<'a>> {
    let account = view.account;
    let users = account.users().rows().iter().map(|row| Found::User(row));
    let groups = account.groups().rows().iter().map(|row| Found::Group(row));
    let roles = account.roles().rows().iter().map(|row| Found::Role(row));
    let policies = account.policies().rows().iter().map(|row| Found::Policy(row));
    let aws = account.aws_policies().rows().iter().map(|row| Found::Policy(row));
    users.chain(groups).chain(roles).chain(policies).chain(aws)
}

impl Layer for Palette {
    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Menu, Scope::Text, Scope::Global]
    }

    fn title(&self) -> &'static str {
        "Jump to a page or an entity, or run a command"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<Wish> {
        self.waiting = action == Action::Accept && self.found.is_empty() && self.is_strange();
        match action {
            Action::Cancel => return vec![Wish::Close(Outcome::Cancelled)],
            Action::Accept => return self.accept(),
            Action::TextBack if self.line.text().is_empty() => return vec![Wish::Close(Outcome::Cancelled)],
            _ if self.scroll.act(action, self.found.len()) => {}
            _ => {
                if self.line.act(action) {
                    self.seen = None;
                    self.scroll.cursor = 0;
                }
            }
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        self.line.insert(text);
        self.seen = None;
        self.waiting = false;
        self.scroll.cursor = 0;
        Vec::new()
    }

    fn ripen(&mut self, view: &View<'_>) -> Vec<Wish> {
        if self.waiting && self.seen != Some(view.revision) {
            self.search(view);
        }
        if self.waiting && !self.is_strange() {
            self.waiting = false;
            return self.accept();
        }
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen != Some(view.revision) {
            self.search(view);
        }
        self.scroll.settle(self.found.len(), self.place(area).height.saturating_sub(3));
    }

    /// What nothing known holds as it is typed may still be a name in the account; it is worth the bulk read once
    /// keys rest.
    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        if self.is_strange() { vec![(Load::Bulk, Urgency::Visible)] } else { Vec::new() }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, self.title(), frame);
        self.scroll.marks(self.found.len(), edge(place), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, ":", frame);
        if !self.found.is_empty() && self.is_strange() && !matches!(view.account.bulk(), Progress::Complete { .. }) {
            frame.text_right(line, line.y, "names: only what was read so far ", Role::Unknown);
        }
        if self.found.is_empty() {
            let (text, role) = if view.loads.is_running(&Load::Bulk) {
                ("Nothing known matches so far; reading the account …", Role::Unknown)
            } else {
                ("Nothing known matches.", Role::Absent)
            };
            frame.text(rest, rest.x + 2, rest.y, text, role);
        }
        for (at, y) in self.scroll.window(self.found.len()).zip(rest.y..rest.bottom()) {
            let Some(entry) = self.found.get(at) else { break };
            let selected = at == self.scroll.cursor;
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Role::Accent);
            let width = name_width(rest.width);
            let name = Rect { x: rest.x + 2, width, ..rest };
            frame.text(name, name.x, y, &entry.name, if selected { Role::Selection } else { Role::Text });
            frame.text(rest, rest.x + width + 4, y, &entry.note, Role::Muted);
        }
    }
}
