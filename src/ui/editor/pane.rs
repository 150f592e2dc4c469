//! The pane beside or below the text: findings in tabs, documentation, the summary, the effect of the edit.

mod effect;
mod findings;
mod summary;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::catalog::Catalog;
use crate::input::{Keymap, Move, Nav};
use crate::policy::diagnostic::Finding;
use crate::policy::docs;
use crate::theme::Look;
use crate::ui::frame::Frame;
use crate::ui::layout::split_top;
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::scroll::Scroll;
use crate::ui::widgets::tabs::tabs_apart;

use super::analysis::{Analysis, Group, at};
use super::service::Row;
use super::text::Text;

pub use effect::Effect;
pub use findings::{mark, message};
use summary::Summary;

/// A tab of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Findings of one sort.
    Findings(Group),
    /// What the word under the cursor means.
    Docs,
    /// What the policy grants, by service.
    Summary,
    /// What the edit changes.
    Effect,
    /// What the service itself says, once it was asked.
    Service,
}

impl Tab {
    /// What stands on it, and where there is little room.
    fn titles(self) -> (&'static str, &'static str) {
        match self {
            Self::Findings(Group::Security) => (Group::Security.title(), "Sec"),
            Self::Findings(Group::Errors) => (Group::Errors.title(), "Err"),
            Self::Findings(Group::Warnings) => (Group::Warnings.title(), "Warn"),
            Self::Findings(Group::Suggestions) => (Group::Suggestions.title(), "Sugg"),
            Self::Findings(Group::Ours) => (Group::Ours.title(), "Ours"),
            Self::Docs => ("Docs", "Docs"),
            Self::Summary => ("Summary", "Sum"),
            Self::Effect => ("Effect", "Effect"),
            Self::Service => ("AWS", "AWS"),
        }
    }
}

impl Tab {
    /// The sign of the findings on it, where all have the same one.
    fn sign(self) -> Option<&'static str> {
        match self {
            Self::Findings(Group::Security) => Some("◆"),
            Self::Findings(Group::Errors) => Some("✗"),
            Self::Findings(Group::Warnings) => Some("▲"),
            Self::Findings(Group::Suggestions) => Some("○"),
            _ => None,
        }
    }
}

/// How much of its name stands on a tab.
#[derive(Debug, Clone, Copy)]
enum Length {
    Long,
    Short,
    /// The sign of its findings.
    Sign,
}

const TABS: [Tab; 9] = [
    Tab::Findings(Group::Security),
    Tab::Findings(Group::Errors),
    Tab::Findings(Group::Warnings),
    Tab::Findings(Group::Suggestions),
    Tab::Findings(Group::Ours),
    Tab::Docs,
    Tab::Summary,
    Tab::Effect,
    Tab::Service,
];

/// A line of the pane: pieces one after the other.
pub type Line = Vec<(String, Look)>;

/// The pane.
#[derive(Debug, Default)]
pub struct Pane {
    /// The tab that was chosen; none: the one of what the cursor is on, or the gravest.
    chosen: Option<Tab>,
    /// Whether it has the keys.
    pub focused: bool,
    /// Whether findings are shown in one line each, but for the one under the cursor: the text is being typed.
    pub is_brief: bool,
    /// The tab that it stays on while completions are offered: what the checks say of a word that is not finished is
    /// not worth a look.
    held: Option<Tab>,
    /// The tab that was in sight before, and the finding that was told in words.
    last: Option<(Tab, Option<Finding>)>,
    scroll: Scroll,
    summary: Summary,
    /// What the edit changes.
    pub effect: Effect,
    /// What the service says.
    pub service: Vec<Row>,
    /// The height of the list, for scrolling.
    height: u16,
}

impl Pane {
    /// The tab in sight.
    pub fn tab(&self, text: &Text, analysis: &Analysis) -> Tab {
        let findings = analysis.findings(text.as_str());
        let has_some = |group: Group| findings.iter().any(|finding| Group::of(finding) == group);
        // A tab whose last finding was fixed has nothing more to show.
        let is_empty = |tab: &Tab| matches!(tab, Tab::Findings(group) if !has_some(*group));
        if let Some(tab) = [self.chosen, self.held].into_iter().flatten().find(|tab| !is_empty(tab)) {
            return tab;
        }
        let own = at(findings, text.caret().at).map(Group::of);
        let gravest = [Group::Errors, Group::Security, Group::Warnings, Group::Suggestions, Group::Ours];
        let any = gravest.into_iter().find(|group| has_some(*group));
        Tab::Findings(own.or(any).unwrap_or(Group::Errors))
    }

