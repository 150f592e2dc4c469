//! One field of a form.

use ratatui::layout::Rect;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::base::error::UserError;
use crate::input::{Move, TextEdit};
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::line::TextLine;

use super::check::Check;
use super::list::List;
use super::paste::Paste;
use super::pick::Pick;

/// A question with its answer.
#[derive(Debug)]
pub struct Field {
    /// What the wizard calls it.
    pub id: &'static str,
    /// What the user reads.
    pub label: &'static str,
    /// What to know while answering.
    help: &'static str,
    /// The answer so far.
    pub input: Input,
    /// Whether it is not asked now.
    pub hidden: bool,
    /// Whether the user has been here: an empty field is wrong only then.
    pub touched: bool,
    check: Option<Check>,
    /// What the wizard found wrong with the answer, beyond the field's own check.
    pub objection: Option<UserError>,
    /// What the wizard wants to say of the answer, without objecting.
    pub remark: Option<String>,
}

/// How a question is answered.
#[derive(Debug)]
pub enum Input {
    /// One line of text.
    Text(TextLine),
    /// One line that is not shown unless asked for.
    Secret {
        /// What is typed.
        line: TextLine,
        /// Whether it is shown.
        shown: bool,
    },
    /// Lines that are pasted as a whole.
    Paste(Box<Paste>),
    /// Yes or no.
    Switch(bool),
    /// One of a few.
    Choice {
        /// What can be chosen.
        options: &'static [&'static str],
        /// What is chosen.
        at: usize,
    },
    /// Several short texts.
    List(List),
    /// Some of many.
    Pick(Box<Pick>),
    /// No question: lines that say what there is to know.
    Note(Vec<(String, Look)>),
}

impl Field {
    fn new(id: &'static str, label: &'static str, help: &'static str, input: Input) -> Self {
        let (hidden, touched, check, objection, remark) = (false, false, None, None, None);
        Self { id, label, help, input, hidden, touched, check, objection, remark }
    }

    /// A line of text with its test.
    pub fn text(id: &'static str, label: &'static str, help: &'static str, check: Check) -> Self {
        Self { check: Some(check), ..Self::new(id, label, help, Input::Text(TextLine::default())) }
    }

    /// A line that is shown as dots.
    pub fn secret(id: &'static str, label: &'static str, help: &'static str) -> Self {
        Self::new(id, label, help, Input::Secret { line: TextLine::default(), shown: false })
    }

    /// Lines that are pasted as a whole, with their test.
    pub fn paste(id: &'static str, label: &'static str, help: &'static str, check: Check) -> Self {
        Self { check: Some(check), ..Self::new(id, label, help, Input::Paste(Box::default())) }
    }

    /// A switch.
    pub fn switch(id: &'static str, label: &'static str, help: &'static str, on: bool) -> Self {
        Self::new(id, label, help, Input::Switch(on))
    }

