//! A short list to choose from, or to switch items of on and off.

use ratatui::layout::Rect;

use crate::input::{Action, Context, DialogAction, Scope};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, corner, edge};
use crate::ui::message::{MenuId, UiMessage};
use crate::ui::page::View;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// A menu.
#[derive(Debug)]
pub struct Menu {
    id: MenuId,
    title: String,
    items: Vec<Item>,
    scroll: Scroll,
    switches: bool,
    /// Whether choosing nothing also closes the layer that it lies over.
    leaves: bool,
}

/// An item of a menu.
#[derive(Debug)]
pub struct Item {
    label: String,
    mark: Option<&'static str>,
    key: String,
    /// What choosing it does, in place of a message to whoever opened the menu.
    effects: Option<Vec<UiEffect>>,
    on: bool,
}

impl Item {
    /// An item to choose, with a mark after it.
    pub fn choice(label: impl Into<String>, mark: Option<&'static str>) -> Self {
        Self { label: label.into(), mark, key: String::new(), effects: None, on: false }
    }

    /// An item to switch.
    pub fn switch(label: impl Into<String>, on: bool) -> Self {
        Self { on, ..Self::choice(label, None) }
    }

    /// The same item with a mark after it.
    pub fn mark(self, mark: Option<&'static str>) -> Self {
        Self { mark, ..self }
    }

    /// The same item with the key that does the same without the menu.
    pub fn key(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// The same item with effects of its own.
    pub fn leading(self, effects: Vec<UiEffect>) -> Self {
        Self { effects: Some(effects), ..self }
    }
}

impl Menu {
    /// A menu to choose one item of; it ends with [`UiMessage::Chosen`].
    pub fn choose(id: MenuId, title: impl Into<String>, items: Vec<Item>, at: usize) -> Self {
        Self { id, title: title.into(), items, scroll: Scroll::at(at), switches: false, leaves: false }
    }

    /// A menu of switches; it ends with [`UiMessage::Switched`].
    pub fn switch(id: MenuId, title: impl Into<String>, items: Vec<Item>) -> Self {
        Self { id, title: title.into(), items, scroll: Scroll::default(), switches: true, leaves: false }
    }

    /// The same menu where choosing nothing also closes the layer that it lies over.
    pub fn or_leave(self) -> Self {
        Self { leaves: true, ..self }
    }

    fn place(&self, area: Rect) -> Rect {
        let wide = |item: &Item| {
            let mark = if self.switches { item.mark.map_or(0, |mark| mark.chars().count() + 1) } else { 0 };
            item.label.chars().count() + item.key.chars().count() + mark + 8
        };
        let widest = self.items.iter().map(wide).max().unwrap_or(0);
        let width = u16::try_from(widest.max(self.title.chars().count() + 6)).unwrap_or(u16::MAX);
        let height = u16::try_from(self.items.len() + 2).unwrap_or(u16::MAX);
        // In the lower right corner a small one hides least of what it is about.
        if height > area.height / 2 { centered(area, width, height) } else { corner(area, width, height) }
    }
}

impl Layer for Menu {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(if self.switches {
            &[Scope::Menu, Scope::Switch, Scope::Rows, Scope::Global]
        } else {
            &[Scope::Menu, Scope::Rows, Scope::Global]
        })
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Accept) if self.switches => {
                return vec![UiEffect::CloseWith(UiMessage::Switched(
                    self.id,
                    self.items.iter().map(|item| item.on).collect(),
                ))];
            }
            Action::Dialog(DialogAction::Accept) => {
                return match self.items.get_mut(self.scroll.cursor).and_then(|item| item.effects.take()) {
                    Some(effects) => std::iter::once(UiEffect::Close).chain(effects).collect(),
                    None => vec![UiEffect::CloseWith(UiMessage::Chosen(self.id, self.scroll.cursor))],
                };
            }
            Action::Dialog(DialogAction::Cancel) => {
                let below = self.leaves.then_some(UiEffect::Close);
                return std::iter::once(UiEffect::Close).chain(below).collect();
            }
            Action::Dialog(DialogAction::Mark) => {
                if let Some(item) = self.items.get_mut(self.scroll.cursor).filter(|_| self.switches) {
                    item.on = !item.on;
                }
            }
            Action::Move(step) => self.scroll.go(step, self.items.len()),
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Nav(_)
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

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let height = self.place(area).height.saturating_sub(2);
        self.scroll.settle(self.items.len(), height);
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, &self.title, frame);
        self.scroll.marks(self.items.len(), edge(place), frame);
        for (at, y) in self.scroll.window(self.items.len()).zip(inside.y..inside.bottom()) {
            let Some(item) = self.items.get(at) else { break };
            let selected = at == self.scroll.cursor;
            let mark = match (self.switches, item.on) {
                (true, true) => "[x] ",
                (true, false) => "[ ] ",
                _ => "",
            };
            // The key is shown whole; what has no room before it is cut with a sign.
            let key = frame.text_right(inside, y, &item.key, Look::Key);
            let gap = if item.key.is_empty() { 0 } else { 2 };
            frame.pieces(
                Rect { width: key.saturating_sub(inside.x + gap), ..inside },
                y,
                [
                    (if selected { "› " } else { "  " }, Look::Accent),
                    (mark, Look::Muted),
                    (item.label.as_str(), Look::Text),
                    (" ", Look::Text),
                    (item.mark.unwrap_or(""), Look::Accent),
                ],
            );
            if selected {
                frame.restyle(Rect { y, height: 1, ..inside }, Look::Selection);
            }
        }
    }
}