    /// Shows a tab; a second time, what fits the cursor again.
    pub fn choose(&mut self, tab: Tab) {
        self.chosen = if self.chosen == Some(tab) { None } else { Some(tab) };
        self.scroll.rewind();
    }

    /// The tabs that there are.
    fn tabs(&self) -> impl Iterator<Item = Tab> {
        TABS.into_iter().filter(|tab| *tab != Tab::Service || self.chosen == Some(*tab) || !self.service.is_empty())
    }

    /// Stays as it is while completions are offered.
    pub fn hold(&mut self, completes: bool, text: &Text, analysis: &Analysis) {
        if completes {
            self.held = self.held.or(self.last.as_ref().map(|(tab, _)| *tab));
        } else {
            self.held = None;
            let told = at(analysis.findings(text.as_str()), text.caret().at).cloned();
            self.last = Some((self.tab(text, analysis), told));
        }
    }

    /// Shows a tab, whichever is in sight.
    pub fn show(&mut self, tab: Tab) {
        self.chosen = Some(tab);
        self.scroll.rewind();
    }

    /// Where in the text the selected line leads to.
    pub fn target(&self) -> Option<usize> {
        let row = self.service.get(self.scroll.cursor).filter(|_| self.chosen == Some(Tab::Service));
        row.and_then(|(_, place)| *place)
    }

    /// Gives it the keys.
    pub fn focus(&mut self, text: &Text, analysis: &Analysis) {
        self.focused = true;
        self.chosen = Some(self.tab(text, analysis));
        let own = at(analysis.findings(text.as_str()), text.caret().at);
        let list = self.list(text, analysis);
        self.scroll.cursor = list.iter().position(|finding| Some(*finding) == own).unwrap_or(0);
    }

