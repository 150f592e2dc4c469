//! The entity in sight beside its namesake in another account.

use std::sync::Arc;

use ratatui::layout::Rect;
use serde_json::Value;

use crate::backend::{GroupPart, Load, PolicyPart, RolePart, UserPart};
use crate::base::arn::Arn;
use crate::input::{Action, Context, Scope};
use crate::insight::drift::{FieldChange, compare};
use crate::model::{Account, ResourceRef};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::{Frame, fit_middle};
use crate::ui::layer::{Layer, Want, scroll_or_close};
use crate::ui::layout::split_top;
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The comparison.
#[derive(Debug)]
pub struct Counterpart {
    /// The other workspace.
    number: u32,
    /// The entity here and there.
    entities: [ResourceRef; 2],
    /// What the two accounts are called.
    names: [String; 2],
    other: Arc<Account>,
    lines: Vec<Line>,
    seen: Option<(u64, u64)>,
    scroll: Scroll,
}

/// A line with what it says here and there.
#[derive(Debug)]
struct Line {
    here: String,
    there: String,
    role: Look,
}

impl Counterpart {
    /// A comparison with what the other account knows so far.
    pub fn new(number: u32, entities: [ResourceRef; 2], names: [String; 2], other: Arc<Account>) -> Self {
        Self { number, entities, names, other, lines: Vec::new(), seen: None, scroll: Scroll::default() }
    }

    /// The same entity in another account: an own policy has that account's number in its ARN.
    pub fn of(entity: &ResourceRef, account: &str) -> Option<ResourceRef> {
        match entity {
            ResourceRef::Policy(arn) if arn.account() != "aws" => {
                Some(ResourceRef::Policy(Arn::iam(arn.partition(), account, arn.resource()).ok()?))
            }
            other => Some(other.clone()),
        }
    }

    /// What has to be read of an entity to compare it.
    pub fn loads(entity: &ResourceRef) -> Vec<Load> {
        match entity {
            ResourceRef::User(name) => [UserPart::Overview, UserPart::Permissions, UserPart::Groups]
                .map(|part| Load::User(name.clone(), part))
                .into(),
            ResourceRef::Group(name) => {
                [GroupPart::Overview, GroupPart::Permissions].map(|part| Load::Group(name.clone(), part)).into()
            }
            ResourceRef::Role(name) => {
                [RolePart::Overview, RolePart::Permissions].map(|part| Load::Role(name.clone(), part)).into()
            }
            ResourceRef::Policy(arn) => vec![Load::Policy(arn.clone(), PolicyPart::Overview)],
            other => vec![Load::of(other)],
        }
    }

    fn build(&mut self, view: &View<'_>) {
        self.lines.clear();
        let [here, there] = &self.entities;
        let Some(fields) = compare(view.account, here, &self.other, there) else {
            let told =
                |account: &Account, entity| if account.contains(entity) { "there" } else { "missing, or not loaded" };
            let (here, there) = (told(view.account, here).to_owned(), told(&self.other, there).to_owned());
            self.lines.push(Line { here, there, role: Look::Absent });
            return;
        };
        for field in &fields {
            self.lines.push(Line { here: field.field.clone(), there: String::new(), role: Look::Heading });
            self.lines.extend(sides(field));
        }
        if fields.is_empty() {
            let text = "No differences in what is loaded from both accounts.".to_owned();
            self.lines.push(Line { here: text, there: String::new(), role: Look::Good });
        }
    }
}

/// The lines of a value on both sides; those that both have stand back.
fn sides(field: &FieldChange) -> Vec<Line> {
    let lines = |value: &Value| -> Vec<String> {
        match value {
            Value::Null => vec!["none".to_owned()],
            Value::String(text) => vec![text.clone()],
            other => serde_json::to_string_pretty(other).unwrap_or_default().lines().map(str::to_owned).collect(),
        }
    };
    let (old, new) = (lines(&field.before), lines(&field.after));
    let (old_text, new_text) = (old.join("\n"), new.join("\n"));
    let diff = similar::TextDiff::from_lines(&old_text, &new_text);
    let mut sides = Vec::new();
    for change in diff.iter_all_changes() {
        let text = format!("  {}", change.value().trim_end());
        sides.push(match change.tag() {
            similar::ChangeTag::Equal => Line { here: text.clone(), there: text, role: Look::Muted },
            similar::ChangeTag::Delete => Line { here: text, there: String::new(), role: Look::Warning },
            similar::ChangeTag::Insert => Line { here: String::new(), there: text, role: Look::Warning },
        });
    }
    sides
}

impl Layer for Counterpart {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Counterpart"
    }

    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        let here = Self::loads(&self.entities[0]).into_iter().map(Want::now);
        let there = Self::loads(&self.entities[1]).into_iter();
        here.chain(there.map(|load| Want { from: Some(self.number), ..Want::now(load) })).collect()
    }

    fn on_message(&mut self, message: &UiMessage, _view: &View<'_>) -> Vec<UiEffect> {
        if let UiMessage::OtherAccount { workspace, account } = message
            && *workspace == self.number
        {
            self.other = Arc::clone(account);
        }
        Vec::new()
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        scroll_or_close(action, &mut self.scroll, self.lines.len())
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        let now = (view.revision, self.other.revision());
        if self.seen != Some(now) {
            self.seen = Some(now);
            self.build(view);
        }
        self.scroll.settle(self.lines.len(), area.height.saturating_sub(4));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let title = format!("Differences of {} in two accounts", self.entities[0].name());
        let inside = panel(area, &title, frame);
        let (head, rows) = split_top(inside, 2);
        let half = inside.width / 2;
        let left = |area: Rect| Rect { x: area.x + 1, width: half.saturating_sub(2), ..area };
        let right = |area: Rect| Rect { x: area.x + half, width: area.width - half, ..area };
        let [here, there] = &self.names;
        for (side, name) in [(left(head), here), (right(head), there)] {
            frame.text(side, side.x, side.y, &fit_middle(name, usize::from(side.width)), Look::Title);
        }
        for (at, y) in self.scroll.window(self.lines.len()).zip(rows.y..rows.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            if at == self.scroll.cursor {
                frame.text(rows, rows.x, y, "›", Look::Accent);
            }
            // A heading and what is said of both have the whole line: nothing stands beside them.
            let side = if [Look::Heading, Look::Good].contains(&line.role) {
                Rect { x: rows.x + 1, width: rows.width - 1, ..rows }
            } else {
                left(rows)
            };
            frame.text(side, side.x, y, &line.here, line.role);
            frame.text(right(rows), right(rows).x, y, &line.there, line.role);
        }
    }
}
