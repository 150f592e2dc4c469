//! The calls that were made, the newest first: what the program did, in the service's own words.

use ratatui::layout::Rect;

use crate::input::{Action, Context, Scope};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, scroll_or_close};
use crate::ui::layout::{edge, split_top};
use crate::ui::page::View;
use crate::ui::time;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The log of calls.
#[derive(Debug, Default)]
pub struct Calls {
    scroll: Scroll,
    count: usize,
}

impl Layer for Calls {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Calls made"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        scroll_or_close(action, &mut self.scroll, self.count)
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.count = view.calls.len();
        self.scroll.settle(self.count, area.height.saturating_sub(3));
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.title(), frame);
        self.scroll.marks(self.count, edge(area), frame);
        let (head, rows) = split_top(inside, 1);
        frame.text(
            head,
            head.x + 2,
            head.y,
            "time      took     operation                         result",
            Look::Heading,
        );
        if view.calls.is_empty() {
            frame.text(rows, rows.x + 2, rows.y, "No API calls yet.", Look::Absent);
        }
        for (at, y) in self.scroll.window(view.calls.len()).zip(rows.y..rows.bottom()) {
            let Some(call) = view.calls.iter().rev().nth(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(rows, rows.x, y, mark, Look::Accent);
            frame.text(rows, rows.x + 2, y, &time::clock(call.at), Look::Muted);
            let took = Rect { x: rows.x + 11, width: 9, ..rows };
            frame.text(took, took.x, y, &format!("{} ms", call.millis), Look::Muted);
            let subject = call.subject.as_deref().unwrap_or_default();
            let what = Rect { x: rows.x + 21, width: 33, ..rows };
            frame.text(what, what.x, y, &format!("{} {subject}", call.operation), Look::Text);
            match &call.result {
                Ok(()) => frame.text(rows, rows.x + 55, y, "ok", Look::Good),
                Err(code) => frame.text(rows, rows.x + 55, y, &format!("✗ {code}"), Look::Bad),
            };
        }
    }
}
