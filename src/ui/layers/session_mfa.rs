//! Which MFA device a session of the same user shall be opened with.

use ratatui::layout::Rect;

use crate::base::error::UserError;
use crate::input::{Action, FormAction, Nav, Scope};
use crate::ui::form::{Acted, Field, Form, Input};
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Outcome};
use crate::ui::layout::centered;
use crate::ui::page::{UiRequest, View};
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
    fn scopes(&self) -> &'static [Scope] {
        self.form.scopes()
    }

    fn title(&self) -> &'static str {
        "Session with MFA"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiRequest> {
        let done = match action {
            Action::Nav(Nav::Back) => return vec![UiRequest::Close(Outcome::Cancelled)],
            Action::Form(FormAction::NextStep) => true,
            _ => self.form.act(action) == Acted::Past,
        };
        if !done || self.form.stop_at_problem() {
            return Vec::new();
        }
        vec![UiRequest::Close(Outcome::WithMfa(self.form.text("serial").trim().to_owned()))]
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiRequest> {
        self.form.type_text(text);
        Vec::new()
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(centered(area, area.width, 6), self.title(), frame);
        self.form.render(inside, frame);
    }
}
