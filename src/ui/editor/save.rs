//! Before a text is saved: what it changes, line by line and by meaning, and what the save needs to know.
//!
//! From here the plan goes to the one review, which applies it.

use ratatui::layout::Rect;
use serde_json::Value;

use crate::api::Iam;
use crate::backend::Load;
use crate::base::error::UserError;
use crate::input::{Action, Context, FormAction, Nav, Scope};
use crate::message::TaskResult;
use crate::model::{Fact, ResourceRef, Tag};
use crate::plan::builders::CreatePolicy;
use crate::plan::{Plan, PlanError};
use crate::policy::size::Quota;
use crate::policy::split::split;
use crate::theme::Look;
use crate::ui::effect::{Notice, Tone, UiEffect};
use crate::ui::form::pick::Pick;
use crate::ui::form::{Acted, Field, Form, check};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want};
use crate::ui::layers::review::Review;
use crate::ui::layout::{inner, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::Place;
use crate::ui::widgets::panel::panel;
use crate::ui::wizard::unmarked;
use crate::ui::wizards::offer;

use super::changes::Changes;
use super::{Subject, meaning};

/// The text that is about to be saved.
#[derive(Debug)]
pub struct Save {
    title: String,
    subject: Subject,
    old: String,
    new: String,
    form: Form,
    changes: Changes,
    difference: meaning::Difference,
    /// What the account had in force when the text was opened.
    standing: Option<String>,
    /// Somebody else changed it meanwhile: the change is shown against theirs, and Enter is asked for twice.
    moved: Moved,
    /// The answer came, and is not shown yet.
    fresh: bool,
    /// It was asked to go on while something had to be read first.
    waiting: bool,
    /// How many policies hold a text that is new; one, where it fits or cannot be split.
    parts: usize,
    /// The account's revision that the offers are of.
    offered: Option<u64>,
}

/// Whom a new policy is attached to.
const ATTACH: &str = "attach";
/// Whether a new policy that is too long is split.
const SPLIT: &str = "split";

/// Whether somebody else changed what is about to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    No,
    /// It is shown, and was not gone past yet.
    Unread,
    Read,
}

impl Save {
    /// A save of a text over another one.
    pub fn new(subject: &Subject, old: &str, new: &str, standing: Option<String>) -> Self {
        let fields = match subject {
            Subject::New => vec![
                Field::text("name", "Policy name", "Up to 128 letters, digits and +=,.@-_.", check::policy_name),
                Field::text("description", "Description", "Optional; it can never be changed.", description),
                Field::pick(ATTACH, "Attach to", "Optional. Space selects, typing filters.", Pick::many()),
                Field::text("path", "Path", "Optional, such as /team/.", path),
                Field::list("tags", "Tags", "Written key=value, one at a time.", check::tag),
                Field::switch(SPLIT, "Split", "It is too long for one policy.", true).hidden(),
            ],
            Subject::Managed { .. } => {
                vec![Field::switch("in-force", "Set as default", "Sets the new version as the default.", true)]
            }
            Subject::Inline { name: None, .. } => {
                vec![Field::text("name", "Policy name", "Up to 128 letters, digits and +=,.@-_.", check::policy_name)]
            }
            _ => Vec::new(),
        };
        Self {
            title: format!("Save: {}", subject.title()),
            subject: subject.clone(),
            old: old.to_owned(),
            new: new.to_owned(),
            form: Form::new("Save", fields),
            changes: Changes::new(old, new),
            difference: meaning::Difference::default(),
            standing,
            moved: Moved::No,
            fresh: false,
            waiting: false,
            parts: split(new, Quota::Managed.limit()).map_or(1, |parts| parts.len()),
            offered: None,
        }
    }

    /// Takes back what was answered before it was left.
    pub fn resumed(mut self, answers: &Value) -> Self {
        for (id, answer) in answers.as_object().into_iter().flatten() {
            self.form.restore(id, answer);
        }
        self
    }

