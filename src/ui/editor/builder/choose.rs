//! Lists to choose from: services, actions by access level, resource types, condition keys.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::base::error::UserError;
use crate::base::search::Reach;
use crate::base::wildcard::is_pattern;
use crate::catalog::{AccessLevel, Catalog, globals};
use crate::input::{Action, Context, DialogAction, Scope};
use crate::policy::ast::Policy;
use crate::policy::complete::about_key;
use crate::policy::docs;
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::finder::{Candidate, Finder};
use crate::ui::widgets::panel::panel;

use super::rows::services;

/// A list to choose from; typing narrows it.
#[derive(Debug)]
pub struct Choose {
    title: String,
    items: Vec<Item>,
    finder: Finder,
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
pub fn one(title: &str, items: Vec<Item>) -> UiEffect {
    UiEffect::Open(Box::new(Choose::new(title, items)))
}

impl Item {
    /// Whether it is one of the answers; a level stands for others.
    fn is_chosen(&self) -> bool {
        self.on && self.level.is_none()
    }
}

impl Choose {
    fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut new = Self {
            title: title.into(),
            items,
            finder: Finder::new(Reach::Letters),
            many: false,
            prefix: None,
            picked: false,
            leaving: false,
        };
        new.search();
        new
    }

    /// The same with any number of answers, of this service.
    fn many(title: impl Into<String>, items: Vec<Item>, prefix: &str) -> Self {
        let mut new = Self { many: true, prefix: Some(prefix.to_owned()), ..Self::new(title, items) };
        new.search();
        new
    }

    fn search(&mut self) {
        let many = self.many;
        let rows = self.items.iter().map(|item| Candidate {
            // A level stands for many: it comes after the actions that match as well.
            name: if item.level.is_some() { "" } else { &item.label },
            also: match (item.level, item.own_level) {
                (Some(_), _) => &item.value,
                // Under a level all have its name: typing it finds the level itself.
                (None, Some(_)) => "",
                (None, None) => &item.detail,
            },
            group: 0,
            is_chosen: many && item.is_chosen(),
        });
        self.finder.search(rows);
    }

    /// A pattern that is typed, as it would be written.
    fn typed(&self) -> Option<String> {
        let prefix = self.prefix.as_ref()?;
        let text = self.finder.text().trim();
        let name = text.strip_prefix(&format!("{prefix}:")).unwrap_or(text);
        (is_pattern(name) && !name.contains(' ')).then(|| format!("{prefix}:{name}"))
    }

    /// Switches an item, or all of a level.
    fn toggle(&mut self, at: usize) {
        let Some(item) = self.items.get_mut(at) else { return };
        item.on = !item.on;
        self.picked = true;
        let (on, level) = (item.on, item.level);
        if let Some(level) = level {
            self.items.iter_mut().filter(|item| item.own_level == Some(level)).for_each(|item| item.on = on);
        }
    }

    fn chosen(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_chosen())
    }

    fn accept(&mut self) -> Vec<UiEffect> {
        if let Some(pattern) = self.typed() {
            self.finder.set_text("");
            let detail = format!("{} actions", docs::count(&pattern, Catalog::bundled()));
            self.items.insert(0, Item { label: pattern.clone(), detail, value: pattern, on: true, ..Item::default() });
            self.picked = true;
            self.search();
            return Vec::new();
        }
        let values: Vec<&str> = if !self.many {
            let item = self.finder.row().and_then(|at| self.items.get(at));
            item.map(|item| item.value.as_str()).into_iter().collect()
        } else if self.chosen().next().is_some() {
            self.chosen().map(|item| item.value.as_str()).collect()
        } else {
            // Nothing is chosen that was not marked, unless typing has left nothing else.
            let only = self.finder.only().and_then(|at| self.items.get(at)).filter(|item| item.level.is_none());
            only.map(|item| item.value.as_str()).into_iter().collect()
        };
        if values.is_empty() && self.many {
            let told = UserError::new("Nothing is chosen.").hint("Space chooses the action under the cursor.");
            return vec![UiEffect::Say(Notice { told, tone: Tone::Info })];
        }
        let answer = (!values.is_empty()).then(|| UiMessage::Built(values.join("\n")));
        answer.map(UiEffect::CloseWith).into_iter().collect()
    }

    /// What is chosen, by name, or what to do.
    fn hint(&self) -> Vec<(String, Look)> {
        if let Some(pattern) = self.typed() {
            let count = docs::count(&pattern, Catalog::bundled());
            return vec![(format!("Enter adds {pattern}: {count} actions"), Look::Muted)];
        }
        let names: Vec<&str> = self.chosen().map(|item| item.label.as_str()).collect();
        match (self.many, names.len()) {
            (false, _) => vec![("Type to search. Enter chooses.".to_owned(), Look::Muted)],
            (true, 0) => {
                vec![("0 chosen. Space chooses, Enter adds them. Get* is a wildcard.".to_owned(), Look::Muted)]
            }
            (true, count) => {
                vec![(format!("{count} chosen: "), Look::Muted), (names.join(", "), Look::Mark)]
            }
        }
    }

    fn place(area: Rect) -> Rect {
        centered(area, 76, 19)
    }
}

