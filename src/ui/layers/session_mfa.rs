//! Which MFA device a session of the same user shall be opened with.

use ratatui::layout::Rect;

use crate::base::error::UserError;
use crate::input::{Action, Context, FormAction, Nav};
use crate::ui::effect::UiEffect;
use crate::ui::form::{Acted, Field, Form, Input};
use crate::ui::frame::Frame;
use crate::ui::layer::Layer;
use crate::ui::layout::centered;
use crate::ui::page::View;
use crate::ui::widgets::panel::panel;

/// The form.
#[derive(Debug)]
pub struct SessionMfa {
    form: Form,
}

impl SessionMfa {
    /// A form with the device that is likely meant.
    pub fn new(serial: &str) -> Self {
        let help = "ARN or serial number of the device. The code is next. The new session replaces this one.";
        let mut field = Field::text("serial", "MFA device", help, device);
        if let Input::Text(line) = &mut field.input {
            line.set(serial);
        }
        Self { form: Form::new("Session with MFA", vec![field]) }
    }
}

fn device(text: &str) -> Result<(), UserError> {
    if text.trim().len() < 9 { Err(UserError::new("a serial number has nine characters or more")) } else { Ok(()) }
}

impl Layer for SessionMfa {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(self.form.scopes())
    }

    fn title(&self) -> &'static str {
        "Session with MFA"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        let done = match action {
            Action::Nav(Nav::Back) => return vec![UiEffect::Close],
            Action::Form(FormAction::NextStep) => true,
            _ => self.form.act(action) == Acted::Past,
        };
        if !done || self.form.stop_at_problem() {
            return Vec::new();
        }
        vec![UiEffect::Close, UiEffect::SignInWithMfa(self.form.text("serial").trim().to_owned())]
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        self.form.type_text(text);
        Vec::new()
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, area.width, 6), self.title(), frame);
        self.form.render(inside, frame);
    }
}
