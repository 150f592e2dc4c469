//! The list over the text: completions, or snippets to choose from.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::input::{DialogAction, Keymap, Move, Scope};
use crate::policy::complete::{Candidate, CandidateKind, Completion};
use crate::policy::snippets::Snippet;
use crate::policy::syntax::Span;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::scroll::Scroll;

/// The most rows that are shown at once: of a list that comes up while one types, which is drawn with every key, and
/// of one that was asked for.
const ROWS: u16 = 8;
const ASKED_ROWS: u16 = 12;
/// The most lines that tell about the selected one.
const ABOUT: u16 = 2;
/// The most columns.
const WIDTH: u16 = 100;

/// A list to choose from.
#[derive(Debug, Clone)]
pub struct Popup {
    items: Vec<Item>,
    scroll: Scroll,
    /// The columns that it takes; while one types it only grows, so that it stands still.
    width: u16,
    /// What a candidate replaces.
    span: Span,
    /// Whether it came up by itself while typing, so that it goes by itself too.
    pub is_live: bool,
}

#[derive(Debug, Clone)]
struct Item {
    label: String,
    detail: String,
    about: String,
    matched: Vec<u32>,
    choice: Choice,
}

/// What choosing an item does.
#[derive(Debug, Clone)]
pub enum Choice {
    /// Puts a text in place of a span, and the cursor so far into it.
    Insert {
        /// What it replaces.
        span: Span,
        /// The text.
        text: String,
        /// Where the cursor goes, in bytes of the text.
        cursor: usize,
        /// Whether there is more to complete behind it.
        goes_on: bool,
    },
    /// Puts a snippet in.
    Snippet(&'static Snippet),
}

impl Popup {
    /// The completions at a place; nothing where there are none.
    pub fn of(completion: Completion, is_live: bool) -> Option<Self> {
        let span = completion.span;
        let item = |candidate: Candidate| Item {
            detail: if candidate.detail.is_empty() { kind(candidate.kind).to_owned() } else { candidate.detail },
            label: candidate.label,
            about: candidate.documentation,
            matched: candidate.matched,
            choice: Choice::Insert {
                span,
                text: candidate.insert,
                cursor: candidate.cursor,
                goes_on: candidate.goes_on,
            },
        };
        let items: Vec<Item> = completion.candidates.into_iter().map(item).collect();
        (!items.is_empty()).then(|| Self { items, scroll: Scroll::default(), width: 30, span, is_live })
    }

    /// Snippets to choose from.
    pub fn snippets(snippets: &'static [Snippet], at: usize) -> Self {
        let item = |snippet: &'static Snippet| Item {
            label: snippet.title.to_owned(),
            detail: "snippet".to_owned(),
            about: snippet.about.to_owned(),
            matched: Vec::new(),
            choice: Choice::Snippet(snippet),
        };
        let items = snippets.iter().map(item).collect();
        Self { items, scroll: Scroll::default(), width: 30, span: Span::new(at, at), is_live: false }
    }

    /// Moves the selection.
    pub fn go(&mut self, step: Move) {
        self.scroll.go(step, self.items.len());
    }

    /// What is selected.
    pub fn choice(&self) -> Option<Choice> {
        self.items.get(self.scroll.cursor).map(|item| item.choice.clone())
    }

    /// Whether the only thing to choose is what stands there already.
    pub fn is_said(&self, text: &str) -> bool {
        match self.items.as_slice() {
            [Item { choice: Choice::Insert { span, text: insert, .. }, .. }] => span.of(text) == insert,
            _ => false,
        }
    }

    /// Where the replaced text begins.
    pub fn anchor(&self) -> usize {
        self.span.start as usize
    }

    /// Stands where the list before it stood, where both complete the same word.
    pub fn follow(self, before: Option<&Self>) -> Self {
        let width = before.filter(|before| before.anchor() == self.anchor()).map_or(0, |before| before.width);
        Self { width: self.width.max(width), ..self }
    }

    /// The most rows.
    fn most(&self) -> u16 {
        if self.is_live { ROWS } else { ASKED_ROWS }
    }

    /// Brings the selection into sight.
    pub fn settle(&mut self) {
        let (rows, most) = (self.most(), WIDTH);
        self.scroll.settle(self.items.len(), rows.min(u16::try_from(self.items.len()).unwrap_or(rows)));
        let shown = self.scroll.window(self.items.len()).filter_map(|at| self.items.get(at));
        let widest = shown.map(|item| item.label.width() + item.detail.width() + 6).max().unwrap_or(0);
        self.width = u16::try_from(widest).unwrap_or(most).clamp(self.width.min(most), most);
    }

