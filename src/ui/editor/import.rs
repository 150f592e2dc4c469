//! A managed policy to begin with: AWS's own, which are at hand, and those of the account that were read.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use ratatui::layout::Rect;

use crate::catalog::managed::managed_policies;
use crate::input::{Action, Scope};
use crate::theme::Role;
use crate::ui::filter::Sieve;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::{centered, split_top};
use crate::ui::page::{View, Wish};
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The list of policies to begin with.
#[derive(Debug, Default)]
pub struct Import {
    line: TextLine,
    found: Vec<Entry>,
    scroll: Scroll,
    sieve: Sieve,
    seen: Option<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    note: &'static str,
    document: String,
}

impl Import {
    fn search(&mut self, view: &View<'_>) {
        let text = self.line.text().to_owned();
        let words = Pattern::parse(&text, CaseMatching::Ignore, Normalization::Smart);
        let own = view.account.policies().rows().iter().filter_map(|policy| {
            let document = policy.document().known()?.text().to_owned();
            Some((policy.name().to_owned(), "Customer managed", document))
        });
        let own: Vec<_> = own.collect();
        let bundled = managed_policies().iter().map(|policy| (policy.name.clone(), "AWS managed", String::new()));
        let mut scored: Vec<(u32, Entry)> = own
            .into_iter()
            .chain(bundled)
            .filter_map(|(name, note, document)| {
                let score = if text.trim().is_empty() { 0 } else { self.sieve.score(&words, &name)? };
                Some((score, Entry { name, note, document }))
            })
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.name.len().cmp(&b.1.name.len())));
        self.found = scored.into_iter().map(|(_, entry)| entry).collect();
        self.seen = Some(text);
    }

    fn place(area: Rect) -> Rect {
        centered(area, 76, 18)
    }
}

impl Layer for Import {
    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Menu, Scope::Text, Scope::Global]
    }

    fn title(&self) -> &'static str {
        "Begin with a policy"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<Wish> {
        match action {
            Action::Cancel => return vec![Wish::Close(Outcome::Cancelled)],
            Action::Accept => {
                let Some(entry) = self.found.get(self.scroll.cursor) else { return Vec::new() };
                let bundled = managed_policies().iter().find(|policy| policy.name == entry.name);
                let document = match bundled {
                    Some(policy) if entry.document.is_empty() => policy.document().to_owned(),
                    _ => entry.document.clone(),
                };
                return vec![Wish::Close(Outcome::Text(entry.name.clone(), document))];
            }
            _ if self.scroll.act(action, self.found.len()) => {}
            _ => {
                if self.line.act(action) {
                    self.seen = None;
                    self.scroll.rewind();
                }
            }
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        self.line.insert(text);
        self.scroll.rewind();
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen.as_deref() != Some(self.line.text()) {
            self.search(view);
        }
        self.scroll.settle(self.found.len(), Self::place(area).height.saturating_sub(3));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(Self::place(area), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.line.render(line, "/ ", frame);
        if self.found.is_empty() {
            frame.text(rest, rest.x + 2, rest.y, "No policy is called that.", Role::Absent);
        }
        for (at, y) in self.scroll.window(self.found.len()).zip(rest.y..rest.bottom()) {
            let Some(entry) = self.found.get(at) else { break };
            let selected = at == self.scroll.cursor;
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Role::Accent);
            let note = frame.text_right(rest, y, entry.note, Role::Muted);
            let name = Rect { x: rest.x + 2, width: note.saturating_sub(rest.x + 3), ..rest };
            frame.text(name, name.x, y, &entry.name, if selected { Role::Selection } else { Role::Text });
        }
    }
}
