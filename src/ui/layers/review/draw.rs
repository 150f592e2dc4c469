//! The review on the screen.

use ratatui::layout::Rect;

use super::{Phase, Review, lines};
use crate::plan::journal::OnError;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::page::View;
use crate::ui::widgets::gauge::progress;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::tabs::tabs;

/// From so many steps on, a bar shows how far a run has come.
const BAR: usize = 20;

/// How wide that bar is.
const WIDTH: u16 = 16;

impl Review {
    pub(super) fn draw(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        if let Phase::Asking(question) = &self.phase
            && question.is_whole()
        {
            return question.render(&[], None, view, area, frame);
        }
        let inside = panel(area, &self.title, frame);
        let (head, mut body) = split_top(inside, 4);
        self.head(view, head, frame);
        let width = head.width.saturating_sub(4);
        match &self.phase {
            Phase::Asking(question) => {
                let area = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
                let facts = lines::gives(self, view, area.width);
                return question.render(&facts, self.live(view), view, area, frame);
            }
            Phase::Confirming(confirm) => {
                let height = confirm.height(width).min(body.height);
                let (rest, below) = split_top(body, body.height - height);
                body = rest;
                confirm.render(Rect { x: below.x + 1, ..below }, frame);
            }
            Phase::Saving(line, ..) => {
                let (rest, below) = split_top(body, body.height.saturating_sub(2));
                body = rest;
                let hint = "Only you can read the new file. Enter saves, Esc cancels.";
                frame.text(below, below.x + 2, below.y, hint, Look::Muted);
                let line_area =
                    Rect { x: below.x + 2, y: below.y + 1, width: below.width.saturating_sub(3), height: 1 };
                line.render(line_area, "Save to: ", frame);
            }
            Phase::Reading => {}
        }
        for (at, y) in self.scroll.window(self.lines.len()).zip(body.y..body.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(body, body.x, y, mark, Look::Accent);
            let area = Rect { x: body.x + 2 + line.indent, width: body.width.saturating_sub(3 + line.indent), ..body };
            frame.pieces(area, y, line.pieces.iter().map(|(text, role)| (text.as_str(), *role)));
        }
    }

    fn head(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let titles = self.tabs(view);
        tabs(Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, &titles, self.tab, frame);
        let line = Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(3), height: 1 };
        let number = view.account.identity().map_or_else(|| "…".to_owned(), |identity| identity.account.to_string());
        let caller = view.account.identity().map_or_else(|| "…".to_owned(), |id| id.arn.resource().to_owned());
        let endpoint = view.book.as_ref().map_or("…", |book| book.endpoint.as_str());
        frame.pieces(
            line,
            line.y,
            [
                ("account ", Look::Muted),
                (number.as_str(), Look::Title),
                ("  on ", Look::Muted),
                (endpoint, Look::Info),
                ("  as ", Look::Muted),
                (caller.as_str(), Look::Accent),
            ],
        );
        let line = Rect { y: area.y + 2, ..line };
        let begun = self.begun(view);
        let (mark, text, role) = lines::state(begun, self.live(view), &self.plan, view.read_only);
        let more = match (begun, self.on_error) {
            (Some(live), _) if live.going => live.pace(view.now).map(|pace| format!("; {pace}")).unwrap_or_default(),
            (Some(live), _) if !live.can_resume() => String::new(),
            (_, OnError::Continue) => "; errors do not stop it".to_owned(),
            (_, OnError::Stop) => String::new(),
        };
        frame.pieces(line, line.y, [(mark, role), (" ", role), (text.as_str(), role), (more.as_str(), Look::Muted)]);
        if let Some(live) = begun.filter(|live| live.going && self.plan.steps.len() >= BAR) {
            let bar = Rect { x: line.right().saturating_sub(WIDTH), width: WIDTH.min(line.width), ..line };
            let of = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            progress(bar, of(live.run.done()), of(self.plan.steps.len()), frame);
        }
    }
}
