//! Guided work: steps of fields, then the one review.
//!
//! A wizard calls nothing. Its last step hands a plan to the review, which comes back without a loss: every
//! answer is kept until the wizard itself is left.

use std::fmt;

use ratatui::layout::Rect;

use crate::backend::{Load, Urgency};
use crate::base::error::Told;
use crate::input::{Action, Scope};
use crate::theme::Role;

use super::form::{Acted, Form};
use super::frame::Frame;
use super::layer::{Layer, Outcome};
use super::layout::{inner, split_top};
use super::page::{Notice, Tone, View, Wish};
use super::widgets::panel::panel;

/// What is special about one wizard: its steps, what they offer, and what comes of them.
///
/// The answers live in the forms, which the wizard keeps; a flow reads them.
pub trait Flow: fmt::Debug + Send {
    /// What it does, as the console writes it.
    fn title(&self) -> &'static str;

    /// Its steps, in order, as they begin.
    fn forms(&self) -> Vec<Form>;

    /// Brings what the steps offer, ask and object to up to date with the answers and the account.
    fn settle(&mut self, forms: &mut [Form], view: &View<'_>);

    /// What it needs to be read.
    fn wants(&self) -> Vec<(Load, Urgency)> {
        Vec::new()
    }

    /// What happens after the last step: a review, or an outcome.
    fn finish(&mut self, forms: &[Form], view: &View<'_>) -> Result<Vec<Wish>, Told>;

    /// Takes the outcome of a layer that it opened; the wizard ends when it says so.
    fn receive(&mut self, forms: &mut [Form], outcome: Outcome, view: &View<'_>) -> Vec<Wish>;

    /// Does an action that is special to it.
    fn act(&mut self, _forms: &mut [Form], _action: Action, _view: &View<'_>) -> Option<Vec<Wish>> {
        None
    }
}

/// A wizard on the screen.
#[derive(Debug)]
pub struct Wizard<F: Flow> {
    flow: F,
    forms: Vec<Form>,
    step: usize,
    /// Esc was pressed on answers that would be lost; a second one leaves.
    leaving: bool,
}

impl<F: Flow> Wizard<F> {
    /// A wizard at its first step.
    pub fn new(flow: F) -> Self {
        let forms = flow.forms();
        Self { flow, forms, step: 0, leaving: false }
    }

    /// Leaves a step forward if nothing is wrong with it.
    fn forward(&mut self, view: &View<'_>) -> Vec<Wish> {
        self.flow.settle(&mut self.forms, view);
        if self.forms.get_mut(self.step).is_some_and(Form::stop_at_problem) {
            return Vec::new();
        }
        if self.step + 1 < self.forms.len() {
            self.step += 1;
            return Vec::new();
        }
        match self.flow.finish(&self.forms, view) {
            Ok(wishes) => wishes,
            Err(told) => vec![Wish::Say(Notice { told, tone: Tone::Failed })],
        }
    }

    fn back(&mut self) -> Vec<Wish> {
        if let Some(step) = self.step.checked_sub(1) {
            self.step = step;
            return Vec::new();
        }
        if !self.leaving && self.forms.iter().any(Form::is_touched) {
            self.leaving = true;
            return vec![Wish::Say(Notice::new("Press esc again to leave and lose what was entered.", Tone::Info))];
        }
        vec![Wish::Close(Outcome::Cancelled)]
    }
}

impl<F: Flow + 'static> Layer for Wizard<F> {
    fn scopes(&self) -> &'static [Scope] {
        self.forms.get(self.step).map_or(&[Scope::Form, Scope::Global], Form::scopes)
    }

    fn title(&self) -> &str {
        self.flow.title()
    }

    fn wants(&self, _view: &View<'_>) -> Vec<(Load, Urgency)> {
        self.flow.wants()
    }

    fn act(&mut self, action: Action, view: &View<'_>) -> Vec<Wish> {
        if action != Action::StepLeave {
            self.leaving = false;
        }
        match action {
            Action::StepNext => self.forward(view),
            Action::StepBack if self.step > 0 => self.back(),
            Action::StepLeave => self.back(),
            _ => {
                if let Some(wishes) = self.flow.act(&mut self.forms, action, view) {
                    return wishes;
                }
                match self.forms.get_mut(self.step).map_or(Acted::Nothing, |form| form.act(action)) {
                    Acted::Past => self.forward(view),
                    Acted::Inside | Acted::Nothing => Vec::new(),
                }
            }
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<Wish> {
        self.leaving = false;
        if let Some(form) = self.forms.get_mut(self.step) {
            form.type_text(text);
        }
        Vec::new()
    }

    fn receive(&mut self, outcome: Outcome, view: &View<'_>) -> Vec<Wish> {
        self.flow.receive(&mut self.forms, outcome, view)
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.flow.settle(&mut self.forms, view);
        let (_, body) = split_top(inner(area), 2);
        if let Some(form) = self.forms.get_mut(self.step) {
            form.settle(body);
        }
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.flow.title(), frame);
        let (head, rest) = split_top(inside, 2);
        let mut x = head.x + 1;
        for (at, form) in self.forms.iter().enumerate() {
            let role = if at == self.step { Role::TabActive } else { Role::Tab };
            x += frame.text(head, x, head.y, &format!(" {} {} ", at + 1, form.title()), role) + 1;
        }
        frame.text(head, x, head.y, &format!(" {} Review ", self.forms.len() + 1), Role::Muted);
        if let Some(form) = self.forms.get(self.step) {
            form.render(rest, frame);
        }
    }
}
