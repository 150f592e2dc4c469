//! The keys that work where one is, read off the action table.

use ratatui::layout::Rect;

use crate::input::{Action, Context, Keymap, Scope};
use crate::insight::age;
use crate::theme::Look;
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::{Layer, scroll_or_close};
use crate::ui::layout::{centered, edge, inner};
use crate::ui::page::View;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::panel::panel;
use crate::ui::widgets::scroll::Scroll;

/// The help of one place.
#[derive(Debug)]
pub struct Help {
    title: String,
    lines: Vec<Line>,
    /// The lines broken to the width of the screen.
    rows: Vec<Row>,
    scroll: Scroll,
}

#[derive(Debug)]
enum Line {
    Heading(&'static str),
    /// Keys with what they do; a day with the data of that day.
    Keys(String, String),
    Blank,
}

/// One row of the screen: a heading, or a piece of some keys beside a piece of what they do.
#[derive(Debug)]
enum Row {
    Heading(&'static str),
    Pieces(String, String),
}

/// The columns of the box where the screen has them.
const WIDTH: u16 = 86;

/// The columns that keys take.
const KEYS: u16 = 18;

impl Line {
    fn rows(&self, width: u16) -> Vec<Row> {
        match self {
            Self::Heading(text) => vec![Row::Heading(text)],
            Self::Blank => vec![Row::Heading("")],
            Self::Keys(keys, help) => {
                let (keys, help) = (wrap(keys, KEYS), wrap(help, width.saturating_sub(KEYS + 3)));
                let piece = |pieces: &[String], at: usize| pieces.get(at).cloned().unwrap_or_default();
                (0..keys.len().max(help.len())).map(|at| Row::Pieces(piece(&keys, at), piece(&help, at))).collect()
            }
        }
    }
}

impl Help {
    /// The help of a place with this context.
    pub fn of(place: &str, context: &Context, keymap: &Keymap) -> Self {
        let mut lines = Vec::new();
        for scope in context.scopes() {
            let bound: Vec<_> =
                keymap.of_place(*scope).filter(|(own, keys)| context.holds(own.when) && !keys.is_empty()).collect();
            // Actions that do the same to several things, such as going to the page of a number, share a line.
            let entries: Vec<Line> = bound
                .chunk_by(|(one, _), (other, _)| one.help == other.help)
                .filter_map(|alike| {
                    let keys = alike.iter().flat_map(|(_, keys)| keys.iter()).map(|key| key.label());
                    Some(Line::Keys(keys.collect::<Vec<_>>().join(" "), alike.first()?.0.help.to_owned()))
                })
                .collect();
            if entries.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(scope.title()));
            lines.extend(entries);
        }
        lines.extend([Line::Blank, Line::Heading("Data about AWS")]);
        lines.extend(age::facts().map(|facts| Line::Keys(facts.date, format!("{}, {}", facts.name, facts.from))));
        Self { title: format!("Keys – {place}"), lines, rows: Vec::new(), scroll: Scroll::default() }
    }

    fn place(&self, area: Rect) -> Rect {
        centered(area, WIDTH, u16::try_from(self.rows.len() + 2).unwrap_or(u16::MAX))
    }
}

impl Layer for Help {
    fn context(&self, _view: &View<'_>) -> Context {
        Context::of(&[Scope::Menu, Scope::Rows, Scope::Global])
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn act(&mut self, action: Action, _view: &View<'_>) -> Vec<UiEffect> {
        scroll_or_close(action, &mut self.scroll, self.rows.len())
    }

    fn settle(&mut self, _view: &View<'_>, area: Rect) {
        let width = inner(centered(area, WIDTH, u16::MAX)).width;
        self.rows = self.lines.iter().flat_map(|line| line.rows(width)).collect();
        // The window moves, not a cursor in it.
        self.scroll.settle(self.rows.len(), self.place(area).height.saturating_sub(2));
    }

    fn render(&self, _view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        let place = self.place(area);
        let inside = panel(place, &self.title, frame);
        self.scroll.marks(self.rows.len(), edge(place), frame);
        for (at, y) in self.scroll.window(self.rows.len()).zip(inside.y..inside.bottom()) {
            let mark = if at == self.scroll.cursor { "›" } else { " " };
            frame.text(inside, inside.x, y, mark, Look::Accent);
            let x = inside.x + 1;
            match self.rows.get(at) {
                Some(Row::Heading(text)) => drop(frame.text(inside, x, y, text, Look::Heading)),
                Some(Row::Pieces(keys, help)) => {
                    frame.text(inside, x + 1, y, keys, Look::Key);
                    frame.text(inside, x + KEYS + 2, y, help, Look::Text);
                }
                None => {}
            }
        }
    }
}