    /// Draws the list below a place of the screen, or above it where there is more room.
    pub fn render(&self, place: (u16, u16), area: Rect, keymap: &Keymap, frame: &mut Frame<'_>) {
        let width = self.width.min(area.width);
        let about = self.items.get(self.scroll.cursor).map(|item| item.about.as_str()).unwrap_or_default();
        let mut about = wrap(about, width.saturating_sub(2));
        about.retain(|line| !line.is_empty());
        let most = usize::from(if self.is_live { 1 } else { ABOUT });
        if about.len() > most {
            about.truncate(most);
            about.last_mut().into_iter().for_each(|line| *line = cut(line, usize::from(width.saturating_sub(2))));
        }
        let rows = u16::try_from(self.scroll.window(self.items.len()).len()).unwrap_or(ASKED_ROWS);
        let wanted = rows + u16::try_from(about.len()).unwrap_or(0) + 1;
        let (below, above) = (area.bottom().saturating_sub(place.1 + 1), place.1.saturating_sub(area.y));
        // The side is that of the longest list, so that a shorter one stays on it.
        let goes_below = self.most() + ABOUT < below || below >= above;
        let height = wanted.min(if goes_below { below } else { above });
        let y = if goes_below { place.1 + 1 } else { place.1 - height };
        let x = place.0.min(area.right().saturating_sub(width));
        // The hint stands here, so that the footer stays as it is while the list comes and goes.
        let key = keymap.shown(Scope::Popup, DialogAction::Accept);
        let title = format!("{} of {}, {key} takes", self.scroll.cursor + 1, self.items.len());
        let inside = content(Rect { x, y, width, height }, &title, frame);
        let shown = rows.min(inside.height);
        // Of a list that has less room than it wants, the selected row stays in sight.
        let hidden = (self.scroll.cursor - self.scroll.first + 1).saturating_sub(usize::from(shown));
        for (at, y) in self.scroll.window(self.items.len()).skip(hidden).zip(inside.y..inside.y + shown) {
            if let Some(item) = self.items.get(at) {
                item.render(at == self.scroll.cursor, Rect { y, height: 1, ..inside }, frame);
            }
        }
        for (line, y) in about.iter().zip(inside.y + shown..inside.bottom()) {
            frame.text(inside, inside.x, y, line, Look::Muted);
        }
    }
}

/// A ground with a head and sides. A whole border would be a third of what opening the list sends.
fn content(area: Rect, title: &str, frame: &mut Frame<'_>) -> Rect {
    frame.clear(area);
    frame.text(area, area.x + 1, area.y, title, Look::Title);
    for y in area.y..area.bottom() {
        frame.text(area, area.x, y, "│", Look::Border);
        frame.text(area, area.right().saturating_sub(1), y, "│", Look::Border);
    }
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) }
}

impl Item {
    fn render(&self, selected: bool, line: Rect, frame: &mut Frame<'_>) {
        frame.text(line, line.x, line.y, if selected { "›" } else { " " }, Look::Accent);
        let detail = frame.text_right(line, line.y, &self.detail, Look::Muted);
        let label = Rect { x: line.x + 1, width: detail.saturating_sub(line.x + 2), ..line };
        let look = if selected { Look::Selection } else { Look::Text };
        // What begins alike, such as ARNs, is told apart by its end: what has no room goes from the middle.
        if self.label.width() > usize::from(label.width) {
            frame.text(label, label.x, label.y, &middle(&self.label, usize::from(label.width)), look);
            return;
        }
        frame.text(label, label.x, label.y, &self.label, look);
        // What was typed is seen in one piece without marks, which would grow on every row with every key.
        if self.matched.iter().zip(self.matched.iter().skip(1)).all(|(at, next)| at + 1 == *next) {
            return;
        }
        let mut x = label.x;
        for (at, cluster) in self.label.graphemes(true).enumerate() {
            let width = u16::try_from(cluster.width()).unwrap_or(1);
            if u32::try_from(at).is_ok_and(|at| self.matched.contains(&at)) && x + width <= label.right() {
                frame.restyle(Rect { x, width, ..label }, Look::Match);
            }
            x = x.saturating_add(width);
        }
    }
}

/// A line that goes on where there is no room, with the sign of that.
fn cut(line: &str, width: usize) -> String {
    let mut used = 1;
    let fitting: String =
        line.graphemes(true).take_while(|cluster| (used += cluster.width(), used <= width).1).collect();
    format!("{}…", fitting.trim_end())
}

/// A text without its middle, at most so many columns wide: a third of its beginning and the rest of its end.
fn middle(text: &str, width: usize) -> String {
    let room = width.saturating_sub(1);
    let clusters: Vec<&str> = text.graphemes(true).collect();
    let fitting = |clusters: &mut dyn Iterator<Item = &&str>, most: usize| {
        let mut used = 0;
        clusters.take_while(|cluster| (used += cluster.width(), used <= most).1).count()
    };
    let head = fitting(&mut clusters.iter(), room / 3);
    let tail = fitting(&mut clusters.iter().rev(), room - room / 3);
    let head = clusters.get(..head).unwrap_or_default().concat();
    format!("{head}…{}", clusters.get(clusters.len() - tail..).unwrap_or_default().concat())
}

fn kind(kind: CandidateKind) -> &'static str {
    match kind {
        CandidateKind::Element => "element",
        CandidateKind::Service => "service",
        CandidateKind::Action => "action",
        CandidateKind::Resource => "resource",
        CandidateKind::Principal => "principal",
        CandidateKind::Operator => "operator",
        CandidateKind::Key => "key",
        CandidateKind::Value => "value",
        CandidateKind::Variable => "variable",
        CandidateKind::Snippet => "snippet",
    }
}