impl Layer for Choose {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(if self.many {
            &[Scope::Pick, Scope::Menu, Scope::Text, Scope::Global]
        } else {
            &[Scope::Menu, Scope::Text, Scope::Global]
        })
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        let again = std::mem::take(&mut self.leaving);
        match action {
            Action::Dialog(DialogAction::Cancel) if self.picked && !again => {
                self.leaving = true;
                let told = UserError::new("press esc again to discard your selection").hint("Enter adds it.");
                return vec![UiEffect::Say(Notice { told, tone: Tone::Info })];
            }
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) => return self.accept(),
            Action::Dialog(DialogAction::Mark) if self.finder.has_no_match() => {
                self.finder.type_text(" ");
            }
            Action::Dialog(DialogAction::Mark) => {
                if let Some(at) = self.finder.row() {
                    self.toggle(at);
                    self.finder.has_chosen();
                }
            }
            Action::Move(step) => self.finder.go(step),
            Action::Text(edit) => {
                if self.finder.edit(edit) {
                    self.search();
                }
            }
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

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.leaving = false;
        if let Some(at) = self.finder.type_text(text) {
            self.toggle(at);
        }
        self.search();
        Vec::new()
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        self.finder.settle(Self::place(area).height.saturating_sub(4));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(Self::place(area), &self.title, frame);
        let (line, rest) = split_top(inside, 1);
        self.finder.render_line(line, "/ ", frame);
        let (hint, rest) = split_top(rest, 1);
        let pieces = self.hint();
        frame.pieces(hint, hint.y, pieces.iter().map(|(text, role)| (text.as_str(), *role)));
        if self.finder.is_empty() || self.finder.has_no_match() {
            let below = rest.y.saturating_add(u16::try_from(self.finder.len()).unwrap_or(u16::MAX));
            frame.text(rest, rest.x + 2, below, "Nothing is called that.", Look::Absent);
        }
        self.finder.marks(rest, frame);
        for ((at, selected), y) in self.finder.window().zip(rest.y..rest.bottom()) {
            let Some(item) = self.items.get(at) else { break };
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Look::Accent);
            let mark = match (self.many, item.on) {
                (false, _) => "",
                (true, true) => "[x] ",
                (true, false) => "[ ] ",
            };
            // The name is what is chosen, so it is shown first; of a long ARN both ends tell what it is.
            let taken = (mark.width() + item.label.width()).min(usize::from(rest.width) / 2);
            let room = usize::from(rest.width).saturating_sub(taken + 4);
            let detail = frame.text_right(rest, y, &fit_middle(&item.detail, room), Look::Muted);
            let area = Rect { x: rest.x + 2, width: detail.saturating_sub(rest.x + 3), ..rest };
            let look = match (selected, item.level) {
                (true, _) => Look::Selection,
                (false, Some(_)) => Look::Heading,
                (false, None) => Look::Text,
            };
            let used = frame.text(area, area.x, y, mark, if item.is_chosen() { Look::Mark } else { Look::Muted });
            let name = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
            self.finder.render_name(name, y, &item.label, look, frame);
        }
    }
}

/// Asks for a service.
pub fn service() -> UiEffect {
    let items = Catalog::bundled().services().iter().map(|entry| Item {
        label: entry.name.to_string(),
        detail: entry.prefix.to_string(),
        value: entry.prefix.to_string(),
        ..Item::default()
    });
    UiEffect::Open(Box::new(Choose::new("Service", items.collect())))
}

/// Asks for actions of a service by access level; those that the statement has are switched on.
pub fn actions(policy: &Policy<'_>, index: Option<usize>, prefix: &str) -> UiEffect {
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
        let value = format!("all {}", level.name());
        items.push(Item { label: head, value, level: Some(level), ..Item::default() });
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
    UiEffect::Open(Box::new(Choose::many(format!("Actions of {prefix}"), items, prefix)))
}

/// Asks for the type of a resource, of those that the statement's actions work on.
pub fn resource(policy: &Policy<'_>, index: usize) -> UiEffect {
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
    UiEffect::Open(Box::new(Choose::new("Resource", items)))
}

/// Asks for a condition key: those of the statement's actions before the global ones.
pub fn key(policy: &Policy<'_>, index: usize) -> UiEffect {
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
    UiEffect::Open(Box::new(Choose::new("Condition key", items.collect())))
}
