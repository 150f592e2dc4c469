//! What a person is asked while a session is opened.

use ratatui::layout::Rect;

use crate::backend::Ask;
use crate::base::secret::Secret;
use crate::input::{Action, Context, DialogAction, Nav, Scope, WorkAction};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, unbound};
use crate::ui::layout::{centered, inner, split_top};
use crate::ui::page::View;
use crate::ui::time;
use crate::ui::widgets::failure::{chunks, wrap};
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::panel::panel;

/// The digits of a code.
const DIGITS: usize = 6;

/// A question with what was typed so far.
#[derive(Debug)]
pub struct SignIn {
    ask: Ask,
    line: TextLine,
    /// What was typed last is no part of a code, as told.
    refused: Option<&'static str>,
}

impl SignIn {
    /// A question.
    pub fn new(ask: Ask) -> Self {
        Self { ask, line: TextLine::default(), refused: None }
    }

    fn lines(&self, width: u16) -> Vec<(String, Look)> {
        let paragraph = |text: &str, role| wrap(text, width).into_iter().map(move |line| (line, role));
        match &self.ask {
            Ask::MfaCode { serial, purpose, again } => {
                let refused =
                    again.then_some("✗ The code was not accepted. Wait for the next one; each code works once.");
                let what = format!("The {purpose} needs a code of the MFA device");
                let refused = refused.into_iter().flat_map(|text| paragraph(text, Look::Bad));
                refused.chain(paragraph(&what, Look::Text)).chain(paragraph(serial, Look::Accent)).collect()
            }
            Ask::Browser { code, link, expires, .. } => {
                let mut lines: Vec<_> =
                    paragraph("Open this page in a browser, on any computer:", Look::Text).collect();
                // A link that is broken into lines is copied from the terminal by its key, not by the mouse.
                lines.extend(chunks(link, usize::from(width)).into_iter().map(|line| (line, Look::Link)));
                lines.push((String::new(), Look::Text));
                lines.extend(paragraph(&format!("and confirm that it shows the code {code}"), Look::Title));
                lines.push((String::new(), Look::Text));
                let until = format!("Waiting until {} UTC. This closes by itself.", time::clock(*expires));
                lines.extend(paragraph(&until, Look::Muted));
                lines
            }
        }
    }

    fn place(&self, area: Rect) -> Rect {
        let width = 76.min(area.width);
        let lines = self.lines(width.saturating_sub(4)).len();
        let line = usize::from(matches!(self.ask, Ask::MfaCode { .. })) * 2;
        centered(area, width, u16::try_from(lines + line + 2).unwrap_or(u16::MAX))
    }
}

impl Layer for SignIn {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(match self.ask {
            Ask::MfaCode { .. } => &[Scope::Menu, Scope::Text, Scope::Global],
            Ask::Browser { .. } => &[Scope::SignIn, Scope::Global],
        })
    }

    fn title(&self) -> &'static str {
        "Sign in"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        match (&self.ask, action) {
            (_, Action::Dialog(DialogAction::Cancel)) => {
                vec![UiEffect::SignIn(None), UiEffect::Close]
            }
            (Ask::MfaCode { .. }, Action::Dialog(DialogAction::Accept)) => {
                let code: String = self.line.text().chars().filter(char::is_ascii_digit).collect();
                if code.len() != DIGITS {
                    self.refused = Some("six digits are needed");
                    return Vec::new();
                }
                vec![UiEffect::SignIn(Some(Secret::new(code))), UiEffect::Close]
            }
            (Ask::MfaCode { .. }, Action::Text(edit)) => {
                self.refused = None;
                self.line.edit(edit);
                Vec::new()
            }
            (Ask::Browser { link, .. }, Action::Nav(Nav::Open)) => vec![UiEffect::OpenPage(link.clone())],
            (Ask::Browser { link, .. }, Action::Work(WorkAction::Copy)) => vec![UiEffect::Copy("link", link.clone())],
            // A line has no rows.
            (Ask::MfaCode { .. }, Action::Dialog(DialogAction::Mark) | Action::Move(_)) => Vec::new(),
            (
                Ask::MfaCode { .. } | Ask::Browser { .. },
                Action::App(_)
                | Action::Page(_)
                | Action::Item(_)
                | Action::Move(_)
                | Action::Nav(_)
                | Action::Dialog(_)
                | Action::Work(_)
                | Action::Fold(_)
                | Action::Form(_)
                | Action::Text(_)
                | Action::Review(_)
                | Action::Diff(_)
                | Action::Editor(_),
            ) => unbound(action),
        }
    }

    fn type_text(&mut self, text: &str, _view: &View<'_>) -> Vec<UiEffect> {
        let room = DIGITS.saturating_sub(self.line.text().chars().count());
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        // Spaces between the digits are how apps show them.
        let is_other = text.chars().any(|ch| !ch.is_ascii_digit() && !ch.is_whitespace());
        self.refused = if is_other {
            Some("digits only")
        } else if digits.len() > room {
            Some("a code has six digits")
        } else {
            None
        };
        self.line.insert(digits.get(..room).unwrap_or(&digits));
        Vec::new()
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = inner(panel(self.place(area), self.title(), frame));
        let inside = Rect { y: inside.y.saturating_sub(1), height: inside.height + 2, ..inside };
        let lines = self.lines(inside.width);
        let (head, rest) = split_top(inside, u16::try_from(lines.len()).unwrap_or(u16::MAX));
        for ((text, role), y) in lines.iter().zip(head.y..head.bottom()) {
            frame.text(head, head.x, y, text, *role);
        }
        if matches!(self.ask, Ask::MfaCode { .. }) && rest.height > 1 {
            let line = Rect { y: rest.y + 1, height: 1, ..rest };
            self.line.render(line, "Code: ", frame);
            let told = self.refused.map(|told| format!("✗ {told}")).unwrap_or_default();
            frame.text_right(line, line.y, &told, Look::Bad);
        }
    }
}
