//! Lists to choose from: services, actions by access level, resource types, condition keys.

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::base::error::Told;
use crate::base::wildcard::is_pattern;
use crate::catalog::{AccessLevel, Catalog, globals};
use crate::input::{Action, Scope};
use crate::policy::ast::Policy;
use crate::policy::complete::about_key;
use crate::policy::docs;
use crate::theme::Role;
use crate::ui::filter::Sieve;
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::{centered, split_top};
use crate::ui::page::{Notice, Tone, View, Wish};
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

use super::rows::services;

/// What the answers of these lists are called.
pub const ANSWER: &str = "builder";

/// A list to choose from; typing narrows it.
#[derive(Debug)]
pub struct Choose {
    title: String,
    items: Vec<Item>,
    /// The items in sight, by their numbers.
    found: Vec<usize>,
    line: TextLine,
    scroll: Scroll,
    sieve: Sieve,
    seen: Option<String>,
    /// Whether several can be chosen.
    many: bool,
    /// The service whose patterns can be typed.
    prefix: Option<String>,
    /// Whether something was picked or let go of that leaving would lose.
    picked: bool,
    /// Esc was pressed on such picks; a second one leaves.
    leaving: bool,
}

/// Something to choose.
#[derive(Debug, Clone, Default)]
pub struct Item {
    label: String,
    detail: String,
    value: String,
    on: bool,
    /// The level that it stands for as a whole.
    level: Option<AccessLevel>,
    own_level: Option<AccessLevel>,
}

impl Item {
    /// A label, what it is, and the answer that it stands for.
    pub fn new(label: &str, detail: &str, value: String) -> Self {
        Self { label: label.to_owned(), detail: detail.to_owned(), value, ..Self::default() }
    }
}

/// Asks for one of these.
pub fn one(title: &str, items: Vec<Item>) -> Wish {
    Wish::Open(Box::new(Choose::new(title, items)))
}

impl Choose {
    fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        Self {
            title: title.into(),
            items,
            found: Vec::new(),
            line: TextLine::default(),
            scroll: Scroll::default(),
            sieve: Sieve::default(),
            seen: None,
            many: false,
            prefix: None,
            picked: false,
            leaving: false,
        }
    }

    fn search(&mut self) {
        let text = self.line.text().to_owned();
        let words = Pattern::parse(&text, CaseMatching::Ignore, Normalization::Smart);
        let blank = text.trim().is_empty();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            if blank {
                scored.push((0, at));
            } else if [&item.label, &item.detail].iter().any(|own| own.eq_ignore_ascii_case(text.trim())) {
                // What is said in full is what is meant.
                scored.push((u32::MAX, at));
            } else if let Some(score) = self.sieve.score(&words, &item.label) {
                scored.push((score, at));
            } else if let Some(score) = self.sieve.score(&words, &item.detail) {
                scored.push((score / 2, at));
            }
        }
        if !blank && !self.many {
            scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        }
        self.found = scored.into_iter().map(|(_, at)| at).collect();
        self.seen = Some(text);
    }

    /// A pattern that is typed, as it would be written.
    fn typed(&self) -> Option<String> {
        let prefix = self.prefix.as_ref()?;
        let text = self.line.text().trim();
        let name = text.strip_prefix(&format!("{prefix}:")).unwrap_or(text);
        (is_pattern(name) && !name.contains(' ')).then(|| format!("{prefix}:{name}"))
    }

    fn toggle(&mut self) {
        let Some(at) = self.found.get(self.scroll.cursor).copied() else { return };
        let Some(item) = self.items.get_mut(at) else { return };
        item.on = !item.on;
        self.picked = true;
        let (on, level) = (item.on, item.level);
        if let Some(level) = level {
            self.items.iter_mut().filter(|item| item.own_level == Some(level)).for_each(|item| item.on = on);
        }
        self.scroll.act(Action::Down, self.found.len());
    }

    fn accept(&mut self) -> Vec<Wish> {
        if let Some(pattern) = self.typed() {
            self.line.set("");
            let detail = format!("{} actions", docs::count(&pattern, Catalog::bundled()));
            self.items.insert(0, Item { label: pattern.clone(), detail, value: pattern, on: true, ..Item::default() });
            self.seen = None;
            self.picked = true;
            return Vec::new();
        }
        let chosen: Vec<&str> = if self.many {
            let any = self.items.iter().any(|item| item.on && item.level.is_none());
            if !any {
                // Enter on a list where nothing is switched on takes what it stands on.
                self.toggle();
            }
            self.items.iter().filter(|item| item.on && item.level.is_none()).map(|item| item.value.as_str()).collect()
        } else {
            let at = self.found.get(self.scroll.cursor);
            at.and_then(|at| self.items.get(*at)).map(|item| item.value.as_str()).into_iter().collect()
        };
        if chosen.is_empty() {
            return Vec::new();
        }
        vec![Wish::Close(Outcome::Text(ANSWER.to_owned(), chosen.join("\n")))]
    }

    fn place(area: Rect) -> Rect {
        centered(area, 76, 19)
    }
}

