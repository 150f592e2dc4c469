//! Two versions of a policy against each other.

use ratatui::layout::Rect;

use crate::backend::{Load, PolicyPart, Urgency};
use crate::base::arn::Arn;
use crate::input::{Action, Scope};
use crate::model::{Fact, VersionId};
use crate::theme::Role;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::{inner, split_top};
use crate::ui::page::{View, Wish};
use crate::ui::widgets::panel::panel;

use super::changes::Changes;
use super::meaning;

/// A version, and the one that it is held against.
#[derive(Debug)]
pub struct Compare {
    title: String,
    arn: Arn,
    version: VersionId,
    other: VersionId,
    /// The versions that it can be held against, as last known.
    choices: Vec<VersionId>,
    changes: Option<Changes>,
}

impl Compare {
    /// A version against another one, from the other to it.
    pub fn new(arn: &Arn, other: VersionId, version: VersionId) -> Self {
        let title = format!("Compare versions of {}", arn.name());
        Self { title, arn: arn.clone(), version, other, choices: Vec::new(), changes: None }
    }

    fn turn(&mut self, by: usize) {
        let count = self.choices.len();
        if let Some(at) = self.choices.iter().position(|id| *id == self.other)
            && let Some(next) = self.choices.get((at + by) % count)
        {
            self.other = next.clone();
            self.changes = None;
        }
    }

    fn text(&self, version: &VersionId, view: &View<'_>) -> Option<String> {
        match view.account.policy(&self.arn)?.facts.document(version) {
            Fact::Known(document, _) => Some(document.text().to_owned()),
            _ => None,
        }
    }
}

impl Layer for Compare {
    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Diff, Scope::Menu, Scope::Choice, Scope::Global]
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        let part = |part| (Load::Policy(self.arn.clone(), part), Urgency::Now);
        vec![
            part(PolicyPart::Versions),
            part(PolicyPart::Document(self.version.clone())),
            part(PolicyPart::Document(self.other.clone())),
        ]
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<Wish> {
        match action {
            Action::Cancel | Action::Accept => return vec![Wish::Close(Outcome::Cancelled)],
            Action::ChoiceNext => self.turn(1),
            Action::ChoicePrevious => self.turn(self.choices.len().saturating_sub(1)),
            _ => {
                if let Some(changes) = &mut self.changes {
                    changes.act(action);
                }
            }
        }
        Vec::new()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        let policy = view.account.policy(&self.arn);
        if let Some(versions) = policy.and_then(|policy| policy.facts.versions.known()) {
            self.choices = versions.iter().map(|version| version.id.clone()).filter(|id| *id != self.version).collect();
        }
        if self.changes.is_none()
            && let (Some(old), Some(new)) = (self.text(&self.other, view), self.text(&self.version, view))
        {
            self.changes = Some(Changes::new(&old, &new, meaning::changes(&old, &new)));
        }
        let (_, body) = split_top(inner(area), 1);
        if let Some(changes) = &mut self.changes {
            changes.settle(body);
        }
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (head, body) = split_top(panel(area, &self.title, frame), 1);
        let keys = view.keymap.keys_of(Action::ChoiceNext).first().map(|key| key.label()).unwrap_or_default();
        let from = format!("From {} to {}", self.other, self.version);
        let hint = if self.choices.len() > 1 { format!("   {keys} takes another version") } else { String::new() };
        frame.pieces(head, head.y, [(from.as_str(), Role::Heading), (hint.as_str(), Role::Muted)]);
        match &self.changes {
            Some(changes) => changes.render(body, frame),
            None => drop(frame.text(body, body.x, body.y, "Reading the documents …", Role::Unknown)),
        }
    }
}
