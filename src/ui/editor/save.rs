//! Before a text is saved: what it changes, line by line and by meaning, and what the save needs to know.
//!
//! From here the plan goes to the one review, which applies it.

use ratatui::layout::Rect;

use crate::base::error::Told;
use crate::input::{Action, Scope};
use crate::model::{EntityRef, Tag};
use crate::plan::Plan;
use crate::plan::build::CreatePolicy;
use crate::ui::form::{Acted, Field, Form, check};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layers::review::Review;
use crate::ui::layout::{inner, split_top};
use crate::ui::page::{Notice, Tone, View, Wish};
use crate::ui::widgets::panel::panel;

use super::changes::Changes;
use super::{Subject, meaning};

/// The text that is about to be saved.
#[derive(Debug)]
pub struct Save {
    title: String,
    subject: Subject,
    new: String,
    form: Form,
    changes: Changes,
}

impl Save {
    /// A save of a text over another one.
    pub fn new(subject: &Subject, old: &str, new: &str, view: &View<'_>) -> Self {
        let fields = match subject {
            Subject::New => vec![
                Field::text("name", "Policy name", "Up to 128 letters, digits and +=,.@-_.", policy_name),
                Field::text("description", "Description", "Optional; it can never be changed.", description),
                Field::text("path", "Path", "Optional, such as /team/.", path),
                Field::list("tags", "Tags", "Written key=value, one at a time.", check::tag),
            ],
            Subject::Managed { .. } => {
                vec![Field::switch("in-force", "Set as default", "Puts the new version in force at once.", true)]
            }
            Subject::Inline { name: None, .. } => {
                vec![Field::text("name", "Policy name", "Up to 128 letters, digits and +=,.@-_.", policy_name)]
            }
            _ => Vec::new(),
        };
        Self {
            title: format!("Save: {}", subject.title()),
            subject: subject.clone(),
            new: new.to_owned(),
            form: Form::new("Save", fields),
            changes: Changes::new(old, new, meaning::effect(old, new, subject, view.account)),
        }
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, Told> {
        if self.subject != Subject::New {
            let in_force = self.form.is_on("in-force");
            let plan = self.subject.plan(view.account, &self.new, self.form.text("name"), in_force);
            return plan.map_err(|error| error.told());
        }
        let some = |id: &str| Some(self.form.text(id).trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let tag = |entry: String| {
            let (key, value) = entry.split_once('=').unwrap_or((&entry, ""));
            Tag { key: key.into(), value: value.into() }
        };
        let create = CreatePolicy {
            name: self.form.text("name").to_owned(),
            path: some("path"),
            description: some("description"),
            document: crate::model::Document::new(self.new.as_str()),
            tags: self.form.entries("tags").into_iter().map(tag).collect(),
        };
        create.plan(view.account).map_err(|error| error.told())
    }

    fn review(&mut self, view: &View<'_>) -> Vec<Wish> {
        if self.form.stop_at_problem() {
            return Vec::new();
        }
        match self.plan(view) {
            Ok(plan) => vec![Wish::Open(Box::new(Review::new(plan)))],
            Err(told) => vec![Wish::Say(Notice { told, tone: Tone::Failed })],
        }
    }

    /// Where the new policy will be, to be gone to.
    pub fn made(&self, view: &View<'_>) -> Option<EntityRef> {
        let identity = view.account.identity()?;
        let path = Some(self.form.text("path").trim()).filter(|path| !path.is_empty()).unwrap_or("/");
        let resource = format!("policy{path}{}", self.form.text("name"));
        let arn = crate::base::arn::Arn::iam(identity.partition(), identity.account.as_ref(), &resource);
        (self.subject == Subject::New).then_some(())?;
        arn.ok().map(EntityRef::Policy)
    }

    /// The form on top, the change below.
    fn parts(&self, inside: Rect) -> (Rect, Rect) {
        split_top(
            inside,
            match self.subject {
                Subject::New => 6,
                Subject::Managed { .. } | Subject::Inline { name: None, .. } => 2,
                _ => 0,
            },
        )
    }
}

fn policy_name(text: &str) -> Result<(), Told> {
    check::by_limits("CreatePolicy", "PolicyName", "policy name", text)
}

fn description(text: &str) -> Result<(), Told> {
    if text.is_empty() { Ok(()) } else { check::by_limits("CreatePolicy", "Description", "description", text) }
}

fn path(text: &str) -> Result<(), Told> {
    if text.is_empty() { Ok(()) } else { check::by_limits("CreatePolicy", "Path", "path", text) }
}

impl Layer for Save {
    fn scopes(&self) -> &'static [Scope] {
        let own = self.form.scopes();
        if own.contains(&Scope::Text) {
            &[Scope::Diff, Scope::Form, Scope::Text, Scope::Global]
        } else if own.contains(&Scope::Switch) {
            &[Scope::Diff, Scope::Switch, Scope::Form, Scope::Global]
        } else {
            &[Scope::Diff, Scope::Form, Scope::Global]
        }
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<Wish> {
        match action {
            Action::StepLeave => return vec![Wish::Close(Outcome::Cancelled)],
            Action::StepNext => return self.review(view),
            _ if self.changes.act(action) => {}
            _ => match self.form.act(action) {
                Acted::Past => return self.review(view),
                Acted::Inside | Acted::Nothing => {}
            },
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        self.form.type_text(text);
        Vec::new()
    }

    fn receive(&mut self, outcome: Outcome, view: &View<'_>) -> Vec<Wish> {
        if !matches!(outcome, Outcome::Applied { .. }) {
            return Vec::new();
        }
        let close = Wish::Close(outcome);
        match self.made(view) {
            Some(policy) => vec![close, Wish::Go(crate::ui::place::Place::Entity(policy))],
            None => vec![close],
        }
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let (form, body) = self.parts(inner(area));
        self.form.settle(form);
        self.changes.settle(body);
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (form, body) = self.parts(panel(area, &self.title, frame));
        self.form.render(form, frame);
        self.changes.render(body, frame);
    }
}