impl Layer for Choose {
    fn scopes(&self) -> &'static [Scope] {
        if self.many {
            &[Scope::Pick, Scope::Menu, Scope::Text, Scope::Global]
        } else {
            &[Scope::Menu, Scope::Text, Scope::Global]
        }
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<Wish> {
        let again = std::mem::take(&mut self.leaving);
        match action {
            Action::Cancel if self.picked && !again => {
                self.leaving = true;
                let told = Told::new("press esc again to drop what you picked").hint("Enter takes it.");
                return vec![Wish::Say(Notice { told, tone: Tone::Info })];
            }
            Action::Cancel => return vec![Wish::Close(Outcome::Cancelled)],
            Action::Accept => return self.accept(),
            Action::PickToggle => self.toggle(),
            _ if self.scroll.act(action, self.found.len()) => {}
            _ => drop(self.line.act(action)),
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        self.leaving = false;
        self.line.insert(text);
        self.scroll.rewind();
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        if self.seen.as_deref() != Some(self.line.text()) {
            self.search();
        }
        self.scroll.settle(self.found.len(), Self::place(area).height.saturating_sub(4));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(Self::place(area), &self.title, frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "/ ", frame);
        let (hint, rest) = split_top(rest, 1);
        let on = self.items.iter().filter(|item| item.on && item.level.is_none()).count();
        let hint_text = match (self.typed(), self.many) {
            (Some(pattern), _) => {
                format!("enter adds {pattern}: {} actions", docs::count(&pattern, Catalog::bundled()))
            }
            (None, true) => format!("{on} chosen; space switches, enter takes them, type Get* for a wildcard"),
            (None, false) => "type to narrow, enter takes it".to_owned(),
        };
        frame.text(hint, hint.x, hint.y, &hint_text, Role::Muted);
        if self.found.is_empty() {
            frame.text(rest, rest.x + 2, rest.y, "Nothing is called that.", Role::Absent);
        }
        for (at, y) in self.scroll.window(self.found.len()).zip(rest.y..rest.bottom()) {
            let Some(item) = self.found.get(at).and_then(|at| self.items.get(*at)) else { break };
            let selected = at == self.scroll.cursor;
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Role::Accent);
            let mark = match (self.many, item.on) {
                (false, _) => "",
                (true, true) => "[x] ",
                (true, false) => "[ ] ",
            };
            // The name is what is chosen, so it is shown first; of a long ARN both ends tell what it is.
            let taken = (mark.width() + item.label.width()).min(usize::from(rest.width) / 2);
            let room = usize::from(rest.width).saturating_sub(taken + 4);
            let detail = frame.text_right(rest, y, &fit_middle(&item.detail, room), Role::Muted);
            let area = Rect { x: rest.x + 2, width: detail.saturating_sub(rest.x + 3), ..rest };
            let look = match (selected, item.level) {
                (true, _) => Role::Selection,
                (false, Some(_)) => Role::Heading,
                (false, None) => Role::Text,
            };
            frame.pieces(area, y, [(mark, Role::Muted), (item.label.as_str(), look)]);
        }
    }
}

/// Asks for a service.
pub fn service() -> Wish {
    let items = Catalog::bundled().services().iter().map(|entry| Item {
        label: entry.name.to_string(),
        detail: entry.prefix.to_string(),
        value: entry.prefix.to_string(),
        ..Item::default()
    });
    Wish::Open(Box::new(Choose::new("Service", items.collect())))
}