    /// Leaves for the text; what was answered goes along, to be there at the next save.
    fn left(&self) -> UiEffect {
        if !self.form.is_touched() {
            return UiEffect::Close;
        }
        let answers: serde_json::Map<String, Value> =
            self.form.answers().into_iter().map(|(id, answer)| (id.to_owned(), answer)).collect();
        UiEffect::CloseWith(UiMessage::Answers(Value::Object(answers)))
    }

    /// Compares with what somebody else put in force since the text was opened.
    fn follow(&mut self, view: &View<'_>) {
        let now = self.subject.standing(view.account);
        if self.standing.is_none() || now.is_none() || now == self.standing {
            return;
        }
        match self.subject.in_force(view.account) {
            Fact::Unknown => return,
            Fact::Known(theirs, _) => {
                theirs.text().clone_into(&mut self.old);
                self.changes = Changes::new(&self.old, &self.new);
                self.difference = meaning::Difference::default();
            }
            // What may not be read was changed all the same.
            _ => {}
        }
        self.standing = now;
        self.moved = Moved::Unread;
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, PlanError> {
        if self.subject != Subject::New {
            let in_force = self.form.is_on("in-force");
            return self.subject.plan(view.account, &self.new, self.form.text("name"), in_force);
        }
        let path = Some(self.form.text("path").trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let tag = |entry: String| {
            let (key, value) = entry.split_once('=').unwrap_or((&entry, ""));
            Tag { key: key.into(), value: value.into() }
        };
        let create = CreatePolicy {
            name: self.form.text("name").to_owned(),
            path,
            description: self.form.text("description").trim().to_owned(),
            document: crate::model::Document::new(self.new.as_str()),
            tags: self.form.entries("tags").into_iter().map(tag).collect(),
            attach: self.form.picked(ATTACH).iter().filter_map(|key| offer::owner(key)).collect(),
            split: self.form.is_on(SPLIT),
        };
        create.plan(view.account)
    }

    fn is_reading(&self, view: &View<'_>) -> bool {
        let open = |load: &Load| !view.loads.is_done(load) && view.loads.failure(load).is_none();
        view.standing != SessionStatus::Offline && self.subject.loads(view.account).iter().any(open)
    }

    fn review(&mut self, view: &View<'_>) -> Vec<UiEffect> {
        // What was typed to be found is meant to be picked.
        self.form.take_only();
        if self.form.is_undecided() {
            return vec![unmarked()];
        }
        self.object(view);
        self.follow(view);
        if self.form.stop_at_problem() {
            return Vec::new();
        }
        if self.is_reading(view) {
            self.waiting = true;
            return Vec::new();
        }
        if self.moved == Moved::Unread {
            self.moved = Moved::Read;
            let told = UserError::new("it was changed elsewhere since it was opened")
                .hint("Press Enter again to overwrite that change.");
            return vec![UiEffect::Say(Notice { told, tone: Tone::Failed })];
        }
        match self.plan(view) {
            Ok(plan) => vec![UiEffect::Open(Box::new(Review::new(plan)))],
            // What is on its way is waited for; the save then goes on by itself.
            Err(PlanError::Unknown(_)) if self.is_reading(view) => {
                self.waiting = true;
                Vec::new()
            }
            Err(error) => vec![UiEffect::Say(Notice { told: error.user_error(), tone: Tone::Failed })],
        }
    }

    /// Offers whom a new policy can be attached to, and asks whether to split one that is too long.
    fn offer(&mut self, view: &View<'_>) {
        if self.subject != Subject::New || self.offered.replace(view.revision) == Some(view.revision) {
            return;
        }
        self.form.offer(ATTACH, offer::owners(view));
        self.form.ask(SPLIT, self.parts > 1);
    }

    /// Says how many policies become of a text that is too long.
    fn tell_parts(&mut self) {
        let (name, parts) = (self.form.text("name").to_owned(), self.parts);
        let told = self.form.is_on(SPLIT).then(|| format!("{parts} policies: {name}-1 to {name}-{parts}"));
        self.form.remark(SPLIT, told);
    }

    /// Whether the list of whom to attach to is open: it has all of the room.
    fn picks(&self) -> bool {
        self.form.focused_id() == Some(ATTACH)
    }

    /// Says that the name of a new inline policy is taken: AWS would write over that one.
    fn object(&mut self, view: &View<'_>) {
        if matches!(self.subject, Subject::Inline { name: None, .. }) {
            let name = self.form.text("name").to_owned();
            let taken = self.subject.has_inline(view.account, &name);
            let told =
                || UserError::new(format!("there is an inline policy `{name}` already")).hint("Edit that one instead.");
            self.form.object("name", taken.then(told));
        }
    }

    /// Where the new policy will be, to be gone to.
    pub fn made(&self, view: &View<'_>) -> Option<ResourceRef> {
        let identity = view.account.identity()?;
        let path = Some(self.form.text("path").trim()).filter(|path| !path.is_empty()).unwrap_or("/");
        let part = if self.form.is_on(SPLIT) { "-1" } else { "" };
        let resource = format!("policy{path}{}{part}", self.form.text("name"));
        let arn = crate::base::arn::Arn::iam(identity.partition(), identity.account.as_ref(), &resource);
        (self.subject == Subject::New).then_some(())?;
        arn.ok().map(ResourceRef::Policy)
    }

    /// The form on top, the change below.
    fn parts(&self, inside: Rect) -> (Rect, Rect) {
        split_top(
            inside,
            match self.subject {
                Subject::New if self.picks() => inside.height,
                Subject::New => 7 + u16::from(self.parts > 1),
                Subject::Managed { .. } | Subject::Inline { name: None, .. } => 2,
                _ => 0,
            },
        )
    }
}

fn description(text: &str) -> Result<(), UserError> {
    if text.is_empty() { Ok(()) } else { check::by_limits(Iam::CreatePolicy, "Description", "description", text) }
}

fn path(text: &str) -> Result<(), UserError> {
    if text.is_empty() { Ok(()) } else { check::by_limits(Iam::CreatePolicy, "Path", "path", text) }
}

impl Layer for Save {
    fn context(&self, _view: &View<'_>) -> Context {
        let own = self.form.scopes();
        Context::of(if self.picks() {
            own
        } else if own.contains(&Scope::Text) {
            &[Scope::Saving, Scope::Form, Scope::Text, Scope::Global]
        } else if own.contains(&Scope::Switch) {
            &[Scope::Saving, Scope::Switch, Scope::Form, Scope::Global]
        } else {
            &[Scope::Saving, Scope::Form, Scope::Global]
        })
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<UiEffect> {
        self.waiting = false;
        match action {
            Action::Nav(Nav::Back) if self.form.clear_filter() => {}
            Action::Nav(Nav::Back) => return vec![self.left()],
            Action::Form(FormAction::NextStep) => return self.review(view),
            Action::Nav(Nav::NextTab) => self.changes.turn(true),
            Action::Nav(Nav::PreviousTab) => self.changes.turn(false),
            Action::Nav(Nav::Open) => {}
            Action::Move(step) if !self.picks() => self.changes.go(step),
            _ => match self.form.act(action) {
                Acted::Past => return self.review(view),
                Acted::Unmarked => return vec![unmarked()],
                Acted::Inside | Acted::Nothing => {}
            },
        }
        Vec::new()
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.form.type_text(text);
        Vec::new()
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        match message {
            UiMessage::Settled => {
                let task = self.difference.task(&self.old, &self.new).map(UiEffect::Task);
                let goes_on = self.waiting && !self.is_reading(view);
                self.waiting &= !goes_on;
                let review = if goes_on { self.review(view) } else { Vec::new() };
                task.into_iter().chain(review).collect()
            }
            UiMessage::TaskDone(result) => {
                if let TaskResult::Difference { old, new, groups } = result.as_ref() {
                    self.fresh |= self.difference.take(old, new, groups);
                }
                Vec::new()
            }
            UiMessage::Applied { .. } => {
                let close = UiEffect::CloseWith(message.clone());
                let show = self.made(view).map(|policy| UiEffect::Show(Place::Entity(policy)));
                std::iter::once(close).chain(show).collect()
            }
            _ => Vec::new(),
        }
    }

    fn wants(&self, view: &View<'_>) -> Vec<Want> {
        let loads = self.subject.loads(view.account).into_iter().map(Want::now);
        let owners: &[Load] = if self.picks() { offer::OWNERS } else { &[] };
        loads.chain(offer::later(owners).map(Want::from)).collect()
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.follow(view);
        self.object(view);
        self.offer(view);
        self.tell_parts();
        if let Some(groups) = self.difference.groups().filter(|_| std::mem::take(&mut self.fresh)) {
            let lines = meaning::effect(groups, &self.old, &self.new, &self.subject, view.account);
            self.changes.mean(lines);
        }
        let (form, body) = self.parts(inner(area));
        self.form.settle(form);
        self.changes.settle(body);
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let (form, body) = self.parts(panel(area, &self.title, frame));
        self.form.render(form, frame);
        self.changes.render(body, frame);
        if self.moved != Moved::No {
            let line = Rect { y: body.bottom().saturating_sub(1), height: 1, ..body };
            let words = "▲ It was changed elsewhere since it was opened: this compares with the new version. ";
            frame.text(line, line.x, line.y, words, Look::Danger);
        }
        if self.waiting {
            frame.text(body, body.x, body.bottom().saturating_sub(1), "Reading what the plan needs …", Look::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::managed::managed_policies;
    use crate::input::{EditorAction, FoldAction, Tool, WorkAction};
    use crate::model::Account;
    use crate::ui::editor::Editor;
    use crate::ui::resources::fixture::look;

    /// The document that a save of this text as a new policy would send.
    fn sent(view: &View<'_>, text: &str) -> Result<String, PlanError> {
        let mut save = Save::new(&Subject::New, "", text, None);
        save.form.type_text("own");
        let plan = save.plan(view)?;
        let call = plan.steps.first().and_then(crate::plan::Step::call);
        Ok(call.and_then(|call| call.text("PolicyDocument")).unwrap_or_default().to_owned())
    }

    #[test]
    fn every_aws_managed_policy_is_saved_byte_for_byte_as_it_was_opened() {
        let mut saved = 0;
        look(&Account::default(), |view| {
            for policy in managed_policies() {
                let document = policy.document();
                let mut editor = Editor::new(Subject::New, "");
                editor.on_message(&UiMessage::Document(document.to_owned()), view);
                assert_eq!(editor.text.as_str(), document, "{}", policy.name);
                // What was folded and shown as blocks is as it was too.
                for action in [
                    Action::Fold(FoldAction::All),
                    Action::Editor(EditorAction::Tool(Tool::Builder)),
                    Action::Nav(Nav::Back),
                ] {
                    editor.act(action, view);
                }
                match sent(view, editor.text.as_str()) {
                    Ok(sent) => {
                        assert_eq!(sent, document, "{}", policy.name);
                        saved += 1;
                    }
                    // AWS's own policies may be longer than those of customers, and hold what those may not.
                    Err(error) => {
                        let told = error.user_error().message;
                        let known = told.contains("too long") || told.contains("would be refused");
                        assert!(known, "{}: {told}", policy.name);
                    }
                }
                // One of the account that nobody touched makes no plan.
                let arn = policy.arn().parse().unwrap();
                let mut editor = Editor::new(Subject::Managed { arn, version: "v1".into() }, document);
                let effects = editor.act(Action::Work(WorkAction::Save), view);
                let opened = effects.iter().any(|effect| matches!(effect, UiEffect::Open(_)));
                let told =
                    matches!(effects.first(), Some(UiEffect::Say(told)) if told.told.message == "nothing was changed");
                assert!(told && !opened, "{}", policy.name);
            }
        });
        assert!(saved > 1_400, "only {saved} fit the quota of customers");
    }
}
