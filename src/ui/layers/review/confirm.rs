//! What must be typed before a plan is applied: a word, a reason, secrets that are kept nowhere.

use ratatui::layout::Rect;

use crate::backend::apply::Held;
use crate::base::error::UserError;
use crate::base::secret::Secret;
use crate::input::{Action, FormAction, Scope};
use crate::plan::Confirmation;
use crate::theme::Look;
use crate::ui::form::{Acted, Field, Form};
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::failure::wrap;

/// The fields of secrets. Where more are missing, they are asked for in turns.
const SECRETS: [&str; 4] = ["secret-1", "secret-2", "secret-3", "secret-4"];

/// The most lines that name what is taken away.
const LOST: usize = 4;

/// The questions before a plan is applied.
#[derive(Debug)]
pub(super) struct Confirm {
    word: Option<Confirmation>,
    missing: Vec<(String, String)>,
    /// Which account it is about, for the question.
    account: String,
    form: Form,
}

impl Confirm {
    pub(super) fn new(word: Option<Confirmation>, missing: Vec<(String, String)>, account: String) -> Self {
        let mut fields = Vec::new();
        if let Some(word) = &word {
            fields.push(Field::text("word", "Type to confirm", "", |_| Ok(())));
            if word.reason {
                fields.push(Field::text("reason", "Reason", "It is saved in the journal.", |reason| {
                    if reason.trim().is_empty() { Err(UserError::new("a reason is missing")) } else { Ok(()) }
                }));
            }
        }
        for (id, (step, name)) in SECRETS.into_iter().zip(&missing) {
            let label = if name.contains("Password") { "Password" } else { "Secret" };
            let mut field = Field::secret(id, label, "");
            field.remark = Some(format!("{name} of {step}. It is not saved."));
            fields.push(field);
        }
        let mut confirm = Self { word, missing, account, form: Form::new("Confirm", fields) };
        confirm.object();
        confirm
    }

    /// Says what is wrong with each answer so far.
    fn object(&mut self) {
        if let Some(word) = self.word.as_ref().map(|word| word.word.clone()) {
            let typed = self.form.text("word") == word;
            if let Some(field) = self.form.field("word") {
                field.remark = Some(format!("Type `{word}`, then Enter."));
                field.objection = (!typed).then(|| UserError::new(format!("type `{word}`")));
            }
        }
        for id in SECRETS {
            let empty = self.form.text(id).is_empty();
            if let Some(field) = self.form.field(id) {
                field.objection = empty.then(|| UserError::new("the value is missing"));
            }
        }
    }

    /// The same questions where another word may be wanted by now; what was typed stays.
    pub(super) fn wanting(mut self, word: Option<Confirmation>) -> Self {
        if self.word == word {
            return self;
        }
        let mut confirm = Self::new(word, self.missing, self.account);
        for id in ["word", "reason"].into_iter().chain(SECRETS) {
            if let (Some(new), Some(old)) = (confirm.form.field(id), self.form.field(id)) {
                std::mem::swap(&mut new.input, &mut old.input);
            }
        }
        confirm.object();
        confirm
    }

    pub(super) fn scopes(&self) -> &'static [Scope] {
        if self.form.scopes().contains(&Scope::Secret) {
            &[Scope::Confirm, Scope::Secret, Scope::Form, Scope::Text, Scope::Global]
        } else {
            &[Scope::Confirm, Scope::Form, Scope::Text, Scope::Global]
        }
    }

    pub(super) fn act(&mut self, action: Action) -> Acted {
        let goes_on = matches!(action, Action::Form(FormAction::Enter | FormAction::NextStep));
        let is_wrong = self.word.as_ref().is_some_and(|word| self.form.text("word") != word.word);
        if goes_on && is_wrong && self.form.focused_id() == Some("word") {
            self.form.stop_at_problem();
            return Acted::Inside;
        }
        let acted = self.form.act(action);
        self.object();
        acted
    }

    pub(super) fn type_text(&mut self, text: &str) {
        self.form.type_text(text);
        self.object();
    }

    /// The reason and the secrets, once nothing is wrong with them.
    pub(super) fn answers(&mut self) -> Option<(Option<String>, Vec<Held>)> {
        self.object();
        if self.form.stop_at_problem() {
            return None;
        }
        let reason = self.word.as_ref().filter(|word| word.reason).map(|_| self.form.text("reason").trim().to_owned());
        let secrets = SECRETS.into_iter().zip(&self.missing).map(|(id, (step, name))| Held {
            step: step.clone(),
            name: name.clone(),
            value: Secret::new(self.form.text(id)),
        });
        Some((reason, secrets.collect()))
    }

    fn lost(&self, width: u16) -> Vec<String> {
        let Some(word) = &self.word else { return Vec::new() };
        let account = &self.account;
        let told = |objects: &str| wrap(&format!("This deletes {objects} in {account}."), width);
        let Some((last, most)) = word.objects.split_last() else {
            return wrap(&format!("A guard must be overridden for this change of {account}."), width);
        };
        // As many of them are named as have room; the rest is counted.
        let mut lines = match most {
            [] => told(last),
            most => told(&format!("{} and {last}", most.join(", "))),
        };
        // More than these never have room.
        let mut named = most.len().min(100);
        while lines.len() > LOST && named > 1 {
            named -= 1;
            let some = word.objects.get(..named).unwrap_or_default();
            lines = told(&format!("{} and {} more", some.join(", "), word.objects.len() - named));
        }
        lines
    }

    /// The lines that it takes at this width.
    pub(super) fn height(&self, width: u16) -> u16 {
        let fields =
            self.missing.len().min(SECRETS.len()) + self.word.as_ref().map_or(0, |word| 1 + usize::from(word.reason));
        let lost = self.lost(width).len();
        u16::try_from(fields + lost + 2).unwrap_or(u16::MAX)
    }

    pub(super) fn settle(&mut self, area: Rect) {
        self.form.settle(area);
    }

    pub(super) fn render(&self, area: Rect, frame: &mut Frame<'_>) {
        let width = area.width.saturating_sub(4);
        frame.text(area, area.x, area.y, &"─".repeat(usize::from(area.width.saturating_sub(2))), Look::Border);
        let (_, mut rest) = split_top(area, 1);
        for line in self.lost(width) {
            frame.text(rest, rest.x + 1, rest.y, &line, Look::Danger);
            (_, rest) = split_top(rest, 1);
        }
        self.form.render(rest, frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_of_what_is_taken_away_are_named_as_have_room() {
        let told = |count: usize| {
            let objects = (1..=count).map(|number| format!("user somebody-{number}")).collect();
            let word = Confirmation { word: "delete".into(), objects, reason: false };
            Confirm::new(Some(word), Vec::new(), "account 1".into()).lost(70)
        };
        assert_eq!(told(2).join(" "), "This deletes user somebody-1 and user somebody-2 in account 1.");
        let many = told(9).join(" ");
        assert!(many.contains("somebody-8 and user somebody-9 in"), "{many}");
        let more = told(5_000);
        assert!(more.len() <= LOST && more.join(" ").contains(" more in account 1."), "{more:?}");
        assert!(more.join(" ").contains("somebody-9,"), "{more:?}");
    }
}
