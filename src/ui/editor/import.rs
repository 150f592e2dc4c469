//! A managed policy to begin with: AWS's own, which are at hand, and those of the account that were read.

use std::collections::HashMap;

use ratatui::layout::Rect;

use crate::base::search::{Reach, by_name};
use crate::catalog::managed::managed_policies;
use crate::input::{Action, Context, DialogAction, Scope};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::finder::{Candidate, Finder};
use crate::ui::widgets::panel::panel;

/// The list of policies to begin with.
#[derive(Debug)]
pub struct Import {
    finder: Finder,
    /// The account's own by use and name, then AWS's by name.
    entries: Vec<Entry>,
    /// The revision of the account that the entries are from.
    seen: Option<u64>,
}

#[derive(Debug, Clone)]
enum Entry {
    /// The account's own, with its document.
    Own(String, String),
    /// AWS's, at this place of the catalogue.
    Aws(usize),
}

impl Default for Import {
    fn default() -> Self {
        Self { finder: Finder::new(Reach::Letters), entries: Vec::new(), seen: None }
    }
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Own(name, _) => name,
            Self::Aws(at) => managed_policies().get(*at).map_or("", |policy| policy.name.as_str()),
        }
    }

    /// The account's own first, and those that only services use last.
    fn group(&self) -> u8 {
        match self {
            Self::Own(..) => 0,
            Self::Aws(at) => {
                let of_service = managed_policies().get(*at).is_some_and(|own| own.path == "/aws-service-role/");
                1 + u8::from(of_service)
            }
        }
    }

    fn document(&self) -> String {
        match self {
            Self::Own(_, document) => document.clone(),
            Self::Aws(at) => managed_policies().get(*at).map_or_else(String::new, |own| own.document().to_owned()),
        }
    }
}

impl Import {
    fn read(&mut self, view: &View<'_>) {
        self.seen = Some(view.revision);
        let mut own: Vec<_> = view.account.policies().rows().iter().collect();
        own.sort_by(|one, other| other.uses().cmp(&one.uses()).then_with(|| by_name(one.name(), other.name())));
        let own = own.into_iter().filter_map(|policy| {
            let document = policy.document().known()?.text().to_owned();
            Some(Entry::Own(policy.name().to_owned(), document))
        });
        let used: HashMap<&str, u32> =
            view.account.aws_policies().rows().iter().map(|policy| (policy.name(), policy.uses())).collect();
        let uses = |entry: &Entry| used.get(entry.name()).copied().unwrap_or_default();
        let mut aws: Vec<Entry> = (0..managed_policies().len()).map(Entry::Aws).collect();
        aws.sort_by(|one, other| {
            let near = one.group().cmp(&other.group()).then_with(|| uses(other).cmp(&uses(one)));
            near.then_with(|| by_name(one.name(), other.name()))
        });
        self.entries = own.chain(aws).collect();
        self.search();
    }

    fn search(&mut self) {
        let rows = self.entries.iter().map(|entry| Candidate {
            name: entry.name(),
            group: entry.group(),
            ..Candidate::default()
        });
        self.finder.search(rows);
    }

    fn place(area: Rect) -> Rect {
        centered(area, 76, 18)
    }
}

impl Layer for Import {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Text, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Begin with a policy"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match action {
            Action::Dialog(DialogAction::Cancel) => return vec![UiEffect::Close],
            Action::Dialog(DialogAction::Accept) => {
                let entry = self.finder.row().and_then(|row| self.entries.get(row));
                let chosen = entry.map(|entry| UiMessage::Document(entry.document()));
                return chosen.map(UiEffect::CloseWith).into_iter().collect();
            }
            Action::Dialog(DialogAction::Mark) => {}
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
        self.finder.type_text(text);
        self.search();
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        if self.seen != Some(view.revision) {
            self.read(view);
        }
        self.finder.settle(Self::place(area).height.saturating_sub(3));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(Self::place(area), self.title(), frame);
        let (line, rest) = split_top(inside, 1);
        self.finder.render_line(line, "/ ", frame);
        if self.finder.is_empty() {
            frame.text(rest, rest.x + 2, rest.y, "No policy is called that.", Look::Absent);
        }
        for ((row, selected), y) in self.finder.window().zip(rest.y..rest.bottom()) {
            let Some(entry) = self.entries.get(row) else { break };
            frame.text(rest, rest.x, y, if selected { "›" } else { " " }, Look::Accent);
            let kind = if matches!(entry, Entry::Own(..)) { "Customer managed" } else { "AWS managed" };
            let note = frame.text_right(rest, y, kind, Look::Muted);
            let name = Rect { x: rest.x + 2, width: note.saturating_sub(rest.x + 3), ..rest };
            let role = if selected { Look::Selection } else { Look::Text };
            self.finder.render_name(name, y, entry.name(), role, frame);
        }
    }
}
