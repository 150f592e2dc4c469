//! The text as a document of the account or a file: taken from there, changed or not, saved.

use std::sync::Arc;

use serde_json::Value;

use crate::effect::BackgroundTask;
use crate::input::Keymap;
use crate::model::Fact;
use crate::policy::format::{Style, format};
use crate::policy::parser;
use crate::ui::effect::{Tone, UiEffect};
use crate::ui::page::View;

use super::text::Text;
use super::{Editor, Subject, save};

/// From so many bytes on a text in one line is a long one.
const LONG: usize = 256;

impl Editor {
    /// Takes the text of the account once it is known.
    pub(super) fn fetch(&mut self, view: &View<'_>) {
        if self.standing.is_none() && self.subject.is_remote() {
            self.standing = self.subject.standing(view.account);
        }
        if self.is_read {
            return;
        }
        if let Fact::Known(document, _) = self.subject.document(view.account) {
            // What is kept in one line is edited with a line for each entry: that alone is no change.
            let formatted = formatted(document.text());
            self.is_formatted = formatted.is_some();
            self.base = formatted.unwrap_or_else(|| document.text().to_owned());
            self.text = Text::new(self.base.as_str());
            self.wraps = is_long_line(&self.base);
            self.seen = None;
            self.is_read = true;
            self.catch_up();
            self.resume();
        }
    }

    /// Goes on with a draft, as one step of undo.
    pub(super) fn resume(&mut self) {
        if !self.is_read {
            return;
        }
        let Some(draft) = self.resumed.take() else { return };
        self.answers = draft.get("answers").filter(|answers| answers.is_object()).cloned();
        if let Some(text) = draft.get("text").and_then(Value::as_str) {
            self.text.turn_into(text);
            self.catch_up();
        }
    }

    /// Shows what the edit changes before it is saved; a file is written at once.
    pub(super) fn save(&mut self, keymap: &Keymap) -> Vec<UiEffect> {
        if !self.analysis.broken.is_empty() {
            return Self::say(Self::no_json("text that is not valid JSON cannot be saved", keymap), Tone::Failed);
        }
        if let Subject::File(path) = &self.subject {
            let over = Arc::from(self.theirs.as_deref().unwrap_or(&self.base));
            let (path, text) = (path.clone(), Arc::from(self.text.as_str()));
            return vec![UiEffect::Task(BackgroundTask::SaveFile { path, text, over })];
        }
        if !self.is_changed() && self.subject.is_remote() {
            return Self::say("nothing was changed", Tone::Info);
        }
        let save = save::Save::new(&self.subject, &self.base, self.text.as_str(), self.standing.clone());
        let save = match &self.answers {
            Some(answers) => save.resumed(answers),
            None => save,
        };
        vec![UiEffect::Open(Box::new(save))]
    }

    /// Whether the document is about roles that the account has.
    pub(super) fn names_roles(&self) -> bool {
        let text = self.text.as_str();
        ["iam:PassRole", "sts:AssumeRole"].iter().any(|action| text.contains(action))
    }

    /// Whether the text is another than the one that was opened or saved.
    pub fn is_changed(&self) -> bool {
        let same = |one: &str, other: &str| one == other || self.is_formatted && is_alike(one, other);
        !same(self.text.as_str(), &self.base)
    }

    /// Whether leaving would lose something: a text, or what was answered at a save.
    pub(super) fn has_work(&self) -> bool {
        self.is_changed() || self.answers.is_some()
    }

    /// Lets nothing be left to lose: it was saved, or the user discards it.
    pub(super) fn give_up(&mut self) {
        self.text.as_str().clone_into(&mut self.base);
        self.answers = None;
    }
}

/// Whether a text is one line that no screen has the room for.
pub(super) fn is_long_line(text: &str) -> bool {
    text.len() > LONG && !text.trim_end().contains('\n')
}

/// A text of one line with a line for each of its entries; nothing where it has lines already, or is no JSON.
pub(super) fn formatted(text: &str) -> Option<String> {
    let is_one_line = !text.trim_end().contains('\n');
    let after = is_one_line.then(|| format(&parser::parse(text), Style::CONSOLE)).flatten();
    after.filter(|after| after.contains('\n'))
}

/// Whether two texts are the same but for white space between their tokens.
fn is_alike(one: &str, other: &str) -> bool {
    let compact = |text: &str| format(&parser::parse(text), Style::Compact);
    compact(one).is_some_and(|one| compact(other) == Some(one))
}