    /// A choice of one; the first option is chosen.
    pub fn choice(id: &'static str, label: &'static str, help: &'static str, options: &'static [&'static str]) -> Self {
        Self::new(id, label, help, Input::Choice { options, at: 0 })
    }

    /// Several short texts, each with the test.
    pub fn list(id: &'static str, label: &'static str, help: &'static str, check: Check) -> Self {
        Self { check: Some(check), ..Self::new(id, label, help, Input::List(List::default())) }
    }

    /// Some of many; what is offered comes later.
    pub fn pick(id: &'static str, label: &'static str, help: &'static str, pick: Pick) -> Self {
        Self::new(id, label, help, Input::Pick(Box::new(pick)))
    }

    /// Lines to read; what they say comes later.
    pub fn note(id: &'static str, label: &'static str) -> Self {
        Self::new(id, label, "", Input::Note(Vec::new()))
    }

    /// The same field, not asked for now.
    pub fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// Whether it can have the keys.
    pub fn is_asked(&self) -> bool {
        !self.hidden && !matches!(self.input, Input::Note(_))
    }

    /// The test of what is typed.
    pub(super) fn check(&self) -> Option<Check> {
        self.check
    }

    /// What must be changed before the step is done.
    pub fn problem(&self) -> Option<UserError> {
        let own = match (&self.input, self.check) {
            (Input::Text(line), Some(check)) => check(line.text()).err(),
            (Input::Paste(paste), Some(check)) => check(paste.text()).err(),
            (Input::List(list), Some(check)) => list.entries().iter().find_map(|entry| check(entry).err()),
            _ => None,
        };
        own.or_else(|| self.objection.clone())
    }

    /// The line below the field: what is wrong, or what to know.
    pub(super) fn word(&self, focused: bool) -> Option<(String, Look)> {
        if let Input::Paste(paste) = &self.input
            && let Some(told) = paste.remark()
        {
            return Some((format!("✗ {told}"), Look::Bad));
        }
        match self.problem() {
            Some(told) if self.touched => Some((format!("✗ {}", told.message), Look::Bad)),
            _ if !focused => None,
            _ => {
                let text = self.remark.clone().unwrap_or_else(|| self.help.to_owned());
                (!text.is_empty()).then_some((text, Look::Muted))
            }
        }
    }

    /// Edits the text of the field; whether it has one.
    pub(super) fn edit(&mut self, edit: TextEdit) -> bool {
        match &mut self.input {
            Input::Text(line) | Input::Secret { line, .. } => line.edit(edit),
            Input::Paste(paste) => paste.edit(edit),
            Input::List(list) => list.edit(edit),
            Input::Pick(pick) => pick.edit(edit),
            Input::Switch(_) | Input::Note(_) | Input::Choice { .. } => return false,
        }
        true
    }

    /// Moves over the rows of the field; whether there was one to move to.
    pub(super) fn go(&mut self, step: Move) -> bool {
        match &mut self.input {
            Input::List(list) => list.go(step),
            Input::Paste(paste) => paste.go(step),
            Input::Pick(pick) => {
                pick.go(step);
                true
            }
            Input::Text(_) | Input::Secret { .. } | Input::Switch(_) | Input::Note(_) | Input::Choice { .. } => false,
        }
    }

    /// Turns a switch, or picks what the cursor of a list is on.
    pub(super) fn mark(&mut self) -> bool {
        match &mut self.input {
            Input::Switch(on) => *on = !*on,
            Input::Pick(pick) => pick.mark(),
            Input::Text(_)
            | Input::Secret { .. }
            | Input::Paste(_)
            | Input::List(_)
            | Input::Note(_)
            | Input::Choice { .. } => return false,
        }
        true
    }

    /// Shows a secret, or hides it.
    pub(super) fn reveal(&mut self) -> bool {
        let Input::Secret { shown, .. } = &mut self.input else { return false };
        *shown = !*shown;
        true
    }

    /// Takes an entry away.
    pub(super) fn remove(&mut self) -> bool {
        let Input::List(list) = &mut self.input else { return false };
        list.remove();
        true
    }

    /// Turns to the next or the previous option.
    pub(super) fn choose(&mut self, forward: bool) -> bool {
        let Input::Choice { options, at } = &mut self.input else { return false };
        let count = options.len().max(1);
        *at = (*at + if forward { 1 } else { count - 1 }) % count;
        true
    }

    pub(super) fn type_text(&mut self, text: &str) {
        self.touched = true;
        match &mut self.input {
            Input::Text(line) | Input::Secret { line, .. } => line.insert(text),
            Input::Paste(paste) => paste.type_text(text),
            Input::List(list) => list.type_text(text),
            Input::Pick(pick) => pick.type_text(text),
            Input::Switch(_) | Input::Choice { .. } | Input::Note(_) => {}
        }
    }

    pub(super) fn render(&self, area: Rect, focused: bool, frame: &mut Frame<'_>) {
        match &self.input {
            Input::Text(line) if focused => line.render(area, "", frame),
            Input::Text(line) => drop(frame.text(area, area.x, area.y, line.text(), Look::Text)),
            Input::Secret { line, shown } => {
                let line = if *shown { line.clone() } else { line.masked() };
                if focused {
                    line.render(area, "", frame);
                } else {
                    frame.text(area, area.x, area.y, line.text(), Look::Text);
                }
            }
            Input::Switch(on) => {
                let (mark, word) = if *on { ("[x]", " yes") } else { ("[ ]", " no") };
                let role = if focused { Look::Selection } else { Look::Text };
                frame.pieces(area, area.y, [(mark, role), (word, Look::Muted)]);
            }
            Input::Choice { options, at } => {
                let mut x = area.x;
                let from = first_in_sight(options, *at, area.width);
                if from > 0 {
                    x += frame.text(area, x, area.y, "… ", Look::Muted);
                }
                for (number, option) in options.iter().enumerate().skip(from) {
                    let (mark, role) = match (number == *at, focused) {
                        (true, true) => ("(•) ", Look::Selection),
                        (true, false) => ("(•) ", Look::Text),
                        (false, _) => ("( ) ", Look::Muted),
                    };
                    x += frame.text(area, x, area.y, mark, role);
                    x += frame.text(area, x, area.y, option, role) + 2;
                }
                // What goes on to the right has its mark.
                if x > area.right().saturating_add(2) {
                    frame.text(area, area.right().saturating_sub(2), area.y, " …", Look::Muted);
                }
            }
            Input::Paste(paste) => paste.render(area, focused, frame),
            Input::List(list) => list.render_line(area, focused, frame),
            Input::Note(_) => {}
            Input::Pick(pick) => pick.render_line(area, focused, frame),
        }
    }

    /// The answer as a draft keeps it; a secret is never kept.
    pub(super) fn answer(&self) -> Option<Value> {
        match &self.input {
            Input::Text(line) => Some(json!(line.text())),
            Input::Secret { .. } | Input::Paste(_) | Input::Note(_) => None,
            Input::Switch(on) => Some(json!(on)),
            Input::Choice { at, .. } => Some(json!(at)),
            Input::List(list) => Some(json!(list.entries())),
            Input::Pick(pick) => Some(json!(pick.wanted())),
        }
    }

    /// Takes the answer of a draft back; what does not fit is left as it is.
    pub(super) fn restore(&mut self, answer: &Value) {
        let texts = || -> Vec<String> {
            answer.as_array().into_iter().flatten().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
        };
        match &mut self.input {
            Input::Text(line) => line.set(answer.as_str().unwrap_or_default()),
            Input::Switch(on) => *on = answer.as_bool().unwrap_or(*on),
            Input::Choice { at, options } => {
                let wanted = answer.as_u64().and_then(|wanted| usize::try_from(wanted).ok());
                *at = wanted.filter(|wanted| *wanted < options.len()).unwrap_or(*at);
            }
            Input::List(list) => list.set(texts()),
            Input::Pick(pick) => pick.set(texts()),
            Input::Secret { .. } | Input::Paste(_) | Input::Note(_) => {}
        }
    }
}

/// The first option that is drawn where not all have room: the chosen one is in sight.
fn first_in_sight(options: &[&str], at: usize, width: u16) -> usize {
    let room = usize::from(width);
    let wide = |from: usize| {
        let upto = options.get(from..=at).unwrap_or_default().iter().map(|option| option.width() + 6).sum::<usize>();
        upto + if from > 0 { 2 } else { 0 }
    };
    (0..at).find(|from| wide(*from) <= room + 2).unwrap_or(at)
}
