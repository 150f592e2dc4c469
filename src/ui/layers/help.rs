//! The keys that work where one is, read off the action table.

use ratatui::layout::Rect;

use crate::input::action::TABLE;
use crate::input::{Action, Context, Keymap, Scope};
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::centered;
use crate::ui::page::{View, Wish};
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The help of one place.
#[derive(Debug)]
pub struct Help {
    title: String,
    lines: Vec<Line>,
    scroll: Scroll,
}

#[derive(Debug)]
enum Line {
    Heading(&'static str),
    Keys(String, &'static str),
    Blank,
}

impl Help {
    /// The help of a place where these scopes are read and these facts hold.
    pub fn of(place: &str, scopes: &[Scope], facts: &Context, keymap: &Keymap) -> Self {
        let mut lines = Vec::new();
        for scope in scopes {
            let entries: Vec<Line> = TABLE
                .iter()
                .filter(|entry| entry.scope == *scope && facts.holds(entry.when))
                .filter(|entry| !keymap.keys_of(entry.action).is_empty())
                .map(|entry| {
                    let keys: Vec<String> = keymap.keys_of(entry.action).iter().map(|key| key.label()).collect();
                    Line::Keys(keys.join(" "), entry.help)
                })
                .collect();
            if entries.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(scope.title()));
            lines.extend(entries);
        }
        Self { title: format!("Keys – {place}"), lines, scroll: Scroll::default() }
    }

    fn place(&self, area: Rect) -> Rect {
        centered(area, 86, u16::try_from(self.lines.len() + 2).unwrap_or(u16::MAX))
    }

    /// The window moves, not a cursor in it.
    fn last(&self) -> usize {
        self.lines.len()
    }
}

impl Layer for Help {
    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Menu, Scope::Rows, Scope::Global]
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<Wish> {
        match action {
            Action::Cancel | Action::Accept => vec![Wish::Close(Outcome::Cancelled)],
            _ => {
                self.scroll.act(action, self.last());
                Vec::new()
            }
        }
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        self.scroll.settle(self.last(), self.place(area).height.saturating_sub(2));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(self.place(area), &self.title, frame);
        for (at, y) in self.scroll.window(self.lines.len()).zip(inside.y..inside.bottom()) {
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(inside, inside.x, y, mark, Role::Accent);
            let x = inside.x + 1;
            match self.lines.get(at) {
                Some(Line::Heading(text)) => drop(frame.text(inside, x, y, text, Role::Heading)),
                Some(Line::Keys(keys, help)) => {
                    let place = Rect { x: x + 1, width: 18.min(inside.width), ..inside };
                    frame.text(place, place.x, y, keys, Role::Key);
                    frame.text(inside, x + 20, y, help, Role::Text);
                }
                _ => {}
            }
        }
    }
}
