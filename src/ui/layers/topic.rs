//! Help about a file that the user may write.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::input::{Action, Context, Scope};
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, scroll_or_close};
use crate::ui::layout::{centered, edge, inner};
use crate::ui::page::View;
use crate::ui::topics::Topic;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The columns of the box where the screen has them.
const WIDTH: u16 = 112;

/// A help topic on the screen.
#[derive(Debug)]
pub struct Reader {
    title: String,
    text: String,
    /// The text, broken to the width of the screen.
    lines: Vec<String>,
    scroll: Scroll,
}

impl Reader {
    /// The page of a topic.
    pub fn new(topic: Topic) -> Self {
        let text = topic.text();
        let (title, text) = text.split_once("\n\n").unwrap_or((topic.name(), &text));
        Self { title: title.to_owned(), text: text.to_owned(), lines: Vec::new(), scroll: Scroll::default() }
    }

    fn place(&self, area: Rect) -> Rect {
        centered(area, WIDTH, u16::try_from(self.lines.len() + 2).unwrap_or(u16::MAX))
    }
}

impl Layer for Reader {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        scroll_or_close(action, &mut self.scroll, self.lines.len())
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let width = inner(centered(area, WIDTH, u16::MAX)).width.saturating_sub(2);
        let broken = |line: &str| {
            let indent = line.len() - line.trim_start().len();
            let room = width.saturating_sub(u16::try_from(indent).unwrap_or(u16::MAX));
            let fits = line.width() <= usize::from(width);
            let lines = if fits { vec![line.to_owned()] } else { wrap(line, room) };
            let pad = if fits { String::new() } else { " ".repeat(indent) };
            lines.into_iter().map(move |line| format!("{pad}{line}"))
        };
        self.lines = self.text.lines().flat_map(broken).collect();
        self.scroll.settle(self.lines.len(), self.place(area).height.saturating_sub(2));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, &self.title, frame);
        self.scroll.marks(self.lines.len(), edge(place), frame);
        for (at, y) in self.scroll.window(self.lines.len()).zip(inside.y..inside.bottom()) {
            let Some(line) = self.lines.get(at) else { break };
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(inside, inside.x, y, mark, Look::Accent);
            frame.text(inside, inside.x + 2, y, line, Look::Text);
        }
    }
}
