//! What a step of a run asks for while it waits.

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::backend::apply::Answer;
use crate::backend::{Load, UserPart};
use crate::input::{Action, FormAction, Scope};
use crate::model::Fact;
use crate::plan::Ask;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::form::{Acted, Field, Form};
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::page::View;
use crate::ui::runs::{Asking, Live};
use crate::ui::time;
use crate::ui::widgets::failure::wrap;

use super::ask_mfa::AskMfa;
use super::lines::Line;

/// A question on the screen.
#[derive(Debug)]
pub(super) struct Question {
    asking: Asking,
    answer: Kind,
}

/// How it is answered.
#[derive(Debug)]
enum Kind {
    /// With two codes of an MFA device.
    Codes(Box<AskMfa>),
    /// With a switch; whether the answer is on its way.
    Done(Form, bool),
}

impl Question {
    pub(super) fn new(asking: Asking, live: &Live, before: Option<&Self>) -> Self {
        let done = |label| Kind::Done(Form::new("Answer", vec![Field::switch("done", label, "", false)]), false);
        let answer = match &asking.ask {
            Ask::MfaCodes { device } => {
                let ask = AskMfa::new(device, &asking, live);
                Kind::Codes(Box::new(match before.map(|before| &before.answer) {
                    Some(Kind::Codes(other)) => ask.looking_like(other),
                    _ => ask,
                }))
            }
            Ask::HandOver { .. } => done("The new key is in use"),
            Ask::LastUse { .. } => done("The old key is no longer used"),
        };
        Self { asking, answer }
    }

    pub(super) fn is_about(&self, asking: &Asking) -> bool {
        self.asking == *asking
    }

    /// Whether it takes the whole screen, and leaving it means to give up.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.answer, Kind::Codes(_))
    }

    /// Whether the run has made something that only this answer makes of use.
    pub(super) fn is_half_made(&self) -> bool {
        matches!(&self.answer, Kind::Codes(ask) if ask.makes)
    }

    pub(super) fn scopes(&self) -> &'static [Scope] {
        match &self.answer {
            Kind::Codes(ask) => ask.scopes(),
            // What the run came by so far is shown, copied and saved meanwhile.
            Kind::Done(..) => &[Scope::Switch, Scope::Form, Scope::Review, Scope::Global],
        }
    }

    pub(super) fn wakes_at(&self, view: &View<'_>) -> Option<Timestamp> {
        match &self.answer {
            // Its clock moves with every second.
            Kind::Codes(_) => Timestamp::from_second(view.now.as_second() + 1).ok(),
            // A last use is read again with every minute: AWS itself is up to fifteen behind.
            Kind::Done(..) => {
                self.watched().and_then(|_| Timestamp::from_second((view.now.as_second() / 60 + 1) * 60).ok())
            }
        }
    }

    /// What is read while it is asked.
    pub(super) fn watched(&self) -> Option<[Load; 2]> {
        match &self.asking.ask {
            Ask::LastUse { user, .. } => {
                Some([UserPart::Overview, UserPart::Keys].map(|part| Load::User(user.as_str().into(), part)))
            }
            Ask::MfaCodes { .. } | Ask::HandOver { .. } => None,
        }
    }

    /// What is known of what it asks, in a line.
    fn known(&self, view: &View<'_>) -> Option<String> {
        let Ask::LastUse { user, key } = &self.asking.ask else { return None };
        let held = view.account.users().get(user.as_str()).and_then(|user| user.facts.keys.known());
        let held = held.and_then(|keys| keys.iter().find(|held| held.id.as_str() == key));
        Some(match held.map(|held| (&held.last_used, held.status)) {
            Some((Fact::Known(usage, _), status)) => format!(
                "{key} is {} and was last used {} for {} in {}; AWS is up to 15 minutes behind.",
                status.word(),
                time::ago(usage.at, view.now),
                usage.service,
                usage.region
            ),
            Some((Fact::Absent(_), status)) => format!("{key} is {} and was never used.", status.word()),
            Some((Fact::Denied(denial), _)) => {
                format!("{key}: no permission to read its last use: {}.", denial.lacks())
            }
            _ => format!("{key}: …"),
        })
    }

    /// Does what an action wants; the answer, once it is whole.
    pub(super) fn act(&mut self, action: Action, view: &View<'_>) -> (Option<Answer>, Vec<UiEffect>) {
        let (form, sent) = match &mut self.answer {
            Kind::Codes(ask) => return ask.act(action, view),
            Kind::Done(form, sent) => (form, sent),
        };
        let past = form.act(action) == Acted::Past || action == FormAction::NextStep.action();
        if !past || *sent || !form.is_on("done") {
            return (None, Vec::new());
        }
        *sent = true;
        (Some(Answer::Given(Vec::new())), Vec::new())
    }

    pub(super) fn type_text(&mut self, text: &str, view: &View<'_>) {
        match &mut self.answer {
            Kind::Codes(ask) => ask.type_text(text, view),
            Kind::Done(form, _) => form.type_text(text),
        }
    }

    pub(super) fn settle(&mut self, view: &View<'_>, area: Rect) {
        match &mut self.answer {
            Kind::Codes(ask) => ask.settle(view),
            Kind::Done(form, _) => form.settle(area),
        }
    }

    /// Draws it; what the run came by so far may be part of the question.
    pub(super) fn render(
        &self,
        facts: &[Line],
        live: Option<&Live>,
        view: &View<'_>,
        area: Rect,
        frame: &mut Frame<'_>,
    ) {
        let form = match &self.answer {
            Kind::Codes(ask) => return ask.render(&self.asking, view, area, frame),
            Kind::Done(form, _) => form,
        };
        let mut rest = area;
        let mut paragraph = |text: &str, role: Look, frame: &mut Frame<'_>| {
            for line in wrap(text, rest.width) {
                frame.text(rest, rest.x, rest.y, &line, role);
                (_, rest) = split_top(rest, 1);
            }
        };
        paragraph(&format!("▸ {}", self.asking.ask.title()), Look::Heading, frame);
        if let Some(step) = live.and_then(|live| live.run.plan().step(&self.asking.step)) {
            paragraph(&step.why, Look::Text, frame);
        }
        if let Some(known) = self.known(view) {
            paragraph(&known, Look::Text, frame);
        }
        paragraph(
            "Esc leaves; the plan can be continued from the journal. Ctrl-p cancels and undoes it.",
            Look::Muted,
            frame,
        );
        let (_, rest) = split_top(rest, 1);
        let (above, below) =
            split_top(rest, u16::try_from(facts.len()).unwrap_or(u16::MAX).min(rest.height.saturating_sub(3)));
        for (line, y) in facts.iter().zip(above.y..above.bottom()) {
            let area = Rect { x: above.x + line.indent, width: above.width.saturating_sub(line.indent), ..above };
            frame.pieces(area, y, line.pieces.iter().map(|(text, role)| (text.as_str(), *role)));
        }
        let (_, below) = split_top(below, u16::from(!facts.is_empty()));
        form.render(below, frame);
    }
}