    /// The findings of the tab in sight.
    fn list<'a>(&self, text: &Text, analysis: &'a Analysis) -> Vec<&'a Finding> {
        match self.tab(text, analysis) {
            Tab::Findings(group) => {
                analysis.findings(text.as_str()).iter().filter(|finding| Group::of(finding) == group).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The finding that is selected, where the pane has the keys.
    pub fn selected<'a>(&self, text: &Text, analysis: &'a Analysis) -> Option<&'a Finding> {
        self.list(text, analysis).get(self.scroll.cursor).copied()
    }

    /// Moves over the lines of the tab in sight.
    pub fn go(&mut self, step: Move, text: &Text, analysis: &Analysis) {
        self.scroll.go(step, self.rows(text, analysis));
    }

    /// Turns tabs, goes in and out.
    pub fn act(&mut self, action: Nav, text: &Text, analysis: &Analysis) {
        let tab = self.tab(text, analysis);
        let turn = |forward: bool| {
            let findings = analysis.findings(text.as_str());
            let is_empty = |other: &Tab| match other {
                Tab::Findings(group) => *other != tab && !findings.iter().any(|finding| Group::of(finding) == *group),
                _ => false,
            };
            let all: Vec<Tab> = self.tabs().filter(|other| !is_empty(other)).collect();
            let own = all.iter().position(|other| *other == tab).unwrap_or(0);
            let by = if forward { 1 } else { all.len() - 1 };
            all.get((own + by) % all.len()).copied()
        };
        match action {
            Nav::NextTab => self.chosen = turn(true),
            Nav::PreviousTab => self.chosen = turn(false),
            Nav::Open if tab == Tab::Summary => self.summary.enter(self.scroll.cursor),
            Nav::Open => return,
            Nav::Back if tab == Tab::Summary && self.summary.leave() => {}
            Nav::Back => {
                self.focused = false;
                return;
            }
        }
        self.scroll.rewind();
    }

    fn rows(&self, text: &Text, analysis: &Analysis) -> usize {
        match self.tab(text, analysis) {
            Tab::Findings(_) => self.list(text, analysis).len(),
            Tab::Docs => usize::from(u16::MAX),
            Tab::Summary => self.summary.lines().len(),
            Tab::Effect => self.effect.lines().len(),
            Tab::Service => self.service.len(),
        }
    }

    /// Brings what the tab in sight shows up to date.
    pub fn settle(&mut self, text: &Text, analysis: &Analysis, area: Rect) {
        self.height = area.height.saturating_sub(1);
        if self.chosen == Some(Tab::Summary) {
            self.summary.settle(text);
        }
        let rows = self.rows(text, analysis);
        self.scroll.settle(rows, self.height);
    }

    /// Draws it.
    pub fn render(&self, text: &Text, analysis: &Analysis, keymap: &Keymap, area: Rect, frame: &mut Frame<'_>) {
        let findings = analysis.findings(text.as_str());
        let shown = self.tab(text, analysis);
        let (head, body) = split_top(area, 1);
        let (tabs, titles, gap) = self.titles(shown, findings, area.width);
        tabs_apart(head, &titles, tabs.iter().position(|tab| *tab == shown).unwrap_or(0), gap, frame);
        match shown {
            Tab::Findings(_) => self.findings(text, analysis, keymap, body, frame),
            Tab::Docs => self.lines(documentation(text, analysis, body.width).iter(), body, frame),
            Tab::Summary => self.lines(self.summary.lines().iter(), body, frame),
            Tab::Effect => self.lines(self.effect.lines().iter(), body, frame),
            Tab::Service => self.lines(self.service.iter().map(|(line, _)| line), body, frame),
        }
    }

    /// The tabs that there is room for, their titles, and what stands between them: the names become shorter, and the
    /// tabs without findings go, until no title is cut.
    fn titles(&self, shown: Tab, findings: &[Finding], width: u16) -> (Vec<Tab>, Vec<String>, &'static str) {
        let count = |tab: Tab| match tab {
            Tab::Findings(group) => findings.iter().filter(|finding| Group::of(finding) == group).count(),
            _ => 0,
        };
        let title = |tab: Tab, length: Length| match (length, tab.sign(), count(tab)) {
            (Length::Long, _, 0) => tab.titles().0.to_owned(),
            (Length::Long, _, count) => format!("{} {count}", tab.titles().0),
            (Length::Sign, Some(sign), count) => format!("{sign}{count}"),
            (_, _, 0) => tab.titles().1.to_owned(),
            (_, _, count) => format!("{} {count}", tab.titles().1),
        };
        let all: Vec<Tab> = self.tabs().collect();
        let has_some = |tab: &Tab| *tab == shown || !matches!(tab, Tab::Findings(_)) || count(*tab) > 0;
        let some: Vec<Tab> = all.iter().copied().filter(has_some).collect();
        let of = |tabs: &[Tab], own: Length, others: Length, gap: &'static str| {
            let titles = tabs.iter().map(|tab| title(*tab, if *tab == shown { own } else { others })).collect();
            (tabs.to_vec(), titles, gap)
        };
        let fits = |(_, titles, gap): &(Vec<Tab>, Vec<String>, &str)| {
            titles.iter().map(|title| title.width() + 2 + gap.len()).sum::<usize>() <= usize::from(width) + gap.len()
        };
        let ways = [
            of(&all, Length::Long, Length::Long, " "),
            of(&some, Length::Long, Length::Long, " "),
            of(&some, Length::Long, Length::Short, " "),
            of(&some, Length::Short, Length::Short, ""),
            of(&some, Length::Long, Length::Sign, ""),
            of(&some, Length::Short, Length::Sign, ""),
        ];
        ways.into_iter().find(fits).unwrap_or_else(|| of(&some, Length::Sign, Length::Sign, ""))
    }

    /// Draws lines, the selected one marked where the pane has the keys.
    fn lines<'a>(&self, lines: impl ExactSizeIterator<Item = &'a Line>, area: Rect, frame: &mut Frame<'_>) {
        let height = usize::from(area.height);
        let first = self.scroll.first.min(lines.len().saturating_sub(height));
        for ((at, line), y) in lines.enumerate().skip(first).zip(area.y..area.bottom()) {
            let selected = self.focused && at == self.scroll.cursor;
            frame.text(area, area.x, y, if selected { "›" } else { " " }, Look::Accent);
            let rest = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
            frame.pieces(rest, y, line.iter().map(|(text, role)| (text.as_str(), *role)));
        }
    }
}

/// What the word under the cursor means.
fn documentation(text: &Text, analysis: &Analysis, width: u16) -> Vec<Line> {
    let found = analysis.token_at(text.caret().at).and_then(|(span, token)| {
        let word = span.of(text.as_str()).trim_matches('"').to_owned();
        docs::describe(token, &word, Catalog::bundled())
    });
    let Some(doc) = found else {
        return vec![vec![("Nothing is known of what the cursor is on.".to_owned(), Look::Absent)]];
    };
    let width = width.saturating_sub(2);
    let title = wrap(&doc.title, width).into_iter().map(|line| vec![(line, Look::Heading)]);
    let rest = doc.paragraphs.iter().flat_map(|paragraph| wrap(paragraph, width));
    title.chain(rest.map(|line| vec![(line, Look::Text)])).collect()
}
