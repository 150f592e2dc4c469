//! The codes that a step of a run asks for while it waits.

use ratatui::layout::Rect;

use crate::backend::apply::Answer;
use crate::base::error::Told;
use crate::base::secret::Secret;
use crate::input::{Action, Scope};
use crate::theme::Role;
use crate::ui::form::{Acted, Field, Form};
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::runs::{Asking, Live};
use crate::ui::widgets::failure::wrap;

/// A question on the screen.
#[derive(Debug)]
pub(super) struct Question {
    asking: Asking,
    form: Form,
    /// The answer is on its way.
    sent: bool,
}

/// The fields of codes and the outputs that they become.
const CODES: [(&str, &str, &str); 2] =
    [("code-1", "MFA code 1", "AuthenticationCode1"), ("code-2", "MFA code 2", "AuthenticationCode2")];

fn code(text: &str) -> Result<(), Told> {
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Told::new("a code has six digits"))
    }
}

impl Question {
    pub(super) fn new(asking: Asking) -> Self {
        let help = "Six digits; the second code comes 30 seconds later.";
        let fields = CODES.iter().map(|(id, label, _)| Field::text(id, label, help, code)).collect();
        Self { asking, form: Form::new("Answer", fields), sent: false }
    }

    pub(super) fn is_about(&self, asking: &Asking) -> bool {
        self.asking == *asking
    }

    pub(super) fn scopes(&self) -> &'static [Scope] {
        self.form.scopes()
    }

    /// Does what an action wants; the answer, once it is whole.
    pub(super) fn act(&mut self, action: Action) -> Option<Answer> {
        let past = self.form.act(action) == Acted::Past || action == Action::StepNext;
        if !past || self.sent || self.form.stop_at_problem() {
            return None;
        }
        let values =
            CODES.iter().map(|(id, _, gives)| ((*gives).to_owned(), Secret::new(self.form.text(id)))).collect();
        self.sent = true;
        Some(Answer::Given(values))
    }

    pub(super) fn type_text(&mut self, text: &str) {
        self.form.type_text(text);
    }

    pub(super) fn settle(&mut self, area: Rect) {
        self.form.settle(area);
    }

    /// Draws it over the steps; what the run came by so far may be part of the question.
    pub(super) fn render(&self, _live: Option<&Live>, area: Rect, frame: &mut Frame<'_>) {
        let mut rest = area;
        let mut paragraph = |text: &str, role: Role, frame: &mut Frame<'_>| {
            for line in wrap(text, rest.width) {
                frame.text(rest, rest.x, rest.y, &line, role);
                (_, rest) = split_top(rest, 1);
            }
        };
        paragraph(&format!("▸ {}", self.asking.ask.title()), Role::Heading, frame);
        if let Some(told) = &self.asking.again {
            paragraph(&format!("✗ {}", told.message), Role::Bad, frame);
            paragraph(told.hint.as_deref().unwrap_or_default(), Role::Muted, frame);
        }
        paragraph(
            "Esc leaves the run waiting in the journal. Ctrl-p gives up and takes back what was done.",
            Role::Muted,
            frame,
        );
        let (_, rest) = split_top(rest, 1);
        self.form.render(rest, frame);
    }
}