/// Asks for actions of a service by access level; those that the statement has are switched on.
pub fn actions(policy: &Policy<'_>, index: Option<usize>, prefix: &str) -> Wish {
    let catalog = Catalog::bundled();
    let own = index.and_then(|index| policy.statements.iter().find(|statement| statement.index == index));
    let list = own.and_then(|own| own.action.as_ref());
    let entries: Vec<&str> =
        list.into_iter().flat_map(|list| &list.items).map(crate::policy::ast::Text::as_str).collect();
    let of_service = |entry: &&&str| entry.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(prefix));
    let patterns = entries.iter().filter(of_service).filter(|entry| is_pattern(entry));
    let mut items: Vec<Item> = patterns
        .map(|entry| Item {
            label: (*entry).to_owned(),
            detail: format!("{} actions", docs::count(entry, catalog)),
            value: (*entry).to_owned(),
            on: true,
            ..Item::default()
        })
        .collect();
    let all = format!("{prefix}:*");
    if !items.iter().any(|item| item.value == all) {
        let detail = format!("{} actions", docs::count(&all, catalog));
        items.push(Item { label: "All actions".to_owned(), detail, value: all, ..Item::default() });
    }
    let known: Vec<_> = catalog.matching(&format!("{prefix}:*")).collect();
    for level in AccessLevel::ALL {
        let own: Vec<_> = known.iter().filter(|action| action.level() == level).collect();
        if own.is_empty() {
            continue;
        }
        let head = format!("{}: all {}", level.name(), own.len());
        items.push(Item { label: head, level: Some(level), ..Item::default() });
        items.extend(own.into_iter().map(|action| {
            let name = action.full_name();
            let written = entries.iter().find(|entry| entry.eq_ignore_ascii_case(&name));
            Item {
                label: action.name().to_owned(),
                detail: level.name().to_owned(),
                value: written.map_or(name, |written| (*written).to_owned()),
                on: written.is_some(),
                level: None,
                own_level: Some(level),
            }
        }));
    }
    // What the catalogue does not know stays chosen, so that choosing loses nothing.
    let unknown =
        entries.iter().filter(of_service).filter(|entry| !is_pattern(entry) && catalog.action(entry).is_none());
    items.extend(unknown.map(|entry| Item {
        label: (*entry).to_owned(),
        detail: "not known".to_owned(),
        value: (*entry).to_owned(),
        on: true,
        ..Item::default()
    }));
    let mut choose = Choose::new(format!("Actions of {prefix}"), items);
    choose.many = true;
    choose.prefix = Some(prefix.to_owned());
    Wish::Open(Box::new(choose))
}

/// Asks for the type of a resource, of those that the statement's actions work on.
pub fn resource(policy: &Policy<'_>, index: usize) -> Wish {
    let catalog = Catalog::bundled();
    let mut seen = BTreeSet::new();
    let mut items = vec![Item {
        label: "*".to_owned(),
        detail: "all resources".to_owned(),
        value: "*".to_owned(),
        ..Item::default()
    }];
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let entries = own.into_iter().flat_map(crate::policy::ast::Statement::actions_of_both);
    let used: BTreeSet<&str> = entries
        .flat_map(|item| catalog.matching(item.as_str()).take(400))
        .flat_map(|action| action.resources().map(|link| &*link.resource.name))
        .collect();
    for prefix in services(policy, index) {
        let Some(service) = catalog.service(&prefix) else { continue };
        for kind in service.resources().iter().filter(|kind| used.contains(&*kind.name)) {
            for arn in &kind.arns {
                if seen.insert(arn.template.clone()) {
                    items.push(Item {
                        label: kind.name.to_string(),
                        detail: arn.template.to_string(),
                        value: arn.template.to_string(),
                        ..Item::default()
                    });
                }
            }
        }
    }
    Wish::Open(Box::new(Choose::new("Resource", items)))
}

/// Asks for a condition key: those of the statement's actions before the global ones.
pub fn key(policy: &Policy<'_>, index: usize) -> Wish {
    let catalog = Catalog::bundled();
    let own = policy.statements.iter().find(|statement| statement.index == index);
    let entries =
        own.into_iter().flat_map(crate::policy::ast::Statement::actions_of_both).filter(|item| item.value != "*");
    let names: BTreeSet<&str> = entries
        .flat_map(|item| catalog.matching(item.as_str()).take(200))
        .flat_map(|action| action.keys().map(|key| &*key.name))
        .filter(|name| globals::find(name).is_none())
        .collect();
    let all = names.into_iter().chain(globals::ALL.iter().map(|key| key.name));
    let items = all.map(|name| Item {
        label: name.to_owned(),
        detail: about_key(name, catalog).map(|(value, _)| value).unwrap_or_default(),
        value: name.to_owned(),
        ..Item::default()
    });
    Wish::Open(Box::new(Choose::new("Condition key", items.collect())))
}
