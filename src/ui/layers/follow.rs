//! The latest events as they come: read again every few seconds as long as it is open.

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;

use crate::backend::Load;
use crate::input::{Action, Context, Scope};
use crate::model::EventQuery;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, Want, scroll_or_close};
use crate::ui::layout::{edge, split_top};
use crate::ui::message::UiMessage;
use crate::ui::page::View;
use crate::ui::resources::activity::result;
use crate::ui::time;
use crate::ui::widgets::failure::failure;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// How often the latest events are read: CloudTrail answers two calls a second of an account, and others ask it too.
const EVERY: SignedDuration = SignedDuration::from_secs(10);

/// The latest events.
#[derive(Debug, Default)]
pub struct Follow {
    scroll: Scroll,
    count: usize,
}

impl Follow {
    /// When the events are to be read again.
    fn due(view: &View<'_>) -> Timestamp {
        view.loads.asked_at(&Load::RecentEvents).map_or(view.now, |at| at + EVERY)
    }
}

impl Layer for Follow {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &'static str {
        "Follow events"
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        scroll_or_close(action, &mut self.scroll, self.count)
    }

    fn on_message(&mut self, message: &UiMessage, view: &View<'_>) -> Vec<UiEffect> {
        let is_due = view.now >= Self::due(view) && !view.loads.is_running(&Load::RecentEvents);
        match message {
            UiMessage::RunChanged if is_due => vec![UiEffect::LoadAgain(vec![Load::RecentEvents])],
            _ => Vec::new(),
        }
    }

    fn wants(&self, _view: &View<'_>) -> Vec<Want> {
        vec![Want::now(Load::RecentEvents)]
    }

    fn wakes_at(&self, view: &View<'_>) -> Option<Timestamp> {
        Some(Self::due(view).max(view.now + SignedDuration::from_secs(1)))
    }

    fn settle(&mut self, view: &View<'_>, area: Rect) {
        self.count = view.account.events(&EventQuery::Changes).map_or(0, |log| log.rows.len());
        self.scroll.settle(self.count, area.height.saturating_sub(4));
    }

    fn render(&self, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let inside = panel(area, self.title(), frame);
        self.scroll.marks(self.count, edge(area), frame);
        let (head, rest) = split_top(inside, 1);
        let told = match view.loads.asked_at(&Load::RecentEvents) {
            Some(at) => format!("as of {} UTC, every 10 s; CloudTrail tells events some minutes late", time::clock(at)),
            None => "reading …".to_owned(),
        };
        frame.text(head, head.x + 2, head.y, &told, Look::Muted);
        if let Some(error) = view.loads.failure(&Load::RecentEvents) {
            failure(rest, error, view.keymap, frame);
            return;
        }
        let Some(log) = view.account.events(&EventQuery::Changes) else { return };
        for (at, y) in self.scroll.window(log.rows.len()).zip(rest.y..rest.bottom()) {
            let Some(event) = log.rows.get(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(rest, rest.x, y, mark, Look::Accent);
            let is_new = view.now.duration_since(event.at) < SignedDuration::from_mins(1);
            let look = if is_new { Look::Good } else { Look::Muted };
            frame.text(rest, rest.x + 2, y, &time::clock(event.at), look);
            let name = Rect { x: rest.x + 12, width: 30, ..rest };
            frame.text(name, name.x, y, &event.name, Look::Text);
            let by = Rect { x: rest.x + 43, width: 20, ..rest };
            frame.text(by, by.x, y, event.by.as_deref().unwrap_or("-"), Look::Text);
            let result = result(event);
            let end = Rect { x: rest.x + 64, width: rest.width.saturating_sub(65), ..rest };
            frame.text(end, end.x, y, &result.text, result.role);
        }
    }
}
